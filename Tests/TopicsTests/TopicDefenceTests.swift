// What hostile readers of the rules found: hoards, takeovers, dead places; a test of each mend.

import Arithmetic
import Kernel
import Primitives
import Testing

@testable import Topics

@Suite struct TopicDefenceTests {
  private static let people = ["a", "b", "c", "d", "e", "f", "g", "h", "r", "s", "t", "u"]
  private static let work: [(name: String, values: [String])] = [
    ("a", ["10"]), ("b", ["11"]), ("c", ["20"]),
  ]
  private static let truths = ["r", "s", "t", "u"].map { (name: $0, truth: "10.1") }

  /// Three inferers, four reputers, and ten dollars an epoch.
  private static func founded(
    _ rules: TopicRules = .quick, inferers: [String] = ["a", "b", "c"]
  ) throws -> TopicLedger {
    var t = try TopicLedger(people: people)
    #expect(t.create(rules) == nil)
    #expect(t.fund(TopicLedger.dollars(10), epochs: 40).refusal == nil)
    try t.found(inferers: inferers, reputers: ["r", "s", "t", "u"])
    return t
  }

  /// Half of the stake keeps twelve epochs unpaid, until others might have left. No epoch has more
  /// than twice its rate afterwards, not even one that a great grant makes rich for once.
  @Test func aVetoMakesNoHoard() throws {
    var t = try Self.founded()
    let half = [("r", "10.1"), ("s", "10.1"), ("t", "77"), ("u", "78")]
    let treasury = t.treasury
    for _ in 0..<12 {
      try t.play(TopicPlay(work: Self.work, truths: half.map { (name: $0.0, truth: $0.1) }))
      #expect(t.room.topic(1)?.carried == TopicLedger.dollars(10))
    }
    #expect(t.treasury == treasury + 12 * 10_000_000)
    #expect(t.fund(TopicLedger.dollars(500), epochs: 1).refusal == nil)
    try t.play(TopicPlay(work: Self.work, truths: Self.truths))
    #expect(t.room.result(1, epoch: 13)?.budget == TopicLedger.dollars(520))
    try t.play(TopicPlay(work: Self.work, truths: Self.truths))
    let next = try #require(t.room.result(1, epoch: 14)?.budget as Amount?)
    #expect(next < Amount(10_000_010))
    #expect(t.isBalanced == true)
  }

  /// Of four places one changes hands in an epoch, whatever is staked; who waits for it gives way.
  @Test func noStakeTakesARoleAtOnce() throws {
    var t = try Self.founded(inferers: ["a", "b", "c", "d"])
    let (great, greater) = (TopicLedger.dollars(5_000), TopicLedger.dollars(6_000))
    #expect(t.join("e", .inferer, great) == nil)
    #expect(t.join("f", .inferer, great) == .topicIsFull(least: great))
    #expect(t.join("f", .inferer, greater) == nil)
    #expect(t.room.place(of: TopicLedger.account("e"), in: 1) == nil)
    let leaving = (UInt64(0)..<4).filter {
      t.room.member(1, TopicPlace(.inferer, $0))?.leaves == true
    }
    #expect(leaving.count == 1)
    try t.passEpoch()
    // The next epoch has its own; and a place that somebody leaves is nobody's loss.
    #expect(t.leave("a") == nil)
    #expect(t.join("e", .inferer, great) == nil)
    #expect(t.join("g", .inferer, great) == nil)
    #expect(t.join("h", .inferer, great) == .topicIsFull(least: great))
    #expect(t.isBalanced == true)
  }

