// What an agent may spend, and that it cannot be led to spend more.

import Primitives
import Testing

@testable import Agents

@Suite struct BudgetTests {
  @Test func refusesBeyondTheOrderAndTheTotal() throws {
    var budget = Budget(total: Amount(100), perOrder: Amount(60))
    #expect(throws: Refusal.overOrder(asked: Amount(61), limit: Amount(60))) {
      try budget.reserve(Amount(61))
    }
    try budget.reserve(Amount(60))
    #expect(throws: Refusal.overBudget(asked: Amount(41), left: Amount(40))) {
      try budget.reserve(Amount(41))
    }
    try budget.reserve(Amount(40))
    #expect(budget.left == .zero)
  }

  @Test func whatIsNotSpentIsFreeAgain() throws {
    var budget = Budget(total: Amount(100), perOrder: Amount(100))
    try budget.reserve(Amount(80))
    try budget.settle(reserved: Amount(80), cost: Amount(30))
    #expect(budget.spent == Amount(30))
    #expect(budget.reserved == .zero)
    #expect(budget.left == Amount(70))
    #expect(throws: Refusal.self) { try budget.reserve(Amount(71)) }
  }

  @Test func aRefusedReservationTakesNothing() throws {
    var budget = Budget(total: Amount(10), perOrder: Amount(100))
    #expect(throws: Refusal.self) { try budget.reserve(Amount(.max)) }
    #expect(throws: Refusal.self) { try budget.reserve(Amount(11)) }
    #expect(budget.left == Amount(10))
  }

  @Test func whatIsRecalledCountsEvenBeyondTheLimits() throws {
    var budget = Budget(total: Amount(10), perOrder: Amount(1))
    try budget.recall(Amount(25))
    #expect(budget.left == .zero)
    try budget.settle(reserved: Amount(25), cost: Amount(12))
    #expect(budget.left == .zero)
    #expect(throws: Refusal.self) { try budget.reserve(Amount(1)) }
  }
}
