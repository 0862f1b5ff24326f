// Allowances: set, used, permitted by signature, and what thieves and careless owners make of it.

import Kernel
import Primitives
import Testing

@testable import Payments

@Suite("Allowances")
struct AllowanceTests {
  private static let owner = TestLedger.payer.address
  private static let spender = TestLedger.carrier

  @Test func whatIsAllowedIsMovedAndNoMore() throws {
    var ledger = try TestLedger()
    #expect(ledger.approve(Self.spender, 10_000) == nil)
    #expect(ledger.spend(6_000) == nil)
    #expect(ledger.balance(TestLedger.seller) == 1_006_000)
    #expect(ledger.payments.allowance(Self.owner, Self.spender) == Amount(4_000))
    #expect(
      ledger.spend(4_001) == Refusal("allowanceTooSmall", ["has": 4_000, "needs": 4_001]))
    #expect(ledger.spend(4_000) == nil)
    #expect(ledger.rows == 0)
    #expect(ledger.spend(1) == Refusal("allowanceTooSmall", ["has": 0, "needs": 1]))
    // Nothing can always be moved, as ERC-20 has it.
    #expect(ledger.spend(0) == nil)
  }

  @Test func anAllowanceIsForOneSpenderOfOneOwner() throws {
    var ledger = try TestLedger()
    #expect(ledger.approve(Self.spender, 10_000) == nil)
    #expect(ledger.spend(1, by: TestLedger.stranger)?.code == "allowanceTooSmall")
    #expect(ledger.spend(1, of: TestLedger.seller)?.code == "allowanceTooSmall")
    // Nor is one's own money moved without one.
    #expect(ledger.spend(1, by: Self.owner)?.code == "allowanceTooSmall")
  }

  @Test func itIsReplacedAndTakenBack() throws {
    var ledger = try TestLedger()
    #expect(ledger.approve(Self.spender, 10_000) == nil)
    #expect(ledger.approve(Self.spender, 3) == nil)
    #expect(ledger.payments.allowance(Self.owner, Self.spender) == Amount(3))
    #expect(ledger.approve(Self.spender, 0) == nil)
    #expect(ledger.rows == 0)
    #expect(ledger.spend(1)?.code == "allowanceTooSmall")
  }

  @Test func oneWithoutLimitIsNotUsedUpButTheBalanceIs() throws {
    var ledger = try TestLedger()
    #expect(ledger.approve(Self.spender, .max) == nil)
    #expect(ledger.spend(900_000) == nil)
    #expect(ledger.payments.allowance(Self.owner, Self.spender) == Allowance.unlimited)
    let has = ledger.balance(Self.owner)
    #expect(ledger.spend(has + 1)?.code == "insufficient")
    #expect(ledger.balance(Self.owner) == has)
  }

  @Test func aRowThatStaysIsPaidForByWhoMakesIt() throws {
    var ledger = try TestLedger()
    let price = ledger.k.terms.current.tollAccount
    #expect(ledger.approve(Self.spender, 10_000) == nil)
    #expect(ledger.balance(Self.owner) == 1_000_000 - price)
    #expect(ledger.approve(Self.spender, 20_000) == nil)
    #expect(ledger.balance(Self.owner) == 1_000_000 - price)
    let permit = ledger.permit(TestLedger.seller, UInt256(5))
    #expect(ledger.carry(permit) == nil)
    #expect(ledger.balance(Self.owner) == 1_000_000 - price)
    #expect(ledger.balance(Self.spender) == 1_000_000 - 2 * price)
  }

  @Test func moneyToNobodyAndForNobody() throws {
    var ledger = try TestLedger()
    #expect(ledger.approve(.zero, 1) == .noReceiver)
    #expect(ledger.approve(Self.spender, 10) == nil)
    #expect(ledger.spend(1, to: .zero) == .noReceiver)
  }

  // MARK: - Permits

  @Test func aPermitIsCarriedOnceAndInTurn() throws {
    var ledger = try TestLedger()
    let first = ledger.permit(Self.spender, UInt256(500))
    let later = ledger.permit(Self.spender, UInt256(700), after: 1)
    #expect(ledger.carry(later) == .notPermitted(next: 0))
    #expect(ledger.carry(first, by: TestLedger.seller) == nil)
    #expect(ledger.payments.allowance(Self.owner, Self.spender) == Amount(500))
    // The owner takes it back; whoever kept the permit cannot set it again.
    #expect(ledger.approve(Self.spender, 0) == nil)
    #expect(ledger.carry(first) == .notPermitted(next: 1))
    #expect(ledger.carry(later) == nil)
    #expect(ledger.payments.permitCount(Self.owner) == 2)
    #expect(ledger.spend(700) == nil)
  }

  @Test func whatAThiefChangesIsNotSigned() throws {
    var ledger = try TestLedger()
    let good = ledger.permit(Self.spender, UInt256(500))
    var bad = good
    bad.value = .max
    #expect(ledger.carry(bad) == .notPermitted(next: 0))
    bad = good
    bad.spender = TestLedger.stranger
    #expect(ledger.carry(bad) == .notPermitted(next: 0))
    bad = good
    bad.owner = TestLedger.seller
    #expect(ledger.carry(bad) == .notPermitted(next: 0))
    bad = good
    bad.deadline = .max
    #expect(ledger.carry(bad) == .notPermitted(next: 0))
    bad = good
    bad.signature = []
    #expect(ledger.carry(bad) == .notPermitted(next: 0))
    let elsewhere = ledger.permit(
      Self.spender, UInt256(500), token: DollarToken.domain(chainId: UInt64(1)))
    #expect(ledger.carry(elsewhere) == .notPermitted(next: 0))
    #expect(ledger.rows == 0)
    #expect(ledger.carry(good) == nil)
  }

  @Test func aSignatureWithAHighSIsNone() throws {
    var ledger = try TestLedger()
    var permit = ledger.permit(Self.spender, UInt256(500))
    let signature = try Signature(permit.signature)
    permit.signature = Self.mirrored(signature)
    #expect(ledger.carry(permit) == .notPermitted(next: 0))
  }

  /// The other signature that the curve has for the same words: n − s, the other parity.
  private static func mirrored(_ signature: Signature) -> [UInt8] {
    let order: [UInt64] = [
      0xffff_ffff_ffff_ffff, 0xffff_ffff_ffff_fffe, 0xbaae_dce6_af48_a03b, 0xbfd2_5e8c_d036_4141,
    ]
    let bytes = signature.bytes
    let words = Bytes32(Array(bytes[32..<64]))?.words ?? (0, 0, 0, 0)
    let s = [words.0, words.1, words.2, words.3]
    var rest = [UInt64](repeating: 0, count: 4)
    var borrow = false
    for place in stride(from: 3, through: 0, by: -1) {
      let (first, one) = order[place].subtractingReportingOverflow(s[place])
      let (second, other) = first.subtractingReportingOverflow(borrow ? 1 : 0)
      rest[place] = second
      borrow = one || other
    }
    let mirrored = Bytes32(words: rest[0], rest[1], rest[2], rest[3])
    return Array(bytes[..<32]) + mirrored.bytes + [bytes[64] == 27 ? 28 : 27]
  }

  @Test func aPermitCountsToTheEndOfItsSecond() throws {
    var ledger = try TestLedger()
    let now = ledger.now
    let last = ledger.permit(Self.spender, UInt256(5), deadline: UInt256(now))
    let late = ledger.permit(Self.spender, UInt256(5), deadline: UInt256(now - 1))
    #expect(
      ledger.carry(late) == Refusal("permitEnded", ["deadline": now - 1, "now": now]))
    #expect(ledger.carry(last) == nil)
    let never = ledger.permit(Self.spender, .max, after: 1, deadline: .max)
    #expect(ledger.carry(never) == nil)
    #expect(ledger.payments.allowance(Self.owner, Self.spender) == Allowance.unlimited)
  }

  /// EIP-2612's type, by the string that every wallet hashes.
  @Test func itIsThePermitOfTheStandard() {
    let type = "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    let permit = CarryPermit(
      Head(), owner: Self.owner, spender: Self.spender, UInt256(7), deadline: UInt256(9))
    let hash = Keccak256.hash(
      Keccak256.hash(Array(type.utf8)).bytes + Self.owner.padded.bytes + Self.spender.padded.bytes
        + UInt256(7).bytes32.bytes + UInt256(3).bytes32.bytes + UInt256(9).bytes32.bytes)
    let digest = Keccak256.hash([0x19, 0x01] + TestLedger.token.separator.bytes + hash.bytes)
    #expect(permit.digest(after: 3, token: TestLedger.token) == digest)
  }
}

