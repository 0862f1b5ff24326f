// A network in memory: the whole state, stepped time, blobs, and no HTTP.

import Kernel
import Primitives
import Testing

@testable import Agents
@testable import Chain
@testable import Market

/// What every actor of a scenario talks to. It is the same protocol as over a node's API.
actor World: MarketClient {
  static let fund = Amount(10_000_000)
  static let epoch = Time(1_000_000_000)
  static let operatorKey = PrivateKey(seed: Array("operator".utf8))
  static let custodianKey = PrivateKey(seed: Array("custodian".utf8))

  private struct Blob {
    var bytes: [UInt8]
    var owners: [Address]
    var readers: [Address]
  }

  private var state: State
  private var links: [Bytes32]
  private let founded: Genesis
  private var waiting: [VerifiedMessage] = []
  private var blobs: [Bytes32: Blob] = [:]
  private(set) var blocks: [Block] = []
  private var messages: [Bytes32: SignedMessage] = [:]
  private var outcomes: [Bytes32: MessageOutcome] = [:]
  private var settledRuns: [RunID: (run: SettledRun, receipt: [UInt8])] = [:]
  /// Blobs that nobody gets any more.
  private var lostBlobs = false
  private var showing: @Sendable (Message) -> Message? = { $0 }
  /// What blocks turned away, where that is expected.
  private(set) var turnedAway: [String] = []
  private var toleratesRefused = false
  private var balances: [Address: Amount] = [:]
  private var forgedKeys: [Address: Bytes32] = [:]
  private var stumbles = 0
  private(set) var lostKeyReadings = 0
  private var runsShown: Int?
  /// The longest that time moves at once while nothing is said.
  private var nap: UInt64?
  private var asked = 0
  /// Blocks that were read whole, and from which heights on somebody looked for its own events.
  private(set) var blocksRead = 0
  private(set) var lookedBackTo: [UInt64] = []

  init(_ accounts: [Address]) throws {
    var link = SHA256.hash(Array("links of the world".utf8))
    var links: [Bytes32] = []
    for _ in 0..<2_000 {
      links.append(link)
      link = SHA256.hash(link.bytes)
    }
    self.links = links
    var genesis = Genesis()
    genesis.chainId = 31_337
    genesis.time = World.epoch
    genesis.operator = World.operatorKey.address
    genesis.custodians = [World.custodianKey.address]
    genesis.assets = [GenesisAsset(.dollar, name: "dollar")]
    genesis.funds = accounts.map { GenesisFund($0, World.fund) }
    genesis.beacon = SHA256.hash([1])
    genesis.anchor = link
    founded = genesis
    state = try State(genesis)
  }

  // MARK: - Time

  /// Closes a block as a stepped node does; nil when nothing waits and nothing is due.
  func step() throws -> BlockNews? {
    let last = state.kernel.blockTime.milliseconds
    let due = state.nextDeadline?.milliseconds
    let time: UInt64
    if waiting.isEmpty {
      guard let due else { return nil }
      time = max(last + 1, nap.map { min(due, last + $0) } ?? due)
    } else {
      time = max(last + 1, min(last + 1_000, due.map { $0 - 1 } ?? .max))
    }
    // By id, but the messages of a lane in their own order.
    let body = waiting.sorted {
      ($0.signed.head.sequence, $0.signed.id) < ($1.signed.head.sequence, $1.signed.id)
    }
    waiting = []
    let produced = try state.produce(
      BlockPlan(time: Time(time), link: links.removeLast()), body)
    let codes = produced.refused.map(\.refusal.code)
    if toleratesRefused { turnedAway += codes } else { #expect(codes == [], "turned away") }
    var block = produced.block
    block.sign(with: World.operatorKey)
    keep(block)
    #expect(!block.results.events.contains { $0.name == "stuck" })
    return news(of: block)
  }

  private func keep(_ block: Block) {
    blocks.append(block)
    for (signed, outcome) in zip(block.body, block.results.outcomes) {
      messages[signed.id] = signed
      outcomes[signed.id] = outcome
    }
    for (index, run) in block.results.settled.enumerated() {
      let receipt = try? Receipt(of: index, in: block, genesis: founded) { messages[$0] }
      settledRuns[run.run] = (run, receipt?.bytes ?? [])
    }
  }

  private func news(of block: Block) -> BlockNews {
    let clock = Clock(
      height: block.height, time: block.header.time, paused: block.header.paused)
    return BlockNews(
      height: block.height, time: clock.time, now: clock.marketTime,
      events: block.results.events)
  }

  /// Messages that the rules refused, with why.
  var refusals: [String] { blocks.flatMap(\.results.outcomes).map(\.code).filter { !$0.isEmpty } }

  /// From now on whoever stands by is asked again before a deadline, so many seconds apart.
  func nap(atMost seconds: UInt64) { nap = seconds * 1_000 }

  /// What was carried out, in the order of the log.
  var done: [SignedMessage] {
    blocks.flatMap(\.body).filter { outcomes[$0.id]?.isDone == true }
  }

  func loseBlobs() { lostBlobs = true }
  func findBlobs() { lostBlobs = false }

  /// From now on runs are shown so many times, and then none is there any more.
  func showRuns(times: Int) { runsShown = times }

  /// From now on an account seems to have published another key than its programs know.
  func forge(sealingKey: Bytes32, of account: Address) { forgedKeys[account] = sealingKey }

  /// From now on an account seems to hold so much; nil ends it.
  func impoverish(_ account: Address, to balance: Amount?) { balances[account] = balance }

  func tolerateRefused() { toleratesRefused = true }

  /// From now on messages are shown as somebody who lies would show them, or not at all.
  func show(_ showing: @escaping @Sendable (Message) -> Message?) { self.showing = showing }

  /// From now on every so manieth reading or upload fails once; 0 ends it.
  func stumble(every interval: Int) { stumbles = interval }

  func stumbleNow() throws {
    guard stumbles > 0 else { return }
    asked += 1
    if asked % stumbles == 0 { throw Stumble() }
  }

  struct Stumble: Error {}

  // MARK: - Money

  func gain(_ account: Address) -> Int64 {
    Int64(state.kernel.ledger.balance(.account(account)).units) - Int64(World.fund.units)
  }

  var treasury: UInt64 { state.kernel.ledger.balance(.treasury).units }

  /// What lies in escrows; and whether every dollar of the genesis is somewhere.
  func audit() -> (escrow: UInt64, isWhole: Bool) {
    var escrow: UInt64 = 0
    state.kernel.ledger.forEachBalance { holder, _, amount in
      if case .escrow = holder { escrow += amount.units }
    }
    let whole = state.kernel.ledger.supply() == state.kernel.ledger.minted()
    return (escrow, whole)
  }

  var settled: [SettledRun] { blocks.flatMap(\.results.settled) }

  // MARK: - MarketClient

  func genesis() -> Genesis { founded }
  func height() -> UInt64 { state.height }

  func block(_ height: UInt64) -> BlockNews? {
    guard height >= 1, height <= UInt64(blocks.count) else { return nil }
    blocksRead += 1
    return news(of: blocks[Int(height) - 1])
  }

  func events(
    _ names: [String], of account: Address, after height: UInt64
  ) throws -> [PlacedEvent] {
    try stumbleNow()
    lookedBackTo.append(height)
    return blocks.filter { $0.height > height }.flatMap { block in
      block.results.events.filter { names.contains($0.name) && $0.parties.contains(account) }
        .map { PlacedEvent(height: block.height, event: $0) }
    }
  }

  func nextSequences(of account: Address) -> [UInt8: UInt64] {
    var next: [UInt8: UInt64] = [:]
    for lane in UInt8.min...UInt8.max {
      let sequence = state.kernel.accounts.nextSequence(signer: account, lane: lane)
      if sequence > 0 { next[lane] = sequence }
    }
    return next
  }

  func balance(of account: Address) throws -> Amount {
    try stumbleNow()
    return balances[account] ?? state.kernel.ledger.balance(.account(account))
  }

  /// The next so many readings of published keys fail.
  func loseSealingKeys(times: Int) { lostKeyReadings = times }

  func sealingKey(of account: Address) throws -> Bytes32 {
    try stumbleNow()
    if lostKeyReadings > 0 {
      lostKeyReadings -= 1
      throw Stumble()
    }
    return forgedKeys[account] ?? state.kernel.accounts.sealingKey(of: account)
  }

  func session(of account: Address, key: Address) -> Session? {
    state.kernel.sessions.session(of: account, key: key)
  }

  func openOrders() -> [OrderID] {
    var found: [OrderID] = []
    state.market.forEachOrder { id, _, _ in found.append(id) }
    return found
  }

  func order(_ id: OrderID) throws -> (order: Order, tender: Tender)? {
    try stumbleNow()
    guard let order = state.market.orders[id], let tender = state.market.tenders[id] else {
      return nil
    }
    return (order, tender)
  }

  func route(of order: OrderID) -> Route? { state.market.routes[order] }

  func bid(_ key: BidKey) throws -> Bid? {
    try stumbleNow()
    return state.market.bids[key]
  }

  func lease(_ id: LeaseID) throws -> Lease? {
    try stumbleNow()
    return state.market.leases[id]
  }

  func leases(of provider: Address) throws -> [(id: LeaseID, lease: Lease)] {
    try stumbleNow()
    var found: [(id: LeaseID, lease: Lease)] = []
    state.market.forEachLease { id, lease in
      if (lease.seats + lease.reserve).contains(where: { $0.provider == provider }) {
        found.append((id, lease))
      }
    }
    return found
  }

  func run(_ key: RunKey) throws -> Run? {
    try stumbleNow()
    if let left = runsShown {
      runsShown = max(1, left) - 1
      if left == 0 { return nil }
    }
    return state.market.runs[key]
  }

  func settled(_ key: RunKey) throws -> SettledRun? {
    try stumbleNow()
    return settledRuns[key.id]?.run
  }

  func offer(_ id: OfferID) throws -> Offer? {
    try stumbleNow()
    return state.market.offers[id]
  }

  func offers(of provider: Address?) -> [(id: OfferID, offer: Offer)] {
    var found: [(id: OfferID, offer: Offer)] = []
    state.market.forEachOffer { id, offer in
      if provider == nil || provider == offer.provider { found.append((id, offer)) }
    }
    return found
  }

  func message(_ id: Bytes32) throws -> Message? {
    try stumbleNow()
    return messages[id].flatMap { showing($0.message) }
  }
  func outcome(of id: Bytes32) -> MessageOutcome? { outcomes[id] }

  func submit(_ message: SignedMessage) throws {
    guard messages[message.id] == nil, !waiting.contains(where: { $0.signed == message }) else {
      return
    }
    waiting.append(try VerifiedMessage(message, domain: founded.domain))
  }

  func put(
    _ blob: [UInt8], readers: [Address], by owner: PrivateKey, at time: Time
  ) throws -> Custody {
    try stumbleNow()
    let roots = BlobRoots(of: blob)
    let old = blobs[roots.blob]
    // Several may hold the same bytes, each with readers of its own.
    blobs[roots.blob] = Blob(
      bytes: blob, owners: (old?.owners ?? []) + [owner.address],
      readers: (old?.readers ?? []) + readers)
    let digest = Custody.digest(
      network: founded.network, root: roots.content, blob: roots.blob, size: UInt64(blob.count))
    return Custody(
      custodian: World.custodianKey.address,
      signature: World.custodianKey.sign(digest: digest).bytes)
  }

  /// Stores a content again with one byte changed, as somebody who lies to its readers would; the
  /// custodian cannot tell, and signs.
  func garble(_ content: Content, by owner: PrivateKey) throws -> Content {
    guard var bytes = blobs[content.blob]?.bytes else { throw Refusal("notFound") }
    bytes[bytes.count - 1] ^= 1
    let custody = try put(
      bytes, readers: blobs[content.blob]?.readers ?? [], by: owner, at: World.epoch)
    let roots = BlobRoots(of: bytes)
    return Content(
      root: roots.content, blob: roots.blob, size: content.size, keyHash: content.keyHash,
      custody: custody)
  }

  func get(_ root: Bytes32, by reader: PrivateKey, at time: Time) throws -> [UInt8] {
    try stumbleNow()
    guard !lostBlobs, let blob = blobs[root],
      blob.owners.contains(reader.address) || blob.readers.contains(reader.address)
        || blob.readers.contains(Address()) || isNamed(reader.address, for: root, blob.owners)
    else { throw Refusal("forbidden") }
    return blob.bytes
  }

  /// As a node's custodian does, whatever an uploader says.
  private func isNamed(_ reader: Address, for root: Bytes32, _ owners: [Address]) -> Bool {
    let events = blocks.flatMap(\.results.events)
    return events.contains { event in
      switch BlobReaders.claim(of: reader, to: root, in: event) {
      case .none: return false
      case .from(let holder): return owners.contains(holder)
      case .checker(let run, let holder):
        return owners.contains(holder)
          && events.contains { BlobReaders.isChecker(reader, of: run, in: $0) }
      }
    }
  }

  func allow(
    _ readers: [Address], toRead root: Bytes32, by owner: PrivateKey, at time: Time
  ) throws {
    guard blobs[root]?.owners.contains(owner.address) == true else { throw Refusal("forbidden") }
    blobs[root]?.readers += readers
  }

  func game(_ id: GameID) throws -> GameView? {
    try stumbleNow()
    guard let dispute = state.market.disputes[id] else { return nil }
    let claim = Claim.id(dispute.key.run, dispute.key.answer)
    let roots = state.market.claims[claim]?.roots ?? []
    let place = Int(dispute.rootIndex)
    let root = roots.indices.contains(place) ? roots[place] : .zero
    return GameView(
      dispute, root: root,
      opening: state.market.openings[Market.Opening.id(claim, root, dispute.picks)])
  }

  func auditor(_ account: Address) -> Auditor? { state.market.auditors[account] }

  func isPublished(model: Bytes32) -> Bool { state.works.inference.card(of: model) != nil }

  func receipt(_ key: RunKey) throws -> [UInt8] {
    guard let receipt = settledRuns[key.id]?.receipt, !receipt.isEmpty else {
      throw Refusal("notFound")
    }
    return receipt
  }
}
