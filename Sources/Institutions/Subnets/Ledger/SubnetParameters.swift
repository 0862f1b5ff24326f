// What the owner of a subnet decides when it is made, and never again.

import Kernel
public import Primitives

/// The rules of one subnet. They cannot be changed: who funds, stakes or registers knows what for.
public struct SubnetParameters: Fielded, Hashable {
  public static let typeName = "SubnetParameters"
  /// Seconds of market time from one epoch to the next.
  public var tempo: UInt64 = 3_600
  /// How many members there can be.
  public var members: UInt64 = 256
  /// How many of them may judge at a time: those with the greatest stake.
  public var validators: UInt64 = 64
  /// Seconds for which a newcomer cannot be displaced.
  public var immunity: UInt64 = 14_400
  /// The bounds of what it costs to register, and in how many seconds the price halves.
  public var leastPrice = Amount(1_000_000)
  public var mostPrice = Amount(100_000_000)
  public var halfLife: UInt64 = 14_400
  /// A validator with less stake behind it does not judge.
  public var leastStake = Amount(10_000_000)
  /// After so many epochs without new weights a validator's stake no longer counts.
  public var activity: UInt64 = 3
  /// Seconds from asking stake back to having it; until then it can be slashed.
  public var unbonding: UInt64 = 604_800
  /// What a validator's stake loses when sealed weights are not revealed, in ppm.
  public var slash: UInt64 = 20_000
  /// The share of stake that must stand behind a weight, in 65535ths.
  public var kappa: UInt64 = 32_767
  /// How much of a weight above the consensus earns no bond, in 65535ths.
  public var bondsPenalty: UInt64 = 65_535
  /// How slowly bonds move, in ppm.
  public var bondsAverage: UInt64 = 900_000
  /// Yuma 3, where bonds stand for themselves, in place of the classic rule.
  public var isYuma3 = false
  /// Under Yuma 3: bonds move faster for who is ahead of the consensus.
  public var hasLiquidAlpha = false
  public var alphaLow: UInt64 = 45_875
  public var alphaHigh: UInt64 = 58_982
  public var alphaSteepness: UInt64 = 1_000

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("tempo", &tempo)
    try v("members", &members)
    try v("validators", &validators)
    try v("immunity", &immunity)
    try v("leastPrice", &leastPrice)
    try v("mostPrice", &mostPrice)
    try v("halfLife", &halfLife)
    try v("leastStake", &leastStake)
    try v("activity", &activity)
    try v("unbonding", &unbonding)
    try v("slash", &slash)
    try v("kappa", &kappa)
    try v("bondsPenalty", &bondsPenalty)
    try v("bondsAverage", &bondsAverage)
    try v("isYuma3", &isYuma3)
    try v("hasLiquidAlpha", &hasLiquidAlpha)
    try v("alphaLow", &alphaLow)
    try v("alphaHigh", &alphaHigh)
    try v("alphaSteepness", &alphaSteepness)
  }

  /// The ranges, one place for the ledger, the command line and the docs.
  public var ranges: [(name: String, value: UInt64, range: ClosedRange<UInt64>)] {
    let week: UInt64 = 604_800
    return [
      ("tempo", tempo, 60...week),
      ("members", members, 2...256),
      ("validators", validators, 1...64),
      // What is sealed in one epoch counts at the end of the next: before that no newcomer can
      // have earned anything.
      ("immunity", immunity, 3 * min(tempo, week)...60 * 86_400),
      ("leastPrice", leastPrice.units, 10_000...1_000_000_000),
      ("mostPrice", mostPrice.units, leastPrice.units...max(leastPrice.units, 1_000_000_000_000)),
      ("halfLife", halfLife, 60...30 * 86_400),
      ("leastStake", leastStake.units, 10_000...1_000_000_000_000),
      ("activity", activity, 2...100),
      // Longer than from a seal to the epoch that finds it unopened: nobody can flee a slash.
      ("unbonding", unbonding, 3 * min(tempo, week)...60 * 86_400),
      ("slash", slash, 1_000...100_000),
      // Below a half a minority would set the consensus.
      ("kappa", kappa, 32_767...58_982),
      ("bondsPenalty", bondsPenalty, 0...65_535),
      ("bondsAverage", bondsAverage, 0...999_000),
      ("alphaLow", alphaLow, 0...65_535),
      ("alphaHigh", alphaHigh, min(alphaLow, 65_535)...65_535),
      ("alphaSteepness", alphaSteepness, 1...10_000),
    ]
  }

  func check() throws(Refusal) {
    for (name, value, range) in ranges { try checkRange(name, value, range) }
  }

  /// How many weights an epoch of a full subnet goes through.
  var cells: UInt64 { members * min(members, validators) }
}
