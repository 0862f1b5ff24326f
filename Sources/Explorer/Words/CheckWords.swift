// What a check is, said to somebody who has never heard of it.

import Kernel
import Market
import Primitives

/// Words for the terms of a check; what is not known shows its own name.
enum CheckWords {
  /// Behind "checked by": `3 equal answers, and an audit of 5 % of the runs`.
  static func means(_ check: CheckTerms) -> String {
    let jury = check.jury.map { ", who are validators of subnet \($0)" } ?? ""
    return meansAlone(check) + jury
  }

  private static func meansAlone(_ check: CheckTerms) -> String {
    let audit = number("audit", check)
    switch check.known {
    case .open: return "its buyer alone"
    case .replicated:
      let seats =
        "\(number("replicas", check)) blind answers, of which more than half must be equal"
      return audit == 0
        ? seats : seats + ", and audits of \(Formats.percent(ppm: audit)) of the runs"
    case .disputable:
      return
        "audits of \(Formats.percent(ppm: audit)) of the runs and by whoever disputes the answer"
    case .proved where check.hidesInput:
      return "a proof, which the ledger verifies, about an input that only its parties know"
    case .proved: return "a proof, which the ledger verifies"
    case .judged:
      let gold = number("gold", check)
      let seats = "\(answers(check)), each measured by the others"
      return gold == 0 ? seats : seats + " and by \(Formats.plural(gold, "gold item"))"
    case .panel:
      let gold = number("gold", check)
      let panel =
        "\(answers(check)), scored blindly by "
        + "\(number("judges", check)) drawn judges"
      return gold == 0 ? panel : panel + " and by \(Formats.plural(gold, "gold item"))"
    case nil: return check.kind
    }
  }

  private static func answers(_ check: CheckTerms) -> String {
    Formats.plural(number("seats", check), "blind answer")
  }

  /// The name with its numbers, as a command takes it where it does: `replicated(3), audit 5 %`.
  static func name(_ check: CheckTerms) -> String {
    if check.kind == ProvedCheck.name { return ProofWords.check(check) }
    let audit = number("audit", check)
    let audited = audit == 0 ? "" : ", audit \(Formats.percent(ppm: audit))"
    if check.kind == "replicated" { return "replicated(\(number("replicas", check)))" + audited }
    let numbers = check.own.numbers.filter { $0.name != "audit" }.map { "\($0.name) \($0.value)" }
    return check.kind + (numbers.isEmpty ? "" : " (\(numbers.joined(separator: ", ")))") + audited
  }

  /// How many seats answer each run.
  static func seats(_ check: CheckTerms) -> UInt64 {
    switch check.known {
    case .replicated: number("replicas", check)
    case .judged, .panel: number("seats", check)
    case .open, .disputable, .proved, nil: 1
    }
  }

  static func number(_ name: String, _ check: CheckTerms) -> UInt64 {
    check.numbers.first { $0.name == name }?.value ?? 0
  }
}
