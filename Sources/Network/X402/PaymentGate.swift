// The seller's side of x402: asks for money, takes it, and only then hands over what was bought.

import Payments
public import Primitives
import Synchronization

/// Who looks at payments and moves the money for a seller.
public protocol PaymentSettler: Sendable {
  func verify(_ request: FacilitatorRequest) async throws -> PaymentVerdict
  /// An outcome that is not known is `pending`, and never an error: who forgets such a payment
  /// asks for a second one.
  func settle(_ request: FacilitatorRequest) async throws -> PaymentOutcome
}

extension Facilitator: PaymentSettler {}

/// Stands before resources of one seller.
///
/// A payment buys one answer. Which, is fixed by the digest of the request that it came with
/// first: EIP-3009 does not sign a URL, so the seller remembers what each nonce was spent on. The
/// same request with the same payment gets the same answer again, without a second price. An answer
/// that is not kept any more is made again, twice at most.
public final class PaymentGate: Sendable {
  private let settler: any PaymentSettler
  private let file: SaleFile?
  /// Signs what was sold, where the seller's key is at hand.
  let desk: ReceiptDesk?
  /// Takes vouchers; nil where only single payments are taken.
  let channels: ChannelGate?
  /// Seconds since 1970; nil where nobody looks how long a payment still lasts.
  private let now: (@Sendable () -> UInt64)?
  private let turns = PayerTurns()
  private let memory = Mutex(PaymentMemory())

  /// - Parameters:
  ///   - file: what was spent on what, for the time after the next start.
  ///   - channels: takes vouchers on the same URLs; its desk signs for both.
  ///   - desk: signs where no vouchers are taken.
  ///   - now: seconds since 1970, where a payment must last until its answer can be made.
  public init(
    settler: any PaymentSettler, file: SaleFile? = nil, channels: ChannelGate? = nil,
    desk: ReceiptDesk? = nil, now: (@Sendable () -> UInt64)? = nil
  ) {
    self.settler = settler
    self.now = now
    self.file = file
    self.channels = channels
    self.desk = channels?.desk ?? desk
    for sale in file?.found ?? [] { memory.withLock { $0.recall(sale) } }
  }

  // MARK: - One request

  /// What a request comes to before anything is made.
  public enum Opening: Sendable {
    case answer(GateAnswer)
    case sale(Sale)
    case voucher(ChannelGate.Sale)

    init(_ opening: ChannelGate.Opening) {
      switch opening {
      case .answer(let answer): self = .answer(answer)
      case .sale(let sale): self = .voucher(sale)
      }
    }
  }

  /// A payment that is good and belongs to one request until it is closed. Where nobody closes
  /// it, it can be tried again by the same request.
  public final class Sale: Sendable {
    /// What the ledger remembers the payment by.
    public let payment: Bytes32
    public let payer: Address
    public let price: PaymentRequirements
    /// It may have been settled before; nothing of it is verified again.
    public let isResumed: Bool
    /// The message that settled it, where it is known to be settled.
    let settledBy: Bytes32?
    let claim: FacilitatorRequest
    let request: Bytes32
    let mimeType: String
    let receipts: String
    private let gate: PaymentGate
    private let fallback: Mutex<Fallback?>
    /// No other payment of the payer is judged before this one is settled.
    let turn: PayerTurn

    /// `verified`: nothing was taken, and it is not verified again.
    enum Fallback { case forget, verified, reopen }

