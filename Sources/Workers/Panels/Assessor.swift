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
  private var fines: [RunID: Amount] = [:]
  private var seen: UInt64 = 0
  private var now = Time()
  private var unsaid: [AssessorNews] = []
  private var isStopping = false
  private var isLive = false
  /// The lowest height of a draw that it turned down because it was stopping.
  private var turnedDown: UInt64?
  /// Seconds that judges have for their seals.
  private(set) var sealWindow: UInt64 = 0

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
  public var failing: Int {
    briefs.values.count { $0.tries > 0 && $0.looks == 0 && $0.stage == .unsealed }
  }

  /// What happened since it was asked last.
  public func takeNews() -> [AssessorNews] {
    defer { unsaid = [] }
    return unsaid
  }

  /// Waits until whoever scores has ended, for better or worse.
  public func scoringIsOver() async {
    for task in tasks.values { await task.value }
  }

  /// Reads what concerns it since it last was all done, which stands on the shelf, and not every
  /// block: a judge who is started again must not be late for that.
  public func resume(through height: UInt64) async throws {
    try await connect()
    guard seen < height else { return }
    let start = seen > 0 ? seen : doneUpTo(height)
    let found = try await client.events(["panelDrawn", "judgeFined"], of: address, after: start)
    for placed in found where placed.height <= height { learn(placed.event, at: placed.height) }
    for run in order where isLive { briefs[run]?.isTouched = true }
    // What was over before this process began is nobody's news.
    for run in order where !isLive {
      guard let key = briefs[run]?.key, try await client.run(key) == nil,
        try await client.settled(key) != nil
      else { continue }
      drop(run)
    }
    seen = height
    mark()
  }

  /// The height up to which nothing is owed, as it was left; 0 where that is not known.
  private func doneUpTo(_ height: UInt64) -> UInt64 {
    let limit = JudgeMark.largest
    guard let bytes = shelf.mark,
      let mark = try? CBOR.decode(JudgeMark.self, from: bytes, limit: limit),
      mark.network == network, mark.height <= height
    else { return 0 }
    return mark.height
  }

  /// Leaves on the shelf up to where nothing is owed. It names no panel that is not over.
  private func mark() {
    let open = briefs.values.map(\.drawn) + [turnedDown ?? .max]
    let first = open.min() ?? .max
    shelf.mark = JudgeMark(network, height: min(seen, first &- 1)).encoded
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
    let genesis = try await client.genesis()
    sealWindow = genesis.terms.sealWindow
    outbox = Outbox(key, genesis, next: try await client.nextSequences(of: address))
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
    for event in news.events { learn(event, at: news.height) }
  }

  private func learn(_ event: Event, at height: UInt64) {
    let run = RunID(event.subject)
    switch event.name {
    case "panelDrawn":
      // The buyer stands last among the parties.
      guard event.parties.dropLast().contains(address), briefs[run] == nil else { break }
      if isStopping {
        turnedDown = min(turnedDown ?? height, height)
        break
      }
      guard let key = RunKey.of(run, in: LeaseID(event.lease)) else { break }
      briefs[run] = PanelBrief(key, drawn: height)
      order.append(run)
    case "judgeFined" where event.parties.first == address:
      fines[run] = Amount(event.numbers.first { $0.name == "lost" }?.value ?? 0)
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
    mark()
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
    briefs[run]?.tries += 1
    rest(run, after: brief.tries, until: brief.until)
    say(trouble, of: run)
  }

  /// Looks at it again after a pause that grows with how often it was done in vain.
  func rest(_ run: RunID, after times: Int, until: Time) {
    let pause = min(Self.pauses.upperBound, Self.pauses.lowerBound << UInt64(min(times, 9)))
    briefs[run]?.again = min(later(pause), until)
    briefs[run]?.wake = min(later(pause), until)
    briefs[run]?.isTouched = false
  }
}

extension RunKey {
  /// The draw names a run by its hash alone, and a lease has its runs in order.
  fileprivate static func of(_ run: RunID, in lease: LeaseID) -> RunKey? {
    (0..<UInt64(million)).lazy.map { RunKey(lease, $0) }.first { $0.id == run }
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
  /// The height of the draw.
  let drawn: UInt64
  var stage = Stage.unsealed
  /// When the time for sealing began, and until when it is to be sealed.
  var begun: Time?
  var until = Time.never
  /// How often it was looked for items that nobody handed out.
  var looks = 0
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

  init(_ key: RunKey, drawn: UInt64) { (self.key, self.drawn) = (key, drawn) }

  /// Whether nothing that the judge can still say is missing.
  var isOver: Bool { stage == .opened || stage == .lost }
  var rests: Bool {
    guard !isScoring, !isSent, !isTouched else { return false }
    return stage != .unsealed || tries > 0 || looks > 0
  }
}
