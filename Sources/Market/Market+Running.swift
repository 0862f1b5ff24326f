// Runs: started by the input, played by the check's rules, each with a deadline.

public import Kernel
public import Primitives

extension MarketTables {
  /// Starts a run: the input and its key to every seat, all in one message.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: SendInput, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    var lease = try leases.require(m.run.lease, else: .unknownLease)
    guard lease.buyer == m.head.from else { throw .notYours }
    guard frozen[m.run.lease.digest] == nil else { throw .isFrozen }
    guard lease.state != .awarded else {
      throw .wrongState(is: lease.state.rawValue, wanted: LeaseState.funded.rawValue)
    }
    if lease.state == .funded && k.now >= lease.deadline {
      throw .tooLate(now: k.now, deadline: lease.deadline)
    }
    guard m.run.index == lease.started else {
      throw .wrongRun(index: m.run.index, next: lease.started)
    }
    try checkRange("run", m.run.index, 0...(lease.runs - 1))
    guard !lease.broken else { throw .leaseBroken }
    try checkRange("openRuns", lease.open + 1, 1...lease.parallel)
    if m.run.index == 0 && lease.order != OrderID() {
      guard SHA256.hash(CBOR.encode(m.input)) == lease.firstInput else { throw .otherInput }
    } else {
      try check(m.input, k)
    }
    try admit(m.input, for: lease, works)
    try start(m.run, m.input, m.keys, auditSalt: m.auditSalt, by: id, &lease, &k)
    leases.put(lease, at: m.run.lease)
  }

  /// Opens a run of a funded lease.
  mutating func start(
    _ key: RunKey, _ input: Content, _ keys: [WrappedKey], auditSalt: Bytes32,
    by id: Bytes32, _ lease: inout Lease, _ k: inout KernelTables
  ) throws(Refusal) {
    guard keys.map(\.to) == lease.seats.map(\.provider) else {
      throw .badKeys(got: keys.count, wanted: lease.seats.count)
    }
    for wrapped in keys { try check(wrapped, opens: input, mayPublish: true) }
    if lease.check.kind == PanelCheck.name {
      // Judges are strangers, drawn when the answers lie there: they read what everybody may.
      guard keys.allSatisfy({ $0.scheme == WrappedKey.clear }) else { throw .hiddenFromJudges }
    }
    var run = Run()
    run.input = input
    run.startedBy = id
    run.startedAt = k.now
    run.auditSalt = auditSalt
    run.game = try Game(lease.check)
    let trial = try trial(key, key.id, run, lease, k)
    let step = try run.game.begin(in: trial)
    lease.started += 1
    lease.open += 1
    lease.state = .running
    lease.deadline = .never
    try follow(step, key, &run, &lease, &k)
    k.emit(
      Event(
        "runStarted", subject: trial.run.digest, order: lease.order.digest,
        lease: key.lease.digest, parties: lease.parties,
        objects: [input.blob],
        numbers: [
          Number("index", key.index), Number("deadline", run.deadline.milliseconds),
        ]))
  }

  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: SealAnswer, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    try play(.seal(m.seal), m.run, by: m.head.from, "runSealed", &k)
  }

  /// Opens a sealed answer; the salt enters the beacon.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: UnsealAnswer, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    try checkEvidence(m.evidence, m.key, m.run, k)
    let run = m.run.id
    let salted = SHA256.hash {
      $0.update(run.digest)
      $0.update(m.head.from)
    }
    k.beacon.open(object: salted, salt: m.salt)
    let move = Move.unseal(m.evidence, salt: m.salt, id: EvidenceID(id))
    try play(
      move, m.run, run, by: m.head.from, "runUnsealed", showing: m.evidence.output.blob, &k)
  }

  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: SubmitEvidence, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    try checkEvidence(m.evidence, m.key, m.run, k)
    let move = Move.evidence(m.evidence, id: EvidenceID(id))
    try play(
      move, m.run, by: m.head.from, "runSubmitted", showing: m.evidence.output.blob, &k)
    guard var run = runs[m.run] else { return }
    run.output = m.evidence.output
    runs.put(run, at: m.run)
  }

  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: AcceptRun, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    try play(.accept, m.run, by: m.head.from, "runAccepted", &k)
  }

  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: RejectRun, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    try play(.reject(m.reason), m.run, by: m.head.from, "runRejected", &k)
  }

  /// Plays a move and does what follows from it. Where an output is shown the event names its blob,
  /// and the buyer beside the sender: by that a custodian knows whom it serves.
  mutating func play(
    _ move: Move, _ key: RunKey, _ id: RunID? = nil, by sender: Address, _ event: String,
    showing blob: Bytes32? = nil, numbers: [Number] = [], _ k: inout KernelTables
  ) throws(Refusal) {
    var run = try runs.require(key, else: .unknownRun)
    let turn = try turn(of: sender, key, id ?? key.id, run, k)
    let step = try run.game.play(move, by: turn.player, in: turn.trial)
    k.emit(
      Event(
        event, subject: turn.trial.run.digest, order: turn.order.digest,
        lease: key.lease.digest, parties: blob == nil ? [sender] : [sender, turn.buyer],
        objects: blob.map { [$0] } ?? [], numbers: numbers))
    // Most moves leave the lease as it is: it is not even copied.
    if try wait(after: step, key, &run, &k) { return }
    var lease = try leases.require(key.lease, else: .unknownLease)
    try follow(step, key, &run, &lease, &k)
    keep(lease, key.lease)
  }

  /// Who moves, and what a game and its event have to know of the lease.
  private struct Turn {
    let player: Player
    let trial: Trial
    let order: OrderID
    let buyer: Address
  }

  private func turn(
    of sender: Address, _ key: RunKey, _ id: RunID, _ run: Run, _ k: borrowing KernelTables
  ) throws(Refusal) -> Turn {
    try leases.read(key.lease, else: .unknownLease) { lease throws(Refusal) in
      guard !frozen.contains(key.lease.digest) else { throw .isFrozen }
      let player = try player(sender, in: lease, run)
      try requireInTime(run, k.now)
      return Turn(
        player: player, trial: try trial(key, id, run, lease, k), order: lease.order,
        buyer: lease.buyer)
    }
  }

  /// What a step of the game means for the row.
  mutating func follow(
    _ step: Step, _ key: RunKey, _ run: inout Run, _ lease: inout Lease,
    _ k: inout KernelTables
  ) throws(Refusal) {
    if try wait(after: step, key, &run, &k) { return }
    switch step {
    case .stay, .wait, .beacon: break
    case .call(let audit): try call(audit, key, &run, &lease, &k)
    case .empanel(let call): try empanel(call, key, &run, &lease, &k)
    case .open(let deadline, let accused):
      if let accused {
        let game = GameKey(key, accused, run.auditor)
        try begin(game, isAuditor: true, bond: run.auditBond, &run, lease, &k)
      }
      wait(until: deadline, key, &run, &k)
      emit("runOpen", key, run, lease, lease.parties, &k)
    case .verdict(let verdict):
      try settle(key, run, verdict, &lease, &k)
    }
  }

  /// Whether the step changes nothing but the run, which then waits on.
  private mutating func wait(
    after step: Step, _ key: RunKey, _ run: inout Run, _ k: inout KernelTables
  ) throws(Refusal) -> Bool {
    switch step {
    case .stay: runs[key] = run
    case .wait(let deadline): wait(until: deadline, key, &run, &k)
    case .beacon: wait(until: try k.now.adding(Time(1)), key, &run, &k)
    case .call, .empanel, .open, .verdict: return false
    }
    return true
  }

  private mutating func wait(
    until deadline: Time, _ key: RunKey, _ run: inout Run, _ k: inout KernelTables
  ) {
    run.deadline = deadline
    run.demand = .none
    runs.put(run, at: key)
    if deadline == .never { return }
    k.timers.set(MarketTimer.run.key(key.lease.digest, key.index), at: deadline)
  }

  /// Silence until the deadline of a run.
  mutating func expireRun(_ key: RunKey, _ old: Run, _ k: inout KernelTables) throws(Refusal) {
    var run = old
    var lease = try leases.require(key.lease, else: .unknownLease)
    let trial = try trial(key, run, lease, k)
    let step: Step
    switch run.demand {
    case .none: step = try run.game.expire(in: trial)
    case .byBuyer, .byAuditor: step = try run.game.play(.spoiled, by: .seat(0), in: trial)
    case .bySeat: step = withheld(lease)
    }
    if case .beacon = step, run.game == old.game {
      // Nothing has changed: it is due again in the next block, and no row is written for that.
      return k.timers.postpone(
        MarketTimer.run.key(key.lease.digest, key.index), at: old.deadline)
    }
    try follow(step, key, &run, &lease, &k)
    keep(lease, key.lease)
  }

  /// The seats could not work, and that is the buyer's fault.
  func withheld(_ lease: Lease) -> Step {
    .verdict(
      Verdict(
        .inputWithheld,
        seats: lease.seats.map { SeatVerdict(provider: $0.provider, fate: .idle) }))
  }

  func trial(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ k: borrowing KernelTables
  ) throws(Refusal) -> Trial { try trial(key, key.id, run, lease, k) }

  /// The same for who has hashed the run's id already.
  func trial(
    _ key: RunKey, _ id: RunID, _ run: Run, _ lease: Lease, _ k: borrowing KernelTables
  ) throws(Refusal) -> Trial {
    Trial(
      run: id, seats: lease.seats.map(\.provider), units: lease.units, now: k.now,
      runTime: lease.runTime, acceptWindow: lease.acceptWindow, auditPpm: lease.auditPpm,
      height: k.height, beacon: k.beaconValue, openGames: run.openGames,
      clocks: try k.terms.at(lease.termsVersion) { TrialClocks($0) })
  }

  func player(_ account: Address, in lease: Lease, _ run: Run) throws(Refusal) -> Player {
    if let seat = lease.seatIndex(of: account) { return .seat(seat) }
    if account == lease.buyer { return .buyer }
    if case .panel(let game) = run.game,
      let place = game.bench.firstIndex(where: { $0.account == account })
    {
      return .judge(place)
    }
    guard account == run.auditor, account != Address() else { throw .notYours }
    return .auditor
  }

  /// To whom keys will have to be sealed, by then has published one.
  func requireSealingKey(
    of account: Address, _ k: borrowing KernelTables
  ) throws(Refusal) {
    guard k.accounts.sealingKey(of: account) != .zero else { throw .noSealingKey }
  }

  /// An input of the size that the work reads, where others must be able to do it again, or where
  /// no proof could be made of a run on another.
  func admit<W: Works & ~Copyable>(
    _ input: Content, for lease: Lease, _ works: borrowing W
  ) throws(Refusal) {
    guard !lease.work.isEmpty else { return }
    try works.admit(
      inputBytes: ContentChunks.plainBytes(ofBlob: input.size), for: lease.spec, of: lease.work)
  }

  /// Evidence within the units asked for, stored by a custodian, its key wrapped to the buyer.
  func checkEvidence(
    _ evidence: Evidence, _ key: WrappedKey, _ run: RunKey, _ k: borrowing KernelTables
  ) throws(Refusal) {
    try leases.read(run.lease, else: .unknownLease) { lease throws(Refusal) in
      guard evidence.units <= lease.units else {
        throw .tooManyUnits(used: evidence.units, asked: lease.units)
      }
      guard key.to == lease.buyer else { throw .badKeys(got: 1, wanted: 1) }
    }
    try check(key, opens: evidence.output)
    try check(evidence.output, k)
  }

  /// A key that is wrapped so that its reader alone can open it. In clear stands only what a buyer
  /// publishes, the key of its own input, and it must be the one that was promised.
  func check(
    _ wrapped: WrappedKey, opens content: Content, mayPublish: Bool = false
  ) throws(Refusal) {
    switch wrapped.scheme {
    case WrappedKey.clear:
      guard mayPublish else { throw .keyInClear }
      guard let key = Bytes32(wrapped.bytes), key != .zero,
        ContentSalt.keyHash(of: key) == content.keyHash
      else { throw .wrongKey }
    case WrappedKey.sealed:
      let wanted = WrappedKey.sealedBytes
      guard wrapped.bytes.count == wanted else {
        throw .sealedKeySize(bytes: wrapped.bytes.count, wanted: wanted)
      }
    default: throw Refusal("unknownKind", ["kind": UInt64(wrapped.scheme)])
    }
  }
}

extension Refusal {
  /// A panel could not read the input: its key must stand in clear.
  static var hiddenFromJudges: Refusal { Refusal("hiddenFromJudges") }
  static func wrongRun(index: UInt64, next: UInt64) -> Refusal {
    Refusal("wrongRun", ["index": index, "next": next])
  }
  /// A seat lost a bond; no further run starts under this lease.
  static var leaseBroken: Refusal { Refusal("leaseBroken") }
  /// The first run's input is not the one that the order named.
  static var otherInput: Refusal { Refusal("otherInput") }
}
