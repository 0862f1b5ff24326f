// What a seller says of a voucher that it did not take, and how much of it is believed.

import Agents
import Kernel
import Payments
public import Primitives

extension Teller {
  /// Takes a seller's corrective 402: the next voucher for the same request, if what it says fits
  /// what was signed and what the ledger has. Nil where the seller is to be paid in another way.
  ///
  /// What was signed stays charged: the seller may hold it.
  func correct(
    _ tender: ShownPayment, _ header: String?, for request: Bytes32
  ) async throws -> ShownPayment? {
    await take()
    defer { giveBack() }
    var isShown = false
    defer { if !isShown { release(tender) } }
    // Where the channel is being left meanwhile, nothing is signed on it.
    guard var row = row(of: tender), [.shown, .unknown].contains(row.payment.state),
      let held = tender.voucher, busyChannels[held.number] == held.claim
    else { return nil }
    row = row.become(.givenUp, clock())
    try inFolder { [row] () throws(WalletFault) in try channels.put(row) }
    let demand = header.flatMap { ChannelDemand(header: $0, chainID: pocket.chainID) }
    guard let demand, demand.isFor(row.config) else { return refuse(row) }
    row = try await refresh(row)
    if demand.error == X402Reason.voucherMismatch.rawValue, let said = demand.correction {
      guard let right = corrected(row, said) else { return breakOff(row) }
      guard right != row else { return refuse(row) }
      row = right
      try inFolder { [row] () throws(WalletFault) in try channels.put(row) }
      let debts = debts(of: row.seller, besides: row.number)
      guard debts < Teller.mostOwed else { throw Unpaid.owed(debts) }
    } else {
      // It may be right that there is too little in the channel; else it has no reason.
      guard row.deposit == .zero, row.balance < row.most else { return refuse(row) }
    }
    guard row.isOpen else { return nil }
    let shown = try await sell(row, demand, for: request)
    isShown = true
    return ShownPayment(shown, claim: held.claim)
  }

  /// The row as the seller counts, where that can be: no more than was signed, as its own proof may
  /// show to who lost count, and no less than it took. Nil where it cannot be.
  private func corrected(_ row: AgentChannel, _ said: ChannelCorrection) -> AgentChannel? {
    guard said.channel == row.id else { return nil }
    var right = row
    if let held = said.voucher, held.isSigned(by: row.config, escrow) {
      right.signed = max(row.signed, held.most)
    }
    guard said.charged <= right.signed, said.charged >= row.claimed else { return nil }
    // It charged for an answer that it never gave, unless it shows that this was forgotten here.
    if said.charged > row.counted, right.signed == row.signed { right.owed += 1 }
    right.counted = said.charged
    return right
  }

  /// It takes no voucher, without a reason that holds: for a while it is not asked to again.
  private func refuse(_ row: AgentChannel) -> ShownPayment? {
    let until = clock().milliseconds.addingReportingOverflow(Teller.refusal)
    refusing[row.seller] = Time(until.partialValue)
    return nil
  }

  private func breakOff(_ row: AgentChannel) -> ShownPayment? {
    var broken = row
    broken.stage = .broken
    try? channels.put(broken)
    return nil
  }

  /// The owner no longer waits for what a channel's seller charged and never gave.
  public func forgive(_ channel: Bytes32) -> Bool {
    guard var row = channels.book.channels.first(where: { $0.id == channel }) else { return false }
    let isLeft = isLeft(row)
    guard row.owed > 0 || isLeft else { return false }
    row.owed = 0
    if isLeft { row = row.become(.givenUp, clock()) }
    defer { stir() }
    return (try? channels.put(row)) != nil
  }
}
