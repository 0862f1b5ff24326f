// What institutions read of a run that is open, by its name.

public import Kernel
public import Primitives

/// Whose a run is, of what work, under which check, since when, and whether anything of its answer
/// stands on the ledger.
public struct RunUnderWay: Hashable, Sendable {
  public var buyer: Address
  public var check: CheckTerms
  /// Empty under checks that keep no spec, since nobody does their work again.
  public var spec: [UInt8]
  /// In market time.
  public var startedAt: Time
  /// Some seat has sealed or shown what it found.
  public var isAnswered: Bool
}

extension MarketTables {
  /// A run between its start and its verdict; nil before and after.
  public func facts(of key: RunKey) -> RunUnderWay? {
    guard let run = runs[key], let lease = leases[key.lease] else { return nil }
    return RunUnderWay(
      buyer: lease.buyer, check: lease.check, spec: lease.spec, startedAt: run.startedAt,
      isAnswered: run.game.seats.contains { $0 != .nothing })
  }
}

extension CheckTerms {
  /// Refuses a check that is not known here, or with numbers that it does not take.
  public func requireSense() throws(Refusal) { _ = try Game.shape(of: self) }

  /// Whether a seat locks S, and not only B.
  public var locksSeatBond: Bool {
    get throws(Refusal) { try Game.shape(of: self).seatBond }
  }
}
