// A Kernel with three people who have money, for the tests of Payments.

import Kernel
import Payments
import Primitives

/// Carries payments on a ledger of its own.
struct TestLedger: ~Copyable {
  static let chainId: UInt64 = 84_532
  static let payer = PrivateKey(seed: Array("payer".utf8))
  static let seller = PrivateKey(seed: Array("seller".utf8)).address
  static let carrier = PrivateKey(seed: Array("carrier".utf8)).address
  static let keeper = PrivateKey(seed: Array("keeper".utf8)).address
  static let stranger = PrivateKey(seed: Array("stranger".utf8)).address
  /// The second of the first block.
  static let start: UInt64 = 1_700_000_000
  static let token = DollarToken.domain(chainId: chainId)

  var k = KernelTables()
  var payments = PaymentTables()
  private var links: [Bytes32]
  var sequence: UInt64 = 0

  init() throws(Refusal) {
    var link = SHA256.hash(Array("links".utf8))
    var chain: [Bytes32] = []
    for _ in 0..<64 {
      chain.append(link)
      link = SHA256.hash(link.bytes)
    }
    links = chain
    k.found(
      Charter(network: link, operator: Self.keeper, custodians: [Self.keeper]),
      terms: .standard, beacon: link, anchor: link,
      time: Time((Self.start - 1) * 1_000))
    for account in [Self.payer.address, Self.seller, Self.carrier] {
      try k.fund(account, Amount(1_000_000))
    }
    payments.token = Self.token
    forget()
    try pass(milliseconds: 1_000)
  }

  mutating func forget() {
    k.forgetUndo()
    payments.forgetUndo()
  }

  /// A block later; due timers fire.
  mutating func pass(milliseconds: UInt64, pausedBy pause: UInt64 = 0) throws(Refusal) {
    try k.beginBlock(
      time: Time(k.blockTime.milliseconds + milliseconds), link: links.removeLast(),
      pausedBy: Time(pause))
    forget()
    while let timer = k.timers.popDue(k.now) {
      _ = try payments.fire(timer.key, at: timer.deadline, &k)
    }
    forget()
  }

  var now: UInt64 { k.blockTime.milliseconds / 1_000 }

  func balance(_ account: Address) -> UInt64 { k.ledger.balance(.account(account)).units }

  var remembered: Int {
    var count = 0
    payments.forEachSpent { _, _ in count += 1 }
    return count
  }

  /// What the payer signs for somebody: valid for a minute.
  func authorisation(
    _ kind: AuthorisedTransfer = .transfer, to: Address = TestLedger.seller,
    _ units: UInt64 = 10_000, nonce: UInt8 = 1, after: UInt64 = 0, before: UInt64? = nil
  ) -> TransferAuthorisation {
    TransferAuthorisation(
      kind, payer: Self.payer.address, to: to, Amount(units), validAfter: after,
      validBefore: before ?? now + 60, nonce: SHA256.hash([nonce])
    ).signed(by: Self.payer, token: Self.token)
  }

  /// Carries it out whole or not at all; nil says that it was done.
  mutating func carry(
    _ a: TransferAuthorisation, by carrier: Address = TestLedger.carrier
  ) -> Refusal? {
    let head = Head(from: carrier, sequence: sequence, validUntil: .never)
    sequence += 1
    let message = PayAuthorised(head, a)
    return done { (payments, k) throws(Refusal) in
      try payments.apply(message, as: SHA256.hash(CBOR.encode(message)), &k)
    }
  }

  mutating func cancel(
    _ nonce: UInt8, signedBy key: PrivateKey = TestLedger.payer,
    by carrier: Address = TestLedger.carrier
  ) -> Refusal? {
    let head = Head(from: carrier, sequence: sequence, validUntil: .never)
    sequence += 1
    var message = CancelAuthorisation(
      head, payer: Self.payer.address, nonce: SHA256.hash([nonce]))
    message.signature = key.sign(digest: message.digest(token: Self.token)).bytes
    let signed = message
    return done { (payments, k) throws(Refusal) in
      try payments.apply(signed, as: SHA256.hash(CBOR.encode(signed)), &k)
    }
  }

  mutating func done(
    _ body: (inout PaymentTables, inout KernelTables) throws(Refusal) -> Void
  ) -> Refusal? {
    let (kernel, room) = (k.mark(), payments.mark())
    do throws(Refusal) {
      try body(&payments, &k)
      forget()
      return nil
    } catch {
      k.rollback(to: kernel)
      payments.rollback(to: room)
      return error
    }
  }
}
