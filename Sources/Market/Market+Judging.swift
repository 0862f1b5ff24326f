// Judged runs: answers and gold come in clear, and the kind of work says what each is worth.

public import Kernel
public import Primitives

extension MarketTables {
  /// Opens a sealed answer in clear; the salt enters the beacon. What is no answer to the spec is
  /// refused, so that whoever sealed such a thing stays shut. The spec is read last: whoever may
  /// not open anything costs the ledger a hash.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: OpenAnswer, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    let run = try runs.require(m.run, else: .unknownRun)
    if case .panel(let game) = run.game { return try open(m, as: id, run, game, &k, works) }
    guard case .judged(let game) = run.game, game.stage == .opening else { throw .notYourMove }
    let lease = try leases.require(m.run.lease, else: .unknownLease)
    guard let seat = lease.seatIndex(of: m.head.from) else { throw .notYours }
    let trial = try trial(m.run, run, lease, k)
    try requireInTime(run, k.now)
    try game.replicas.requireSealed(
      SHA256.hash(m.answer), trial.units, m.salt, by: seat, in: trial)
    try works.admit(answer: m.answer, to: lease.spec, of: lease.work)
    let salted = SHA256.hash {
      $0.update(m.run.id.digest)
      $0.update(m.head.from)
    }
    k.beacon.open(object: salted, salt: m.salt)
    let move = Move.answer(m.answer, salt: m.salt, id: EvidenceID(id))
    try play(move, m.run, by: m.head.from, "runUnsealed", &k)
    try hear(m.run, &k, works)
  }

  /// Opens the buyer's gold, and ends the run by it.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: OpenGold, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    let run = try runs.require(m.run, else: .unknownRun)
    if case .panel(let game) = run.game { return try open(m, game, &k, works) }
    guard case .judged(let game) = run.game, game.stage == .gold else { throw .notYourMove }
    try leases.read(m.run.lease, else: .unknownLease) { lease throws(Refusal) in
      guard lease.buyer == m.head.from else { throw .notYours }
      let opening = GoldOpening(m, of: lease.runs, items: game.golden)
      try works.admit(opening, to: lease.spec, of: lease.work)
    }
    try play(.gold(m.gold), m.run, by: m.head.from, "goldOpened", &k)
    try hear(m.run, &k, works)
  }

  /// What a timer weighs against those of a block: one, and one more for so many answers that a
  /// jury may have to hear when it fires.
  public func weight(of key: TimerKey) -> UInt64 {
    guard key.kind == MarketTimer.run.rawValue,
      let run = runs[RunKey(LeaseID(key.id), key.sub)]
    else { return 1 }
    let answers: Int
    switch run.game {
    case .judged(let game): answers = game.answers.reduce(0) { $0 + $1.said.count }
    // Each judge's points are held against all others of its sheet.
    case .panel(let game):
      answers = game.bench.reduce(0) { $0 + $1.sheet.count } * (game.given.first?.parts.count ?? 0)
    case .open, .replicated, .disputable, .proved: return 1
    }
    return 1 + UInt64(clamping: answers) / JudgedCheck.answersPerTimer
  }

  /// Lets the work judge a run in which nothing else is awaited, whoever brought it there.
  mutating func hear<W: Works & ~Copyable>(
    _ key: RunKey, _ k: inout KernelTables, _ works: borrowing W
  ) throws(Refusal) {
    guard var run = runs[key], case .judged(let game) = run.game, game.stage == .judging else {
      return
    }
    var lease = try leases.require(key.lease, else: .unknownLease)
    let hearing = Hearing(spec: lease.spec, answers: game.answers.map(\.said), gold: game.gold)
    let scores = try works.judge(hearing, of: lease.work)
    let trial = try trial(key, run, lease, k)
    let step = try run.game.play(.scored(scores), by: .market, in: trial)
    try follow(step, key, &run, &lease, &k)
    keep(lease, key.lease)
  }

  /// The payouts of a judged run: what the jury found, in money.
  func judged(
    _ verdict: Verdict, _ run: Run, _ lease: Lease, _ terms: Terms
  ) throws(Refusal) -> RunShares {
    guard case .judged(let game) = run.game else { throw .impossibleCase("check") }
    var seats: [Settlement.JudgedSeat] = []
    for (place, (seat, judged)) in zip(lease.seats, verdict.seats).enumerated() {
      seats.append(
        Settlement.JudgedSeat(
          price: try lease.price(of: seat), bidBond: seat.stake,
          act: try Settlement.JudgedAct(judged.fate, share: game.answers[place].share)))
    }
    let payouts = try Settlement.judged(
      seats: seats, fee: try fee(of: lease, terms),
      isWithheld: verdict.outcome == .goldWithheld, terms: terms)
    var shares = RunShares()
    shares.buyer = payouts[.buyer]
    shares.seats = seats.indices.map { payouts[.seat($0)] }
    shares.treasury = payouts[.treasury]
    return shares
  }
}

extension GoldOpening {
  public init(_ m: OpenGold, of runs: UInt64, items: UInt64) {
    self.init(
      gold: m.gold, salt: m.salt, path: m.path, run: m.run.index, runs: runs, items: items)
  }
}
