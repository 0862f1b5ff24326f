// `tolsey subnet demo`: a subnet with three kinds of cheats in it, and who earned what.

import ArgumentParser
import NetworkRoom
import Node
import Primitives

struct SubnetDemoCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Watch a subnet with a cabal, a copier and a relay in it.",
    discussion: """
      A node in one process, three validators, and twelve miners that read handwritten digits with \
      real models, each as well as it sees. A fourth validator belongs to a cabal and gives all of \
      its weight to its own two miners, a fifth copies another's weights an epoch late, and a \
      miner passes on what another answered. A sponsor pays each epoch. The command fails where \
      honest good work does not pay best. The same seed gives the same summary.
      """)
  static let schema = "subnet.demo/1"

  @Option(help: "What everything follows from.") var seed: UInt64 = 1
  @Option(help: "Epochs that are paid, from 6 to 40.") var epochs: UInt64 = 12
  @Flag(help: "Leave the node up and the subnet open, to look at its pages, until ctrl-c.")
  var stay = false
  @Option(help: "Where it listens on 127.0.0.1; 0 takes any free port.") var port = 0
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (0...65_535).contains(port) else {
      throw ValidationError("a port is a number from 0 to 65535")
    }
    guard (6...40).contains(epochs) else {
      throw ValidationError("a demo has 6 to 40 epochs")
    }
  }

  func run(on console: Console) async throws {
    var settings = SubnetDemoConfiguration()
    settings.seed = seed
    settings.epochs = epochs
    settings.port = port
    if stay { settings.afterwards = { try await remain(console, $0, $1) } }
    console.note("a node, five validators, twelve miners and a sponsor, on loopback")
    let summary: SubnetDemoSummary
    do {
      summary = try await console.progress("epochs", total: epochs) { bar in
        let counter = Counter()
        return try await SubnetDemo(settings).run { epoch in
          bar.advance(by: counter.raise(to: epoch))
        }
      }
    } catch { throw Failure.online(error) }
    if stay { return }
    let view = SubnetDemoView(summary: summary)
    try console.verdict(Self.schema, summary.json, failing: view.failure) { view.text($0) }
  }

  /// Shows the summary while the subnet can still be looked at.
  private func remain(
    _ console: Console, _ address: NodeAddress, _ summary: SubnetDemoSummary
  ) async throws {
    let stops = StopSignals.stream()
    let view = SubnetDemoView(summary: summary)
    let url = JSONValue.Member(name: "url", value: .string("\(address)"))
    let data = JSONValue.object([url] + (summary.json.members ?? []))
    try console.verdict(Self.schema, data, failing: view.failure) { view.text($0) }
    console.note("look at it: \(address)/subnets/1 (ctrl-c ends it)")
    for await _ in stops { break }
  }
}

/// The summary as people read it.
struct SubnetDemoView {
  let summary: SubnetDemoSummary

  var failure: Failure? {
    guard let broken = summary.findings.first(where: { !$0.holds }) else { return nil }
    return Failure(
      .refused, code: "cheatsPay", "it does not hold that \(broken.says)",
      hint: "look at who earned what above; seed \(summary.seed) shows it again")
  }

  func text(_ paint: Paint) -> String {
    let findings = summary.findings.map { finding in
      (finding.holds ? paint(.good, "yes  ") : paint(.bad, "no   ")) + finding.says
    }
    return
      ([table.text(paint, empty: ""), ""] + findings + [
        "",
        "\(Dollars.text(summary.budget)) for \(summary.epochs) epochs, "
          + "of which \(Dollars.text(summary.paid)) were paid out",
        "money in \(Dollars.text(summary.moneyIn)) = money out \(Dollars.text(summary.moneyOut))"
          + (summary.escrow == .zero ? "" : " and in escrow \(Dollars.text(summary.escrow))"),
        "tolls \(Dollars.text(summary.tolls)), treasury \(Dollars.text(summary.treasury)), "
          + "\(summary.blocks) blocks, seed \(summary.seed)",
      ]).joined(separator: "\n")
  }

  /// Who earned most stands on top.
  private var table: TextTable {
    var table = TextTable(
      .left("who"), .left("what it does"), .right("right"), .right("staked"), .right("earned"),
      .right("in all"), .left("why"))
    let isCheat = { (part: SubnetPart) in [.cabal, .copier, .relay].contains(part) }
    let ranked = summary.actors.enumerated().sorted {
      ($1.element.earned, $0.offset) < ($0.element.earned, $1.offset)
    }
    for actor in ranked.map(\.element) {
      let accuracy = UInt32(clamping: actor.accuracy)
      table.add(
        .init(actor.name, isCheat(actor.part) ? .bad : nil), .init(actor.does),
        .init(actor.asked == 0 ? "" : Share.percent(accuracy)),
        .init(actor.staked == .zero ? "" : Dollars.text(actor.staked)),
        .init(Dollars.text(actor.earned)),
        .init(
          Dollars.change(from: actor.before, to: Amount(actor.after.units + actor.locked.units)),
          actor.hasLost ? .bad : .good), .init(actor.why))
    }
    return table
  }
}
