// Topics on the ledger: what is taken and refused, who is paid, and that no unit is lost.

import Arithmetic
import Kernel
import Primitives
import Testing

@testable import Topics

@Suite struct TopicLedgerTests {
  private static let people = ["a", "b", "c", "d", "e", "f", "g", "r", "s", "t", "u"]

  /// Three inferers, two forecasters, three reputers, and ten dollars an epoch.
  private static func founded(_ rules: TopicRules = .quick) throws -> TopicLedger {
    var t = try TopicLedger(people: people)
    #expect(t.create(rules) == nil)
    #expect(t.fund(TopicLedger.dollars(10), epochs: 20).refusal == nil)
    try t.found(
      inferers: ["a", "b", "c"], forecasters: ["f", "g"], reputers: ["r", "s", "t"])
    return t
  }

  private static let work: [(name: String, values: [String])] = [
    ("a", ["10"]), ("b", ["11"]), ("c", ["20"]), ("f", ["-2", "-1", "2"]),
    ("g", ["-1", "-1", "1"]),
  ]
  private static let truths = ["r", "s", "t"].map { (name: $0, truth: "10.1") }

  @Test func badTopicsAreRefused() throws {
    var t = try TopicLedger()
    #expect(t.create(name: "Rain") == .badTopicName)
    #expect(t.create(question: "") == .badQuestion)
    #expect(t.create(question: "a\u{202e}b") == .badQuestion)
    #expect(t.create(question: String(repeating: "x", count: 257)) == .badQuestion)
    var rules = TopicRules.quick
    rules.tempo = 59
    #expect(t.create(rules) == .outOfRange("tempo", is: 59, least: 60, most: 604_800))
    for text in ["-1", "", "much", "2e9", String(repeating: "0", count: 41)] {
      rules = .quick
      rules.tolerance = text
      #expect(t.create(rules) == .badTolerance, "\(text)")
    }
    #expect(t.create() == nil)
    #expect(t.room.counts.open == 1)
    #expect(t.isBalanced == true)
  }

  @Test func anEpochIsPaid() throws {
    var t = try Self.founded()
    // The epoch in which everybody came paid nobody.
    #expect(t.room.topic(1)?.carried == TopicLedger.dollars(10))
    #expect(t.room.result(1, epoch: 0)?.outcome == .noAnswer)
    let before = Self.people.map { t.balance($0) }
    try t.play(TopicPlay(work: Self.work, truths: Self.truths))
    let result = try #require(t.room.result(1, epoch: 1) as TopicResult?)
    #expect(result.outcome == .paid)
    #expect(result.budget == TopicLedger.dollars(20))
    #expect(result.paid <= result.budget)
    // Rounding loses less than a unit a member.
    #expect(result.budget.units - result.paid.units < 8)
    let gained = zip(Self.people, before).reduce(0) { $0 + t.balance($1.0) - $1.1 }
    #expect(gained == result.paid.units)
    // Who is nearer is paid more, and has the greater regret.
    let lines = result.lines
    #expect(lines[0].earned > lines[2].earned)
    let state = try #require(t.room.memory(1) as TopicState?)
    #expect(state.regrets[0] > state.regrets[2])
    #expect(result.values[2] == Fixed64(decimal: "10.1"))
    #expect(t.isBalanced == true)
    // The next answer lies nearer to who was right.
    try t.play(TopicPlay(work: Self.work, truths: Self.truths))
    let next = try #require(t.room.result(1, epoch: 2) as TopicResult?)
    #expect(next.values[0] < result.values[0])
  }

