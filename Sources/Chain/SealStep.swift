// The steps in which sealed runs are judged, and the refusal that names one.

import Kernel
public import Primitives

/// A step in which a sealed run can fail, in the order of the checks.
public enum SealStep: CaseIterable, Sendable {
  /// The seller's word for the run.
  case run
  /// The operator's word for the block.
  case block
  /// The claim, carried out in that block.
  case claim
  /// The payment, carried out in that block: in the claim's place where no claim was needed.
  case payment
  /// The run under the claim's root. A payment is of one run, and has no such step.
  case place
  /// The run's money within what was paid.
  case value

  /// Steps in the longer form.
  public static let count: UInt64 = 5

  public var number: UInt64 {
    switch self {
    case .run: 1
    case .block: 2
    case .claim, .payment: 3
    case .place: 4
    case .value: 5
    }
  }

  public var title: String {
    switch self {
    case .run: "the signed run"
    case .block: "the block"
    case .claim: "the claim in its block"
    case .payment: "the payment in its block"
    case .place: "the run's place under the claim's root"
    case .value: "the value that was paid"
    }
  }
}

extension Refusal {
  /// A sealed run that does not hold together: the first number bears the step's name and ordinal,
  /// the second the name of what failed there.
  static func unsealed(_ step: SealStep, _ because: String) -> Refusal {
    Refusal("sealBroken", [Number("\(step)", step.number), Number(because, 0)])
  }

  /// The step that a broken seal names.
  public var sealStep: SealStep? {
    guard code == "sealBroken", let first = numbers.first else { return nil }
    return SealStep.allCases.first { "\($0)" == first.name }
  }
}
