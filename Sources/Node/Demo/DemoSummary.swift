// What a demo showed, as numbers: the command line draws it, `--json` gives it away.

public import Primitives

/// What happened to the tries of cheats under one check.
///
/// `tried` is always `caught` + `unpaid` + `paid`.
public struct CheatTally: Hashable, Sendable {
  public var tried: UInt64 = 0
  /// Slashed: the bond of the seat is lost.
  public var caught: UInt64 = 0
  /// Not paid and not slashed: no majority, or rejected by the buyer.
  public var unpaid: UInt64 = 0
  /// Taken for good work, which only `open` lets happen.
  public var paid: UInt64 = 0

  public init() {}

  mutating func add(_ other: CheatTally) {
    tried += other.tried
    caught += other.caught
    unpaid += other.unpaid
    paid += other.paid
  }
}

/// What was bought under one check.
public struct CheckSummary: Hashable, Sendable {
  /// As orders name it: `open`, `replicated`, `proved(private)`.
  public let name: String
  /// Answers that were paid for and delivered.
  public var bought: UInt64 = 0
  /// Purchases that ended without an answer, and were made again.
  public var failed: UInt64 = 0
  /// What the delivered answers cost, in millionths of a dollar.
  public var paid = Amount()
  /// What they could have cost at the buyer's limit.
  public var limit = Amount()
  /// What the buyer lost on purchases that brought no answer.
  public var burned = Amount()
  /// Delivered answers that name the digit.
  public var right: UInt64 = 0
  public var cheats = CheatTally()
  /// Runs of which an auditor was drawn.
  public var audits: UInt64 = 0
  /// Answers of a majority that lost a dispute.
  public var felled: UInt64 = 0
  /// Receipts of its runs, those of cheats included.
  public var receipts: UInt64 = 0

  init(_ name: String) { self.name = name }

  /// Right answers in parts per million of the delivered ones.
  public var accuracy: UInt64 { bought == 0 ? 0 : right * million / bought }
}

/// What became of one cheat.
public struct CheatSummary: Hashable, Sendable {
  public let name: String
  /// How it cheats, for people.
  public let method: String
  public let address: Address
  public var tally = CheatTally()
  /// Prices that it was paid, take left out.
  public var earned = Amount()
  /// Bonds that it lost.
  public var lost = Amount()
  /// What it had, and what it has, tolls included.
  public var before = Amount()
  public var after = Amount()
}

/// The whole demo.
public struct DemoSummary: Hashable, Sendable {
  public var seed: UInt64 = 0
  public var network = Bytes32()
  /// Blocks that the demo took.
  public var blocks: UInt64 = 0
  public var bought: UInt64 = 0
  /// Everything that the accounts began with.
  public var moneyIn = Amount()
  /// Everything that accounts, operator and treasury end with.
  public var moneyOut = Amount()
  /// What still lies in escrow: nothing, when the demo went well.
  public var escrow = Amount()
  /// Tolls, which went to the operator.
  public var tolls = Amount()
  /// What the treasury keeps: slashes, burns and the take.
  public var treasury = Amount()
  /// Receipt files that were written, or would be with a folder.
  public var receipts: UInt64 = 0
  public var receiptFiles: [String] = []
  public var checks: [CheckSummary] = []
  public var cheats: [CheatSummary] = []
  public var checkers: [CheckerSummary] = []
  /// Every game that was played, judged again from its record.
  public var disputes: [DisputeSummary] = []

  public init() {}

  public var moneyIsWhole: Bool { moneyIn == moneyOut && escrow == .zero }

  public var cheatsTotal: CheatTally {
    var total = CheatTally()
    for check in checks { total.add(check.cheats) }
    return total
  }

  public var json: JSONValue {
    let total = cheatsTotal
    return [
      "seed": .unsigned(seed), "network": .string("\(network)"), "blocks": .unsigned(blocks),
      "bought": .unsigned(bought), "moneyIn": .unsigned(moneyIn.units),
      "moneyOut": .unsigned(moneyOut.units), "escrow": .unsigned(escrow.units),
      "tolls": .unsigned(tolls.units), "treasury": .unsigned(treasury.units),
      "receipts": .unsigned(receipts), "cheatsTried": .unsigned(total.tried),
      "cheatsCaught": .unsigned(total.caught), "cheatsUnpaid": .unsigned(total.unpaid),
      "cheatsPaid": .unsigned(total.paid),
      "checks": .object(checks.map { JSONValue.Member(name: $0.name, value: $0.json) }),
      "cheats": .array(cheats.map(\.json)), "checkers": .array(checkers.map(\.json)),
      "disputes": .array(disputes.map(\.json)),
    ]
  }
}

extension CheckSummary {
  public var json: JSONValue {
    [
      "bought": .unsigned(bought), "failed": .unsigned(failed), "paid": .unsigned(paid.units),
      "limit": .unsigned(limit.units), "burned": .unsigned(burned.units),
      "right": .unsigned(right), "accuracy": .unsigned(accuracy),
      "cheatsTried": .unsigned(cheats.tried), "cheatsCaught": .unsigned(cheats.caught),
      "cheatsUnpaid": .unsigned(cheats.unpaid), "cheatsPaid": .unsigned(cheats.paid),
      "audits": .unsigned(audits), "majoritiesFelled": .unsigned(felled),
      "receipts": .unsigned(receipts),
    ]
  }
}

extension CheatSummary {
  public var json: JSONValue {
    [
      "name": .string(name), "method": .string(method), "address": .string(address.checksummed),
      "tried": .unsigned(tally.tried), "caught": .unsigned(tally.caught),
      "unpaid": .unsigned(tally.unpaid), "paid": .unsigned(tally.paid),
      "earned": .unsigned(earned.units), "lost": .unsigned(lost.units),
      "before": .unsigned(before.units), "after": .unsigned(after.units),
    ]
  }
}
