// What the lists must say, found from the state and from the blocks by another way.

import Chain
import Inference
import Kernel
import Primitives
import Testing

@testable import Archive
@testable import Market

/// Sums over the settled runs of all blocks, and the comparison with lists and state.
struct Audit {
  var placed = 0
  var ended = 0
  var settled = 0
  var good = 0
  var paid: UInt64 = 0
  var messages: UInt64 = 0
  var refused: UInt64 = 0
  /// What each provider was paid by each buyer.
  var incomes: [Address: [Address: UInt64]] = [:]
  /// Bids that stand, of each order.
  var bids: [Bytes32: UInt64] = [:]
  /// What auditors put in, and what they took out.
  var bonds: [Address: UInt64] = [:]
  var returned: [Address: UInt64] = [:]
  /// Who may have lost another bond than an auditor's.
  var bonded: Set<Address> = []

  static let ends: Set = [
    "orderCancelled", "orderNoMatch", "orderSaltWithheld", "orderReleased", "leaseServed",
    "leaseBroken", "leaseLeft", "leaseNotHonoured", "leaseInputWithheld", "leaseReleased",
  ]

  mutating func enter(_ block: Block) {
    messages += UInt64(block.body.count)
    for (signed, outcome) in zip(block.body, block.results.outcomes) {
      refused += outcome.isDone ? 0 : 1
      guard outcome.isDone else { continue }
      switch signed.message {
      case .registerAuditor(let m): bonds[m.head.from, default: 0] += m.bond.units
      case .placeBid, .postOffer, .challengeRun: bonded.insert(signed.head.from)
      default: break
      }
    }
    for event in block.results.events {
      if event.name == "orderPlaced" || event.name == "offerTaken" { placed += 1 }
      if Self.ends.contains(event.name) { ended += 1 }
      if event.name == "bidPlaced" { bids[event.order, default: 0] += 1 }
      if event.name == "bidDisplaced" { bids[event.order, default: 0] -= 1 }
      if event.name == "auditorLeft" {
        returned[event.parties[0], default: 0] += event.numbers[0].value
      }
    }
    for run in block.results.settled {
      settled += 1
      if run.verdict.outcome.isGood { good += 1 }
      for (place, stake) in run.stakes.enumerated() {
        let payout = run.payouts[place + 1].amount.units
        guard payout > stake else { continue }
        paid += payout - stake
        let provider = run.verdict.seats[place].provider
        incomes[provider, default: [:]][run.buyer, default: 0] += payout - stake
      }
    }
  }

