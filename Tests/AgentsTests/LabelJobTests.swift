// A labelling job as a value: rounds, gold, budget, and what hostile answers do to it.

import Agents
import Arithmetic
import Labels
import Primitives
import Testing

@Suite struct LabelJobTests {
  @Test func honestLabellersMakeEveryLabelSure() throws {
    var crowd = LabelCrowd(skills: Array(repeating: 95, count: 9))
    var job = try LabelJob(crowd.definition(items: 120, gold: 40))
    try crowd.play(&job)
    let dataset = LabelDataset(job)
    #expect(job.end != nil && job.open == nil && job.upcoming == nil)
    #expect(dataset.rows.count == 120)
    #expect(crowd.right(dataset) >= 118)
    #expect(dataset.card.goldPpm > 900_000)
    #expect(job.spent <= job.definition.plan.budget && job.reserved == .zero)
  }

  @Test func sureItemsAreAskedNoMore() throws {
    var crowd = LabelCrowd(skills: Array(repeating: 90, count: 12))
    var job = try LabelJob(crowd.definition(items: 120, gold: 40))
    try crowd.play(&job, rounds: 1)
    let second = try #require(job.upcoming)
    let unsure = job.definition.items.indices.filter { !job.isSure($0) }
    #expect(!unsure.isEmpty && unsure.count < 60)
    let again = Set(second.orders.flatMap { $0.batches.flatMap(\.self) })
    #expect(unsure.allSatisfy { again.contains(.item($0)) })
    // What is asked besides only fills batches.
    let fillers = again.count { if case .item(let item) = $0 { job.isSure(item) } else { false } }
    #expect(fillers < 16)
  }

