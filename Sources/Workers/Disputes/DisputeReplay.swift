// Judges a dispute again from its file: signatures, each move against the rules, and the referee.

import Chain
import Graphs
import Inference
import Kernel
import Market
public import Primitives

/// Plays the moves of a file anew. It trusts nobody: what differs from the rules, from a signature
/// or from the stated end is refused.
public struct DisputeReplay {
  private let record: DisputeRecord
  private let plan: TracePlan
  private let model: Bytes32
  private let input: Content
  private let provider: Address
  private let deputy: Address
  /// Seats of the run, and those who gave the answer, in the order of their evidence.
  private let seats: Int
  private var holders: [Address]
  /// The roots of traces that were tied to the run, and who has shown one.
  private var roots: [Bytes32] = []
  private var shown: [Address] = []
  private var auditor: ReplayedAudit?
  private var providerSeal = Bytes32.zero
  private var games: [GameID: ReplayedGame] = [:]
  /// What was opened, by root and place.
  private var openings: [ReplayedPlace: [Bytes32]] = [:]
  private var held: Set<ReplayedPlace> = []
  private var step: RefereedStep?

  /// Judges a file.
  public static func judge(_ record: DisputeRecord) throws(Refusal) -> DisputeFinding {
    var replay = try DisputeReplay(record)
    for move in record.moves { try replay.play(move) }
    return try replay.finding()
  }

  private init(_ record: DisputeRecord) throws(Refusal) {
    self.record = record
    let run = record.game.run
    for signed in [record.promise, record.start, record.evidence] + record.moves {
      _ = try VerifiedMessage(signed, domain: record.genesis.domain)
    }
    guard record.start.message.run == run, record.evidence.message.run == run,
      DisputeRecord.output(in: record.evidence.message) == record.game.answer
    else { throw .otherClaim }
    provider = record.evidence.head.from
    holders = [provider]
    let promised = try PromisedWork(record.promise.message)
    let started = try StartedRun(record.start.message)
    guard started.providers.contains(provider),
      promised.provider == nil || promised.provider == provider,
      started.offer == nil || started.offer == record.promise.id
    else { throw .otherClaim }
    deputy = promised.deputy
    seats = started.providers.count
    input = started.input
    model = SHA256.hash(record.manifest)
    guard promised.spec == InferenceSpec(model: model).encoded else { throw .otherModel }
    plan = try TracePlan(try Manifest(decoding: record.manifest).graph())
  }

  private mutating func play(_ signed: SignedMessage) throws(Refusal) {
    let from = signed.head.from
    guard signed.message.run == record.game.run else { throw .illegal(signed, "otherRun") }
    guard signed.message.game.map({ $0.answer == record.game.answer }) ?? true else {
      throw .illegal(signed, "otherAnswer")
    }
    switch signed.message {
    case .unsealAnswer(let m):
      guard m.evidence.output.root == record.game.answer, !holders.contains(from) else {
        throw .illegal(signed, "otherAnswer")
      }
      holders.append(from)
    case .sealTrace(let m):
      if from == provider { providerSeal = m.seal } else { auditor = ReplayedAudit(from, m.seal) }
    case .unsealTrace(let m): try unseal(m, by: from, signed)
    case .challengeRun(let m):
      try begin(GameKey(m.run, m.answer, from), isAudit: false, signed)
    case .showTrace(let m):
      let seat = from == deputy && deputy != Address() ? provider : from
      guard holders.contains(seat), !shown.contains(seat) else {
        throw .illegal(signed, "notItsTurn")
      }
      try tie(m.root, m.first, m.last, by: seat, signed)
    case .openVertex(let m): try open(m, by: from, signed)
    case .pickChild(let m): try pick(m, by: from, signed)
    case .openStep(let m): try finish(m, by: from, signed)
    default: throw .illegal(signed, "noMove")
    }
  }

  // MARK: - Before the games

  private mutating func unseal(
    _ m: UnsealTrace, by from: Address, _ signed: SignedMessage
  ) throws(Refusal) {
    let seal = SealTrace.seal(run: m.run.id, by: from, root: m.root, salt: m.salt)
    if from == provider {
      guard seal == providerSeal, roots.isEmpty else { throw .illegal(signed, "sealDiffers") }
      return try tie(m.root, m.first, m.last, by: from, signed)
    }
    guard let auditor, auditor.address == from, auditor.seal == seal else {
      throw .illegal(signed, "sealDiffers")
    }
    self.auditor?.word = m.root
    let key = GameKey(m.run, record.game.answer, from)
    if case .submitEvidence = record.evidence.message, m.root != roots.first {
      try begin(key, isAudit: true, signed)
    }
  }

