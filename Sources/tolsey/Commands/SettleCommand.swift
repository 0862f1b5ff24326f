// `tolsey settle`: who would be paid what, for cases in a file.

import ArgumentParser
import Kernel
import Market
import Primitives

struct SettleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settle", abstract: "Try the rules by which money is paid out.",
    subcommands: [SettleTry.self])
}

struct SettleTry: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "try", abstract: "Settle cases from a file by the rules of the market.",
    discussion: """
      The file is JSON: one case, a list, or an object with a list under 'settlements'. A case is \
      {"name", "rule", "given", "stakes", "payouts"}; the rule is open, bidding, replicated, \
      disputable or claim, sums are in millionths of a dollar. Payouts that stand there are \
      compared.
      """)
  static let schema = "settle.try/1"

  @OptionGroup var global: GlobalOptions
  @Argument(help: "A JSON file.") var file: String
  @Option(help: "Terms to settle under, as JSON; the standard ones if none are named.")
  var terms: String?

  func run(on console: Console) throws {
    let json = try LocalFile.json(file)
    let terms = try terms.map { try TermsFile.read($0) } ?? .standard
    let cases = try LocalFile.naming(file) { () throws(Refusal) in
      try SettlementCase.all(in: json, terms: terms)
    }
    let data: JSONValue = ["cases": .array(cases.map(SettleTry.data))]
    let missed = cases.filter { $0.isMet == false }
    let failure = missed.first.map { first in
      Failure(
        .refused, code: "otherPayouts",
        "\(missed.count) of \(cases.count) cases are paid otherwise than the file expects, "
          + "the first is '\(first.name)'",
        hint: "compare its payouts with those above")
    }
    try console.verdict(Self.schema, data, failing: failure) { paint in
      var table = TextTable(.left("case"), .left("party"), .right("put in"), .right("gets"))
      for one in cases {
        var name = one.name
        for line in SettleTry.lines(one) {
          let stake = one.stakes.first { $0.name == line.name }
          table.add(
            .init(name), .init(line.name), .init(stake.map { Dollars.text($0.amount) } ?? ""),
            .init(Dollars.text(line.amount)))
          name = ""
        }
      }
      return table.text(paint, empty: "no cases in the file")
    }
  }

  private static func data(_ one: SettlementCase) -> JSONValue {
    [
      "name": .string(one.name), "rule": .string(one.rule),
      "stakes": object(one.stakes), "payouts": object(lines(one)),
    ]
  }

  private static func object(_ list: [NamedAmount]) -> JSONValue {
    .object(list.map { .init(name: $0.name, value: .unsigned($0.amount.units)) })
  }

  /// Whom the file names comes first, also for nothing; then everybody else who gets something.
  private static func lines(_ one: SettlementCase) -> [NamedAmount] {
    let named = (one.expected ?? []).map { expected in
      one.paid.first { $0.name == expected.name } ?? NamedAmount(expected.name, .zero)
    }
    let others = one.paid.filter { paid in !named.contains { $0.name == paid.name } }
    return named + others
  }
}
