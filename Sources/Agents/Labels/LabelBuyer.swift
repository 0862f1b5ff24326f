// The buyer of a labelling job: round by round, from the plan to the last settled batch.

public import Chain
public import Primitives

/// Why a job does not go on now. All of it can be gone on with.
public enum LabelHalt: Hashable, Sendable {
  /// Its owner stopped it.
  case stopped
  /// The account cannot lock what the next round may cost.
  case insufficient(needed: Amount, has: Amount)
  /// The ledger refused an order.
  case refused(code: String)
}

/// Orders what a job asks for, and tells the job what came.
///
/// The job is all that it keeps. What is open is found on the ledger again by its inputs, which
/// follow from the job's secret, so that who is killed in the middle, or has lost the journal,
/// orders nothing twice.
public actor LabelBuyer: Reactor {
  public nonisolated let address: Address
  private let key: PrivateKey
  private let client: any MarketClient
  private let times: LabelTimes
  /// The height up to which the log has nothing of the job.
  private let since: UInt64
  private let keeper: LabelKeeper
  /// Is given what was settled before the job counts it: a receipt that is kept so is never lost.
  private let keep: @Sendable ([RunResult]) async throws -> Void

  /// The buyer of the open round, and which order each of its wants is.
  private var buyer: Buyer?
  private var orders: [Int] = []
  /// Its results that the job has taken.
  private var taken = 0
  private var recalls = false
  private var isStopping = false
  public private(set) var halt: LabelHalt?
  /// What was settled while this process watched.
  public private(set) var runs: [RunResult] = []

  /// A job that lives no longer than this process.
  public init(
    key: PrivateKey, client: any MarketClient, job: LabelJob, times: LabelTimes = LabelTimes()
  ) {
    self.init(key: key, client: client, keeper: LabelKeeper(job), times: times)
  }

  public init(
    key: PrivateKey, client: any MarketClient, keeper: LabelKeeper,
    times: LabelTimes = LabelTimes(), since: UInt64 = 0,
    keep: @escaping @Sendable ([RunResult]) async throws -> Void = { _ in }
  ) {
    self.key = key
    address = key.address
    self.client = client
    self.keeper = keeper
    self.times = times
    self.since = since
    self.keep = keep
  }

  public var job: LabelJob { get async { await keeper.job } }

  /// Whether nothing more is asked, or it cannot go on.
  public var isDone: Bool {
    get async {
      guard buyer == nil else { return false }
      if halt != nil { return true }
      return await job.end != nil
    }
  }

  /// Orders nothing more, and finishes what has begun.
  public func stop() async {
    isStopping = true
    await buyer?.stop()
  }

  public func resume(through height: UInt64) async throws { recalls = true }

  public func resync() async throws { try await buyer?.resync() }

  public func react(to news: BlockNews) async throws -> [SignedMessage] {
    while true {
      guard let buyer = try await current(news) else { return [] }
      let sent = try await buyer.react(to: news)
      try await take(buyer)
      guard await buyer.isDone, taken == (await buyer.results.count) else { return sent }
      self.buyer = nil
      if isStopping, halt == nil { halt = .stopped }
      // What was sent counts first.
      guard sent.isEmpty else { return sent }
    }
  }

  /// Whoever buys the open round; begins one where none is open. Nil where nothing is to be done.
  private func current(_ news: BlockNews) async throws -> Buyer? {
    if let buyer { return buyer }
    guard halt == nil, await job.end == nil else { return nil }
    guard !isStopping else {
      halt = .stopped
      return nil
    }
    if let round = await job.upcoming {
      let needed = Amount(
        round.orders.reduce(0) { $0 + $1.perBatch.units * UInt64($1.batches.count) })
      let has = try await client.balance(of: address)
      guard has > needed else {
        halt = .insufficient(needed: needed, has: has)
        return nil
      }
      try await keeper.take(LabelEvent(.begun, LabelOutcome(round: round.number)))
    }
    let wanted = try await job.wants(times)
    let most = await job.reserved
    let made = Buyer(
      key: key, client: client, wants: wanted.map(\.want),
      budget: Budget(total: most, perOrder: most), parallel: wanted.count, tries: 1,
      since: recalls ? since : 0)
    if recalls { try await made.resume(through: news.height) }
    (buyer, orders, taken) = (made, wanted.map(\.order), 0)
    return made
  }

  /// Tells the job what came. A node that does not answer now is asked again; a disk that fails
  /// ends it.
  private func take(_ buyer: Buyer) async throws {
    for result in await buyer.results.dropFirst(taken) {
      if result.isRefused {
        halt = .refused(code: result.end)
      } else {
        let order = orders[result.want]
        guard
          let events = try? await insist({
            try await self.job.events(of: result, order: order, from: self.client)
          })
        else { return }
        try await keep(result.runs)
        for event in events { try await keeper.take(event) }
        runs += result.runs
      }
      taken += 1
    }
    if let refusal = await buyer.refusals.values.first(where: { $0.code != "givenUp" }) {
      halt = .refused(code: refusal.code)
    }
  }
}

/// Who keeps a job: its file, or nobody for longer than the process lives.
public actor LabelKeeper {
  private let file: LabelJobFile?
  public private(set) var job: LabelJob

  public init(_ job: LabelJob) {
    self.job = job
    file = nil
  }

  public init(_ file: sending LabelJobFile) {
    job = file.job
    self.file = file
  }

  /// The event is kept before it counts.
  public func take(_ event: LabelEvent) throws(LabelTrouble) {
    guard let file else { return try job.take(event) }
    try file.take(event)
    job = file.job
  }
}
