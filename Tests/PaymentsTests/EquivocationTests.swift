// Two words of a seller for one place: what convicts it, what does not, and who gets what.

import Kernel
import Market
import Primitives
import Testing

@testable import Payments

@Suite struct EquivocationTests {
  private let key = TestLedger.bondKey
  private let payer = TestLedger.payer.address

  private func open() throws -> (TestLedgerBox, Bytes32) {
    let box = try TestLedger.bonded()
    let config = try TestLedger.config()
    #expect(box.t.deposit(config, 100_000) == nil)
    return (box, config.id(TestLedger.escrow))
  }

  @Test func twoWordsForOnePlaceEndTheBondInOneMessage() throws {
    let (box, id) = try open()
    // So much was claimed of the channel as half of the bond backs.
    var channel = try #require(box.t.payments.channels[id])
    channel.claimed = Amount(1_750_000)
    box.t.payments.channels[id] = channel
    let one = try TestLedger.run(id, 0, before: 0)
    let other = try TestLedger.run(id, 0, before: 0, output: [2])
    let (mine, carriers) = (box.t.balance(payer), box.t.balance(TestLedger.carrier))
    #expect(box.t.show(TestLedger.word(one), TestLedger.word(other)) == nil)
    // Half to the channel's payer, whoever carried it; half to the treasury, and none to a seller
    // that shows itself.
    #expect(box.t.balance(payer) == mine + 5_000_000)
    #expect(box.t.balance(TestLedger.carrier) == carriers)
    #expect(box.t.held(key) == 0)
    #expect(box.treasury == 5_000_000)
    let row = try #require(box.standing)
    #expect(row.isConvicted && row.bond == .zero)
  }

  /// A seller that shows itself by a channel of its own, before its victim does, saves nothing by
  /// a channel through which nothing went.
  @Test func aPuppetGetsNoMoreThanWasClaimedOfItsChannel() throws {
    for (claimed, paid) in [(UInt64(0), UInt64(0)), (7_000, 20_000), (1_749_999, 4_999_998)] {
      let (box, id) = try open()
      var channel = try #require(box.t.payments.channels[id])
      channel.claimed = Amount(claimed)
      box.t.payments.channels[id] = channel
      let words = try [[1], [2]].map {
        TestLedger.word(try TestLedger.run(id, 0, before: 0, output: $0))
      }
      let mine = box.t.balance(payer)
      #expect(box.t.show(words[0], words[1]) == nil)
      #expect(box.t.balance(payer) == mine + paid)
      #expect(box.treasury == 10_000_000 - paid && box.t.held(key) == 0)
    }
  }

  /// What went through a channel before there was a bond counts as well, audited or not: half is
  /// lost for certain, and no more.
  @Test func whatWasClaimedBeforeTheBondWarrantsTheHalf() throws {
    let (box, id) = try open()
    var channel = try #require(box.t.payments.channels[id])
    channel.claimed = Amount(50_000_000)
    box.t.payments.channels[id] = channel
    let words = try [[1], [2]].map {
      TestLedger.word(try TestLedger.run(id, 0, before: 0, output: $0))
    }
    let mine = box.t.balance(payer)
    #expect(box.t.show(words[0], words[1]) == nil)
    #expect(box.t.balance(payer) == mine + 5_000_000 && box.treasury == 5_000_000)
  }

  @Test func itCostsOnceAndForEver() throws {
    let (box, id) = try open()
    let words = try [[1], [2], [3]].map {
      TestLedger.word(try TestLedger.run(id, 0, before: 0, output: $0))
    }
    #expect(box.t.show(words[0], words[1]) == nil)
    #expect(box.t.show(words[0], words[1]) == .sellerConvicted)
    #expect(box.t.show(words[0], words[2]) == .sellerConvicted)
    // Nothing brings the bond back, and no voucher pays the seller at this door any more.
    let m = PostStandingBond(
      box.t.nextHead(TestLedger.seller), door: TestLedger.door, work: "inference",
      Amount(10_000_000))
    #expect(box.t.send(m) == .sellerConvicted)
    #expect(box.t.withdrawBond() == .sellerConvicted)
    let (_, refusal) = box.t.claimHeld([TestLedger.voucher(id, 5_000)], root: SHA256.hash([1]))
    #expect(refusal == .sellerConvicted)
    #expect(box.t.claim([TestLedger.voucher(id, 5_000)]) == .sellerConvicted)
    // Its payers have their deposits back.
    #expect(box.t.withdraw(id, 100_000) == nil)
    try box.t.pass(milliseconds: 900_000)
    #expect(box.t.held(id) == 0)
  }

