// The stations of a receipt one by one, from the operator's signature down to the sum.

import Kernel
import Market
import Primitives

/// Messages are judged before the record that names them, so that a changed message is named
/// and not the record; the path comes last, since it only says that something differs.
struct ReceiptCheck {
  let receipt: Receipt
  let settled: SettledRun
  let domain: EIP712.Domain

  init(_ receipt: Receipt) {
    self.receipt = receipt
    settled = receipt.settled
    domain = receipt.genesis.domain
  }

  /// The genesis is the network's, and its operator signed the header.
  func header() throws(Refusal) {
    let header = receipt.header
    guard header.network == receipt.genesis.network else { throw .broken(.receipt, "network") }
    guard
      let signer = try? Signature(receipt.signature).recover(digest: header.id),
      signer == receipt.genesis.operator
    else { throw .broken(.receipt, "signature") }
  }

  /// The order, or the taking of an offer, is the buyer's and is the one that was settled.
  func order() throws(Refusal) {
    let isSigned = isBuyers(receipt.order)
    switch receipt.order.message {
    case .placeOrder(let order):
      let request = order.request.contentHash
      guard request == settled.request else { throw .broken(.request, "hash") }
      try require(isSigned, .order, "signature")
      try require(order.request.check == settled.check, .order, "check")
    case .takeOffer:
      try require(isSigned, .order, "signature")
      try require(settled.request == .zero, .request, "hash")
    default: throw .broken(.order, "kind")
    }
    try require(receipt.order.id == settled.order, .order, "id")
    try require(receipt.order.head.from == settled.buyer, .order, "buyer")
  }

  /// Each seat's bid, or the offer, is that provider's and for this order.
  func promises() throws(Refusal) {
    let seats = settled.verdict.seats
    // A forger's file could otherwise cost its reader thousands of signatures.
    try require(settled.promises.count <= Receipt.seatLimit, .bid, "count")
    try require(receipt.promises.count == settled.promises.count, .bid, "count")
    let bids = isPanel ? min(seats.count, settled.promises.count) : settled.promises.count
    try require(seats.count == bids, .bid, "seats")
    for (place, promise) in receipt.promises.prefix(bids).enumerated() {
      try require(isSigned(promise), .bid, "signature")
      try require(promise.id == settled.promises[place], .bid, "id")
      try require(promise.head.from == seats[place].provider, .bid, "provider")
      switch (promise.message, receipt.order.message) {
      case (.placeBid(let bid), .placeOrder):
        try require(bid.order.digest == settled.order, .bid, "order")
      case (.postOffer(let offer), .takeOffer(let take)):
        try require(take.offer.digest == promise.id, .bid, "offer")
        try require(offer.check == settled.check, .bid, "check")
        try require(seats.count == 1, .bid, "seats")
      default: throw .broken(.bid, "kind")
      }
    }
    let lease =
      receipt.isOffer
      ? LeaseID.of(take: settled.order)
      : LeaseID.of(order: OrderID(settled.order), seed: settled.seed)
    try require(settled.lease == lease, .lease, "id")
    try require(!receipt.isOffer || settled.seed == .zero, .lease, "seed")
  }

  /// The run is this lease's, and the buyer's input started it.
  func start() throws(Refusal) {
    let isByTaking = settled.startedBy == settled.order
    let isStarted = settled.startedBy != .zero && !isByTaking
    try require(receipt.start.count == (isStarted ? 1 : 0), .run, "count")
    for message in receipt.start {
      try require(isBuyers(message), .run, "signature")
      guard case .sendInput(let input) = message.message else { throw .broken(.run, "kind") }
      try require(message.id == settled.startedBy, .run, "startedBy")
      try require(message.head.from == settled.buyer, .run, "buyer")
      try require(input.run.lease == settled.lease, .lease, "run")
      try require(input.run.index == settled.index, .run, "index")
    }
    try require(!isByTaking || (receipt.isOffer && settled.index == 0), .run, "startedBy")
    let run = RunID.of(settled.lease, index: settled.index)
    try require(settled.run == run, .run, "id")
  }

