// `tolsey up`: a node with funded test accounts and a faucet, until it is stopped.

import ArgumentParser
import Chain
import Foundation
import Kernel
import Logging
import NetworkRoom
import Node
import Primitives

struct UpCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "up", abstract: "Run a node with test money on this machine.",
    discussion: """
      It founds a network of its own, with accounts whose keys everybody can read here, and runs \
      until ctrl-c. Without --data everything is thrown away at the end. With --json one line \
      says that it is ready: url, rpc, accounts. Its terms suit somebody who plays all parts: \
      under 'disputable' one operator of auditors is enough, where a real network asks for four, \
      and an answer may be disputed for five minutes and twice its run time, not ten. \
      At /v1 of its URL a small text model answers OpenAI's clients, paid by x402; \
      'tolsey agent serve' pays it.
      """)
  static let schema = "up/1"

  @Option(help: "Where to listen on 127.0.0.1; 0 takes any free port.")
  var port = NodeAddress.standardPort
  @Option(help: "Keep the network in this folder, and go on with it the next time.")
  var data: String?
  @Option(help: "Keys, secrets and chain id follow from this number; a random one if not said.")
  var seed: UInt64?
  @Option(help: "How many funded accounts.") var accounts = 10
  @Flag(help: "Also run six providers of the digits model and a checker, to buy from at once.")
  var market = false
  @Option(
    name: .customLong("payee"), parsing: .singleValue,
    help: "Keep half of what the facilitator spends a day for this account. May be repeated.")
  var payees: [String] = []
  @OptionGroup var rates: RateOptions
  @OptionGroup var logging: LogOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (0...65_535).contains(port) else {
      throw ValidationError("a port is a number from 0 to 65535")
    }
    guard (1...100).contains(accounts) else {
      throw ValidationError("there may be 1 to 100 accounts")
    }
  }

  func run(on console: Console) async throws {
    let stops = StopSignals.stream()
    let world = try TestWorld(folder: data, seed: seed, accounts: accounts)
    defer { world.throwAway() }
    let house = TestHouse(accounts: world.keys, sells: market)
    let node: Node
    let side = SideDoor()
    var settings = try configuration(world, house, logging.logger(console))
    settings.side = side
    do throws(NodeError) { node = try await Node.start(settings) } catch {
      throw Failure(error)
    }
    try await house.open(node)
    let door: HouseDoor?
    do {
      door = try await HouseDoor.open(
        side, at: node, of: house, paying: world.keys.last, in: world.folder, rates.limits,
        settings.log)
    } catch {
      // A node without it is a node.
      console.warn("nothing is sold at /v1: \(Failure(error).message)")
      door = nil
    }
    let banner = Banner(node: node, world: world, sells: market, speaks: door != nil)
    console.event(Self.schema, banner.data) { banner.text($0) }
    for await _ in stops { break }
    console.note("stopping")
    // Whoever insists does not wait for the last answers.
    let impatience = Task {
      for await _ in StopSignals.stream() { ExitStatus.interrupted.leave() }
    }
    await door?.close(console)
    await house.close()
    await node.stop()
    impatience.cancel()
  }

  private func configuration(
    _ world: TestWorld, _ house: TestHouse, _ log: Logger
  ) throws -> NodeConfiguration {
    var settings = NodeConfiguration(folder: world.folder, log: log)
    settings.port = port
    settings.version = Tolsey.version
    settings.limits = rates.limits
    settings.facilitator = FacilitatorLimits(accountsPerDay: 1_000)
    settings.facilitator.payees = Set(try payees.map { try KeyOptions.address($0) })
    settings.pages = { ExplorerPages($0, counter: house.desk) }
    return settings
  }
}

/// What is printed once the node answers.
struct Banner {
  let node: Node
  let world: TestWorld
  var sells = false
  /// Whether a text model is sold at `/v1`.
  var speaks = false

  private var base: String { "\(node.address)/v1" }

  var data: JSONValue {
    [
      "url": .string("\(node.address)"), "rpc": .string("\(node.address)/rpc"),
      "agents": speaks ? .string(base) : .null, "market": .bool(sells),
      "accounts": .array(
        world.keys.map {
          [
            "address": .string($0.address.checksummed), "key": .string("\($0.secret)"),
            "balance": .unsigned(TestWorld.purse.units),
          ]
        }),
      "network": .string("\(node.genesis.network)"),
      "chainId": .unsigned(node.genesis.chainId),
      "operator": .string(node.genesis.operator.checksummed),
      "seed": world.seed.map { .unsigned($0) } ?? .null,
      "data": world.isThrowAway ? .null : .string(world.folder),
      "height": .unsigned(node.height),
    ]
  }

