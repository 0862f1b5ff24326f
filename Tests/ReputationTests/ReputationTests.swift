// Records: what each end of a road leaves on them, and what the market then reads.

import Kernel
import Market
import Primitives
import Testing

@testable import Reputation

@Suite struct ReputationTests {
  static let buyer = PrivateKey(seed: [1]).address
  static let provider = PrivateKey(seed: [2]).address

  /// A settled run of one seat or three, at a dollar each and a stake of three.
  static func run(
    _ outcome: Outcome, _ fates: [Fate], billed: UInt64 = 1_000_000, buyer: Address = buyer,
    check: String = "open"
  ) -> SettledRun {
    var run = SettledRun()
    run.buyer = buyer
    run.check = CheckTerms(check)
    run.prices = fates.map { _ in 1_000_000 }
    run.stakes = fates.map { _ in 3_000_000 }
    run.payouts = [Payout(to: buyer, Amount(1_000_000 - billed))]
    for (place, fate) in fates.enumerated() {
      let seat = place == 0 ? provider : PrivateKey(seed: [2, UInt8(place)]).address
      run.verdict.seats.append(SeatVerdict(provider: seat, fate: fate))
      let paid = fate == .paid ? billed - billed / 400 : 0
      run.payouts.append(Payout(to: seat, Amount(3_000_000 + paid)))
    }
    run.payouts.append(Payout(treasury: .zero))
    run.verdict.outcome = outcome
    return run
  }

  @Test func theBuyersWordMovesRatesOnBothSides() {
    var tables = ReputationTables()
    tables.conclude(Self.run(.accepted, [.paid]))
    tables.conclude(Self.run(.silent, [.paid], billed: 400_000))
    tables.conclude(Self.run(.rejected, [.rejected], billed: 250_000))
    for account in [Self.buyer, Self.provider] {
      let record = tables.record(of: account)
      #expect(record.accepted == Amount(1_400_000))
      #expect(record.rejected == Amount(250_000))
      #expect(record.good == .zero)
      #expect(record.bad == .zero)
      #expect(tables.weight(of: account) == 970_000)
    }
    // (0.25 + 1) ÷ (1.4 + 0.25 + 20)
    #expect(tables.rejectionRate(of: Self.provider, price: Amount(1_000_000)) == 57_736)
  }

  @Test func aNewcomerShowsFivePercent() {
    let tables = ReputationTables()
    #expect(tables.rejectionRate(of: Self.provider, price: Amount(1_000_000)) == 50_000)
    #expect(tables.weight(of: Self.provider) == 970_000)
    #expect(tables.good(of: Self.provider) == .zero)
  }

  /// facts: 9.5 % after one rejection of R, 13.6 % after two.
  @Test func rejectionsAddUp() {
    var tables = ReputationTables()
    tables.conclude(Self.run(.rejected, [.rejected]))
    #expect(tables.rejectionRate(of: Self.provider, price: Amount(1_000_000)) == 95_238)
    tables.conclude(Self.run(.rejected, [.rejected]))
    #expect(tables.rejectionRate(of: Self.provider, price: Amount(1_000_000)) == 136_363)
    #expect(tables.rejectionRate(of: Self.buyer, price: Amount(1_000_000)) == 136_363)
  }

  @Test func aMajorityMovesWeightsAndNoRates() {
    var tables = ReputationTables()
    let fates: [Fate] = [.paid, .differs, .silent]
    tables.conclude(Self.run(.majority, fates, check: "replicated"))
    #expect(tables.good(of: Self.provider) == Amount(997_500))
    #expect(tables.weight(of: Self.provider) > 970_000)
    #expect(tables.record(of: Self.provider).accepted == .zero)
    #expect(tables.record(of: Self.buyer) == Record())
    for place in [1, 2] {
      let other = tables.record(of: PrivateKey(seed: [2, UInt8(place)]).address)
      #expect(other.slashed == 1)
      #expect(other.good == .zero)
    }
  }

