// What a sale comes to, whichever way it is paid.

import Chain
import Payments
public import Primitives

/// What was made for a sale.
public struct Product: Sendable {
  /// What it costs where a channel pays: no more than was asked for.
  public var price: Amount
  /// What the receipt says of it.
  public var facts: RunFacts
  /// The answer, which may hold the receipt.
  var body: @Sendable (SignedRun?) throws -> [UInt8]

  init(
    price: Amount, facts: RunFacts, body: @escaping @Sendable (SignedRun?) throws -> [UInt8]
  ) {
    self.price = price
    self.facts = facts
    self.body = body
  }
}
