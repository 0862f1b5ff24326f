// The scheme `batch-settlement` among the ways to pay.

import Primitives

/// One deposit, and a voucher for each answer. Its entry of `/supported` names no
/// `receiverAuthorizer`: who refunds at a word of anybody's robs the seller.
struct ChannelRail: PaymentRail {
  let scheme = X402.channelScheme

  func verify(_ body: JSONValue, at facilitator: Facilitator) throws -> PaymentVerdict {
    switch ChannelRequest.read(body) {
    case .success(let request): try facilitator.verify(request)
    case .failure(let bad): PaymentVerdict(bad.reason, payer: bad.payer)
    }
  }

  func settle(_ body: JSONValue, at facilitator: Facilitator) async throws -> PaymentOutcome {
    switch ChannelRequest.read(body) {
    case .success(let request):
      let outcome = try await facilitator.settle(request)
      if outcome.isFresh, case .deposit = request.payload, let payload = body["paymentPayload"] {
        facilitator.list(payload, request.requirements, carried: .nothing)
      }
      return outcome
    case .failure(let bad):
      return PaymentOutcome(bad.reason, payer: bad.payer, network: bad.network)
    }
  }

  /// Its gate needs more than all doors have, and is made by who has it.
  func gate(_ parts: DoorParts) -> (any RailGate)? { parts.channels }
}
