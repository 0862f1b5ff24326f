// How money leaves a channel other than by vouchers: refunds, and withdrawals after the delay.

import Kernel
import Primitives
import Testing

@testable import Payments

@Suite struct ChannelEndingTests {
  let payer = TestLedger.payer.address

  /// A ledger with one channel of 100,000.
  func open(delay: UInt64 = 900) throws -> (TestLedgerBox, Bytes32) {
    var t = try TestLedger()
    let config = try TestLedger.config(delay: delay)
    #expect(t.deposit(config, 100_000) == nil)
    return (TestLedgerBox(t), config.id(TestLedger.escrow))
  }

  @Test func aWithdrawalComesAfterTheDelay() throws {
    let (box, id) = try open()
    #expect(box.t.withdraw(id, 40_000, by: TestLedger.seller) == .notThePayer)
    #expect(box.t.withdraw(id, 40_000, by: TestLedger.carrier) == .notThePayer)
    #expect(box.t.withdraw(id, 0) == .nothingToWithdraw)
    #expect(
      box.t.withdraw(id, 100_001)
        == .insufficient(has: Amount(100_000), needs: Amount(100_001)))
    #expect(box.t.withdraw(SHA256.hash([1]), 1) == .unknownChannel)
    #expect(box.t.withdraw(id, 40_000) == nil)
    let rowFound = box.t.payments.channel(id)
    let row = try #require(rowFound)
    #expect(row.requestedAt == box.t.now && row.withdrawal == Amount(40_000))
    #expect(box.t.withdraw(id, 1) == .withdrawalPending(until: row.withdrawsAt))
    try box.t.pass(milliseconds: 899_999)
    #expect(box.t.balance(payer) == 900_000)
    try box.t.pass(milliseconds: 1)
    #expect(box.t.balance(payer) == 940_000)
    #expect(box.t.held(id) == 60_000)
    let afterFound = box.t.payments.channel(id)
    let after = try #require(afterFound)
    #expect(after.withdrawsAt == .never && after.requestedAt == 0)
    // What is left can be asked for again.
    #expect(box.t.withdraw(id, 60_000) == nil)
  }

  @Test func aClaimWithinTheDelayComesFirst() throws {
    let (box, id) = try open()
    #expect(box.t.withdraw(id, 100_000) == nil)
    try box.t.pass(milliseconds: 899_999)
    #expect(box.t.claim([TestLedger.voucher(id, 70_000)]) == nil)
    try box.t.pass(milliseconds: 1)
    #expect(box.t.balance(payer) == 930_000)
    #expect(box.t.balance(TestLedger.seller) == 1_070_000)
    #expect(box.t.held(id) == 0)
  }

  /// The timer of a block comes before its messages.
  @Test func aClaimAfterTheWithdrawalIsTooLate() throws {
    let (box, id) = try open()
    #expect(box.t.withdraw(id, 80_000) == nil)
    try box.t.pass(milliseconds: 900_000)
    #expect(
      box.t.claim([TestLedger.voucher(id, 70_000)])
        == .claimAboveBalance(asked: Amount(70_000), balance: Amount(20_000)))
    #expect(box.t.claim([TestLedger.voucher(id, 70_000, total: 20_000)]) == nil)
    #expect(box.t.held(id) == 0)
  }

  /// While the node is down nobody can claim, so the delay stands still as well.
  @Test func aPauseDelaysTheWithdrawal() throws {
    let (box, id) = try open()
    #expect(box.t.withdraw(id, 100_000) == nil)
    try box.t.pass(milliseconds: 900_000, pausedBy: 900_000)
    #expect(box.t.balance(payer) == 900_000)
    try box.t.pass(milliseconds: 900_000)
    #expect(box.t.balance(payer) == 1_000_000)
  }

  @Test func theReceiverRefundsAtOnce() throws {
    let (box, id) = try open()
    var refund = RefundChannel(box.t.nextHead(payer), id, Amount(30_000), nonce: 0)
    #expect(box.t.refund(refund) == .notTheReceivers)
    refund.head = box.t.nextHead(TestLedger.seller)
    refund.nonce = 1
    #expect(box.t.refund(refund) == .refundOutOfTurn(nonce: 1, next: 0))
    refund.nonce = 0
    #expect(box.t.refund(refund) == nil)
    #expect(box.t.balance(payer) == 930_000)
    #expect(box.t.refund(refund) == .refundOutOfTurn(nonce: 0, next: 1))
    refund.nonce = 1
    refund.amount = .zero
    #expect(box.t.refund(refund) == .nothingToRefund)
    refund.amount = Amount(.max)
    #expect(box.t.refund(refund) == nil)
    #expect(box.t.balance(payer) == 1_000_000)
    refund.nonce = 2
    #expect(box.t.refund(refund) == .nothingToRefund)
    refund.channel = SHA256.hash([1])
    #expect(box.t.refund(refund) == .unknownChannel)
  }

  @Test func aCarriedRefundPaysTheReceiverFirst() throws {
    let (box, id) = try open()
    let claims = [TestLedger.voucher(id, 40_000)]
    let batch = ClaimBatch(claims).digest(domain: TestLedger.escrow)
    var m = RefundChannel(
      box.t.nextHead(TestLedger.carrier), id, Amount(60_000), nonce: 0, claims: claims,
      claimsSignature: TestLedger.authorizer.sign(digest: batch).bytes)
    #expect(box.t.refund(m) == .notTheReceivers)
    m.signature = TestLedger.payer.sign(digest: m.digest(TestLedger.escrow)).bytes
    #expect(box.t.refund(m) == .notTheReceivers)
    m.signature = TestLedger.authorizer.sign(digest: m.digest(TestLedger.escrow)).bytes
    var more = m
    more.amount = Amount(60_001)
    #expect(box.t.refund(more) == .notTheReceivers)
    var noClaims = m
    noClaims.claimsSignature = []
    #expect(box.t.refund(noClaims) == .notTheReceivers)
    #expect(box.t.refund(m) == nil)
    #expect(box.t.balance(payer) == 960_000)
    #expect(box.t.balance(TestLedger.seller) == 1_040_000)
    #expect(box.t.held(id) == 0)
    // The same papers once more, after a top-up.
    let config = try TestLedger.config()
    #expect(box.t.deposit(config, 50_000, salt: 2) == nil)
    #expect(box.t.refund(m) == .refundOutOfTurn(nonce: 0, next: 1))
    // A second refund comes with the same voucher; it is paid already and hinders nothing.
    var second = RefundChannel(
      box.t.nextHead(TestLedger.carrier), id, Amount(50_000), nonce: 1, claims: claims,
      claimsSignature: m.claimsSignature)
    second.signature = TestLedger.authorizer.sign(digest: second.digest(TestLedger.escrow)).bytes
    #expect(box.t.refund(second) == nil)
    #expect(box.t.balance(payer) == 960_000)
  }

  @Test func aRefundTakesItsPartOffTheWithdrawal() throws {
    let (box, id) = try open()
    #expect(box.t.withdraw(id, 100_000) == nil)
    #expect(
      box.t.refund(
        RefundChannel(box.t.nextHead(TestLedger.seller), id, Amount(30_000), nonce: 0)) == nil)
    let left = box.t.payments.channel(id)?.withdrawal
    #expect(left == Amount(70_000))
    #expect(
      box.t.refund(
        RefundChannel(box.t.nextHead(TestLedger.seller), id, Amount(70_000), nonce: 1)) == nil)
    let rowFound = box.t.payments.channel(id)
    let row = try #require(rowFound)
    #expect(row.withdrawsAt == .never && row.requestedAt == 0)
    // The deadline that is left over does nothing to what comes later.
    #expect(box.t.deposit(try TestLedger.config(), 50_000, salt: 2) == nil)
    try box.t.pass(milliseconds: 900_000)
    #expect(box.t.held(id) == 50_000)
  }

  @Test func deadlinesAreRebuiltFromRows() throws {
    let (box, id) = try open()
    #expect(box.t.withdraw(id, 100_000) == nil)
    box.t.rebuildTimers()
    try box.t.pass(milliseconds: 900_000)
    #expect(box.t.balance(payer) == 1_000_000)
  }
}

/// A ledger that can be handed on: it cannot be copied itself.
final class TestLedgerBox {
  var t: TestLedger
  init(_ t: consuming TestLedger) { self.t = t }
}
