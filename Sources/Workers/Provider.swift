// The provider: answers every block with bids, promises, answers and keys.

public import Agents
public import Chain
import Kernel
import Market
public import Primitives
import Proofs

/// Sells model runs. It keeps nothing that it cannot derive from its key and read back from the
/// ledger: whoever kills it between seal and opening may start it again.
public actor Provider: Reactor {
  public nonisolated let address: Address
  let key: PrivateKey
  let client: any MarketClient
  let catalogue: Catalogue
  let answering: any Answering
  /// How it answers orders for labels; nil where it takes none.
  let labels: LabelService?
  /// How it answers tasks; nil where it takes none.
  let tasks: TaskService?
  let salts: Salts
  /// Auctions and runs that it takes part in at once.
  let mostOpen: Int

  var outbox: Outbox?
  /// What has to be looked at, in the order in which it came up.
  private var touched: [Station] = []
  /// Moments of market time at which something is due although nothing happens.
  private var wakes: [(time: Time, station: Station)] = []
  private var rechecks: [(height: UInt64, station: Station)] = []
  /// Auctions and runs under way.
  var busy: Set<Station> = []
  var answers: [RunKey: Answer] = [:]
  /// Answers to items and tasks, from the seal to the opening.
  var labelled: [RunKey: [UInt8]] = [:]
  /// Traces of runs that somebody asks about; made anew where they are missing.
  var traces: [RunKey: TracedRun] = [:]
  /// Games about our runs that may not be over, in the order in which they began.
  var games: [RunID: [GameID]] = [:]
  /// Runs whose games were asked for: those that began before it looked are not in its blocks.
  var gamesRead: Set<RunID> = []
  /// What proves runs of a model at a level: its weights encoded, which is made once.
  var provers: [ProverKey: Prover] = [:]
  /// When one of them was last used.
  var provedAt = Time.zero
  /// Proofs that were made and are not on the ledger yet: a node that fails then is told again, and
  /// nothing is proved twice.
  var proved: [RunKey: MadeProof] = [:]
  /// Models that are known to be on the ledger.
  var published: Set<Bytes32> = []
  /// What seats that it has bid for would lock, as long as they may be won and are not honoured.
  var pledges: [Station: Amount] = [:]
  /// Those of the genesis: by them it knows what a seat locks.
  private(set) var terms = Terms.standard
  var attempts = Attempts<ProviderAction>()
  /// What another is expected to do first.
  var standBy = StandBy<ProviderAction>()
  private var seen: UInt64 = 0
  private var notice = KeyNotice()
  private var isStopping = false
  /// No offer of ours stands on the ledger any more.
  var hasWithdrawn = false

  public init(
    key: PrivateKey, client: any MarketClient, catalogue: Catalogue,
    answering: any Answering = Honest(), labels: LabelService? = nil,
    tasks: TaskService? = nil, mostOpen: Int = 1_024
  ) {
    self.key = key
    address = key.address
    self.client = client
    self.catalogue = catalogue
    self.answering = answering
    self.labels = labels
    self.tasks = tasks
    self.mostOpen = mostOpen
    salts = Salts(key)
  }

  /// Takes no new work, withdraws its offers, and finishes what it has promised.
  public func stop() {
    isStopping = true
    touch(.offers)
  }

  /// Whether it has stopped and owes nothing more.
  public var isDone: Bool { isStopping && hasWithdrawn && busy.isEmpty && touched.isEmpty }

  var stops: Bool { isStopping }

  /// Looks at what is alive and concerns it, whatever the log says of how it came there: who is
  /// started again on a long ledger must not be late for what it has promised.
  public func resume(through height: UInt64) async throws {
    try await connect()
    guard seen < height else { return }
    let orders = try await client.openOrders()
    let leases = try await client.leases(of: address)
    touch(.offers)
    for order in orders { touch(.order(order)) }
    for (id, lease) in leases {
      touch(.lease(id))
      // A run may have to be opened before the next block comes.
      let hasSeat = lease.seats.contains { $0.provider == address }
      for index in 0..<lease.started where hasSeat && lease.open > 0 {
        touch(.run(RunKey(id, index)))
      }
    }
    // What it had under way may have ended meanwhile, and games may have begun about it.
    for station in busy.sorted() { touch(station) }
    gamesRead = []
    seen = height
  }

  public func resync() async throws {
    outbox?.resync(try await client.nextSequences(of: address))
  }

  private func connect() async throws {
    guard outbox == nil else { return }
    let genesis = try await client.genesis()
    terms = genesis.terms
    outbox = Outbox(key, genesis, next: try await client.nextSequences(of: address))
    touch(.offers)
  }

  public func react(to news: BlockNews) async throws -> [SignedMessage] {
    try await connect()
    if news.height > seen { learn(news) }
    var sent = [await publish(news)].compactMap(\.self)
    for wake in wakes where wake.time <= news.now { touch(wake.station) }
    wakes.removeAll { $0.time <= news.now }
    for recheck in rechecks where recheck.height <= news.height { touch(recheck.station) }
    rechecks.removeAll { $0.height <= news.height }

    // Until others can write to us, nothing new is begun.
    let due = touched.filter { canBeSealedTo || isStopping || !$0.isNew }
    touched.removeAll { due.contains($0) }
    var hasProved = false
    for station in due {
      // A proof takes seconds: it is sent before the next one is begun, or the first of many would
      // be late for the last.
      if hasProved, case .run = station {
        touch(station)
        continue
      }
      do {
        let messages = try await insist { try await self.visit(station, news) }
        hasProved = hasProved || messages.contains { $0.kind == .submitProof }
        guard let outbox, !messages.isEmpty else { continue }
        sent += messages.map { outbox.sign($0) }
        rechecks.append((news.height + Attempts<ProviderAction>.pause, station))
      } catch is Refusal {
        // The arithmetic of this object does not work out; the others go on.
        leave(station)
      } catch is InputAway {
        // No block need come before it is there: asked again, it looks again.
        rechecks.append((news.height, station))
      } catch {
        rechecks.append((news.height + 1, station))
      }
    }
    restProvers(at: news.time)
    return sent
  }

  /// Inputs are sealed to the provider, so it offers nothing before its key is known to all.
  private func publish(_ news: BlockNews) async -> SignedMessage? {
    guard var box = outbox else { return nil }
    var own = notice
    let message = try? await own.due(of: key, client, &box, news)
    notice = own
    outbox = box
    return message
  }

  /// Whether others can write to us in private.
  var canBeSealedTo: Bool { notice.isPublished }

  func contentKey(in wrapped: WrappedKey, of content: Content) -> Bytes32? {
    outbox.flatMap { wrapped.contentKey(of: content, for: key, network: $0.network) }
  }

  func wrap(_ contentKey: Bytes32, to reader: Address) async throws -> WrappedKey {
    guard let outbox else { throw CancellationError() }
    return try await client.wrap(contentKey, to: reader, by: key, network: outbox.network)
  }

  private func visit(_ station: Station, _ news: BlockNews) async throws -> [Message] {
    switch station {
    case .offers: try await tendOffers(news)
    case .order(let id): try await tend(id, news)
    case .lease(let id): try await tend(id, news)
    case .run(let key): try await tend(key, news)
    }
  }

  /// Events that concern this provider, and every new order, are followed to their rows.
  private func learn(_ news: BlockNews) {
    seen = news.height
    for event in news.events { learn(event) }
  }

  private func learn(_ event: Event) {
    if event.name == "orderPlaced" { return touch(.order(OrderID(event.subject))) }
    if event.order != .zero, busy.contains(.order(OrderID(event.order))) {
      touch(.order(OrderID(event.order)))
    }
    if event.lease != .zero {
      let isOurs = event.parties.contains(address)
      let lease = LeaseID(event.lease)
      if isOurs || busy.contains(.lease(lease)) { touch(.lease(lease)) }
      if event.name == "runStarted", isOurs, let index = event.numbers.first?.value {
        touch(.run(RunKey(lease, index)))
      }
      for station in runs(of: lease) { touch(station) }
      if event.name == "runSettled", isOurs { touch(.offers) }
      if event.name == "gameBegun", isOurs, let game = event.objects.first {
        note(GameID(game), about: RunID(event.subject))
      }
    } else if event.name == "modelPublished" {
      touch(.offers)
    } else if event.name.hasPrefix("offer"), event.parties.contains(address) {
      touch(.offers)
    } else if event.name == "orderRevealing", event.parties.contains(address) {
      touch(.order(OrderID(event.order)))
    }
  }

  func note(_ game: GameID, about run: RunID) {
    if games[run]?.contains(game) != true { games[run, default: []].append(game) }
  }

  private func runs(of lease: LeaseID) -> [Station] {
    let found: [RunKey] = busy.compactMap {
      guard case .run(let key) = $0, key.lease == lease else { return nil }
      return key
    }
    return found.sorted { $0.index < $1.index }.map { .run($0) }
  }

  func touch(_ station: Station) {
    if !touched.contains(station) { touched.append(station) }
  }

  /// Something is due then even if nothing happens before.
  func wake(_ station: Station, at time: Time) {
    guard time != .never, !wakes.contains(where: { $0 == (time, station) }) else { return }
    wakes.append((time, station))
  }

  /// Nothing more is owed there.
  func leave(_ station: Station) {
    busy.remove(station)
    pledges[station] = nil
    guard case .run(let key) = station else { return }
    answers[key] = nil
    labelled[key] = nil
    proved[key] = nil
    traces[key] = nil
    games[key.id] = nil
    gamesRead.remove(key.id)
  }

  func head(_ news: BlockNews) throws -> Head {
    guard var box = outbox else { throw CancellationError() }
    defer { outbox = box }
    return try box.head(at: news.time)
  }
}

