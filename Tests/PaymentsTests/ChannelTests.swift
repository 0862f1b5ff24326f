// Channels: deposits and cumulative vouchers, and what thieves try with them.

import Kernel
import Primitives
import Testing

@testable import Payments

@Suite struct ChannelTests {
  let toll = Terms.standard.tollAccount

  @Test func oneDepositManyVouchersOneClaim() throws {
    var t = try TestLedger()
    let config = try TestLedger.config()
    let id = config.id(TestLedger.escrow)
    #expect(t.deposit(config, 100_000) == nil)
    #expect(t.balance(TestLedger.payer.address) == 900_000)
    #expect(t.balance(TestLedger.carrier) == 1_000_000 - toll)
    #expect(t.held(id) == 100_000)
    #expect(t.claim([TestLedger.voucher(id, 30_000)]) == nil)
    #expect(t.claim([TestLedger.voucher(id, 70_000, total: 45_000)]) == nil)
    #expect(t.balance(TestLedger.seller) == 1_045_000)
    #expect(t.held(id) == 55_000)
    // A top-up opens nothing and costs no row.
    #expect(t.deposit(config, 10_000, salt: 2) == nil)
    #expect(t.balance(TestLedger.carrier) == 1_000_000 - toll)
    #expect(t.claim([TestLedger.voucher(id, 110_000)]) == nil)
    #expect(t.balance(TestLedger.seller) == 1_110_000)
    #expect(t.held(id) == 0)
    let rowFound = t.payments.channel(id)
    let row = try #require(rowFound)
    #expect(row.balance == Amount(110_000) && row.claimed == Amount(110_000))
  }

