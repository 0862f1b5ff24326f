// Claims of a bonded seller: held, drawn, opened, paid; and every root that hides something.

import Kernel
import Market
import Primitives
import Testing

@testable import Payments

@Suite struct HeldClaimTests {
  private let key = TestLedger.bondKey
  private let payer = TestLedger.payer.address

  /// A bonded seller with channels of 100,000 each.
  private func open(
    channels: UInt8 = 1, bond: UInt64 = 10_000_000, check: CheckTerms = CheckTerms("open"),
    spec: [UInt8] = []
  ) throws -> (TestLedgerBox, [Bytes32]) {
    let box = try TestLedger.bonded(bond, check: check, spec: spec)
    var ids: [Bytes32] = []
    for salt in 0..<channels {
      let config = try TestLedger.config(salt: salt)
      #expect(box.t.deposit(config, 100_000, salt: salt + 1) == nil)
      ids.append(config.id(TestLedger.escrow))
    }
    return (box, ids)
  }

  private func root(_ runs: [SoldRun]) throws -> Bytes32 {
    try RunTree(runs.map { RunTree.leaf($0) }).root
  }

  /// Claims all that the runs come to, and lets the beacon draw one.
  private func claim(
    _ box: TestLedgerBox, _ vouchers: [VoucherClaim], root: Bytes32
  ) throws -> Bytes32 {
    let (claim, refusal) = box.t.claimHeld(vouchers, root: root)
    #expect(refusal == nil)
    try box.t.passToDraw()
    #expect(box.row(claim)?.stage == ClaimStage.drawn.rawValue)
    return claim
  }

  // MARK: - The honest road

  @Test func aClaimIsPaidOnceItsRunWasOpened() throws {
    let (box, ids) = try open(channels: 3)
    let runs = try ids.flatMap { try TestLedger.runs($0, 4, price: 2_500) }
    let before = box.t.balance(TestLedger.seller)
    let claim = try claim(
      box, ids.map { TestLedger.voucher($0, 10_000) }, root: try root(runs))
    #expect(box.t.held(claim) == 30_000 && box.t.balance(TestLedger.seller) == before)
    let row = try #require(box.row(claim))
    // Z = ⌈30,000 ÷ (0.7 × 0.5)⌉.
    #expect(row.slice == Amount(85_715) && row.offset < 30_000)
    #expect(box.standing?.free == Amount(10_000_000 - 85_715))
    let opening = try box.t.opening(claim, of: runs)
    #expect(box.t.send(opening) == nil)
    #expect(box.t.send(opening) == .notItsTurn(stage: 3))
    box.t.rebuildTimers()
    try box.t.pass(milliseconds: 599_999)
    #expect(box.t.balance(TestLedger.seller) == before)
    try box.t.pass(milliseconds: 1)
    // Less the network's take of 0.25 %.
    #expect(box.t.balance(TestLedger.seller) == before + 30_000 - 75)
    #expect(box.treasury == 75)
    #expect(box.t.held(claim) == 0 && box.row(claim) == nil)
    let bond = try #require(box.standing)
    #expect(bond.free == Amount(10_000_000) && bond.held == 0)
    #expect(box.t.send(opening) == .unknownClaim)
  }

  /// Every run of a claim can be opened where the draw may fall, and at no other millionth.
  @Test func everyMillionthHasItsRun() throws {
    let (box, ids) = try open(channels: 2)
    var runs = try TestLedger.runs(ids[0], 3, price: 7)
    runs += try TestLedger.runs(ids[1], 2, price: 10)
    let vouchers = [TestLedger.voucher(ids[0], 21), TestLedger.voucher(ids[1], 20)]
    let claim = try claim(box, vouchers, root: try root(runs))
    var row = try #require(box.row(claim))
    let tree = try RunTree(runs.map { RunTree.leaf($0) })
    for offset in 0..<UInt64(41) {
      row.offset = offset
      for index in runs.indices {
        let changed = row
        let mark = (box.t.k.mark(), box.t.payments.mark())
        box.t.payments.claims[claim] = changed
        let opening = try box.t.opening(claim, of: runs, at: index)
        let refusal = box.t.done { (payments, k) throws(Refusal) in
          try payments.apply(opening, as: .zero, &k)
          throw Refusal("stop")
        }
        let isIt = tree.index(at: offset) == index
        #expect(refusal?.code == (isIt ? "stop" : "otherRun"))
        box.t.k.rollback(to: mark.0)
        box.t.payments.rollback(to: mark.1)
      }
    }
  }

