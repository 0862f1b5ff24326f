// Settlement of `replicated`: k seats, their majority, and whoever fells it.

public import Kernel
public import Primitives

/// What a seat did in a replicated run.
public enum ReplicaAct: Hashable, Sendable {
  /// Never sealed an answer.
  case absent
  /// Sealed one and did not open it.
  case silent
  /// Opened an answer; equal answers have equal output and equal units.
  case answer(Bytes32)

  /// What a verdict says of a seat. The majority is counted again from the answers themselves.
  public init(_ seat: SeatVerdict) throws(Refusal) {
    switch seat.fate {
    case .absent: self = .absent
    case .silent: self = .silent
    case .paid, .differs, .undecided, .fallen: self = .answer(seat.digest)
    case .rejected, .idle, .spoiled, .left: throw .impossibleCase("fate")
    }
  }

  var answer: Bytes32? {
    if case .answer(let answer) = self { answer } else { nil }
  }
}

public struct ReplicatedSeat: Hashable, Sendable {
  /// Its own critical value, for the units used.
  public var price: Amount
  /// S, of which B is a part.
  public var bond: Amount
  public var bidBond: Amount
  public var act: ReplicaAct

  public init(price: Amount, bond: Amount, bidBond: Amount, act: ReplicaAct) {
    self.price = price
    self.bond = bond
    self.bidBond = bidBond
    self.act = act
  }
}

/// What a drawn auditor of a replicated run did; `absent` counts as silent.
public struct ReplicaAudit: Hashable, Sendable {
  public var act: ReplicaAct
  public var bond: Amount

  public init(act: ReplicaAct, bond: Amount) {
    self.act = act
    self.bond = bond
  }
}

extension Settlement {
  /// - Parameters:
  ///   - auditPpm: p of the order; with 0 the majority is final and nobody can challenge it.
  ///   - fee: F, escrowed beside the prices.
  ///   - audit: nil when nobody was drawn.
  ///   - games: won ones fell the answer that they are against.
  public static func replicated(
    auditPpm: UInt64, fee: Amount, seats: [ReplicatedSeat], audit: ReplicaAudit? = nil,
    games: [PlayedGame] = [], terms: Terms
  ) throws(Refusal) -> Payouts {
    var run = ReplicatedRun(fee: fee, seats: seats, audit: audit, games: games, terms: terms)
    try run.requirePossible(auditPpm: auditPpm)
    return try run.settle()
  }
}
