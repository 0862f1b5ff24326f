// What the demo of labels showed: how many labels are true, and who earned what and why.

public import Agents
import Arithmetic
import Chain
import Kernel
import Market
public import Primitives

/// What became of one labeller.
public struct LabellerSummary: Hashable, Sendable {
  public let name: String
  public let part: LabellerPart
  public let does: String
  public let account: Address
  /// Batches in which it had a seat, those that paid it something, and those that took its bond.
  public private(set) var batches = 0
  public private(set) var paidBatches = 0
  public private(set) var bondsLost = 0
  /// Answers to digits, and those that were true.
  public private(set) var answers = 0
  public private(set) var right = 0
  /// Bits that an answer told.
  public let bits: String
  public let goldAnswers: Int
  public let goldRight: Int
  /// What runs paid it, and what they took of its bonds.
  public private(set) var paid = Amount()
  public private(set) var lost = Amount()
  /// What it had, and what it has, tolls included.
  public let before: Amount
  public let after: Amount

  public var hasLost: Bool { after < before }

  /// Answers that are true, in parts per million.
  public var accuracy: UInt64 { DatasetCard.ppm(right, of: answers) }

  public var why: String {
    if batches == 0 { return "was never drawn" }
    let bonds =
      bondsLost == 0 ? "" : bondsLost == 1 ? ", lost a bond" : ", lost \(bondsLost) bonds"
    return "\(goldRight) of \(goldAnswers) gold right, paid \(paidBatches) of \(batches) times"
      + bonds
  }

  init(
    _ labeller: LabelsDemoCast.Labeller, _ cast: LabelsDemoCast, _ play: LabelsPlay,
    after: Amount
  ) {
    let account = labeller.key.address
    let record = play.job.standing.labellers.first { $0.account == account }
    (name, part, does) = (labeller.name, labeller.part, labeller.does)
    self.account = account
    bits = (record?.information ?? .zero).decimal(digits: 2)
    (goldAnswers, goldRight) = (record?.gold ?? 0, record?.goldRight ?? 0)
    before = LabelsDemoCast.purse
    self.after = after
    for outcome in play.job.outcomes {
      let order = play.job.rounds[Int(outcome.round)].orders[Int(outcome.order)]
      let batch = order.batches[Int(outcome.batch)]
      for seat in outcome.seats where seat.labeller == account {
        count(seat.answers, to: batch, cast.truth)
      }
    }
    for run in play.runs { count(run) }
  }

  private mutating func count(_ said: [UInt8], to batch: [LabelPlace], _ truth: [Int]) {
    for case (.item(let item), let answer) in zip(batch, said) where answer > 0 {
      answers += 1
      if Int(answer) - 1 == truth[item] { right += 1 }
    }
  }

  private mutating func count(_ run: SettledRun) {
    for (place, seat) in run.verdict.seats.enumerated() where seat.provider == account {
      batches += 1
      let came = run.earned(by: place)
      if came.paid > .zero { paidBatches += 1 }
      if came.lost > .zero { bondsLost += 1 }
      paid = Amount(paid.units + came.paid.units)
      lost = Amount(lost.units + came.lost.units)
    }
  }

  public var json: JSONValue {
    [
      "name": .string(name), "part": .string(part.rawValue), "does": .string(does),
      "why": .string(why), "account": .string(account.checksummed),
      "batches": .integer(Int64(batches)), "paidBatches": .integer(Int64(paidBatches)),
      "bondsLost": .integer(Int64(bondsLost)), "answers": .integer(Int64(answers)),
      "right": .integer(Int64(right)), "goldAnswers": .integer(Int64(goldAnswers)),
      "goldRight": .integer(Int64(goldRight)), "bits": .decimal(bits),
      "paid": .unsigned(paid.units), "lost": .unsigned(lost.units),
      "before": .unsigned(before.units), "after": .unsigned(after.units),
    ]
  }
}