    init(
      _ claim: FacilitatorRequest, of payment: Bytes32, _ request: Bytes32,
      _ resource: PaidResource, _ place: PaymentMemory.Place, _ turn: PayerTurn,
      at gate: PaymentGate
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

  /// Looks at a payment; a good one becomes a sale.
  ///
  /// - Parameters:
  ///   - request: the digest of method, URL and body.
  ///   - header: `PAYMENT-SIGNATURE`, as it came.
  ///   - admit: whether there is room to make something now. It is asked before anything is
  ///     verified or carried, and after others that are served on the same channel: who waits for
  ///     them takes nobody's room.
  public func open(
    _ resource: PaidResource, request: Bytes32, payment header: String?,
    admit: () -> Bool = { true }
  ) async -> Opening {
    guard let header else { return .answer(resource.asking("Payment required")) }
    if let channels, let plain = PlainVoucher(header: header) {
      guard let offer = offer(plain.accepted, at: channels, resource) else {
        return .answer(resource.asking(PaymentGate.noOffer))
      }
      return Opening(
        await channels.open(plain.voucher, offer, resource, request: request, admit))
    }
    guard let json = X402.document(header), json["x402Version"]?.uint64 == X402.version else {
      return .answer(.empty(400))
    }
    if let channels, json["accepted"]?["scheme"]?.string == X402.channelScheme {
      return await open(json, at: channels, resource, request, admit)
    }
    guard let payment = ExactPayment(json)
    else { return .answer(.empty(400)) }
    guard let offer = resource.offers.first(where: { $0.matches(payment.accepted) }) else {
      return .answer(resource.asking(PaymentGate.noOffer))
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

  private func verify(_ sale: Sale, _ resource: PaidResource) async -> Opening {
    if !memory.withLock({ $0.isVerified(sale.payment) }) {
      do {
        let verdict = try await settler.verify(sale.claim)
        if let reason = verdict.reason { return .answer(resource.asking(reason.rawValue)) }
      } catch { return .answer(.empty(503)) }
    }
    sale.falls(back: .verified)
    return .sale(sale)
  }

  private func open(
    _ json: JSONValue, at channels: ChannelGate, _ resource: PaidResource, _ request: Bytes32,
    _ admit: () -> Bool
  ) async -> Opening {
    guard let accepted = json["accepted"].flatMap({ PaymentRequirements($0) }) else {
      return .answer(.empty(400))
    }
    guard let offer = offer(accepted, at: channels, resource) else {
      return .answer(resource.asking(PaymentGate.noOffer))
    }
    return Opening(await channels.open(json, offer, resource, request: request, admit))
  }

  private func offer(
    _ accepted: PaymentRequirements, at channels: ChannelGate, _ resource: PaidResource
  ) -> PaymentRequirements? {
    var offers = resource.offers
    // Who has a channel here is told why it buys nothing more, and gets its money back.
    if channels.isConvicted, let exact = offers.first { offers = [channels.offer(like: exact)] }
    return offers.first { $0.matches(accepted) }
  }

  private static let noOffer = "No matching payment requirements"

  /// The ways to pay a price, in the order in which they are offered.
  func offers(_ exact: PaymentRequirements) -> [PaymentRequirements] {
    guard let channels, !channels.isConvicted else { return [exact] }
    return [exact, channels.offer(like: exact)]
  }

  /// The same where only vouchers are taken.
  func channelOffers(_ exact: PaymentRequirements) -> [PaymentRequirements] {
    channels.map { [$0.offer(like: exact)] } ?? []
  }

  /// What came of asking for the money.
  public enum Taking: Sendable {
    case paid(PaymentOutcome)
    case not(GateAnswer)
  }

  /// Moves the money. What is paid stays open until it is closed with its answer.
  public func take(_ sale: Sale) async -> Taking {
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

  /// What a paid answer carries.
  public static func headers(_ outcome: PaymentOutcome, _ sale: Sale) -> [String: String] {
    [
      "PAYMENT-RESPONSE": X402.header(outcome.json), "Cache-Control": "private",
      "Content-Type": sale.mimeType,
    ]
  }

  /// Serves one request from beginning to end.
  func serve(
    _ resource: PaidResource, request: Bytes32, payment header: String?,
    make: () async throws -> Product
  ) async -> GateAnswer {
    switch await open(resource, request: request, payment: header) {
    case .answer(let answer): answer
    case .sale(let sale): await complete(.exact(sale), make: make)
    case .voucher(let sale): await complete(.voucher(sale), make: make)
    }
  }

  // MARK: - Memory

  fileprivate func release(_ key: Bytes32, _ way: Sale.Fallback) {
    memory.withLock { $0.release(key, way) }
  }

  /// Keeps the answer for the same payment with the same request.
  public func close(_ sale: Sale, with answer: GateAnswer) {
    sale.falls(back: nil)
    memory.withLock { $0.close(sale.payment, with: answer) }
  }
}
