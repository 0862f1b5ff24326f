// What a request shows its seller: one payment, or a voucher of a channel.

import Agents
import Kernel
import Payments
import Primitives

/// A payment of either kind, whose signature may have left this machine.
struct ShownPayment: Hashable, Sendable {
  var payment: AgentPayment
  /// Nil where the payment stands for itself.
  var voucher: Voucher?

  struct Voucher: Hashable, Sendable {
    /// The channel's number in the journal, and its id.
    var number: UInt64
    var channel: Bytes32
    /// The sum that it allows.
    var most: Amount
    /// Who serves the channel now, among all who ever did.
    var claim: UInt64
  }

  /// The base of the URLs of who was asked: what is shown again is shown there.
  var url: String

  init(_ payment: AgentPayment) {
    self.payment = payment
    url = payment.seller
  }

  init(_ row: AgentChannel, claim: UInt64) {
    payment = row.payment
    url = row.url
    voucher = Voucher(number: row.number, channel: row.id, most: row.most, claim: claim)
  }

  /// Whether a provider's signed word is for what this pays.
  func pays(_ run: SoldRun, of payer: Address) -> Bool {
    guard run.buyer == payer, run.provider == payment.payee, run.price <= payment.amount else {
      return false
    }
    guard let voucher else { return run.payment == SpentNonce.key(payer, payment.nonce) }
    let through = try? run.before.adding(run.price)
    return run.payment == voucher.channel && through.map { $0 <= voucher.most } ?? false
  }
}

extension Teller {
  /// The payment that a request was given before, whoever sells by now. Throws where nobody knows
  /// what became of it: there is no second one until that is known.
  func earlier(_ request: Bytes32, isRetry: Bool) async throws -> ShownPayment? {
    // A channel that is being left is free again soon.
    while let row = rowInLeaving(request) {
      await withCheckedContinuation { channelQueues[row, default: []].append($0) }
    }
    if let tender = tender(again: request, isRetry: isRetry) { return tender }
    guard owed.contains(where: { $0.request == request }) else { return nil }
    await tidy()
    if let tender = tender(again: request, isRetry: isRetry) { return tender }
    try requireSettled(request)
    return nil
  }

  private func rowInLeaving(_ request: Bytes32) -> UInt64? {
    channels.book.channels.first {
      $0.payment.request == request && $0.isUnanswered && leaving.contains($0.number)
    }?.number
  }

  /// A request's earlier payment of either kind, as `again(_:isRetry:)` says.
  func tender(again request: Bytes32, isRetry: Bool) -> ShownPayment? {
    voucher(again: request, isRetry: isRetry)
      ?? again(request, isRetry: isRetry).map { ShownPayment($0) }
  }

  /// The seller begins to answer, with a word of what it took.
  ///
  /// - Parameter told: `PAYMENT-RESPONSE`.
  func begin(_ tender: ShownPayment, _ told: String?) {
    if tender.voucher != nil { return charge(tender, told) }
    let transaction = told.flatMap { X402.document($0) }?["transaction"]?.string
    guard let paid = transaction.flatMap({ Bytes32(hex: $0) }) else { return }
    noteCarried(tender.payment, paid)
  }

  /// All of the answer is there.
  func close(_ tender: ShownPayment, _ transaction: Bytes32?) {
    if tender.voucher != nil { closeVoucher(tender) } else { close(tender.payment, transaction) }
  }

  /// There is no answer, or not all of it: what was shown stays for the same request.
  func leave(_ tender: ShownPayment) {
    if tender.voucher != nil { leaveVoucher(tender) } else { leave(tender.payment) }
  }
}
