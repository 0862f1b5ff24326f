// A panel's people around a world: a buyer, six sellers, eight judges with programs that score.

import Agents
import Chain
import Kernel
import Market
import Primitives
import Synchronization
import Tasks
import Testing

@testable import Workers

/// What a judge's program does.
enum PanelWay: Hashable {
  /// Gives each piece what it is worth.
  case looks
  /// Says something else every time it is asked.
  case fickle
  case fails
  /// Fails so often, and then looks.
  case failsFirst(Int)
  /// Writes a point too few.
  case short
  /// Gives a point that there is not.
  case beyond
  /// Says the contrary of what is true.
  case lies
}

/// A program that scores, and counts how often it was asked.
final class PanelEyes: Scoring {
  let way: PanelWay
  private let count = Mutex(0)
  private let dockets = Mutex<[PanelDocket]>([])

  /// The one right answer to the first items, where there is one.
  private let known: [String]

  init(_ way: PanelWay, known: [String] = []) { (self.way, self.known) = (way, known) }

  var asked: Int { count.withLock { $0 } }
  var seen: [PanelDocket] { dockets.withLock { $0 } }

  func points(for docket: PanelDocket) async throws(ScoringTrouble) -> [UInt64] {
    let turn = count.withLock { count in
      count += 1
      return count
    }
    dockets.withLock { $0.append(docket) }
    let worth = docket.pieces.map { points(of: $0) }
    switch way {
    case .looks: return worth
    case .fickle: return worth.map { ($0 + UInt64(turn)) % 10 + 1 }
    case .failsFirst(let times) where turn > times: return worth
    case .fails, .failsFirst: throw ScoringTrouble(.scoreFailed, "it ended with 3")
    case .short: return worth.dropLast()
    case .beyond: return worth.dropLast() + [11]
    case .lies: return worth.map { 11 - $0 }
    }
  }

  /// `Haus 7` is worth seven points; where one answer is right, all others are worth one.
  private func points(of piece: PanelDocket.Piece) -> UInt64 {
    let text = String(decoding: piece.body, as: UTF8.self)
    if piece.item <= known.count { return text == known[piece.item - 1] ? 10 : 1 }
    return UInt64(text.split(separator: " ").last ?? "") ?? 1
  }
}

/// A judge's disk, which outlives its programs.
final class PanelDisk: SheetShelf {
  private let files = Mutex<[RunID: [UInt8]]>([:])
  private let full = Mutex(false)
  private let marked = Mutex<[UInt8]?>(nil)

  var mark: [UInt8]? {
    get { marked.withLock { $0 } }
    set { marked.withLock { $0 = newValue } }
  }

  func kept(_ run: RunID) -> [UInt8]? { files.withLock { $0[run] } }
  func keep(_ bytes: [UInt8], of run: RunID) -> Bool {
    guard !full.withLock({ $0 }) else { return false }
    files.withLock { $0[run] = bytes }
    return true
  }
  func forget(_ run: RunID) { files.withLock { $0[run] = nil } }

  var isFull: Bool {
    get { full.withLock { $0 } }
    set { full.withLock { $0 = newValue } }
  }
  var runs: [RunID] { files.withLock { Array($0.keys) } }
  /// A write that a cut left torn, or that somebody changed.
  func damage(_ change: ([UInt8]) -> [UInt8]) {
    files.withLock { files in for run in files.keys { files[run] = change(files[run] ?? []) } }
  }
}

/// Sellers who answer each item with so many points' worth.
struct PanelSeller: TaskAnswering {
  let points: UInt64
  func answers(to batch: TaskBatch) async -> [[UInt8]]? {
    batch.items.enumerated().map { place, item in
      item + Array(" \(1 + (points + 3 * UInt64(place)) % 10)".utf8)
    }
  }
}

struct PanelCrew {
  static let items = ["Haus", "Baum", "Brunnen", "Wald"]
  static let bond = Amount(4_000_000)
  static let sellers = 6

  static func judgeKey(_ number: Int) -> PrivateKey {
    PrivateKey(seed: Array("panel judge \(number)".utf8))
  }

  let world: World
  let buyer: Buyer
  var sellers: [any Reactor] = []
  var judges: [Assessor] = []
  let eyes: [PanelEyes]
  let disks: [PanelDisk]
  private let known: [String]
  /// Messages of a judge, by its place, that get lost on their way.
  var loses: @Sendable (Int, Message) -> Bool = { _, _ in false }

  init(
    _ ways: [PanelWay], gold: Int? = nil, items: [String] = PanelCrew.items,
    silentSellers: Set<Int> = []
  ) throws {
    world = try World(
      [Stage.buyerKey.address] + (1...Self.sellers).map { Stage.key($0).address }
        + ways.indices.map { Self.judgeKey($0).address })
    buyer = Stage.shopper([Self.want(gold: gold, items)], world)
    known = gold.map { Self.texts(by: $0, items) } ?? []
    let (eyes, disks) = (
      ways.map { [known] in PanelEyes($0, known: known) }, ways.map { _ in PanelDisk() }
    )
    (self.eyes, self.disks) = (eyes, disks)
    for number in 1...Self.sellers {
      let provider = Self.seller(number, world)
      let isSilent = silentSellers.contains(number)
      sellers.append(
        isSilent ? Mute(inner: provider, loses: { $0.kind == .openAnswer }) : provider)
    }
    judges = ways.indices.map { [world] in Self.judge($0, world, eyes[$0], disks[$0]) }
  }

