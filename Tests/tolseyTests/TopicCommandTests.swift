// What `tolsey topic` reads and keeps; and a topic at a node, whose clock the test sets forward.

import ArgumentParser
import Chain
import Explorer
import Foundation
import Kernel
import Logging
import NetworkRoom
import Node
import Primitives
import Synchronization
import Testing
import Topics

@testable import tolsey

@Suite struct TopicCommandTests {
  @Test func rulesOfANewTopicKeepTheirRanges() throws {
    let usual = try TopicRuleOptions.parse([]).rules()
    #expect(usual == TopicRules())
    for rule in usual.ranges { #expect(rule.range.contains(rule.value), "\(rule.name)") }
    let own = try TopicRuleOptions.parse(["--slash", "2.5", "--tolerance", "near"]).rules()
    // What makes no sense is the ledger's to refuse.
    #expect(own.slash == 25_000 && own.tolerance == "near")
  }

  @Test func partsAreTheLedgersRoles() {
    #expect(TopicPart.allCases.map { "\($0.role)" } == TopicPart.allCases.map(\.rawValue))
    #expect(TopicPart.allCases.map(\.role) == TopicRole.allCases)
    #expect(throws: (any Error).self) {
      try TopicJoin.parse(["1", "--as", "judge", "--stake", "1"])
    }
  }

  @Test func whatWasSealedIsKeptByItsSealAndEpoch() throws {
    let folder = NSTemporaryDirectory() + "topics-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let network = SHA256.hash([1])
    let book = TopicBook(in: folder, network: network, PrivateKey(seed: [1]), 4)
    let seal = try book.seal(["1.5"], .inferer, 7)
    let said = try #require(try book.said(under: seal, .inferer, 7))
    #expect(said.values == ["1.5"])
    #expect(
      seal
        == TopicMember.seal(
          topic: 4, epoch: 7, role: .inferer, by: PrivateKey(seed: [1]).address,
          values: ["1.5"], salt: said.salt))
    // Neither another role, nor epoch, nor topic, nor account.
    #expect(try book.said(under: seal, .reputer, 7) == nil)
    #expect(try book.said(under: seal, .inferer, 8) == nil)
    let other = TopicBook(in: folder, network: network, PrivateKey(seed: [1]), 5)
    #expect(try other.said(under: seal, .inferer, 7) == nil)
    let stranger = TopicBook(in: folder, network: network, PrivateKey(seed: [2]), 4)
    #expect(try stranger.said(under: seal, .inferer, 7) == nil)
    // A salt that is shown opens no other seal, not even of the same epoch or the same values.
    var salts = [said.salt]
    for epoch in [UInt64(7), 7, 8] {
      let again = try book.seal(["1.5"], .inferer, epoch)
      salts.append(try #require(try book.said(under: again, .inferer, epoch)).salt)
    }
    #expect(Set(salts).count == 4)
    // What can no longer be shown went with the later epoch.
    #expect(try book.said(under: seal, .inferer, 7) == nil)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(names.count == 1)
    // A file that was changed says nothing; nor does one under another key, as it was copied.
    let path = "\(folder)/\(names[0])"
    let last = try book.seal(["2"], .inferer, 8)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains("1.5"))
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      try text.replacingOccurrences(of: "1.5", with: "2").write(
        toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    }
    #expect(try book.said(under: last, .inferer, 8) == nil)
  }

  /// Who waits for a place that a greater stake has taken meanwhile is told so, and waits no more.
  @Test func whoIsTurnedAwayWaitsForNothing() throws {
    let (ann, bob) = (PrivateKey(seed: [1]).address, PrivateKey(seed: [2]).address)
    func facts(_ members: [Address], _ newcomers: [Address], _ role: String) -> TopicFacts {
      func list(_ accounts: [Address]) -> JSONValue {
        .array(
          accounts.map { ["account": .string($0.checksummed), "role": .string(role)] })
      }
      return TopicFacts(json: ["members": list(members), "newcomers": list(newcomers)])
    }
    #expect(try facts([], [ann], "inferer").isToCome(ann, as: .inferer))
    #expect(try facts([ann], [], "inferer").isToCome(ann, as: .inferer) == false)
    func code(_ facts: TopicFacts) -> String? {
      do {
        _ = try facts.isToCome(ann, as: .inferer)
        return nil
      } catch { return (error as? Failure)?.code }
    }
    #expect(code(facts([bob], [], "inferer")) == "notInTopic")
    #expect(code(facts([], [ann], "reputer")) == "otherRole")
  }

  @Test func anEpochAtANode() async throws {
    try await TopicNode.run { world in
      let people = [world.ann, world.bob, world.rex]
      for key in people {
        _ = try await Wallet(world.link, key).send {
          .joinTopic(
            JoinTopic(
              $0, topic: 1, as: key.address == world.rex.address ? .reputer : .inferer,
              stake: Amount(10_000_000)))
        }
      }
      await world.expect("notYetInTopic") { try await world.seal(world.ann, ["1"]) }
      try await world.pass(quarters: 4)
      #expect(try await world.facts().quarter == 1)
      await world.expect("otherQuarter") { try await world.seal(world.rex, ["1"]) }
      try await world.seal(world.ann, ["41.5"])
      try await world.seal(world.bob, ["42.5"])
      try await world.pass(quarters: 1)
      for key in [world.ann, world.bob] { try await world.reveal(key) }
      try await world.pass(quarters: 1)
      #expect(try await world.facts().json["answer"]?.fixed == .init(42))
      try await world.seal(world.rex, ["42"])
      try await world.pass(quarters: 1)
      try await world.reveal(world.rex)
      try await world.pass(quarters: 1)
      // The page says what its schema says, before words are made of it.
      let data = SubnetText.data(try await world.facts().json)
      #expect(DataSchemas.all["topic.show/1"]?.fault(in: data) == nil)
      #expect(data["epochs"]?[0]?["outcome"]?.string == "paid")
      let list = SubnetText.data(try await world.link.get("/topics.json"))
      #expect(DataSchemas.all["topic.list/1"]?.fault(in: list) == nil)
      let paint = Paint(isOn: false)
      let text = TopicText.members(data).text(paint, empty: "")
      #expect(text.hasPrefix("ROLE") && text.split(separator: "\n").count == 4)
      #expect(TopicText.epochs(data).text(paint, empty: "").split(separator: "\n").count == 3)
      #expect(TopicText.fields(data, .zero).text(paint).contains("noon"))
      await world.expect("noSuchTopic") { _ = try await TopicFacts.read(world.link, 77) }
      await world.expect("notInTopic") {
        _ = try await world.facts().role(of: world.owner.address, mayWait: true)
      }
    }
  }
}

