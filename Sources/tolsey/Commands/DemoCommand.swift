// `tolsey demo`: the whole market in one process, cheats included, and what came of it.

import ArgumentParser
import Node
import Primitives

struct DemoCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Watch a market with two cheats in it.",
    discussion: """
      A node, seven providers and a buying agent in one process: it buys classifications of \
      handwritten digits under 'open' and under 'replicated(3)'. Two providers cheat. The same \
      seed gives the same summary and the same receipts.
      """)
  static let schema = "demo/1"

  @Option(help: "What everything follows from.") var seed: UInt64 = 1
  @Option(help: "Write the receipts into this folder.") var out: String?
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    // Found out now, not when the receipts are to be written.
    if let out { try LocalFile.makeFolder(out) }
    var settings = DemoConfiguration()
    settings.seed = seed
    settings.receipts = out
    let wanted = UInt64(settings.open + settings.replicated)
    console.note("a node, seven providers and a buyer with a budget, on loopback")
    let summary: DemoSummary
    do {
      summary = try await console.progress("buying", total: wanted) { bar in
        let counter = Counter()
        return try await Demo(settings).run { progress in
          bar.advance(by: counter.raise(to: UInt64(progress.bought)))
        }
      }
    } catch { throw Failure.online(error) }
    let view = DemoView(summary: summary, folder: out)
    try console.verdict(Self.schema, summary.json, failing: view.failure) { view.text($0) }
  }
}

/// The summary as people read it.
struct DemoView {
  let summary: DemoSummary
  let folder: String?

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
      "money in \(Dollars.text(summary.moneyIn)) = money out \(Dollars.text(summary.moneyOut)): "
        + money,
      "tolls \(Dollars.text(summary.tolls)), treasury \(Dollars.text(summary.treasury)), "
        + "\(summary.blocks) blocks, seed \(summary.seed)",
      "", receipts(paint),
    ].joined(separator: "\n")
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
