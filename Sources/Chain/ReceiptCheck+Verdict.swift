// Whether a receipt's verdict follows from the evidence, as far as anybody can tell without a node.

import Market
import Primitives

extension ReceiptCheck {
  /// The fate of each seat fits the outcome; a majority is counted again.
  func verdict() throws(Refusal) {
    let verdict = settled.verdict
    for seat in verdict.seats {
      try require(fits(seat.fate, verdict.outcome), .verdict, "fate")
      let hasShown = seat.evidence != EvidenceID()
      try require(hasShown == showsEvidence(seat.fate), .verdict, "evidence")
    }
    let known = settled.check.known
    try require(known?.canEnd(verdict.outcome) == true, .verdict, "check")
    if verdict.outcome != .rejected {
      try require(verdict.reason == .other, .verdict, "reason")
    }
    let isStarted = settled.startedBy != .zero
    try require(isStarted || verdict.outcome == .inputWithheld, .verdict, "input")
    if known == .replicated { try count(verdict) }
    let hasAuditor = verdict.auditor != .zero
    try require(hasAuditor == (verdict.audit != .none), .verdict, "auditor")
    try require(settled.fee > 0 || !hasAuditor, .verdict, "auditor")
  }

  private func fits(_ fate: Fate, _ outcome: Outcome) -> Bool {
    switch outcome {
    case .accepted, .silent:
      fate == .paid || (isPanel && (fate == .silent || fate == .absent))
    case .rejected: fate == .rejected
    case .noEvidence, .notHonoured: fate == .absent
    case .majority:
      fate == .paid || fate == .differs || fate == .silent || fate == .absent || fate == .fallen
    case .noMajority: fate == .undecided || fate == .silent || fate == .absent || fate == .fallen
    case .inputWithheld: fate == .idle
    case .demandExpired: fate == .spoiled
    case .stands, .proved: fate == .paid
    case .fell, .disproved, .otherInput: fate == .fallen
    case .leftSilent: fate == .left || fate == .spoiled
    case .judged, .goldWithheld:
      fate == .paid || fate == .differs || fate == .rejected || fate == .undecided
        || fate == .silent || fate == .absent
    case .unjudged where fate == .paid: isPanel
    case .tooFew, .unjudged: fate == .undecided || fate == .silent || fate == .absent
    }
  }

  /// A seat whose key never came had shown evidence, and so had every one that was judged by it.
  private func showsEvidence(_ fate: Fate) -> Bool {
    switch fate {
    case .paid, .differs, .undecided, .rejected, .spoiled, .fallen, .left: true
    case .silent, .absent, .idle: false
    }
  }

  /// More than half of all seats agree on output and units, or no answer has so many.
  private func count(_ verdict: Verdict) throws(Refusal) {
    let shown = verdict.seats.filter { $0.evidence != EvidenceID() }
    func agreeing(_ seat: SeatVerdict) -> Int {
      shown.count { $0.output == seat.output && $0.units == seat.units }
    }
    for seat in shown where seat.fate != .fallen {
      let isMajority = agreeing(seat) * 2 > verdict.seats.count
      switch verdict.outcome {
      case .majority: try require(isMajority == (seat.fate == .paid), .verdict, "majority")
      case .noMajority: try require(!isMajority, .verdict, "majority")
      default: break
      }
    }
    if verdict.outcome == .majority {
      try require(verdict.seats.contains { $0.fate == .paid }, .verdict, "majority")
    }
  }
}
