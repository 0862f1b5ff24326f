// `tolsey cheats`: what every known cheat earns under the market's own rules.

import ArgumentParser
import Cheats
import Primitives

struct CheatsCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "cheats",
    abstract: "Work out what every known cheat earns, exactly and by simulation.",
    discussion: """
      Each row is an actor with a strategy, played against the market's own settlement, bonds and \
      draws under the standard terms: a job of a dollar that costs 80 cents, a call of 100 \
      millionths that costs 80. The sign is judged on the exact expectation; the simulation \
      replays with its seed. It exits with 1 when a row is not below zero and states no bound, or \
      is above the bound that it states.
      """)
  static let schema = "cheats/1"

  @OptionGroup var global: GlobalOptions
  @Option(help: "The seed of the simulation.") var seed: UInt64 = 1
  @Option(help: "Attempts of each row that leaves something to chance; 0 for none.")
  var runs: Int = 20_000
  @Flag(help: "Print the page of the reference instead, in Markdown.") var markdown = false

  func validate() throws {
    guard runs == 0 || (2...1_000_000).contains(runs) else {
      throw ValidationError("--runs is 0, or lies between 2 and 1000000.")
    }
  }

  func run(on console: Console) throws {
    let judged = try Catalogue.judge(runs: runs, seed: seed)
    let data: JSONValue = [
      "seed": .unsigned(seed), "runs": .unsigned(UInt64(runs)),
      "cheats": .array(judged.map(CheatsCommand.data)),
    ]
    let paying = judged.filter { !$0.holds }
    let failure = paying.first.map { first in
      let cheat = first.cheat
      return Failure(
        .refused, code: "cheatPays",
        "\(paying.count) of \(judged.count) cheats pay, the first is \(cheat.title): it expects "
          + "\(first.amount(first.exact)) \(cheat.measure.unit)",
        hint: "a rule or a bond that it runs into has changed: \(cheat.defence)")
    }
    try console.verdict(Self.schema, data, failing: failure) { paint in
      if markdown { return CheatsPage.text(judged, seed: seed, runs: runs) }
      return CheatsCommand.table(judged).text(paint, empty: "") + "\n\n"
        + CheatsCommand.remarks(judged).joined(separator: "\n")
    }
  }

  private static func table(_ judged: [Judgement]) -> TextTable {
    var table = TextTable(
      .left("by"), .left("cheat"), .left("unit"), .right("expects"), .right("attempts"),
      .right("simulated, 95 %"), .left("verdict"), .left("strategy"))
    var family = ""
    for one in judged {
      let cheat = one.cheat
      let by = cheat.family.rawValue
      table.add(
        .init(by == family ? "" : by), .init(cheat.title), .init(one.unit),
        .init(one.amount(one.exact)), .init("\(one.simulation?.runs ?? 1)"),
        .init(one.interval ?? "–"),
        .init(one.verdict.rawValue, one.verdict == .loses ? .good : one.holds ? .caution : .bad),
        .init(cheat.does))
      family = by
    }
    return table
  }

  /// What the table has no room for: how to read it, wide intervals, bounds.
  private static func remarks(_ judged: [Judgement]) -> [String] {
    var lines = [
      "* is the profit above an honest one's. The verdict is that of the exact expectation."
    ]
    let wide = judged.filter(\.isWide).map(\.cheat.title)
    if !wide.isEmpty {
      lines += [
        "~ marks intervals that are wider than the expectation: they prove no sign ("
          + wide.joined(separator: ", ") + ")."
      ]
    }
    lines += ["", "Bounded: not below zero, and at most", ""]
    for one in judged where one.verdict == .bounded || one.verdict == .exceeds {
      guard let limit = one.limit, let bound = one.cheat.bound else { continue }
      lines.append(
        "  \(one.cheat.title): \(one.amount(limit)) \(one.cheat.measure.unit), \(bound.words)")
    }
    return lines
  }

  private static func data(_ one: Judgement) -> JSONValue {
    let cheat = one.cheat
    var members: [JSONValue.Member] = [
      .init(name: "name", value: .string(cheat.name)),
      .init(name: "variant", value: .string(cheat.variant)),
      .init(name: "by", value: .string(cheat.family.rawValue)),
      .init(name: "strategy", value: .string(cheat.does)),
      .init(name: "defence", value: .string(cheat.defence)),
      .init(name: "per", value: .string(cheat.measure.rawValue)),
      .init(name: "aboveHonest", value: .bool(cheat.isAgainstHonest)),
      .init(name: "attempts", value: .unsigned(UInt64(one.simulation?.runs ?? 1))),
      .init(name: "verdict", value: .string(one.verdict.rawValue)),
      // Millionths of a dollar: the exact fraction, then decimals.
      .init(
        name: "expected",
        value: .string("\(one.exact.numerator)/\(one.exact.denominator)")),
      .init(name: "expectedMicro", value: .string(one.exact.plain)),
    ]
    if let simulation = one.simulation {
      members.append(
        .init(
          name: "simulated",
          value: [
            "meanMicro": .string(simulation.mean.plain), "lowMicro": .string(simulation.low.plain),
            "highMicro": .string(simulation.high.plain), "isWide": .bool(one.isWide),
          ]))
    }
    if let bound = cheat.bound, let limit = one.limit {
      members.append(
        .init(
          name: "bound", value: ["words": .string(bound.words), "mostMicro": .string(limit.plain)]))
    }
    return .object(members)
  }
}

extension Judgement {
  /// In the unit in which people read it.
  func amount(_ value: Fraction) -> String { (value / cheat.measure.scale).text }

  /// Dollars a job, millionths a call; a star where an honest profit is taken off.
  var unit: String {
    let per = cheat.measure == .once ? " once" : "/\(cheat.measure.rawValue)"
    return "\(cheat.measure.unit)\(per)\(cheat.isAgainstHonest ? "*" : "")"
  }

  /// The mean and half of its interval, marked where it is too wide to prove a sign.
  var interval: String? {
    guard let simulation else { return nil }
    let half = amount(simulation.halfWidth).drop { $0 == "+" }
    return "\(isWide ? "~ " : "")\(amount(simulation.mean)) ± \(half)"
  }
}

extension Fraction {
  /// With six places and an ASCII sign, for programs.
  fileprivate var plain: String {
    text(places: 6).replacing("−", with: "-").replacing("+", with: "")
  }
}
