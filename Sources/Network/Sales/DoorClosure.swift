// Why a door sells nothing by voucher, as clients read it.

import Primitives

enum DoorClosure: String, Hashable, Sendable, CaseIterable {
  /// Its seller said two things about one place: no voucher of this door is paid any more.
  case sellerConvicted
  /// What was sold and not claimed uses the bond up.
  case bondUsedUp
  /// What is owed waits too long for its claim.
  case claimsLate
  /// What is charged could not be written down.
  case journalBroken

  /// For ever is told apart from for now: a client that tries again would do so for nothing.
  var status: Int { self == .sellerConvicted ? 410 : 503 }

  var message: String {
    switch self {
    case .sellerConvicted:
      "the seller signed two runs for one place and lost its bond: nothing is sold here by voucher"
    case .bondUsedUp: "what was sold and is not claimed yet uses up the bond behind this door"
    case .claimsLate: "what was sold waits too long for its claim"
    case .journalBroken: "the seller cannot write down what it sells"
    }
  }

  var hint: String {
    switch self {
    case .sellerConvicted: "ask the rest of your channel back by GET, or withdraw it on the ledger"
    case .bondUsedUp, .claimsLate: "ask again later with the same voucher: nothing was charged"
    case .journalBroken: "nothing was charged; tell the seller"
    }
  }

  var answer: GateAnswer {
    var answer = GateAnswer.empty(status)
    answer.closure = self
    if status == 410 { answer.headers["X-Should-Retry"] = "false" }
    return answer
  }

  var problem: Problem { Problem(status, rawValue, message, hint: hint) }

  /// The same as OpenAI's clients read it.
  var speechProblem: SpeechProblem {
    let code = rawValue.reduce(into: "") { words, letter in
      words += letter.isUppercase ? "_" + letter.lowercased() : String(letter)
    }
    return SpeechProblem(status, code, "\(message); \(hint)")
  }
}
