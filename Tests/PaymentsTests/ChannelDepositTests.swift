// Deposits into channels: what a payer signed goes there once, and nothing else does.

import Kernel
import Primitives
import Testing

@testable import Payments

@Suite struct ChannelDepositTests {
  @Test func aSaltPaysOnce() throws {
    var t = try TestLedger()
    let config = try TestLedger.config()
    let m = t.signedDeposit(config, 10_000)
    #expect(t.send(m) == nil)
    #expect(t.send(m) == .authorisationUsed)
    // Another amount over the same salt is the same nonce.
    #expect(t.deposit(config, 20_000) == .authorisationUsed)
    #expect(t.deposit(config, 20_000, salt: 2) == nil)
    #expect(t.held(config.id(TestLedger.escrow)) == 30_000)
  }

  /// Every field that the payer signed, changed by who carries it.
  @Test func aThiefChangesNothing() throws {
    var t = try TestLedger()
    let config = try TestLedger.config()
    let good = t.signedDeposit(config, 10_000)
    var changed: [DepositToChannel] = []
    func change(_ body: (inout DepositToChannel) -> Void) {
      var m = good
      body(&m)
      changed.append(m)
    }
    change { $0.amount = Amount(10_001) }
    change { $0.channel.receiver = TestLedger.carrier }
    change { $0.channel.receiverAuthorizer = TestLedger.carrier }
    change { $0.channel.payerAuthorizer = TestLedger.carrier }
    change { $0.channel.payer = TestLedger.seller }
    change { $0.channel.salt = SHA256.hash([7]) }
    change { $0.salt = SHA256.hash([7]) }
    change { $0.validAfter = 1 }
    change { $0.validBefore += 1 }
    change { $0.signature = [] }
    change { $0.signature[40] ^= 1 }
    change { $0.signature = PayAuthorisedTests.mirrored($0.signature) }
    for m in changed { #expect(t.send(m) == .notAuthorised, "\(m)") }
    let stranger = t.signedDeposit(config, 10_000, by: TestLedger.sellerKey)
    #expect(t.send(stranger) == .notAuthorised)
    #expect(t.balance(TestLedger.payer.address) == 1_000_000)
    #expect(t.balance(TestLedger.carrier) == 1_000_000)
    #expect(t.send(good) == nil)
  }

  /// The payer's word for a channel is no payment that somebody could carry elsewhere.
  @Test func aDepositIsNoTransfer() throws {
    var t = try TestLedger()
    let config = try TestLedger.config()
    let m = t.signedDeposit(config, 10_000)
    var a = m.authorisation(TestLedger.escrow)
    #expect(t.carry(a) == .onlyTheReceiver)
    a.kind = .transfer
    #expect(t.carry(a) == .notAuthorised)
    // Nor is a payment a deposit.
    let payment = t.authorisation(.receive, to: BatchEscrow.collector)
    var stolen = m
    stolen.signature = payment.signature
    #expect(t.send(stolen) == .notAuthorised)
  }

  @Test func aCancelledDepositIsVoid() throws {
    var t = try TestLedger()
    let config = try TestLedger.config()
    let m = t.signedDeposit(config, 10_000)
    let nonce = DepositToChannel.nonce(config.id(TestLedger.escrow), m.salt)
    var c = CancelAuthorisation(
      t.nextHead(TestLedger.carrier), payer: TestLedger.payer.address, nonce: nonce)
    c.signature = TestLedger.payer.sign(digest: c.digest(token: TestLedger.token)).bytes
    let cancel = c
    let refusal = t.done { (payments, k) throws(Refusal) in
      try payments.apply(cancel, as: .zero, &k)
    }
    #expect(refusal == nil)
    #expect(t.send(m) == .authorisationUsed)
  }

  @Test func whatNoChannelIs() throws {
    var t = try TestLedger()
    #expect(t.deposit(try TestLedger.config(), 0) == .nothingDeposited)
    #expect(
      t.deposit(try TestLedger.config(token: DollarToken.canonical(2)), 1) == .foreignToken)
    #expect(t.deposit(try TestLedger.config(receiver: .zero), 1) == .noReceiver)
    var noAuthorizer = try TestLedger.config()
    noAuthorizer.receiverAuthorizer = .zero
    #expect(t.deposit(noAuthorizer, 1) == .noReceiver)
    for delay: UInt64 in [0, 899, 2_592_001, 1 << 40 - 1] {
      #expect(
        t.deposit(try TestLedger.config(delay: delay), 1)
          == .withdrawDelay(delay, from: 900, to: 2_592_000))
    }
    #expect(throws: Refusal.self) { try TestLedger.config(delay: 1 << 40) }
    #expect(t.deposit(try TestLedger.config(delay: 2_592_000), 1) == nil)
    #expect(
      t.deposit(try TestLedger.config(), 1_000_001)
        == .insufficient(has: Amount(999_999), needs: Amount(1_000_001)))
  }

  @Test func secondsAreStrict() throws {
    var t = try TestLedger()
    let config = try TestLedger.config()
    let now = t.now
    let late = t.signedDeposit(config, 1, before: now)
    #expect(t.send(late) == .authorisationEnded(validBefore: now, now: now))
    let endless = t.signedDeposit(config, 1, before: .max)
    #expect(
      t.send(endless)
        == .authorisationTooLong(seconds: .max - now, limit: SpentNonce.horizon))
  }

  @Test func sumsDoNotWrap() throws {
    var t = try TestLedger()
    let config = try TestLedger.config()
    let id = config.id(TestLedger.escrow)
    #expect(t.deposit(config, 10) == nil)
    let rowFound = t.payments.channel(id)
    var row = try #require(rowFound)
    row.balance = Amount(.max)
    row.claimed = Amount(.max - 10)
    t.payments.channels[id] = row
    #expect(t.deposit(config, 1, salt: 2) == .overflow)
    #expect(t.balance(TestLedger.payer.address) == 999_990)
  }

  /// A day later the nonce is forgotten, and the deposit has ended.
  @Test func noDepositReplaysAfterTheDay() throws {
    var t = try TestLedger()
    let config = try TestLedger.config()
    let m = t.signedDeposit(config, 10_000, before: t.now + SpentNonce.horizon)
    #expect(t.send(m) == nil)
    try t.pass(milliseconds: (SpentNonce.horizon + 61) * 1_000)
    #expect(t.remembered == 0)
    #expect(t.send(m) == .authorisationEnded(validBefore: m.validBefore, now: t.now))
  }
}
