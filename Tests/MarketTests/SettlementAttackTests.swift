// Cheats by name, in money: each must lose at the standard terms, to the numbers of the facts.

import Kernel
import Primitives
import Testing

@testable import Market

private let dollar = Amount(1_000_000)
private let terms = Terms.standard
private let truth = ReplicaAct.answer(Bytes32(words: 1, 0, 0, 0))
private let lie = ReplicaAct.answer(Bytes32(words: 2, 0, 0, 0))

private func answer(_ act: ReplicaAct) -> Bytes32 { act.answer ?? .zero }

@Suite struct SettlementAttackTests {
  private func run(
    _ outcome: DisputableOutcome, _ audit: RunAudit, _ games: [Settlement.PlayedGame] = []
  ) throws -> Payouts {
    let bond = try Bonds.seatBond(price: dollar, auditPpm: 50_000, terms: terms)
    let stakes = DisputableStakes(
      price: dollar, bond: bond, bidBond: try Bonds.bidBond(limit: dollar, terms: terms),
      fee: try Bonds.auditFee(price: dollar, terms: terms),
      auditBond: try Bonds.challengeBond(against: bond, terms: terms))
    return try Settlement.disputable(
      stakes, outcome: outcome, audit: audit, games: games, terms: terms)
  }

  /// What a party gains over all that it put in.
  private func gain(_ payouts: Payouts, _ parties: [Party]) -> Int64 {
    var sum: Int64 = 0
    for party in parties {
      sum += Int64(payouts[party].units)
      for stake in payouts.stakes where stake.party == party {
        sum -= Int64(stake.amount.units)
      }
    }
    return sum
  }

  private func game(
    _ who: Settlement.Challenger, _ result: Settlement.GameResult, end: UInt64 = 0
  ) -> Settlement.PlayedGame {
    Settlement.PlayedGame(
      by: who, result: result, end: end, tolls: Amount(13_970), bond: Amount(30_000_000))
  }

  /// `self.catch`: a liar whom its own puppet catches first still loses half of its bond.
  @Test func catchingOneselfCostsHalfTheBond() throws {
    let payouts = try run(.evidence, .none, [game(.volunteer(0), .won)])
    #expect(gain(payouts, [.provider, .challenger(0)]) < -30_000_000)
  }

  /// `self.shield`: a puppet that loses first shields nothing and costs half of its bond.
  @Test func aPuppetShieldsNothing() throws {
    let alone = try run(.evidence, .none, [game(.volunteer(0), .won)])
    let shielded = try run(
      .evidence, .none, [game(.volunteer(0), .lost), game(.volunteer(1), .won, end: 1)])
    #expect(shielded[.challenger(1)] == alone[.challenger(0)])
    #expect(gain(shielded, [.provider, .challenger(0)]) < gain(alone, [.provider]) - 15_000_000)
  }

  /// `frivolous`, `flood`: who challenges the truth loses all, and the provider is repaid.
  @Test func aFloodOfFalseChallengesPaysTheProvider() throws {
    let games = (0..<100).map { game(.volunteer($0), .lost, end: UInt64($0)) }
    let payouts = try run(.evidence, .none, games)
    #expect(gain(payouts, (0..<100).map { .challenger($0) }) == -3_000_000_000)
    #expect(gain(payouts, [.provider]) > 1_499_000_000)
    #expect(payouts[.buyer] == Amount(1_000_500))
  }

  /// `copycat`: joining an auditor who differs earns nothing.
  @Test func joiningTheAuditorEarnsNothing() throws {
    let payouts = try run(
      .evidence, .differs, [game(.auditor, .stopped), game(.volunteer(0), .won)])
    #expect(gain(payouts, [.challenger(0)]) == 0)
    #expect(gain(payouts, [.auditor]) > 29_900_000)
    // An auditor that has lost its own game is first no more.
    let late = try run(
      .evidence, .differs, [game(.auditor, .lost), game(.volunteer(0), .won, end: 1)])
    #expect(late[.auditor] == .zero)
    #expect(gain(late, [.challenger(0)]) > 29_900_000)
  }

  /// `silent.drawn`: a liar that keeps its seal shut loses as much as one that is caught.
  @Test func silenceAfterEvidenceCostsTheBond() throws {
    for audit in [RunAudit.none, .committed, .silent, .equal] {
      #expect(gain(try run(.silent, audit), [.provider]) == -60_000_000)
    }
    #expect(gain(try run(.silent, .committed), [.auditor]) == 1_000_500)
    #expect(gain(try run(.silent, .silent), [.auditor]) == -1_000_500)
    let fled = try run(.silent, .none, [game(.volunteer(0), .stopped)])
    #expect(gain(fled, [.challenger(0)]) == 0 && fled[.operator] == Amount(13_970))
  }