public struct LabelsDemoSummary: Hashable, Sendable {
  public let seed: UInt64
  public let network: Bytes32
  public let blocks: UInt64
  public let dataset: LabelDataset
  public let digits: Int
  /// Digits of which the dataset says the true label, and those of them that count as sure.
  public let right: Int
  public let sureRight: Int
  /// How many digits a plain majority of the same answers names rightly.
  public let majorityRight: Int
  public private(set) var moneyIn = Amount()
  /// What accounts, operator and treasury end with.
  public private(set) var moneyOut = Amount()
  /// What still lies in escrow: nothing, once all is settled.
  public private(set) var escrow = Amount()
  public private(set) var tolls = Amount()
  public private(set) var treasury = Amount()
  public private(set) var labellers: [LabellerSummary] = []
  /// What has to hold, or the demo fails.
  public private(set) var findings: [SubnetFinding] = []

  init(_ seed: UInt64, _ cast: LabelsDemoCast, _ play: LabelsPlay, _ node: Node) throws {
    self.seed = seed
    network = node.genesis.network
    blocks = node.height
    let dataset = LabelDataset(play.job)
    self.dataset = dataset
    digits = cast.truth.count
    let truth = cast.truth.map { "\($0)" }
    let rows = dataset.rows
    right = rows.indices.count { rows[$0].label == truth[$0] }
    sureRight = rows.indices.count { rows[$0].isSure && rows[$0].label == truth[$0] }
    majorityRight = rows.indices.count { item in
      let counts = rows[item].counts
      return rows[item].answers > 0
        && counts.max().flatMap { counts.firstIndex(of: $0) } == cast.truth[item]
    }
    let ends = try countMoney(node)
    for labeller in cast.labellers {
      labellers.append(
        LabellerSummary(labeller, cast, play, after: ends[labeller.key.address] ?? .zero))
    }
    findings = find()
  }

  private mutating func countMoney(_ node: Node) throws -> [Address: Amount] {
    var ends: [Address: Amount] = [:]
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
    return ends
  }

  public var json: JSONValue {
    [
      "seed": .unsigned(seed), "network": .string("\(network)"), "blocks": .unsigned(blocks),
      "digits": .integer(Int64(digits)), "right": .integer(Int64(right)),
      "sure": .integer(Int64(dataset.card.sure)), "sureRight": .integer(Int64(sureRight)),
      "majorityRight": .integer(Int64(majorityRight)),
      "rounds": .integer(Int64(dataset.card.rounds)), "cost": .unsigned(dataset.card.cost.units),
      "budget": .unsigned(dataset.card.budget.units), "moneyIn": .unsigned(moneyIn.units),
      "moneyOut": .unsigned(moneyOut.units), "escrow": .unsigned(escrow.units),
      "tolls": .unsigned(tolls.units), "treasury": .unsigned(treasury.units),
      "card": dataset.card.json, "labellers": .array(labellers.map(\.json)),
      "findings": .array(findings.map(\.json)),
    ]
  }

  private func find() -> [SubnetFinding] {
    let drawn = labellers.filter { $0.batches > 0 }
    let blind = drawn.filter { $0.part != .honest }
    let best = blind.map(\.after).max() ?? .zero
    let looked = drawn.filter { $0.part == .honest }
    return [
      SubnetFinding(
        says: "at least 9 of 10 digits have their true label", holds: right * 10 >= digits * 9),
      SubnetFinding(
        says: "of the labels that count as sure at least 9 of 10 are true",
        holds: sureRight * 10 >= dataset.card.sure * 9),
      SubnetFinding(
        says: "each labeller that looked has more in the end than each that did not",
        holds: !looked.isEmpty && looked.allSatisfy { $0.after > best }),
      SubnetFinding(
        says: "each labeller that did not look lost money",
        holds: !blind.isEmpty && blind.allSatisfy(\.hasLost)),
      SubnetFinding(
        says: "not a millionth appeared or was lost",
        holds: moneyIn == moneyOut && escrow == .zero),
    ]
  }

  public var isAsItShouldBe: Bool { findings.allSatisfy(\.holds) }
}
