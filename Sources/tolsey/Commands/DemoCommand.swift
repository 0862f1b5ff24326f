// `tolsey demo`: the whole market in one process, cheats included, and what came of it.

import ArgumentParser
import NetworkRoom
import Node
import Primitives

struct DemoCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Watch a market with ten cheats in it.",
    discussion: """
      A node, fifteen providers, four checkers and a buying agent in one process: it buys \
      classifications of handwritten digits under 'open', under 'replicated(3)', under \
      'disputable', under 'proved(open)' and under 'proved(private)'. Four providers cheat by \
      themselves, one of them in the middle of the network; a checker finds it, and the summary \
      shows the dispute. One hands in false proofs, which are refused in the block they come in; \
      one proves runs of other inputs behind hidden ones, which the buyer contests. Four more tell \
      the same lie, hold the majority of an audited run, and lose it in court. The same seed gives \
      the same summary and the same receipts.
      """)
  static let schema = "demo/1"

  @Option(help: "What everything follows from.") var seed: UInt64 = 1
  @Option(help: "Write the receipts and the disputes into this folder.") var out: String?
  @Flag(help: "Leave the node up afterwards, to look at its pages, until ctrl-c.")
  var stay = false
  @Option(help: "Where it listens on 127.0.0.1; 0 takes any free port.") var port = 0
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (0...65_535).contains(port) else {
      throw ValidationError("a port is a number from 0 to 65535")
    }
  }

  func run(on console: Console) async throws {
    // Found out now, not when the receipts are to be written.
    if let out { try LocalFile.makeFolder(out) }
    var settings = DemoConfiguration()
    settings.seed = seed
    settings.receipts = out
    settings.port = port
    if stay { settings.afterwards = { try await remain(console, $0, $1) } }
    let wanted = UInt64(
      settings.open + settings.replicated + settings.disputable + settings.proved
        + settings.privately)
    console.note("a node, fifteen providers, four checkers and a buyer with a budget, on loopback")
    let summary: DemoSummary
    do {
      summary = try await console.progress("buying", total: wanted) { bar in
        let counter = Counter()
        return try await Demo(settings).run { progress in
          bar.advance(by: counter.raise(to: UInt64(progress.bought)))
        }
      }
    } catch { throw Failure.online(error) }
    if stay { return }
    let view = DemoView(summary: summary, folder: out)
    try console.verdict(Self.schema, summary.json, failing: view.failure) { view.text($0) }
  }
}

extension DemoCommand {
  /// Shows the summary while the market can still be looked at.
  private func remain(
    _ console: Console, _ address: NodeAddress, _ summary: DemoSummary
  ) async throws {
    let stops = StopSignals.stream()
    let view = DemoView(summary: summary, folder: out)
    try console.verdict(Self.schema, view.data(at: address), failing: view.failure) {
      view.text($0)
    }
    console.note("look at all of it: \(address)/ (ctrl-c ends it)")
    for await _ in stops { break }
  }
}

/// The summary as people read it.
struct DemoView {
  let summary: DemoSummary
  let folder: String?

  /// The summary, and where its pages are.
  func data(at address: NodeAddress) -> JSONValue {
    let url = JSONValue.Member(name: "url", value: .string("\(address)"))
    return .object([url] + (summary.json.members ?? []))
  }

  /// The demo proves that money is conserved, so it fails when it is not.
  var failure: Failure? {
    if summary.moneyIsWhole { return nil }
    return Failure(
      .fault, code: "moneyDiffers",
      "\(Dollars.text(summary.moneyIn)) went in and \(Dollars.text(summary.moneyOut)) came out",
      hint: "run it again with --seed \(summary.seed) and report what it says")
  }

  func text(_ paint: Paint) -> String {
    let money =
      summary.moneyIsWhole
      ? paint(.good, "not a millionth appeared or was lost")
      : paint(.bad, "the sums differ")
    return [
      checks.text(paint, empty: ""), "", cheats.text(paint, empty: "no cheats"), "",
      checkers.text(paint, empty: "no checkers"), "", dispute(paint), "", majorities, "",
      "money in \(Dollars.text(summary.moneyIn)) = money out \(Dollars.text(summary.moneyOut)): "
        + money,
      "tolls \(Dollars.text(summary.tolls)), treasury \(Dollars.text(summary.treasury)), "
        + "\(summary.blocks) blocks, seed \(summary.seed)",
      "", receipts(paint),
    ].joined(separator: "\n")
  }