  func compare(_ lines: MemoryLines, _ progress: Progress, _ state: borrowing State) {
    let totals = progress.totals
    #expect(totals.height == state.height)
    #expect(totals.messages == messages)
    #expect(totals.refused == refused)
    #expect(totals.roads == UInt64(placed))
    #expect(totals.runs == UInt64(settled))
    #expect(totals.good == UInt64(good))
    #expect(totals.paid == paid)
    #expect(totals.accounts == UInt64(state.kernel.accounts.count))
    #expect(lines.parties.count == state.kernel.accounts.count)
    #expect(lines.roads.count == placed)
    #expect(lines.roads.values.count { $0.state == .over } == ended)
    #expect(lines.runs.count == settled)
    compareRoads(lines, totals, state)
    compareRuns(lines, state)
    compareGames(lines, totals, state)
    compareOffers(lines, totals, state)
    compareSums(lines, totals)
    compareAuditors(lines, state)
    for road in lines.roads.values { #expect(road.bids == bids[road.id] ?? 0) }
    for (account, line) in lines.parties {
      let own = incomes[account] ?? [:]
      #expect(line.income == own.values.reduce(0, +))
      #expect(line.patrons.map(\.paid) == Array(own.values.sorted(by: >).prefix(3)))
      for patron in line.patrons { #expect(own[patron.buyer] == patron.paid) }
    }
  }

  private func compareRoads(
    _ lines: MemoryLines, _ totals: Totals, _ state: borrowing State
  ) {
    var alive = [UInt64](repeating: 0, count: 10)
    state.market.forEachOrder { id, order, tender in
      alive[Int(tender.state.rawValue)] += 1
      let road = lines.roads[id.digest] ?? Road()
      #expect(road.state.rawValue == tender.state.rawValue)
      #expect(road.buyer == order.buyer)
      #expect(road.check == order.request.check)
      #expect(road.runs == order.request.runs)
      #expect(road.bids >= UInt64(tender.bidders.count))
    }
    state.market.forEachLease { id, lease in
      alive[Int(lease.state.rawValue)] += 1
      let road = lines.road(ofLease: id.digest) ?? Road()
      #expect(road.state.rawValue == lease.state.rawValue)
      #expect(road.lease == id.digest)
      #expect(road.buyer == lease.buyer)
      #expect(road.offer == lease.offer.digest)
      #expect(road.seats == lease.seats.map(\.provider))
      #expect(lines.seats[road.number] == Set(road.seats))
      #expect(road.started == lease.started)
      #expect(road.started - road.settled == lease.open)
      #expect(road.check == lease.check)
      if !lease.work.isEmpty {
        #expect(road.subject == subject(of: lease.work, lease.spec))
      }
    }
    #expect(totals.alive == alive)
    for road in lines.roads.values {
      #expect((road.state == .over) == !road.ending.isEmpty)
      #expect((road.state == .over) == (road.closedHeight > 0))
    }
  }

  private func compareRuns(_ lines: MemoryLines, _ state: borrowing State) {
    var open = 0
    state.market.forEachRun { key, run in
      open += 1
      let line = lines.openRuns[key.id.digest] ?? OpenRun()
      #expect(line.lease == key.lease.digest)
      #expect(line.index == key.index)
      for answer in line.answers where !line.fallen.contains(answer.output) {
        let own = line.answers.filter { $0.output == answer.output }.map(\.provider)
        let seats = run.game.check.defenders(of: answer.output)
        #expect(seats.isEmpty || seats.count == own.count)
      }
    }
    #expect(lines.openRuns.count == open)
  }

  private func compareGames(
    _ lines: MemoryLines, _ totals: Totals, _ state: borrowing State
  ) {
    var fallen: Set<Bytes32> = []
    var over: Set<Bytes32> = []
    state.market.forEachClaim { id, claim in
      if claim.fell { fallen.insert(id) }
      if claim.isOver { over.insert(id) }
    }
    var open = 0
    state.market.forEachDispute { id, row in
      let line = lines.games[id.digest] ?? GameLine()
      #expect(line.run == row.key.run.id.digest)
      #expect(line.answer == row.key.answer)
      #expect(line.challenger == row.key.challenger)
      #expect(line.bond == row.bond.units)
      #expect(line.rounds == UInt64(row.picks.count))
      #expect(line.isVolunteer == !(row.isAuditor || row.isSeat))
      #expect(!line.defenders.isEmpty)
      #expect(line.beganHeight == row.began)
      let claim = Claim.id(row.key.run, row.key.answer)
      let isOpen = !row.isOver && !fallen.contains(claim) && !over.contains(claim)
      #expect((line.state == .open) == isOpen)
      #expect((line.state == .defenderWon) == row.isLost)
      if isOpen { open += 1 }
    }
    #expect(totals.openGames == UInt64(open))
    #expect(lines.games.values.count { $0.state == .open } == open)
    #expect(totals.games == UInt64(lines.games.count))
  }

  private func compareOffers(
    _ lines: MemoryLines, _ totals: Totals, _ state: borrowing State
  ) {
    var alive: UInt64 = 0
    state.market.forEachOffer { id, offer in
      if !offer.withdrawn { alive += 1 }
      let line = lines.offers[id.digest] ?? OfferLine()
      #expect(line.isWithdrawn == offer.withdrawn)
      #expect(line.provider == offer.provider)
      #expect(line.rate == offer.rate)
      #expect(offer.withdrawn || line.capacity >= offer.free + offer.tied)
      #expect(line.subject == subject(of: offer.work, offer.spec))
    }
    #expect(totals.offers == alive)
    #expect(lines.offers.values.count { !$0.isWithdrawn } == Int(alive))
  }

  /// Whatever is summed twice has the same sum.
  private func compareSums(_ lines: MemoryLines, _ totals: Totals) {
    func sum<Line>(_ lines: some Sequence<Line>, _ value: (Line) -> UInt64) -> UInt64 {
      lines.reduce(0) { $0 + value($1) }
    }
    let (roads, runs) = (lines.roads.values, lines.runs)
    let (parties, subjects) = (lines.parties.values, lines.subjects.values)
    #expect(sum(roads) { $0.paid } == totals.paid)
    #expect(sum(runs) { $0.paid } == totals.paid)
    // Only models have lines of their own.
    let (modelRoads, modelRuns) = (
      roads.filter { $0.work == InferenceWork.name }, runs.filter { $0.work == InferenceWork.name }
    )
    #expect(subjects.allSatisfy { $0.work == InferenceWork.name })
    #expect(sum(subjects) { $0.paid } == sum(modelRoads) { $0.paid })
    #expect(sum(roads) { $0.slashed } == totals.slashed)
    #expect(sum(parties) { $0.slashed } == totals.slashed)
    #expect(sum(parties) { $0.earned } >= totals.paid)
    #expect(sum(roads) { $0.settled } == totals.runs)
    #expect(sum(subjects) { $0.runs } == UInt64(modelRuns.count))
    #expect(sum(roads) { $0.good } == totals.good)
    #expect(sum(parties) { $0.bought } == totals.good)
    #expect(sum(parties) { $0.roads } == totals.roads)
    #expect(sum(subjects) { $0.roads } == UInt64(modelRoads.count))
    #expect(sum(subjects) { $0.offers } == totals.offers)
    #expect(sum(roads) { $0.disputes } == totals.games)
    #expect(sum(parties) { $0.games } == totals.games)
    #expect(sum(parties) { $0.wrong } == totals.lies)
    #expect(sum(parties) { $0.served } == sum(runs) { UInt64($0.providers.count) })
    #expect(sum(parties) { $0.messages } == totals.messages - totals.refused)
    #expect(sum(lines.blocks) { $0.settled } == totals.runs)
    #expect(Set(roads.map(\.number)) == Set(1...max(1, totals.roads)).filter { $0 <= totals.roads })
    #expect(runs.map(\.number) == Array(1...max(1, totals.runs)).filter { $0 <= totals.runs })
  }

  /// What an auditor put in is there, came back, or was lost.
  private func compareAuditors(_ lines: MemoryLines, _ state: borrowing State) {
    let owing = Set(lines.openRuns.values.flatMap(\.silent))
    var kept: [Address: UInt64] = [:]
    state.market.forEachAuditor { account, auditor in kept[account] = auditor.bond.units }
    for (account, bond) in bonds where !owing.contains(account) {
      let line = lines.parties[account] ?? PartyLine()
      let gone = bond - (kept[account] ?? 0) - (returned[account] ?? 0)
      #expect(bonded.contains(account) ? line.slashed >= gone : line.slashed == gone)
    }
  }
}
