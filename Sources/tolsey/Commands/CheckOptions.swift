// Which check a buyer or seller asks for, and what that check promises in plain words.

import ArgumentParser
import Inference
import Market
import Models
import Primitives
import Proofs

enum CheckName {
  /// How often a disputable run is audited when nobody says, ppm: as the terms have it. Under
  /// `replicated` nobody audits unless somebody says how often.
  static let audit: UInt64 = 50_000

  static let auditHelp: ArgumentHelp =
    "How often such a run is audited under disputable or replicated, in parts per million."

  static let help: ArgumentHelp = """
    How the answer is checked: open, 'proved(open)', 'proved(succinct)', 'proved(private)', \
    disputable, or replicated(3), (5), (7).
    """

  /// Reads `open`, `replicated`, `replicated(5)`, `disputable`, `proved` or `proved(succinct)`.
  static func terms(_ text: String, audit: UInt64? = nil) throws -> CheckTerms {
    if text == DisputableCheck.name {
      return CheckTerms(DisputableCheck.name, [Number("audit", audit ?? CheckName.audit)])
    }
    let proved = try proved(text)
    if text == OpenCheck.name || proved != nil {
      guard audit == nil else {
        throw Failure(
          .usage, code: "noAudit", "\(text) has no audits",
          hint: "--audit goes with disputable and replicated")
      }
      return proved ?? CheckTerms(OpenCheck.name)
    }
    let names = ["replicated": 3, "replicated(3)": 3, "replicated(5)": 5, "replicated(7)": 7]
    guard let replicas = names[text] else {
      throw Failure(
        .usage, code: "unknownCheck", "\(text) is no check",
        hint: "choose open, proved(open), proved(succinct), proved(private), disputable, or "
          + "replicated(3), (5) or (7)")
    }
    return CheckTerms(
      ReplicatedCheck.name,
      [Number("replicas", UInt64(replicas)), Number("audit", audit ?? 0)])
  }

  /// Reads `proved`, with or without a level; nil where it is another check.
  private static func proved(_ text: String) throws -> CheckTerms? {
    guard text == ProvedCheck.name || text.hasPrefix(ProvedCheck.name + "(") else { return nil }
    let word = text.dropFirst(ProvedCheck.name.count).trimming("(", ")")
    guard let level = word.isEmpty ? .open : try? ProofLevel.named(word) else {
      throw Failure(
        .usage, code: "unknownCheck", "\(word) is no level of a proof here",
        hint: "choose proved(open), proved(succinct) or proved(private)")
    }
    return CheckTerms(ProvedCheck.name, [Number("level", UInt64(level.rawValue))])
  }

  /// Whether the output will stand in the ledger for everybody to read.
  static func isPublic(_ terms: CheckTerms) -> Bool { terms.kind == ProvedCheck.name }

  /// Says before anything is sent what everybody will read.
  static func warn(
    _ terms: CheckTerms, contests: Bool = false, postsKey: Bool = false, on console: Console
  ) {
    guard isPublic(terms) else { return }
    guard terms.hidesInput else {
      return console.warn("input and output will stand in the ledger for everybody to read")
    }
    console.warn(
      "the output will stand in the ledger for everybody to read; the input goes to the provider")
    if postsKey {
      console.warn(
        "where the provider demands the key to the input it is posted: the node that keeps the "
          + "input can read it then")
    }
    if contests {
      console.warn(
        "where the proof is about another input, yours is shown to everybody, for your money")
    }
  }

  /// p: how often a run is audited, ppm; zero where the check has no court.
  static func auditPpm(_ terms: CheckTerms) -> UInt64 {
    terms.numbers.first { $0.name == "audit" }?.value ?? 0
  }

  static func text(_ terms: CheckTerms) -> String {
    switch terms.known {
    case .open, .disputable, .judged, .panel, nil: terms.kind
    case .replicated: "\(terms.kind)(\(seats(terms)))"
    case .proved: "\(terms.kind)(\(level(terms)?.name ?? "unknown"))"
    }
  }

  /// How much the proof of a run hides; nil under other checks.
  static func level(_ terms: CheckTerms) -> ProofLevel? {
    terms.numbers.first { $0.name == "level" }.flatMap { ProofLevel(number: $0.value) }
  }

  /// How many seats answer.
  static func seats(_ terms: CheckTerms) -> UInt64 {
    terms.numbers.first { $0.name == "replicas" }?.value ?? 1
  }

  /// What a buyer can rely on.
  ///
  /// - Parameters:
  ///   - agreed: how many seats gave the answer that was paid.
  ///   - isChecked: whether each proof that hides its input was held against that input.
  static func promise(
    _ terms: CheckTerms, agreed: Int? = nil, isChecked: Bool = true
  ) -> String {
    switch terms.known {
    case .open:
      "open is trust: nobody checked this answer; rejecting it would have burned the price, "
        + "not returned it"
    case .proved: promiseOfProof(terms, isChecked)
    case .disputable:
      "whoever gave this answer stands for it with a bond of many prices; " + court(terms)
    case .replicated: promiseOfSeats(terms, agreed)
    // What the list of checks says of them: no command buys an answer under these.
    case .judged, .panel, nil:
      Game.names.first { $0.name == terms.kind }?.promise ?? "nobody here knows this check"
    }
  }

  private static func promiseOfProof(_ terms: CheckTerms, _ isChecked: Bool) -> String {
    if terms.hidesInput {
      return "the answer came with a proof that the model gave it, which every node has verified "
        + "and the receipt holds; that it is about your input, which it hides, was "
        + (isChecked ? "checked here; " : "not found here; ")
        + "the output stands in the ledger for everybody to read"
    }
    return "the answer came with a proof that it is the model's, which every node has verified "
      + "and the receipt holds; input and output stand in the ledger for everybody to read"
  }

  private static func promiseOfSeats(_ terms: CheckTerms, _ agreed: Int?) -> String {
    let seats = seats(terms)
    let count = agreed.map(UInt64.init) ?? seats / 2 + 1
    let said =
      "\(count) of \(seats) providers drawn by lot gave this same answer without "
      + "seeing each other's; "
    return auditPpm(terms) == 0
      ? said + "only a cartel that holds most of the seats could fake it"
      : said + "each stands for it with a bond of many prices; " + court(terms)
  }

  private static func court(_ terms: CheckTerms) -> String {
    "\(Share.percent(UInt32(clamping: auditPpm(terms)))) of such runs are done again by an auditor "
      + "drawn by lot, and anybody who can read the input could have disputed it"
  }
}

extension ModelFolder {
  /// The model that is bought under a check: under `proved`, its provable form.
  func model(_ named: String, under check: CheckTerms) throws -> Model {
    try check.kind == ProvedCheck.name ? provable(named) : model(named)
  }
}

extension Substring {
  /// What stands between two characters, or all of it.
  fileprivate func trimming(_ first: Character, _ last: Character) -> String {
    guard self.first == first, self.last == last, count > 1 else { return String(self) }
    return String(dropFirst().dropLast())
  }
}
