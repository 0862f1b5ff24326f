// Vouchers among the ways to pay at a door: what is offered, and which offer a payment is for.

import Primitives

extension ChannelGate: RailGate {
  var scheme: String { X402.channelScheme }
  /// A deposit stands until its delay is over.
  var holdsMoney: Bool { true }
  var isOffered: Bool { !isConvicted }

  /// The entry of `accepts` beside that of `exact`.
  func offer(like price: PaymentRequirements) -> PaymentRequirements {
    var offer = price
    offer.scheme = scheme
    offer.payTo = desk.address
    offer.receiverAuthorizer = authorizer
    offer.withdrawDelay = terms.delay
    let deposit = (offer.amount.uint64 ?? 0).multipliedReportingOverflow(by: terms.deposit)
    let least = max(deposit.partialValue, terms.leastDeposit.units)
    offer.minDeposit = deposit.overflow ? offer.amount : UInt256(least)
    return offer
  }

  func openPlain(
    _ header: String, _ resource: PaidResource, request: Bytes32, _ admit: () -> Bool
  ) async -> SaleOpening? {
    guard let plain = PlainVoucher(header: header) else { return nil }
    guard let offer = offer(plain.accepted, resource) else {
      return .answer(resource.asking(PaidResource.noOffer))
    }
    return await open(plain.voucher, nil, offer, resource, request, admit)
  }

  func open(
    _ json: JSONValue, _ resource: PaidResource, request: Bytes32, _ admit: () -> Bool
  ) async -> SaleOpening {
    guard let accepted = json["accepted"].flatMap({ PaymentRequirements($0) }) else {
      return .answer(.empty(400))
    }
    guard let offer = offer(accepted, resource) else {
      return .answer(resource.asking(PaidResource.noOffer))
    }
    return await open(json, offer, resource, request: request, admit)
  }

  private func offer(
    _ accepted: PaymentRequirements, _ resource: PaidResource
  ) -> PaymentRequirements? {
    var offers = resource.offers
    // Who has a channel here is told why it buys nothing more, and gets its money back.
    if isConvicted, let other = offers.first { offers = [offer(like: other)] }
    return offers.first { $0.matches(accepted) }
  }
}

extension ChannelGate.Sale {
  var number: UInt64 {
    MerkleTree.leaf(tag: "tolsey/sale/2", channel.bytes + CBOR.encode(index)).leadingWord
  }

  func complete(make: () async throws -> Product) async -> GateAnswer {
    await gate.complete(self, make: make)
  }

  func begin() async -> SaleBeginning { await gate.begin(self) }

  /// What was settled is the channel's to know.
  func end(
    _ product: Product?, _ fields: [String: String], _ outcome: PaymentOutcome?
  ) async throws {
    try await gate.end(self, product, fields)
  }
}