/// Where something of a provider's may be due.
enum Station: Hashable, Comparable, Sendable {
  case offers
  case order(OrderID)
  case lease(LeaseID)
  case run(RunKey)

  /// Orders before leases before runs, so that two of one key look in the same order.
  static func < (l: Station, r: Station) -> Bool { l.place < r.place }

  private var place: (Int, Bytes32, UInt64) {
    switch self {
    case .offers: (0, .zero, 0)
    case .order(let id): (1, id.digest, 0)
    case .lease(let id): (2, id.digest, 0)
    case .run(let key): (3, key.lease.digest, key.index)
    }
  }

  /// Whether work might be begun there, rather than finished.
  var isNew: Bool {
    switch self {
    case .offers, .order: true
    case .lease, .run: false
    }
  }
}

/// What a provider does once for each object.
enum ProviderAction: Hashable, Sendable {
  case bid(OrderID)
  case reveal(OrderID)
  case honour(LeaseID)
  case seal(RunKey)
  case unseal(RunKey)
  case submit(RunKey)
  case demand(RunKey)
  case show(RunKey)
  case key(RunKey)
  case post(Bytes32, CheckTerms)
  case publish(Bytes32)
  case sealTrace(RunKey, UInt64)
  case unsealTrace(RunKey)
  case inputKey(RunKey)
  case share(RunKey, Address)
  case showTrace(RunKey)
  case challenge(RunKey, Bytes32)
  case move(GamePlace)
  case pick(GamePlace)
  case topUp(OfferID, UInt64)
  case withdraw(OfferID)
}
