// Answers whose runs others do again: bought once, compared, kept, not sold where one differs.

import Chain
import Foundation
import Kernel
import Market
import NetworkRoom
import Primitives
import Synchronization
import Testing
import Workers

@testable import Agents
@testable import Node

/// A market on which everybody is honest, or nobody is.
private final class FakeMarket: RunBuyer {
  enum Way: Sendable { case honest, lies, delivers(Int), refuses, sleeps }

  let way: Way
  let bought = Mutex([Want]())
  private let text: TextModel

  init(_ way: Way, _ text: TextModel) { (self.way, self.text) = (way, text) }

  func hasOffer(for want: Want) async throws -> Bool { want.check.kind == ProvedCheck.name }

  func buy(_ want: Want) async throws -> PurchaseResult {
    bought.withLock { $0.append(want) }
    if case .refuses = way { throw Refusal("insufficient", ["asked": 2, "has": 1]) }
    if case .sleeps = way { throw CheckBuyer.TookTooLong() }
    let inputs = [want.input] + want.more
    var result = PurchaseResult(want: 0, message: .zero, road: want.road, end: "runSettled")
    result.wanted = want.runs
    for (place, input) in inputs.enumerated() {
      if case .delivers(let most) = way, place >= most { break }
      var settled = SettledRun()
      settled.index = UInt64(place)
      settled.verdict.outcome = .majority
      var run = RunResult(settled: settled, cost: Amount(300))
      let output = text.model.output(try text.model.execute(input)).bytes
      run.output = output
      if case .lies = way, place == 1 { run.output = output.map { $0 ^ 1 } }
      result.runs.append(run)
      result.cost = try result.cost.adding(Amount(300))
    }
    return result
  }
}

@Suite struct CheckedSpeakerTests {
  private static let text = Result { () throws(Refusal) in try HouseSpeaker.model() }