  /// A seat that stands against the majority starts again.
  @Test func aLieEndsTheGood() {
    var tables = ReputationTables()
    for _ in 0..<5 {
      tables.conclude(Self.run(.majority, [.paid, .paid, .paid], check: "replicated"))
    }
    #expect(tables.good(of: Self.provider) > Amount(4_000_000))
    tables.conclude(Self.run(.majority, [.differs, .paid, .paid], check: "replicated"))
    #expect(tables.good(of: Self.provider) == .zero)
    #expect(tables.weight(of: Self.provider) == 970_000)
  }

  @Test func leasesWithoutEvidenceCountATenth() {
    var tables = ReputationTables()
    tables.conclude(Self.run(.noEvidence, [.absent]))
    tables.conclude(Self.run(.demandExpired, [.spoiled]))
    tables.conclude(
      .fault(.notHonoured, by: Self.provider, order: OrderID(), lost: Amount(100_000)))
    let record = tables.record(of: Self.provider)
    #expect(record.bad == Amount(300_000))
    #expect(record.noEvidence == 3)
    #expect(tables.record(of: Self.buyer) == Record())
    tables.conclude(
      .fault(.notRevealed, by: Self.provider, order: OrderID(), lost: Amount(100_000)))
    #expect(tables.record(of: Self.provider).noEvidence == 4)
    #expect(tables.record(of: Self.provider).bad == Amount(300_000))
  }

  @Test func buyersAreCountedToo() {
    var tables = ReputationTables()
    tables.conclude(Self.run(.inputWithheld, [.idle]))
    tables.conclude(
      .fault(.saltWithheld, by: Self.buyer, order: OrderID(), lost: Amount(1_000_000)))
    let record = tables.record(of: Self.buyer)
    #expect(record.inputWithheld == 1)
    #expect(record.saltWithheld == 1)
    #expect(tables.record(of: Self.provider) == Record())
  }

  /// One unit of a million asked for earns the record of one.
  @Test func goodIsWhatWasPaidAndNotWhatWasAskedFor() {
    var tables = ReputationTables()
    tables.conclude(Self.run(.majority, [.paid], billed: 1, check: "replicated"))
    #expect(tables.good(of: Self.provider) <= Amount(1))
  }

  /// Who deals with himself enters the deal once.
  @Test func dealingWithOneselfCountsOnce() {
    var tables = ReputationTables()
    tables.conclude(Self.run(.accepted, [.paid], buyer: Self.provider))
    #expect(tables.record(of: Self.provider).accepted == Amount(1_000_000))
  }

  @Test func sumsStopAndNeverTrap() {
    var tables = ReputationTables()
    var run = Self.run(.rejected, [.rejected])
    run.prices = [.max]
    run.payouts[0].amount = .zero
    for _ in 0..<3 { tables.conclude(run) }
    #expect(tables.record(of: Self.provider).rejected == Amount(.max))
    #expect(tables.rejectionRate(of: Self.provider, price: Amount(.max)) <= 1_000_000)
    var torn = Self.run(.majority, [.paid, .paid, .paid], check: "replicated")
    torn.prices = []
    torn.stakes = []
    torn.payouts = []
    tables.conclude(torn)
    #expect(tables.good(of: Self.provider) == .zero)
  }

  @Test func rowsRollBackDrainAndLoad() throws {
    var tables = ReputationTables()
    let mark = tables.mark()
    tables.conclude(Self.run(.accepted, [.paid]))
    var listed: [RowChange] = []
    tables.list(since: mark, into: &listed)
    #expect(listed.count == 2)
    tables.rollback(to: mark)
    #expect(tables.record(of: Self.buyer) == Record())
    tables.conclude(Self.run(.accepted, [.paid]))
    var changes: [RowChange] = []
    tables.drain(into: &changes)
    #expect(changes.map(\.table) == ["records", "records"])
    var other = ReputationTables()
    for change in changes {
      let isMine = try other.load(
        table: change.table, key: change.key, row: change.row ?? [])
      #expect(isMine)
    }
    #expect(other.record(of: Self.buyer) == tables.record(of: Self.buyer))
    #expect(try other.load(table: "orders", key: [], row: []) == false)
  }
}
