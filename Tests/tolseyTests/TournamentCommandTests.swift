// What `tolsey tournament` reads and keeps; and a tournament at a node, from its making to its end,
// whose clock the test sets forward.

import ArgumentParser
import Chain
import Explorer
import Foundation
import Kernel
import Logging
import Market
import NetworkRoom
import Node
import Primitives
import Synchronization
import Testing
import Tournaments

@testable import tolsey

@Suite struct TournamentCommandTests {
  // MARK: - Words

  private static func values(_ words: [String], _ count: UInt64 = 3) throws -> [PlainNumber] {
    try ValueOptions.parse(words).values(count)
  }

  /// Whoever stayed shut has no score, and stands behind the worst; in a running tournament all
  /// are sealed, in the order in which they came.
  @Test func aBoardStandsBestFirst() throws {
    func lines(_ state: String) throws -> [String] {
      let entries = [("0xaa", "-0.2500", true), ("0xbb", "null", false), ("0xcc", "0.5000", true)]
        .map { #"{"account":"\#($0)","score":\#($1),"interval":[],"revealed":\#($2)}"# }
      let text = #"{"state":"\#(state)","board":[\#(entries.joined(separator: ","))]}"#
      return TournamentText.board(try JSONValue(parsing: Array(text.utf8)))
        .text(Paint(isOn: false), empty: "").split(separator: "\n").dropFirst().map { String($0) }
    }
    let paid = try lines("paid")
    #expect(paid.map { String($0.prefix(4)) } == ["0xcc", "0xaa", "0xbb"])
    #expect(paid[2].contains("stayed shut") && paid[0].contains("revealed"))
    #expect(try lines("open")[2].contains("sealed"))
  }

  @Test func forecastsAreRankedExactly() throws {
    func ranks(_ text: String, _ count: UInt64) throws -> [UInt64] {
      Ranking.ranks(try Self.values(["--values", text], count))
    }
    #expect(try ranks("0.2,-1.5,0.7", 3) == [1, 0, 2])
    #expect(try ranks("-1,-1.0,-1.000000001", 3) == [1, 1, 0])
    #expect(try ranks("5 5 5", 3) == [0, 0, 0])
    #expect(try ranks("999999999999.999999999, 0, -0", 3) == [1, 0, 0])
    let many = (0..<256).map { String($0 * 7 % 256) }.joined(separator: ",")
    #expect(try ranks(many, 256).max() == 255)
  }

  @Test(arguments: [
    "1,2", "1,2,3,4", "1,2,x", "1,2,1e5", "1,2,", "1,2,1.0000000001", "1,2,--3", "1,2,0x1",
    "1,2,1.", "1,2,.5", "1,2,1234567890123", "1,2,٣",
  ])
  func whatIsNoForecastIsAUsageError(text: String) {
    #expect {
      try Self.values(["--values", text])
    } throws: { error in
      (error as? Failure)?.status == .usage && (error as? Failure)?.code == "badValue"
    }
  }

  @Test func rulesOfANewTournamentKeepTheirRanges() throws {
    let usual = try TournamentRuleOptions.parse([]).rules(purse: Amount(5_000_000))
    #expect(usual == TournamentRules())
    for rule in usual.ranges { #expect(rule.range.contains(rule.value), "\(rule.name)") }
    let small = try TournamentRuleOptions.parse(
      ["--quorum", "9", "--limit", "2.5", "--bond", "3"]
    ).rules(purse: Amount(5_000_000))
    // What makes no sense is said to be so, and not put right in silence.
    #expect(small.quorum == 9 && small.limit == 25_000 && small.bond == Amount(3_000_000))
  }

  @Test func theTruthIsAWordOrARun() throws {
    let word = try TruthOptions.parse(["--width", "1", "--unsigned"]).source()
    #expect(word.kind == .word && word.width == 1 && !word.isSigned)
    let model = SHA256.hash([9]).description
    let run = try TruthOptions.parse(
      ["--check", "proved", "--model", model]
    ).source()
    #expect(run.kind == .run && run.spec != .zero)
    #expect(run.check == CheckTerms("proved", [Number("level", 1)]))
    #expect(throws: Failure.self) {
      try TruthOptions.parse(["--check", "proved"]).source()
    }
  }

  @Test func whatWasSealedIsKeptByItsSeal() throws {
    let folder = NSTemporaryDirectory() + "forecasts-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (one, other) = (SHA256.hash([1]), SHA256.hash([2]))
    let key = PrivateKey(seed: [1])
    let book = ForecastBook(in: folder, network: one, key, 4)
    let seal = book.seal([3, 1, 2])
    try book.keep([3, 1, 2], seal)
    #expect(try book.forecast(of: seal) == [3, 1, 2])
    // Neither another seal, nor tournament, nor account, nor network.
    #expect(try book.forecast(of: book.seal([1, 2, 3])) == nil)
    #expect(try ForecastBook(in: folder, network: one, key, 5).forecast(of: seal) == nil)
    #expect(try ForecastBook(in: folder, network: other, key, 4).forecast(of: seal) == nil)
    let stranger = ForecastBook(in: folder, network: one, PrivateKey(seed: [2]), 4)
    #expect(try stranger.forecast(of: seal) == nil && stranger.salt != book.salt)
    // A file that was changed says nothing.
    try book.keep([1, 2, 3], seal)
    #expect(try book.forecast(of: seal) == nil)
  }