  @Test func quartersAreKept() throws {
    var t = try Self.founded()
    #expect(t.show("a", ["1"]) == .otherQuarter(0, wanted: 1))
    #expect(t.seal("r", ["1"], .reputer) == .otherQuarter(0, wanted: 2))
    #expect(t.seal("a", ["10"], .inferer) == nil)
    // Sent again it takes the place of the seal.
    #expect(t.seal("a", ["11"], .inferer) == nil)
    #expect(t.seal("b", .zero, .inferer) == .nothingToShow)
    try t.pass(toQuarter: 1)
    #expect(t.seal("b", ["10"], .inferer) == .otherQuarter(1, wanted: 0))
    #expect(t.show("b", ["10"]) == .nothingToShow)
    #expect(t.show("a", ["10"]) == .valuesDiffer)
    #expect(t.show("a", ["11"], salt: .zero) == .valuesDiffer)
    #expect(t.show("a", ["11"]) == nil)
    #expect(t.show("a", ["11"]) == .shownAlready)
    try t.pass(toQuarter: 2)
    #expect(t.show("a", ["11"]) == .otherQuarter(2, wanted: 1))
    #expect(t.seal("r", ["1"], .reputer) == nil)
    #expect(t.seal("r", ["2"], .reputer) == nil)
    #expect(t.show("r", ["2"], isTruth: true) == .otherQuarter(2, wanted: 3))
    try t.pass(toQuarter: 3)
    #expect(t.show("r", ["1"], isTruth: true) == .valuesDiffer)
    #expect(t.show("r", ["2"], isTruth: true) == nil)
  }

  @Test func rolesAreKept() throws {
    var t = try Self.founded()
    #expect(t.join("a", .reputer) == .otherRole(.inferer))
    #expect(t.seal("d", ["1"], .inferer) == .notInTopic)
    #expect(t.join("d", .inferer) == nil)
    #expect(t.seal("d", ["1"], .inferer) == .notYetInTopic)
    #expect(t.leave("d") == .notYetInTopic)
    #expect(t.leave("u") == .notInTopic)
    try t.pass(toQuarter: 2)
    #expect(t.seal("a", ["1"], .reputer) == .otherRole(.inferer))
    #expect(t.join("e", .inferer, Amount(1)).map(\.code) == "outOfRange")
    #expect(t.join("e", .inferer, TopicLedger.dollars(1), 7) == .noSuchTopic(7))
    #expect(t.isBalanced == true)
  }

  @Test func badValuesCannotBeShown() throws {
    var t = try Self.founded()
    let bad: [(String, [String])] = [
      ("a", ["1", "2"]), ("b", ["1e10"]), ("c", ["rain"]), ("f", ["1", "2"]),
      ("g", ["-101", "0", "0"]),
    ]
    for (name, values) in bad {
      let role: TopicRole = ["f", "g"].contains(name) ? .forecaster : .inferer
      #expect(t.seal(name, values, role) == nil)
    }
    try t.pass(toQuarter: 1)
    for (name, values) in bad {
      #expect(t.show(name, values)?.code == "badValues", "\(name)")
    }
    // A whole topic of them loses stakes, and nobody is paid.
    let treasury = t.treasury
    try t.passEpoch()
    // Five stakes lose a tenth, and what the first epoch carried is burnt.
    #expect(t.treasury == treasury + 5 * 10_000_000 + 10_000_000)
    #expect(t.room.result(1, epoch: 1)?.outcome == .noAnswer)
    #expect(t.isBalanced == true)
  }

  /// Forecasters without any inferer have nothing to forecast, and seal nothing.
  @Test func aTopicOfForecastersAnswersNothing() throws {
    var t = try TopicLedger(people: Self.people)
    #expect(t.create() == nil)
    try t.found(inferers: [], forecasters: ["f"], reputers: ["r"])
    #expect(t.seal("f", [], .forecaster) == .noInferers)
    try t.play(TopicPlay(truths: [("r", "1")]))
    #expect(t.room.result(1, epoch: 1)?.outcome == .noAnswer)
    #expect(t.isBalanced == true)
  }

