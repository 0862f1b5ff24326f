// The bond behind a door: what it takes to post one, and when it comes home.

import Kernel
import Market
import Primitives
import Testing

@testable import Payments

@Suite struct StandingBondTests {
  private let key = TestLedger.bondKey
  private let least = Terms.standard.standingBond

  private func message(
    _ box: TestLedgerBox, _ amount: UInt64, work: String = "inference", spec: [UInt8] = [],
    check: CheckTerms = CheckTerms("open"), door: Address = TestLedger.door
  ) -> PostStandingBond {
    PostStandingBond(
      box.t.nextHead(TestLedger.seller), door: door, work: work, spec: spec, check: check,
      Amount(amount))
  }

  @Test func itIsPostedAndAddedTo() throws {
    let box = try TestLedger.bonded()
    #expect(box.t.held(key) == least)
    #expect(box.t.balance(TestLedger.seller) == 101_000_000 - least - 10_000)
    #expect(box.t.send(message(box, 5)) == nil)
    #expect(box.t.held(key) == least + 5)
    let row = try #require(box.standing)
    #expect(row.bond == Amount(least + 5) && row.free == row.bond && row.leaves == .never)
  }

  @Test func whatNoBondIs() throws {
    let box = try TestLedger.bonded()
    let other = TestLedger.carrier
    #expect(
      box.t.send(message(box, least - 1, door: other))
        == .standingBondTooSmall(is: Amount(least - 1), least: least))
    #expect(
      box.t.send(message(box, 0)) == .standingBondTooSmall(is: Amount(least), least: least))
    #expect(box.t.send(message(box, least, door: .zero)) == .noReceiver)
    let long = [UInt8](repeating: 0, count: 1_025)
    #expect(
      box.t.send(message(box, least, spec: long, door: other)) == .specTooLong(1_025, limit: 1_024))
    for (check, code) in [
      (CheckTerms("trust"), "unknownCheck"),
      (CheckTerms("open", [Number("level", 1)]), "checkTermsDiffer"),
      (CheckTerms("disputable", [Number("audit", 50_000)]), "notByVoucher"),
      (CheckTerms("replicated", [Number("replicas", 3), Number("audit", 0)]), "notByVoucher"),
      // A proof that hides its input would have to be contested.
      (CheckTerms("proved", [Number("level", 3)]), "notByVoucher"),
    ] {
      #expect(box.t.send(message(box, least, check: check, door: other))?.code == code)
    }
    let proved = CheckTerms("proved", [Number("level", 1)])
    #expect(
      box.t.send(message(box, least, work: "alchemy", check: proved, door: other)) == .unknownWork)
    #expect(
      box.t.send(message(box, 200_000_000))
        == .insufficient(has: Amount(90_990_000), needs: Amount(200_000_000)))
    #expect(box.t.held(key) == least)
  }

  /// What is promised stays promised: runs that were sold are judged by it.
  @Test func thePromiseIsNotChanged() throws {
    let box = try TestLedger.bonded()
    #expect(box.t.send(message(box, 1, work: "labels")) == .otherPromise)
    #expect(box.t.send(message(box, 1, spec: [1])) == .otherPromise)
    let proved = CheckTerms("proved", [Number("level", 1)])
    #expect(box.t.send(message(box, 1, check: proved)) == .otherPromise)
  }

  @Test func itComesHomeAfterTheUnbondingTime() throws {
    let box = try TestLedger.bonded()
    #expect(box.t.withdrawBond(by: TestLedger.carrier) == .noStandingBond)
    #expect(box.t.withdrawBond() == nil)
    #expect(box.t.withdrawBond() == .bondLeaves)
    #expect(box.t.send(message(box, 5)) == .bondLeaves)
    box.t.rebuildTimers()
    try box.t.pass(milliseconds: Terms.standard.unbonding * 1_000 - 1)
    #expect(box.t.held(key) == least)
    try box.t.pass(milliseconds: 1)
    #expect(box.t.held(key) == 0 && box.standing == nil)
    #expect(box.t.balance(TestLedger.seller) == 101_000_000 - 10_000)
  }

  /// A seller cannot take the bond home before its last claim is judged.
  @Test func itStaysWhileAClaimIsHeld() throws {
    let box = try TestLedger.bonded()
    let config = try TestLedger.config()
    let id = config.id(TestLedger.escrow)
    #expect(box.t.deposit(config, 100_000) == nil)
    #expect(box.t.withdrawBond() == nil)
    try box.t.pass(milliseconds: Terms.standard.unbonding * 1_000 - 1)
    let runs = try TestLedger.runs(id, 5)
    let root = try RunTree(runs.map { RunTree.leaf($0) }).root
    let (_, refusal) = box.t.claimHeld([TestLedger.voucher(id, 5_000)], root: root)
    #expect(refusal == nil)
    try box.t.pass(milliseconds: 2)
    #expect(box.t.held(key) == least)
    try box.t.pass(milliseconds: 1)
    try box.t.pass(milliseconds: 3_600_000)
    // The claim was never opened: its slice is lost, the rest goes home.
    try box.t.pass(milliseconds: 3_600_000)
    #expect(box.t.held(key) == 0 && box.standing == nil)
    #expect(box.t.balance(TestLedger.seller) == 101_000_000 - 10_000 - 60_000)
  }
}
