// Cheats in topics over whole seasons: what each earns, and which rule it runs into.

import Primitives
import Testing

@testable import Cheats

@Suite struct TopicRowTests {
  private func profit(_ title: String, in setting: Setting = Setting()) throws -> Fraction {
    let cheat = try #require(TopicMembers.cheats.first { $0.title == title })
    return try cheat.expectation(in: setting)
  }

  /// Each part of the reputers' stake loses by lying, up to a half; a majority is the truth.
  @Test func aMinorityOfReputersLosesByLying() throws {
    for percent in stride(from: 10, through: 50, by: 10) {
      #expect(try profit("topics.colluders (\(percent) %)") < 0, "\(percent)")
    }
    // Beyond a third they are only unpaid, not slashed.
    #expect(try profit("topics.colluders (40 %)") > profit("topics.colluders (10 %)"))
    #expect(try profit("topics.majority") > 0)
  }

  /// Where a shut seal costs a thousandth, who shows only good work gains; where any two truths are
  /// the same, who never measures is paid.
  @Test func withoutTheirRulesTheyPay() throws {
    var setting = Setting()
    setting.topicSlash = 1_000
    #expect(try profit("topics.picky") < 0)
    #expect(try profit("topics.picky", in: setting) > 0)
    setting = Setting()
    setting.topicTolerance = "10"
    #expect(try profit("topics.guess") < 0)
    let guess = try profit("topics.guess", in: setting)
    #expect(guess > 0, "\(guess.text(places: 3))")
  }

  @Test func tollsAreCountedOnce() throws {
    var free = Setting()
    free.missing = [.tolls]
    let paid = try profit("topics.late.copy")
    let unpaid = try profit("topics.late.copy", in: free)
    // It joins once, and seals and shows its work in each of 24 epochs.
    #expect(unpaid - paid == (try Setting().tolls(1 + 2 * 24)))
  }
}
