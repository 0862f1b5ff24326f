// The range of each term, which genesis and every amendment must keep.

import Primitives

/// A term by name, with its unit and the values that it may take.
public struct TermRange: Sendable {
  public let name: String
  public let unit: String
  public let least: UInt64
  public let most: UInt64
  public let path: WritableKeyPath<Terms, UInt64> & Sendable

  init(
    _ name: String, _ unit: String, _ range: ClosedRange<UInt64>,
    _ path: WritableKeyPath<Terms, UInt64> & Sendable
  ) {
    self.name = name
    self.unit = unit
    least = range.lowerBound
    most = range.upperBound
    self.path = path
  }
}

extension Terms {
  /// One entry a term, in the canonical order.
  public static let ranges: [TermRange] = bondRanges + callRanges + windowRanges + recordRanges

  /// Money stays far enough from 2^64 that bonds of three hundred prices can be computed.
  private static let dear: UInt64 = 1_000_000_000_000
  private static let month: UInt64 = 2_592_000
  private static let week: UInt64 = 604_800

  private static let bondRanges: [TermRange] = [
    TermRange("audit", "ppm", 10_000...million, \.audit),
    TermRange("coalition", "ppm", 0...450_000, \.coalition),
    TermRange("winner", "ppm", 300_000...500_000, \.winner),
    TermRange("minority", "prices", 1...10, \.minority),
    TermRange("courtFloor", "µ$", 55_880...dear, \.courtFloor),
    TermRange("auditBase", "µ$", 100...dear, \.auditBase),
    TermRange("auditTurns", "turns", 1...5, \.auditTurns),
    TermRange("auditOperators", "operators", 1...64, \.auditOperators),
    TermRange("bidBond", "ppm", 10_000...300_000, \.bidBond),
    TermRange("bidBondFloor", "µ$", 1...dear, \.bidBondFloor),
    TermRange("replicas", "seats", 3...7, \.replicas),
    TermRange("bidFactor", "bids", 2...8, \.bidFactor),
    TermRange("saltForfeit", "prices", 1...3, \.saltForfeit),
    TermRange("take", "ppm", 0...10_000, \.take),
    TermRange("idle", "ppm", 0...200_000, \.idle),
  ]

  private static let callRanges: [TermRange] = [
    TermRange("standingBond", "µ$", 55_880...dear, \.standingBond),
    TermRange("claimTarget", "µ$", 21_000...dear, \.claimTarget),
    TermRange("minClaim", "µ$", 21_000...dear, \.minClaim),
    TermRange("maxCall", "µ$", 1...dear, \.maxCall),
    TermRange("claimInterval", "s", 60...month, \.claimInterval),
    TermRange("withdrawDelay", "s", 900...month, \.withdrawDelay),
    TermRange("unbonding", "s", 900...month, \.unbonding),
    TermRange("tollBase", "µ$", 1...dear, \.tollBase),
    TermRange("tollBytes", "bytes", 1...65_536, \.tollBytes),
    TermRange("tollAccount", "µ$", 1...dear, \.tollAccount),
    TermRange("tollBlob", "bytes", 1...1_048_576, \.tollBlob),
  ]

  private static let windowRanges: [TermRange] = [
    TermRange("acceptWindow", "s", 60...week, \.acceptWindow),
    TermRange("bidWindow", "s", 10...86_400, \.bidWindow),
    TermRange("revealWindow", "s", 10...86_400, \.revealWindow),
    TermRange("honourWindow", "s", 10...86_400, \.honourWindow),
    TermRange("saltWindow", "s", 60...week, \.saltWindow),
    TermRange("inputWindow", "s", 60...week, \.inputWindow),
    TermRange("auditWindow", "s", 300...week, \.auditWindow),
    TermRange("disputeWindow", "s", 300...week, \.disputeWindow),
    TermRange("chess", "s", 1_800...week, \.chess),
    TermRange("sealWindow", "s", 1_800...week, \.sealWindow),
    TermRange("demandWindow", "s", 1_800...week, \.demandWindow),
    TermRange("demandGrace", "s", 60...week, \.demandGrace),
  ]

  private static let recordRanges: [TermRange] = [
    TermRange("weightFloor", "ppm", 965_000...million, \.weightFloor),
    TermRange("weightPrior", "µ$", 1...dear, \.weightPrior),
    TermRange("fault", "ppm", 50_000...million, \.fault),
    TermRange("maxRejection", "ppm", 50_001...million, \.maxRejection),
    TermRange("blockBytes", "bytes", 65_536...1_073_741_824, \.blockBytes),
    TermRange("blockTimers", "timers", 100...million, \.blockTimers),
    TermRange("messageRate", "a second", 1...10_000_000, \.messageRate),
    TermRange("amendDelay", "s", 86_400...month, \.amendDelay),
    TermRange("blobRetention", "s", week...31_536_000, \.blobRetention),
    TermRange("maxMessage", "bytes", 4_096...1_073_741_824, \.maxMessage),
    TermRange("maxBidders", "bids", 15...1_024, \.maxBidders),
    TermRange("maxRuns", "runs", 1...million, \.maxRuns),
    TermRange("maxParallel", "runs", 1...1_024, \.maxParallel),
    TermRange("maxCapacity", "runs", 1...million, \.maxCapacity),
    TermRange("maxUnits", "units", 1...(1 << 60), \.maxUnits),
    TermRange("maxRunTime", "s", 60...month, \.maxRunTime),
    TermRange("maxCallTime", "s", 1...86_400, \.maxCallTime),
  ]
}
