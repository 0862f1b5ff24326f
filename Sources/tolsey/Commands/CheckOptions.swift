// Which check a buyer or seller asks for, and what that check promises in plain words.

import ArgumentParser
import Market
import Primitives

enum CheckName {
  /// Reads `open`, `replicated` or `replicated(5)`.
  static func terms(_ text: String) throws -> CheckTerms {
    if text == OpenCheck.name { return CheckTerms(OpenCheck.name) }
    let names = ["replicated": 3, "replicated(3)": 3, "replicated(5)": 5, "replicated(7)": 7]
    guard let replicas = names[text] else {
      throw Failure(
        .usage, code: "unknownCheck", "\(text) is no check",
        hint: "choose open, or replicated(3), replicated(5) or replicated(7)")
    }
    return CheckTerms(
      ReplicatedCheck.name, [Number("replicas", UInt64(replicas)), Number("audit", 0)])
  }

  static func text(_ terms: CheckTerms) -> String {
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
    let seats = seats(terms)
    let count = agreed.map(UInt64.init) ?? seats / 2 + 1
    return "\(count) of \(seats) providers drawn by lot gave this same answer without "
      + "seeing each other's; only a cartel that holds most of the seats could fake it"
  }
}