  @Test func whoAnsweredAnItemIsNotAskedAgainAboutIt() throws {
    var crowd = LabelCrowd(skills: Array(repeating: 80, count: 12))
    var job = try LabelJob(crowd.definition(items: 60, gold: 40))
    try crowd.play(&job, rounds: 1)
    let first = Set(job.outcomes.flatMap { $0.seats.map(\.labeller) })
    for order in try #require(job.upcoming).orders {
      #expect(first.isSubset(of: Set(order.refused)))
    }
  }

  @Test func clickersAreTurnedAwayByGold() throws {
    var crowd = LabelCrowd(skills: [95, 95, 0, 95, 95, 95, 95])
    var job = try LabelJob(crowd.definition(items: 120, gold: 40))
    try crowd.play(&job)
    let clicker = try #require(
      job.standing.labellers.first { $0.account == crowd.accounts[2] })
    #expect(clicker.hasFailed)
    #expect(clicker.information < Fixed64(1, over: 4))
    let honest = job.standing.labellers.filter { $0.account != crowd.accounts[2] }
    #expect(honest.allSatisfy { $0.information > Fixed64(1) && !$0.hasFailed })
    #expect(crowd.right(LabelDataset(job)) >= 115)
  }

  @Test func thirdThatColludesBendsLittle() throws {
    // Three of nine say the same wrong thing of every item, and cannot tell gold.
    var crowd = LabelCrowd(skills: [90, 90, 90, 90, 90, 90, -1, -1, -1])
    var job = try LabelJob(crowd.definition(items: 150, gold: 60, seats: 7))
    try crowd.play(&job)
    #expect(crowd.right(LabelDataset(job)) >= 142)
    let ring = job.standing.labellers.filter { crowd.accounts[6...].contains($0.account) }
    #expect(!ring.isEmpty && ring.allSatisfy(\.hasFailed))
  }

  @Test func batchesTellNothing() throws {
    let crowd = LabelCrowd(skills: [90])
    let job = try LabelJob(crowd.definition(items: 200, gold: 64))
    let round = try #require(job.upcoming)
    var seen: Set<LabelPlace> = []
    var positions: Set<Int> = []
    for order in round.orders {
      var own: Set<LabelPlace> = []
      for batch in order.batches {
        #expect(batch.count == order.units && batch.count >= 16)
        let gold = batch.indices.filter { if case .gold = batch[$0] { true } else { false } }
        #expect(gold.count == order.gold && gold.count >= 5)
        positions.formUnion(gold)
        for case .gold(let place) in batch {
          #expect(own.insert(.gold(place)).inserted, "a labeller sees no gold twice")
        }
        seen.formUnion(batch)
      }
    }
    #expect((0..<200).allSatisfy { seen.contains(.item($0)) })
    #expect(positions.count > 20, "gold stands anywhere")
    // Another secret, another mix.
    let other = try LabelJob(crowd.definition(items: 200, gold: 64, secret: 2))
    #expect(other.upcoming != job.upcoming)
    #expect(try LabelJob(crowd.definition(items: 200, gold: 64)).upcoming == job.upcoming)
  }

  @Test(arguments: 0..<12)
  func budgetIsNeverExceeded(_ seed: Int) throws {
    let skills = (0..<12).map { 20 + ($0 * 31 + seed * 17) % 75 }
    var crowd = LabelCrowd(skills: skills, seed: UInt64(seed))
    let budget = Amount(UInt64(200_000 + seed * 90_000))
    var job = try LabelJob(
      crowd.definition(
        items: 90 + 7 * seed, gold: seed % 3 == 0 ? 0 : 20 + seed, budget: budget,
        tiers: [0, 0, 1_000, 2_000]))
    while job.end == nil {
      let before = job.spent.units + job.reserved.units
      #expect(before <= budget.units)
      try crowd.step(&job)
      #expect(job.spent.units + job.reserved.units <= budget.units)
    }
    #expect(job.reserved == .zero)
    let batches = job.rounds.flatMap(\.orders).reduce(0) { $0 + $1.batches.count }
    #expect(batches >= job.outcomes.count)
  }

  @Test func harderItemsGoToBetterRecords() throws {
    var crowd = LabelCrowd(skills: Array(repeating: 65, count: 20))
    var job = try LabelJob(
      crowd.definition(items: 60, gold: 40, tiers: [0, 5_000_000, 50_000_000]))
    try crowd.play(&job)
    let tiers = job.rounds.map { round in round.orders.map(\.tier).max() ?? 0 }
    #expect(tiers.prefix(3) == [0, 1, 2] && tiers.count <= 6)
    #expect(job.end == .asked || job.end == .sure)
  }

  @Test func silenceEndsIt() throws {
    let crowd = LabelCrowd(skills: [90])
    var job = try LabelJob(crowd.definition(items: 60, gold: 40))
    try job.take(LabelEvent(.begun))
    for order in job.open?.orders.indices ?? 0..<0 {
      try job.take(LabelEvent(.lost, LabelOutcome(round: 0, order: order)))
    }
    #expect(job.end == .silence && job.reserved == .zero && job.spent == .zero)
    let dataset = LabelDataset(job)
    #expect(dataset.card.unanswered == 60)
    #expect(dataset.rows.allSatisfy { $0.label.isEmpty && $0.confidence == .zero && !$0.isSure })
  }

  @Test func silenceIsNoEndForGood() throws {
    var crowd = LabelCrowd(skills: Array(repeating: 90, count: 6))
    var job = try LabelJob(crowd.definition(items: 60, gold: 10))
    let first = try #require(job.upcoming)
    func refuses() {
      #expect(throws: LabelTrouble.self) { try job.take(LabelEvent(.again)) }
    }
    refuses()
    try job.take(LabelEvent(.begun))
    refuses()
    for order in first.orders.indices {
      try job.take(LabelEvent(.lost, LabelOutcome(round: 0, order: order)))
    }
    #expect(job.end == .silence && job.upcoming == nil)
    #expect(throws: LabelTrouble.self) {
      try job.take(LabelEvent(.again, LabelOutcome(round: 3)))
    }
    try job.take(LabelEvent(.again))
    // Dealt anew, so that no batch can be taken for one of before.
    let second = try #require(job.upcoming)
    #expect(second.number == 1 && job.end == nil)
    #expect(Set(second.orders.flatMap(\.batches)).isDisjoint(with: first.orders.flatMap(\.batches)))
    try crowd.play(&job)
    #expect(job.end != .silence && LabelDataset(job).card.unanswered == 0)
  }

  @Test func planKeepsWithinWhatTheLedgerWeighs() throws {
    var plan = LabelPlan()
    plan.price = Amount(1)
    for (seats, batch, isGood) in [
      (3, 32, true), (3, 31, false), (3, 1_365, true), (3, 1_366, false), (7, 585, true),
      (7, 586, false), (2, 64, false), (8, 64, false),
    ] as [(UInt64, UInt64, Bool)] {
      (plan.seats, plan.batch) = (seats, batch)
      #expect(((try? plan.check()) != nil) == isGood, "\(seats) × \(batch)")
    }
  }

  @Test func hostileOutcomesChangeNothing() throws {
    var crowd = LabelCrowd(skills: Array(repeating: 90, count: 6))
    var job = try LabelJob(crowd.definition(items: 60, gold: 40))
    let good = LabelOutcome(
      round: 0, order: 0, batch: 0, run: Bytes32([UInt8](repeating: 7, count: 32)) ?? .zero,
      cost: Amount(1), seats: [])
    func refuses(_ event: LabelEvent, _ code: String) {
      let before = (job.spent, job.reserved, job.waiting, job.outcomes.count, job.rounds.count)
      do throws(LabelTrouble) {
        try job.take(event)
        Issue.record("\(code) was taken")
      } catch { #expect(error.code == code) }
      let after = (job.spent, job.reserved, job.waiting, job.outcomes.count, job.rounds.count)
      #expect(before == after)
    }
    refuses(LabelEvent(.settled, good), "notAsked")
    refuses(LabelEvent(.lost), "notAsked")
    refuses(LabelEvent(.begun, LabelOutcome(round: 1)), "notAsked")
    try job.take(LabelEvent(.begun))
    refuses(LabelEvent(.begun), "notAsked")
    var bad = good
    bad.batch = .max
    refuses(LabelEvent(.settled, bad), "notAsked")
    bad = good
    bad.cost = Amount(.max)
    refuses(LabelEvent(.settled, bad), "overBudget")
    bad = good
    bad.seats = [crowd.seat(0, []), crowd.seat(0, [])]
    refuses(LabelEvent(.settled, bad), "notAsked")
    bad.seats = (0..<4).map { crowd.seat($0, []) }
    refuses(LabelEvent(.settled, bad), "notAsked")
    refuses(LabelEvent(.lost, LabelOutcome(round: 0, order: 99)), "notAsked")
    // Answers of another length, and choices that there are not, are no answers.
    bad = good
    let units = try #require(job.open).orders[0].units
    bad.seats = [
      crowd.seat(0, [1, 2]), crowd.seat(1, Array(repeating: 255, count: units)),
      crowd.seat(2, Array(repeating: 0, count: units)),
    ]
    try job.take(LabelEvent(.settled, bad))
    try crowd.play(&job)
    let records = job.standing.labellers
    #expect(records.first { $0.account == crowd.accounts[0] }?.broken == 1)
    refuses(LabelEvent(.settled, good), "notAsked")
  }

  @Test func definitionsThatCannotWorkAreRefused() throws {
    let crowd = LabelCrowd(skills: [90])
    func code(_ make: () throws -> LabelDefinition) -> String? {
      do {
        _ = try make()
        return nil
      } catch { return (error as? LabelTrouble)?.code }
    }
    #expect(code { try crowd.definition(items: 60, gold: 3) } == "tooLittleGold")
    #expect(code { try crowd.definition(items: 4, gold: 10) } == "tooFewItems")
    #expect(code { try crowd.definition(items: 10, gold: 0) } == "tooFewItems")
    #expect(code { try crowd.definition(items: 60, gold: 40, seats: 2) } == "badPlan")
    #expect(code { try crowd.definition(items: 60, gold: 40, budget: Amount(1)) } == "badPlan")
    #expect(code { try crowd.definition(items: 60, gold: 40, tiers: [5, 1]) } == "badPlan")
    #expect(code { try crowd.definition(items: 60, gold: 40, overlap: true) } == "duplicateContent")
    #expect(throws: LabelTrouble.self) { try LabelQuestion("what is it?", ["cat"]) }
    #expect(throws: LabelTrouble.self) { try LabelQuestion("what is it?", ["cat", "Cat"]) }
    #expect(throws: LabelTrouble.self) { try LabelQuestion("what is it?", ["cat", "c\u{202E}ta"]) }
    #expect(throws: LabelTrouble.self) { try LabelQuestion("", ["cat", "dog"]) }
  }
}
