// The seller's side of x402: asks for money, takes it, and only then hands over what was bought.

public import Chain
public import Primitives

/// Who looks at payments and moves the money for a seller.
public protocol PaymentSettler: Sendable {
  func verify(_ request: FacilitatorRequest) async throws -> PaymentVerdict
  /// An outcome that is not known is `pending`, and never an error: who forgets such a payment
  /// asks for a second one.
  func settle(_ request: FacilitatorRequest) async throws -> PaymentOutcome
  /// The same of any scheme: the answer of `/verify` to a body.
  func verify(body: JSONValue) async throws -> JSONValue
  /// The answer of `/settle` to a body; nil where none came.
  func settle(body: JSONValue) async throws -> JSONValue?
  /// A message that moved money, in its block; nil where no block holds it yet.
  func sealed(_ transaction: Bytes32) async throws -> SealedMessage?
}

extension Facilitator: PaymentSettler {}

/// Stands before resources of one seller, who takes money in one way or several.
public final class PaymentGate: Sendable {
  /// In the order in which they are offered.
  private let gates: [any RailGate]
  /// Signs what was sold, where the seller's key is at hand.
  let desk: ReceiptDesk?
  /// Takes single payments; nil where they are not taken.
  let exact: ExactGate?
  /// Takes vouchers; nil where they are not taken.
  let channels: ChannelGate?

  /// - Parameters:
  ///   - file: what was spent on what, for the time after the next start.
  ///   - channels: takes vouchers on the same URLs; its desk signs for all.
  ///   - desk: signs where no vouchers are taken.
  ///   - now: seconds since 1970, where a payment must last until its answer can be made.
  public convenience init(
    settler: any PaymentSettler, file: SaleFile? = nil, channels: ChannelGate? = nil,
    desk: ReceiptDesk? = nil, now: (@Sendable () -> UInt64)? = nil
  ) {
    let parts = DoorParts(
      settler: settler, file: file, channels: channels, desk: channels?.desk ?? desk, now: now)
    self.init(parts, rails: PaymentRails.all)
  }

  init(_ parts: DoorParts, rails: [any PaymentRail]) {
    gates = rails.compactMap { $0.gate(parts) }
    exact = gates.lazy.compactMap { $0 as? ExactGate }.first
    desk = parts.desk
    channels = parts.channels
  }

  /// The ways to pay a price, in the order in which they are offered.
  func offers(_ price: PaymentRequirements) -> [PaymentRequirements] {
    gates.filter(\.isOffered).map { $0.offer(like: price) }
  }

  /// The same where the door pays others before it is paid.
  func heldOffers(_ price: PaymentRequirements) -> [PaymentRequirements] {
    gates.filter(\.holdsMoney).map { $0.offer(like: price) }
  }

  /// Whether it can be paid with money that stands.
  var offersHeld: Bool { gates.contains { $0.holdsMoney && $0.isOffered } }

  /// Looks at a payment; a good one becomes a sale.
  ///
  /// - Parameters:
  ///   - request: the digest of method, URL and body.
  ///   - header: `PAYMENT-SIGNATURE`, as it came.
  ///   - admit: whether there is room to make something now. It is asked before anything is
  ///     verified or carried, and after others that are served on the same channel: who waits for
  ///     them takes nobody's room.
  func open(
    _ resource: PaidResource, request: Bytes32, payment header: String?,
    admit: () -> Bool = { true }
  ) async -> SaleOpening {
    guard let header else { return .answer(resource.asking("Payment required")) }
    for gate in gates {
      if let read = await gate.openPlain(header, resource, request: request, admit) { return read }
    }
    guard let json = X402.document(header), json["x402Version"]?.uint64 == X402.version else {
      return .answer(.empty(400))
    }
    let scheme = json["accepted"]?["scheme"]?.string
    // What no way here is named by is read by the first, and bought by nothing that it offers.
    guard let gate = gates.first(where: { $0.scheme == scheme }) ?? gates.first else {
      return .answer(resource.asking(PaidResource.noOffer))
    }
    return await gate.open(json, resource, request: request, admit)
  }

  /// Serves one request from beginning to end.
  func serve(
    _ resource: PaidResource, request: Bytes32, payment header: String?,
    make: () async throws -> Product
  ) async -> GateAnswer {
    switch await open(resource, request: request, payment: header) {
    case .answer(let answer): answer
    case .sale(let sale): await sale.complete(make: make)
    }
  }
}
