// A labelling job as a value: what is asked next, what came, what it cost; no clock, no network.

import Labels
public import Primitives

/// Rounds of batches, from the first question to the dataset.
///
/// It is a function of its definition and of the events that it was told, in their order, so that
/// a file of those brings it back after a crash. An event that does not fit changes nothing.
/// Money that may still be paid is reserved: `spent` and `reserved` together never exceed the
/// budget.
public struct LabelJob: Sendable {
  public let definition: LabelDefinition
  /// The round that is asked next; nil while one is open, and at the end.
  public private(set) var upcoming: LabelRound?
  public private(set) var open: LabelRound?
  public private(set) var end: LabelEnd?
  public private(set) var rounds: [LabelRound] = []
  public private(set) var outcomes: [LabelOutcome] = []
  public private(set) var spent = Amount()
  public private(set) var reserved = Amount()
  /// What the answers say, as of the end of the last round.
  public private(set) var standing: LabelStanding
  /// By item: the round of the plan that it is in, from 0.
  var tiers: [Int]

  private struct Pending: Hashable {
    var order: Int
    var batch: Int
  }

  private var pending: Set<Pending> = []
  private var answersBefore = 0

  public init(_ definition: LabelDefinition) throws(LabelTrouble) {
    try definition.check()
    self.definition = definition
    standing = try LabelStanding(definition, rounds: [], outcomes: [])
    tiers = Array(repeating: 0, count: definition.items.count)
    plan()
  }

  /// Batches that are asked and not settled yet.
  public var waiting: Int { pending.count }

  // MARK: - Events

  /// Takes an event, or refuses it and stays as it was.
  public mutating func take(_ event: LabelEvent) throws(LabelTrouble) {
    switch event.kind {
    case .begun: try begin(event.outcome)
    case .settled: try settle(event.outcome)
    case .lost: try lose(event.outcome)
    case .again: try askAgain(event.outcome)
    }
  }

  /// Silence is no end for good: whoever labels may have come since.
  private mutating func askAgain(_ named: LabelOutcome) throws(LabelTrouble) {
    guard end == .silence, named == LabelOutcome() else { throw .notAsked("another round") }
    end = nil
    plan()
  }

  private mutating func begin(_ named: LabelOutcome) throws(LabelTrouble) {
    guard let round = upcoming, named == LabelOutcome(round: round.number) else {
      throw .notAsked("round \(named.round)")
    }
    open = round
    upcoming = nil
    rounds.append(round)
    answersBefore = standing.answers
    for (place, order) in round.orders.enumerated() {
      for batch in order.batches.indices {
        pending.insert(Pending(order: place, batch: batch))
        // `plan` has held the sum against the budget.
        reserved = Amount(reserved.units + order.perBatch.units)
      }
    }
  }

  private mutating func settle(_ outcome: LabelOutcome) throws(LabelTrouble) {
    guard let (order, place) = find(outcome) else {
      throw .notAsked("batch \(outcome.batch) of order \(outcome.order)")
    }
    guard outcome.cost <= order.perBatch else { throw .overBudget() }
    guard outcome.seats.count <= order.seats else {
      throw .notAsked("answer \(outcome.seats.count) of \(order.seats)")
    }
    for (index, seat) in outcome.seats.enumerated()
    where outcome.seats[..<index].contains(where: { $0.labeller == seat.labeller }) {
      throw .notAsked("a second answer of \(seat.labeller.checksummed)")
    }
    guard !outcomes.contains(where: { $0.run == outcome.run && $0.run != .zero }) else {
      throw .notAsked("the same run for two batches")
    }
    pending.remove(place)
    outcomes.append(outcome)
    reserved = Amount(reserved.units - order.perBatch.units)
    spent = Amount(spent.units + outcome.cost.units)
    if pending.isEmpty { try close() }
  }

  private mutating func lose(_ named: LabelOutcome) throws(LabelTrouble) {
    guard let round = open, named.round == UInt64(round.number),
      let number = Int(exactly: named.order), round.orders.indices.contains(number)
    else { throw .notAsked("order \(named.order)") }
    let lost = pending.filter { $0.order == number }
    guard !lost.isEmpty else { throw .notAsked("order \(named.order)") }
    pending.subtract(lost)
    let each = round.orders[number].perBatch.units
    reserved = Amount(reserved.units - UInt64(lost.count) * each)
    if pending.isEmpty { try close() }
  }

  /// Whether a batch of the open round is asked and not settled yet.
  public func isWaiting(order: Int, batch: Int) -> Bool {
    pending.contains(Pending(order: order, batch: batch))
  }

  /// The order of a batch that is waited for.
  private func find(_ outcome: LabelOutcome) -> (LabelOrder, Pending)? {
    guard let round = open, outcome.round == UInt64(round.number),
      let order = Int(exactly: outcome.order), let batch = Int(exactly: outcome.batch),
      round.orders.indices.contains(order)
    else { return nil }
    let place = Pending(order: order, batch: batch)
    return pending.contains(place) ? (round.orders[order], place) : nil
  }

  // MARK: - Between rounds

  private mutating func close() throws(LabelTrouble) {
    open = nil
    standing = try LabelStanding(definition, rounds: rounds, outcomes: outcomes)
    if standing.answers == answersBefore {
      end = .silence
      return
    }
    plan()
  }

  /// Looks at each item, and plans the round that the rest needs.
  private mutating func plan() {
    let asked = Set(
      rounds.last?.orders.flatMap { $0.batches.flatMap(\.self) } ?? [])
    var unsure: [Int] = []
    var isLeftOpen = false
    for item in definition.items.indices {
      // What the budget left out, or nobody answered, has not had its turn yet.
      if asked.contains(.item(item)), standing.votes(of: item) > 0 { tiers[item] += 1 }
      if isSure(item) { continue }
      isLeftOpen = true
      if tiers[item] < definition.plan.tiers.count { unsure.append(item) }
    }
    guard !unsure.isEmpty else {
      end = isLeftOpen ? .asked : .sure
      return
    }
    upcoming = LabelMixer(self).round(rounds.count, of: unsure)
    if upcoming == nil { end = .budget }
  }
}

extension LabelJob {
  /// Whether nobody else has to be asked about an item.
  public func isSure(_ item: Int) -> Bool {
    let terms = definition.plan.terms
    return standing.votes(of: item) >= terms.least && standing.confidence[item] >= terms.sure
  }
}

extension LabelOutcome {
  /// Names a round and an order, nothing more.
  public init(round: Int, order: Int = 0) {
    self.init()
    self.round = UInt64(round)
    self.order = UInt64(order)
  }
}
