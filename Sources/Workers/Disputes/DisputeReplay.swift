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
  /// The root of the provider's trace, once it was tied to the run.
  private var root = Bytes32.zero
  private var auditor: (address: Address, seal: Bytes32)?
  private var providerSeal = Bytes32.zero
  private var games: [GameID: ReplayedGame] = [:]
  /// What the provider opened, by place.
  private var openings: [[UInt8]: [Bytes32]] = [:]
  private var held: Set<[UInt8]> = []
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
      case .submitEvidence(let evidence) = record.evidence.message,
      evidence.evidence.output.root == record.game.answer
    else { throw .otherClaim }
    provider = record.evidence.head.from
    let promised = try PromisedWork(record.promise.message)
    let started = try StartedRun(record.start.message)
    guard started.providers.contains(provider),
      promised.provider == nil || promised.provider == provider,
      started.offer == nil || started.offer == record.promise.id
    else { throw .otherClaim }
    deputy = promised.deputy
    input = started.input
    model = SHA256.hash(record.manifest)
    guard promised.spec == InferenceSpec(model: model).encoded else { throw .otherModel }
    plan = try TracePlan(try Manifest(decoding: record.manifest).graph())
  }

  private mutating func play(_ signed: SignedMessage) throws(Refusal) {
    let from = signed.head.from
    guard signed.message.run == record.game.run else { throw .illegal(signed, "otherRun") }
    switch signed.message {
    case .sealTrace(let m):
      if from == provider { providerSeal = m.seal } else { auditor = (from, m.seal) }
    case .unsealTrace(let m): try unseal(m, by: from, signed)
    case .challengeRun(let m):
      try begin(GameKey(m.run, m.answer, from), isAudit: false, signed)
    case .showTrace(let m):
      guard root == .zero, from == provider || from == deputy else {
        throw .illegal(signed, "notItsTurn")
      }
      try tie(m.root, m.first, m.last, signed)
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
      guard seal == providerSeal, root == .zero else { throw .illegal(signed, "sealDiffers") }
      return try tie(m.root, m.first, m.last, signed)
    }
    guard let auditor, auditor.address == from, auditor.seal == seal else {
      throw .illegal(signed, "sealDiffers")
    }
    if m.root != root {
      try begin(GameKey(m.run, record.game.answer, from), isAudit: true, signed)
    }
  }

  /// The trace must begin with the run's input and end with the evidence's output.
  private mutating func tie(
    _ shown: Bytes32, _ first: [Vertex], _ last: [Vertex], _ signed: SignedMessage
  ) throws(Refusal) {
    let leaves = plan.shape.tensors
    guard shown != .zero,
      WideTree.verify(leaf: input.root, at: 0, of: leaves, path: first, root: shown),
      WideTree.verify(
        leaf: record.game.answer, at: leaves - 1, of: leaves, path: last, root: shown)
    else { throw .illegal(signed, "untiedTrace") }
    root = shown
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
    guard var game = games[key.id], game.end.isEmpty else {
      throw .illegal(signed, "noSuchGame")
    }
    game.moves += 1
    return game
  }

  private func requireDefender(
    _ from: Address, _ signed: SignedMessage
  ) throws(Refusal) {
    guard root != .zero, from == provider || (from == deputy && deputy != Address()) else {
      throw .illegal(signed, "notItsTurn")
    }
  }

  private mutating func open(
    _ m: OpenVertex, by from: Address, _ signed: SignedMessage
  ) throws(Refusal) {
    var game = try game(m.game, signed)
    try requireDefender(from, signed)
    guard openings[game.picks] == nil else { throw .illegal(signed, "alreadyOpened") }
    let disputed = game.picks.isEmpty ? root : game.disputed
    let fits: Bool
    switch try plan.shape.place(at: game.picks) {
    case .vertex(let own):
      fits = m.children.count == own.children && WideTree.vertex(m.children) == disputed
    case .blocks(let own):
      fits = m.children.count == own.children && m.children.last == disputed
    case .step, .input: fits = false
    }
    guard fits else { throw .illegal(signed, "badVertex") }
    openings[game.picks] = m.children
    game.providerBytes += UInt64(signed.encoded.count)
    games[m.game.id] = game
  }

  private mutating func pick(
    _ m: PickChild, by from: Address, _ signed: SignedMessage
  ) throws(Refusal) {
    var game = try game(m.game, signed)
    guard from == m.game.challenger, m.round == UInt64(game.picks.count),
      let children = openings[game.picks], m.child < UInt64(children.count)
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
    try requireDefender(from, signed)
    guard case .step(let place) = try plan.shape.place(at: game.picks) else {
      throw .illegal(signed, "notItsTurn")
    }
    var holds = held.contains(game.picks)
    if !holds {
      let claim = BlockClaim(
        model: model, root: root, keyHash: input.keyHash, picks: game.picks, before: game.before,
        disputed: game.picks.isEmpty ? root : game.disputed)
      holds = try Referee.redo(claim, opening: m.opening)
      if holds { held.insert(game.picks) }
    }
    if m.game == record.game {
      step = try RefereedStep(place, of: plan.graph, bytes: m.opening.count, holds: holds)
    }
    game.providerBytes += UInt64(signed.encoded.count)
    game.end = holds ? "stepHolds" : "stepFails"
    games[m.game.id] = game
  }

  // MARK: - The end

  /// Holds the stated end against what the moves came to.
  private func finding() throws(Refusal) -> DisputeFinding {
    guard let game = games[record.game.id] else { throw Refusal("noSuchGame") }
    let isOpened = !(openings[game.picks] ?? []).isEmpty || held.contains(game.picks)
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
      picks: game.picks, moves: game.moves, providerBytes: game.providerBytes,
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

/// One of the games about a claim, as far as it was played anew.
private struct ReplayedGame {
  let key: GameKey
  let isAudit: Bool
  var picks: [UInt8] = []
  var disputed = Bytes32.zero
  var before = Bytes32.zero
  /// Why the last block ended it; empty while it goes on.
  var end = ""
  var moves: UInt64 = 0
  var providerBytes: UInt64 = 0
  var challengerBytes: UInt64 = 0
}

/// What an order or an offer promises.
private struct PromisedWork {
  let spec: [UInt8]
  /// Who promised; nil for an order, which its buyer made.
  let provider: Address?
  let deputy: Address

  init(_ message: Message) throws(Refusal) {
    switch message {
    case .postOffer(let m): (spec, provider, deputy) = (m.spec, m.head.from, m.deputy)
    case .placeOrder(let m): (spec, provider, deputy) = (m.request.spec, nil, Address())
    default: throw .otherClaim
    }
  }
}

/// What started a run, and for whom.
private struct StartedRun {
  let input: Content
  let providers: [Address]
  let offer: Bytes32?

  init(_ message: Message) throws(Refusal) {
    switch message {
    case .takeOffer(let m): (input, providers, offer) = (m.input, [m.key.to], m.offer.digest)
    case .sendInput(let m): (input, providers, offer) = (m.input, m.keys.map(\.to), nil)
    default: throw .otherClaim
    }
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
