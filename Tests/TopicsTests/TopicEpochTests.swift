// An epoch on the ledger against the published ones: the same answers, regrets and pay.

import Arithmetic
import Kernel
import Primitives
import Testing

@testable import Topics

@Suite struct TopicEpochTests {
  private static let inferers = ["i0", "i1", "i2", "i3", "i4"]
  private static let forecasters = ["f0", "f1", "f2"]
  private static let reputers = ["r0", "r1", "r2", "r3", "r4"]

  /// The published epochs, as columns.
  private static func epochs() throws -> [TopicColumns] {
    let json = try VectorFile.json("markets/allora_epochs.json")
    let members = try #require(json["epochs"]?.members)
    let shape = TopicShape(members[0].value)
    return try members.map { try TopicColumns($0.value, shape, $0.name) }
  }

  private static func near(_ one: [Fixed64], _ other: [Fixed64]) -> Bool {
    let bound = TopicStep.tolerance
    return one.count == other.count
      && zip(one, other).allSatisfy { ($0 - $1).magnitude <= bound * max(.one, $1.magnitude) }
  }

  /// All members take part; what reputers reported is put where their truths would be weighed, as
  /// the published losses have noise of their own.
  @Test func epochsOnTheLedgerAreThePublishedOnes() throws {
    let epochs = try Self.epochs()
    var rules = TopicRules.quick
    rules.inferers = 5
    rules.forecasters = 3
    rules.reputers = 5
    rules.patience = 100
    var t = try TopicLedger(people: Self.inferers + Self.forecasters + Self.reputers)
    #expect(t.create(rules) == nil)
    try t.found(inferers: Self.inferers, forecasters: Self.forecasters, reputers: Self.reputers)
    for (index, columns) in epochs.enumerated().dropFirst() {
      var before = try epochs[index - 1].state()
      // The window of scores goes back further than one epoch.
      for earlier in epochs[..<(index - 1)].reversed() {
        before.infererScores += try earlier.row("inferer_score_#", 5)
        before.forecasterScores += try earlier.row("forecaster_score_#", 3)
      }
      t.room.memories[1] = TopicMemory(before)
      t.forget()
      let reward = try columns.number("topic_rewards")
      let budget = Amount(UInt64(clamping: (reward * Fixed64(1_000_000)).raw >> 64))
      #expect(t.fund(budget, epochs: 1).refusal == nil)
      try Self.work(&t, columns)
      let answer = try #require(t.room.answer(1)?.inference as TopicInference?)
      #expect(Self.near([answer.network], [try columns.number("network_inference")]))
      #expect(Self.near([answer.naive], [try columns.number("network_naive_inference")]))
      #expect(Self.near(answer.oneOut, try columns.row("network_inference_oneout_#", 8)))
      #expect(Self.near(answer.oneIn, try columns.row("network_naive_inference_onein_#", 3)))
      let result = try Self.paid(&t, columns, budget)
      let state = try #require(t.room.memory(1) as TopicState?)
      let after = try columns.state()
      #expect(Self.near(state.regrets, after.regrets))
      #expect(Self.near(state.naiveRegrets, after.naiveRegrets))
      #expect(Self.near(state.oneOutRegrets.flatMap(\.self), after.oneOutRegrets.flatMap(\.self)))
      #expect(Self.near(state.oneInRegrets.flatMap(\.self), after.oneInRegrets.flatMap(\.self)))
      #expect(result.paid <= budget)
      if 3 * (index + 1) >= 10 {
        let wanted =
          try columns.row("inferer_reward_#", 5) + columns.row("forecaster_reward_#", 3)
          + columns.row("reputer_reward_#", 5)
        for (line, reward) in zip(result.lines, wanted) {
          let units = Int64(clamping: (reward * Fixed64(1_000_000)).raw >> 64)
          #expect(abs(Int64(line.earned.units) - units) <= 1, "\(line.place)")
        }
      }
      // No reputer shows a truth, so that the epoch's end finds the budget unpaid.
      try t.passEpoch()
      if var topic = t.room.topic(1) {
        topic.carried = try topic.carried.subtracting(result.paid)
        t.room.topics[1] = topic
        t.forget()
      }
      #expect(t.isBalanced == true)
    }
  }

  /// Everybody seals and shows what the epoch's columns say.
  private static func work(_ t: inout TopicLedger, _ columns: TopicColumns) throws {
    let inferences = try columns.row("inference_#", 5).map { [$0.decimal(digits: 19)] }
    let forecasts = try columns.rows("forecasted_loss_#_for_#", 3, 5).map { row in
      row.map { $0.decimal(digits: 19) }
    }
    let work = zip(inferers + forecasters, inferences + forecasts)
    for (name, values) in work {
      let role: TopicRole = name.hasPrefix("i") ? .inferer : .forecaster
      #expect(t.seal(name, values, role) == nil)
    }
    try t.pass(toQuarter: 1)
    for (name, values) in work { #expect(t.show(name, values) == nil) }
    try t.pass(toQuarter: 2)
  }

  /// Pays the epoch by the reports of the columns.
  private static func paid(
    _ t: inout TopicLedger, _ columns: TopicColumns, _ budget: Amount
  ) throws -> TopicResult {
    let topic = try #require(t.room.topic(1) as Topic?)
    let answer = try #require(t.room.answer(1) as TopicAnswer?)
    let reports = TopicReports(
      losses: try columns.reports(), stakes: try columns.row("reputer_stake_#", 5),
      heard: try columns.row("reputer_adjusted_stake_#", 5))
    let voices = reputers.indices.map {
      TopicTruth.Voice(place: $0, truth: .zero, stake: TopicLedger.dollars(100))
    }
    let truth = try TopicTruth(voices, of: TopicLedger.dollars(500), within: .zero)
    var result = TopicResult()
    result.budget = budget
    let places: [(TopicRole, [String])] = [
      (.inferer, inferers), (.forecaster, forecasters), (.reputer, reputers),
    ]
    for (role, names) in places {
      for (place, name) in names.enumerated() {
        let line = TopicLine(TopicLedger.account(name), TopicPlace(role, UInt64(place)), [.zero])
        result.lines.append(line)
      }
    }
    var paid = result
    let refusal = t.done { (room, k) throws(Refusal) in
      var own = result
      try room.pay(1, topic, answer, reports, truth, &own, &k)
      paid = own
    }
    #expect(refusal == nil)
    return paid
  }
}