  /// What each seat showed is its own, for this run, and says what the verdict says.
  func evidence() throws(Refusal) {
    let shown = settled.verdict.seats.filter { $0.evidence != EvidenceID() }
    let gold = receipt.evidence.count { $0.message.kind == .openGold }
    try require(receipt.evidence.count == shown.count + gold, .evidence, "count")
    for (message, seat) in zip(receipt.evidence, shown) {
      try require(isSigned(message), .evidence, "signature")
      let (run, output, units) = try content(of: message)
      try require(message.id == seat.evidence.digest, .evidence, "id")
      try require(message.head.from == seat.provider, .evidence, "provider")
      try require(run == RunKey(settled.lease, settled.index), .evidence, "run")
      try require(output == seat.output, .evidence, "output")
      try require(units == seat.units, .evidence, "units")
    }
    for seat in settled.verdict.seats where seat.evidence == EvidenceID() {
      try require(seat.output == .zero && seat.units == 0, .evidence, "output")
    }
  }

  private func content(
    of message: SignedMessage
  ) throws(Refusal) -> (run: RunKey, output: Bytes32, units: UInt64) {
    switch message.message {
    case .unsealAnswer(let m): return (m.run, m.evidence.output.root, m.evidence.units)
    case .submitEvidence(let m): return (m.run, m.evidence.output.root, m.evidence.units)
    case .submitProof(let m): return (m.run, m.evidence.output.root, m.evidence.units)
    case .openAnswer(let m):
      // Every item is asked for, and a judged seat bills no others.
      guard case .placeOrder(let order) = receipt.order.message else {
        throw .broken(.evidence, "kind")
      }
      return (m.run, SHA256.hash(m.answer), order.request.units)
    default: throw .broken(.evidence, "kind")
    }
  }

  /// Prices and stakes came in, payouts went out, and nothing is missing or left over.
  func settlement() throws(Refusal) {
    let seats = settled.verdict.seats
    try require(settled.prices.count == seats.count, .settlement, "prices")
    try require(settled.stakes.count == seats.count, .settlement, "stakes")
    try require(settled.payouts.count >= seats.count + 2, .settlement, "payouts")
    let buyer = settled.payouts[0]
    try require(buyer.kind == 0 && buyer.account == settled.buyer, .settlement, "buyer")
    for (payout, seat) in zip(settled.payouts.dropFirst(), seats) {
      try require(
        payout.kind == 0 && payout.account == seat.provider, .settlement, "provider")
    }
    for payout in settled.payouts.dropFirst(seats.count + 1).dropLast() {
      let isParty = payout.kind == 0 && payout.account != .zero
      let isTolls = payout.kind == 3 && payout.account == .zero
      try require(isParty || isTolls, .settlement, "court")
    }
    let treasury = settled.payouts[settled.payouts.count - 1]
    try require(treasury.kind == 2 && treasury.account == .zero, .settlement, "treasury")
    do throws(Refusal) {
      var (into, out) = (Amount.zero, Amount.zero)
      let put = settled.prices + settled.stakes + [settled.fee, settled.auditBond]
      for put in put { into = try into.adding(Amount(put)) }
      for payout in settled.payouts { out = try out.adding(payout.amount) }
      try require(into == out, .settlement, "sum")
    } catch {
      throw .broken(.settlement, "sum")
    }
  }

  /// The settled run is a leaf of the block's receipts.
  func path() throws(Refusal) {
    try require(receipt.path.count < 64, .receipt, "path")
    try require(receipt.sides >> UInt64(receipt.path.count) == 0, .receipt, "sides")
    var hash = settled.leaf
    for (step, sibling) in receipt.path.enumerated() {
      let isLeft = receipt.sides >> UInt64(step) & 1 == 1
      hash = isLeft ? MerkleTree.node(sibling, hash) : MerkleTree.node(hash, sibling)
    }
    try require(hash == receipt.header.receiptsRoot, .receipt, "path")
  }

  /// The buyer's own, or that of a key to which it had given a session. Whether it had, the ledger
  /// asked before the message stood, and the header that seals the order's id is the proof of it.
  func isBuyers(_ message: SignedMessage) -> Bool {
    if isSigned(message) { return true }
    return message.authorisation.isBySession
      && (try? message.signer(domain: domain)) != nil
  }

  func isSigned(_ message: SignedMessage) -> Bool {
    guard let signer = try? message.signer(domain: domain) else { return false }
    return signer == message.head.from
  }

  func require(_ holds: Bool, _ station: Station, _ what: String) throws(Refusal) {
    guard holds else { throw .broken(station, what) }
  }
}
