// Settlement of `open`, and of every run that ends before a check could judge it.

public import Kernel
public import Primitives

/// How a run of one seat ended under `open`.
public enum OpenOutcome: String, CaseIterable, Hashable, Sendable {
  case accepted
  case silent
  case rejected
  case noEvidence
  case notHonoured
  case demandExpired
  case inputWithheld

  public init(_ outcome: Outcome) throws(Refusal) {
    switch outcome {
    case .accepted: self = .accepted
    case .silent: self = .silent
    case .rejected: self = .rejected
    case .noEvidence: self = .noEvidence
    case .notHonoured: self = .notHonoured
    case .demandExpired: self = .demandExpired
    case .inputWithheld: self = .inputWithheld
    case .majority, .noMajority, .stands, .fell, .leftSilent, .proved, .disproved, .otherInput,
      .judged, .goldWithheld, .tooFew, .unjudged:
      throw .impossibleCase("outcome")
    }
  }
}

extension Settlement {
  /// A rejection burns the price: were it refunded, everybody who maximises would reject.
  public static func open(
    price: Amount, bidBond: Amount, outcome: OpenOutcome, terms: Terms
  ) throws(Refusal) -> Payouts {
    var pot = Pot()
    try pot.stake(.buyer, price)
    try pot.stake(.provider, bidBond)
    switch outcome {
    case .accepted, .silent:
      try pot.pay(.provider, try paid(price, terms))
      try pot.pay(.provider, bidBond)
    case .rejected:
      try pot.pay(.provider, bidBond)
    case .noEvidence, .notHonoured, .demandExpired:
      try pot.pay(.buyer, price)
    case .inputWithheld:
      let fee = try Bonds.idle(price: price, terms: terms)
      try pot.pay(.buyer, try price.subtracting(fee))
      try pot.pay(.provider, fee)
      try pot.pay(.provider, bidBond)
    }
    return pot.close()
  }

  /// The buyer never handed over its input: each seat gets a fee for standing idle, and the
  /// bonds and the audit fee go back.
  public static func inputWithheld(
    seats: [(price: Amount, bond: Amount)], fee: Amount, terms: Terms
  ) throws(Refusal) -> Payouts {
    var pot = Pot()
    var escrow = fee
    for seat in seats { escrow = try escrow.adding(seat.price) }
    try pot.stake(.buyer, escrow)
    for (index, seat) in seats.enumerated() { try pot.stake(.seat(index), seat.bond) }
    for (index, seat) in seats.enumerated() {
      let idle = try Bonds.idle(price: seat.price, terms: terms)
      escrow = try escrow.subtracting(idle)
      try pot.pay(.seat(index), idle)
      try pot.pay(.seat(index), seat.bond)
    }
    try pot.pay(.buyer, escrow)
    return pot.close()
  }
}