  /// Members without hope who came and went do not hold newcomers down.
  @Test func emptiedPlacesSayNothingOfNewcomers() throws {
    var rules = TopicRules.quick
    rules.inferers = 8
    var t = try Self.founded(rules, inferers: ["a", "b", "c", "d", "e", "f"])
    let bad = ["c", "d", "e", "f"].map { (name: $0, values: ["900"]) }
    for _ in 0..<3 {
      try t.play(TopicPlay(work: Array(Self.work.prefix(2)) + bad, truths: Self.truths))
    }
    for name in ["c", "d", "e"] { #expect(t.leave(name) == nil) }
    try t.passEpoch()
    // Of who is left, a, b and f, the worse quarter is f; of the places it were one of the gone.
    #expect(t.leave("f") == nil)
    #expect(t.join("g", .inferer) == nil)
    try t.passEpoch()
    let state = try #require(t.room.memory(1) as TopicState?)
    let place = try #require(t.room.place(of: TopicLedger.account("g"), in: 1) as TopicPlace?)
    #expect(state.regrets[Int(place.number)] == min(state.regrets[0], state.regrets[1]))
    #expect(state.regrets[0] > state.regrets[2] || place.number == 2)
    #expect(t.isBalanced == true)
  }

  /// Places that are given up cost nothing: neither a block its time nor a forecaster a loss.
  @Test func deadPlacesAreNotCounted() throws {
    var rules = TopicRules.quick
    rules.inferers = 8
    var t = try Self.founded(rules, inferers: ["a", "b", "c", "d", "e", "f"])
    #expect(t.room.topic(1)?.inferers == 6)
    for name in ["d", "e", "f", "u"] { #expect(t.leave(name) == nil) }
    #expect(t.join("g", .forecaster) == nil)
    try t.passEpoch()
    let topic = try #require(t.room.topic(1) as Topic?)
    #expect(topic.inferers == 3 && topic.forecasters == 1 && topic.reputers == 3)
    let state = try #require(t.room.memory(1) as TopicState?)
    #expect(state.inferers == 3 && state.forecasters == 1 && state.oneOutRegrets.count == 4)
    // Three losses are all that a forecaster says.
    #expect(t.seal("g", ["-1", "-1", "-1"], .forecaster) == nil)
    for (name, values) in Self.work { #expect(t.seal(name, values, .inferer) == nil) }
    try t.pass(toQuarter: 1)
    #expect(t.show("g", ["-1", "-1", "-1"]) == nil)
    // What is computed is what is charged: of three inferers two have shown something.
    for (name, values) in Self.work.prefix(2) { #expect(t.show(name, values) == nil) }
    let running = try #require(t.room.topic(1) as Topic?)
    #expect(t.room.cells(for: running, 1) == TopicWork.answer(inferers: 2, forecasters: 1))
    try t.pass(toQuarter: 2)
    #expect(t.room.answer(1) != nil && t.isBalanced == true)
  }

  /// A hole in the middle, and the last of all leaving: what is known stays with who it is about.
  @Test func whatIsKnownMovesWithNobody() throws {
    var t = try Self.founded()
    try t.play(TopicPlay(work: Self.work, truths: Self.truths))
    let before = try #require(t.room.memory(1) as TopicState?)
    #expect(t.leave("b") == nil)
    try t.passEpoch()
    #expect(t.room.memory(1) == before)
    #expect(t.leave("c") == nil)
    try t.passEpoch()
    let after = try #require(t.room.memory(1) as TopicState?)
    #expect(after.inferers == 1 && after.regrets == [before.regrets[0]])
    #expect(after.infererShares == [before.infererShares[0]])
    #expect(t.room.topic(1)?.inferers == 1)
    #expect(t.isBalanced == true)
  }

  /// Each quarter begins with a block of its own, which does next to nothing where it only begins.
  @Test func eachQuarterMakesABlock() throws {
    var t = try Self.founded()
    let stages: [TopicStage] = [.showWork, .sealTruth, .showTruth, .sealWork]
    t.events = []
    for stage in stages {
      let due = try #require(t.k.timers.next as Time?)
      let topic = try #require(t.room.topic(1) as Topic?)
      #expect(due == topic.deadline)
      // Blocks that have no room for an epoch have for the beginning of a quarter.
      if stage == .showWork || stage == .showTruth { t.fill(leaving: 0) }
      try t.pass(until: due)
      #expect(t.room.topic(1)?.stage == stage)
      #expect(t.room.topic(1)?.quarter(at: t.k.now) == UInt64(stage.rawValue))
    }
    let quarters = t.events.filter { $0.name == "topicQuarter" }.compactMap { event in
      event.numbers.first { $0.name == "quarter" }?.value
    }
    #expect(quarters == [2, 3, 4, 1])
  }
}