  // MARK: - At a node

  @Test func aTournamentFromItsMakingToItsEnd() async throws {
    try await TournamentWorld.run { world in
      #expect(try await world.facts().values == 3)
      for (key, ranks) in [(world.ann, [0, 1, 2]), (world.bob, [2, 1, 0])]
        as [(PrivateKey, [UInt64])]
      {
        let book = world.book(key)
        try book.keep(ranks, book.seal(ranks))
        _ = try await Wallet(world.link, key).send {
          .enterTournament(
            EnterTournament(
              $0, tournament: 1, seal: book.seal(ranks), stake: Amount(10_000_000)))
        }
      }
      await world.expect("entriesOpen") { try await world.reveal(world.ann) }
      try await world.pass("closes")
      try await world.reveal(world.ann)
      try await world.reveal(world.bob)
      try await world.pass("revealsEnd")
      let bytes = try #require(try await world.facts().source.bytes(of: [-5, 3, 8]))
      _ = try await Wallet(world.link, world.owner).send {
        .openTruth(OpenTruth($0, tournament: 1, truth: bytes, salt: .zero))
      }
      try await world.pass(nil)
      let facts = try await world.facts()
      #expect(facts.json["state"]?.string == "paid")
      #expect((facts.json["paid"]?.uint64 ?? 0) > 400_000)
      // The page says what its schema says, before words are made of it.
      let data = SubnetText.data(facts.json)
      #expect(DataSchemas.all["tournament.show/1"]?.fault(in: data) == nil)
      let list = SubnetText.data(try await world.link.get("/tournaments.json"))
      #expect(DataSchemas.all["tournament.list/1"]?.fault(in: list) == nil)
      let text = TournamentText.board(data).text(Paint(isOn: false), empty: "")
      #expect(text.hasPrefix("ACCOUNT") && text.split(separator: "\n").count == 3)
      #expect(TournamentText.next(data, .zero) == "over")
      await world.expect("noSuchTournament") {
        _ = try await TournamentFacts.read(world.link, 77)
      }
    }
  }
}

/// A node with one tournament, its owner, and two who forecast.
private struct TournamentWorld {
  final class Clock: NodeClock {
    private let ahead = Mutex<UInt64>(0)
    var now: Time { Time(WallClock().now.milliseconds + ahead.withLock { $0 }) }
    func leap(milliseconds: UInt64) { ahead.withLock { $0 += milliseconds } }
  }

  let owner = PrivateKey(seed: Array("owner".utf8))
  let ann = PrivateKey(seed: Array("ann".utf8))
  let bob = PrivateKey(seed: Array("bob".utf8))
  let folder: String
  let clock: Clock
  let link: NodeLink
  let network: Bytes32

  static func run(_ body: (TournamentWorld) async throws -> Void) async throws {
    let folder = NSTemporaryDirectory() + "tournament-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let clock = Clock()
    var founding = Founding(time: clock.now)
    founding.links = 512
    founding.funds = ["owner", "ann", "bob"].map {
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
      let world = TournamentWorld(
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
    var rules = TournamentRules()
    rules.values = 3
    rules.entryTime = 3_600
    rules.revealTime = 3_600
    rules.bond = Amount(40_000_000)
    _ = try await Wallet(link, owner).send {
      .createTournament(
        CreateTournament($0, name: "rain", rules, TruthSource(), purse: Amount(20_000_000)))
    }
  }

  func facts() async throws -> TournamentFacts { try await TournamentFacts.read(link, 1) }

  func book(_ key: PrivateKey) -> ForecastBook {
    ForecastBook(in: folder + "/book", network: network, key, 1)
  }

  func reveal(_ key: PrivateKey) async throws {
    let seal = try #require(try await facts().seal(of: key.address))
    let ranks = try #require(try book(key).forecast(of: seal))
    _ = try await Wallet(link, key).send {
      .revealForecast(
        RevealForecast($0, tournament: 1, forecast: ranks, salt: book(key).salt))
    }
  }

  /// Sets the clock behind a deadline of the page, or a second on, and has a block made there.
  func pass(_ deadline: String?) async throws {
    let ends = try await facts().json[deadline ?? "closes"]?.uint64 ?? 0
    let now = try await link.client.status().marketTime.milliseconds
    clock.leap(milliseconds: ends - min(ends, now) + 1_000)
    _ = try await Wallet(link, owner).send {
      var head = $0
      head.validUntil = .never
      return .transfer(Transfer(head, to: ann.address, Amount(1)))
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
