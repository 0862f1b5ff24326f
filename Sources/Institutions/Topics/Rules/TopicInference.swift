// The answer of a topic: inferences weighted by what is known and forecast about their authors.

public import Arithmetic
public import Primitives

/// What inferers said and forecasters expect of it, made into one number, and that number without
/// each of them: what a member is worth is what the network would lose without it.
public struct TopicInference: Hashable, Sendable {
  /// What each forecaster's expectations imply.
  public var implied: [Fixed64]
  /// By forecaster, by inferer left out.
  public var impliedOneOut: [[Fixed64]]
  public var network: Fixed64
  /// Without forecasters.
  public var naive: Fixed64
  /// Without each member.
  public var oneOut: [Fixed64]
  /// Of all inferers and one forecaster.
  public var oneIn: [Fixed64]

  /// One that was computed before.
  init(
    implied: [Fixed64], impliedOneOut: [[Fixed64]], network: Fixed64, naive: Fixed64,
    oneOut: [Fixed64], oneIn: [Fixed64]
  ) {
    self.implied = implied
    self.impliedOneOut = impliedOneOut
    self.network = network
    self.naive = naive
    self.oneOut = oneOut
    self.oneIn = oneIn
  }

  /// `forecasts` are losses that each forecaster expects of each inferer, as logarithms.
  public init(
    inferences: [Fixed64], forecasts: [[Fixed64]], after state: TopicState,
    _ terms: TopicTerms = TopicTerms()
  ) throws(Refusal) {
    try state.require(inferences.count, of: state.inferers)
    try state.require(forecasts.count, of: state.forecasters)
    for row in forecasts { try state.require(row.count, of: state.inferers) }
    let all = Array(inferences.indices)
    func implied(_ expected: [Fixed64], _ members: [Int]) -> Fixed64 {
      terms.synthesis(
        members.map { inferences[$0] }, members.map { state.networkLoss - expected[$0] })
    }
    let values = forecasts.map { implied($0, all) }
    let without = forecasts.map { expected in
      all.map { out in implied(expected, all.filter { $0 != out }) }
    }
    let members = inferences + values
    network = terms.synthesis(members, state.regrets)
    naive = terms.synthesis(inferences, state.naiveRegrets)
    oneOut = members.indices.map { out in
      let there = out < inferences.count ? inferences + without.map { $0[out] } : members
      let rest = members.indices.filter { $0 != out }
      return terms.synthesis(
        rest.map { there[$0] }, rest.map { state.oneOutRegrets[out][$0] })
    }
    oneIn = values.indices.map {
      terms.synthesis(inferences + [values[$0]], state.oneInRegrets[$0])
    }
    self.implied = values
    impliedOneOut = without
  }
}