  @Test func theAbsentAreLeftOutAndKeepTheirRegrets() throws {
    var t = try Self.founded()
    try t.play(TopicPlay(work: Self.work, truths: Self.truths))
    let before = try #require(t.room.memory(1) as TopicState?)
    let some = Self.work.filter { $0.name != "b" && $0.name != "g" }
    try t.play(TopicPlay(work: some, truths: Array(Self.truths.dropFirst())))
    let result = try #require(t.room.result(1, epoch: 2) as TopicResult?)
    #expect(result.outcome == .paid)
    let roles: [TopicRole] = [.inferer, .inferer, .forecaster, .reputer, .reputer]
    #expect(result.lines.map(\.place.role) == roles)
    let after = try #require(t.room.memory(1) as TopicState?)
    #expect(after.regrets[1] == before.regrets[1] && after.regrets[4] == before.regrets[4])
    #expect(after.oneOutRegrets[1] == before.oneOutRegrets[1])
    #expect(after.regrets[0] != before.regrets[0])
    #expect(t.room.member(1, TopicPlace(.inferer, 1))?.earned == .zero)
    #expect(t.isBalanced == true)
    // The same epoch, had the absent never been there, gives the same answer.
    let own = try TopicInference(
      inferences: [Fixed64(10), Fixed64(20)],
      forecasts: [[Fixed64(-2), Fixed64(2)]],
      after: before.subset(TopicParties(inferers: [0, 2], forecasters: [0])))
    #expect(result.values[0] == own.network)
  }

  @Test func withoutAMajorityNobodyIsPaidOrSlashed() throws {
    var t = try Self.founded()
    let treasury = t.treasury
    try t.play(
      TopicPlay(work: Self.work, truths: [("r", "10"), ("s", "11"), ("t", "12")]))
    #expect(t.room.result(1, epoch: 1)?.outcome == .noMajority)
    // One epoch's pay is carried; what was before it is burnt, and nobody's stake.
    #expect(t.room.topic(1)?.carried == TopicLedger.dollars(10))
    #expect(t.treasury == treasury + 10_000_000)
    #expect(t.room.topic(1)?.staked == TopicLedger.dollars(800))
    // Half is no majority: the absent count.
    try t.play(TopicPlay(work: Self.work, truths: [("r", "10")]))
    #expect(t.room.result(1, epoch: 2)?.outcome == .noMajority)
    // What was carried is paid when there is one.
    try t.play(TopicPlay(work: Self.work, truths: Self.truths))
    #expect(t.room.result(1, epoch: 3)?.budget == TopicLedger.dollars(20))
    #expect(t.isBalanced == true)
  }

  @Test func whoContradictsTwoThirdsIsSlashed() throws {
    var t = try TopicLedger(people: Self.people)
    #expect(t.create() == nil)
    #expect(t.fund(TopicLedger.dollars(10), epochs: 20).refusal == nil)
    try t.found(inferers: ["a", "b"], reputers: ["r", "s", "t", "u"])
    let work = [("a", ["10"]), ("b", ["11"])]
    // Two thirds exactly are not more than two thirds; three quarters are.
    try t.play(
      TopicPlay(work: work, truths: [("r", "10"), ("s", "10.005"), ("t", "9.995"), ("u", "30")]))
    let member = try #require(t.room.member(1, TopicPlace(.reputer, 3)) as TopicMember?)
    #expect(member.slashed == TopicLedger.dollars(10))
    #expect(member.stake == TopicLedger.dollars(90))
    #expect(member.earned == .zero)
    let lines = try #require(t.room.result(1, epoch: 1)?.lines as [TopicLine]?)
    #expect(lines.filter { $0.place.role == .reputer }.map(\.counts) == [true, true, true, false])
    #expect(t.isBalanced == true)
  }

  @Test func silenceAfterASealIsSlashed() throws {
    var t = try Self.founded()
    let treasury = t.treasury
    try t.play(TopicPlay(work: Self.work, truths: Self.truths, shut: ["b", "g", "t"]))
    #expect(t.treasury == treasury + 30_000_000)
    #expect(t.room.member(1, TopicPlace(.inferer, 1))?.stake == TopicLedger.dollars(90))
    // Two of three reputers are a majority, not more than two thirds.
    #expect(t.room.result(1, epoch: 1)?.outcome == .paid)
    #expect(t.isBalanced == true)
  }

