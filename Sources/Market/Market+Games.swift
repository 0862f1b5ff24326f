// How games begin, run out of time, end, and are cleared away.

public import Kernel
public import Primitives

extension MarketTables {
  /// Puts a game on the table. Its two clocks run only in their own side's turn.
  mutating func begin(
    _ key: GameKey, isAuditor: Bool = false, isSeat: Bool = false, bond: Amount,
    _ run: inout Run, _ lease: Lease, _ k: inout KernelTables
  ) throws(Refusal) {
    let claimID = Claim.id(key.run, key.answer)
    var claim = claims[claimID] ?? Claim(key.run, key.answer)
    let clock = try chessClock(lease, k.terms.at(lease.termsVersion))
    var game = Dispute()
    game.key = key
    game.isAuditor = isAuditor
    game.isSeat = isSeat
    game.bond = bond
    game.began = k.height
    game.since = k.now
    // A millisecond more for each game before: where nobody defends, who challenged first wins.
    game.defenderLeft = try clock.adding(Time(claim.begun))
    game.challengerLeft = clock
    game.deadline = try k.now.adding(game.defenderLeft)
    game.previous = claim.lastGame
    claim.lastGame = key.id
    claim.begun += 1
    claim.open += 1
    run.openGames += 1
    claims[claimID] = claim
    setClock(key.id, game, &k)
    emit("gameBegun", key, lease, [Number("bond", bond.units)], &k)
  }

  private func chessClock(_ lease: Lease, _ terms: Terms) throws(Refusal) -> Time {
    let (twice, o1) = lease.runTime.multipliedReportingOverflow(by: 2)
    let (sum, o2) = twice.addingReportingOverflow(terms.chess)
    if o1 || o2 { throw .overflow }
    return try Time.seconds(sum)
  }

  /// Writes the game with its deadline, the index of which is a timer.
  mutating func setClock(_ id: GameID, _ game: Dispute, _ k: inout KernelTables) {
    disputes[id] = game
    k.timers.set(MarketTimer.game.key(id.digest), at: game.deadline)
  }

  /// A move is paid for by whoever loses the game: its sender has the toll back at once.
  mutating func reserveToll(
    _ sender: Address, _ game: inout Dispute, _ k: inout KernelTables
  ) throws(Refusal) {
    try k.ledger.post(from: .operator, to: .account(sender), k.tollPaid)
    game.tolls = try game.tolls.adding(k.tollPaid)
    let id = Claim.id(game.key.run, game.key.answer)
    guard var claim = claims[id] else { return }
    claim.tolls = try claim.tolls.adding(k.tollPaid)
    claims[id] = claim
  }

  /// Somebody's clock ran out, unless another game opened the place meanwhile.
  mutating func expireGame(
    _ id: GameID, _ game: Dispute, _ k: inout KernelTables
  ) throws(Refusal) {
    let claimID = Claim.id(game.key.run, game.key.answer)
    let claim = try claims.require(claimID, else: .unknownGame)
    let opening = opening(of: game, claimID, claim)
    let deadline = try game.deadline(opening: opening)
    guard deadline <= k.now else {
      var later = game
      later.deadline = deadline
      return setClock(id, later, &k)
    }
    guard let lease = leases[game.key.run.lease] else { return }
    if opening == nil {
      try loseRoot(game, because: "defenderSilent", &k)
    } else {
      try lose(game, because: "challengerSilent", k.terms.at(lease.termsVersion), &k)
    }
  }

  /// The challenger lost: half of its bond to who defended, less the tolls of the game.
  mutating func lose(
    _ old: Dispute, because reason: String, _ terms: Terms, _ k: inout KernelTables
  ) throws(Refusal) {
    let key = old.key
    var game = disputes[key.id] ?? old
    var run = try runs.require(key.run, else: .unknownRun)
    var lease = try leases.require(key.run.lease, else: .unknownLease)
    game.end(in: k.height)
    game.isLost = true
    // What an auditor or a seat lost is settled with the run.
    if !game.isAuditor && !game.isSeat { try takeBond(of: game, run, lease, terms, &k) }
    let claimID = Claim.id(key.run, key.answer)
    var claim = try claims.require(claimID, else: .unknownGame)
    claim.open -= 1
    claim.tolls = try claim.tolls.subtracting(game.tolls)
    claims[claimID] = claim
    disputes[key.id] = game
    run.openGames -= 1
    emit("gameLost", key, lease, [Number(reason, 0), Number("bond", game.bond.units)], &k)
    guard run.openGames == 0, run.game.check.waitsForGames else {
      runs.put(run, at: key.run)
      return
    }
    let step = try run.game.play(.gamesOver, by: .market, in: try trial(key.run, run, lease, k))
    try follow(step, key.run, &run, &lease, &k)
    keep(lease, key.run.lease)
  }

  /// What a volunteer loses goes at once, by the arithmetic of the settlement.
  private mutating func takeBond(
    of game: Dispute, _ run: Run, _ lease: Lease, _ terms: Terms, _ k: inout KernelTables
  ) throws(Refusal) {
    let escrow = Holder.escrow(game.key.id.digest)
    let tolls = min(game.bond, game.tolls)
    let prize = try Settlement.prize(of: game.bond, less: game.tolls, terms)
    let winners = run.game.check.defenders(of: game.key.answer)
    let share = try prize.scaledDown(1, over: UInt64(max(1, winners.count)))
    try k.ledger.post(from: escrow, to: .operator, tolls)
    for seat in winners {
      try k.ledger.post(from: escrow, to: .account(lease.seats[seat].provider), share)
    }
    try k.ledger.post(from: escrow, to: .treasury, k.ledger.balance(escrow))
  }