extension TestLedger {
  var rows: Int {
    var count = 0
    payments.forEachAllowance { _, _ in count += 1 }
    return count
  }

  private mutating func head(_ from: Address) -> Head {
    sequence += 1
    return Head(from: from, sequence: sequence - 1, validUntil: .never)
  }

  mutating func approve(_ spender: Address, _ units: UInt64) -> Refusal? {
    let m = Approve(head(Self.payer.address), spender: spender, Amount(units))
    return done { (payments, k) throws(Refusal) in try payments.apply(m, as: .zero, &k) }
  }

  mutating func spend(
    _ units: UInt64, of owner: Address = TestLedger.payer.address,
    to: Address = TestLedger.seller, by spender: Address = TestLedger.carrier
  ) -> Refusal? {
    let m = TransferFrom(head(spender), owner: owner, to: to, Amount(units))
    return done { (payments, k) throws(Refusal) in try payments.apply(m, as: .zero, &k) }
  }

  func permit(
    _ spender: Address, _ value: UInt256, after count: UInt64 = 0, deadline: UInt256? = nil,
    token: EIP712.Domain = TestLedger.token
  ) -> CarryPermit {
    var m = CarryPermit(
      Head(), owner: Self.payer.address, spender: spender, value,
      deadline: deadline ?? UInt256(now + 60))
    m.signature = Self.payer.sign(digest: m.digest(after: count, token: token)).bytes
    return m
  }

  mutating func carry(
    _ permit: CarryPermit, by carrier: Address = TestLedger.carrier
  ) -> Refusal? {
    var m = permit
    m.head = head(carrier)
    let carried = m
    return done { (payments, k) throws(Refusal) in try payments.apply(carried, as: .zero, &k) }
  }
}
