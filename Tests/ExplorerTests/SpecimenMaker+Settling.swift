// How a run of the specimen is paid out: what goes in comes out.

import Archive
import Chain
import Kernel
import Market
import Primitives

extension SpecimenMaker {
  mutating func settle(
    _ key: RunKey, _ own: RunPlan, _ plan: RoadPlan, _ road: inout Road, _ started: Bytes32
  ) {
    var settled = SettledRun()
    settled.request = Specimen.hash("request of \(road.number)")
    settled.order = road.id
    settled.promises = plan.seats.map {
      road.isOffer ? road.offer : bidID(road.id, $0)
    }
    settled.lease = LeaseID(road.lease)
    settled.prices = plan.prices
    settled.stakes = plan.prices.map { $0 * 3 }
    (settled.buyer, settled.check) = (road.buyer, road.check)
    (settled.run, settled.index, settled.startedBy) = (key.id, key.index, started)
    settled.verdict = Verdict(
      own.outcome,
      seats: zip(plan.seats, own.fates).map { name, fate in
        var seat = SeatVerdict(provider: Specimen.address(name), fate: fate)
        if fate != .absent {
          seat.units = 1
          let lies = fate == .differs || fate == .fallen
          seat.output = Specimen.hash(lies ? "lie of \(name)" : "output of \(road.number)")
          seat.evidence = EvidenceID(evidence[name] ?? .zero)
        }
        return seat
      })
    settled.verdict.audit = own.audit
    if let auditor = own.auditor {
      settled.verdict.auditor = Specimen.address(auditor)
      settled.auditBond = 30_000_000
    }
    settled.payouts = payouts(settled, own)
    let paid = earned(settled)
    let lost = zip(settled.verdict.seats, settled.stakes).reduce(UInt64(0)) {
      [.paid, .undecided, .rejected, .idle].contains($1.0.fate) ? $0 : $0 + $1.1
    }
    var line = RunLine()
    line.number = UInt64(specimen.listings.allRuns.count + 1)
    (line.run, line.road, line.lease, line.index) = (key.id.digest, road.id, road.lease, key.index)
    (line.buyer, line.providers) = (road.buyer, road.seats)
    (line.work, line.subject, line.check) = (road.work, road.subject, road.check)
    (line.outcome, line.audit) = (own.outcome, own.audit)
    (line.price, line.paid, line.slashed) = (plan.prices.reduce(0, +), paid, lost)
    (line.height, line.time) = (next, time)
    line.position = settle(settled)
    specimen.listings.allRuns.append(line)
    road.settled += 1
    if own.outcome.isGood { road.good += 1 }
    road.paid += paid
    road.slashed += lost
    emit(
      Event(
        "runSettled", subject: key.id.digest, order: road.isOffer ? .zero : road.id,
        lease: road.lease, parties: [road.buyer] + road.seats, objects: settled.promises,
        numbers: [
          Number("index", key.index), Number("outcome", UInt64(own.outcome.rawValue)),
        ] + settled.payouts.map { Number("paid", $0.amount.units) }), on: road.id)
  }

  /// What providers get beside their stakes.
  private func earned(_ run: SettledRun) -> UInt64 {
    zip(run.verdict.seats, run.prices).reduce(UInt64(0)) {
      $1.0.fate == .paid ? $0 + $1.1 - $1.1 / 400 : $0
    }
  }

  private func payouts(_ run: SettledRun, _ own: RunPlan) -> [Payout] {
    var back: UInt64 = 0
    var treasury: UInt64 = 0
    var list: [Payout] = []
    for (index, seat) in run.verdict.seats.enumerated() {
      let (price, stake) = (run.prices[index], run.stakes[index])
      switch seat.fate {
      case .paid:
        list.append(Payout(to: seat.provider, Amount(price - price / 400 + stake)))
        treasury += price / 400
      case .rejected:
        list.append(Payout(to: seat.provider, Amount(stake)))
        treasury += price
      case .undecided, .idle:
        list.append(Payout(to: seat.provider, Amount(stake)))
        back += price
      case .fallen:
        let winner = own.challenger ?? own.auditor
        list += winner.map { [Payout(to: Specimen.address($0), Amount(stake / 2))] } ?? []
        treasury += winner == nil ? stake : stake - stake / 2
        back += price
      case .differs, .silent, .absent, .spoiled, .left:
        treasury += stake
        back += price
      }
    }
    if run.auditBond > 0 { list.append(Payout(to: run.verdict.auditor, Amount(run.auditBond))) }
    if back > 0 { list.append(Payout(to: run.buyer, Amount(back))) }
    return list + [Payout(treasury: Amount(treasury))]
  }
}
