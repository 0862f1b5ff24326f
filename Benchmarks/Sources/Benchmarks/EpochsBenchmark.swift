// What a block takes in which timers compute all that the rules let them, kind by kind.

import Chain
import Kernel
import Market
import Subnets

/// One line for each thing that timers do at the greatest size, on the ledger with rows, events and
/// roots. Without it a block takes some hundredths of a millisecond.
struct EpochsBenchmark {
  var rounds = 5
  /// Blocks come every second: what timers of a kind may take of it.
  static let most = 50.0

  func run(_ report: Report) throws {
    report.section("Blocks in which timers compute, one core, processor time")
    for count in [1, 4] {
      try subnets(count, "Yuma", EpochScript.rules(), report)
      try subnets(count, "Yuma 3", EpochScript.rules(isYuma3: true), report)
      try subnets(
        count, "Yuma 3 with liquid alpha", EpochScript.rules(isYuma3: true, isLiquid: true), report)
    }
    // As many as there is room for, of which seats are all but everything.
    try subnets(8, "Yuma", EpochScript.rules(validators: 1), report)
    try root(report)
    for (entries, values) in [(256, 256), (256, 2), (3, 256)] {
      try boards(entries, values, report)
    }
    try topics(report)
    for isRouted in [true, false] { try orders(isRouted, report) }
  }

  private func line(_ report: Report, _ name: String, _ best: Double, _ units: UInt64) {
    report.add(name, best, "ms", goal: .below(Self.most))
    guard units > 0 else { return }
    report.note("  \(units) units of work, \(Report.number(best * 1e6 / Double(units))) ns each")
  }

  private func subnets(
    _ count: Int, _ name: String, _ rules: SubnetParameters, _ report: Report
  ) throws {
    var script = try EpochScript()
    try script.fillSubnets(count, rules)
    var dearest = EpochScript.Timed()
    for _ in 0..<rounds {
      let blocks = try script.passEpochs(of: count)
      guard let most = blocks.max(by: { $0.milliseconds < $1.milliseconds }) else { continue }
      if most.milliseconds < dearest.milliseconds { dearest = most }
    }
    let (best, units) = (dearest.milliseconds, dearest.subnets)
    let ended = dearest.happened("epochPaid")
    if ended < count { report.note("of \(count) in turn, \(ended) in a block:") }
    line(report, "\(ended) × 256 members, \(rules.validators) validators, \(name)", best, units)
  }

  private func root(_ report: Report) throws {
    let pools = Int(Openings.limit)
    var script = try EpochScript()
    try script.fillRoot(pools)
    var best = Double.infinity
    for _ in 0..<rounds {
      let timed = try script.pass(until: script.state.subnets.assets.root.ends)
      guard timed.happened("poolRead") == pools else {
        throw BenchmarkFailure(description: "not all pools were read")
      }
      best = min(best, timed.milliseconds)
    }
    line(report, "the root shared among \(pools) pools", best, 0)
  }

  private func boards(_ entries: Int, _ values: Int, _ report: Report) throws {
    var script = try EpochScript()
    var (paid, gone) = (EpochScript.Timed(), EpochScript.Timed())
    for number in 1...UInt64(min(rounds, 3)) {
      try script.fillBoard(number, entries: entries, values: values)
      var timed = try script.pass(1)
      if timed.happened("tournamentPaid") == 0 { timed = try script.pass(1) }
      guard timed.happened("tournamentPaid") == 1 else {
        throw BenchmarkFailure(description: "no board was paid")
      }
      if timed.milliseconds < paid.milliseconds { paid = timed }
      timed = try script.pass(until: script.board(number).deadline)
      if timed.milliseconds < gone.milliseconds { gone = timed }
    }
    let name = "a board, \(entries) entries × \(values) values"
    line(report, name, paid.milliseconds, paid.tournaments)
    line(report, "\(name): its rows go", gone.milliseconds, gone.tournaments)
  }

  private func topics(_ report: Report) throws {
    var script = try EpochScript()
    try script.fillTopic()
    var (answer, end) = (EpochScript.Timed(), EpochScript.Timed())
    for _ in 0..<rounds {
      let found = try script.playTopic()
      guard found.answer.topics > 0, found.end.topics > 0 else {
        throw BenchmarkFailure(description: "the topic computed nothing")
      }
      if found.answer.milliseconds < answer.milliseconds { answer = found.answer }
      if found.end.milliseconds < end.milliseconds { end = found.end }
    }
    line(report, "a topic's answer, 32 / 8 / 16 members", answer.milliseconds, answer.topics)
    line(report, "a topic's end", end.milliseconds, end.topics)
  }

  /// A block full of orders, beside one of orders that are routed nowhere.
  private func orders(_ isRouted: Bool, _ report: Report) throws {
    var script = try EpochScript()
    try script.fillSubnets(1, EpochScript.rules())
    try script.beginOrdering()
    // More than a block takes.
    let (took, taken) = try script.fillBlock(script.orders(12_000, routed: isRouted))
    let name = isRouted ? "routed to a full subnet" : "routed nowhere"
    report.add("a block of \(taken) orders \(name)", took, "ms")
    report.note("  \(Report.number(took * 1e3 / Double(taken))) µs each")
    let ended = try script.pass(PlaceOrder().request.bidWindow * 1_000)
    report.add("  and the block in which they end without a bid", ended.milliseconds, "ms")
  }
}
