// A third way to pay, all of it in this file: offered, taken and carried, and nothing else changed.

import Chain
import Kernel
import Payments
import Primitives
import Synchronization
import Testing

@testable import NetworkRoom

/// The scheme `cheque`: the ledger's own authorisation in one field. It may be for more than the
/// price, and the rest is a tip.
private struct ChequeRail: PaymentRail {
  let scheme = "cheque"

  /// A cheque and what is asked for it, from the body of `/verify` and `/settle`.
  private func read(_ body: JSONValue) -> (cheque: TransferAuthorisation, price: UInt64)? {
    guard let cheque = body["paymentPayload"].flatMap({ ChequeRail.cheque($0) }),
      let wanted = body["paymentRequirements"].flatMap({ PaymentRequirements($0) }),
      wanted.payTo == cheque.to, let price = wanted.amount.uint64
    else { return nil }
    return (cheque, price)
  }

  static func cheque(_ payment: JSONValue) -> TransferAuthorisation? {
    (payment["payload"]?["cheque"]?.string).flatMap { Hex.decode($0) }
      .flatMap { try? CBOR.decode(TransferAuthorisation.self, from: $0) }
  }

  func verify(_ body: JSONValue, at facilitator: Facilitator) throws -> PaymentVerdict {
    guard let (cheque, price) = read(body) else { return PaymentVerdict(.badPayload, payer: nil) }
    guard cheque.value >= Amount(price) else {
      var verdict = PaymentVerdict(.value, payer: cheque.payer)
      verdict.ownReason = "cheque_too_small"
      return verdict
    }
    let token = DollarToken.domain(chainId: facilitator.facts.chainID)
    let signer = try? Signature(cheque.signature).recover(digest: cheque.digest(token: token))
    guard signer == cheque.payer else { return PaymentVerdict(.signature, payer: cheque.payer) }
    guard try facilitator.ledger.spent(cheque.payer, cheque.nonce) == nil else {
      return PaymentVerdict(.nonceUsed, payer: cheque.payer)
    }
    return PaymentVerdict(payer: cheque.payer)
  }

  func settle(_ body: JSONValue, at facilitator: Facilitator) async throws -> PaymentOutcome {
    let network = facilitator.network
    let verdict = try verify(body, at: facilitator)
    guard verdict.reason == nil, let (cheque, _) = read(body) else {
      return PaymentOutcome(verdict.reason ?? .badPayload, payer: verdict.payer, network: network)
    }
    let whom = CarriedFor(payees: [cheque.to], payer: cheque.payer)
    let sending = await facilitator.send(until: .never, opening: 0, for: whom) {
      .payAuthorised(PayAuthorised($0, cheque))
    }
    guard case .done(let id) = sending else {
      return PaymentOutcome(.failed, payer: cheque.payer, network: network)
    }
    return PaymentOutcome(
      payer: cheque.payer, network: network, transaction: id, amount: UInt256(cheque.value.units))
  }

  func gate(_ parts: DoorParts) -> (any RailGate)? { ChequeGate(settler: parts.settler) }
}

/// Asks the facilitator first, and draws the cheque when the answer is made.
private struct ChequeGate: RailGate {
  let settler: any PaymentSettler
  let scheme = "cheque"
  let holdsMoney = false

  func offer(like price: PaymentRequirements) -> PaymentRequirements {
    var offer = price
    offer.scheme = scheme
    offer.more = [.init("drawnOn", "the ledger")]
    return offer
  }

  func open(
    _ json: JSONValue, _ resource: PaidResource, request: Bytes32, _ admit: () -> Bool
  ) async -> SaleOpening {
    guard let accepted = json["accepted"].flatMap({ PaymentRequirements($0) }),
      let offer = resource.offers.first(where: { $0.matches(accepted) })
    else { return .answer(resource.asking(PaidResource.noOffer)) }
    guard admit() else { return .answer(.busy) }
    let body: JSONValue = [
      "x402Version": 2, "paymentPayload": json, "paymentRequirements": offer.json,
    ]
    guard let verdict = try? await settler.verify(body: body) else {
      return .answer(.empty(503))
    }
    if let reason = verdict["invalidReason"]?.string { return .answer(resource.asking(reason)) }
    guard let cheque = ChequeRail.cheque(json) else { return .answer(.empty(400)) }
    return .sale(ChequeSale(settler: settler, body: body, number: cheque.nonce.leadingWord))
  }
}

private struct ChequeSale: OpenSale {
  let settler: any PaymentSettler
  let body: JSONValue
  let number: UInt64

  func complete(make: () async throws -> Product) async -> GateAnswer {
    guard let product = try? await make(), let bytes = try? product.body(nil) else {
      return .empty(500)
    }
    switch await begin() {
    case .not(let answer): return answer
    case .paid(let fields, _): return GateAnswer(200, fields, bytes)
    }
  }

  func begin() async -> SaleBeginning {
    guard let outcome = try? await settler.settle(body: body) else { return .not(.unknown) }
    guard outcome["success"]?.bool == true else { return .not(.empty(402)) }
    return .paid(["PAYMENT-RESPONSE": X402.header(outcome)], nil)
  }

  func end(
    _ product: Product?, _ fields: [String: String], _ outcome: PaymentOutcome?
  ) async throws {}
}

@Suite struct RailTests {
  private let market = PayingMarket(
    limits: FacilitatorLimits(), rails: PaymentRails.all + [ChequeRail()])
  private let made = Made()

  /// Counts what was made.
  private final class Made: Sendable {
    let count = Mutex(0)
  }

