// The first step of every message: in time, next in its lane, toll paid.

public import Primitives

extension KernelTables {
  /// Admits a message whose signature holds. What fails here never enters a block; what stands
  /// here stays paid even if the message itself is refused.
  public mutating func admit(
    _ head: Head, signer: Address, bytes: Int
  ) throws(Refusal) {
    guard head.validUntil >= blockTime else {
      throw .expired(validUntil: head.validUntil, now: blockTime)
    }
    guard accounts.isOpen(head.from) else { throw .unknownAccount }
    try accounts.use(sequence: head.sequence, signer: signer, lane: head.lane)
    tollPaid = try toll(of: head.from, bytes: bytes)
    try charge(tollPaid, to: head.from)
  }

  /// What a message of that size costs under the terms in force. The operator would pay itself: it
  /// pays nothing, and needs no money to keep its network going.
  public func toll(of sender: Address, bytes: Int) throws(Refusal) -> Amount {
    if try charter({ $0.operator == sender }) { return .zero }
    return try terms.current { terms throws(Refusal) in try Toll.price(bytes: bytes, terms: terms) }
  }

  /// Takes a toll for the operator.
  public mutating func charge(_ toll: Amount, to payer: Address) throws(Refusal) {
    try ledger.post(from: .account(payer), to: .operator, toll)
  }
}

extension Refusal {
  /// The message came after the last moment that it allows.
  public static func expired(validUntil: Time, now: Time) -> Refusal {
    Refusal(
      "expired", ["validUntil": validUntil.milliseconds, "now": now.milliseconds])
  }
}