  /// What became of lies that most of the seats agreed on.
  private var majorities: String {
    let felled = summary.checks.reduce(0) { $0 + $1.felled }
    let one = "a majority of an audited run agreed on a lie, and lost it in court"
    if felled == 0 { return "no majority lied" }
    return felled == 1 ? one : "\(felled) times " + one
  }

  private var checks: TextTable {
    var table = TextTable(
      .left("check"), .right("bought"), .right("paid"), .right("limit"), .right("accuracy"),
      .right("cheats tried"), .right("caught"), .right("unpaid"), .right("paid for"))
    for check in summary.checks {
      table.add(
        .init(check.name), .init("\(check.bought)"), .init(Dollars.text(check.paid)),
        .init(Dollars.text(check.limit)), .init(Share.percent(UInt32(clamping: check.accuracy))),
        .init("\(check.cheats.tried)"), .init("\(check.cheats.caught)"),
        .init("\(check.cheats.unpaid)"),
        .init("\(check.cheats.paid)", check.cheats.paid == 0 ? .good : .caution))
    }
    return table
  }

  private var cheats: TextTable {
    var table = TextTable(
      .left("cheat"), .left("what it does"), .right("tried"), .right("caught"), .right("lost"),
      .right("earned"), .right("in all"))
    for cheat in summary.cheats {
      table.add(
        .init(cheat.name), .init(cheat.method), .init("\(cheat.tally.tried)"),
        .init("\(cheat.tally.caught)"), .init(Dollars.text(cheat.lost)),
        .init(Dollars.text(cheat.earned)),
        .init(
          Dollars.change(from: cheat.before, to: cheat.after),
          cheat.after < cheat.before ? .bad : .caution))
    }
    return table
  }

  private var checkers: TextTable {
    var table = TextTable(
      .left("checker"), .right("audits"), .right("of its own accord"), .right("lies found"),
      .right("disputes won"), .right("fees"), .right("prizes"), .right("bonds lost"))
    for checker in summary.checkers {
      let report = checker.report
      table.add(
        .init(checker.name), .init("\(report.audited)"), .init("\(report.sampled)"),
        .init("\(report.lies)"), .init("\(report.won)"), .init(Dollars.text(report.fees)),
        .init(Dollars.text(report.prizes)), .init(Dollars.text(report.forfeited)))
    }
    return table
  }

  /// One dispute in full, that about the lie in the middle where there was one, and how many
  /// there were.
  private func dispute(_ paint: Paint) -> String {
    let shown =
      summary.disputes.first { $0.provider == "middle" && $0.finding.step != nil }
      ?? summary.disputes.first { $0.finding.step != nil } ?? summary.disputes.first
    guard let shown else { return "nobody disputed anything" }
    let finding = shown.finding
    var fields = TextFields()
    let how = finding.isAudit ? "drawn as auditor" : "looking at a published input"
    fields.add(
      "a dispute",
      .init(
        "\(shown.challenger), \(how), against \(shown.provider), one of "
          + "\(summary.disputes.count)"))
    let choices = finding.rounds == 1 ? "1 choice" : "\(finding.rounds) choices"
    fields.add(
      "it took",
      .init(
        "\(choices), \(finding.providerBytes) bytes of the provider and "
          + "\(finding.challengerBytes) of the challenger"))
    if let step = finding.step { fields.add("the referee", .init(DisputeText.referee(step))) }
    fields.add(
      "it ended",
      .init(
        "\(finding.state) by the challenger: \(DisputeText.words(finding.reason))",
        finding.state == "won" ? .good : .caution))
    let paid = shown.paid.map { "\($0.to) \(Dollars.text($0.amount))" }.joined(separator: ", ")
    fields.add(
      "who was paid",
      .init("\(shown.provider) lost its \(Dollars.text(shown.stake)); bonds included: \(paid)"))
    if let folder {
      fields.add(
        "judge it",
        .init("tolsey dispute replay \(folder)/\(finding.game.short).dispute", .handle))
    }
    return fields.text(paint)
  }

  private func receipts(_ paint: Paint) -> String {
    guard let folder, let first = summary.receiptFiles.first else {
      return "\(summary.receipts) receipts; "
        + paint(.handle, "tolsey demo --out receipts") + " writes them\n"
        + "go on with " + paint(.handle, "tolsey up")
        + ", which keeps such a market running for you"
    }
    return "\(summary.receipts) receipts in \(folder); check one with "
      + paint(.handle, "tolsey verify \(folder)/\(first)") + "\n"
      + "go on with " + paint(.handle, "tolsey up")
      + ", which keeps such a market running for you"
  }
}
