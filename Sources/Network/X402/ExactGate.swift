// The seller's side of `exact`: takes one payment for one answer, and remembers what it bought.

import Payments
import Primitives
import Synchronization

/// Takes payments of the scheme `exact`.
///
/// A payment buys one answer. Which, is fixed by the digest of the request that it came with
/// first: EIP-3009 does not sign a URL, so the seller remembers what each nonce was spent on. The
/// same request with the same payment gets the same answer again, without a second price. An answer
/// that is not kept any more is made again, twice at most.
final class ExactGate: RailGate {
  let settler: any PaymentSettler
  private let file: SaleFile?
  /// Signs what was sold, where the seller's key is at hand.
  let desk: ReceiptDesk?
  /// Seconds since 1970; nil where nobody looks how long a payment still lasts.
  private let now: (@Sendable () -> UInt64)?
  private let turns = PayerTurns()
  private let memory = Mutex(PaymentMemory())
  /// Who makes sealed receipts; each asks the node once.
  let sealing = Turns(most: 4)
  let sealed = Mutex(SealedFiles())

  init(_ parts: DoorParts) {
    settler = parts.settler
    now = parts.now
    file = parts.file
    desk = parts.desk
    for sale in file?.found ?? [] { memory.withLock { $0.recall(sale) } }
  }

  let scheme = X402.scheme
  /// A balance may be gone when the answer is made.
  let holdsMoney = false

  /// Prices are written in this scheme.
  func offer(like price: PaymentRequirements) -> PaymentRequirements { price }

  // MARK: - One request

  /// A payment that is good and belongs to one request until it is closed. Where nobody closes
  /// it, it can be tried again by the same request.
  final class Sale: OpenSale {
    /// What the ledger remembers the payment by.
    let payment: Bytes32
    let payer: Address
    let price: PaymentRequirements
    /// It may have been settled before; nothing of it is verified again.
    let isResumed: Bool
    /// The message that settled it, where it is known to be settled.
    let settledBy: Bytes32?
    let claim: FacilitatorRequest
    let request: Bytes32
    let mimeType: String
    let receipts: String
    let gate: ExactGate
    private let fallback: Mutex<Fallback?>
    /// No other payment of the payer is judged before this one is settled.
    let turn: PayerTurn

    /// `verified`: nothing was taken, and it is not verified again.
    enum Fallback { case forget, verified, reopen }

    init(
      _ claim: FacilitatorRequest, of payment: Bytes32, _ request: Bytes32,
      _ resource: PaidResource, _ place: PaymentMemory.Place, _ turn: PayerTurn,
      at gate: ExactGate
    ) {
      if case .resumed(let id) = place {
        (isResumed, settledBy) = (true, id)
      } else {
        (isResumed, settledBy) = (false, nil)
      }
      self.claim = claim
      self.turn = turn
      self.payment = payment
      self.request = request
      self.gate = gate
      payer = claim.payment.payer
      price = claim.requirements
      mimeType = resource.mimeType
      receipts = resource.receipts
      fallback = Mutex(isResumed ? .reopen : .forget)
    }

    /// What happens to it when it ends without being closed.
    func falls(back to: Fallback?) { fallback.withLock { $0 = to } }

    deinit {
      if let way = fallback.withLock({ $0 }) { gate.release(payment, way) }
    }
  }

  /// Looks at a payment; a good one becomes a sale. It is asked whether there is room before
  /// anything is verified.
  func open(
    _ json: JSONValue, _ resource: PaidResource, request: Bytes32, _ admit: () -> Bool
  ) async -> SaleOpening {
    guard let payment = ExactPayment(json) else { return .answer(.empty(400)) }
    guard let offer = resource.offers.first(where: { $0.matches(payment.accepted) }) else {
      return .answer(resource.asking(PaidResource.noOffer))
    }
    // A turn of its payer and a place among all payments are for who signed it, and so is an
    // answer that is kept.
    if let reason = payment.signatureFault(offer) {
      return .answer(resource.asking(reason.rawValue))
    }
    let key = SpentNonce.key(payment.payer, payment.nonce)
    let until = payment.validBefore.uint64 ?? .max
    let place = memory.withLock { $0.reserve(key, request, until: until, now: now?() ?? 0) }
    if case .answered(let answer) = place { return .answer(answer) }
    let fallback = place == .fresh ? Sale.Fallback.forget : .reopen
    guard let turn = await turns.enter(payment.payer), admit() else {
      release(key, fallback)
      return .answer(.busy)
    }
    let sale = Sale(
      FacilitatorRequest(payment, offer), of: key, request, resource, place, turn, at: self)
    if sale.isResumed { return .sale(sale) }
    // Made first and settled then: it must still be good when the answer is there.
    if let now, payment.validBefore < UInt256(now() + offer.timeout / 2) {
      return .answer(resource.asking(X402Reason.validBefore.rawValue))
    }
    return await verify(sale, resource)
  }

