// `tolsey terms`: the numbers of a market, and whether they keep its promises.

import ArgumentParser
import Kernel
import Market
import NetworkRoom
import Primitives

struct TermsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "terms", abstract: "The numbers that a market runs by.",
    subcommands: [TermsCheckCommand.self, TermsShow.self, TermsAmend.self])
}

/// Terms in a file: alone, as part of a genesis, or as `terms show --json` gives them.
enum TermsFile {
  static func read(_ path: String) throws -> Terms {
    try terms(in: try LocalFile.json(path), path)
  }

  /// The terms, and the order, auditors and claim that stand beside them under `example`.
  static func readWithExample(_ path: String) throws -> (terms: Terms, example: TermsExample) {
    let json = try LocalFile.json(path)
    let terms = try terms(in: json, path)
    guard let example = json["example"] else { return (terms, TermsExample(terms)) }
    return try LocalFile.naming("\(path): example") { () throws(Refusal) in
      (terms, try TermsExample(json: example, terms: terms))
    }
  }

  private static func terms(in json: JSONValue, _ path: String) throws -> Terms {
    try LocalFile.naming(path) { () throws(Refusal) in
      try Terms(json: json["terms"] ?? json["data"] ?? json)
    }
  }
}

struct TermsShow: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show every term with its unit and its range.")
  static let schema = "terms.show/1"

  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions
  @Argument(help: "A JSON file of terms, or a genesis; the standard terms if none is named.")
  var file: String?
  @Flag(help: "The terms that are in force on a node.") var live = false

  func validate() throws {
    guard !live || file == nil else { throw ValidationError("name a file, or say --live") }
  }

  func run(on console: Console) async throws {
    var terms = try file.map { try TermsFile.read($0) } ?? .standard
    if live {
      let link = try await node.connect(console)
      terms = try await link.ask { client throws(ClientError) in try await client.terms() }
    }
    console.result(Self.schema, terms.json) { paint in
      var table = TextTable(
        .left("term"), .right("value"), .left("unit"), .right("least"), .right("most"))
      for range in Terms.ranges {
        table.add(
          .init(range.name), .init("\(terms[keyPath: range.path])"), .init(range.unit),
          .init("\(range.least)"), .init("\(range.most)"))
      }
      return table.text(paint, empty: "")
    }
  }
}

struct TermsCheckCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Work out every condition on terms, with both sides as numbers.",
    discussion: """
      Conditions on an order, its auditors and a claim are worked out for a job of a dollar under \
      the terms' own defaults, or for what the file states under 'example': {"order": {"price", \
      "cost", "limit", "audit", "seats", "bidders", "redo", "outputBits", "guess", \
      "walkAwayGain", "seatBond", "challengeBond"}, "auditors": {"operators", \
      "largestOperator", "bonds"}, "claim": {"amount", "dearestCall", "openSlices", \
      "standingBond", "slice"}}; sums are in millionths of a dollar, shares in millionths. It \
      exits with 1 when a condition does not hold.
      """)
  static let schema = "terms.check/1"

  @OptionGroup var global: GlobalOptions
  @Argument(help: "A JSON file of terms, or a genesis.") var file: String
  @Flag(help: "Show the range of each term too.") var ranges = false

  func run(on console: Console) throws {
    let (terms, example) = try TermsFile.readWithExample(file)
    let conditions =
      TermsCheck.conditions(of: terms) + TermsCheck.conditions(of: example, terms: terms)
    let data: JSONValue = ["conditions": .array(conditions.map(TermsCheckCommand.data))]
    let broken = conditions.filter { !$0.holds }
    let failure = broken.first.map { first in
      Failure(
        .refused, code: "termsCondition",
        "\(broken.count) of \(conditions.count) conditions do not hold, the first is "
          + "\(first.name): \(first.left) is not \(first.relation.rawValue) \(first.right)",
        hint: first.explanation)
    }
    try console.verdict(Self.schema, data, failing: failure) { paint in
      table(conditions).text(paint, empty: "")
    }
  }

  /// Ranges that hold say little, so that they are shown only when asked for.
  private func table(_ conditions: [Condition]) -> TextTable {
    let bounds = Set(Terms.ranges.map(\.name))
    var table = TextTable(
      .left("condition"), .left("holds"), .right("left"), .left(""), .right("right"),
      .left("unit"), .left("left and right"))
    for condition in conditions {
      if condition.holds, bounds.contains(condition.name), !ranges { continue }
      table.add(
        .init(condition.name), condition.holds ? .init("yes", .good) : .init("no", .bad),
        .init("\(condition.left)"), .init(condition.relation.rawValue),
        .init("\(condition.right)"), .init(condition.unit),
        .init("\(condition.leftText); \(condition.rightText)"))
    }
    return table
  }

  private static func data(_ condition: Condition) -> JSONValue {
    [
      "name": .string(condition.name), "holds": .bool(condition.holds),
      "left": .unsigned(condition.left), "relation": .string(condition.relation.rawValue),
      "right": .unsigned(condition.right), "unit": .string(condition.unit),
      "leftText": .string(condition.leftText), "rightText": .string(condition.rightText),
      "why": .string(condition.explanation),
    ]
  }
}