  @Test func vouchersPayOnceAndOnlyGrow() throws {
    var t = try TestLedger()
    let config = try TestLedger.config()
    let id = config.id(TestLedger.escrow)
    #expect(t.deposit(config, 100_000) == nil)
    let voucher = TestLedger.voucher(id, 30_000)
    #expect(t.claim([voucher]) == nil)
    #expect(t.claim([voucher]) == .voucherClaimed)
    #expect(t.claim([TestLedger.voucher(id, 40_000), voucher]) != nil)
    #expect(
      t.claim([TestLedger.voucher(id, 29_999)])
        == .claimBelowClaimed(asked: Amount(29_999), claimed: Amount(30_000)))
    #expect(
      t.claim([TestLedger.voucher(id, 50_000, total: 50_001)])
        == .claimAboveVoucher(asked: Amount(50_001), most: Amount(50_000)))
    #expect(
      t.claim([TestLedger.voucher(id, 100_001)])
        == .claimAboveBalance(asked: Amount(100_001), balance: Amount(100_000)))
    #expect(
      t.claim([TestLedger.voucher(id, .max)])
        == .claimAboveBalance(asked: Amount(.max), balance: Amount(100_000)))
    #expect(t.claim([TestLedger.voucher(id, 0)]) != nil)
    #expect(t.claim([]) == .noVouchers)
    let many = [VoucherClaim](repeating: voucher, count: ClaimVouchers.most + 1)
    #expect(t.claim(many) == .tooManyVouchers(513, limit: 512))
    #expect(t.balance(TestLedger.seller) == 1_030_000)
    // Drained, and filled again: what was paid stays paid.
    #expect(t.claim([TestLedger.voucher(id, 100_000)]) == nil)
    #expect(t.deposit(config, 100_000, salt: 2) == nil)
    #expect(t.claim([voucher]) != nil)
    #expect(t.claim([TestLedger.voucher(id, 100_000)]) == .voucherClaimed)
    #expect(t.held(id) == 100_000)
  }

  @Test func aVoucherIsForOneChannelOnOneChain() throws {
    var t = try TestLedger()
    let config = try TestLedger.config()
    let id = config.id(TestLedger.escrow)
    let other = try TestLedger.config(salt: 1)
    let otherID = other.id(TestLedger.escrow)
    #expect(id != otherID)
    #expect(t.deposit(config, 100_000) == nil)
    #expect(t.deposit(other, 100_000, salt: 2) == nil)
    var moved = TestLedger.voucher(id, 10_000)
    moved.channel = otherID
    #expect(t.claim([moved]) == .notAVoucher)
    let abroad = BatchEscrow.domain(chainId: UInt256(TestLedger.chainId + 1))
    #expect(t.claim([TestLedger.voucher(id, 10_000, domain: abroad)]) == .notAVoucher)
    #expect(t.claim([TestLedger.voucher(id, 10_000, domain: TestLedger.token)]) == .notAVoucher)
    #expect(t.claim([TestLedger.voucher(id, 10_000, by: TestLedger.sellerKey)]) == .notAVoucher)
    var changed = TestLedger.voucher(id, 10_000)
    changed.most = Amount(20_000)
    #expect(t.claim([changed]) == .notAVoucher)
    var mirrored = TestLedger.voucher(id, 10_000)
    mirrored.signature = PayAuthorisedTests.mirrored(mirrored.signature)
    #expect(t.claim([mirrored]) == .notAVoucher)
    var unsigned = TestLedger.voucher(id, 10_000)
    unsigned.signature = []
    #expect(t.claim([unsigned]) == .notAVoucher)
    #expect(t.claim([TestLedger.voucher(SHA256.hash([9]), 1)]) == .unknownChannel)
    // Both channels in one message, all or nothing.
    let (a, b) = (TestLedger.voucher(id, 10_000), TestLedger.voucher(otherID, 20_000))
    #expect(t.claim([a, moved]) == .notAVoucher)
    #expect(t.balance(TestLedger.seller) == 1_000_000)
    #expect(t.claim([a, b], root: SHA256.hash([1])) == nil)
    #expect(t.balance(TestLedger.seller) == 1_030_000)
  }

  @Test func onlyTheReceivingSideClaims() throws {
    var t = try TestLedger()
    let config = try TestLedger.config()
    let id = config.id(TestLedger.escrow)
    #expect(t.deposit(config, 100_000) == nil)
    let claims = [TestLedger.voucher(id, 50_000, total: 20_000)]
    #expect(t.claim(claims, by: TestLedger.carrier) == .notTheReceivers)
    #expect(t.claim(claims, by: TestLedger.payer.address) == .notTheReceivers)
    let batch = ClaimBatch(claims).digest(domain: TestLedger.escrow)
    let signed = TestLedger.authorizer.sign(digest: batch).bytes
    // A carrier that takes all that the voucher allows changes what was signed.
    let greedy = [TestLedger.voucher(id, 50_000)]
    #expect(t.claim(greedy, by: TestLedger.carrier, signature: signed) == .notTheReceivers)
    let foreign = TestLedger.payer.sign(digest: batch).bytes
    #expect(t.claim(claims, by: TestLedger.carrier, signature: foreign) == .notTheReceivers)
    #expect(
      t.claim(
        claims, by: TestLedger.carrier, signature: PayAuthorisedTests.mirrored(signed))
        == .notTheReceivers)
    #expect(
      t.claim(claims, by: TestLedger.carrier, root: SHA256.hash([1]), signature: signed)
        == .rootNotSigned)
    #expect(t.claim(claims, by: TestLedger.carrier, signature: signed) == nil)
    #expect(t.claim(claims, by: TestLedger.carrier, signature: signed) == .voucherClaimed)
    #expect(t.balance(TestLedger.seller) == 1_020_000)
  }

  @Test func anAuthorizersVouchersAndThePayersOwn() throws {
    var t = try TestLedger()
    let hot = PrivateKey(seed: Array("hot".utf8))
    let config = try TestLedger.config(voucherKey: hot)
    let id = config.id(TestLedger.escrow)
    #expect(t.deposit(config, 50_000) == nil)
    #expect(t.claim([TestLedger.voucher(id, 1_000)]) == .notAVoucher)
    #expect(t.claim([TestLedger.voucher(id, 1_000, by: hot)]) == nil)
    var bare = try TestLedger.config(salt: 3)
    bare.payerAuthorizer = .zero
    #expect(t.deposit(bare, 50_000, salt: 2) == nil)
    #expect(t.claim([TestLedger.voucher(bare.id(TestLedger.escrow), 1_000)]) == nil)
  }

  @Test func whoClaimsOpensTheReceiver() throws {
    var t = try TestLedger()
    let config = try TestLedger.config(receiver: TestLedger.stranger)
    let id = config.id(TestLedger.escrow)
    #expect(t.deposit(config, 50_000) == nil)
    let claims = [TestLedger.voucher(id, 20_000)]
    let batch = ClaimBatch(claims).digest(domain: TestLedger.escrow)
    let signed = TestLedger.authorizer.sign(digest: batch).bytes
    #expect(t.claim(claims, by: TestLedger.carrier, signature: signed) == nil)
    #expect(t.balance(TestLedger.carrier) == 1_000_000 - 2 * toll)
    #expect(t.balance(TestLedger.stranger) == 20_000)
  }

  /// Ids and digests as the other implementations of x402 have them.
  @Test func digestsAreThoseOfX402() throws {
    let payer = try PrivateKey(
      #require(Bytes32(hex: "0x" + String(repeating: "11", count: 32))))
    let config = try ChannelConfig(
      payer: payer.address, payerAuthorizer: payer.address,
      receiver: #require(Address(hex: "0x209693bc6afc0c5328ba36faf03c514ef312287c")),
      receiverAuthorizer: #require(Address(hex: "0x" + String(repeating: "11", count: 20))),
      token: #require(Address(hex: "0x036cbd53842c5426634e7929541ec2318f3dcf7e")),
      withdrawDelay: 900)
    let id = config.id(TestLedger.escrow)
    #expect(
      "\(TestLedger.escrow.separator)"
        == "0xfdef80764086b1e0fc6ba99f0cb9aa1d59109fda7c23d60334c89d2de44dffce")
    #expect("\(id)" == "0xaf5fa565e23dbc46b7cdf263dc0d3e7f2c515eb774009b0c8019bd7e45f333a8")
    let voucher = TestLedger.voucher(id, 1_000, by: payer)
    #expect(
      "\(voucher.digest(TestLedger.escrow))"
        == "0x5bc80418b0146ff18698c181f4383df6b946ec807030defe7c25f9422bb34683")
    #expect(
      Hex.encode(voucher.signature)
        == "0x96e67cd93d4456a78ad2eac5434cb3f6e44ad361c7f543ba7f2fdcd07081fa99"
        + "2d07de159520f76d50393b970076b686f5b5f6d23b1253e1565cb9f644363f8e1b")
    #expect(
      "\(EIP712.typeHash(ChannelRefund.self))"
        == "0xbe23ad087435072cd69b49cc5b92de10ee610fce7ae0ab428307972d764bb216")
    #expect(
      "\(EIP712.typeHash(ClaimBatch.self))"
        == "0x42bd57c010b870c2e96203c66341f28a6a19b4d56a74533a8eb5f706b9fd6d57")
  }
}
