// Makes batches: items in an order that tells nothing, gold among them, and who may not answer.

import Primitives

/// Deals the items of a round into batches and orders, from the job's secret.
///
/// Every batch of an order is as long as the others and has as much gold, as the ledger asks.
/// Where items do not fill the last one, some are asked about once more.
struct LabelMixer {
  private let job: LabelJob
  private let key: HMAC.Key

  init(_ job: LabelJob) {
    self.job = job
    key = HMAC.Key(job.definition.secret.bytes)
  }

  private var plan: LabelPlan { job.definition.plan }
  private var gold: Int { job.definition.gold.isEmpty ? 0 : Int(plan.goldPerBatch) }

  /// Batches for as many of the items as the budget pays for, the least sure first; nil where it
  /// pays for none.
  func round(_ number: Int, of unsure: [Int]) -> LabelRound? {
    // The definition was held against one batch.
    guard let most = try? plan.cost(units: plan.batch, gold: gold > 0).units else { return nil }
    var left = plan.budget.units - min(plan.budget.units, job.spent.units + job.reserved.units)
    var orders: [LabelOrder] = []
    var deck = GoldDeck(shuffled(Array(job.definition.gold.indices), "gold \(number)"))
    for tier in plan.tiers.indices {
      let affordable = Int(clamping: left / most)
      let room = Int(plan.batch) - gold
      var group = unsure.filter { job.tiers[$0] == tier }
      if group.count / room >= affordable {
        group = Array(leastSureFirst(group).prefix(affordable * room))
      }
      guard !group.isEmpty else { continue }
      for order in deal(shuffled(group, "items \(number) \(tier)"), tier, &deck, number) {
        left -= order.perBatch.units * UInt64(order.batches.count)
        orders.append(order)
      }
    }
    return orders.isEmpty ? nil : LabelRound(number: number, orders: orders)
  }

  private func deal(
    _ items: [Int], _ tier: Int, _ deck: inout GoldDeck, _ round: Int
  ) -> [LabelOrder] {
    let room = Int(plan.batch) - gold
    // As many batches as leave each labeller to see gold once; one at least.
    let perOrder =
      gold == 0
      ? Int(plan.batchesPerOrder)
      : max(1, min(Int(plan.batchesPerOrder), job.definition.gold.count / gold))
    let count = (items.count + room - 1) / room
    func part(_ batch: Int) -> Int { items.count * batch / count }
    return stride(from: 0, to: count, by: perOrder).map { first in
      let last = min(first + perOrder, count)
      return order(
        (first..<last).map { Array(items[part($0)..<part($0 + 1)]) }, tier, &deck,
        "\(round) \(tier) \(first)")
    }
  }

  private func order(
    _ parts: [[Int]], _ tier: Int, _ deck: inout GoldDeck, _ use: String
  ) -> LabelOrder {
    let least = max(Int(LabelPlan.leastBatch) - gold, gold, 1)
    let each = parts.reduce(least) { max($0, $1.count) }
    let items = parts.flatMap(\.self)
    let batches = parts.enumerated().map { number, part in
      let own = part + fillers(each - part.count, for: part, of: items)
      let places = own.map { LabelPlace.item($0) } + deck.draw(gold).map { LabelPlace.gold($0) }
      return shuffled(places, "batch \(use) \(number)")
    }
    let refused = job.standing.refused(for: batches.flatMap(\.self))
    // `round` has found the cost of a full batch in range, and this is none above it.
    let cost = try? plan.cost(units: UInt64(each + gold), gold: gold > 0)
    return LabelOrder(
      tier: tier, seats: Int(plan.seats), batches: batches, refused: refused,
      perBatch: cost ?? plan.budget)
  }

  /// Items that are asked about once more so that a batch is full: the least sure that are not in
  /// the order, and where there are too few, some of its other batches.
  private func fillers(_ count: Int, for own: [Int], of order: [Int]) -> [Int] {
    guard count > 0 else { return [] }
    let inOrder = Set(order)
    let others = leastSureFirst(job.definition.items.indices.filter { !inOrder.contains($0) })
    let mine = Set(own)
    return Array((others + order.filter { !mine.contains($0) }).prefix(count))
  }

  private func leastSureFirst(_ items: [Int]) -> [Int] {
    items.sorted {
      let (l, r) = (job.standing.confidence[$0], job.standing.confidence[$1])
      return l == r ? $0 < $1 : l < r
    }
  }

  /// Fisher and Yates, with numbers that follow from the secret. A number is the remainder of 64
  /// bits, whose lean towards small ones is below 2^-40 for lists that are allowed.
  private func shuffled<T>(_ list: [T], _ use: String) -> [T] {
    var list = list
    for place in list.indices.dropFirst().reversed() {
      let word = key.authenticate(Array("tolsey labels \(use) \(place)".utf8)).leadingWord
      list.swapAt(place, Int(word % UInt64(place + 1)))
    }
    return list
  }
}

/// Deals gold round and round, so that nothing comes twice before all of it came, where there is
/// enough: what a labeller sees again would be known as gold.
private struct GoldDeck {
  private let cards: [Int]
  private var next = 0

  init(_ cards: [Int]) { self.cards = cards }

  mutating func draw(_ wanted: Int) -> [Int] {
    let count = min(wanted, cards.count)
    guard count > 0 else { return [] }
    defer { next += count }
    return (0..<count).map { cards[(next + $0) % cards.count] }
  }
}
