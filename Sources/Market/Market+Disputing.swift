// The moves of a dispute: each costs the ledger one row, however many games are played.

public import Kernel
public import Primitives

extension MarketTables {
  /// Anybody disputes an answer, with a bond, in a game of its own.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: ChallengeRun, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    var (run, lease) = try alive(m.run, at: k.now)
    let check = run.game.check
    let defenders = check.defenders(of: m.answer)
    guard !check.waitsForGames, let seat = defenders.first else { throw .notDisputable }
    let key = GameKey(m.run, m.answer, m.head.from)
    guard disputes[key.id] == nil else { throw .alreadyChallenged }
    let terms = k.terms.at(lease.termsVersion)
    let bond = try Bonds.challengeBond(against: lease.seats[seat].stake, terms: terms)
    // A seat that gave another answer stakes the bond that it has at stake already.
    let isSeat = check.answers.contains { answer in
      answer != m.answer
        && check.defenders(of: answer).contains { lease.seats[$0].provider == m.head.from }
    }
    if !isSeat {
      try k.ledger.post(from: .account(m.head.from), to: .escrow(key.id.digest), bond)
    }
    try begin(key, isSeat: isSeat, bond: bond, &run, lease, &k)
    runs.put(run, at: m.run)
  }

  /// A defender ties its trace to the run, once for every game. Each seat that shares the answer
  /// may show one: what another shows it need not stand by.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: ShowTrace, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    var game = try table(m.game, at: k.now)
    let seat = try requireDefender(m.head.from, game)
    guard !game.claim.shown.contains(seat) else { throw .alreadyOpened }
    try requireTied(
      m.root, m.first, m.last, to: game.run, m.game.answer, game.lease, works)
    show(m.root, m.game.run, m.game.answer, by: seat)
    try reserveToll(m.head.from, &game.dispute, &k)
    disputes[m.game.id] = game.dispute
    emit("traceShown", m.game, game.lease, &k)
  }

  /// The defender opens the vertex that the game has come to.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: OpenVertex, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    var game = try table(m.game, at: k.now)
    try requireDefender(m.head.from, game)
    guard let root = game.root, game.opening == nil else { throw .notYourMove }
    let disputed = game.disputed
    switch try works.fan(at: game.dispute.picks, game.lease.spec, of: game.lease.work) {
    case .vertex(let count):
      guard m.children.count == count, WideTree.vertex(m.children) == disputed else {
        throw .badVertex(got: m.children.count, wanted: count)
      }
    case .blocks(let count):
      guard m.children.count == count, m.children.last == disputed else {
        throw .badVertex(got: m.children.count, wanted: count)
      }
    case .step, .fixed: throw .notYourMove
    }
    var opening = Opening()
    opening.children = m.children
    keep(opening, at: game.dispute.picks, of: root, m.game, k.now)
    try game.dispute.passTurn(toChallenger: true, at: k.now)
    try reserveToll(m.head.from, &game.dispute, &k)
    setClock(m.game.id, game.dispute, &k)
    emit("vertexOpened", m.game, game.lease, &k)
  }

  /// The challenger names the first child that differs from its own.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: PickChild, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    var game = try table(m.game, at: k.now)
    guard m.head.from == m.game.challenger else { throw .notYours }
    guard m.round == UInt64(game.dispute.picks.count) else {
      throw .wrongRound(is: UInt64(game.dispute.picks.count), got: m.round)
    }
    guard let opening = game.opening, !opening.children.isEmpty else { throw .notYourMove }
    try checkRange("child", m.child, 0...UInt64(opening.children.count - 1))
    let child = Int(m.child)
    let spec = game.lease.spec
    if case .blocks = try works.fan(at: game.dispute.picks, spec, of: game.lease.work) {
      if child > 0 { game.dispute.before = opening.children[child - 1] }
    }
    try game.dispute.passTurn(toChallenger: false, opened: opening.at, at: k.now)
    game.dispute.disputed = opening.children[child]
    game.dispute.picks.append(UInt8(child))
    if try works.fan(at: game.dispute.picks, spec, of: game.lease.work) == .fixed {
      throw .nothingToDispute
    }
    let isOpened =
      game.root.map {
        openings[Opening.id(game.claimID, $0, game.dispute.picks)] != nil
      } ?? false
    game.dispute.deadline = try k.now.adding(
      isOpened ? game.dispute.challengerLeft : game.dispute.defenderLeft)
    try reserveToll(m.head.from, &game.dispute, &k)
    setClock(m.game.id, game.dispute, &k)
    emit("childPicked", m.game, game.lease, [Number("child", m.child)], &k)
  }

  /// The last move: the ledger computes one block again.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: OpenStep, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    var game = try table(m.game, at: k.now)
    try requireDefender(m.head.from, game)
    let (spec, work) = (game.lease.spec, game.lease.work)
    guard let root = game.root,
      try works.fan(at: game.dispute.picks, spec, of: work) == .step
    else { throw .notYourMove }
    try reserveToll(m.head.from, &game.dispute, &k)
    disputes[m.game.id] = game.dispute
    var holds = true
    if game.opening == nil {
      try checkRange("opening", UInt64(m.opening.count), 1...UInt64(OpenStep.longest))
      let claim = StepClaim(
        spec: spec, root: root, input: game.run.input, picks: game.dispute.picks,
        before: game.dispute.before, disputed: game.disputed)
      holds = try works.redo(claim, opening: m.opening, of: work)
      if holds {
        var opening = Opening()
        opening.held = true
        keep(opening, at: game.dispute.picks, of: root, m.game, k.now)
      }
    }
    let terms = k.terms.at(game.lease.termsVersion)
    if holds {
      try lose(game.dispute, because: "stepHolds", terms, &k)
    } else {
      try loseRoot(game.dispute, because: "stepFails", &k)
    }
  }
}

