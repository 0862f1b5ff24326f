// Verdicts in words: how a run ended, what became of each seat, what an audit found.

import Market
import Primitives

extension Outcome {
  /// A few words for a badge.
  var title: String {
    switch self {
    case .accepted: "accepted by the buyer"
    case .silent: "accepted by silence"
    case .rejected: "rejected by the buyer"
    case .noEvidence: "no answer came"
    case .majority: "a majority agreed"
    case .noMajority: "no majority"
    case .inputWithheld: "the input never came"
    case .demandExpired: "no key came"
    case .notHonoured: "not honoured"
    case .stands: "the answer stands"
    case .fell: "the answer fell"
    case .leftSilent: "the provider fell silent"
    case .proved: "proved"
    case .disproved: "the proof is false"
    case .judged: "judged"
    case .goldWithheld: "judged without the gold"
    case .tooFew: "too few answers"
    case .otherInput: "the proof is about another input"
    case .unjudged: "too few judges"
    }
  }

  /// The whole sentence.
  var sentence: String {
    switch self {
    case .accepted: "The buyer looked at the output and accepted it."
    case .silent:
      "The output was there and the buyer said nothing in time: silence accepts."
    case .rejected:
      "The buyer rejected the output. The price burns: the provider is not paid and the buyer gets "
        + "nothing back, so that rejecting never pays."
    case .noEvidence:
      "No answer came in time. The price goes back to the buyer, and a bond is lost."
    case .majority: "More than half of all seats gave the same bits, so that is the answer."
    case .noMajority:
      "No answer was given by more than half of all seats. The buyer gets everything back, and "
        + "nobody who answered loses anything."
    case .inputWithheld:
      "The buyer did not hand over the input in time. Each seat gets a fee for standing idle, the "
        + "rest goes back."
    case .demandExpired:
      "The buyer demanded the key of the output, and what came did not open it. That counts as no "
        + "answer."
    case .notHonoured: "Too few providers locked their bonds."
    case .stands:
      "The answer stood until its time was over: nobody disputed it, or all who did lost."
    case .fell:
      "The answer lost a dispute: the ledger computed the disputed step again and got something "
        + "else, or the provider did not answer for it. The buyer gets its money back."
    case .leftSilent:
      "The provider gave an answer and then did not stand up for it when it was asked. Its bond is "
        + "lost and the buyer gets its money back."
    case .proved:
      "The answer came with a proof, which the ledger verified in the block that it came in."
    case .disproved:
      "The answer came with a proof that does not hold. The ledger saw that in the same block: the "
        + "bond is lost, and the buyer gets its money back."
    case .judged:
      "Every answer was judged, by the other seats or by drawn judges, and by what the buyer knew "
        + "beforehand. Each seat is paid for what its answers were worth, and the rest burns."
    case .goldWithheld:
      "The buyer did not open what it knew beforehand and loses its pledge. Every answer was "
        + "judged without it."
    case .tooFew:
      "Fewer than two seats opened their answers, so there was nothing to judge by. The buyer gets "
        + "back the price of those that did not; where none did, every bond comes back."
    case .unjudged:
      "No panel spoke. Where too few judges could be drawn, everybody who answered is paid in "
        + "full; where those who were drawn kept silent, the buyer gets its money back and they "
        + "lose their bonds."
    case .otherInput:
      "The answer came with a proof that holds and hides its input. The run's input was shown, and "
        + "the ledger saw that the proof is about another one: the bond is lost, and the buyer "
        + "gets its money back."
    }
  }

  var tone: Parts.Tone { isGood ? .good : .bad }
}

extension Fate {
  var title: String {
    switch self {
    case .paid: "paid"
    case .differs: "against the others"
    case .silent: "never opened its answer"
    case .absent: "gave no answer"
    case .undecided: "undecided"
    case .rejected: "rejected"
    case .idle: "stood idle"
    case .spoiled: "unreadable"
    case .fallen: "found wrong"
    case .left: "fell silent"
    }
  }

  /// What it means for the seat's money.
  var reason: String {
    switch self {
    case .paid: "paid its price, less the network's take; its bond came back"
    case .differs: "its answer stood against those of the others: what it staked on it is lost"
    case .silent: "it sealed an answer and never opened it: its whole bond is lost"
    case .absent: "it showed no answer in time: its bid bond is lost, the rest came back"
    case .undecided:
      "its answer could not be told right or wrong: its bond came back, without a price"
    case .rejected: "the buyer rejected: its bond came back, without a price"
    case .idle: "it waited for an input that never came: a fee, and its bond back"
    case .spoiled: "its output could not be opened with the key it promised: the bond is lost"
    case .fallen: "its answer was shown to be wrong: its bond is lost"
    case .left: "it fell silent when it was asked about its answer: its bond is lost"
    }
  }

  var tone: Parts.Tone {
    switch self {
    case .paid: .good
    case .undecided, .idle, .rejected: .wait
    case .differs, .silent, .absent, .spoiled, .fallen, .left: .bad
    }
  }
}

extension AuditFinding {
  /// A sentence about the audit of a run.
  var sentence: String {
    switch self {
    case .none: "Nobody was drawn to audit this run."
    case .equal: "A drawn auditor ran the work again, blindly, and found the same bits."
    case .differs: "A drawn auditor ran the work again, blindly, and found something else."
    case .silent: "Auditors were drawn, and none of them said anything."
    case .committed:
      "A drawn auditor had sealed its result when the provider fell silent."
    }
  }
}

extension RejectReason {
  var title: String {
    switch self {
    case .wrong: "wrong"
    case .unusable: "unusable"
    case .late: "late"
    case .other: "no reason given"
    }
  }
}

extension Verdict {
  /// The whole sentence: what the check found, and what a court found of it.
  var sentence: String {
    guard outcome == .noMajority, seats.contains(where: { $0.fate == .fallen }) else {
      return outcome.sentence
    }
    return "An answer was shown to be wrong in court, and who gave it lost its bond. No other was "
      + "given by more than half of all seats, so the buyer gets everything back."
  }

  /// What a fate means for a seat's money in this verdict: a jury takes less than a majority does.
  func reason(of fate: Fate) -> String {
    if outcome == .tooFew, isUnanswered { return "nobody answered: its bond came back" }
    guard outcome.isJudged || outcome == .tooFew else { return fate.reason }
    switch fate {
    case .paid:
      return "paid for what its answers told, up to its price, less the network's take; its bond "
        + "came back"
    case .rejected:
      return "its answers told too little to be paid: its bond came back, without a price"
    case .absent: return "it gave no answer: its bond is lost"
    default: return fate.reason
    }
  }
}
