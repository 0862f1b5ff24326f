// Which check a buyer or seller asks for, and what that check promises in plain words.

import ArgumentParser
import Market
import Primitives

enum CheckName {
  /// How often a disputable run is audited when nobody says, ppm: as the terms have it. Under
  /// `replicated` nobody audits unless somebody says how often.
  static let audit: UInt64 = 50_000

  static let auditHelp: ArgumentHelp =
    "How often such a run is audited under disputable or replicated, in parts per million."

  /// Reads `open`, `replicated`, `replicated(5)` or `disputable`.
  static func terms(_ text: String, audit: UInt64? = nil) throws -> CheckTerms {
    if text == DisputableCheck.name {
      return CheckTerms(DisputableCheck.name, [Number("audit", audit ?? CheckName.audit)])
    }
    if text == OpenCheck.name {
      guard audit == nil else {
        throw Failure(
          .usage, code: "noAudit", "\(text) has no audits",
          hint: "--audit goes with disputable and replicated")
      }
      return CheckTerms(OpenCheck.name)
    }
    let names = ["replicated": 3, "replicated(3)": 3, "replicated(5)": 5, "replicated(7)": 7]
    guard let replicas = names[text] else {
      throw Failure(
        .usage, code: "unknownCheck", "\(text) is no check",
        hint: "choose open, disputable, or replicated(3), replicated(5) or replicated(7)")
    }
    return CheckTerms(
      ReplicatedCheck.name,
      [Number("replicas", UInt64(replicas)), Number("audit", audit ?? 0)])
  }

  /// p: how often a run is audited, ppm; zero where the check has no court.
  static func auditPpm(_ terms: CheckTerms) -> UInt64 {
    terms.numbers.first { $0.name == "audit" }?.value ?? 0
  }

  static func text(_ terms: CheckTerms) -> String {
    if terms.kind == DisputableCheck.name { return terms.kind }
    guard let replicas = terms.numbers.first(where: { $0.name == "replicas" }) else {
      return terms.kind
    }
    return "\(terms.kind)(\(replicas.value))"
  }

  /// How many seats answer.
  static func seats(_ terms: CheckTerms) -> UInt64 {
    terms.numbers.first { $0.name == "replicas" }?.value ?? 1
  }

  /// What a buyer can rely on.
  ///
  /// - Parameter agreed: how many seats gave the answer that was paid.
  static func promise(_ terms: CheckTerms, agreed: Int? = nil) -> String {
    if terms.kind == OpenCheck.name {
      return "open is trust: nobody checked this answer; rejecting it would have burned the price, "
        + "not returned it"
    }
    let audit = auditPpm(terms)
    let court =
      "\(Share.percent(UInt32(clamping: audit))) of such runs are done again by an auditor "
      + "drawn by lot, and anybody who can read the input could have disputed it"
    if terms.kind == DisputableCheck.name {
      return "whoever gave this answer stands for it with a bond of many prices; " + court
    }
    let seats = seats(terms)
    let count = agreed.map(UInt64.init) ?? seats / 2 + 1
    let said =
      "\(count) of \(seats) providers drawn by lot gave this same answer without "
      + "seeing each other's; "
    return audit == 0
      ? said + "only a cartel that holds most of the seats could fake it"
      : said + "each stands for it with a bond of many prices; " + court
  }
}
