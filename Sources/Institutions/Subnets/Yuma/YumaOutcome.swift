// What an epoch of Yuma consensus gives: who is trusted, who earns, who may judge next time.

public import Primitives

/// The result of an epoch; lists are by uid.
public struct YumaOutcome: Hashable, Sendable {
  public var stake: [Fixed32]
  public var activeStake: [Fixed32]
  public var isActive: [Bool]
  /// The stake-weighted median of each member's weights.
  public var consensus: [Fixed32]
  /// Sums of weights by active stake, before and after weights are cut to the consensus.
  public var preranks: [Fixed32]
  public var ranks: [Fixed32]
  public var incentive: [Fixed32]
  public var validatorTrust: [Fixed32]
  public var dividends: [Fixed32]
  /// Of all that an epoch pays, whatever it pays in.
  public var serverShares: [Fixed32]
  public var validatorShares: [Fixed32]
  /// Amounts in the unit of the input's emission.
  public var serverEmission: [UInt64]
  public var validatorEmission: [UInt64]
  public var emission: [UInt64]
  /// Who may set weights until the next epoch.
  public var permits: [Bool]
  /// Rows to store; only of those who have a permit now.
  public var bonds: YumaBonds

  /// A share of an emission, rounded down.
  public static func amount(_ share: Fixed32, of emission: Amount) -> Amount {
    Amount(UInt64(clamping: (Int128(share.raw) * Int128(emission.units)) >> 32))
  }

  /// How much of what validators gave a member they gave together: rank by prerank.
  public var trust: [Fixed32] { zip(ranks, preranks).map { $0 / $1 } }
}
