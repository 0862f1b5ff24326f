// Counting what a demo showed: from settled runs, rows of the ledger, and the buyer's results.

import Agents
import Foundation
import Kernel
import Market
import Primitives
import Workers

extension Demo {
  func summary(
    _ cast: DemoCast, _ node: Node, _ market: NodeMarket, _ results: [PurchaseResult],
    _ reports: [CheckerReport]
  ) async throws -> DemoSummary {
    var summary = DemoSummary()
    summary.seed = configuration.seed
    summary.network = node.genesis.network
    summary.blocks = node.height
    summary.cheats = cast.sellers.filter(\.isCheat).map {
      CheatSummary(name: $0.name, method: $0.method, address: $0.key.address)
    }
    var open = CheckSummary(OpenCheck.name)
    var replicated = CheckSummary(ReplicatedCheck.name)
    var disputable = CheckSummary(DisputableCheck.name)
    var proved = CheckSummary(ProvedCheck.name)
    var privately = CheckSummary("proved(private)")
    for result in results {
      let check = cast.wants[result.want].check
      switch check.known {
      case .open: try add(result, cast, to: &open, &summary.cheats)
      case .replicated: try add(result, cast, to: &replicated, &summary.cheats)
      case .proved where check.hidesInput:
        try add(result, cast, to: &privately, &summary.cheats)
      case .proved: try add(result, cast, to: &proved, &summary.cheats)
      case .disputable: try add(result, cast, to: &disputable, &summary.cheats)
      // The demo buys nothing under these.
      case .judged, .panel, nil: break
      }
    }
    summary.checks = [open, replicated, disputable, proved, privately]
    summary.bought = summary.checks.reduce(0) { $0 + $1.bought }
    summary.checkers = zip(cast.checkers, reports).map { examiner, report in
      CheckerSummary(name: examiner.name, address: examiner.key.address, report: report)
    }
    summary.disputes = try await disputes(cast, market)
    try count(node, into: &summary)
    try write(results, into: &summary)
    return summary
  }

  private func add(
    _ result: PurchaseResult, _ cast: DemoCast, to check: inout CheckSummary,
    _ cheats: inout [CheatSummary]
  ) throws(Refusal) {
    if result.isGood {
      let want = cast.wants[result.want]
      check.bought += 1
      check.paid = try check.paid.adding(result.cost)
      check.limit = try check.limit.adding(try want.most())
      let digit = result.output.flatMap { CanaryJudge.digit(in: $0) }
      if digit == cast.labels[result.want] { check.right += 1 }
    } else {
      check.failed += 1
      check.burned = try check.burned.adding(result.cost)
    }
    guard let settled = result.settled else { return }
    if result.receipt != nil { check.receipts += 1 }
    if settled.verdict.audit != .none { check.audits += 1 }
    if settled.hasFallenMajority { check.felled += 1 }
    for place in settled.verdict.seats.indices {
      try judge(place, of: settled, &check.cheats, &cheats)
    }
  }

  /// What became of a cheat's answer in one seat.
  private func judge(
    _ place: Int, of settled: SettledRun, _ tally: inout CheatTally,
    _ cheats: inout [CheatSummary]
  ) throws(Refusal) {
    let seat = settled.verdict.seats[place]
    guard let cheat = cheats.firstIndex(where: { $0.address == seat.provider }),
      seat.fate != .absent, seat.fate != .idle
    else { return }
    var one = CheatTally()
    one.tried = 1
    switch seat.fate {
    case .differs, .silent, .spoiled, .fallen, .left: one.caught = 1
    case .undecided, .rejected, .absent, .idle: one.unpaid = 1
    case .paid: one.paid = 1
    }
    tally.add(one)
    cheats[cheat].tally.add(one)
    // The first payout is the buyer's, then one a seat: its stake and what it earned.
    let stake = Amount(settled.stakes[place])
    let share = settled.payouts[place + 1].amount
    if share >= stake {
      cheats[cheat].earned = try cheats[cheat].earned.adding(try share.subtracting(stake))
    } else {
      cheats[cheat].lost = try cheats[cheat].lost.adding(try stake.subtracting(share))
    }
  }

  /// Sums every balance there is.
  private func count(_ node: Node, into summary: inout DemoSummary) throws {
    for fund in node.genesis.funds {
      summary.moneyIn = try summary.moneyIn.adding(fund.amount)
      for index in summary.cheats.indices where summary.cheats[index].address == fund.account {
        summary.cheats[index].before = fund.amount
      }
    }
    let rows = try node.services.records.rows("balances", after: nil, limit: .max / 2).value
    for entry in rows {
      let key = try BalanceKey(keyBytes: entry.key)
      let amount = try CBOR.decode(Balance.self, from: entry.row).amount
      switch key.holder {
      case .escrow:
        summary.escrow = try summary.escrow.adding(amount)
        continue
      case .treasury: summary.treasury = try summary.treasury.adding(amount)
      case .operator: summary.tolls = try summary.tolls.adding(amount)
      case .account(let account):
        if account == node.genesis.operator {
          summary.tolls = try summary.tolls.adding(amount)
        }
        for index in summary.cheats.indices where summary.cheats[index].address == account {
          summary.cheats[index].after = amount
        }
      }
      summary.moneyOut = try summary.moneyOut.adding(amount)
    }
  }

  /// Writes each receipt under the short name of its run.
  private func write(_ results: [PurchaseResult], into summary: inout DemoSummary) throws {
    let folder = configuration.receipts
    if let folder {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
    }
    for result in results {
      guard let bytes = result.receipt, let run = result.run else { continue }
      let name = run.id.short + ".receipt"
      if let folder { try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name)) }
      summary.receipts += 1
      summary.receiptFiles.append(name)
    }
    summary.receiptFiles.sort()
  }
}

extension SettledRun {
  /// More than half of several seats gave one answer, and it lost a dispute.
  fileprivate var hasFallenMajority: Bool {
    let seats = verdict.seats
    return seats.contains { seat in
      seat.fate == .fallen
        && seats.count { $0.output == seat.output && $0.fate == .fallen } * 2 > seats.count
    } && seats.count > 1
  }
}
