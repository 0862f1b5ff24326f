// Disputes of a walk: challenges, and the next move of every game that is played about a run.

import Chain
import Graphs
import Kernel
import Market
import Primitives

extension Walker {
  /// Challenges now and then, and moves in all games about the run.
  mutating func dispute(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ answers: [Bytes32]
  ) throws -> [any MessageContent] {
    var moves: [any MessageContent] = []
    let truth = cast.court.runs(of: run.input.root).first?.trace
    for answer in answers where answer != .zero {
      let isTrue = truth?.roots.last == answer
      guard random.chance(isTrue ? 12 : 40) else { continue }
      var m = ChallengeRun()
      m.head = head(random.chance(15) ? random.pick(lease.seats)?.provider ?? person() : person())
      m.run = key
      m.answer = answer
      moves.append(m)
    }
    for game in games(about: key) where random.chance(80) {
      if let move = try move(in: game, run, lease) { moves.append(move) }
    }
    return moves
  }

  private func games(about run: RunKey) -> [Dispute] {
    var games: [Dispute] = []
    state.market.forEachDispute { if $1.key.run == run && !$1.isOver { games.append($1) } }
    return games
  }

  private mutating func move(
    in game: Dispute, _ run: Run, _ lease: Lease
  ) throws -> (any MessageContent)? {
    let key = game.key
    let id = Courtroom.claim(key.run, key.answer)
    var found: Claim?
    state.market.forEachClaim { if $0 == id { found = $1 } }
    guard let claim = found, !claim.fell,
      let seat = random.pick(lease.seats.filter { claims($0, key, run) })
    else { return nil }
    let isDeputy = seat.deputy != Address() && random.chance(40)
    let defender = isDeputy ? seat.deputy : seat.provider
    guard game.rootIndex < UInt64(claim.roots.count) else {
      if isGone(seat.provider, key) || claim.shown.contains(seat.provider) { return nil }
      return show(key, run, seat, by: defender)
    }
    let root = claim.roots[Int(game.rootIndex)]
    let place = Courtroom.opening(id, root, game.picks)
    var opening: Opening?
    state.market.forEachOpening { if $0 == place { opening = $1 } }
    guard let own = cast.court.trace(of: run.input.root, root: root) else { return nil }
    if let opening, !opening.held {
      return isGone(key.challenger, key) ? nil : try pick(key, game, opening, run)
    }
    if isGone(seat.provider, key) { return nil }
    if case .step = try cast.court.shape.place(at: game.picks) {
      return try step(key, game, own, by: defender, isHeld: opening != nil)
    }
    var m = OpenVertex()
    m.head = head(defender)
    m.game = key
    m.children = try own.children(at: game.picks, cast.court.weights)
    return m
  }

  /// Who never moves again in any game of the run.
  private func isGone(_ account: Address, _ game: GameKey) -> Bool {
    Cast.secret(game.run.id.digest.bytes, account.bytes, [8]).leadingWord % 8 == 0
  }

  /// Whether the seat gave that answer.
  private func claims(_ seat: Seat, _ key: GameKey, _ run: Run) -> Bool {
    switch run.game {
    case .open, .proved, .judged, .panel: return false
    case .disputable: return true
    case .replicated(let game):
      return game.replicas.contains {
        $0.answer.provider == seat.provider && $0.answer.output == key.answer
      }
    }
  }

  /// Some who gave the true answer show a false trace of it: only their own root falls by that.
  private mutating func show(
    _ game: GameKey, _ run: Run, _ seat: Seat, by defender: Address
  ) -> ShowTrace? {
    let runs = cast.court.runs(of: run.input.root)
    guard var own = cast.court.trace(of: run.input.root, claiming: game.answer) else { return nil }
    if mood(game.run.id, seat.provider) >= 7, own.root == runs[0].trace.root {
      own = runs[3].trace
    }
    var m = ShowTrace()
    m.head = head(defender)
    m.game = game
    m.root = own.root
    m.first = own.path(to: 0) ?? []
    m.last = own.path(to: own.roots.count - 1) ?? []
    return m
  }

  private mutating func step(
    _ key: GameKey, _ game: Dispute, _ own: Trace, by defender: Address, isHeld: Bool
  ) throws -> OpenStep {
    var m = OpenStep()
    m.head = head(defender)
    m.game = key
    if !isHeld {
      m.opening = try own.opening(
        at: game.picks, manifest: cast.court.manifest, cast.court.weights
      ).encoded
    }
    return m
  }

  /// The first child that differs from the true run; anything where none does.
  private mutating func pick(
    _ key: GameKey, _ game: Dispute, _ opening: Opening, _ run: Run
  ) throws -> PickChild {
    let truth = cast.court.runs(of: run.input.root).first?.trace
    var m = PickChild()
    m.head = head(key.challenger)
    m.game = key
    m.round = UInt64(game.picks.count)
    let difference = try truth?.difference(
      from: opening.children, at: game.picks, cast.court.weights)
    if let difference, random.chance(95) {
      m.child = UInt64(difference)
    } else {
      m.child = UInt64(random.below(opening.children.count))
    }
    return m
  }
}

extension Courtroom {
  /// The ledger's names of a claim and of a place in its trace.
  static func claim(_ run: RunKey, _ answer: Bytes32) -> Bytes32 {
    SHA256.hash(Array("tolsey/claim/1".utf8) + run.id.digest.bytes + answer.bytes)
  }

  static func opening(_ claim: Bytes32, _ root: Bytes32, _ picks: [UInt8]) -> Bytes32 {
    SHA256.hash(Array("tolsey/opening/1".utf8) + claim.bytes + root.bytes + picks)
  }
}
