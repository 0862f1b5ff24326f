// What institutions read of a run that is open, by its name.

public import Kernel
public import Primitives

/// Whose a run is, of what work, under which check, and since when.
public struct RunUnderWay: Hashable, Sendable {
  public var buyer: Address
  public var check: String
  /// Empty under checks that keep no spec, since nobody does their work again.
  public var spec: [UInt8]
  /// In market time.
  public var startedAt: Time
}

extension MarketTables {
  /// A run between its start and its verdict; nil before and after.
  public func facts(of key: RunKey) -> RunUnderWay? {
    guard let run = runs[key], let lease = leases[key.lease] else { return nil }
    return RunUnderWay(
      buyer: lease.buyer, check: lease.check.kind, spec: lease.spec, startedAt: run.startedAt)
  }
}
