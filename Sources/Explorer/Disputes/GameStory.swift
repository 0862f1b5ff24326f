// One dispute from its challenge to its end, replayed from the log: rounds, roots, the last step.

import Archive
import Chain
import Graphs
import Inference
import Kernel
import Market
import Primitives

struct GameStory {
  /// One narrowing: what was opened, and which part was picked of it.
  struct Round {
    var root: Int
    /// The way here, from the root down.
    var picks: [UInt8]
    /// Nil where another game had opened the place.
    var children: [Bytes32] = []
    var opener: Bytes32?
    var openedAt: Time?
    var pick: Int?
    var picker: Bytes32?
    var pickedAt: Time?
  }

  /// A message of the game with its place.
  struct Move {
    var message: Message
    var id: Bytes32
    var height: UInt64
    var time: Time
  }

  let house: House
  let line: GameLine
  let road: Road
  let clock: Clock
  let shape: TraceShape?
  /// What came of the run; nil while it goes on.
  private(set) var settled: SettledRun?
  /// Rows, while it is alive.
  private(set) var dispute: Dispute?
  private(set) var run: Run?
  private(set) var moves: [Move] = []
  private(set) var rounds: [Round] = []
  /// The roots that defenders showed, in order.
  private(set) var roots: [Bytes32] = []
  /// The last message of a defender that shows one block; nil where it did not come to that.
  private(set) var step: (opening: OpenStep, move: Move, picks: [UInt8])?
  /// The answer that is disputed.
  private(set) var answer = Bytes32()
  private(set) var isAudit = false

  init?(_ id: Bytes32, in house: House) throws {
    guard let line = try house.listings.game(id).value,
      let road = try house.listings.road(line.road).value
    else { return nil }
    self.house = house
    self.line = line
    self.road = road
    clock = try house.clock()
    let card = try house.row(ModelCard.self, "models", road.subject.keyBytes)
    shape = card.flatMap { TraceShape(tiles: $0.tiles, blocks: $0.blocks) }
    settled = try house.records.settled(line.run).value.first.map {
      try CBOR.decode(SettledRun.self, from: $0.bytes)
    }
    dispute = try house.row(Dispute.self, "disputes", GameID(id).keyBytes)
    if let key = dispute?.key.run { run = try house.row(Run.self, "runs", key.keyBytes) }
    answer = dispute?.key.answer ?? .zero
    try readMoves()
    isAudit =
      dispute?.isAuditor ?? (!line.isVolunteer && settled?.verdict.auditor == line.challenger)
    replay()
  }

  // MARK: - The log

  private static let mostEvents = 1_000
  /// Blocks whose messages are read for one page: a game takes a few dozen moves.
  private static let mostBlocks = 64

  private mutating func readMoves() throws {
    // Roots serve all games of a run; everything else names the game.
    let roots = EventsFilter(names: ["traceOpened", "traceShown"], subjects: [line.run])
    var heights: Set<UInt64> = []
    for filter in [EventsFilter(subjects: [line.game]), roots] {
      let page = try house.records.events(
        after: nil, filter, limit: GameStory.mostEvents)
      for entry in page.value.events { heights.insert(entry.height) }
    }
    for height in heights.sorted().prefix(GameStory.mostBlocks) {
      let time = try house.time(of: height) ?? Time()
      for record in try house.records.messages(at: height) where record.outcome.isDone {
        let signed = try CBOR.decode(SignedMessage.self, from: record.bytes)
        guard concerns(signed.message) else { continue }
        moves.append(
          Move(message: signed.message, id: record.id, height: height, time: time))
      }
    }
  }

  /// A move of this game, or one that shows a root that games about the same answer share.
  private func concerns(_ message: Message) -> Bool {
    switch message {
    case .unsealTrace(let m):
      m.run.id.digest == line.run && !m.first.isEmpty && line.defenders.contains(m.head.from)
    case .showTrace(let m): m.game.run.id.digest == line.run && m.game.answer == line.answer
    default: MessageBody.game(message)?.id.digest == line.game
    }
  }

  // MARK: - The rounds

