// A market without a chain around it: a clock, accounts, and messages applied one by one.

import Primitives
import Testing

@testable import Kernel
@testable import Market

/// Records that a test writes down itself.
struct FixedStanding: Standing {
  var weights: [Address: UInt64] = [:]
  var rejections: [Address: UInt64] = [:]

  func weight(of account: Address) -> UInt64 { weights[account] ?? 970_000 }
  func rejectionRate(of account: Address, price: Amount) -> UInt64 {
    rejections[account] ?? 50_000
  }
  func good(of account: Address) -> Amount { .zero }
  func audited(of account: Address) -> Amount { .zero }
}

/// Subnets that a test makes up.
struct FixedRankings: Rankings {
  var rankings: [UInt64: Ranking] = [:]

  func ranking(of subnet: UInt64, at now: Time) throws(Refusal) -> Ranking {
    guard let ranking = rankings[subnet] else { throw .noRanking(subnet) }
    return ranking
  }
}

/// One market with its kernel. Every refused message is rolled back, as Chain does it.
struct House: ~Copyable {
  var k = KernelTables()
  var market = MarketTables()
  let works = AnyWork()
  var standing = FixedStanding()
  var rankings = FixedRankings()
  var conclusions: [Conclusion] = []
  private var sent: UInt64 = 0
  /// The rows as a store would have them.
  private(set) var stored: [Bytes32: RowChange] = [:]
  private(set) var links: [Bytes32] = []

  static let operatorKey = PrivateKey(seed: Array("operator".utf8))
  static let custodianKey = PrivateKey(seed: Array("custodian".utf8))
  static let fund = Amount(1_000_000_000)

  /// Accounts by name, each with a thousand dollars.
  static func account(_ name: String) -> Address {
    PrivateKey(seed: Array(name.utf8)).address
  }

  init(_ names: [String]) throws {
    var link = SHA256.hash(Array("chain of the test".utf8))
    for _ in 0..<4_000 {
      links.append(link)
      link = SHA256.hash(link.bytes)
    }
    k.found(
      Charter(
        network: SHA256.hash([1]), operator: House.operatorKey.address,
        custodians: [House.custodianKey.address]),
      terms: .standard, beacon: SHA256.hash([2]), anchor: link, time: Time(1_000_000))
    for name in names {
      try k.fund(House.account(name), House.fund)
      try k.accounts.publish(sealingKey: House.salt(name), of: House.account(name))
    }
    try block()
  }

  /// The same market as a node finds it that was stopped and started: from rows alone.
  mutating func restarted() throws -> House {
    var changes: [RowChange] = []
    k.forgetUndo()
    k.drain(into: &changes)
    market.drain(into: &changes)
    for change in changes {
      stored[change.leafKey] = change.row == nil ? nil : change
    }
    var other = try House([])
    other.k = KernelTables()
    other.market = MarketTables()
    for key in stored.keys.sorted() {
      guard let change = stored[key], let row = change.row else { continue }
      if try other.k.load(table: change.table, key: change.key, row: row) { continue }
      _ = try other.market.load(table: change.table, key: change.key, row: row)
    }
    other.k.rebuildTimers()
    other.market.rebuildTimers(into: &other.k)
    other.k.forgetUndo()
    other.links = links
    other.sent = sent
    other.conclusions = conclusions
    other.stored = stored
    return other
  }

  /// What an account holds beyond, or lacks of, its first thousand dollars.
  func gain(_ name: String) -> Int64 {
    Int64(k.ledger.balance(.account(House.account(name))).units) - Int64(House.fund.units)
  }

  var treasury: UInt64 { k.ledger.balance(.treasury).units }

  func escrow(_ id: Bytes32) -> UInt64 { k.ledger.balance(.escrow(id)).units }

  /// Ends the block and begins the next one, so much later; timers that are due fire.
  mutating func block(seconds: UInt64 = 1) throws {
    if k.height > 0 { k.endBlock() }
    k.forgetUndo()
    try k.beginBlock(
      time: try k.blockTime.after(seconds: seconds), link: links.removeLast())
    while let due = k.timers.popDue(k.now) {
      try market.fire(due.key, at: due.deadline, &k, works, standing)
      k.forgetUndo()
      market.forgetUndo()
      conclusions += market.takeConclusions()
    }
  }

