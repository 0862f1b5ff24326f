// The judge of panels as a program: it is drawn, has the answers scored, seals, and opens in time.

public import Agents
public import Chain
import Kernel
import Market
public import Primitives

/// Judges what it is drawn for, by whatever scores for it.
///
/// Its sheet is on the shelf before its seal is sent, and its salt follows from its key: whoever
/// kills it at any point may start it again, and it opens what it has sealed.
public actor Assessor: Reactor {
  public nonisolated let address: Address
  let client: any MarketClient
  let scoring: any Scoring
  let shelf: any SheetShelf
  let key: PrivateKey
  let salts: Salts
  /// Panels that are scored side by side; a draw of many starts no more programs than that.
  private let atOnce: Int
  public private(set) var tally = AssessorTally()

  private var outbox: Outbox?
  /// Panels that are not over, and in which order they came.
  var briefs: [RunID: PanelBrief] = [:]
  private var order: [RunID] = []
  private var tasks: [RunID: Task<Void, Never>] = [:]
  /// Where runs are that have begun, which the draw does not tell.
  private var alive: [RunID: RunKey] = [:]
  private var fines: [RunID: Amount] = [:]
  private var seen: UInt64 = 0
  private var now = Time()
  private var unsaid: [AssessorNews] = []
  private var isStopping = false
  private var isLive = false

  /// Seconds until a message that has shown no effect is sent again.
  static let patience: UInt64 = 30
  /// Seconds until what could not be read or scored is tried again, the first and the longest.
  static let pauses: ClosedRange<UInt64> = 5...300

  public init(
    key: PrivateKey, client: any MarketClient, scoring: any Scoring, shelf: any SheetShelf,
    atOnce: Int = 4
  ) {
    self.key = key
    self.atOnce = atOnce
    address = key.address
    self.client = client
    self.scoring = scoring
    self.shelf = shelf
    salts = Salts(key)
  }

  /// Takes no panel that is drawn from now on, and ends when it owes nothing to the others.
  public func stop() { isStopping = true }

  /// Whether it has stopped, and everything that it can open lies open.
  public var isDone: Bool { isStopping && briefs.values.allSatisfy(\.isOver) }

  /// Whether nothing can be done now: the others are waited for, or something has failed.
  public var rests: Bool { briefs.values.allSatisfy(\.rests) }

  /// Panels that await others.
  public var waiting: Int { briefs.count }

  /// Panels in which something is due that could not be done.
  public var failing: Int { briefs.values.count { $0.tries > 0 && $0.stage == .unsealed } }

  /// What happened since it was asked last.
  public func takeNews() -> [AssessorNews] {
    defer { unsaid = [] }
    return unsaid
  }

  /// Waits until whoever scores has ended, for better or worse.
  public func scoringIsOver() async {
    for task in tasks.values { await task.value }
  }

  public func resume(through height: UInt64) async throws {
    try await connect()
    while seen < height {
      guard let news = try await client.block(seen + 1) else { break }
      learn(news)
    }
  }

  public func resync() async throws {
    outbox?.resync(try await client.nextSequences(of: address))
    // What was turned away is sent again, but not over and over in one breath.
    let soon = later(4)
    for run in order {
      guard let brief = briefs[run], brief.isSent else { continue }
      briefs[run]?.again = min(brief.again, soon)
      briefs[run]?.wake = min(brief.wake, soon)
    }
  }

  private func connect() async throws {
    guard outbox == nil else { return }
    outbox = Outbox(
      key, try await client.genesis(), next: try await client.nextSequences(of: address))
  }

  public func react(to news: BlockNews) async throws -> [SignedMessage] {
    try await connect()
    now = news.now
    isLive = true
    if news.height > seen { learn(news) }
    var sent: [SignedMessage] = []
    for run in order where briefs[run].map({ $0.isTouched || $0.wake <= now }) ?? false {
      briefs[run]?.isTouched = false
      do {
        let messages = try await insist { try await self.tend(run, news) }
        guard let outbox else { continue }
        sent += messages.map { outbox.sign($0) }
      } catch {
        // The node is away, or does not have it yet.
        briefs[run]?.wake = later(Self.pauses.lowerBound)
      }
    }
    return sent
  }

  // MARK: - News

  private func learn(_ news: BlockNews) {
    seen = news.height
    for event in news.events { learn(event) }
  }

  private func learn(_ event: Event) {
    let run = RunID(event.subject)
    switch event.name {
    case "runStarted":
      guard let index = event.numbers.first(where: { $0.name == "index" })?.value else { break }
      alive[run] = RunKey(LeaseID(event.lease), index)
    case "panelDrawn":
      // The buyer stands last among the parties.
      guard !isStopping, event.parties.dropLast().contains(address), let key = alive[run],
        briefs[run] == nil
      else { break }
      briefs[run] = PanelBrief(key)
      order.append(run)
    case "judgeFined" where event.parties.first == address:
      fines[run] = Amount(event.numbers.first { $0.name == "lost" }?.value ?? 0)
    case "runSettled":
      alive[run] = nil
      // What was over before this process began is nobody's news.
      if !isLive, briefs[run] != nil { drop(run) }
    default: break
    }
    guard event.lease != .zero else { return }
    for run in order where briefs[run]?.key.lease == LeaseID(event.lease) {
      briefs[run]?.isTouched = true
    }
  }

  func say(_ news: AssessorNews) { unsaid.append(news) }

  /// Says it where it is new; a trouble that lasts is not told at every look.
  func say(_ trouble: ScoringTrouble, of run: RunID) {
    guard briefs[run]?.trouble != trouble else { return }
    briefs[run]?.trouble = trouble
    unsaid.append(.trouble(run, trouble))
  }

  // MARK: - Parts

  func head(_ news: BlockNews) throws -> Head {
    guard var box = outbox else { throw CancellationError() }
    defer { outbox = box }
    return try box.head(at: news.time)
  }

  var network: Bytes32 { outbox?.network ?? .zero }

  func later(_ seconds: UInt64) -> Time { (try? now.after(seconds: seconds)) ?? .never }

  /// The run is no more: tells how it ended. Its sheet goes only when the node knows that end: one
  /// that lags, or is another network's, knows neither run nor end, and a bond hangs on the sheet.
  func close(_ run: RunID) async throws {
    guard let brief = briefs[run] else { return }
    guard let settled = try await client.settled(brief.key) else {
      briefs[run]?.wake = later(Self.pauses.lowerBound)
      return
    }
    let own = settled.payouts.filter { $0.kind == 0 && $0.account == address }
    let earned = Amount(own.reduce(0) { $0 &+ $1.amount.units })
    let lost = fines[run] ?? .zero
    say(.settled(run, settled.verdict.outcome, earned: earned, lost: lost))
    tally.settled += 1
    tally.earned = (try? tally.earned.adding(earned)) ?? tally.earned
    tally.lost = (try? tally.lost.adding(lost)) ?? tally.lost
    drop(run)
  }

  private func drop(_ run: RunID) {
    briefs[run] = nil
    fines[run] = nil
    order.removeAll { $0 == run }
    // What is open needs no keeping.
    shelf.forget(run)
  }

  /// Has the answers scored, beside everything else; later, where enough are being scored.
  func score(_ docket: PanelDocket) {
    let (run, scoring) = (docket.run, scoring)
    guard tasks.count < atOnce else {
      briefs[run]?.wake = later(Self.pauses.lowerBound)
      return
    }
    briefs[run]?.isScoring = true
    tasks[run] = Task {
      let scored: Result<[UInt64], ScoringTrouble>
      do throws(ScoringTrouble) {
        scored = .success(try await scoring.points(for: docket))
      } catch { scored = .failure(error) }
      self.take(scored, docket)
    }
  }

  /// Points come in: they are on the disk before anything is said of them.
  private func take(_ scored: Result<[UInt64], ScoringTrouble>, _ docket: PanelDocket) {
    let run = docket.run
    tasks[run] = nil
    guard let brief = briefs[run] else { return }
    briefs[run]?.isScoring = false
    briefs[run]?.isTouched = true
    do throws(ScoringTrouble) {
      let sheet = try docket.sheet(of: try scored.get())
      let kept = KeptSheet(docket.digest, sheet, seal: seal(of: sheet, brief, docket.units))
      guard shelf.keep(kept.encoded, of: run) else {
        throw ScoringTrouble(.notKept, "the points could not be kept on the disk")
      }
      briefs[run]?.sheet = kept
      briefs[run]?.trouble = nil
      say(.scored(run, pieces: docket.pieces.count))
    } catch { fail(run, error) }
  }

  func seal(of sheet: [UInt8], _ brief: PanelBrief, _ units: UInt64) -> Bytes32 {
    OpenAnswer.seal(
      run: brief.key.id, seat: address, answer: sheet, units: units, salt: salt(of: brief.key))
  }

  /// The salt of `tolsey judge score`, so that either opens what the other has sealed.
  func salt(of key: RunKey) -> Bytes32 { salts.of(key.id.digest, "sheet") }

  /// It is tried again until the time is over, ever more seldom: silence costs the bond.
  func fail(_ run: RunID, _ trouble: ScoringTrouble) {
    guard let brief = briefs[run] else { return }
    let pause = min(Self.pauses.upperBound, Self.pauses.lowerBound << UInt64(min(brief.tries, 9)))
    briefs[run]?.tries += 1
    briefs[run]?.again = later(pause)
    briefs[run]?.wake = min(later(pause), brief.until)
    briefs[run]?.isTouched = false
    say(trouble, of: run)
  }
}

/// A panel that drew the judge.
struct PanelBrief: Sendable {
  enum Stage: Sendable {
    case unsealed
    case sealed
    case opened
    /// Nothing of it can be saved any more.
    case lost
  }

  let key: RunKey
  var stage = Stage.unsealed
  /// When it was first looked at, and until when it is to be sealed.
  var begun: Time?
  var until = Time.never
  var sheet: KeptSheet?
  /// What was answered, by the message that opened it, as far as it was read.
  var said: [Bytes32: [[UInt8]]] = [:]
  var isScoring = false
  /// How often it was tried in vain, and what was said of that last.
  var tries = 0
  var trouble: ScoringTrouble?
  /// Not before this is anything tried or sent again.
  var again = Time()
  /// A message is on its way.
  var isSent = false
  var isTouched = true
  /// It is looked at then, whatever happens before.
  var wake = Time.never

  init(_ key: RunKey) { self.key = key }

  /// Whether nothing that the judge can still say is missing.
  var isOver: Bool { stage == .opened || stage == .lost }
  var rests: Bool {
    guard !isScoring, !isSent, !isTouched else { return false }
    return stage != .unsealed || tries > 0
  }
}