// MARK: - The table

/// A game with everything that its rules read.
struct GameTable {
  var dispute: Dispute
  let claimID: Bytes32
  let claim: Claim
  let run: Run
  let lease: Lease
  /// What is opened at the place that the game has come to.
  let opening: Opening?

  /// The root that is played about; nil while one is awaited.
  var root: Bytes32? { claim.root(of: dispute) }

  /// What is in dispute: at the start the root itself.
  var disputed: Bytes32 { dispute.picks.isEmpty ? root ?? .zero : dispute.disputed }
}

extension MarketTables {
  /// A game that is not over, and whose clock has not run out.
  func table(_ key: GameKey, at now: Time) throws(Refusal) -> GameTable {
    let dispute = try disputes.require(key.id, else: .unknownGame)
    guard !dispute.isOver else { throw .gameOver }
    let claimID = Claim.id(key.run, key.answer)
    let claim = try claims.require(claimID, else: .unknownGame)
    guard !claim.fell else { throw .gameOver }
    let run = try runs.require(key.run, else: .gameOver)
    let lease = try leases.require(key.run.lease, else: .gameOver)
    guard frozen[key.run.lease.digest] == nil else { throw .isFrozen }
    let opening = opening(of: dispute, claimID, claim)
    let table = GameTable(
      dispute: dispute, claimID: claimID, claim: claim, run: run, lease: lease, opening: opening)
    let deadline = try dispute.deadline(opening: opening)
    guard now < deadline else { throw .tooLate(now: now, deadline: deadline) }
    return table
  }

  /// What is opened at the place that a game has come to.
  func opening(of game: Dispute, _ claimID: Bytes32, _ claim: Claim) -> Opening? {
    guard let root = claim.root(of: game) else { return nil }
    return openings[Opening.id(claimID, root, game.picks)]
  }

  /// Any seat that gave the answer moves for it, or its deputy. The seat comes back.
  @discardableResult
  func requireDefender(_ account: Address, _ game: GameTable) throws(Refusal) -> Address {
    for seat in game.run.game.check.defenders(of: game.claim.answer) {
      let own = game.lease.seats[seat]
      if account == own.provider || (account == own.deputy && account != Address()) {
        return own.provider
      }
    }
    throw .notYours
  }

  mutating func keep(
    _ opening: Opening, at picks: [UInt8], of root: Bytes32, _ key: GameKey, _ now: Time
  ) {
    let claimID = Claim.id(key.run, key.answer)
    guard var claim = claims[claimID] else { return }
    let id = Opening.id(claimID, root, picks)
    var opening = opening
    opening.at = now
    opening.previous = claim.lastOpening
    claim.lastOpening = id
    openings[id] = opening
    claims[claimID] = claim
  }

  /// Enters the root of a defender's trace.
  mutating func show(_ root: Bytes32, _ run: RunKey, _ answer: Bytes32, by seat: Address) {
    let id = Claim.id(run, answer)
    var claim = claims[id] ?? Claim(run, answer)
    if !claim.roots.contains(root) { claim.roots.append(root) }
    claim.shown.append(seat)
    claims[id] = claim
  }

  func emit(
    _ name: String, _ key: GameKey, _ lease: Lease, _ numbers: [Number] = [],
    _ k: inout KernelTables
  ) {
    k.emit(
      Event(
        name, subject: key.run.id.digest, order: lease.order.digest,
        lease: key.run.lease.digest,
        parties: [key.challenger] + lease.seats.map(\.provider), objects: [key.id.digest],
        numbers: numbers))
  }

  func emit(_ name: String, _ key: GameKey, _ lease: Lease, _ k: inout KernelTables) {
    emit(name, key, lease, [], &k)
  }
}

extension Claim {
  /// The root that a game is about; nil while one is awaited.
  func root(of game: Dispute) -> Bytes32? {
    game.rootIndex < UInt64(roots.count) ? roots[Int(game.rootIndex)] : nil
  }

  init(_ run: RunKey, _ answer: Bytes32) {
    self.init()
    self.run = run
    self.answer = answer
  }
}

extension Refusal {
  static var unknownGame: Refusal { Refusal("unknownGame") }
  static var gameOver: Refusal { Refusal("gameOver") }
  static var alreadyChallenged: Refusal { Refusal("alreadyChallenged") }
  static var alreadyOpened: Refusal { Refusal("alreadyOpened") }
  /// The run's input is what both sides start from.
  static var nothingToDispute: Refusal { Refusal("nothingToDispute") }
  static func badVertex(got: Int, wanted: Int) -> Refusal {
    Refusal("badVertex", ["got": UInt64(got), "wanted": UInt64(wanted)])
  }
  static func wrongRound(is round: UInt64, got: UInt64) -> Refusal {
    Refusal("wrongRound", ["is": round, "got": got])
  }
}