  private mutating func replay() {
    var picks: [UInt8] = []
    var root = 0
    for move in moves {
      switch move.message {
      case .unsealTrace(let m): show(m.root)
      case .showTrace(let m): show(m.root)
      case .challengeRun(let m): answer = m.answer
      case .openVertex(let m):
        answer = m.game.answer
        let top = WideTree.vertex(m.children)
        if !picks.isEmpty, let next = roots.firstIndex(of: top), next > root {
          // The root before it has fallen: the game begins again at the top of the next.
          root = next
          picks = []
        }
        if let last = rounds.last, last.root == root, last.picks == picks, last.pick == nil {
          break
        }
        rounds.append(
          Round(
            root: root, picks: picks, children: m.children, opener: move.id, openedAt: move.time))
      case .pickChild(let m):
        if m.round == 0 { picks = [] }
        if rounds.last?.pick != nil || rounds.isEmpty || rounds.last?.picks != picks {
          rounds.append(Round(root: root, picks: picks))
        }
        rounds[rounds.count - 1].pick = Int(clamping: m.child)
        rounds[rounds.count - 1].picker = move.id
        rounds[rounds.count - 1].pickedAt = move.time
        picks.append(UInt8(truncatingIfNeeded: m.child))
      case .openStep(let m): step = (m, move, picks)
      default: break
      }
    }
  }

  private mutating func show(_ root: Bytes32) {
    if !roots.contains(root) { roots.append(root) }
  }

  /// What both sides are left with: all picks of the root that was played about last.
  var picks: [UInt8] {
    if let dispute { return dispute.picks }
    guard let last = rounds.last else { return [] }
    return last.picks + (last.pick.map { [UInt8(truncatingIfNeeded: $0)] } ?? [])
  }

  func place(at picks: [UInt8]) -> TracePlace? { shape.flatMap { try? $0.place(at: picks) } }

  /// The hash that is disputed at the end, and the sums before it that both sides agree on.
  var disputed: (before: Bytes32, hash: Bytes32)? {
    guard let last = rounds.last, let pick = last.pick, last.children.indices.contains(pick) else {
      return nil
    }
    var before = Bytes32.zero
    for round in rounds where round.root == last.root {
      guard let pick = round.pick, pick > 0, round.children.indices.contains(pick),
        case .blocks? = place(at: round.picks)
      else { continue }
      before = round.children[pick - 1]
    }
    return (before, last.children[pick])
  }

  /// Whose turn it is, while it is open.
  var isChallengersTurn: Bool {
    guard let last = rounds.last else { return false }
    return last.pick == nil
  }

  /// The strip that narrows: the rounds about the last root.
  var strip: DisputeStrip {
    let root = rounds.last?.root ?? 0
    let rows = rounds.filter { $0.root == root }.map { round in
      let place = place(at: round.picks)
      let boxes = place?.children ?? max(round.children.count, (round.pick ?? 0) + 1)
      return DisputeStrip.Row(
        label: place?.words ?? Formats.plural(UInt64(boxes), "part"), boxes: boxes,
        pick: round.pick)
    }
    var end: String?
    if case .step? = place(at: picks) { end = place(at: picks)?.words }
    let holds: Bool? =
      line.reason == "stepHolds" ? true : line.reason == "stepFails" ? false : nil
    return DisputeStrip(rows: rows, end: end, holds: holds)
  }
}

extension TracePlace {
  /// What a place of a trace covers.
  var words: String {
    switch self {
    case .vertex(let own):
      guard let tensor = own.tensor else {
        return own.position == 0 && own.children <= 16
          ? "the whole run, in \(own.children) parts" : "\(own.children) parts of the run"
      }
      return "the tiles of tensor \(tensor), in \(own.children) parts"
    case .blocks(let own):
      return "blocks \(own.range.lowerBound) to \(own.range.upperBound - 1) of tile \(own.tile) "
        + "of tensor \(own.tensor)"
    case .step(let own): return "block \(own.block) of tile \(own.tile) of tensor \(own.tensor)"
    case .input: return "the input"
    }
  }

  var children: Int? {
    switch self {
    case .vertex(let own): own.children
    case .blocks(let own): own.children
    case .step, .input: nil
    }
  }
}