  /// An auditor of several seats who differs from the answer of the majority disputes it without a
  /// message of its own, once all have opened.
  private func auditGame(_ key: GameKey) -> ReplayedGame? {
    guard case .unsealAnswer(let m) = record.evidence.message, let auditor,
      key == GameKey(record.game.run, record.game.answer, auditor.address),
      auditor.word != .zero, holders.count * 2 > seats,
      auditor.word
        != SeatVerdict.digest(output: record.game.answer, units: m.evidence.units)
    else { return nil }
    return ReplayedGame(key: key, isAudit: true)
  }

  /// The trace must begin with the run's input and end with the evidence's output.
  private mutating func tie(
    _ root: Bytes32, _ first: [Vertex], _ last: [Vertex], by seat: Address,
    _ signed: SignedMessage
  ) throws(Refusal) {
    let leaves = plan.shape.tensors
    guard root != .zero,
      WideTree.verify(leaf: input.root, at: 0, of: leaves, path: first, root: root),
      WideTree.verify(
        leaf: record.game.answer, at: leaves - 1, of: leaves, path: last, root: root)
    else { throw .illegal(signed, "untiedTrace") }
    if !roots.contains(root) { roots.append(root) }
    shown.append(seat)
  }

  private mutating func begin(
    _ key: GameKey, isAudit: Bool, _ signed: SignedMessage
  ) throws(Refusal) {
    guard games[key.id] == nil else { throw .illegal(signed, "alreadyChallenged") }
    games[key.id] = ReplayedGame(key: key, isAudit: isAudit)
  }

  // MARK: - Moves

  private func game(
    _ key: GameKey, _ signed: SignedMessage
  ) throws(Refusal) -> ReplayedGame {
    guard var game = games[key.id] ?? auditGame(key), game.end.isEmpty else {
      throw .illegal(signed, "noSuchGame")
    }
    game.moves += 1
    return game
  }

  /// The root that a game is about, where a defender has the word on it.
  private func root(
    of game: ReplayedGame, for from: Address, _ signed: SignedMessage
  ) throws(Refusal) -> Bytes32 {
    let isDefender = holders.contains(from) || (from == deputy && deputy != Address())
    guard isDefender, roots.indices.contains(game.rootIndex) else {
      throw .illegal(signed, "notItsTurn")
    }
    return roots[game.rootIndex]
  }

  private func place(_ game: ReplayedGame) -> ReplayedPlace? {
    guard roots.indices.contains(game.rootIndex) else { return nil }
    return ReplayedPlace(root: roots[game.rootIndex], picks: game.picks)
  }

  private mutating func open(
    _ m: OpenVertex, by from: Address, _ signed: SignedMessage
  ) throws(Refusal) {
    var game = try game(m.game, signed)
    // A root for which nobody spoke has fallen without a message: then the next one is opened.
    while true {
      let root = try root(of: game, for: from, signed)
      let place = ReplayedPlace(root: root, picks: game.picks)
      if openings[place] == nil, try fits(m.children, game, root) {
        openings[place] = m.children
        break
      }
      guard roots.indices.contains(game.rootIndex + 1) else {
        throw .illegal(signed, "badVertex")
      }
      game.nextRoot()
    }
    game.providerBytes += UInt64(signed.encoded.count)
    games[m.game.id] = game
  }

  private func fits(
    _ children: [Bytes32], _ game: ReplayedGame, _ root: Bytes32
  ) throws(Refusal) -> Bool {
    let disputed = game.picks.isEmpty ? root : game.disputed
    switch try plan.shape.place(at: game.picks) {
    case .vertex(let own):
      return children.count == own.children && WideTree.vertex(children) == disputed
    case .blocks(let own): return children.count == own.children && children.last == disputed
    case .step, .input: return false
    }
  }

