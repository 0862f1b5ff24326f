// The way to a node: which one is meant, what it said at first contact, and its errors in words.

import ArgumentParser
import Chain
import NetworkRoom
import Node
import Primitives

/// Which node a command talks to: `--node`, then `TOLSEY_NODE`, then the settings' file, then the
/// standard port here.
struct NodeOptions: ParsableArguments {
  @Option(help: "The node's URL; else TOLSEY_NODE, else http://127.0.0.1:7465.")
  var node: String?

  /// Connects, and remembers the network's operator when it is a new one.
  func connect(_ console: Console) async throws -> NodeLink {
    let usual = "\(NodeAddress())"
    let text = try Settings.value(.node, flag: node, usual: usual)?.value ?? usual
    guard let address = NodeAddress(text) else {
      throw Failure(
        .usage, code: "badNode", "\(text) is no URL of a node",
        hint: "a node is named like http://127.0.0.1:\(NodeAddress.standardPort)")
    }
    let link = NodeLink(client: NodeClient(address))
    let genesis = try await link.ask { client throws(ClientError) in try await client.genesis() }
    if try KnownOperators.remember(genesis, metAt: "\(address)") {
      console.note(
        "first contact with network \(genesis.network), operator \(genesis.operator.checksummed)")
    }
    return link
  }
}

/// A node and what is asked of it.
struct NodeLink: Sendable {
  let client: NodeClient

  /// The account that a session key acts for; nil where a key acts for its own.
  var account: Address?

  var market: NodeMarket { NodeMarket(client, for: account) }

  /// One call, whose error becomes words and an exit code.
  func ask<T: Sendable>(
    _ call: (NodeClient) async throws(ClientError) -> T
  ) async throws -> T {
    do throws(ClientError) { return try await call(client) } catch { throw Failure(error) }
  }

  /// JSON of the API; `id` is typed by a person and may be the start of one.
  func get(_ path: String, id: String? = nil) async throws -> JSONValue {
    var path = path
    if let id {
      try NodeLink.check(id: id)
      path += id
    }
    return try await ask { [path] client throws(ClientError) in try await client.get(path) }
  }

  /// Nothing that a person types changes the meaning of a path.
  static func check(id: String) throws {
    let isPlain = id.utf8.allSatisfy { letter in
      switch letter {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x5f: true
      default: false
      }
    }
    guard isPlain, (1...96).contains(id.utf8.count) else {
      throw Failure(
        .usage, code: "badId", "\(id) is no id", hint: "an id is like run_7k3q…, or starts so")
    }
  }

  /// The full id that the node found for what was typed.
  func digest(in json: JSONValue) throws -> Bytes32 {
    guard let digest = json["digest"]?.string.flatMap(Bytes32.init(hex:)) else {
      throw Failure(ClientError.garbled("its answer has no digest"))
    }
    return digest
  }

  /// Market time now, which deadlines count.
  func marketNow() async throws -> Time {
    let (time, status) = try await now()
    let passed = time.milliseconds - min(time.milliseconds, status.time.milliseconds)
    return Time(status.marketTime.milliseconds + passed)
  }

  /// Block time now, as well as anybody can tell: an idle node makes no blocks.
  func now() async throws -> (time: Time, status: NodeStatus) {
    let status = try await ask { client throws(ClientError) in try await client.status() }
    let time = status.isStepped ? status.time : max(status.time, WallClock().now)
    return (time, status)
  }
}

extension Failure {
  init(_ error: ClientError) {
    switch error {
    case .unreachable, .garbled:
      self.init(
        .unreachable, code: error.code, error.message,
        hint: "start one with 'tolsey up', or name another with --node or TOLSEY_NODE")
    case .refused(let problem):
      var hint: String? = problem.hint.isEmpty ? nil : problem.hint
      if !problem.candidates.isEmpty {
        hint = "type more of it: " + problem.candidates.prefix(8).joined(separator: ", ")
      }
      self.init(
        problem.isTemporary ? .tryAgain : .refused, code: problem.code, problem.message,
        hint: hint)
    }
  }

  init(_ error: NodeError) {
    let status: ExitStatus =
      switch error {
      case .portTaken: .tryAgain
      case .store(let own): Failure(own).status
      case .server: .fault
      case .badFolder, .wrongLinks: .refused
      case .stateDiffers: .unverified
      }
    self.init(status, code: error.code, error.message, hint: error.hint)
  }

  /// Whatever a node, its store or its client threw.
  static func online(_ error: any Error) -> any Error {
    switch error {
    case let error as ClientError: Failure(error)
    case let error as NodeError: Failure(error)
    default: error
    }
  }
}
