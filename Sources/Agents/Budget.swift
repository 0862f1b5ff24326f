// How much an agent may spend: overall, and on one order.

public import Primitives

/// Limits that an owner gives an agent. What may be spent is reserved before anything is sent, at
/// the most that it can cost; what it did cost is booked when it ends.
public struct Budget: Hashable, Sendable {
  public let total: Amount
  public let perOrder: Amount
  public private(set) var spent = Amount.zero
  public private(set) var reserved = Amount.zero

  public init(total: Amount, perOrder: Amount) {
    self.total = total
    self.perOrder = perOrder
  }

  /// What is neither spent nor reserved.
  public var left: Amount {
    (try? total.subtracting(spent).subtracting(reserved)) ?? .zero
  }

  /// Sets the dearest outcome aside, or refuses.
  public mutating func reserve(_ most: Amount) throws(Refusal) {
    guard most <= perOrder else { throw .overOrder(asked: most, limit: perOrder) }
    guard most <= left else { throw .overBudget(asked: most, left: left) }
    reserved = try reserved.adding(most)
  }

  /// Sets aside what stands on the ledger already, whatever the limits say.
  public mutating func recall(_ most: Amount) throws(Refusal) {
    reserved = try reserved.adding(most)
  }

  /// Ends a reservation: `cost` is gone, the rest is free again.
  public mutating func settle(reserved most: Amount, cost: Amount) throws(Refusal) {
    reserved = try reserved.subtracting(min(most, reserved))
    spent = try spent.adding(cost)
  }
}

extension Refusal {
  /// One order would cost more than the owner allows for one.
  public static func overOrder(asked: Amount, limit: Amount) -> Refusal {
    Refusal("overOrder", ["asked": asked.units, "limit": limit.units])
  }

  /// What is left of the budget does not cover the dearest outcome.
  public static func overBudget(asked: Amount, left: Amount) -> Refusal {
    Refusal("overBudget", ["asked": asked.units, "left": left.units])
  }
}