  private mutating func pick(
    _ m: PickChild, by from: Address, _ signed: SignedMessage
  ) throws(Refusal) {
    var game = try game(m.game, signed)
    guard from == m.game.challenger, m.round == UInt64(game.picks.count),
      let place = place(game), let children = openings[place],
      m.child < UInt64(children.count)
    else { throw .illegal(signed, "notItsTurn") }
    let child = Int(m.child)
    if case .blocks = try plan.shape.place(at: game.picks), child > 0 {
      game.before = children[child - 1]
    }
    game.disputed = children[child]
    game.picks.append(UInt8(child))
    if case .input = try plan.shape.place(at: game.picks) {
      throw .illegal(signed, "nothingToDispute")
    }
    game.challengerBytes += UInt64(signed.encoded.count)
    games[m.game.id] = game
  }

  private mutating func finish(
    _ m: OpenStep, by from: Address, _ signed: SignedMessage
  ) throws(Refusal) {
    var game = try game(m.game, signed)
    let root = try root(of: game, for: from, signed)
    guard case .step(let place) = try plan.shape.place(at: game.picks) else {
      throw .illegal(signed, "notItsTurn")
    }
    let here = ReplayedPlace(root: root, picks: game.picks)
    var holds = held.contains(here)
    if !holds {
      let claim = BlockClaim(
        model: model, root: root, keyHash: input.keyHash, picks: game.picks, before: game.before,
        disputed: game.picks.isEmpty ? root : game.disputed)
      holds = try Referee.redo(claim, opening: m.opening)
      if holds { held.insert(here) }
    }
    if m.game == record.game {
      step = try RefereedStep(place, of: plan.graph, bytes: m.opening.count, holds: holds)
    }
    game.providerBytes += UInt64(signed.encoded.count)
    if holds {
      game.end = "stepHolds"
    } else if roots.indices.contains(game.rootIndex + 1)
      || holders.contains(where: { !shown.contains($0) })
    {
      // Another seat stands by the answer with a root of its own, or still may.
      game.fallen = game.picks
      game.nextRoot()
    } else {
      game.end = "stepFails"
    }
    games[m.game.id] = game
  }

  // MARK: - The end

  /// Holds the stated end against what the moves came to.
  private func finding() throws(Refusal) -> DisputeFinding {
    guard let game = games[record.game.id] ?? auditGame(record.game) else {
      throw Refusal("noSuchGame")
    }
    let here = place(game)
    let isOpened = here.map { !(openings[$0] ?? []).isEmpty || held.contains($0) } ?? false
    let state: String
    let reason: String
    switch game.end {
    case "stepFails": (state, reason) = ("won", game.end)
    case "stepHolds": (state, reason) = ("lost", game.end)
    default:
      let other = games.values.contains { $0.end == "stepFails" }
      if record.state == "stopped", other || record.reason.isEmpty {
        (state, reason) = ("stopped", record.reason)
      } else {
        // No file shows that nobody spoke; it shows whose turn it was.
        (state, reason) = isOpened ? ("lost", "challengerSilent") : ("won", "defenderSilent")
      }
    }
    guard (state, reason) == (record.state, record.reason) else { throw .otherEnd }
    try checkReceipt(state)
    return DisputeFinding(
      game: record.game.id, run: record.game.run.id, model: model, provider: provider,
      challenger: record.game.challenger, isAudit: game.isAudit, state: state, reason: reason,
      picks: game.picks.isEmpty ? game.fallen : game.picks, moves: game.moves,
      providerBytes: game.providerBytes,
      challengerBytes: game.challengerBytes, step: step)
  }

  /// The receipt must be the run's own, of the same network, and say what the game decided.
  private func checkReceipt(_ state: String) throws(Refusal) {
    guard !record.receipt.isEmpty else { return }
    let verified = try ReceiptVerifier.verify(record.receipt)
    guard verified.network == record.genesis.network,
      verified.settled.run == record.game.run.id
    else { throw .otherClaim }
    let fates = verified.settled.verdict.seats.filter { $0.provider == provider }.map(\.fate)
    guard state != "won" || fates.contains(.fallen) else { throw .otherEnd }
  }
}

extension Refusal {
  /// Promise, start and evidence are not those of the run that the game is about.
  static var otherClaim: Refusal { Refusal("otherClaim") }
  /// The manifest is not that of the model that was ordered.
  static var otherModel: Refusal { Refusal("otherModel") }
  /// The moves came to another end than the file says.
  static var otherEnd: Refusal { Refusal("otherEnd") }
  /// A move against the rules: of which kind, and why.
  static func illegal(_ signed: SignedMessage, _ why: String) -> Refusal {
    Refusal("illegalMove", [Number(why, UInt64(signed.message.kind?.rawValue ?? 0))])
  }
}
