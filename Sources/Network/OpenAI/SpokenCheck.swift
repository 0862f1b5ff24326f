// Checks that a text's answer can pass before it is sold: how they are named, and what they cost.

import Market
public import Primitives

/// A check under which a model's answers are sold beside `open`.
public struct SpokenCheck: Hashable, Sendable {
  /// As receipts and pages write it: `replicated(3)`.
  public let name: String
  /// The most tokens of an answer: each is done again by others.
  public var mostTokens: Int
  /// The most that it costs beside the door's own price: once, and for each token.
  public var once: Amount
  public var each: Amount
  /// Whether everybody can read what was asked and said.
  public var isPublic: Bool

  /// Nil where there is no such check.
  public init?(
    _ word: String, mostTokens: Int, once: Amount, each: Amount, isPublic: Bool = false
  ) {
    guard let name = SpokenCheck.named(word) else { return nil }
    self.name = name
    self.mostTokens = mostTokens
    self.once = once
    self.each = each
    self.isPublic = isPublic
  }

  /// The most that so many tokens cost under it.
  func most(_ tokens: Int) throws(Refusal) -> Amount {
    try each.multiplied(by: UInt64(tokens)).adding(once)
  }

  /// What stands behind the colon of a model's name: letters and numbers alone.
  var suffix: String { SpokenCheck.suffix(of: name) }

  static func suffix(of name: String) -> String { name.filter { $0.isLetter || $0.isNumber } }

  /// Where nothing is checked, which every door sells.
  public static let open = OpenCheck.name

  private static let names =
    [open, DisputableCheck.name]
    + [3, 5, 7].map { "\(ReplicatedCheck.name)(\($0))" }
    + ["open", "succinct", "private"].map { "\(ProvedCheck.name)(\($0))" }

  /// The name of a check that was written with its number or without, in brackets or without.
  public static func named(_ word: String) -> String? {
    let plain = word.lowercased().filter { $0.isLetter || $0.isNumber }
    let isPlain = word.allSatisfy { $0.isLetter || $0.isNumber || "()-_ ".contains($0) }
    guard isPlain, word.utf8.count <= 40 else { return nil }
    switch KnownCheck(name: plain) {
    case .replicated, .proved: return names.first { $0.hasPrefix(plain) }
    case .open, .disputable, .judged, .panel, nil: return names.first { suffix(of: $0) == plain }
    }
  }
}

/// A check that an answer has passed.
public struct PassedCheck: Hashable, Sendable {
  public var name: String
  /// The runs that were bought for it, in the order of the answer's tokens.
  public var runs: [String]
  /// What it cost.
  public var cost: Amount

  public init(_ name: String, runs: [String], cost: Amount) {
    self.name = name
    self.runs = runs
    self.cost = cost
  }

  var json: JSONValue {
    ["check": .string(name), "runs": .array(runs.map { .string($0) })]
  }
}

extension SpeechProblem {
  static func notChecked(
    _ name: String, _ model: String, _ sold: [String], parameter: String
  ) -> SpeechProblem {
    SpeechProblem(
      400, "check_not_sold",
      "answers of '\(model.prefix(80))' are not sold under \(name) here, but under "
        + sold.joined(separator: ", "),
      parameter: parameter)
  }

  static func unknownCheck(_ word: String) -> SpeechProblem {
    SpeechProblem(
      400, "unknown_check",
      "'\(word.prefix(40))' is no check; there are open, replicated(3), proved(succinct) and "
        + "others",
      parameter: "Tolsey-Check")
  }

  static let twoChecks = SpeechProblem(
    400, "two_checks", "the model's name asks for another check than the field Tolsey-Check",
    parameter: "model")

  /// Clients do not ask again by themselves where they read this.
  static let failedCheck = 424

  /// Nothing came of the check, or something else than was to be sold.
  public static func checkFailed(_ check: String, _ why: String) -> SpeechProblem {
    SpeechProblem(
      failedCheck, "check_failed", "no answer passed \(check), and nothing was charged: \(why)")
  }
}