  @Test func aClaimGoesOnFromTheLast() throws {
    let (box, ids) = try open()
    let runs = try TestLedger.runs(ids[0], 6)
    for part in [runs[..<2], runs[2...]] {
      let part = Array(part)
      let total = try #require(part.last?.end)
      let claim = try claim(
        box, [TestLedger.voucher(ids[0], total.units)], root: try root(part))
      let opening = try box.t.opening(claim, of: part)
      #expect(box.t.send(opening) == nil)
      try box.t.pass(milliseconds: 600_000)
      #expect(box.row(claim) == nil)
    }
    #expect(box.channel(ids[0])?.claimed == Amount(6_000))
  }

  // MARK: - At the claim

  @Test func aBondedSellerNamesItsRuns() throws {
    let (box, ids) = try open(channels: 2)
    let voucher = TestLedger.voucher(ids[0], 5_000)
    #expect(box.t.claim([voucher]) == .rootNeeded)
    // Carried by anybody with the authorizer's signature: nobody named the runs.
    let batch = ClaimBatch([voucher]).digest(domain: TestLedger.escrow)
    let signature = TestLedger.authorizer.sign(digest: batch).bytes
    #expect(box.t.claim([voucher], by: TestLedger.carrier, signature: signature) == .rootNeeded)
    // Nor does a refund take claims past the audit.
    var m = RefundChannel(box.t.nextHead(TestLedger.seller), ids[0], Amount(1), nonce: 0)
    m.claims = [voucher]
    #expect(box.t.refund(m) == .rootNeeded)
    m.claims = []
    #expect(box.t.refund(m) == nil)
    #expect(box.t.claim([voucher], by: TestLedger.carrier, root: ids[0]) == .notTheReceivers)
    let unknown = TestLedger.voucher(SHA256.hash([4]), 5_000)
    #expect(box.t.claim([voucher, unknown], root: ids[0]) == .unknownChannel)
  }

  /// Money of a door without a bond in the same message would be paid unaudited, or audited by
  /// runs that nobody promised.
  @Test func oneMessageIsForOneDoor() throws {
    let (box, ids) = try open()
    var other = try TestLedger.config()
    other.receiverAuthorizer = TestLedger.carrier
    #expect(box.t.deposit(other, 10_000, salt: 9) == nil)
    let vouchers = [
      TestLedger.voucher(ids[0], 1_000), TestLedger.voucher(other.id(TestLedger.escrow), 1_000),
    ]
    #expect(box.t.claim(vouchers, root: ids[0]) == .mixedClaim)
    #expect(box.t.claim(vouchers.reversed(), root: ids[0]) == .mixedClaim)
    #expect(box.t.claim([vouchers[1]], root: ids[0]) == nil)
    #expect(box.t.balance(TestLedger.seller) > 90_000_000)
  }

  /// Claims that the bond cannot back wait.
  @Test func capacityIsTheBonds() throws {
    let (box, ids) = try open(channels: 1)
    let big = try TestLedger.config(salt: 5)
    try box.t.k.fund(payer, Amount(10_000_000))
    box.t.forget()
    #expect(box.t.deposit(big, 5_000_000, salt: 5) == nil)
    let id = big.id(TestLedger.escrow)
    // Z of 3,500,001 is one more than the bond holds.
    let most: UInt64 = 3_500_000
    let above = TestLedger.voucher(id, most + 1)
    let (_, refused) = box.t.claimHeld([above], root: ids[0])
    #expect(refused == .bondTied(free: Amount(10_000_000), needs: Amount(10_000_003)))
    #expect(box.channel(id)?.claimed == .zero)
    let (_, taken) = box.t.claimHeld([TestLedger.voucher(id, most)], root: ids[0])
    #expect(taken == nil)
    let (_, second) = box.t.claimHeld([TestLedger.voucher(ids[0], 20)], root: ids[0])
    #expect(second == .bondTied(free: .zero, needs: Amount(60_000)))
  }

  // MARK: - Roots that hide something

