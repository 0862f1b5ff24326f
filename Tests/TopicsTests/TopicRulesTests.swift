// Topics against six published epochs, and what their rules promise.

import Arithmetic
import Primitives
import Testing

@testable import Topics

@Suite struct TopicRulesTests {
  @Test func publishedEpochsAreEqual() throws {
    let steps = try TopicStep.all(in: VectorFile.json("markets/allora_epochs.json"))
    #expect(steps.count == 5)
    for step in steps {
      #expect(step.differences == [], "epoch \(step.name)")
      #expect(step.compared > 190)
    }
    // Rewards need ten scores of forecasters, which three epochs do not give.
    #expect(steps[3].columns.contains { $0.name == "forecaster_reward_2" })
    #expect(!steps[0].columns.contains { $0.name == "forecaster_reward_2" })
  }

  @Test func aChangedColumnIsFound() throws {
    let text = try VectorFile.json("markets/allora_epochs.json").text
    let wrong = text.replacing("0.19450614433065136", with: "0.19450614533065136")
    #expect(wrong != text)
    let steps = try TopicStep.all(in: JSONValue(parsing: wrong))
    #expect(steps[0].differences == ["network_inference"])
  }

  /// The better inferer gains weight, and the answer moves to it.
  @Test func theAnswerFollowsTheBetter() throws {
    var state = TopicState(inferers: 2, forecasters: 0)
    let values = [Fixed64(10), Fixed64(20)]
    let first = try TopicInference(inferences: values, forecasts: [], after: state)
    #expect(first.network == Fixed64(15))
    let losses = TopicLosses(
      inference: [Fixed64(-3), Fixed64(-1)], implied: [], impliedOneOut: [], network: Fixed64(-2),
      naive: Fixed64(-2), oneOut: [Fixed64(-1), Fixed64(-3)], oneIn: [])
    for _ in 0..<3 { state = try state.learning(losses, TopicTerms()) }
    let next = try TopicInference(inferences: values, forecasts: [], after: state)
    #expect(next.network < Fixed64(12))
    #expect(next.oneOut == [Fixed64(20), Fixed64(10)])
  }

  /// Three forecasters who say the same earn each less than one of them alone would.
  @Test func copiesOfAForecasterShare() throws {
    func score(copies: Int) throws -> Fixed64 {
      // Alone it takes 1 off the loss; while another copy stays, nothing is missed.
      let losses = TopicLosses(
        inference: [.zero], implied: Array(repeating: Fixed64(-1), count: copies),
        impliedOneOut: Array(repeating: [.zero], count: copies), network: Fixed64(-1),
        naive: .zero,
        oneOut: [.zero] + Array(repeating: copies == 1 ? .zero : Fixed64(-1), count: copies),
        oneIn: Array(repeating: Fixed64(-1), count: copies))
      return try TopicScores(losses, reports: [], heard: []).forecasters[0]
    }
    #expect(try score(copies: 1) == .one)
    #expect(try score(copies: 3) == Fixed64(1, over: 4))
  }

  /// Reputers who collude away from the rest are scored by their distance, whatever their stake
  /// up to the majority.
  @Test func colludingReputersScoreLess() {
    let honest = [Fixed64(-2), Fixed64(-3)]
    let bent = [Fixed64(-1), Fixed64(-4)]
    let stakes = [Fixed64(3), Fixed64(3), Fixed64(2), Fixed64(2)]
    let scores = TopicScores.nearness([honest, honest, bent, bent], stakes)
    #expect(scores[0] > scores[2])
    #expect(scores[2] == scores[3])
  }

  @Test func listsOfOtherLengthsAreRefused() {
    let state = TopicState(inferers: 2, forecasters: 1)
    let values = [Fixed64(10), Fixed64(20)]
    #expect(throws: Refusal.unequalLists(1, members: 2)) {
      try TopicInference(inferences: values, forecasts: [[.one]], after: state)
    }
    #expect(throws: Refusal.unequalLists(0, members: 1)) {
      try TopicInference(inferences: values, forecasts: [], after: state)
    }
    let losses = TopicLosses(
      inference: values, implied: [], impliedOneOut: [], network: .zero, naive: .zero, oneOut: [],
      oneIn: [])
    #expect(throws: Refusal.unequalLists(0, members: 1)) {
      try state.learning(losses, TopicTerms())
    }
    #expect(throws: Refusal.unequalLists(0, members: 2)) {
      try TopicScores(losses, reports: [], heard: [])
    }
  }

  /// Splitting a task's reward among more equal members raises its entropy; a dominated task of
  /// many has less than a task of few equals.
  @Test func entropyAnswersSybils() {
    let beta = Fixed64(1, over: 4)
    let two = TopicTask.entropy([.half, .half], beta)
    let dominated = [Fixed64(91, over: 100)] + Array(repeating: Fixed64(1, over: 100), count: 9)
    #expect(TopicTask.entropy(dominated, beta) < two)
    #expect((two - Fixed64.ln2).magnitude < Fixed64(raw: 64))
  }
}