  /// What an honest seller may sign, also one that lost its count.
  @Test func whatIsNoContradiction() throws {
    let (box, id) = try open()
    let one = try TestLedger.run(id, 0, before: 0)
    let two = try TestLedger.run(SHA256.hash([5]), 0, before: 0)
    let harmless: [(SoldRun, SoldRun)] = [
      (one, one),
      (one, try TestLedger.run(id, 1, before: 1_000)),
      // The count began again at what the ledger says that it was paid.
      (one, try TestLedger.run(id, 0, before: 1_000, output: [2])),
      (one, two),
      // What costs nothing takes no place but its own.
      (
        try TestLedger.run(id, 1, before: 1_000, price: 0),
        try TestLedger.run(id, 2, before: 1_000, price: 10)
      ),
      (try TestLedger.run(id, 0, before: .max), one),
    ]
    for (first, second) in harmless {
      #expect(
        box.t.show(TestLedger.word(first), TestLedger.word(second)) == .noContradiction,
        "\(first) \(second)")
      #expect(first.contradicts(second) == false && second.contradicts(first) == false)
    }
    #expect(box.t.held(key) == 10_000_000)
  }

  @Test func moneyThatIsSoldTwiceIsAContradiction() throws {
    let (_, id) = try open()
    let one = try TestLedger.run(id, 0, before: 0)
    for other in [
      try TestLedger.run(id, 1, before: 999), try TestLedger.run(id, 9, before: 0, price: 1),
      try TestLedger.run(id, 0, before: 0, price: 0),
      try TestLedger.run(id, 0, before: 0, buyer: TestLedger.stranger),
    ] {
      #expect(one.contradicts(other) && other.contradicts(one))
    }
    var elsewhere = try TestLedger.run(id, 0, before: 0, output: [2])
    elsewhere.network = SHA256.hash([1])
    #expect(one.contradicts(elsewhere) == false)
    var another = try TestLedger.run(id, 0, before: 0, output: [2])
    another.provider = TestLedger.carrier
    #expect(one.contradicts(another) == false)
  }

  /// Nobody convicts a seller by what it did not sign.
  @Test func aThiefConvictsNobody() throws {
    let (box, id) = try open()
    let one = try TestLedger.run(id, 0, before: 0)
    let other = try TestLedger.run(id, 0, before: 0, output: [2])
    let good = TestLedger.word(one)
    let forged = TestLedger.word(other, by: TestLedger.payer)
    #expect(box.t.show(good, forged) == .notTheProvider)
    #expect(box.t.show(forged, good) == .notTheProvider)
    #expect(box.t.show(good, RunWord(other, signature: good.signature)) == .notTheProvider)
    #expect(box.t.show(good, RunWord(other, signature: [])) == .notTheProvider)
    // Signed for another network, or another chain.
    var (here, there) = (one, other)
    here.network = SHA256.hash([1])
    there.network = SHA256.hash([1])
    #expect(box.t.show(TestLedger.word(here), TestLedger.word(there)) == .runOfOtherNetwork)
    let foreign = RunWord(
      SignedRun(
        other, opening: TestLedger.runKey, chainId: 1, signedBy: TestLedger.sellerKey))
    #expect(box.t.show(good, foreign) == .notTheProvider)
    // A seller's own words about a channel that is not its own.
    let stranger = try TestLedger.config(receiver: TestLedger.carrier)
    #expect(box.t.deposit(stranger, 1_000, salt: 2) == nil)
    let mine = stranger.id(TestLedger.escrow)
    let words = try [[1], [2]].map {
      TestLedger.word(try TestLedger.run(mine, 0, before: 0, output: $0))
    }
    #expect(box.t.show(words[0], words[1]) == .notTheProvider)
    let nowhere = try [[1], [2]].map {
      TestLedger.word(try TestLedger.run(SHA256.hash([3]), 0, before: 0, output: $0))
    }
    #expect(box.t.show(nowhere[0], nowhere[1]) == .unknownChannel)
    #expect(box.t.held(key) == 10_000_000)
  }

  /// A channel whose door has no bond: the words are still two, and there is nothing to lose.
  @Test func withoutABondThereIsNothingToLose() throws {
    var t = try TestLedger()
    let config = try TestLedger.config()
    #expect(t.deposit(config, 1_000) == nil)
    let id = config.id(TestLedger.escrow)
    let one = TestLedger.word(try TestLedger.run(id, 0, before: 0))
    let other = TestLedger.word(try TestLedger.run(id, 0, before: 0, output: [2]))
    #expect(t.show(one, other) == .noStandingBond)
  }

  /// The money of a claim that is held goes back to those who paid it.
  @Test func aHeldClaimFallsWithItsSeller() throws {
    let (box, id) = try open()
    let runs = try TestLedger.runs(id, 5)
    let root = try RunTree(runs.map { RunTree.leaf($0) }).root
    let (claim, refusal) = box.t.claimHeld([TestLedger.voucher(id, 5_000)], root: root)
    #expect(refusal == nil)
    try box.t.passToDraw()
    let opening = try box.t.opening(claim, of: runs)
    #expect(box.t.send(opening) == nil)
    // The payer was told otherwise than what the claim opened.
    let told = try TestLedger.run(
      id, opening.word.run.index, before: opening.word.run.before.units, output: [8])
    let mine = box.t.balance(payer)
    #expect(box.t.show(opening.word, TestLedger.word(told)) == nil)
    #expect(box.t.balance(payer) == mine + 14_286)
    try box.t.pass(milliseconds: 600_000)
    #expect(box.t.balance(payer) == mine + 19_286)
    #expect(box.t.held(claim) == 0 && box.row(claim) == nil)
    let row = try #require(box.standing)
    #expect(row.held == 0 && row.tied == .zero && row.isConvicted)
  }
}