  /// An auditor is paid out of what the silent provider loses, and no more than that.
  @Test func aSmallBondPaysTheAuditorWhatItHas() throws {
    let stakes = DisputableStakes(
      price: dollar, bond: Amount(500), bidBond: Amount(100), fee: Amount(1_000_500),
      auditBond: Amount(250))
    let payouts = try Settlement.disputable(
      stakes, outcome: .silent, audit: .committed, terms: terms)
    #expect(payouts[.auditor] == Amount(750) && payouts[.buyer] == Amount(2_000_500))
    #expect(payouts[.treasury] == .zero)
  }

  /// `reject.good`: a false rejection gives the buyer nothing, and silence gives it no less.
  @Test func aRejectionNeverPaysTheBuyer() throws {
    for outcome in [OpenOutcome.rejected, .accepted, .silent] {
      let payouts = try Settlement.open(
        price: dollar, bidBond: Amount(100_000), outcome: outcome, terms: terms)
      #expect(payouts[.buyer] == .zero)
    }
  }

  @Test func impossibleRunsAreRefused() {
    #expect(throws: Refusal.self) { try run(.evidence, .differs) }
    #expect(throws: Refusal.self) { try run(.evidence, .none, [game(.auditor, .won)]) }
    #expect(throws: Refusal.self) { try run(.evidence, .committed) }
    #expect(throws: Refusal.self) { try run(.evidence, .none, [game(.volunteer(0), .stopped)]) }
    #expect(throws: Refusal.self) { try run(.silent, .none, [game(.volunteer(0), .won)]) }
    #expect(throws: Refusal.self) { try run(.noEvidence, .none, [game(.volunteer(0), .lost)]) }
    #expect(throws: Refusal.self) { try run(.evidence, .none, [game(.seat(0), .won)]) }
    #expect(throws: Refusal.self) {
      try run(.evidence, .none, [game(.volunteer(0), .lost), game(.volunteer(0), .won)])
    }
  }

  /// The buyer that never hands over its input pays each seat a tenth, and nobody loses a bond.
  @Test func aWithheldInputPaysTheIdle() throws {
    let seats = (0..<3).map { _ in (price: dollar, bond: Amount(3_000_000)) }
    let payouts = try Settlement.inputWithheld(seats: seats, fee: .zero, terms: terms)
    #expect(payouts[.buyer] == Amount(2_700_000) && payouts[.treasury] == .zero)
    for seat in 0..<3 { #expect(payouts[.seat(seat)] == Amount(3_100_000)) }
    let one = try run(.inputWithheld, .none)
    #expect(one[.buyer] == Amount(1_900_500) && one[.provider] == Amount(60_100_000))
  }
}

@Suite struct ReplicatedAttackTests {
  private func seats(_ acts: [ReplicaAct], bond: UInt64 = 60_000_000) -> [ReplicatedSeat] {
    acts.map {
      ReplicatedSeat(
        price: dollar, bond: Amount(bond), bidBond: Amount(100_000), act: $0)
    }
  }

  private func game(
    _ who: Settlement.Challenger, against act: ReplicaAct, _ result: Settlement.GameResult
  ) -> Settlement.PlayedGame {
    Settlement.PlayedGame(
      by: who, against: answer(act), result: result, tolls: Amount(1_430),
      bond: Amount(30_000_000))
  }

  /// A stranger may fell a majority too; its bond comes back with half of what the liars lose.
  @Test func aStrangerFellsAMajority() throws {
    let payouts = try Settlement.replicated(
      auditPpm: 50_000, fee: Amount(1_000_500), seats: seats([lie, lie, truth]),
      games: [game(.volunteer(0), against: lie, .won)], terms: terms)
    #expect(payouts[.challenger(0)] == Amount(30_000_000 + (120_000_000 - 1_430) / 2))
    #expect(payouts[.buyer] == Amount(4_000_500))
    #expect(payouts[.seat(0)] == .zero && payouts[.seat(1)] == .zero)
    #expect(payouts[.seat(2)] == Amount(60_000_000))
  }

