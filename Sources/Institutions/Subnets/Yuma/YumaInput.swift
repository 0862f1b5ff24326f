// What an epoch of Yuma consensus is computed from: the subnet as it stands at the block.

public import Arithmetic
import Primitives

/// One entry of a row of weights or bonds: another member's number, and a share in 65535ths.
public struct YumaEntry: Hashable, Sendable {
  public var uid: UInt16
  public var share: UInt16

  public init(_ uid: UInt16, _ share: UInt16) {
    self.uid = uid
    self.share = share
  }
}

/// A subnet before an epoch, in the words of subtensor
/// (opentensor/subtensor, pallets/subtensor/src/epoch/run_epoch.rs).
public struct YumaInput: Hashable, Sendable {
  /// Stake by uid; its count is the number of members.
  public var stakes: [Fixed64]
  public var stakeThreshold: UInt64 = 0
  public var owner: Int?
  public var currentBlock: UInt64 = 0
  public var tempo: UInt64 = 360
  public var activityCutoff: UInt64 = 5_000
  /// 0 where there has been no epoch yet.
  public var lastStepBlock: UInt64 = 0
  public var lastUpdate: [UInt64]
  public var registeredAt: [UInt64]
  /// The permits of the epoch before: this epoch is computed with them.
  public var permits: [Bool]
  public var maxValidators: Int = 128
  /// Rows as they are stored; members that do not stand in a row have no weight there.
  public var weights: [[YumaEntry]]
  public var bonds: [[YumaEntry]]
  /// The block of the oldest commitment that is still sealed, where weights are committed first.
  public var oldestCommit: [UInt64?] = []
  public var kappa: UInt16 = 32_767
  public var bondsPenalty: UInt16 = 65_535
  /// In millionths.
  public var bondsMovingAverage: UInt64 = 900_000
  public var isYuma3 = false
  public var hasLiquidAlpha = false
  public var alphaLow: UInt16 = 45_875
  public var alphaHigh: UInt16 = 58_982
  public var alphaSteepness: Int16 = 1_000
  /// What the epoch shares out, in the smallest unit.
  public var emission: UInt64 = 0

  /// A subnet of `count` members without stake, weights or bonds.
  public init(count: Int) {
    stakes = Array(repeating: .zero, count: count)
    lastUpdate = Array(repeating: 0, count: count)
    registeredAt = Array(repeating: 0, count: count)
    permits = Array(repeating: false, count: count)
    weights = Array(repeating: [], count: count)
    bonds = Array(repeating: [], count: count)
  }

  public var count: Int { stakes.count }

  /// The largest subnet that an epoch takes; the sums of `Fixed32` cannot saturate below it.
  public static let countLimit = 1 << 15

  /// Refuses lists of unequal length, entries that name nobody, and rows that name one twice.
  func validate() throws(Refusal) {
    let n = count
    guard n <= Self.countLimit else {
      throw .tooManyMembers(n, limit: Self.countLimit)
    }
    let lengths = [
      lastUpdate.count, registeredAt.count, permits.count, weights.count, bonds.count,
      oldestCommit.isEmpty ? n : oldestCommit.count,
    ]
    if let other = lengths.first(where: { $0 != n }) {
      throw .unequalLists(other, members: n)
    }
    if let owner, !stakes.indices.contains(owner) { throw .noSuchMember(owner, members: n) }
    if let bad = stakes.first(where: { $0 < .zero }) {
      throw .negativeStake(UInt64(clamping: stakes.firstIndex(of: bad) ?? 0))
    }
  }
}

extension Refusal {
  static func tooManyMembers(_ count: Int, limit: Int) -> Refusal {
    Refusal("tooManyMembers", ["members": UInt64(count), "limit": UInt64(limit)])
  }

  static func noSuchMember(_ uid: Int, members: Int) -> Refusal {
    Refusal("noSuchMember", ["member": UInt64(clamping: uid), "members": UInt64(members)])
  }

  static func namedTwice(_ uid: Int) -> Refusal {
    Refusal("memberNamedTwice", ["member": UInt64(clamping: uid)])
  }

  static func negativeStake(_ uid: UInt64) -> Refusal {
    Refusal("negativeStake", ["member": uid])
  }
}
