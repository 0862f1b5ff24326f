// `tolsey labels demo`: 300 digits labelled by a crowd with cheats in it, and who earned what.

import Agents
import ArgumentParser
import NetworkRoom
import Node
import Primitives

struct LabelsDemoCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Watch a crowd with cheats in it label 300 digits.",
    discussion: """
      A node in one process, and twelve labellers: eight read handwritten digits with real models, \
      each as well as it sees, two click at random, and two agree on their answers without \
      looking. Of 300 digits 40 are gold, mixed in where nobody can tell them; the others are \
      ordered in batches under the check judged, and what is unsure after a round is asked again. \
      The command fails where labels are wrong too often, or where who does not look earns. The \
      same seed gives the same summary.
      """)
  static let schema = "labels.demo/1"

  @Option(help: "What everything follows from.") var seed: UInt64 = 1
  @Flag(help: "Leave the node up, to look at the runs on its pages, until ctrl-c.") var stay = false
  @Option(help: "Where it listens on 127.0.0.1; 0 takes any free port.") var port = 0
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (0...65_535).contains(port) else {
      throw ValidationError("a port is a number from 0 to 65535")
    }
  }

  func run(on console: Console) async throws {
    var settings = LabelsDemoConfiguration()
    settings.seed = seed
    settings.port = port
    if stay { settings.afterwards = { try await remain(console, $0, $1) } }
    console.note("a node, an owner of 300 digits, and twelve labellers, on loopback")
    let summary: LabelsDemoSummary
    do { summary = try await LabelsDemo(settings).run() } catch { throw Failure.online(error) }
    if stay { return }
    let view = LabelsDemoView(summary: summary)
    try console.verdict(Self.schema, summary.json, failing: view.failure) { view.text($0) }
  }

  /// Shows the summary while the node can still be looked at.
  private func remain(
    _ console: Console, _ address: NodeAddress, _ summary: LabelsDemoSummary
  ) async throws {
    let stops = StopSignals.stream()
    let view = LabelsDemoView(summary: summary)
    let url = JSONValue.Member(name: "url", value: .string("\(address)"))
    let data = JSONValue.object([url] + (summary.json.members ?? []))
    try console.verdict(Self.schema, data, failing: view.failure) { view.text($0) }
    console.note("look at it: \(address)/ (ctrl-c ends it)")
    for await _ in stops { break }
  }
}

/// The summary as people read it.
struct LabelsDemoView {
  let summary: LabelsDemoSummary

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
    let card = summary.dataset.card
    return
      ([table.text(paint, empty: ""), ""] + findings + [
        "",
        "\(summary.right) of \(summary.digits) labels are true, of a plain majority "
          + "\(summary.majorityRight); of \(card.sure) that count as sure \(summary.sureRight)",
        "\(card.answers) answers in \(card.rounds) rounds for \(Dollars.text(card.cost)) of "
          + Dollars.text(card.budget),
        "money in \(Dollars.text(summary.moneyIn)) = money out \(Dollars.text(summary.moneyOut))"
          + (summary.escrow == .zero ? "" : " and in escrow \(Dollars.text(summary.escrow))"),
        "tolls \(Dollars.text(summary.tolls)), treasury \(Dollars.text(summary.treasury)), "
          + "\(summary.blocks) blocks, seed \(summary.seed)",
      ]).joined(separator: "\n")
  }

  /// Who earned most stands on top.
  private var table: TextTable {
    var table = TextTable(
      .left("who"), .left("what it does"), .right("right"), .right("paid"), .right("bonds lost"),
      .right("in all"), .left("why"))
    let ranked = summary.labellers.enumerated().sorted {
      ($1.element.after, $0.offset) < ($0.element.after, $1.offset)
    }
    for labeller in ranked.map(\.element) {
      let accuracy = UInt32(clamping: labeller.accuracy)
      table.add(
        .init(labeller.name, labeller.part == .honest ? nil : .bad), .init(labeller.does),
        .init(labeller.answers == 0 ? "" : Share.percent(accuracy)),
        .init(Dollars.text(labeller.paid)), .init(Dollars.text(labeller.lost)),
        .init(
          Dollars.change(from: labeller.before, to: labeller.after),
          labeller.hasLost ? .bad : .good), .init(labeller.why))
    }
    return table
  }
}