  private func checked(_ check: String = "replicated", most: Int = 4) throws -> CheckedText {
    let text = try Self.text.get()
    return try #require(
      CheckedText(
        "gpt", text, under: check, limit: Amount(400), mostTokens: most, terms: .standard))
  }

  private func asked(_ check: String = "replicated(3)", sale: UInt64? = 7) -> Utterance {
    var asked = Utterance()
    asked.model = "gpt"
    asked.prompt = "The hacker"
    asked.most = 3
    asked.seed = 5
    asked.check = check
    asked.sale = sale
    return asked
  }

  private func shelf(_ body: (CheckedShelf, String) async throws -> Void) async throws {
    let folder = NSTemporaryDirectory() + "tolsey-checked-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(try CheckedShelf(folder, most: 3), folder)
  }

  @Test func theSameIsSaidAndEachRunIsBoughtOnce() async throws {
    let text = try Self.text.get()
    let market = FakeMarket(.honest, text)
    let base = HouseSpeaker(created: 7)
    try await shelf { shelf, _ in
      let speaker = CheckedSpeaker(base, [try checked()], buyer: market, shelf: shelf)
      #expect(speaker.models == base.models)
      #expect(speaker.checks(of: "gpt").map(\.name) == ["replicated(3)"])
      #expect(speaker.checks(of: "other").isEmpty)
      var (said, open) = ("", "")
      let spoken = try await speaker.speak(asked()) { said += $0 }
      var plain = asked()
      plain.check = nil
      let unchecked = try await speaker.speak(plain) { open += $0 }
      #expect(said == open && said.count == 3 && unchecked.passed == nil)
      let passed = try #require(spoken.passed)
      #expect(passed.name == "replicated(3)" && passed.runs.count == 3)
      #expect(Set(passed.runs).count == 3)
      // What it cost, and the tolls; no more than clients were told.
      #expect(passed.cost == Amount(900 + 500 + 3 * 120))
      let told = speaker.checks(of: "gpt")[0]
      #expect(passed.cost.units <= told.once.units + 3 * told.each.units)
      let want = try #require(market.bought.withLock { $0.first })
      #expect(want.runs == 3 && want.parallel == 3 && want.road == .auction)
      #expect(want.check.numbers == [Number("replicas", 3), Number("audit", 0)])
      #expect(want.limit == Rate(Amount(400)) && !want.isPublished)
    }
  }

  /// A door that died after it bought, and before it charged, buys nothing a second time.
  @Test func aSaleThatIsBegunAgainBuysNothing() async throws {
    let market = FakeMarket(.honest, try Self.text.get())
    try await shelf { shelf, folder in
      func speak(_ asked: Utterance) async throws -> (String, Spoken) {
        let speaker = CheckedSpeaker(
          HouseSpeaker(created: 7), [try checked()], buyer: market,
          shelf: try CheckedShelf(folder))
        var said = ""
        let spoken = try await speaker.speak(asked) { said += $0 }
        return (said, spoken)
      }
      let first = try await speak(asked())
      let again = try await speak(asked())
      #expect(first == again && market.bought.withLock { $0.count } == 1)
      // Another sale of the same words is another purchase.
      _ = try await speak(asked(sale: 8))
      #expect(market.bought.withLock { $0.count } == 2)
      // What lies there and cannot be read is bought again.
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        try Data("{".utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
      }
      _ = try await speak(asked())
      #expect(market.bought.withLock { $0.count } == 3)
      withExtendedLifetime(shelf) {}
    }
  }

  @Test func theShelfDoesNotGrowWithoutEnd() async throws {
    let market = FakeMarket(.honest, try Self.text.get())
    try await shelf { shelf, folder in
      let speaker = CheckedSpeaker(
        HouseSpeaker(created: 7), [try checked()], buyer: market, shelf: shelf)
      for sale in 0..<8 { _ = try await speaker.speak(asked(sale: UInt64(sale))) { _ in } }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count <= 3)
    }
  }

  @Test func whatDiffersOrIsMissingIsNotSold() async throws {
    let text = try Self.text.get()
    for way in [FakeMarket.Way.lies, .delivers(2), .delivers(0), .refuses, .sleeps] {
      let market = FakeMarket(way, text)
      try await shelf { shelf, folder in
        let speaker = CheckedSpeaker(
          HouseSpeaker(created: 7), [try checked()], buyer: market, shelf: shelf)
        let said = Mutex("")
        let error = await #expect(throws: SpeechProblem.self) {
          try await speaker.speak(asked()) { piece in said.withLock { $0 += piece } }
        }
        #expect(error?.code == "check_failed" && error?.status == 424)
        #expect(said.withLock { $0.isEmpty })
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
      }
    }
  }

  /// Who buys and sells at once delivers all runs but one: what it is paid for them ends.
  @Test func whatPassesNothingCostsTheDoorSoMuchADay() async throws {
    let text = try Self.text.get()
    let sold = try checked(most: 1)
    func speaker(_ market: FakeMarket) -> CheckedSpeaker {
      CheckedSpeaker(HouseSpeaker(created: 7), [sold], buyer: market, shelf: nil)
    }
    let thief = FakeMarket(.delivers(0), text)
    let robbed = speaker(thief)
    for sale in 0..<100 as Range<UInt64> {
      await #expect(throws: SpeechProblem.self) {
        try await robbed.speak(asked(sale: sale)) { _ in }
      }
    }
    let bought = thief.bought.withLock { UInt64($0.count) }
    let each: UInt64 = 500 + 120
    #expect(bought > 0 && bought < 100)
    #expect(bought * each <= CheckedSpeaker.mostFailed * sold.risk(1).units)
    // What passes takes nothing of that room.
    let market = FakeMarket(.honest, text)
    let honest = speaker(market)
    for sale in 0..<20 as Range<UInt64> { _ = try await honest.speak(asked(sale: sale)) { _ in } }
    #expect(market.bought.withLock { $0.count } == 20)
  }

  @Test func lossesAreForgottenAfterADay() {
    let start = ContinuousClock.now
    let hours = Mutex(0)
    let limit = LossLimit(Amount(100)) { start + .seconds(3_600 * hours.withLock { $0 }) }
    #expect(limit.take(Amount(60)) && !limit.take(Amount(41)) && limit.take(Amount(40)))
    limit.giveBack(Amount(10))
    #expect(limit.take(Amount(10)) && !limit.take(Amount(1)))
    hours.withLock { $0 = 23 }
    #expect(!limit.take(Amount(1)) && !limit.take(Amount(.max)))
    hours.withLock { $0 = 24 }
    #expect(limit.take(Amount(100)) && !limit.take(Amount(1)))
  }

  /// What nobody can keep would be bought again by who asks again.
  @Test func withoutADiskNothingIsSold() async throws {
    let market = FakeMarket(.honest, try Self.text.get())
    try await shelf { shelf, folder in
      try FileManager.default.removeItem(atPath: folder)
      try Data().write(to: URL(fileURLWithPath: folder))
      let speaker = CheckedSpeaker(
        HouseSpeaker(created: 7), [try checked()], buyer: market, shelf: shelf)
      await #expect(throws: (any Error).self) { try await speaker.speak(asked()) { _ in } }
    }
  }

  @Test func aProofIsTakenFromAnOfferWhereOneStands() async throws {
    let text = try Self.text.get()
    let market = FakeMarket(.honest, text)
    let made = try checked("proved(succinct)")
    #expect(made.check.isPublic)
    let speaker = CheckedSpeaker(
      HouseSpeaker(created: 7), [made], buyer: market, shelf: nil)
    let spoken = try await speaker.speak(asked("proved(succinct)")) { _ in }
    #expect(spoken.passed?.name == "proved(succinct)")
    #expect(market.bought.withLock { $0.first?.road } == .offer)
  }

  /// An answer under `disputable` may be disputed for minutes after it was given.
  @Test func whatNoClientWaitsForIsNotSold() throws {
    let text = try Self.text.get()
    for check in ["open", "disputable", "judged", "replicated(4)"] {
      #expect(
        CheckedText(
          "gpt", text, under: check, limit: Amount(1), mostTokens: 4, terms: .standard) == nil)
    }
    for most in [0, 65] {
      #expect(
        CheckedText(
          "gpt", text, under: "replicated", limit: Amount(1), mostTokens: most, terms: .standard)
          == nil)
    }
  }
}
