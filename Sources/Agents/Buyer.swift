// The buying agent: answers every block with what its purchases ask for next.

public import Chain
import Inference
public import Kernel
public import Market
public import Primitives

/// Buys a list of wants within a budget. It keeps nothing that it cannot derive from its key and
/// read back from the ledger, so that it may be killed at any moment.
public actor Buyer: Reactor {
  public nonisolated let address: Address
  let key: PrivateKey
  let client: any MarketClient
  var wants: [Want]
  let judge: any Judge
  let salts: Salts
  /// Purchases that may be under way at once.
  let parallel: Int
  /// How often a want is tried again when no answer came of it.
  let tries: Int
  public internal(set) var budget: Budget
  public internal(set) var results: [PurchaseResult] = []
  /// Why a want was never ordered: the budget refused, or nothing is left to try.
  public internal(set) var refusals: [Int: Refusal] = [:]
  /// Wants of whose end nobody wants to hear.
  var forgotten: Set<Int> = []
  /// Providers whose offers it takes no more.
  public internal(set) var refused: [Address] = []
  /// Those of whom an answer lost a dispute: their bids it turns away, too.
  public internal(set) var fallen: [Address] = []

  /// Runs whose proof is about another input than the one that was bought.
  public internal(set) var misled: [RunKey] = []
  /// Runs whose proof stands, as the node says, and is not there to be checked.
  public internal(set) var unchecked: [RunKey] = []
  /// How often a proof was looked for after its run was over.
  var looks: [RunKey: Int] = [:]
  /// Runs whose proof was found to be about the input that was bought.
  var weighed: Set<RunKey> = []
  /// Runs whose seat demands the key to an input that is to stay hidden, and does not get it.
  public internal(set) var demanded: [RunKey] = []

  var outbox: Outbox?
  /// Those of the genesis: by them it knows what an audit may cost.
  private(set) var terms = Terms.standard
  private var notice = KeyNotice()
  /// Keys that others have published, as far as they were asked for.
  var sealingKeys: [Address: Bytes32] = [:]
  var queue: [Int]
  var tried: [Int: Int] = [:]
  var purchases: [Bytes32: Purchase] = [:]
  /// Purchases that are not over, in the order in which they were made.
  var open: [Bytes32] = []
  var leases: [LeaseID: Bytes32] = [:]
  var touched: [Bytes32] = []
  /// Purchases to look at again although nothing may have happened to them.
  var rechecks: [(height: UInt64, message: Bytes32)] = []
  var attempts = Attempts<BuyerAction>()
  private var seen: UInt64
  /// The block that it answered last.
  private var answered: UInt64 = 0
  private var backlog: [Event] = []
  private var isStopping = false

  /// - Parameters:
  ///   - account: whose money it is, where that is an account that gave the key a session.
  ///   - since: the height up to which the log has nothing of these purchases.
  public init(
    key: PrivateKey, account: Address? = nil, client: any MarketClient, wants: [Want],
    budget: Budget,
    judge: any Judge = Trusting(), parallel: Int = 32, tries: Int = 4, since: UInt64 = 0
  ) {
    self.key = key
    address = account ?? key.address
    self.client = client
    self.wants = wants
    self.budget = budget
    self.judge = judge
    self.parallel = parallel
    self.tries = tries
    seen = since
    salts = Salts(key)
    queue = Array(wants.indices)
  }

  /// Whether every want ended and nothing is under way.
  public var isDone: Bool { (queue.isEmpty || isStopping) && open.isEmpty }

  /// Buys nothing more; runs that have begun are finished, orders without bids are cancelled, and
  /// leases are left between two runs.
  public func stop() {
    isStopping = true
    touched = open
  }

  var stops: Bool { isStopping }

  public func resume(through height: UInt64) async throws {
    try await connect()
    while seen < height {
      guard let news = try await client.block(seen + 1) else { break }
      try await learn(news)
      // A want that failed may have been tried again, so failures are booked in their order.
      for message in open {
        guard let purchase = purchases[message], purchase.end != nil else { continue }
        try await finish(purchase, news)
      }
    }
    touched = open
  }

  public func resync() async throws {
    outbox?.resync(try await client.nextSequences(of: key.address))
  }

  private func connect() async throws {
    guard outbox == nil else { return }
    let genesis = try await client.genesis()
    terms = genesis.terms
    outbox = Outbox(
      key, genesis, next: try await client.nextSequences(of: key.address), for: address)
  }

  public func react(to news: BlockNews) async throws -> [SignedMessage] {
    try await connect()
    try await learn(news)
    var sent: [SignedMessage] = []
    for recheck in rechecks where recheck.height <= news.height { touch(recheck.message) }
    rechecks.removeAll { $0.height <= news.height }
    // An idle node makes no block after which a message that it refused would be looked for.
    if news.height == answered { for message in open where isUnseen(message) { touch(message) } }
    answered = news.height
    let due = touched
    touched = []
    for message in due {
      guard open.contains(message), let purchase = purchases[message] else { continue }
      do {
        sent += try await insist { try await self.advance(purchase, news) }
      } catch {
        // One purchase that cannot go on now holds up no other.
        rechecks.append((news.height + 1, message))
      }
    }
    if let message = await publish(news) { sent.append(message) }
    if !isStopping, notice.isPublished { sent += await buy(news) }
    return sent
  }

  /// Outputs are sealed to the buyer, so it buys nothing before its key is known to all.
  private func publish(_ news: BlockNews) async -> SignedMessage? {
    guard var box = outbox else { return nil }
    var own = notice
    let message = try? await own.due(of: key, client, &box, news)
    notice = own
    outbox = box
    return message
  }

  /// Follows the events of a block to the purchases that they touch.
  private func learn(_ news: BlockNews) async throws {
    if news.height > seen {
      seen = news.height
      backlog += news.events
    }
    // An event goes when it is understood: a node that fails in between loses none.
    while let event = backlog.first {
      try await learn(event)
      backlog.removeFirst()
    }
  }

  private func learn(_ event: Event) async throws {
    if event.parties.first == address {
      if event.name == "orderPlaced" { try await recall(event.subject) }
      if event.name == "offerTaken" { try await recall(taken: LeaseID(event.lease)) }
    }
    let known = event.order != .zero ? event.order : leases[LeaseID(event.lease)]
    guard let message = known, var purchase = purchases[message], purchase.end == nil else {
      return
    }
    purchase.learn(event)
    if let lease = purchase.lease { leases[lease] = message }
    purchases[message] = purchase
    touch(message)
  }

  private func isUnseen(_ message: Bytes32) -> Bool { purchases[message]?.unseen != nil }

  func touch(_ message: Bytes32) {
    if !touched.contains(message) { touched.append(message) }
  }
}

/// What a buyer does once for each purchase, or for each of its runs.
enum BuyerAction: Hashable, Sendable {
  case draw(Bytes32)
  case cancel(Bytes32)
  case close(Bytes32)
  case input(RunKey)
  case audit(RunKey)
  case gold(RunKey)
  case share(RunKey, Address)
  case key(RunKey)
  case judge(RunKey)
  case demand(RunKey)
  case contest(RunKey)
  case show(RunKey)
}