  static func seller(_ number: Int, _ world: World) -> Provider {
    Provider(
      key: Stage.key(number), client: world, catalogue: Catalogue([]),
      tasks: TaskService(
        PricePolicy(cost: Rate(Amount(100_000 + 1_000 * UInt64(number))), offerMargin: 0),
        PanelSeller(points: UInt64(number))))
  }

  /// All sellers' programs end, and others begin with nothing but their keys.
  mutating func restartSellers(at news: BlockNews) async throws {
    for number in 1...Self.sellers {
      let seller = Self.seller(number, world)
      try await seller.resume(through: news.height - 1)
      sellers[number - 1] = seller
    }
  }

  static func judge(
    _ number: Int, _ world: World, _ eyes: PanelEyes, _ disk: PanelDisk
  ) -> Assessor {
    Assessor(key: judgeKey(number), client: world, scoring: eyes, shelf: disk)
  }

  /// What that seller says to the first two items.
  private static func texts(by seller: Int, _ items: [String]) -> [String] {
    items.prefix(2).enumerated().map { "\($1) \(1 + (seller + 3 * $0) % 10)" }
  }

  static func want(gold seller: Int?, _ items: [String]) -> Want {
    var spec = TasksSpec(
      question: "Say it in English.", criteria: "Meaning, then style.",
      items: UInt64(items.count))
    var known: WantGold?
    if let seller {
      let texts = Self.texts(by: seller, items) + items.dropFirst(2).map { _ in "" }
      let opened = WantGold(
        [CBOR.encode(TaskPieces(texts: texts))], secret: SHA256.hash([7]))
      spec.gold = opened.root
      known = opened
    }
    let check = CheckTerms(
      PanelCheck.name,
      [
        Number("seats", 3), Number("judges", 3), Number("share", 200_000), Number("rule", 1),
        Number("par", 600_000), Number("gold", seller == nil ? 0 : 2), Number("topic", 0),
      ])
    var want = Want(
      .auction, spec: spec.encoded, input: CBOR.encode(TaskPieces(texts: items)), check: check,
      limit: Rate(Amount(200_000)))
    want.work = TasksWork.name
    want.gold = known
    want.isPublished = true
    return want
  }

  /// Judges lay down their bonds, before anybody orders.
  func stand(_ numbers: [Int]? = nil) async throws -> BlockNews {
    try await stand((numbers ?? Array(judges.indices)).map(Self.judgeKey), Self.bond)
  }

  /// Some stand ready to judge any topic.
  func stand(_ keys: [PrivateKey], _ bond: Amount) async throws -> BlockNews {
    let genesis = await world.genesis()
    var boxes: [Outbox] = []
    for key in keys {
      var box = Outbox(key, genesis, next: await world.nextSequences(of: key.address))
      var notice = KeyNotice()
      if let published = try await notice.due(of: key, world, &box, Stage.dawn) {
        try await world.submit(published)
      }
      boxes.append(box)
    }
    // What is written to a judge is sealed to its key, so that has to stand first.
    _ = try await world.step()
    for number in boxes.indices {
      var m = RegisterAuditor()
      m.head = try boxes[number].head(at: Stage.dawn.time)
      m.subjects = [Subject.panel(0)]
      m.bond = bond
      try await world.submit(boxes[number].sign(.registerAuditor(m)))
    }
    return try #require(try await world.step())
  }

  /// A judge's program ends, and another one that scores in another way begins.
  mutating func replace(_ number: Int, _ way: PanelWay, at news: BlockNews) async throws {
    judges[number] = Self.judge(number, world, PanelEyes(way, known: known), disks[number])
    // Of the last block it learns when it answers that.
    try await judges[number].resume(through: news.height - 1)
  }

  func turn(_ news: BlockNews) async throws -> BlockNews? {
    for reactor in [buyer] + sellers as [any Reactor] {
      for message in try await reactor.react(to: news) { try await world.submit(message) }
    }
    for (number, judge) in judges.enumerated() {
      try await act(judge, number, news)
      await judge.scoringIsOver()
      try await act(judge, number, news)
    }
    return try await world.step()
  }

  private func act(_ judge: Assessor, _ number: Int, _ news: BlockNews) async throws {
    let sent = try await judge.react(to: news)
    for message in sent where !loses(number, message.message) { try await world.submit(message) }
    // What is not sent must not leave a hole in its lane.
    if sent.contains(where: { loses(number, $0.message) }) { try await judge.resync() }
  }

  /// Plays until the purchase is over, at most so many blocks.
  @discardableResult
  func play(
    from start: BlockNews, blocks: Int = 300,
    until isOver: (BlockNews) async throws -> Bool = { _ in false }
  ) async throws -> BlockNews {
    var news = start
    for _ in 0..<blocks {
      if try await isOver(news) { return news }
      if await buyer.isDone { return news }
      guard let next = try await turn(news) else { return news }
      news = next
    }
    return news
  }

  func events(_ name: String) async -> [Event] {
    await world.blocks.flatMap(\.results.events).filter { $0.name == name }
  }

  /// Which judges were drawn, in the order of the bench.
  func drawn() async -> [Int] {
    let parties = await events("panelDrawn").first?.parties.dropLast() ?? []
    return parties.compactMap { account in
      judges.indices.first { Self.judgeKey($0).address == account }
    }
  }

  /// Every dollar is somewhere, and in escrow lie the judges' bonds alone.
  func expectWhole(_ location: SourceLocation = #_sourceLocation) async {
    let audit = await world.audit()
    var bonds: UInt64 = 0
    for number in judges.indices {
      bonds += await world.auditor(Self.judgeKey(number).address)?.bond.units ?? 0
    }
    #expect(audit.isWhole, sourceLocation: location)
    #expect(audit.escrow == bonds, sourceLocation: location)
  }
}
