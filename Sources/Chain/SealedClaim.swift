// What a block says of a claim of vouchers: the claim, what it took of one channel, and the proofs.

public import Kernel
import Payments
public import Primitives

/// An event with its way to the `eventsRoot` of a header.
public struct SealedEvent: Fielded, Hashable {
  public static let typeName = "SealedEvent"
  public var event = Event("")
  public var path = LeafPath()

  public init() {}

  init(_ index: Int, of events: [Event], _ leaves: [Bytes32]) {
    event = events[index]
    path = LeafPath(to: index, in: leaves)
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("event", &event)
    try v("path", &path)
  }

  /// A number of the event; nil where it has none of that name.
  func number(_ name: String) -> UInt64? { event.numbers.first { $0.name == name }?.value }
}

/// The ledger's part of a sealed run. It says nothing of any run: the root in the claim does.
public struct SealedClaim: Fielded, Hashable, SealedInBlock {
  public static let typeName = "SealedClaim"
  /// The message that named the root of the runs.
  public var claim = SignedMessage()
  /// That it was carried out.
  public var outcome = MessageOutcome()
  public var path = LeafPath()
  /// What it took of the channel: all between two sums.
  public var paid = SealedEvent()
  /// That its money waits for an audit; none where no bond stood behind the channel.
  public var held: [SealedEvent] = []
  public var header = Header()
  /// The operator's signature of the header.
  public var signature: [UInt8] = []
  public var genesis = Genesis()

  var carried: SignedMessage { claim }

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("claim", &claim)
    try v("outcome", &outcome)
    try v("path", &path)
    try v("paid", &paid)
    try v("held", &held)
    try v("header", &header)
    try v("signature", &signature)
    try v("genesis", &genesis)
  }
}

// MARK: - Making

extension SealedClaim {
  /// Of the claim in a block that paid for the millionth at `value` of a channel.
  ///
  /// - Parameter event: where the block's event stands that says so.
  /// - Returns: nil where the claim names no root, as one that was carried, or came with a refund.
  public init?(
    _ channel: Bytes32, by event: Int, in block: Block, genesis: Genesis
  ) {
    let events = block.results.events
    guard events.indices.contains(event), events[event].isPayment(of: channel) else { return nil }
    let leaves = events.map(\.leaf)
    paid = SealedEvent(event, of: events, leaves)
    let total = paid.number("claimed")
    let place = zip(block.body, block.results.outcomes).enumerated().first { entry in
      guard entry.element.1.isDone, case .claimVouchers(let claim) = entry.element.0.message,
        claim.root != .zero
      else { return false }
      return claim.claims.contains { $0.channel == channel && $0.total.units == total }
    }
    guard let place = place?.offset else { return nil }
    claim = block.body[place]
    outcome = block.results.outcomes[place]
    path = LeafPath(to: place, in: block.results.receiptLeaves)
    if let held = events.firstIndex(where: { $0.isHolding(of: claim.id) }) {
      self.held = [SealedEvent(held, of: events, leaves)]
    }
    header = block.header
    signature = block.signature
    self.genesis = genesis
  }
}

extension Event {
  fileprivate func isPayment(of channel: Bytes32) -> Bool {
    name == "vouchersClaimed" && subject == channel
  }

  fileprivate func isHolding(of claim: Bytes32) -> Bool { name == "claimHeld" && subject == claim }
}

// MARK: - Checking

extension SealedClaim {
  /// The claim is signed, names a root, and was carried out in this block.
  func checkClaim() throws(Refusal) -> ClaimVouchers {
    guard case .claimVouchers(let message) = claim.message else {
      throw .unsealed(.claim, "kind")
    }
    try require(message.root != .zero, .claim, "root")
    try checkCarried(.claim)
    return message
  }

  /// What the claim took of the channel of a run: it lies between these sums.
  func checkPayment(
    of run: SoldRun, by claim: ClaimVouchers
  ) throws(Refusal) -> (from: Amount, through: Amount) {
    let event = paid.event
    try require(event.isPayment(of: run.payment), .value, "channel")
    try require(event.parties == [run.buyer, run.provider], .value, "parties")
    guard let took = paid.number("amount"), let total = paid.number("claimed"), took <= total
    else { throw .unsealed(.value, "numbers") }
    // Sums only grow, so this total names one claim of the channel and no other.
    let isNamed = claim.claims.contains {
      $0.channel == run.payment && $0.total.units == total
    }
    try require(isNamed, .value, "voucher")
    try require(paid.path.leads(from: event.leaf, to: header.eventsRoot), .value, "path")
    return (Amount(total - took), Amount(total))
  }

  /// That the money was held, and how much; nil where no bond stood behind it.
  func checkHeld(_ root: Bytes32) throws(Refusal) -> Amount? {
    try require(held.count <= 1, .value, "held")
    guard let held = held.first else { return nil }
    let event = held.event
    try require(event.isHolding(of: claim.id), .value, "held")
    try require(event.objects.count == 2 && event.objects[1] == root, .value, "heldRoot")
    guard let amount = held.number("amount") else { throw .unsealed(.value, "heldAmount") }
    try require(held.path.leads(from: event.leaf, to: header.eventsRoot), .value, "heldPath")
    return Amount(amount)
  }
}
