// What a text costs at the door for OpenAI's clients, and who takes the money.

public import Primitives

/// What the price is counted by.
public enum SpeechUnit: String, Hashable, Sendable, CaseIterable {
  case call
  /// As many tokens as the request allows: an `exact` payment is signed before the first is said.
  case token
}

/// A price in front of every answer, paid by x402 with the scheme `exact`.
public struct SpeechPrice: Sendable {
  public var amount: Amount
  public var unit: SpeechUnit
  public var payTo: Address
  public var chainID: UInt64
  public var gate: PaymentGate

  public init(
    _ amount: Amount, per unit: SpeechUnit, payTo: Address, chainID: UInt64, gate: PaymentGate
  ) {
    self.amount = amount
    self.unit = unit
    self.payTo = payTo
    self.chainID = chainID
    self.gate = gate
  }

  /// Seconds that a payment must last: the longest answer is made before it is settled.
  static let timeout: UInt64 = 300

  /// What one request costs. Nothing that a client says of prices is read.
  func offer(for asked: ChatRequest) throws(SpeechProblem) -> PaymentRequirements {
    let count = unit == .token ? UInt64(asked.utterance.most) : 1
    let (units, overflow) = amount.units.multipliedReportingOverflow(by: count)
    if overflow { throw .tooDear }
    return PaymentRequirements(
      chainID: chainID, Amount(units), payTo: payTo, timeout: SpeechPrice.timeout)
  }

  func resource(
    _ asked: ChatRequest, url: String
  ) throws(SpeechProblem) -> PaidResource {
    PaidResource(
      url: url,
      description: "up to \(asked.utterance.most) tokens of \(asked.utterance.model)",
      mimeType: asked.streams ? ChatAnswer.streamType : "application/json",
      offers: [try offer(for: asked)])
  }
}

extension SpeechProblem {
  static let tooDear = SpeechProblem(
    400, "invalid_value", "so many tokens cost more than there is", parameter: "max_tokens")
}