  /// Silence after the draw: everybody has the money back, and the slice is nobody's.
  @Test func aRunThatIsNotOpenedCostsTheSlice() throws {
    let (box, ids) = try open(channels: 2)
    let runs = try ids.flatMap { try TestLedger.runs($0, 5) }
    let mine = box.t.balance(payer)
    let seller = box.t.balance(TestLedger.seller)
    let claim = try claim(
      box, ids.map { TestLedger.voucher($0, 5_000) }, root: try root(runs))
    box.t.rebuildTimers()
    try box.t.pass(milliseconds: 3_599_999)
    #expect(box.row(claim) != nil)
    try box.t.pass(milliseconds: 1)
    #expect(box.row(claim) == nil && box.t.held(claim) == 0)
    #expect(box.t.balance(payer) == mine + 10_000)
    #expect(box.t.balance(TestLedger.seller) == seller)
    #expect(box.treasury == 60_000)
    #expect(box.t.held(key) == 9_940_000)
    let bond = try #require(box.standing)
    #expect(bond.bond == Amount(9_940_000) && bond.tied == .zero && bond.held == 0)
    // What was given back is not owed again: the old voucher buys nothing.
    let (_, again) = box.t.claimHeld([TestLedger.voucher(ids[0], 5_000)], root: ids[0])
    #expect(again == .voucherClaimed)
  }

  /// Each of these trees has a root, and none of its runs can be opened.
  @Test func whatNoTreeOfAClaimIs() throws {
    let (box, ids) = try open()
    let good = try TestLedger.runs(ids[0], 5)
    let short = Array(good.dropLast())
    let long = good + (try [TestLedger.run(ids[0], 5, before: 5_000)])
    let strange = try TestLedger.runs(SHA256.hash([1]), 5)
    let cases: [([SoldRun], String)] = [
      (short, "otherSum"), (long, "otherSum"), (strange, "otherPlace"),
      // One run five times over, and the same in another order.
      ([SoldRun](repeating: good[0], count: 5), "otherPlace"),
      (good.reversed(), "otherPlace"),
      (try good.map { try changed($0) { $0.work = "labels" } }, "otherPromise"),
      (try good.map { try changed($0) { $0.buyer = TestLedger.carrier } }, "otherBuyer"),
      (try good.map { try changed($0) { $0.provider = TestLedger.carrier } }, "notTheProvider"),
      (
        try good.map { try changed($0) { $0.network = SHA256.hash([1]) } }, "runOfOtherNetwork"
      ),
    ]
    var total: UInt64 = 0
    for (runs, code) in cases {
      let moved = try runs.map { run in
        try changed(run) { $0.before = try $0.before.adding(Amount(total)) }
      }
      total += 5_000
      let claim = try claim(
        box, [TestLedger.voucher(ids[0], total)], root: try root(moved))
      // The third of five stands in its own place when they are reversed.
      var row = try #require(box.row(claim))
      row.offset = 1_500
      box.t.payments.claims[claim] = row
      box.t.forget()
      let opening = try box.t.opening(claim, of: moved)
      #expect(box.t.send(opening)?.code == code)
    }
  }

  private func changed(
    _ run: SoldRun, _ body: (inout SoldRun) throws -> Void
  ) throws -> SoldRun {
    var run = run
    try body(&run)
    return run
  }

  /// A sum that runs over names no place, and a root of nothing has no run.
  @Test func sumsDoNotWrap() throws {
    let (box, ids) = try open()
    let good = try TestLedger.runs(ids[0], 2)
    let tree = try RunTree(good.map { RunTree.leaf($0) })
    let claim = try claim(box, [TestLedger.voucher(ids[0], 2_000)], root: tree.root)
    let honest = try box.t.opening(claim, of: good)
    var changes: [OpenSoldRun] = []
    func change(_ body: (inout OpenSoldRun) -> Void) {
      var m = honest
      body(&m)
      changes.append(m)
    }
    change { $0.path[0].sum = Amount(.max) }
    change { $0.path[0].hash = SHA256.hash([1]) }
    change { $0.path = [] }
    change { $0.path.append($0.path[0]) }
    change { $0.path = [RunNode](repeating: $0.path[0], count: 65) }
    change { $0.index ^= 1 }
    change { $0.index = 2 }
    change { $0.count = 3 }
    change { ($0.index, $0.count) = (0, 0) }
    change { ($0.index, $0.count) = (.max - 1, .max) }
    change { $0.word.run.price = Amount(.max) }
    change { $0.word.run.before = Amount(.max) }
    change { $0.word.run.units = 2 }
    for m in changes { #expect(box.t.send(m) == .notInClaim, "\(m)") }
    var unsigned = honest
    unsigned.word.signature[5] ^= 1
    #expect(box.t.send(unsigned) == .notTheProvider)
    unsigned.claim = SHA256.hash([1])
    #expect(box.t.send(unsigned) == .unknownClaim)
    #expect(try RunTree([]).root == .zero)
    #expect(throws: Refusal.overflow) {
      try RunTree([RunNode(.zero, Amount(.max)), RunNode(.zero, Amount(1))])
    }
    // The right one is taken all the same.
    #expect(box.t.send(honest) == nil)
  }

