// The checker: does runs again when it is called, or of its own accord, and disputes lies.

public import Agents
public import Chain
import Inference
import Kernel
import Market
public import Models
public import Primitives

/// How a checker goes about its work.
public struct CheckerPlan: Sendable {
  /// What it can do again.
  public var models: [Model]
  /// The bond that it stands ready with; nothing for a volunteer who takes no calls.
  public var bond: Amount
  /// Which share of the runs that it can read it looks at of its own accord, ppm.
  public var sample: UInt64
  /// Content keys of inputs that it was given beside the ledger.
  public var inputKeys: [Bytes32]
  /// Providers that named it as their deputy, and for whom it moves in disputes.
  public var principals: [Address] = []
  public var conduct: CheckerConduct

  public init(
    _ models: [Model], bond: Amount = .zero, sample: UInt64 = 0, inputKeys: [Bytes32] = [],
    conduct: CheckerConduct = .honest
  ) {
    self.models = models
    self.bond = bond
    self.sample = sample
    self.inputKeys = inputKeys
    self.conduct = conduct
  }
}

/// Looks at others' runs. It keeps nothing that it cannot derive from its key and read back from
/// the ledger: whoever kills it in the middle of a game may start it again.
public actor Checker: Reactor {
  public nonisolated let address: Address
  let key: PrivateKey
  let client: any MarketClient
  let plan: CheckerPlan
  let salts: Salts
  public internal(set) var report = CheckerReport()

  var outbox: Outbox?
  /// What it looks at, and in which order it came up.
  var jobs: [RunID: CheckJob] = [:]
  private var order: [RunID] = []
  private var touched: [RunID] = []
  private var wakes: [(time: Time, run: RunID)] = []
  private var rechecks: [(height: UInt64, run: RunID?)] = []
  var attempts = Attempts<CheckerAction>()
  /// What another is expected to do first.
  var standBy = StandBy<CheckerAction>()
  /// Models made ready for traces, by spec.
  var tracers: [[UInt8]: Tracer] = [:]
  private var seen: UInt64 = 0
  private var notice = KeyNotice()
  var looksAtRegister = true
  private(set) var isStopping = false
  private(set) var isLeaving = false
  var hasLeft = false
  /// Runs that are alive, by their events.
  var alive: [RunID: RunKey] = [:]
  /// Once it has left: runs over whose evidence, which is older, it may still be called.
  var owed: [RunID: RunKey] = [:]
  /// What its row says since it has left.
  var departure: (bond: Amount, returns: Time)?

  public init(key: PrivateKey, client: any MarketClient, plan: CheckerPlan) {
    self.key = key
    address = key.address
    self.client = client
    self.plan = plan
    salts = Salts(key)
  }

  /// Takes no new samples and ends when nothing is under way. Only who leaves gives up being
  /// called: otherwise it is still on the list, and may be started again at any time.
  public func stop(leaving: Bool = false) {
    isStopping = true
    isLeaving = leaving
    looksAtRegister = leaving
  }

  /// Whether it has stopped and owes nothing more.
  public var isDone: Bool {
    isStopping && jobs.isEmpty && (!isLeaving || (hasLeft && owed.isEmpty))
  }

  /// Whether nothing is under way.
  public var isIdle: Bool { jobs.isEmpty }

  public func resume(through height: UInt64) async throws {
    try await connect()
    while seen < height {
      guard let news = try await client.block(seen + 1) else { break }
      learn(news)
    }
  }

  public func resync() async throws {
    outbox?.resync(try await client.nextSequences(of: address))
  }

  private func connect() async throws {
    guard outbox == nil else { return }
    outbox = Outbox(
      key, try await client.genesis(), next: try await client.nextSequences(of: address))
  }

  public func react(to news: BlockNews) async throws -> [SignedMessage] {
    try await connect()
    if news.height > seen { learn(news) }
    for wake in wakes where wake.time <= news.now { touch(wake.run) }
    wakes.removeAll { $0.time <= news.now }
    for recheck in rechecks where recheck.height <= news.height {
      if let run = recheck.run { touch(run) } else { looksAtRegister = true }
    }
    rechecks.removeAll { $0.height <= news.height }

    var sent = [await publish(news)].compactMap(\.self)
    try await forgetOwed()
    if looksAtRegister, isLeaving || notice.isPublished {
      looksAtRegister = false
      sent += await visit(nil, news) { try await self.tendRegister(news) }
    }
    let due = touched
    touched = []
    for run in due where jobs[run] != nil {
      sent += await visit(run, news) { try await self.tend(run, news) }
    }
    return sent
  }

  /// Inputs are sealed to the checker, so it registers only once its key is known to all.
  private func publish(_ news: BlockNews) async -> SignedMessage? {
    guard plan.bond > .zero, !isStopping, var box = outbox else { return nil }
    var own = notice
    let message = try? await own.due(of: key, client, &box, news)
    notice = own
    outbox = box
    return message
  }

  private func visit(
    _ run: RunID?, _ news: BlockNews, _ body: () async throws -> [Message]
  ) async -> [SignedMessage] {
    do {
      let messages = try await insist(body)
      guard let outbox, !messages.isEmpty else { return [] }
      rechecks.append((news.height + Attempts<CheckerAction>.pause, run))
      return messages.map { outbox.sign($0) }
    } catch is Refusal {
      // The arithmetic of this run does not work out; the others go on.
      if let run { drop(run) }
    } catch {
      rechecks.append((news.height + 1, run))
    }
    return []
  }

  // MARK: - News

  private func learn(_ news: BlockNews) {
    seen = news.height
    for event in news.events { learn(event) }
  }

  private func learn(_ event: Event) {
    let isOurs = event.parties.first == address
    let run = RunID(event.subject)
    switch event.name {
    case "runStarted":
      guard let index = event.numbers.first(where: { $0.name == "index" })?.value else { break }
      alive[run] = RunKey(LeaseID(event.lease), index)
    case "runSettled": alive[run] = nil
    case "auditorCalled" where isOurs:
      note(event)
      jobs[run]?.isCalled = true
      report.called += 1
    case "runOpen" where isSampled(event):
      note(event)
      jobs[run]?.looks = true
    case "gameBegun":
      guard isOurs || isForPrincipal(event) else { break }
      note(event)
      guard let game = event.objects.first.map({ GameID($0) }) else { break }
      if isOurs {
        jobs[run]?.games.append(game)
        jobs[run]?.isParty = true
        report.games += 1
      } else {
        jobs[run]?.defences.append(game)
      }
    case "gameWon" where isOurs: report.won += 1
    case "gameLost" where isOurs:
      report.lost += 1
      if jobs[run]?.isCalled == false { forfeit(event, "bond") }
    case "auditorSilent" where isOurs:
      forfeit(event, "lost")
      looksAtRegister = true
    case "auditorRegistered" where isOurs, "auditorLeaves" where isOurs,
      "auditorLeft" where isOurs:
      looksAtRegister = true
    default: break
    }
    if event.lease != .zero { touch(run) }
  }

  private func forfeit(_ event: Event, _ name: String) {
    let lost = event.numbers.first { $0.name == name }?.value ?? 0
    report.forfeited = (try? report.forfeited.adding(Amount(lost))) ?? report.forfeited
  }

  /// Whether it looks at a run of its own accord: which ones, only its key tells.
  private func isSampled(_ event: Event) -> Bool {
    guard plan.sample > 0, !isStopping, !event.parties.contains(address) else { return false }
    return salts.of(event.subject, "sample").leadingWord % million < plan.sample
  }

  /// Behind the challenger stand the seats.
  private func isForPrincipal(_ event: Event) -> Bool {
    event.parties.dropFirst().contains { plan.principals.contains($0) }
  }

  private func note(_ event: Event) {
    let run = RunID(event.subject)
    guard jobs[run] == nil else { return }
    jobs[run] = CheckJob(run: run, lease: LeaseID(event.lease))
    order.append(run)
  }

  func touch(_ run: RunID) {
    if jobs[run] != nil, !touched.contains(run) { touched.append(run) }
  }

  /// Something is due then even if nothing happens before.
  func wake(_ run: RunID, at time: Time) {
    guard time != .never, !wakes.contains(where: { $0 == (time, run) }) else { return }
    wakes.append((time, run))
  }

  /// Nothing more is to be done there.
  func drop(_ run: RunID) {
    jobs[run] = nil
    order.removeAll { $0 == run }
  }

  func head(_ news: BlockNews) throws -> Head {
    guard var box = outbox else { throw CancellationError() }
    defer { outbox = box }
    return try box.head(at: news.time)
  }
}

/// A run that a checker looks at.
struct CheckJob: Sendable {
  let run: RunID
  let lease: LeaseID
  /// Known once the lease was read.
  var key: RunKey?
  /// It was called to audit the run.
  var isCalled = false
  /// It looks at the run of its own accord.
  var looks = false
  /// It has found nothing to dispute, or could not look.
  var hasLooked = false
  /// It has a game of its own, and so something to book at the end.
  var isParty = false
  /// Commitment to what comes out when it does the run itself.
  var output: Bytes32?
  /// Its own games about the run that may not be over, and those in which it stands in for a seat.
  var games: [GameID] = []
  var defences: [GameID] = []
  var traced: TracedRun?

  init(run: RunID, lease: LeaseID) {
    self.run = run
    self.lease = lease
  }
}

/// What a checker does once for each object.
enum CheckerAction: Hashable, Sendable {
  case register(Amount)
  case leave
  case demand(RunID)
  case show(RunID)
  case seal(RunID)
  case unseal(RunID)
  case challenge(GameID)
  case pick(GamePlace)
  case showTrace(RunID)
  case move(GamePlace)
}
