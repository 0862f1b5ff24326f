// A walk: thousands of weighted random messages from one seed, with every rule checked after
// each block.

public import Chain
public import Kernel
public import Market
import Payments
public import Primitives

/// Honest and hostile actors against `State`, from one seed.
public struct Walker: ~Copyable {
  public let seed: UInt64
  public let cast: Cast
  public internal(set) var state: State
  /// The same walk without a single rehearsal: what rollback leaves behind would show.
  var twin: State
  var random: Seeded
  public internal(set) var coverage = Coverage()
  /// The last block, for those who make something out of blocks.
  public private(set) var lastBlock = Block()
  /// How often an account's lane was used in the block that is being written.
  var lanes: [Address: UInt8] = [:]
  /// The salts that buyers committed to, by the order that will open them.
  var orderSalts: [OrderID: Bytes32] = [:]
  /// The runs behind the roots that sellers claimed by.
  var soldRuns: [Bytes32: [SoldRun]] = [:]
  let minted: [Asset: Amount]
  /// Every row alive, by leaf, as a store would have it.
  var rows: [Bytes32: RowChange] = [:]

  public init(seed: UInt64, cast: Cast) throws(Refusal) {
    let founding = try State.foundingRows(of: cast.genesis)
    let first = try State(cast.genesis)
    let second = try State(cast.genesis)
    self.init(seed, cast, first, second, founding)
  }

  private init(
    _ seed: UInt64, _ cast: Cast, _ first: consuming State, _ second: consuming State,
    _ founding: [RowChange]
  ) {
    self.seed = seed
    for change in founding { rows[change.leafKey] = change }
    self.cast = cast
    var sums: [Asset: Amount] = [:]
    for asset in cast.genesis.assets { sums[asset.asset] = first.kernel.ledger.supply(asset.asset) }
    minted = sums
    state = first
    twin = second
    random = Seeded(seed)
  }

  /// One block of random messages; throws the first rule that was broken.
  public mutating func step() throws {
    lanes.removeAll(keepingCapacity: true)
    var messages: [VerifiedMessage] = []
    if coverage.blocks == 0 {
      // Nobody deals with who cannot be written to; two find that out.
      for account in cast.people.dropLast(2) {
        messages.append(try address(publishKey(of: account)))
      }
    }
    for _ in 0..<random.below(7) {
      for written in try write() {
        let content = random.chance(12) ? try spoil(written) : written
        messages.append(try address(content))
      }
    }
    for message in messages where random.chance(25) {
      coverage.rehearsed += 1
      let message = message.signed.message
      try checkTaken(by: message, state.rehearse(message))
    }
    let plan = BlockPlan(time: nextTime(), pause: .zero, link: cast.links[Int(state.height)])
    let made = try state.produce(plan, messages)
    let other = try twin.produce(plan, messages)
    coverage.note(made, messages)
    lastBlock = made.block
    try checkTwin(made, other)
    try checkInvariants(made)
  }

  /// Mostly a second later; often just when something falls due, sometimes much later.
  private mutating func nextTime() -> Time {
    let now = state.kernel.blockTime.milliseconds
    if walksTopics, let quarter = nextQuarter, random.chance(40) {
      return Time(max(now + 1, quarter.milliseconds))
    }
    if let due = state.nextDeadline, due != .never, random.chance(30) {
      return Time(max(now + 1, due.milliseconds + UInt64(random.below(2))))
    }
    if random.chance(2) { return Time(now + 3_700_000) }
    return Time(now + UInt64(1 + random.below(6_000)))
  }

  /// Gives a content its place in a lane and lets it enter unsigned.
  private mutating func address(_ written: any MessageContent) throws -> VerifiedMessage {
    var content = written
    var head = content.head
    let signer = signer(of: written)
    let lane = lanes[signer] ?? 0
    lanes[signer] = lane &+ 1
    head.lane = lane
    head.sequence = state.kernel.accounts.nextSequence(signer: signer, lane: lane)
    head.validUntil = Time(UInt64.max)
    if random.chance(2) { head.sequence &+= UInt64(random.below(3)) &- 1 }
    if random.chance(1) { head.validUntil = Time(1) }
    content.head = head
    if var order = content as? PlaceOrder {
      let salt = Cast.buyerSalt(head.from, head.sequence &+ UInt64(lane) << 32)
      order.saltCommitment = SaltCommitment.of(salt)
      content = order
      orderSalts[OrderID(try Message(order).id)] = salt
    }
    var unsigned = Authorisation(Signature(r: .zero, s: .zero, v: 27))
    if signer != head.from { unsigned.kind = AuthorisationKind.sessionKey.rawValue }
    let signed = SignedMessage(try Message(content), unsigned)
    return VerifiedMessage(simulated: signed, domain: state.domain, by: signer)
  }
}