  /// Before the draw nobody knows which run it will be, so nothing is opened.
  @Test func nothingIsOpenedBeforeTheDraw() throws {
    let (box, ids) = try open()
    let runs = try TestLedger.runs(ids[0], 2)
    let (claim, refusal) = box.t.claimHeld(
      [TestLedger.voucher(ids[0], 2_000)], root: try root(runs))
    #expect(refusal == nil)
    for _ in 0..<2 {
      let opening = try box.t.opening(claim, of: runs)
      #expect(box.t.send(opening) == .notItsTurn(stage: 0))
      try box.t.pass(milliseconds: 1_000)
    }
    #expect(box.row(claim)?.stage == ClaimStage.drawn.rawValue)
  }

  // MARK: - Proved

  private let proved = CheckTerms("proved", [Number("level", 1)])

  @Test func aDrawnRunIsProved() throws {
    let (box, ids) = try open(check: proved)
    let runs = try TestLedger.runs(ids[0], 3)
    let before = box.t.balance(TestLedger.seller)
    let claim = try claim(box, [TestLedger.voucher(ids[0], 3_000)], root: try root(runs))
    #expect(box.t.prove(claim, proof: [1]) == .notItsTurn(stage: 1))
    let opening = try box.t.opening(claim, of: runs)
    #expect(box.t.send(opening) == nil)
    #expect(box.t.prove(claim, proof: [1], by: TestLedger.carrier) == .notTheSeller)
    #expect(box.t.prove(claim, proof: [1], key: SHA256.hash([1])) == .otherSalt)
    #expect(box.t.prove(claim, output: [2], proof: [1]) == .otherOutput)
    #expect(box.t.prove(claim, proof: [7]) == Refusal("otherProof"))
    #expect(box.t.prove(SHA256.hash([1]), proof: [1]) == .unknownClaim)
    #expect(box.t.prove(claim, proof: [1]) == nil)
    #expect(box.t.prove(claim, proof: [1]) == .notItsTurn(stage: 3))
    try box.t.pass(milliseconds: 600_000)
    #expect(box.t.balance(TestLedger.seller) == before + 3_000 - 8)
  }

  @Test(arguments: [true, false])
  func aFalseProofOrNoneCostsTheSlice(isShown: Bool) throws {
    let (box, ids) = try open(check: proved)
    let runs = try TestLedger.runs(ids[0], 3)
    let mine = box.t.balance(payer)
    let claim = try claim(box, [TestLedger.voucher(ids[0], 3_000)], root: try root(runs))
    let opening = try box.t.opening(claim, of: runs)
    #expect(box.t.send(opening) == nil)
    if isShown {
      #expect(box.t.prove(claim, proof: [0]) == nil)
    } else {
      try box.t.pass(milliseconds: 3_600_000)
    }
    #expect(box.row(claim) == nil)
    #expect(box.t.balance(payer) == mine + 3_000 && box.t.held(key) == 9_940_000)
  }

  @Test func whatWasPromisedIsWhatIsOpened() throws {
    let (box, ids) = try open(check: proved, spec: [1, 2])
    let runs = try TestLedger.runs(ids[0], 1)
    let claim = try claim(box, [TestLedger.voucher(ids[0], 1_000)], root: try root(runs))
    let opening = try box.t.opening(claim, of: runs)
    #expect(box.t.send(opening) == .otherPromise)
  }
}
