// The disputes of a demo: collected from the log, judged again, with who paid whom.

import Foundation
import Market
import NetworkRoom
public import Primitives
public import Workers

/// One checker of a demo.
public struct CheckerSummary: Hashable, Sendable {
  public let name: String
  public let address: Address
  public let report: CheckerReport

  /// The time of the processor is left out: it is not the same twice.
  public var json: JSONValue {
    [
      "name": .string(name), "address": .string(address.checksummed),
      "called": .unsigned(report.called), "audited": .unsigned(report.audited),
      "sampled": .unsigned(report.sampled), "lies": .unsigned(report.lies),
      "won": .unsigned(report.won), "lost": .unsigned(report.lost),
      "fees": .unsigned(report.fees.units), "prizes": .unsigned(report.prizes.units),
      "forfeited": .unsigned(report.forfeited.units),
    ]
  }

  init(name: String, address: Address, report: CheckerReport) {
    self.name = name
    self.address = address
    var report = report
    report.cpuNanoseconds = 0
    self.report = report
  }
}

/// One game of a demo.
public struct DisputeSummary: Hashable, Sendable {
  public let finding: DisputeFinding
  public let provider: String
  public let challenger: String
  /// What the settlement moved, bonds included: who had how much at stake, and who got how much.
  public let stake: Amount
  public let paid: [DisputePayment]

  public var json: JSONValue {
    guard case .object(var members) = finding.json else { return .null }
    members.append(.init(name: "providerName", value: .string(provider)))
    members.append(.init(name: "challengerName", value: .string(challenger)))
    members.append(.init(name: "stake", value: .unsigned(stake.units)))
    members.append(.init(name: "paid", value: .array(paid.map(\.json))))
    return .object(members)
  }
}

/// One payout of a disputed run.
public struct DisputePayment: Hashable, Sendable {
  public let to: String
  public let amount: Amount

  var json: JSONValue { ["to": .string(to), "amount": .unsigned(amount.units)] }
}

extension Demo {
  /// Every game of the log. One that does not come to the end that the log says fails the demo.
  func disputes(_ cast: DemoCast, _ market: NodeMarket) async throws -> [DisputeSummary] {
    var summaries: [DisputeSummary] = []
    var after: UInt64?
    while true {
      let page = try await market.client.disputes(after: after)
      for status in page.items {
        guard let record = try await market.record(of: status) else { continue }
        let finding = try DisputeReplay.judge(record)
        let settled = try await market.client.run(status.run).settled.first
        try write(record, of: status.id)
        summaries.append(
          DisputeSummary(
            finding: finding, provider: cast.name(of: finding.provider),
            challenger: cast.name(of: finding.challenger),
            stake: Amount(settled?.stakes.first ?? 0),
            paid: (settled?.payouts ?? []).filter { $0.amount > .zero }.map { payout in
              DisputePayment(to: cast.name(of: payout), amount: payout.amount)
            }))
      }
      guard page.through != after, !page.items.isEmpty else { break }
      after = page.through
    }
    return summaries
  }
}

extension Demo {
  /// Beside the receipts, for 'tolsey dispute replay'.
  private func write(_ record: DisputeRecord, of game: GameID) throws {
    guard let folder = configuration.receipts else { return }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = folder + "/" + game.short + ".dispute"
    try Data(record.encoded).write(to: URL(fileURLWithPath: path))
  }
}

extension DemoCast {
  func name(of account: Address) -> String {
    if account == buyerKey.address { return "buyer" }
    if let seller = sellers.first(where: { $0.key.address == account }) { return seller.name }
    return checkers.first { $0.key.address == account }?.name ?? account.checksummed
  }

  fileprivate func name(of payout: Payout) -> String {
    switch payout.kind {
    case 2: "treasury"
    case 3: "operator"
    default: name(of: payout.account)
    }
  }
}