  /// What Chain does with an object whose timer was refused.
  mutating func freeze(_ key: TimerKey) {
    market.freeze(key, because: .overflow, &k)
    market.forgetUndo()
  }

  /// An input in custody.
  func input(_ bytes: [UInt8], key: Bytes32) throws -> Content {
    vouched(Content(try ContentChunks(input: bytes, key: key), custody: Custody()))
  }

  /// An output under the salt of the input, in custody.
  func output(_ bytes: [UInt8], key: Bytes32) throws -> Content {
    let salt = ContentSalt(contentKey: House.inputKey)
    return vouched(
      Content(try ContentChunks(output: bytes, salt: salt, key: key), custody: Custody()))
  }

  /// The content with the word of a custodian who looked at what it says.
  func vouched(_ content: Content) -> Content {
    var content = content
    let digest = content.custodyDigest(network: k.charter.network)
    content.custody = Custody(
      custodian: House.custodianKey.address,
      signature: House.custodianKey.sign(digest: digest).bytes)
    return content
  }

  mutating func nextID() -> Bytes32 {
    sent += 1
    return SHA256.hash(bigEndianBytes(sent))
  }

  /// Applies a message; a refusal leaves no trace, but its toll stays paid.
  @discardableResult
  mutating func send(
    _ message: some MessageContent, toll: UInt64 = 0
  ) throws(Refusal) -> Bytes32 {
    let id = nextID()
    try k.charge(Amount(toll), to: message.head.from)
    k.tollPaid = Amount(toll)
    let (kernelMark, marketMark) = (k.mark(), market.mark())
    do throws(Refusal) {
      try dispatch(message, id)
    } catch {
      k.rollback(to: kernelMark)
      market.rollback(to: marketMark)
      throw error
    }
    k.forgetUndo()
    market.forgetUndo()
    conclusions += market.takeConclusions()
    return id
  }

  private mutating func dispatch(_ message: any MessageContent, _ id: Bytes32) throws(Refusal) {
    switch message {
    case let m as PlaceOrder: try market.apply(m, as: id, &k, works, standing, rankings)
    case let m as CancelOrder: try market.apply(m, as: id, &k, works, standing)
    case let m as DrawSeats: try market.apply(m, as: id, &k, works, standing)
    case let m as CloseLease: try market.apply(m, as: id, &k, works, standing)
    case let m as ReleaseFrozen: try market.apply(m, as: id, &k, works, standing)
    case let m as PlaceBid: try market.apply(m, as: id, &k, works, standing)
    case let m as RevealBid: try market.apply(m, as: id, &k, works, standing)
    case let m as HonourSeat: try market.apply(m, as: id, &k, works, standing)
    case let m as PostOffer: try market.apply(m, as: id, &k, works, standing)
    case let m as TopUpOffer: try market.apply(m, as: id, &k, works, standing)
    case let m as WithdrawOffer: try market.apply(m, as: id, &k, works, standing)
    case let m as TakeOffer: try market.apply(m, as: id, &k, works, standing)
    case let m as SendInput: try market.apply(m, as: id, &k, works, standing)
    case let m as SealAnswer: try market.apply(m, as: id, &k, works, standing)
    case let m as UnsealAnswer: try market.apply(m, as: id, &k, works, standing)
    case let m as SubmitEvidence: try market.apply(m, as: id, &k, works, standing)
    case let m as SubmitProof: try market.apply(m, as: id, &k, works, standing)
    case let m as ContestProof: try market.apply(m, as: id, &k, works, standing)
    case let m as AcceptRun: try market.apply(m, as: id, &k, works, standing)
    case let m as RejectRun: try market.apply(m, as: id, &k, works, standing)
    case let m as DemandKey: try market.apply(m, as: id, &k, works, standing)
    case let m as PostKey: try market.apply(m, as: id, &k, works, standing)
    case let m as ShowChunk: try market.apply(m, as: id, &k, works, standing)
    default: try dispatchCourt(message, id)
    }
  }
}