  /// Without audits nobody can challenge, and no answer can be bought down to the treasury.
  @Test func withoutACourtThereAreNoGames() {
    #expect(throws: Refusal.self) {
      try Settlement.replicated(
        auditPpm: 0, fee: .zero, seats: seats([lie, lie, truth]),
        games: [game(.seat(2), against: lie, .won)], terms: terms)
    }
    #expect(throws: Refusal.self) {
      try Settlement.replicated(
        auditPpm: 0, fee: .zero, seats: seats([lie, lie, truth]),
        audit: ReplicaAudit(act: truth, bond: dollar), terms: terms)
    }
  }

  @Test func impossibleRunsAreRefused() {
    func refused(
      _ acts: [ReplicaAct], _ games: [Settlement.PlayedGame], _ audit: ReplicaAudit? = nil
    ) -> Bool {
      do {
        _ = try Settlement.replicated(
          auditPpm: 50_000, fee: .zero, seats: seats(acts), audit: audit, games: games,
          terms: terms)
        return false
      } catch { return true }
    }
    let liars = [lie, lie, truth]
    #expect(!refused(liars, [game(.seat(2), against: lie, .won)]))
    #expect(refused([], []) && refused([lie, truth], []) && refused([lie, lie, truth, truth], []))
    #expect(refused(liars, [game(.seat(0), against: lie, .won)]), "against its own answer")
    #expect(refused(liars, [game(.seat(7), against: lie, .won)]), "no such seat")
    #expect(refused(liars, [game(.seat(-1), against: lie, .won)]), "no such seat")
    #expect(refused([lie, lie, .silent], [game(.seat(2), against: lie, .won)]), "no answer")
    #expect(refused([lie, lie, lie], [game(.volunteer(0), against: truth, .won)]), "not given")
    #expect(refused(liars, [game(.auditor, against: lie, .won)]), "no auditor")
    #expect(refused(liars, [game(.volunteer(0), against: lie, .stopped)]), "why did it stop")
    #expect(refused(liars, [], ReplicaAudit(act: truth, bond: dollar)), "it must challenge")
    let twice = game(.seat(2), against: lie, .lost)
    #expect(refused(liars, [twice, twice]))
  }

  /// Whatever happens, sums are equal, and a seat gets at most its bond, its price and prizes
  /// that others lost: 20,000 runs at random.
  @Test func nothingIsMadeOrLost() throws {
    var random = Seeded(state: 31)
    var settled = 0
    for _ in 0..<20_000 {
      let count = [3, 5, 7][Int(random.below(3))]
      let acts = (0..<count).map { _ in
        switch random.below(6) {
        case 0: ReplicaAct.absent
        case 1: ReplicaAct.silent
        default: ReplicaAct.answer(Bytes32(words: random.below(3), 0, 0, 0))
        }
      }
      let seats = acts.map {
        ReplicatedSeat(
          price: Amount(random.below(2_000_000)), bond: Amount(random.below(60_000_000)),
          bidBond: Amount(random.below(200_000)), act: $0)
      }
      let games = (0..<random.below(4)).map { index in
        Settlement.PlayedGame(
          by: random.below(2) == 0 ? .volunteer(Int(index)) : .seat(Int(random.below(7))),
          against: Bytes32(words: random.below(3), 0, 0, 0),
          result: [.won, .lost, .stopped][Int(random.below(3))], end: random.below(3),
          tolls: Amount(random.below(100_000)), bond: Amount(random.below(30_000_000)))
      }
      guard
        let payouts = try? Settlement.replicated(
          auditPpm: 50_000, fee: Amount(1_000_500), seats: seats, games: games, terms: terms)
      else { continue }
      settled += 1
      let staked = payouts.stakes.reduce(UInt64(0)) { $0 + $1.amount.units }
      #expect(staked == payouts.total.units)
      let prices = seats.reduce(UInt64(0)) { $0 + $1.price.units }
      #expect(payouts[.buyer].units <= prices + 1_000_500)
      #expect(Set(payouts.entries.map(\.party)).count == payouts.entries.count)
    }
    #expect(settled > 5_000)
  }

  /// Verdicts map to acts: equal output and equal units are one answer, other units another.
  @Test func answersAreOutputAndUnits() throws {
    var seat = SeatVerdict(provider: .zero, fate: .paid)
    seat.output = Bytes32(words: 9, 9, 9, 9)
    seat.units = 5
    var other = seat
    other.fate = .differs
    #expect(try ReplicaAct(seat) == ReplicaAct(other))
    other.units = 6
    #expect(try ReplicaAct(seat) != ReplicaAct(other))
    other.fate = .silent
    #expect(try ReplicaAct(other) == .silent)
    other.fate = .idle
    #expect(throws: Refusal.self) { try ReplicaAct(other) }
  }
}
