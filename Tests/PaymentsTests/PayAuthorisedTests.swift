// Payments that one signs and another carries: what is taken, what thieves try, what is forgotten.

import Kernel
import Primitives
import Testing

@testable import Payments

@Suite struct PayAuthorisedTests {
  @Test func moneyMovesOnceAndTheCarrierPaysNothingForIt() throws {
    var t = try TestLedger()
    #expect(t.carry(t.authorisation()) == nil)
    #expect(t.balance(TestLedger.payer.address) == 990_000)
    #expect(t.balance(TestLedger.seller) == 1_010_000)
    #expect(t.balance(TestLedger.carrier) == 1_000_000)
    #expect(t.carry(t.authorisation()) == .authorisationUsed)
    #expect(t.carry(t.authorisation(), by: TestLedger.seller) == .authorisationUsed)
    #expect(t.balance(TestLedger.seller) == 1_010_000)
  }

  @Test func whoCarriesItOpensTheReceiver() throws {
    var t = try TestLedger()
    #expect(t.carry(t.authorisation(to: TestLedger.stranger)) == nil)
    #expect(t.balance(TestLedger.stranger) == 10_000)
    let toll = Terms.standard.tollAccount
    #expect(t.balance(TestLedger.carrier) == 1_000_000 - toll)
    #expect(t.balance(TestLedger.payer.address) == 990_000)
  }