  private func gate(_ settler: any PaymentSettler) -> PaymentGate {
    PaymentGate(DoorParts(settler: settler), rails: PaymentRails.all + [ChequeRail()])
  }

  private func resource(_ gate: PaymentGate) -> PaidResource {
    PaidResource(url: "http://shop.example/answer", offers: gate.offers(market.wanted))
  }

  private func payment(_ nonce: UInt8 = 1, of units: UInt64 = 10_000) throws -> JSONValue {
    let cheque = TransferAuthorisation(
      payer: market.payer.address, to: market.seller, Amount(units),
      validBefore: PayingMarket.now + 60, nonce: SHA256.hash([nonce])
    ).signed(
      by: market.payer, token: DollarToken.domain(chainId: market.node.services.facts.chainID))
    var wanted = market.wanted
    wanted.scheme = "cheque"
    return [
      "x402Version": 2, "accepted": wanted.json,
      "payload": ["cheque": .string(Hex.encode(CBOR.encode(cheque)))],
    ]
  }

  private func ask(_ gate: PaymentGate, _ payment: JSONValue) async -> GateAnswer {
    await gate.serve(
      resource(gate), request: SHA256.hash([1]), payment: X402.header(payment)
    ) {
      made.count.withLock { $0 += 1 }
      let facts = RunFacts(work: "text", spec: [], units: 1, input: [], output: [7])
      return Product(price: Amount(10_000), facts: facts) { _ in [7] }
    }
  }

  @Test func aDoorOffersItBesideTheOthers() async throws {
    let gate = gate(market.facilitator)
    #expect(gate.offers(market.wanted).map(\.scheme) == ["exact", "cheque"])
    #expect(gate.heldOffers(market.wanted).isEmpty && !gate.offersHeld)
    let asking = resource(gate).asking("Payment required").headers["PAYMENT-REQUIRED"]
    let accepts = asking.flatMap { X402.document($0) }?["accepts"]
    #expect(accepts?[1]?["extra"]?["drawnOn"]?.string == "the ledger")
    // The one that was there is what it was.
    #expect(accepts?[0] == market.wanted.json)
  }

  @Test func aDoorIsPaidByItThroughAFacilitatorOverHTTP() async throws {
    let market = market
    let node = FakeNode { $0.facilitator = market.facilitator }
    try await node.run { port async throws in
      let client = NodeClient(
        NodeAddress(host: "127.0.0.1", port: port), timeout: .seconds(600))
      let gate = self.gate(RemoteFacilitator(client))
      let answer = await self.ask(gate, try self.payment(of: 12_000))
      #expect(answer.status == 200 && answer.body == [7])
      let told = answer.headers["PAYMENT-RESPONSE"].flatMap { X402.document($0) }
      #expect(told?["success"]?.bool == true && told?["amount"]?.string == "12000")
      #expect(market.door.carried.withLock { $0.map(\.authorisation.value) } == [Amount(12_000)])
      #expect(told?["transaction"]?.string?.isEmpty == false)
      // What it refuses is refused in its own words, before anything is made.
      let small = await self.ask(gate, try self.payment(2, of: 9_999))
      let why = small.headers["PAYMENT-REQUIRED"].flatMap { X402.document($0) }
      #expect(small.status == 402 && why?["error"]?.string == "cheque_too_small")
      let again = await self.ask(gate, try self.payment(of: 12_000))
      #expect(again.status == 402 && self.made.count.withLock { $0 } == 1)
    }
  }

  @Test func theFacilitatorListsItAndSettlesIt() async throws {
    let kinds = market.facilitator.supported["kinds"]?.array ?? []
    #expect(kinds.map { $0["scheme"]?.string } == ["exact", "batch-settlement", "cheque"])
    var wanted = market.wanted
    wanted.scheme = "cheque"
    let body: JSONValue = [
      "x402Version": 2, "paymentPayload": try payment(), "paymentRequirements": wanted.json,
    ]
    #expect(try await market.facilitator.verify(body: body)["isValid"]?.bool == true)
    let outcome = try await market.facilitator.settle(body: body)
    #expect(outcome?["success"]?.bool == true)
    #expect(market.door.carried.withLock { $0.count } == 1)
    // Of another version nothing is read.
    let old: JSONValue = ["x402Version": 1, "paymentPayload": try payment(2)]
    let refused = try await market.facilitator.verify(body: old)
    #expect(refused["invalidReason"]?.string == X402Reason.badVersion.rawValue)
  }

  /// Where the list has it not, nobody takes it and nobody loses anything.
  @Test func whatIsNotInTheListIsNoWayToPay() async throws {
    let market = PayingMarket()
    let body: JSONValue = [
      "x402Version": 2, "paymentPayload": try payment(),
      "paymentRequirements": market.wanted.json,
    ]
    let verdict = try await market.facilitator.verify(body: body)
    #expect(verdict["invalidReason"]?.string == X402Reason.scheme.rawValue)
    let gate = PaymentGate(settler: market.facilitator)
    #expect(await ask(gate, try payment()).status == 400)
    #expect(made.count.withLock { $0 } == 0 && market.door.asked.withLock { $0 } == 0)
  }

  /// `exact` among three is what it was alone.
  @Test func theOthersArePaidAsBefore() async throws {
    let payment = try market.payment(market.wanted)
    let gate = gate(market.facilitator)
    let answer = await ask(gate, payment.json)
    #expect(answer.status == 200 && market.door.carried.withLock { $0.count } == 1)
    #expect(await ask(gate, payment.json) == answer && made.count.withLock { $0 } == 1)
  }
}
