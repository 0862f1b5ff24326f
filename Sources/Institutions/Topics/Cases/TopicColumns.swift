// The columns of a topic's epoch in a file, found by name.

import Arithmetic
import Primitives

/// How many members of each kind the columns of an epoch name.
struct TopicShape {
  var inferers = 0
  var forecasters = 0
  var reputers = 0

  init(_ epoch: JSONValue) {
    func count(_ pattern: String) -> Int {
      var count = 0
      while epoch[TopicColumns.name(pattern, count)] != nil { count += 1 }
      return count
    }
    inferers = count("inference_#")
    forecasters = count("forecasted_loss_#_for_0")
    reputers = count("reputer_stake_#")
  }
}

/// One epoch of a file.
struct TopicColumns {
  let json: JSONValue
  let shape: TopicShape
  let path: String

  init(_ json: JSONValue, _ shape: TopicShape, _ name: String) throws(Refusal) {
    guard json.members != nil else { throw .badField("epochs.\(name)", wants: "object") }
    guard shape.inferers > 0 else { throw .missingField("epochs.\(name).inference_0") }
    self.json = json
    self.shape = shape
    path = "epochs.\(name)"
  }

  /// A pattern with its marks replaced by numbers, in order.
  static func name(_ pattern: String, _ numbers: Int...) -> String {
    var rest = numbers[...]
    return pattern.map { $0 == "#" ? String(rest.popFirst() ?? 0) : String($0) }.joined()
  }

  func optional(_ name: String) -> Fixed64? { json[name]?.fixed }

  func number(_ name: String) throws(Refusal) -> Fixed64 {
    guard let value = json[name] else { throw .missingField("\(path).\(name)") }
    guard let number = value.fixed else { throw .badField("\(path).\(name)", wants: "number") }
    return number
  }

  func row(_ pattern: String, _ count: Int) throws(Refusal) -> [Fixed64] {
    var row: [Fixed64] = []
    for index in 0..<count { row.append(try number(Self.name(pattern, index))) }
    return row
  }

  func rows(_ pattern: String, _ count: Int, _ width: Int) throws(Refusal) -> [[Fixed64]] {
    var rows: [[Fixed64]] = []
    for index in 0..<count {
      var row: [Fixed64] = []
      for other in 0..<width { row.append(try number(Self.name(pattern, index, other))) }
      rows.append(row)
    }
    return rows
  }

  func reports() throws(Refusal) -> [TopicLosses] {
    let (i, f) = (shape.inferers, shape.forecasters)
    var reports: [TopicLosses] = []
    for reputer in 0..<shape.reputers {
      let loss = "reputer_\(reputer)_loss_"
      reports.append(
        TopicLosses(
          inference: try row(loss + "inference_#", i),
          implied: try row(loss + "forecast_implied_inference_#", f),
          impliedOneOut: try rows(loss + "forecast_implied_inference_#_oneout_#", f, i),
          network: try number(loss + "network_inference"),
          naive: try number(loss + "naive_network_inference"),
          oneOut: try row(loss + "network_inference_oneout_#", i + f),
          oneIn: try row(loss + "naive_network_inference_onein_#", f)))
    }
    return reports
  }

  /// The state after the epoch, as the file has it.
  func state() throws(Refusal) -> TopicState {
    let (i, f) = (shape.inferers, shape.forecasters)
    var state = TopicState(inferers: i, forecasters: f)
    state.networkLoss = try number("network_loss")
    state.regrets = try row("inference_regret_worker_#", i + f)
    state.naiveRegrets = try row("naive_inference_regret_worker_#", i)
    for out in 0..<(i + f) {
      state.oneOutRegrets[out] = try row("inference_regret_worker_#_oneout_\(out)", i + f)
    }
    for forecaster in 0..<f {
      state.oneInRegrets[forecaster] = try row(
        "inference_regret_worker_#_onein_\(forecaster)", i + 1)
    }
    state.infererScores = try row("inferer_score_#", i)
    state.forecasterScores = try row("forecaster_score_#", f)
    try restore(&state)
    return state
  }

  /// Averages that go back further than the file.
  func restore(_ state: inout TopicState) throws(Refusal) {
    state.infererShares = try row("inferer_reward_fraction_smooth_#", shape.inferers)
    state.forecasterShares = try row("forecaster_reward_fraction_smooth_#", shape.forecasters)
    state.reputerShares = try row("reputer_reward_fraction_smooth_#", shape.reputers)
    state.forecastRatio = try number("forecaster_score_ratio")
  }
}