/// A node with one topic, its owner, and three who take part.
private struct TopicNode {
  final class Clock: NodeClock {
    private let ahead = Mutex<UInt64>(0)
    var now: Time { Time(WallClock().now.milliseconds + ahead.withLock { $0 }) }
    func leap(milliseconds: UInt64) { ahead.withLock { $0 += milliseconds } }
  }

  static let tempo: UInt64 = 14_400
  let owner = PrivateKey(seed: Array("owner".utf8))
  let ann = PrivateKey(seed: Array("ann".utf8))
  let bob = PrivateKey(seed: Array("bob".utf8))
  let rex = PrivateKey(seed: Array("rex".utf8))
  let folder: String
  let clock: Clock
  let link: NodeLink
  let network: Bytes32

  static func run(_ body: (TopicNode) async throws -> Void) async throws {
    let folder = NSTemporaryDirectory() + "topic-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let clock = Clock()
    var founding = Founding(time: clock.now)
    founding.links = 512
    founding.funds = ["owner", "ann", "bob", "rex"].map {
      GenesisFund(PrivateKey(seed: Array($0.utf8)).address, Amount(100_000_000))
    }
    let network = try NodeFolder.found(founding, at: folder + "/node").genesis.network
    try FileManager.default.createDirectory(
      atPath: folder + "/book", withIntermediateDirectories: true)
    var log = Logger(label: "test")
    log.logLevel = .critical
    var settings = NodeConfiguration(folder: folder + "/node", log: log)
    settings.port = 0
    settings.pace = .clock(clock)
    settings.pages = { ExplorerPages($0) }
    let node = try await Node.start(settings)
    let client = NodeClient(node.address, timeout: .seconds(600))
    do {
      let world = TopicNode(
        folder: folder, clock: clock, link: NodeLink(client: client), network: network)
      try await world.found()
      try await body(world)
      client.close()
      await node.stop()
    } catch {
      client.close()
      await node.stop()
      throw error
    }
  }

  private func found() async throws {
    var rules = TopicRules()
    rules.tempo = Self.tempo
    _ = try await Wallet(link, owner).send {
      .createTopic(
        CreateTopic(
          $0, name: "noon", question: "The load at noon", rules, most: Amount(10_000_000)))
    }
    _ = try await Wallet(link, owner).send {
      .fundTopic(FundTopic($0, topic: 1, perEpoch: Amount(1_000_000), epochs: 5))
    }
  }

  func facts() async throws -> TopicFacts { try await TopicFacts.read(link, 1) }

  private func book(_ key: PrivateKey) -> TopicBook {
    TopicBook(in: folder + "/book", network: network, key, 1)
  }

  /// As the command does it, but that its book lies with the test.
  func seal(_ key: PrivateKey, _ values: [String]) async throws {
    let facts = try await facts()
    let role = try facts.role(of: key.address, mayWait: false)
    _ = try await facts.at(
      role == .reputer ? 3 : 1, isAwaited: false, link, 1, isEarly: { _ in false })
    let seal = try book(key).seal(values, role, facts.epoch)
    let until = try await link.lastMoment(before: facts.quarterEnds)
    _ = try await Wallet(link, key).send { head in
      role == .reputer
        ? .sealTruth(SealTruth(head.valid(until: until), topic: 1, seal: seal))
        : .sealWork(SealWork(head.valid(until: until), topic: 1, seal: seal))
    }
  }

  func reveal(_ key: PrivateKey) async throws {
    let facts = try await facts()
    let role = try facts.role(of: key.address, mayWait: false)
    let seal = try #require(facts.seal(of: key.address))
    let (values, salt) = try #require(try book(key).said(under: seal, role, facts.epoch))
    _ = try await Wallet(link, key).send { head in
      role == .reputer
        ? .revealTruth(RevealTruth(head, topic: 1, truth: values[0], salt: salt))
        : .revealWork(RevealWork(head, topic: 1, values: values, salt: salt))
    }
  }

  /// Sets the clock to so many quarters after the running one's beginning, one after the other, and
  /// has blocks made there.
  func pass(quarters: Int) async throws {
    for _ in 0..<quarters {
      let ends = try await facts().quarterEnds.milliseconds
      let now = try await link.client.status().marketTime.milliseconds
      clock.leap(milliseconds: ends - min(ends, now) + 1_000)
      for _ in 0..<2 {
        _ = try await Wallet(link, owner).send {
          var head = $0
          head.validUntil = .never
          return .transfer(Transfer(head, to: ann.address, Amount(1)))
        }
      }
    }
  }

  func expect(_ code: String, _ body: () async throws -> Void) async {
    do {
      try await body()
      Issue.record("it was not refused with \(code)")
    } catch {
      #expect((error as? Failure)?.code == code)
    }
  }
}