  /// The root that was played about has fallen. Where another seat that shares the answer has shown
  /// a root of its own, or still may, the game goes on about that one, with a new clock: a seat
  /// that defends badly on purpose takes nobody down with it. Else the claim falls.
  mutating func loseRoot(
    _ old: Dispute, because reason: String, _ k: inout KernelTables
  ) throws(Refusal) {
    let key = old.key
    var game = disputes[key.id] ?? old
    let claim = try claims.require(Claim.id(key.run, key.answer), else: .unknownGame)
    let run = try runs.require(key.run, else: .unknownRun)
    let lease = try leases.require(key.run.lease, else: .unknownLease)
    let defenders = run.game.check.defenders(of: key.answer)
    let hadRoot = claim.root(of: game) != nil
    let isOpen = defenders.contains { !claim.shown.contains(lease.seats[$0].provider) }
    let next = game.rootIndex + 1
    guard hadRoot, next < UInt64(claim.roots.count) || isOpen else {
      return try win(game, because: reason, &k)
    }
    game.rootIndex = next
    game.picks = []
    game.before = .zero
    game.since = k.now
    game.defenderLeft = try chessClock(lease, k.terms.at(lease.termsVersion))
    game.deadline = try k.now.adding(game.defenderLeft)
    setClock(key.id, game, &k)
    emit("rootFell", key, lease, [Number(reason, 0)], &k)
  }

  /// The defender lost: the claim falls at once, and every other game about it stops.
  mutating func win(
    _ old: Dispute, because reason: String, _ k: inout KernelTables
  ) throws(Refusal) {
    let key = old.key
    var game = disputes[key.id] ?? old
    var run = try runs.require(key.run, else: .unknownRun)
    var lease = try leases.require(key.run.lease, else: .unknownLease)
    game.end(in: k.height)
    disputes[key.id] = game
    let claimID = Claim.id(key.run, key.answer)
    var claim = try claims.require(claimID, else: .unknownGame)
    claim.fell = true
    claim.victor = key.challenger
    claim.victorBond = game.bond
    claim.fellAt = k.height
    run.openGames -= claim.open
    claim.open = 0
    claims[claimID] = claim
    emit("gameWon", key, lease, [Number(reason, 0)], &k)
    let step = try run.game.play(
      .fell(key.answer), by: .market, in: try trial(key.run, run, lease, k))
    try follow(step, key.run, &run, &lease, &k)
    keep(lease, key.run.lease)
  }

  // MARK: - After the settlement

  /// What the court kept of a run goes, a few rows a block.
  mutating func closeClaim(_ run: RunKey, _ answer: Bytes32, _ k: inout KernelTables) {
    let id = Claim.id(run, answer)
    guard var claim = claims[id] else { return }
    guard claim.lastGame != GameID() || claim.lastOpening != .zero else {
      claims[id] = nil
      return
    }
    claim.isOver = true
    clearLater(id, &claim, &k)
  }

  private mutating func clearLater(
    _ id: Bytes32, _ claim: inout Claim, _ k: inout KernelTables
  ) {
    claim.clearsAt = Time(k.now.milliseconds + 1)
    claims[id] = claim
    k.timers.set(MarketTimer.claim.key(id), at: claim.clearsAt)
  }

  /// Bonds of games that were stopped, and of the winner, go back; openings are forgotten.
  mutating func clear(
    _ id: Bytes32, _ old: Claim, _ k: inout KernelTables
  ) throws(Refusal) {
    var claim = old
    var left = 256
    while left > 0, let game = disputes[claim.lastGame] {
      let escrow = Holder.escrow(claim.lastGame.digest)
      try k.ledger.post(
        from: escrow, to: .account(game.key.challenger), k.ledger.balance(escrow))
      disputes[claim.lastGame] = nil
      claim.lastGame = game.previous
      left -= 1
    }
    while left > 0, let opening = openings[claim.lastOpening] {
      openings[claim.lastOpening] = nil
      claim.lastOpening = opening.previous
      left -= 1
    }
    if disputes[claim.lastGame] == nil && openings[claim.lastOpening] == nil {
      claims[id] = nil
      return
    }
    clearLater(id, &claim, &k)
  }
}

extension Dispute {
  mutating func end(in height: UInt64) {
    isOver = true
    endedAt = height
    deadline = .never
  }

  /// When whoever's turn it is loses. What another game opened here counts from then on.
  func deadline(opening: Opening?) throws(Refusal) -> Time {
    guard let opening else { return try since.adding(defenderLeft) }
    return try max(since, opening.at).adding(challengerLeft)
  }

  /// Stops one clock and starts the other.
  mutating func passTurn(
    toChallenger: Bool, opened: Time? = nil, at now: Time
  ) throws(Refusal) {
    if toChallenger {
      defenderLeft = Time(defenderLeft.milliseconds - (now.milliseconds - since.milliseconds))
      deadline = try now.adding(challengerLeft)
    } else {
      let start = max(since, opened ?? since)
      defenderLeft = Time(
        defenderLeft.milliseconds
          - min(defenderLeft.milliseconds, start.milliseconds - since.milliseconds))
      challengerLeft = Time(challengerLeft.milliseconds - (now.milliseconds - start.milliseconds))
    }
    since = now
  }
}