  /// Every field that the payer signed, changed by who carries it.
  @Test func aThiefChangesNothing() throws {
    var t = try TestLedger()
    let good = t.authorisation()
    var changed: [TransferAuthorisation] = []
    func change(_ body: (inout TransferAuthorisation) -> Void) {
      var a = good
      body(&a)
      changed.append(a)
    }
    change { $0.value = Amount(10_001) }
    change { $0.to = TestLedger.carrier }
    change { $0.validAfter = 1 }
    change { $0.validBefore += 1 }
    change { $0.nonce = SHA256.hash([2]) }
    change { $0.payer = TestLedger.seller }
    change { $0.signature[40] ^= 1 }
    change { $0.signature = [] }
    change { $0.signature.append(0) }
    for a in changed { #expect(t.carry(a) == .notAuthorised, "\(a)") }
    var received = good
    received.kind = .receive
    #expect(t.carry(received, by: TestLedger.seller) == .notAuthorised)
    let total = t.balance(TestLedger.payer.address) + t.balance(TestLedger.seller)
    #expect(total == 2_000_000)
    #expect(t.remembered == 0)
    #expect(t.carry(good) == nil)
  }

  /// The higher s would be a second signature of every payment.
  @Test func highSIsNobodysSignature() throws {
    var t = try TestLedger()
    var a = t.authorisation()
    a.signature = Self.mirrored(a.signature)
    #expect(t.carry(a) == .notAuthorised)
  }

  @Test func anotherChainOrTokenIsAnotherMoney() throws {
    var t = try TestLedger()
    let unsigned = t.authorisation()
    let foreign = unsigned.signed(
      by: TestLedger.payer, token: DollarToken.domain(chainId: TestLedger.chainId + 1))
    #expect(t.carry(foreign) == .notAuthorised)
    let lookAlike = EIP712.Domain(
      name: DollarToken.name, version: DollarToken.version, chainId: TestLedger.chainId,
      verifyingContract: DollarToken.canonical(2))
    #expect(t.carry(unsigned.signed(by: TestLedger.payer, token: lookAlike)) == .notAuthorised)
  }

  @Test func onlyTheReceiverCarriesWhatIsReceived() throws {
    var t = try TestLedger()
    let a = t.authorisation(.receive)
    #expect(t.carry(a) == .onlyTheReceiver)
    #expect(t.carry(a, by: TestLedger.payer.address) == .onlyTheReceiver)
    #expect(t.carry(a, by: TestLedger.seller) == nil)
    #expect(t.balance(TestLedger.seller) == 1_010_000)
  }

  @Test func secondsAreStrictAtBothEnds() throws {
    var t = try TestLedger()
    let now = t.now
    #expect(
      t.carry(t.authorisation(after: now)) == .authorisationTooEarly(validAfter: now, now: now))
    #expect(
      t.carry(t.authorisation(before: now)) == .authorisationEnded(validBefore: now, now: now))
    #expect(
      t.carry(t.authorisation(before: now + SpentNonce.horizon + 1))
        == .authorisationTooLong(seconds: SpentNonce.horizon + 1, limit: SpentNonce.horizon))
    #expect(
      t.carry(t.authorisation(before: .max))
        == .authorisationTooLong(seconds: .max - now, limit: SpentNonce.horizon))
    #expect(t.carry(t.authorisation(nonce: 2, after: now - 1, before: now + 1)) == nil)
    // A millisecond before the second ends it still counts.
    try t.pass(milliseconds: 999)
    #expect(t.carry(t.authorisation(nonce: 3, after: now - 1, before: now + 1)) == nil)
    try t.pass(milliseconds: 1)
    #expect(
      t.carry(t.authorisation(nonce: 4, before: now + 1))
        == .authorisationEnded(validBefore: now + 1, now: now + 1))
  }

  @Test func whoHasTooLittlePaysNothingAndMayPayLater() throws {
    var t = try TestLedger()
    let a = t.authorisation(to: TestLedger.stranger, 1_000_001)
    #expect(t.carry(a) == .insufficient(has: Amount(1_000_000), needs: Amount(1_000_001)))
    // Not even the receiver was opened.
    #expect(t.balance(TestLedger.carrier) == 1_000_000)
    #expect(t.k.accounts.isOpen(TestLedger.stranger) == false)
    #expect(t.remembered == 0)
    #expect(t.carry(t.authorisation(to: .zero)) == .noReceiver)
  }

  @Test func aCancelledNonceNeverPays() throws {
    var t = try TestLedger()
    #expect(t.cancel(1, signedBy: PrivateKey(seed: [1])) == .notAuthorised)
    #expect(t.cancel(1) == nil)
    #expect(t.balance(TestLedger.carrier) == 1_000_000 - Terms.standard.tollAccount)
    #expect(t.carry(t.authorisation()) == .authorisationUsed)
    #expect(t.cancel(1) == .authorisationUsed)
    #expect(t.carry(t.authorisation(nonce: 2)) == nil)
    #expect(t.cancel(2) == .authorisationUsed)
    for _ in 0..<3 { try t.pass(milliseconds: 10 * SpentNonce.horizon * 1_000) }
    // Its authorisation may have been dated ahead: this row stays.
    #expect(t.carry(t.authorisation()) == .authorisationUsed)
  }

  /// The row leaves a day after, and by then nothing that could have been carried beside it counts.
  @Test func theDayIsForgottenAndNothingReplays() throws {
    var t = try TestLedger()
    let used = t.authorisation(before: t.now + SpentNonce.horizon)
    let twin = t.authorisation(.transfer, 20_000, before: t.now + SpentNonce.horizon)
    #expect(t.carry(used) == nil)
    try t.pass(milliseconds: (SpentNonce.horizon - 1) * 1_000)
    #expect(t.remembered == 1)
    #expect(t.carry(twin) == .authorisationUsed)
    try t.pass(milliseconds: 61_000)
    #expect(t.remembered == 0)
    for a in [used, twin] {
      #expect(
        t.carry(a) == .authorisationEnded(validBefore: a.validBefore, now: t.now))
    }
  }

  /// While the node is down market time stands still: the row stays longer, never shorter.
  @Test func aPauseKeepsTheRowLonger() throws {
    var t = try TestLedger()
    let used = t.authorisation(before: t.now + SpentNonce.horizon)
    #expect(t.carry(used) == nil)
    let day = SpentNonce.horizon * 1_000
    try t.pass(milliseconds: day, pausedBy: day)
    #expect(t.remembered == 1)
    try t.pass(milliseconds: day + 60_000)
    #expect(t.remembered == 0)
  }

  /// A signature that another wallet made, over another token: the digest is EIP-3009's.
  @Test func theDigestIsThatOfOtherWallets() throws {
    let usdc = EIP712.Domain(
      name: "USDC", version: "2", chainId: UInt64(84_532),
      verifyingContract: try #require(Address(hex: "0x036cbd53842c5426634e7929541ec2318f3dcf7e")))
    let payer = try PrivateKey(
      #require(Bytes32(hex: "0x" + String(repeating: "11", count: 32))))
    let a = TransferAuthorisation(
      payer: payer.address,
      to: try #require(Address(hex: "0x209693bc6afc0c5328ba36faf03c514ef312287c")), Amount(10_000),
      validBefore: 2_000_000_000,
      nonce: try #require(Bytes32(hex: "0x" + String(repeating: "ab", count: 32))))
    #expect(
      "\(a.digest(token: usdc))"
        == "0xd469db8611d03c1d63cda1198900eddc1409323919045e19f981dd10bf9c5124")
    let signature = Hex.encode(a.signed(by: payer, token: usdc).signature)
    #expect(
      signature
        == "0x25a9dede68769588031d7d6f9fa9089ed7987a88dea8dc69f46e7bca2b30d550"
        + "4e8325600e453d674d76b9557d65f7950f8f9f99e523ebcd625765760df1b85e1c")
    #expect(
      "\(EIP712.typeHash(ReceiveWithAuthorization.self))"
        == "0xd099cc98ef71107a616c4f0f941f04c322d8e254fe26b3c6668db87aae413de8")
  }

  /// The same signature with s replaced by the order less s, and v turned over.
  static func mirrored(_ signature: [UInt8]) -> [UInt8] {
    let order =
      Hex.decode("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141") ?? []
    var (mirrored, borrow) = (signature, 0)
    for index in (0..<32).reversed() {
      let rest = Int(order[index]) - Int(signature[32 + index]) - borrow
      borrow = rest < 0 ? 1 : 0
      mirrored[32 + index] = UInt8(rest & 0xff)
    }
    mirrored[64] = signature[64] == 27 ? 28 : 27
    return mirrored
  }
}
