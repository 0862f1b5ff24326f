// A crowd of labellers of known skill, who answer what a job asks; all of it from a seed.

import Agents
import Primitives

/// Labellers by skill: right in so many of a hundred answers, 0 for who clicks at random, -1 for
/// the members of a ring who all say the choice behind the true one.
struct LabelCrowd {
  let skills: [Int]
  let accounts: [Address]
  private var random: UInt64
  private var runs: UInt64 = 0
  private static let choices = ["ant", "bee", "cat", "dog"]

  init(skills: [Int], seed: UInt64 = 1) {
    self.skills = skills
    random = seed &* 0x9e37_79b9_7f4a_7c15 | 1
    accounts = skills.indices.map { place in
      Address(Array(repeating: 0, count: 18) + [UInt8(place >> 8), UInt8(place & 255)]) ?? Address()
    }
  }

  func truth(_ item: Int) -> Int { (item * 7 + item / 3) % 4 }
  func goldTruth(_ item: Int) -> Int { (item * 5 + 1) % 4 }

  func definition(
    items: Int, gold: Int, secret: UInt8 = 1, seats: UInt64 = 3,
    budget: Amount = Amount(1_000_000_000), tiers: [UInt64] = [0, 0], overlap: Bool = false
  ) throws -> LabelDefinition {
    var plan = LabelPlan()
    plan.price = Amount(1_000)
    plan.budget = budget
    plan.tiers = tiers
    plan.seats = seats
    plan.batch = 32
    return try LabelDefinition(
      try LabelQuestion("which animal?", Self.choices),
      items: (0..<items).map { JobItem("i\($0)", Array("item \($0)".utf8)) },
      gold: (0..<gold).map { place in
        let text = overlap ? "item \(place)" : "gold \(place)"
        return GoldItem(JobItem("g\(place)", Array(text.utf8)), label: goldTruth(place))
      }, plan: plan, secret: Bytes32([UInt8](repeating: secret, count: 32)) ?? .zero)
  }

  func seat(_ labeller: Int, _ answers: [UInt8]) -> LabelSeat {
    LabelSeat(accounts[labeller], answers, paid: Amount(10))
  }

  /// How many labels are true.
  func right(_ dataset: LabelDataset) -> Int {
    dataset.rows.enumerated().count { Self.choices[truth($0.offset)] == $0.element.label }
  }

  /// Plays so many rounds, or to the end.
  mutating func play(_ job: inout LabelJob, rounds: Int = .max) throws {
    var left = rounds
    while job.end == nil {
      if job.open == nil {
        guard left > 0 else { return }
        left -= 1
      }
      try step(&job)
    }
  }

  /// One round begun, and all of its batches that are still waited for settled.
  mutating func step(_ job: inout LabelJob) throws {
    if let next = job.upcoming {
      try job.take(LabelEvent(.begun, LabelOutcome(round: next.number)))
    }
    while let round = job.open {
      guard let (number, batch) = waiting(job, round) else { return }
      try job.take(LabelEvent(.settled, outcome(round, number, batch)))
    }
  }

  private func waiting(_ job: LabelJob, _ round: LabelRound) -> (Int, Int)? {
    for (number, order) in round.orders.enumerated() {
      for batch in order.batches.indices
      where !job.outcomes.contains(where: {
        $0.round == UInt64(round.number) && $0.order == UInt64(number) && $0.batch == UInt64(batch)
      }) {
        return (number, batch)
      }
    }
    return nil
  }

  mutating func outcome(_ round: LabelRound, _ number: Int, _ batch: Int) -> LabelOutcome {
    let order = round.orders[number]
    let allowed = accounts.indices.filter { !order.refused.contains(accounts[$0]) }
    // The lease of an order has the same seats in each of its runs.
    let first = allowed.isEmpty ? 0 : (number * 5 + round.number * 3) % allowed.count
    let seated = (0..<min(order.seats, allowed.count)).map { allowed[(first + $0) % allowed.count] }
    let seats = seated.map { who in
      seat(who, order.batches[batch].map { UInt8(answer(who, to: $0) + 1) })
    }
    runs += 1
    let run = Bytes32(words: 0, 0, UInt64(round.number), runs)
    return LabelOutcome(
      round: round.number, order: number, batch: batch, run: run,
      cost: Amount(order.perBatch.units * UInt64(seats.count) / 8), seats: seats)
  }

  private mutating func answer(_ who: Int, to place: LabelPlace) -> Int {
    let truth =
      switch place {
      case .item(let item): truth(item)
      case .gold(let item): goldTruth(item)
      }
    if skills[who] < 0 { return (truth + 1) % 4 }
    if skills[who] == 0 { return draw(4) }
    return draw(100) < skills[who] ? truth : (truth + 1 + draw(3)) % 4
  }

  private mutating func draw(_ count: Int) -> Int {
    // xorshift64 (Marsaglia, 2003).
    random ^= random << 13
    random ^= random >> 7
    random ^= random << 17
    return Int(random >> 11) % count
  }
}
