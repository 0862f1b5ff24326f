// An order of a job as the ledger takes it, and what came of its runs as the job takes it.

import Chain
import Labels
import Market
public import Primitives

/// How long the steps of a job's orders take, in seconds.
public struct LabelTimes: Hashable, Sendable {
  /// For a batch, from the input to the seals.
  public var run: UInt64 = 3_600
  public var bids: UInt64 = 30
  public var reveals: UInt64 = 30
  /// For the gold, which its owner opens last.
  public var gold: UInt64 = 3_600

  public init() {}
}

extension LabelDefinition {
  /// What is bought for an order: each batch a run, its items under numbers, its gold committed.
  public func want(
    _ order: LabelOrder, _ times: LabelTimes = LabelTimes()
  ) throws(Refusal) -> Want {
    let golds = order.batches.map { batch in
      batch.map { place -> UInt8 in
        if case .gold(let item) = place {
          UInt8(truncatingIfNeeded: gold[item].label + 1)
        } else {
          0
        }
      }
    }
    let committed = order.gold > 0 ? WantGold(golds, secret: secret) : nil
    let spec = LabelsSpec(
      question: question.text, choices: question.choices, items: UInt64(order.units),
      gold: committed?.root ?? .zero)
    let check = CheckTerms(
      JudgedCheck.name,
      [
        Number("seats", UInt64(order.seats)), Number("gold", UInt64(order.gold)),
        Number("par", JudgedCheck.usualPar), Number("panel", 0),
      ])
    var inputs: [[UInt8]] = []
    for batch in order.batches { inputs.append(CBOR.encode(try ledgerItems(batch))) }
    var want = Want(
      .auction, spec: CBOR.encode(spec), input: inputs.first ?? [], check: check,
      limit: Rate(plan.price))
    want.work = LabelsWork.name
    want.more = Array(inputs.dropFirst())
    want.units = UInt64(order.units)
    want.runTime = times.run
    want.bidWindow = times.bids
    want.revealWindow = times.reveals
    want.acceptWindow = times.gold
    want.gold = committed
    want.lists.refuse = order.refused
    want.lists.minGood = Amount(plan.tiers[order.tier])
    want.tries = 1
    return want
  }

  /// Labellers see numbers, never what the owner calls an item.
  private func ledgerItems(_ batch: [LabelPlace]) throws(Refusal) -> LabelItems {
    var list: [LabelItem] = []
    for (number, place) in batch.enumerated() {
      let content =
        switch place {
        case .item(let item): items[item].content
        case .gold(let item): gold[item].item.content
        }
      // An import has refused all others.
      let media = LabelMedia(of: content)?.rawValue ?? ""
      list.append(LabelItem(name: "\(number + 1)", media: media, body: content))
    }
    return LabelItems(list)
  }
}

extension LabelJob {
  /// What is still to be bought of the open round, each by the number of its order.
  public func wants(
    _ times: LabelTimes = LabelTimes()
  ) throws(Refusal) -> [(order: Int, want: Want)] {
    var wants: [(order: Int, want: Want)] = []
    for (number, order) in (open?.orders ?? []).enumerated()
    where order.batches.indices.contains(where: { isWaiting(order: number, batch: $0) }) {
      wants.append((number, try definition.want(order, times)))
    }
    return wants
  }

  /// What an ended purchase of an order brings that the job has not taken yet, in the order in
  /// which it has to.
  public func events(
    of result: PurchaseResult, order: Int, from client: some MarketClient
  ) async throws -> [LabelEvent] {
    guard let round = open, round.orders.indices.contains(order), !result.isRefused else {
      return []
    }
    var events: [LabelEvent] = []
    for run in result.runs where isWaiting(order: order, batch: Int(clamping: run.run.index)) {
      let outcome = try await run.outcome(round: round.number, order: order, from: client)
      events.append(LabelEvent(.settled, outcome))
    }
    let waiting = round.orders[order].batches.indices.count { isWaiting(order: order, batch: $0) }
    if waiting > events.count {
      events.append(LabelEvent(.lost, LabelOutcome(round: round.number, order: order)))
    }
    return events
  }
}

extension RunResult {
  /// The run as a batch of a job, with the answers that its seats opened on the ledger.
  public func outcome(
    round: Int, order: Int, from client: some MarketClient
  ) async throws -> LabelOutcome {
    var seats: [LabelSeat] = []
    for (place, seat) in settled.verdict.seats.enumerated() {
      guard case .openAnswer(let m)? = try await client.message(seat.evidence.digest) else {
        continue
      }
      seats.append(LabelSeat(seat.provider, m.answer, paid: settled.earned(by: place).paid))
    }
    return LabelOutcome(
      round: round, order: order, batch: Int(clamping: settled.index), run: run.id.digest,
      cost: cost, seats: seats)
  }
}
