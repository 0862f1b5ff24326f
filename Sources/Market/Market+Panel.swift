// Runs before a panel: answers and scores are opened in clear, judges are drawn and let go.

public import Kernel
public import Primitives

extension Subject {
  /// What a judge of that topic stands ready for; topic zero is any.
  public static func panel(_ topic: UInt64) -> Bytes32 {
    of(work: PanelCheck.name, spec: withUnsafeBytes(of: topic.bigEndian) { Array($0) })
  }

  /// The topic of that name: the first 53 bits of its hash, so that JSON keeps it whole.
  public static func topic(named name: String) -> UInt64 {
    if name.isEmpty { return 0 }
    let hash = SHA256.hash(Array("tolsey/topic/1".utf8) + Array(name.utf8))
    return hash.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } >> 11
  }
}

extension MarketTables {
  /// Opens what was sealed before a panel: a seat's answer, or a judge's sheet.
  mutating func open<W: Works & ~Copyable>(
    _ m: OpenAnswer, as id: Bytes32, _ run: Run, _ game: PanelCheck, _ k: inout KernelTables,
    _ works: borrowing W
  ) throws(Refusal) {
    let lease = try leases.require(m.run.lease, else: .unknownLease)
    let move: Move
    switch try player(m.head.from, in: lease, run) {
    case .seat(let seat):
      guard game.stage == .opening else { throw .notYourMove }
      try requireInTime(run, k.now)
      let output = SHA256.hash(m.answer)
      // The seal is asked for before the answer is read.
      try game.replicas.requireSealed(
        output, lease.units, m.salt, by: seat, in: try trial(m.run, run, lease, k))
      let parts = try works.parts(of: m.answer, to: lease.spec, of: lease.work)
      // No judge is to score more than it can read.
      let most = UInt64(PanelCheck.mostParts / game.replicas.count)
      try checkRange("parts", UInt64(parts.count), 1...most)
      move = .exhibit(output: output, parts: parts, salt: m.salt, id: EvidenceID(id))
    case .judge: move = .answer(m.answer, salt: m.salt, id: EvidenceID(id))
    case .buyer, .auditor, .market: throw .notYours
    }
    let salted = SHA256.hash {
      $0.update(m.run.id.digest)
      $0.update(m.head.from)
    }
    k.beacon.open(object: salted, salt: m.salt)
    try play(move, m.run, by: m.head.from, "runUnsealed", &k)
  }

  /// Opens the gold of a run before a panel, and ends it.
  mutating func open<W: Works & ~Copyable>(
    _ m: OpenGold, _ game: PanelCheck, _ k: inout KernelTables, _ works: borrowing W
  ) throws(Refusal) {
    let known = try leases.read(m.run.lease, else: .unknownLease) {
      lease throws(Refusal) -> [Bytes32] in
      guard lease.buyer == m.head.from else { throw .notYours }
      let opening = GoldOpening(m, of: lease.runs, items: game.golden)
      try works.admit(opening, to: lease.spec, of: lease.work)
      return try works.parts(of: m.gold, to: lease.spec, of: lease.work)
    }
    try play(.known(known), m.run, by: m.head.from, "goldOpened", &k)
  }

  /// Refuses an order whose judges would be drawn from too few operators to be a draw.
  func requireJudges(_ shape: CheckShape) throws(Refusal) {
    let known = auditorLists[Subject.panel(shape.topic)]?.operators ?? 0
    let least = shape.judges * MarketTables.judgesFactor
    guard known >= least else { throw .tooFewJudges(operators: known, least: least) }
  }

  static let judgesFactor: UInt64 = 2

