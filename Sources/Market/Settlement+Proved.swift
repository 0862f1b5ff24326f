// Settlement of `proved`: the verifier's word, paid or slashed in the message that brought it.

public import Kernel
public import Primitives

/// How a run ended under `proved`.
public enum ProvedOutcome: String, CaseIterable, Hashable, Sendable {
  /// The proof holds.
  case holds
  /// The proof is of this run and does not hold, or holds about another input.
  case fails
  case noEvidence
  case inputWithheld

  public init(_ outcome: Outcome) throws(Refusal) {
    switch outcome {
    case .proved: self = .holds
    case .disproved, .otherInput: self = .fails
    case .noEvidence: self = .noEvidence
    case .inputWithheld: self = .inputWithheld
    default: throw .impossibleCase("outcome")
    }
  }
}

extension Settlement {
  /// A false proof costs what a missing one costs: it harms the buyer no more, and it pays no
  /// better, since nobody is paid before the verifier has spoken, or the time to contest is over.
  public static func proved(
    price: Amount, bidBond: Amount, outcome: ProvedOutcome, terms: Terms
  ) throws(Refusal) -> Payouts {
    switch outcome {
    case .holds:
      try open(price: price, bidBond: bidBond, outcome: .accepted, terms: terms)
    case .fails, .noEvidence:
      try open(price: price, bidBond: bidBond, outcome: .noEvidence, terms: terms)
    case .inputWithheld:
      try open(price: price, bidBond: bidBond, outcome: .inputWithheld, terms: terms)
    }
  }
}
