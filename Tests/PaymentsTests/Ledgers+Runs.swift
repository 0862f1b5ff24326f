// Sold runs on the ledger of these tests: who signs what, and which tree a claim names.

import Kernel
import Market
import Primitives

@testable import Payments

/// A work whose proofs are one byte: 1 holds, 0 is false, anything else is none.
struct ByteWork: ~Copyable, Works {
  func admit(_ spec: [UInt8], of work: String, under check: CheckTerms) throws(Refusal) {
    guard work == "inference" else { throw .unknownWork }
  }
  func admit(inputBytes: UInt64, for spec: [UInt8], of work: String) throws(Refusal) {}
  func tensors(_ spec: [UInt8], of work: String) throws(Refusal) -> UInt64 { 1 }
  func fan(at picks: [UInt8], _ spec: [UInt8], of work: String) throws(Refusal) -> Fan { .step }
  func verify(
    _ claim: ProofClaim, proof: [UInt8], of work: String
  ) throws(Refusal) -> ProofFinding {
    guard proof == [1] || proof == [0] else { throw Refusal("otherProof") }
    return proof == [1] ? .holds : .fails
  }
  func isAbout(
    _ input: [UInt8], salt: ContentSalt, boundBy binding: [UInt8], of work: String
  ) throws(Refusal) -> Bool { true }
  func redo(_ claim: StepClaim, opening: [UInt8], of work: String) throws(Refusal) -> Bool { true }
}

extension TestLedger {
  static let network = { () -> Bytes32 in
    var link = SHA256.hash(Array("links".utf8))
    for _ in 0..<64 { link = SHA256.hash(link.bytes) }
    return link
  }()
  static let door = authorizer.address
  static let bondKey = StandingBond.key(seller, door)
  static let runKey = SHA256.hash([7])

  /// The same ledger with a bond behind the seller's door.
  static func bonded(
    _ bond: UInt64 = 10_000_000, check: CheckTerms = CheckTerms("open"), spec: [UInt8] = []
  ) throws -> TestLedgerBox {
    var t = try TestLedger()
    try t.k.fund(seller, Amount(100_000_000))
    t.forget()
    let m = PostStandingBond(
      t.nextHead(seller), door: door, work: "inference", spec: spec, check: check, Amount(bond))
    guard t.send(m) == nil else { throw Refusal("notPosted") }
    return TestLedgerBox(t)
  }

  static func run(
    _ channel: Bytes32, _ index: UInt64, before: UInt64, price: UInt64 = 1_000,
    output: [UInt8] = [1], buyer: Address = payer.address
  ) throws -> SoldRun {
    var run = SoldRun()
    run.network = network
    run.provider = seller
    run.buyer = buyer
    run.payment = channel
    run.index = index
    run.before = Amount(before)
    run.price = Amount(price)
    run.work = "inference"
    run.units = 1
    run.commit(input: [9], output: output, key: runKey)
    return run
  }

  static func word(_ run: SoldRun, by key: PrivateKey = sellerKey) -> RunWord {
    RunWord(SignedRun(run, opening: runKey, chainId: chainId, signedBy: key))
  }

  /// So many runs of a channel, one after the other.
  static func runs(
    _ channel: Bytes32, _ count: UInt64, price: UInt64 = 1_000, from: UInt64 = 0
  ) throws -> [SoldRun] {
    try (0..<count).map { try run(channel, $0, before: from + $0 * price, price: price) }
  }

  // MARK: - Messages

  mutating func send(_ m: PostStandingBond) -> Refusal? {
    done { (payments, k) throws(Refusal) in
      try payments.apply(m, as: SHA256.hash(CBOR.encode(m)), &k, ByteWork())
    }
  }

  mutating func withdrawBond(by sender: Address = TestLedger.seller) -> Refusal? {
    let m = WithdrawStandingBond(nextHead(sender), door: Self.door)
    return done { (payments, k) throws(Refusal) in
      try payments.apply(m, as: SHA256.hash(CBOR.encode(m)), &k)
    }
  }

  mutating func show(
    _ first: RunWord, _ second: RunWord, by sender: Address = TestLedger.carrier
  ) -> Refusal? {
    let m = ShowEquivocation(nextHead(sender), first, second)
    return done { (payments, k) throws(Refusal) in
      try payments.apply(m, as: SHA256.hash(CBOR.encode(m)), &k)
    }
  }

  /// A claim with its root, and its id.
  mutating func claimHeld(
    _ claims: [VoucherClaim], root: Bytes32, by sender: Address = TestLedger.seller
  ) -> (Bytes32, Refusal?) {
    let m = ClaimVouchers(nextHead(sender), claims, root: root)
    let id = SHA256.hash(CBOR.encode(m))
    let refusal = done { (payments, k) throws(Refusal) in try payments.apply(m, as: id, &k) }
    return (id, refusal)
  }

  mutating func send(_ m: OpenSoldRun) -> Refusal? {
    done { (payments, k) throws(Refusal) in
      try payments.apply(m, as: SHA256.hash(CBOR.encode(m)), &k)
    }
  }

  mutating func prove(
    _ claim: Bytes32, output: [UInt8] = [1], proof: [UInt8], key: Bytes32 = TestLedger.runKey,
    by sender: Address = TestLedger.seller
  ) -> Refusal? {
    let m = ProveSoldRun(
      nextHead(sender), claim, salt: ContentSalt(contentKey: key).value, output: output,
      proof: proof)
    return done { (payments, k) throws(Refusal) in
      try payments.apply(m, as: SHA256.hash(CBOR.encode(m)), &k, ByteWork())
    }
  }

  /// The opening of the run that holds the drawn millionth.
  mutating func opening(
    _ claim: Bytes32, of runs: [SoldRun], at index: Int? = nil, by sender: Address = carrier
  ) throws -> OpenSoldRun {
    let tree = try RunTree(runs.map { RunTree.leaf($0) })
    let offset = payments.heldClaim(claim)?.offset ?? 0
    let index = index ?? tree.index(at: offset) ?? 0
    return OpenSoldRun(
      nextHead(sender), claim, index: UInt64(index), of: UInt64(runs.count),
      Self.word(runs[index]), path: tree.path(to: index) ?? [])
  }

  /// Blocks until the claim is drawn.
  mutating func passToDraw() throws(Refusal) {
    for _ in 0..<2 { try pass(milliseconds: 1_000) }
  }
}

extension TestLedgerBox {
  func row(_ claim: Bytes32) -> HeldClaim? { t.payments.heldClaim(claim) }
  func channel(_ id: Bytes32) -> Channel? { t.payments.channel(id) }
  var standing: StandingBond? { t.payments.standingBond(TestLedger.bondKey) }
  var treasury: UInt64 { t.k.ledger.balance(.treasury).units }
}