  /// Draws the panel: by bonds, of those who stood for the topic when the last answer came, each of
  /// another operator, with a bond that is free.
  mutating func empanel(
    _ call: AuditCall, _ key: RunKey, _ run: inout Run, _ lease: inout Lease,
    _ k: inout KernelTables
  ) throws(Refusal) {
    guard case .panel(let game) = run.game else { throw .impossibleCase("check") }
    let bond = try lease.pricePerRun()
    var bench: [Address] = []
    var owners: [Address] = []
    let line = try line(
      call, of: Subject.panel(game.topic), shunning: lease.parties + lease.shunned)
    for account in line where UInt64(bench.count) < game.judges {
      guard let judge = auditors[account], judge.free >= bond else { continue }
      let owner = judge.stand(at: call.fixedAt).owner
      guard !owners.contains(owner), !owners.contains(account), !bench.contains(owner) else {
        continue
      }
      try tie(bond, of: account)
      bench.append(account)
      owners.append(owner)
    }
    // The custodian lets the judges at this blob, if it is the buyer's.
    k.emit(
      Event(
        "panelDrawn", subject: key.id.digest, order: lease.order.digest,
        lease: key.lease.digest, parties: bench + [lease.buyer], objects: [run.input.blob],
        numbers: [Number("bond", bond.units)]))
    let step = try run.game.play(
      .seated(bench, bond: bond), by: .market, in: try trial(key, run, lease, k))
    try follow(step, key, &run, &lease, &k)
  }

  /// Frees the bonds of a panel. Who kept silent, or judged against gold and the others, loses its.
  mutating func dismiss(
    _ key: RunKey, _ run: Run, _ verdict: Verdict, _ lease: Lease, _ k: inout KernelTables
  ) throws(Refusal) {
    guard case .panel(let game) = run.game, !game.bench.isEmpty else { return }
    let ruling: PanelRuling? = verdict.outcome == .judged ? game.ruling : nil
    for (place, judge) in game.bench.enumerated() {
      let isFalse = ruling?.judges[place].isFalse ?? false
      let isFined = isFalse || game.isSilent(judge)
      try untie(
        game.bond, of: judge.account, lost: isFined ? game.bond : .zero, to: .treasury, &k)
      guard isFined else { continue }
      emit(
        "judgeFined", key, run, lease, [judge.account], [Number("lost", game.bond.units)], &k)
    }
  }

  /// The payouts of a run before a panel.
  func panel(
    _ verdict: Verdict, _ run: Run, _ lease: Lease, _ terms: Terms
  ) throws(Refusal) -> RunShares {
    guard case .panel(let game) = run.game else { throw .impossibleCase("check") }
    let numbers = try lease.check.values(named: PanelCheck.numbers)
    var seats: [Settlement.JudgedSeat] = []
    for (place, (seat, judged)) in zip(lease.seats, verdict.seats).enumerated() {
      seats.append(
        Settlement.JudgedSeat(
          price: try lease.price(of: seat), bidBond: seat.stake,
          act: try Settlement.JudgedAct(judged.fate, share: game.given[place].share)))
    }
    let fee = try fee(of: lease, terms)
    let payouts = try Settlement.panel(
      seats: seats, judges: game.bench.map(\.share), wanted: game.judges, part: numbers[2],
      fee: fee, ending: try game.ending(of: verdict.outcome, fee: fee), terms: terms)
    var shares = RunShares()
    shares.buyer = payouts[.buyer]
    shares.seats = seats.indices.map { payouts[.seat($0)] }
    // Every judge is named, whatever it earned: by that a receipt tells who judged.
    shares.prizes = game.bench.enumerated().map { ($1.account, payouts[.judge($0)]) }
    shares.treasury = payouts[.treasury]
    return shares
  }
}

extension PanelCheck {
  /// Whether a judge let its time go by, at the station where the run ended.
  func isSilent(_ judge: PanelJudge) -> Bool {
    switch stage {
    case .scoring: judge.state == .waiting
    case .showing, .gold: judge.state != .opened
    // The panel was too small to begin.
    case .running, .opening, .submitted, .drawing: false
    }
  }

  func ending(of outcome: Outcome, fee: Amount) throws(Refusal) -> Settlement.PanelEnding {
    switch outcome {
    case .judged:
      let ruling = ruling
      // Gold that spoke of nothing which was answered has disowned nobody.
      return .judged(
        lost: try Settlement.lostPledge(
          fee, isWithheld: false, disowned: ruling.disowned, of: max(1, ruling.golden)))
    case .goldWithheld: return .judged(lost: fee)
    case .accepted, .silent, .tooFew: return .accepted
    case .unjudged: return .unjudged
    default: throw .impossibleCase("outcome")
    }
  }
}

extension Refusal {
  static func tooFewJudges(operators: UInt64, least: UInt64) -> Refusal {
    Refusal("tooFewJudges", ["operators": operators, "least": least])
  }
}