  private func verify(_ sale: Sale, _ resource: PaidResource) async -> SaleOpening {
    if !memory.withLock({ $0.isVerified(sale.payment) }) {
      do {
        let verdict = try await settler.verify(sale.claim)
        if let reason = verdict.reason { return .answer(resource.asking(reason.rawValue)) }
      } catch { return .answer(.empty(503)) }
    }
    sale.falls(back: .verified)
    return .sale(sale)
  }

  /// What came of asking for the money.
  enum Taking: Sendable {
    case paid(PaymentOutcome)
    case not(GateAnswer)
  }

  /// Moves the money. What is paid stays open until it is closed with its answer.
  func take(_ sale: Sale) async -> Taking {
    defer { sale.turn.end() }
    if let id = sale.settledBy {
      return .paid(
        PaymentOutcome(
          payer: sale.payer, network: sale.price.network, transaction: id,
          amount: sale.price.amount))
    }
    do {
      if !sale.isResumed {
        let until = sale.claim.payment.validBefore.uint64 ?? .max
        try file?.note(payment: sale.payment, request: sale.request, until: until)
      }
    } catch { return .not(.empty(500)) }
    sale.falls(back: .reopen)
    guard let outcome = try? await settler.settle(sale.claim) else { return .not(.unknown) }
    guard let reason = outcome.reason else {
      memory.withLock { $0.paid(sale.payment, by: outcome.transaction) }
      return .paid(outcome)
    }
    let told = ["PAYMENT-RESPONSE": X402.header(outcome.json)]
    // Who does not know whether it paid must not be asked to pay again.
    if reason == .pending || (reason == .failed && sale.isResumed) {
      return .not(GateAnswer.unknown.with(told))
    }
    let answer = GateAnswer.empty(402).with(told)
    // A facilitator that did not even try may try again. What the ledger would not pay once the
    // answer was made gets no second answer made.
    if reason == .failed { sale.falls(back: .verified) } else { close(sale, with: answer) }
    return .not(answer)
  }

  // MARK: - Memory

  fileprivate func release(_ key: Bytes32, _ way: Sale.Fallback) {
    memory.withLock { $0.release(key, way) }
  }

  /// Keeps the answer for the same payment with the same request.
  func close(_ sale: Sale, with answer: GateAnswer) {
    sale.falls(back: nil)
    memory.withLock { $0.close(sale.payment, with: answer) }
  }
}

// MARK: - The sale

extension ExactGate.Sale {
  var number: UInt64 { payment.leadingWord }

  func complete(make: () async throws -> Product) async -> GateAnswer {
    do {
      // What may have been paid is settled first: nothing more is lost by it.
      let made = isResumed ? nil : try await make()
      switch await gate.take(self) {
      case .not(let answer): return answer
      case .paid(let outcome):
        let product: Product
        if let made { product = made } else { product = try await make() }
        let run = try gate.sign(product, self, outcome)
        let answer = GateAnswer(200, gate.fields(of: self, outcome), try product.body(run))
        gate.close(self, with: answer)
        return answer
      }
    } catch { return .empty(500) }
  }

  func begin() async -> SaleBeginning {
    switch await gate.take(self) {
    case .not(let answer): .not(answer)
    case .paid(let outcome): .paid(gate.fields(of: self, outcome), outcome)
    }
  }

  func end(
    _ product: Product?, _ fields: [String: String], _ outcome: PaymentOutcome?
  ) async throws {
    guard let product, let outcome else { return }
    let run = try gate.sign(product, self, outcome)
    gate.close(self, with: GateAnswer(200, fields, try product.body(run)))
  }
}

extension ExactGate {
  fileprivate func sign(
    _ product: Product, _ sale: Sale, _ outcome: PaymentOutcome
  ) throws -> SignedRun? {
    guard let desk else { return nil }
    let run = try desk.sign(
      product.facts,
      RunPayment(
        payment: sale.payment, buyer: sale.payer, transaction: outcome.transaction ?? .zero,
        price: Amount(sale.price.amount.uint64 ?? 0)))
    desk.keep(run)
    return run
  }

  /// What a paid answer carries, and where its receipt is.
  fileprivate func fields(of sale: Sale, _ outcome: PaymentOutcome) -> [String: String] {
    var fields = [
      "PAYMENT-RESPONSE": X402.header(outcome.json), "Cache-Control": "private",
      "Content-Type": sale.mimeType,
    ]
    if let desk {
      let receipt = sale.receipts + desk.name(sale.payment, 0)
      fields["Tolsey-Receipt"] = receipt
      fields["Tolsey-Sealed"] = receipt + SealLink.ending
    }
    return fields
  }
}
