// What a subnet's demo showed: who earned what and why, and whether good work paid best.

import Agents
import Chain
import Kernel
public import Primitives

/// What became of one account.
public struct SubnetActorSummary: Hashable, Sendable {
  public let name: String
  public let part: SubnetPart
  public let does: String
  public let why: String
  public let account: Address
  public let uid: UInt64?
  /// Questions that it was asked, and answers that named the digit.
  public let asked: UInt64
  public let right: UInt64
  public let staked: Amount
  /// What epochs paid it, before what its seat cost.
  public let earned: Amount
  /// What it had, and what it has, tolls and the price of its seat included.
  public let before: Amount
  public let after: Amount
  /// What is staked on it and not back yet: nothing, where the subnet was closed.
  public let locked: Amount

  public var json: JSONValue {
    [
      "name": .string(name), "part": .string(part.rawValue), "does": .string(does),
      "why": .string(why), "account": .string(account.checksummed),
      "uid": uid.map { .unsigned($0) } ?? .null, "asked": .unsigned(asked),
      "right": .unsigned(right), "staked": .unsigned(staked.units),
      "earned": .unsigned(earned.units), "before": .unsigned(before.units),
      "after": .unsigned(after.units), "locked": .unsigned(locked.units),
    ]
  }

  /// Answers that are right, in parts per million.
  public var accuracy: UInt64 { asked == 0 ? 0 : right * million / asked }

  public var hasLost: Bool { after.units &+ locked.units < before.units }

  /// Whether this one earned more on a dollar of stake than another.
  func earnedMoreOnStake(than other: SubnetActorSummary) -> Bool {
    // Products of sums of this demo fit.
    earned.units &* other.staked.units > other.earned.units &* staked.units
  }
}

/// Something that the demo is to show, and whether it did.
public struct SubnetFinding: Hashable, Sendable {
  public let says: String
  public let holds: Bool

  public var json: JSONValue { ["says": .string(says), "holds": .bool(holds)] }
}

public struct SubnetDemoSummary: Hashable, Sendable {
  public private(set) var seed: UInt64
  public private(set) var network: Bytes32
  public private(set) var blocks: UInt64
  public private(set) var epochs: UInt64
  /// What the sponsor paid in, and what epochs paid out.
  public private(set) var budget = Amount()
  public private(set) var paid = Amount()
  public private(set) var moneyIn = Amount()
  /// What accounts, operator and treasury end with.
  public private(set) var moneyOut = Amount()
  /// What still lies in escrow: nothing, where the subnet was closed.
  public private(set) var escrow = Amount()
  public private(set) var tolls = Amount()
  public private(set) var treasury = Amount()
  public private(set) var actors: [SubnetActorSummary] = []
  public private(set) var findings: [SubnetFinding] = []

  public var json: JSONValue {
    [
      "seed": .unsigned(seed), "network": .string("\(network)"), "blocks": .unsigned(blocks),
      "epochs": .unsigned(epochs), "budget": .unsigned(budget.units),
      "paid": .unsigned(paid.units), "moneyIn": .unsigned(moneyIn.units),
      "moneyOut": .unsigned(moneyOut.units), "escrow": .unsigned(escrow.units),
      "tolls": .unsigned(tolls.units), "treasury": .unsigned(treasury.units),
      "actors": .array(actors.map(\.json)), "findings": .array(findings.map(\.json)),
    ]
  }

  init(_ stage: SubnetStage) throws {
    seed = stage.seed
    network = stage.node.genesis.network
    blocks = stage.node.height
    epochs = stage.epochs
    budget = try SubnetDemoCast.perEpoch.multiplied(by: stage.epochs)
    var ends: [Address: Amount] = [:]
    let node = stage.node
    for fund in node.genesis.funds { moneyIn = try moneyIn.adding(fund.amount) }
    for entry in try node.services.records.rows("balances", after: nil, limit: .max / 2).value {
      let key = try BalanceKey(keyBytes: entry.key)
      let amount = try CBOR.decode(Balance.self, from: entry.row).amount
      switch key.holder {
      case .escrow:
        escrow = try escrow.adding(amount)
        continue
      case .treasury: treasury = try treasury.adding(amount)
      case .operator: tolls = try tolls.adding(amount)
      case .account(let account):
        if account == node.genesis.operator { tolls = try tolls.adding(amount) }
        ends[account] = amount
      }
      moneyOut = try moneyOut.adding(amount)
    }
    for actor in stage.cast.actors {
      let tally = stage.tallies[actor.name] ?? .init()
      paid = try paid.adding(tally.earned)
      actors.append(
        SubnetActorSummary(
          name: actor.name, part: actor.part, does: actor.does, why: Self.why(actor, tally),
          account: actor.key.address, uid: tally.uid, asked: tally.asked, right: tally.right,
          staked: Amount(actor.stake * million), earned: tally.earned,
          before: SubnetDemoCast.purse, after: ends[actor.key.address] ?? .zero,
          locked: tally.locked))
    }
    findings = find()
  }

  private static func why(_ actor: SubnetDemoCast.Actor, _ tally: SubnetStage.Tally) -> String {
    let share = tally.trust * 1_000 / 65_535
    let agreed = "\(share / 10).\(share % 10) % of its last weights were in the consensus"
    switch actor.part {
    case .owner: return "its deposit came back; it has no cut"
    case .sponsor: return "paid for the epochs"
    case .validator: return agreed
    case .copier: return agreed + ", but late"
    case .cabal where actor.judges: return agreed
    case .miner, .relay, .cabal:
      if tally.copied > 0 {
        return "its answers were another's in \(tally.copied) of \(tally.scored) rounds"
      }
      return "\(tally.right) of \(tally.asked) answers were right"
    }
  }
}

extension SubnetDemoSummary {
  /// Right at least in so many of a million answers: who does that is good.
  static let good: UInt64 = 850_000

  /// What has to hold, or the demo fails.
  private func find() -> [SubnetFinding] {
    let good = actors.filter { $0.part == .miner && $0.accuracy >= Self.good }
    let cheats = actors.filter { [.relay, .copier, .cabal].contains($0.part) }
    let worst = good.map(\.earned).min() ?? .zero
    let best = cheats.map(\.earned).max() ?? .zero
    let judges = actors.filter { $0.part == .validator }
    let dishonest = cheats.filter { $0.staked > .zero }
    return [
      SubnetFinding(
        says: "each of the \(good.count) miners that are right in 85 % and more earned more than "
          + "the relay, the copier and each of the cabal",
        holds: !good.isEmpty && worst > best),
      SubnetFinding(
        says: "each honest validator earned more on a dollar of stake than the copier and the "
          + "cabal",
        holds: judges.allSatisfy { own in
          dishonest.allSatisfy { own.earnedMoreOnStake(than: $0) }
        }),
      SubnetFinding(
        says: "the relay and all of the cabal lost money",
        holds: cheats.filter { $0.part != .copier }.allSatisfy(\.hasLost)),
      SubnetFinding(
        says: "not a millionth appeared or was lost",
        holds: (try? moneyOut.adding(escrow)) == moneyIn),
    ]
  }

  public var isAsItShouldBe: Bool { findings.allSatisfy(\.holds) }
}
