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
  ///
  /// - Parameter bond: what each would have to have free, at the limit.
  func requireJudges(_ shape: CheckShape, bond: Amount) throws(Refusal) {
    var owners: [Address] = []
    for account in auditorLists[Subject.panel(shape.topic)]?.standing ?? [] {
      guard let judge = auditors[account], judge.free >= bond else { continue }
      if !owners.contains(judge.owner) { owners.append(judge.owner) }
    }
    let known = UInt64(clamping: owners.count)
    let least = shape.judges * MarketTables.judgesFactor
    guard known >= least else { throw .tooFewJudges(operators: known, least: least) }
  }

  static let judgesFactor: UInt64 = 2

  /// Draws the panel: by bonds, or by stake in the subnet that the order named, of those who stood
  /// for the topic when the last answer came, have so much free, and are of another operator than
  /// those who were drawn before and than anybody who bid, sells or buys.
  func bench(
    _ call: AuditCall, of game: PanelCheck, _ lease: Lease, bond: Amount
  ) throws(Refusal) -> [Address] {
    let shunned = lease.parties + lease.shunned
    let jury = juries.count == 0 ? nil : juries[lease.order]
    var left: [(account: Address, bond: Amount, owner: Address)] = []
    for place in auditorLists[Subject.panel(game.topic)]?.places ?? []
    where place.stood(at: call.fixedAt) {
      guard let judge = auditors[place.account], judge.free >= bond else { continue }
      let stand = judge.stand(at: call.fixedAt)
      guard stand.bond > .zero, !shunned.contains(place.account), !shunned.contains(stand.owner)
      else { continue }
      let weight = jury?.stake(of: place.account) ?? stand.bond
      if weight > .zero { left.append((place.account, weight, stand.owner)) }
    }
    var bench: [Address] = []
    for turn in 0..<game.judges where !left.isEmpty {
      let drawn = left[try call.draw.auditor(turn: turn, bonds: left.map(\.bond))]
      bench.append(drawn.account)
      left.removeAll { $0.owner == drawn.owner || $0.owner == drawn.account }
    }
    return bench
  }

  mutating func empanel(
    _ call: AuditCall, _ key: RunKey, _ run: inout Run, _ lease: inout Lease,
    _ k: inout KernelTables
  ) throws(Refusal) {
    guard case .panel(let game) = run.game else { throw .impossibleCase("check") }
    let bond = try lease.pricePerRun()
    var bench = try bench(call, of: game, lease, bond: bond)
    // A smaller panel could be felled by one silent judge, for no more than the prices are worth.
    if UInt64(bench.count) < game.judges { bench = [] }
    for account in bench { try tie(bond, of: account) }
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
    // Nobody was there to be drawn, which is nobody's silence.
    case .unjudged: return bench.isEmpty ? .accepted : .unjudged
    default: throw .impossibleCase("outcome")
    }
  }
}

extension Refusal {
  static func tooFewJudges(operators: UInt64, least: UInt64) -> Refusal {
    Refusal("tooFewJudges", ["operators": operators, "least": least])
  }
}
