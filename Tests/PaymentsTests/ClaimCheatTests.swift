// Cheats against the audit of claims, played on the ledger: what they come to over many draws.

import Kernel
import Primitives
import Testing

@testable import Payments

@Suite struct ClaimCheatTests {
  /// Ten runs of a tenth of a dollar each.
  private static let runs: UInt64 = 10
  private static let price: UInt64 = 100_000

  /// What a seller has after so many claims, less what it began with. `fake` of ten runs of each
  /// claim were never sold: their leaves are other runs over again.
  private func profit(faking fake: Int, claims: Int, seed: UInt8) throws -> Int {
    let box = try TestLedger.bonded(60_000_000)
    try box.t.k.fund(TestLedger.payer.address, Amount(100_000_000))
    box.t.forget()
    let config = try TestLedger.config(salt: seed)
    let id = config.id(TestLedger.escrow)
    let value = Self.runs * Self.price
    #expect(box.t.deposit(config, value * UInt64(claims)) == nil)
    let before = Int(box.t.balance(TestLedger.seller) + box.t.held(TestLedger.bondKey))
    for round in 0..<UInt64(claims) {
      var sold = try TestLedger.runs(id, Self.runs, price: Self.price, from: round * value)
      for index in 0..<fake { sold[Int(Self.runs) - 1 - index] = sold[0] }
      let root = try RunTree(sold.map { RunTree.leaf($0) }).root
      let voucher = TestLedger.voucher(id, (round + 1) * value)
      let (claim, refusal) = box.t.claimHeld([voucher], root: root)
      #expect(refusal == nil)
      try box.t.passToDraw()
      let opening = try box.t.opening(claim, of: sold)
      let isOpen = box.t.send(opening) == nil
      try box.t.pass(milliseconds: isOpen ? 600_000 : 3_600_000)
      #expect(box.row(claim) == nil)
    }
    return Int(box.t.balance(TestLedger.seller) + box.t.held(TestLedger.bondKey)) - before
  }

  @Test func anHonestSellerIsPaidAlways() throws {
    #expect(try profit(faking: 0, claims: 12, seed: 1) == 12 * 997_500)
  }

  /// Whatever part is fake costs more than it brings: with it goes the honest part of the claim,
  /// and 2.86 times the claim.
  @Test(arguments: [1, 3, 5, 9])
  func fakesCostMoreThanTheyBring(fake: Int) throws {
    var sum = 0
    for seed: UInt8 in 1...3 { sum += try profit(faking: fake, claims: 12, seed: seed) }
    let honest = 36 * 997_500 * (10 - fake) / 10
    #expect(sum < honest, "\(fake) of ten: \(sum), honest \(honest)")
  }

  /// The seller's own payer shows it before its victim does: it gets no more of the bond than backs
  /// what its channel was claimed for, and the claim goes back.
  @Test func whoConvictsItselfLosesTheBond() throws {
    let box = try TestLedger.bonded()
    let config = try TestLedger.config()
    let id = config.id(TestLedger.escrow)
    #expect(box.t.deposit(config, 100_000) == nil)
    let both = { box.t.balance(TestLedger.seller) + box.t.balance(TestLedger.payer.address) }
    let before = both() + box.t.held(TestLedger.bondKey) + box.t.held(id)
    let sold = try TestLedger.runs(id, 5)
    let root = try RunTree(sold.map { RunTree.leaf($0) }).root
    let (claim, refusal) = box.t.claimHeld([TestLedger.voucher(id, 5_000)], root: root)
    #expect(refusal == nil)
    let words = try [[1], [2]].map {
      TestLedger.word(try TestLedger.run(id, 0, before: 0, output: $0))
    }
    #expect(box.t.show(words[0], words[1]) == nil)
    try box.t.passToDraw()
    #expect(box.row(claim) == nil)
    #expect(both() + box.t.held(id) == before - 10_000_000 + 14_286)
  }

  /// Twenty times more unsettled work than bond: what the bond cannot back waits.
  @Test func overloadWaits() throws {
    let box = try TestLedger.bonded()
    try box.t.k.fund(TestLedger.payer.address, Amount(100_000_000))
    box.t.forget()
    let config = try TestLedger.config(salt: 3)
    let id = config.id(TestLedger.escrow)
    #expect(box.t.deposit(config, 70_000_000) == nil)
    var taken = 0
    for round: UInt64 in 1...20 {
      let voucher = TestLedger.voucher(id, UInt64(taken + 1) * 3_500_000)
      let (_, refusal) = box.t.claimHeld([voucher], root: SHA256.hash([UInt8(round)]))
      if refusal == nil { taken += 1 } else { #expect(refusal?.code == "bondTied") }
    }
    #expect(taken == 1)
    #expect(box.standing?.free == .zero)
  }
}