  /// Commands that work at once, wherever the node listens.
  private var firstSteps: String {
    let isElsewhere = node.address != NodeAddress()
    return (isElsewhere ? "export TOLSEY_NODE=\(node.address); " : "")
      + "tolsey key new && tolsey account fund && tolsey offer list"
  }

  func text(_ paint: Paint) -> String {
    var table = TextTable(.right("#"), .left("account"), .left("unsafe key"))
    for (index, key) in world.keys.enumerated() {
      table.add(
        .init("\(index)"), .init(key.address.checksummed, .handle), .init("\(key.secret)", .bad))
    }
    var fields = TextFields()
    fields.add("url", .init("\(node.address)", .handle))
    fields.add("rpc", .init("\(node.address)/rpc for Ethereum's wallets and libraries"))
    if speaks {
      let price = Dollars.text(HouseSpeaker.price)
      fields.add("agents", .init("\(base) for OpenAI's clients, \(price) an answer by x402"))
    }
    if sells { fields.add("buy a run", .init("\(node.address)/buy", .handle)) }
    fields.add("network", .init("\(node.genesis.network)"))
    fields.add("chain id", .init("\(node.genesis.chainId)"))
    fields.add("operator", .init(node.genesis.operator.checksummed))
    fields.add("block", .init("\(node.height)"))
    if let seed = world.seed { fields.add("seed", .init("\(seed)")) }
    fields.add("court", .init("one operator of auditors is enough here; a real network asks for 4"))
    fields.add("data", .init(world.isThrowAway ? "throw-away" : world.folder))
    return [
      paint(.strong, "tolsey \(Tolsey.version)"), "", table.text(paint, empty: ""), "",
      paint(.bad, "UNSAFE:") + " everybody can read these keys; never send them real money",
      "each account was founded with \(Dollars.text(TestWorld.purse))", "",
      fields.text(paint), "",
      "from another terminal: " + paint(.handle, firstSteps), "ctrl-c stops it",
    ].joined(separator: "\n")
  }
}

/// The folder of a test network and the keys of its accounts.
struct TestWorld {
  static let purse = Amount(1_000_000_000)
  private static let accountsFile = "unsafe-accounts.json"

  let folder: String
  let isThrowAway: Bool
  let keys: [PrivateKey]
  /// Nil for a network that was founded before.
  let seed: UInt64?

  init(folder: String?, seed: UInt64?, accounts: Int) throws {
    isThrowAway = folder == nil
    self.folder =
      folder ?? FileManager.default.temporaryDirectory.path + "/tolsey-" + UUID().uuidString
    if NodeFolder.exists(at: self.folder) {
      guard seed == nil else {
        throw Failure(
          .usage, code: "founded", "\(self.folder) holds a network already; it has its seed",
          hint: "leave --seed out, or name another folder")
      }
      self.seed = nil
      keys = try TestWorld.readKeys(self.folder + "/" + TestWorld.accountsFile)
      return
    }
    var source = SystemRandomNumberGenerator()
    // Few enough digits that somebody can type them.
    let seed = seed ?? UInt64.random(in: 0..<1_000_000_000, using: &source)
    self.seed = seed
    keys = (0..<accounts).map { TestWorld.key(seed, "account \($0)") }
    var founding = Founding(time: WallClock().now)
    founding.seed = TestWorld.key(seed, "network").secret.bytes
    founding.terms = TestWorld.terms
    founding.funds = keys.map { GenesisFund($0.address, TestWorld.purse) }
    founding.facilitator = TestWorld.purse
    do throws(NodeError) { _ = try NodeFolder.found(founding, at: self.folder) } catch {
      throw Failure(error)
    }
    try LocalFile.write(
      Array(json.prettyText.utf8), to: self.folder + "/" + TestWorld.accountsFile,
      mode: KeyFile.mode)
  }

  private var json: JSONValue {
    ["keys": .array(keys.map { .string("\($0.secret)") })]
  }

  /// A stranger has one checker, and little patience.
  private static var terms: Terms {
    var terms = Terms.standard
    terms.auditOperators = 1
    terms.auditWindow = 300
    terms.disputeWindow = 300
    return terms
  }

  private static func readKeys(_ path: String) throws -> [PrivateKey] {
    guard LocalFile.exists(path) else { return [] }
    return try (LocalFile.json(path)["keys"]?.array ?? []).map { entry in
      guard let secret = entry.string.flatMap(Bytes32.init(hex:)),
        let key = try? PrivateKey(secret)
      else {
        throw Failure(
          .refused, code: "noKey", "\(path) cannot be read", hint: "delete it to do without")
      }
      return key
    }
  }

  private static func key(_ seed: UInt64, _ use: String) -> PrivateKey {
    PrivateKey(seed: Array("tolsey/up/1 \(seed) \(use)".utf8))
  }

  func throwAway() {
    if isThrowAway { try? FileManager.default.removeItem(atPath: folder) }
  }
}
