// `tolsey run` and `tolsey lease`: what is under way, and one's own answers again.

import Agents
import ArgumentParser
import Chain
import Market
import Models
import NetworkRoom
import Primitives

struct LeaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lease", abstract: "Leases: who serves whom, at which price.",
    subcommands: [
      ListCommand<LeaseNoun>.self, ShowCommand<LeaseNoun>.self, LeaseClose.self,
    ])
}

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs: one execution each.",
    subcommands: [
      RunList.self, RunShow.self, RunOutput.self, RunReceipt.self, RunAccept.self,
      RunReject.self,
    ])
}

struct RunShow: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a run and how it was settled.")
  static let schema = "run.show/1"

  @Argument(help: "Its id, or the start of it.") var run: String
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let link = try await node.connect(console)
    let json = try await link.get("/api/runs/", id: run)
    let now = try await link.marketNow()
    console.result(Self.schema, json) { RoadText.text(json, "run", now: now, $0) }
  }
}

struct RunReceipt: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "receipt", abstract: "Fetch the receipt of a settled run.")
  static let schema = "run.receipt/1"

  @Argument(help: "Its id, or the start of it.") var run: String
  @Option(help: "Where to write it; RUN.receipt if it is not said.") var out: String?
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let link = try await node.connect(console)
    let id = RunID(try link.digest(in: await link.get("/api/runs/", id: run)))
    let bytes = try await link.ask { client throws(ClientError) in
      try await client.receipt(of: id)
    }
    let path = out ?? "\(id.short).receipt"
    try LocalFile.write(bytes, to: path)
    console.result(Self.schema, ["run": .string(id.description), "file": .string(path)]) {
      "wrote \($0(.handle, path)); check it with 'tolsey verify \(path)'"
    }
  }
}

struct RunOutput: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "output", abstract: "Fetch the output of a run of your own again.",
    discussion: "With --model the bytes are read as that model's output.")
  static let schema = "run.output/1"

  @Argument(help: "Its id, or the start of it.") var run: String
  @Option(help: "Write the output's bytes to this file.") var out: String?
  @Option(help: "The model that ran: an id that was added here, or the start of one.")
  var model: String?
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let (_, key) = try key.open()
    let model = try model.map { try ModelFolder().model($0) }
    let link = try await node.connect(console)
    let id = RunID(try link.digest(in: await link.get("/api/runs/", id: run)))
    let status = try await link.ask { client throws(ClientError) in try await client.run(id) }
    let bytes = try await OutputFetch(link: link, key: key).bytes(of: status)
    if let out { try LocalFile.write(bytes, to: out) }
    var members: [JSONValue.Member] = [
      .init(name: "run", value: .string(id.description)),
      .init(name: "bytes", value: .string(Hex.encode(bytes))),
    ]
    let output = model.flatMap { Output.reading(bytes, of: $0) }
    if model != nil, output == nil {
      console.warn("the output is not of that model's shape")
    }
    if let output {
      members.append(
        .init(name: "output", value: .array(output.floats.map { .decimal($0.description) })))
      members.append(.init(name: "best", value: .integer(Int64(output.best))))
    }
    console.result(Self.schema, .object(members)) { _ in
      output.map { "\($0.floats.map { "\($0)" }.joined(separator: " "))\nbest \($0.best)" }
        ?? Hex.encode(bytes)
    }
  }
}

/// Gets an output that was delivered to a key of ours, and holds it against its commitment.
struct OutputFetch {
  let link: NodeLink
  let key: PrivateKey

  func bytes(of status: RunStatus) async throws -> [UInt8] {
    for seat in try evidenceIDs(of: status) {
      guard let shown = try await evidence(seat) else { continue }
      guard shown.reader == key.address else {
        throw Failure(
          .refused, code: "notYours", "this output was delivered to \(shown.reader.checksummed)",
          hint: "name that key with --key")
      }
      let opened = await link.market.open(
        shown.content, as: .output, key: shown.contentKey, reader: key,
        at: try await link.now().time)
      if let bytes = opened.bytes { return bytes }
    }
    throw Failure(
      .refused, code: "noOutput", "no output of this run can be opened",
      hint: "nothing was delivered, or it is older than the node keeps it")
  }

  /// Seats that were paid come first; before the settlement, whoever has shown an answer.
  private func evidenceIDs(of status: RunStatus) throws -> [EvidenceID] {
    if let settled = status.settled.first(where: { $0.run == status.id }) {
      let seats = settled.verdict.seats
      return seats.filter { $0.fate == .paid }.map(\.evidence)
        + seats.filter { $0.fate != .paid && $0.evidence != EvidenceID() }.map(\.evidence)
    }
    return status.run?.game.shown.map(\.evidence) ?? []
  }

  private func evidence(
    _ id: EvidenceID
  ) async throws -> (content: Content, contentKey: Bytes32, reader: Address)? {
    let message: Message?
    do { message = try await link.market.message(id.digest) } catch { throw Failure.online(error) }
    let wrapped: WrappedKey
    let content: Content
    switch message {
    case .submitEvidence(let m)?: (content, wrapped) = (m.evidence.output, m.key)
    case .submitProof(let m)?: (content, wrapped) = (m.evidence.output, m.key)
    case .unsealAnswer(let m)?: (content, wrapped) = (m.evidence.output, m.key)
    default: return nil
    }
    let genesis = try await link.ask { client throws(ClientError) in try await client.genesis() }
    let contentKey = wrapped.contentKey(of: content, for: key, network: genesis.network)
    return (content, contentKey ?? .zero, wrapped.to)
  }
}
