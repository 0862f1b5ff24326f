// What a record learns from a run that settled and from a promise that was broken before one.

import Kernel
public import Market
import Primitives

extension ReputationTables {
  /// Learns from one conclusion of the market, in the same message.
  public mutating func conclude(_ conclusion: Conclusion) {
    switch conclusion {
    case .settled(let run): conclude(run)
    case .fault(let kind, let account, _, let lost): conclude(kind, by: account, lost: lost)
    // What a subnet gets says nothing of who earned it.
    case .routed: break
    }
  }

  /// Learns from a run: the buyer's word moves rates on both sides, a majority moves weights.
  public mutating func conclude(_ run: SettledRun) {
    switch run.verdict.outcome {
    case .accepted, .silent: dealt(run) { $0.accepted = $0.accepted.raised(by: $1) }
    case .rejected: dealt(run) { $0.rejected = $0.rejected.raised(by: $1) }
    case .inputWithheld: change(run.buyer) { $0.inputWithheld = $0.inputWithheld.raised() }
    // What it committed to and did not open, as the salt of a draw.
    case .goldWithheld: change(run.buyer) { $0.saltWithheld = $0.saltWithheld.raised() }
    // Nobody can tell bad items from bad seats: it stands in nobody's record.
    case .tooFew where run.verdict.isUnanswered: return
    case .majority, .noMajority, .noEvidence, .demandExpired, .notHonoured, .stands, .fell,
      .leftSilent, .proved, .disproved, .otherInput, .judged, .tooFew, .unjudged:
      break
    }
    for (place, seat) in run.verdict.seats.enumerated() { conclude(seat, at: place, of: run) }
  }

  private mutating func conclude(_ seat: SeatVerdict, at place: Int, of run: SettledRun) {
    switch seat.fate {
    case .paid where run.verdict.outcome == .majority && run.fee == 0:
      // Where there is no audit, a majority stands for the auditor who confirms. What the seat was
      // paid counts, and not what was asked for, or one unit could earn the record of a million.
      let earned = run.earned(at: place)
      change(seat.provider) { $0.good = $0.good.raised(by: earned) }
    case .paid where run.verdict.outcome == .judged:
      // Strangers drawn by lot vouch for it, and the buyer's gold where it had any.
      let earned = run.earned(at: place)
      change(seat.provider) { $0.good = $0.good.raised(by: earned) }
    case .paid where run.verdict.audit == .equal:
      // A drawn auditor, a stranger with a bond of its own, found the same.
      let earned = run.earned(at: place)
      change(seat.provider) {
        $0.good = $0.good.raised(by: earned)
        $0.audited = $0.audited.raised(by: earned)
      }
    case .absent, .spoiled:
      let fault = fault(price: run.price(at: place))
      change(seat.provider) {
        $0.noEvidence = $0.noEvidence.raised()
        $0.bad = $0.bad.raised(by: fault)
      }
    case .differs where run.verdict.outcome.isJudged:
      // What others think of an answer is no proof that it was a lie.
      let fault = fault(price: run.price(at: place))
      change(seat.provider) { $0.bad = $0.bad.raised(by: fault) }
    case .differs, .fallen:
      // A proven lie ends what was good.
      change(seat.provider) {
        $0.slashed = $0.slashed.raised()
        $0.good = .zero
        $0.audited = .zero
      }
    case .silent, .left: change(seat.provider) { $0.slashed = $0.slashed.raised() }
    case .paid, .undecided, .rejected, .idle: break
    }
  }

  private mutating func conclude(_ kind: FaultKind, by account: Address, lost: Amount) {
    change(account) {
      switch kind {
      case .notRevealed: $0.noEvidence = $0.noEvidence.raised()
      case .notHonoured:
        // The bid bond is the share of the limit that a fault is of the price.
        $0.noEvidence = $0.noEvidence.raised()
        $0.bad = $0.bad.raised(by: lost)
      case .saltWithheld: $0.saltWithheld = $0.saltWithheld.raised()
      }
    }
  }

  /// Enters the price that was billed with the buyer and with every seat that delivered.
  private mutating func dealt(_ run: SettledRun, _ enter: (inout Record, Amount) -> Void) {
    let billed = run.billed
    change(run.buyer) { enter(&$0, billed) }
    for seat in run.verdict.seats where seat.fate == .paid || seat.fate == .rejected {
      guard seat.provider != run.buyer else { continue }
      change(seat.provider) { enter(&$0, billed) }
    }
  }

  private func fault(price: Amount) -> Amount {
    // A share of at most one of an amount cannot leave its range.
    (try? RecordFormulas.fault(price: price, terms: terms)) ?? price
  }
}

extension SettledRun {
  /// The price of a seat's run at the units asked for.
  fileprivate func price(at place: Int) -> Amount {
    place < prices.count ? Amount(prices[place]) : .zero
  }

  /// What a seat was paid beyond its own stake.
  fileprivate func earned(at place: Int) -> Amount {
    guard place < stakes.count, place + 1 < payouts.count else { return .zero }
    return (try? payouts[place + 1].amount.subtracting(Amount(stakes[place]))) ?? .zero
  }

  /// The price at the units that were used: what was asked less what the buyer got back.
  fileprivate var billed: Amount {
    let asked = prices.reduce(Amount.zero) { $0.raised(by: Amount($1)) }
    guard let back = payouts.first?.amount else { return asked }
    return (try? asked.subtracting(back)) ?? .zero
  }
}

extension Amount {
  /// The sum, or the greatest amount: a record can refuse nothing.
  fileprivate func raised(by other: Amount) -> Amount {
    (try? adding(other)) ?? Amount(.max)
  }
}

extension UInt64 {
  /// The next count, or the greatest.
  fileprivate func raised() -> UInt64 { self == .max ? self : self + 1 }
}