  @Test func leavingTakesTheEpochToItsEnd() throws {
    var t = try Self.founded()
    #expect(t.seal("a", ["10"], .inferer) == nil)
    #expect(t.leave("a") == nil)
    #expect(t.leave("a") == .leavesTopic)
    #expect(t.join("a", .inferer) == .leavesTopic)
    // Who flees a slash is slashed all the same.
    let before = t.balance("a")
    try t.passEpoch()
    #expect(t.balance("a") == before + 90_000_000)
    #expect(t.room.place(of: TopicLedger.account("a"), in: 1) == nil)
    #expect(t.join("a", .inferer) == nil)
    #expect(t.isBalanced == true)
  }

  @Test func whoDoesNothingLosesItsPlace() throws {
    var t = try Self.founded()
    let before = t.balance("c")
    let some = Self.work.filter { $0.name != "c" }.map { work in
      (name: work.name, values: work.values)
    }
    for _ in 0..<2 { try t.play(TopicPlay(work: some, truths: Self.truths)) }
    #expect(t.room.member(1, TopicPlace(.inferer, 2)) != nil)
    try t.play(TopicPlay(work: some, truths: Self.truths))
    #expect(t.room.member(1, TopicPlace(.inferer, 2)) == nil)
    #expect(t.balance("c") == before + 100_000_000)
    #expect(t.isBalanced == true)
  }

  @Test func aFullRoleGivesWayToGreaterStakes() throws {
    var t = try Self.founded()
    #expect(t.join("d", .inferer, TopicLedger.dollars(50)) == nil)
    let before = t.balance("d")
    // The least of four is the one that only waits: it has its money back at once.
    let fifty = TopicLedger.dollars(50)
    #expect(t.join("e", .inferer, fifty) == .topicIsFull(least: fifty))
    #expect(t.join("e", .inferer, TopicLedger.dollars(60)) == nil)
    #expect(t.balance("d") == before + 50_000_000)
    #expect(t.room.place(of: TopicLedger.account("d"), in: 1) == nil)
    // A raise counts from the next epoch on.
    #expect(t.join("e", .inferer, TopicLedger.dollars(60)) == nil)
    #expect(t.room.newcomer(1, TopicPlace(.inferer, 3))?.stake == TopicLedger.dollars(120))
    #expect(t.join("d", .inferer, TopicLedger.dollars(110)) == nil)
    // The last of the three equal ones goes when the epoch ends.
    #expect(t.room.member(1, TopicPlace(.inferer, 2))?.leaves == true)
    try t.play(TopicPlay(work: Self.work, truths: Self.truths))
    #expect(t.room.member(1, TopicPlace(.inferer, 2))?.account == TopicLedger.account("d"))
    #expect(t.room.member(1, TopicPlace(.inferer, 3))?.account == TopicLedger.account("e"))
    #expect(t.room.topic(1)?.inferers == 4)
    #expect(t.isBalanced == true)
  }

  @Test func stakeThatComesLateDoesNotCount() throws {
    var t = try Self.founded()
    let lies = [("r", "10.1"), ("s", "10.1"), ("t", "99")].map { (name: $0.0, truth: $0.1) }
    // A thousand dollars more do not turn this epoch's majority.
    #expect(t.join("t", .reputer, TopicLedger.dollars(1_000)) == nil)
    try t.play(TopicPlay(work: Self.work, truths: lies))
    #expect(t.room.result(1, epoch: 1)?.values[2] == Fixed64(decimal: "10.1"))
    #expect(t.room.member(1, TopicPlace(.reputer, 2))?.counted == TopicLedger.dollars(1_100))
    #expect(t.isBalanced == true)
  }
}
