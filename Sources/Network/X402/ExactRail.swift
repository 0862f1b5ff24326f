// The scheme `exact` among the ways to pay.

import Primitives

/// One EIP-3009 authorisation for one answer.
struct ExactRail: PaymentRail {
  let scheme = X402.scheme

  func verify(_ body: JSONValue, at facilitator: Facilitator) throws -> PaymentVerdict {
    switch FacilitatorRequest.read(body) {
    case .success(let request): try facilitator.verify(request)
    case .failure(let bad): PaymentVerdict(bad.reason, payer: bad.payer)
    }
  }

  func settle(_ body: JSONValue, at facilitator: Facilitator) async throws -> PaymentOutcome {
    switch FacilitatorRequest.read(body) {
    case .success(let request):
      let outcome = try await facilitator.settle(request)
      if outcome.isFresh, let payload = body["paymentPayload"] {
        facilitator.list(payload, request.requirements, carried: .payment)
      }
      return outcome
    case .failure(let bad):
      return PaymentOutcome(bad.reason, payer: bad.payer, network: bad.network)
    }
  }

  func gate(_ parts: DoorParts) -> (any RailGate)? { ExactGate(parts) }
}
