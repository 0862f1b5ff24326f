// Epochs of a topic as a file describes them, column by column, each from the one before.

public import Arithmetic
public import Primitives

/// One epoch of a file in the format of allora-chain's simulated epochs: inferences, forecasts,
/// and what reputers reported, under the names of its columns.
public struct TopicStep: Sendable {
  public let name: String
  /// What the rules give, by column.
  public private(set) var columns: [(name: String, value: Fixed64)] = []
  /// Columns of the file that differ by more than the tolerance.
  public private(set) var differences: [String] = []
  /// Columns that could be compared.
  public private(set) var compared = 0

  /// Within this the file's numbers, printed from floating point, must agree.
  public static let tolerance = Fixed64(1, over: 1_000_000_000)

  /// The epochs of a file after its first, which only says where the others begin.
  public static func all(in json: JSONValue) throws(Refusal) -> [TopicStep] {
    guard let epochs = json["epochs"]?.members else { throw .missingField("epochs") }
    guard epochs.count > 1 else { throw .badField("epochs", wants: "two epochs or more") }
    let shape = TopicShape(epochs[0].value)
    var state = try TopicColumns(epochs[0].value, shape, epochs[0].name).state()
    var steps: [TopicStep] = []
    for (index, epoch) in epochs.enumerated().dropFirst() {
      let columns = try TopicColumns(epoch.value, shape, epoch.name)
      var step = TopicStep(name: epoch.name)
      // The window of scores is full when the epochs before hold as many as it takes.
      try step.run(columns, &state, before: index)
      steps.append(step)
    }
    return steps
  }

  private init(name: String) { self.name = name }

  private mutating func run(
    _ columns: TopicColumns, _ state: inout TopicState, before: Int
  ) throws(Refusal) {
    let shape = columns.shape
    let terms = TopicTerms()
    let inference = try TopicInference(
      inferences: try columns.row("inference_#", shape.inferers),
      forecasts: try columns.rows("forecasted_loss_#_for_#", shape.forecasters, shape.inferers),
      after: state, terms)
    let stakes = try columns.row("reputer_stake_#", shape.reputers)
    let heard = try columns.row("reputer_adjusted_stake_#", shape.reputers)
    let reports = try columns.reports()
    guard !reports.isEmpty else {
      throw .badField(columns.path + ".reputer_stake_0", wants: "a reputer")
    }
    let epoch = try TopicEpoch(
      TopicReports(losses: reports, stakes: stakes, heard: heard),
      reward: try columns.number("topic_rewards"), after: state, terms)
    state = epoch.rewards.state
    note(inference, epoch.losses, shape)
    note(state, shape)
    note(epoch.scores, epoch.rewards, shape, terms, before)
    compare(columns)
    // Later epochs go on from the file's own averages where the window was not full.
    if !isFull(before, shape.forecasters, terms) || !isFull(before, shape.inferers, terms) {
      try columns.restore(&state)
    }
  }

  private func isFull(_ before: Int, _ members: Int, _ terms: TopicTerms) -> Bool {
    (before + 1) * members >= terms.window
  }

  private mutating func note(_ pattern: String, _ values: [Fixed64]) {
    for (index, value) in values.enumerated() {
      columns.append((TopicColumns.name(pattern, index), value))
    }
  }

  private mutating func note(_ pattern: String, _ rows: [[Fixed64]]) {
    for (index, row) in rows.enumerated() {
      for (other, value) in row.enumerated() {
        columns.append((TopicColumns.name(pattern, index, other), value))
      }
    }
  }

  private mutating func note(
    _ inference: TopicInference, _ losses: TopicLosses, _ shape: TopicShape
  ) {
    note("forecast_implied_inference_#", inference.implied)
    note("forecast_implied_inference_#_oneout_#", inference.impliedOneOut)
    note("network_inference", [inference.network])
    note("network_naive_inference", [inference.naive])
    note("network_inference_oneout_#", inference.oneOut)
    note("network_naive_inference_onein_#", inference.oneIn)
    note("inference_loss_#", losses.inference)
    note("forecast_implied_inference_loss_#", losses.implied)
    note("forecast_implied_inference_loss_#_oneout_#", losses.impliedOneOut)
    note("network_loss", [losses.network])
    note("network_naive_loss", [losses.naive])
    note("network_loss_oneout_#", losses.oneOut)
    note("network_naive_loss_onein_#", losses.oneIn)
  }

  private mutating func note(_ state: TopicState, _ shape: TopicShape) {
    note("inference_regret_worker_#", state.regrets)
    note("naive_inference_regret_worker_#", state.naiveRegrets)
    for (out, row) in state.oneOutRegrets.enumerated() {
      for (member, value) in row.enumerated() {
        columns.append(("inference_regret_worker_\(member)_oneout_\(out)", value))
      }
    }
    for (forecaster, row) in state.oneInRegrets.enumerated() {
      for (member, value) in row.enumerated() {
        columns.append(("inference_regret_worker_\(member)_onein_\(forecaster)", value))
      }
    }
  }

  private mutating func note(
    _ scores: TopicScores, _ rewards: TopicRewards, _ shape: TopicShape, _ terms: TopicTerms,
    _ before: Int
  ) {
    note("inferer_score_#", scores.inferers)
    note("forecaster_score_#", scores.forecasters)
    note("reputer_score_#", scores.reputers)
    note("forecaster_task_score", [scores.forecastTask])
    note("forecaster_score_ratio", [rewards.forecastRatio])
    note("forecasters_utility", [rewards.forecastUtility])
    let tasks = [
      ("inferer", rewards.inferers, isFull(before, shape.inferers, terms)),
      ("forecaster", rewards.forecasters, isFull(before, shape.forecasters, terms)),
      ("reputer", rewards.reputers, true),
    ]
    let areAllFull = tasks.allSatisfy(\.2)
    for (name, task, isFull) in tasks {
      // Scores from before the file's first epoch would be needed.
      guard isFull else { continue }
      note("\(name)_reward_fraction_#", task.fractions)
      note("\(name)_reward_fraction_smooth_#", task.smoothed)
      note("\(name)s_entropy", [task.entropy])
      guard areAllFull else { continue }
      note("\(name)s_reward_fraction", [task.share])
      note("\(name)_reward_#", task.rewards)
    }
  }

  private mutating func compare(_ file: TopicColumns) {
    for column in columns {
      guard let wanted = file.optional(column.name) else { continue }
      compared += 1
      // Rewards are in thousands: there the tolerance is a part of the number.
      let bound = Self.tolerance * max(.one, wanted.magnitude)
      if (wanted - column.value).magnitude > bound { differences.append(column.name) }
    }
  }
}
