// A key that does not come: a clock on the other side, and one chunk as proof of garbage.

public import Kernel
public import Primitives

extension MarketTables {
  /// Puts a clock on the other side; the demander's own stands still meanwhile.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: DemandKey, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    var (run, lease) = try alive(m.run, at: k.now)
    let terms = k.terms.at(lease.termsVersion)
    guard run.demand == .none else { throw .alreadyDemanded }
    switch try player(m.head.from, in: lease, run) {
    case .buyer:
      guard run.game.check.awaitsBuyer else { throw .notDemandable }
      guard !run.buyerDemanded else { throw .alreadyDemanded }
      run.buyerDemanded = true
      run.demand = .byBuyer
    case .seat(let seat):
      guard run.game.check.awaits(seat: seat) else { throw .notDemandable }
      guard !run.seatDemanded else { throw .alreadyDemanded }
      let last = try run.startedAt.after(seconds: terms.demandGrace)
      guard k.now < last else { throw .tooLate(now: k.now, deadline: last) }
      run.seatDemanded = true
      run.demand = .bySeat
    case .auditor:
      guard run.game.check.awaitsAuditor else { throw .notDemandable }
      guard !run.auditorDemanded else { throw .alreadyDemanded }
      run.auditorDemanded = true
      run.demand = .byAuditor
    case .judge: throw .notDemandable
    case .market: throw .notYours
    }
    run.remaining = Time(run.deadline.milliseconds - k.now.milliseconds)
    run.deadline = try k.now.after(seconds: terms.demandWindow)
    runs.put(run, at: m.run)
    k.timers.set(MarketTimer.run.key(m.run.lease.digest, m.run.index), at: run.deadline)
    k.emit(
      Event(
        "runDemanded", subject: m.run.id.digest, order: lease.order.digest,
        lease: m.run.lease.digest, parties: [m.head.from],
        numbers: [Number("deadline", run.deadline.milliseconds)]))
  }

  /// Answers a demand with the key that was promised; the demander's clock runs on.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: PostKey, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    var (run, lease) = try alive(m.run, at: k.now)
    let player = try player(m.head.from, in: lease, run)
    let promised: Bytes32
    switch (run.demand, player) {
    case (.byBuyer, .seat):
      promised = run.output.keyHash
      run.postedKey = m.key
    case (.bySeat, .buyer), (.byAuditor, .seat), (.byAuditor, .buyer):
      promised = run.input.keyHash
      run.inputKey = m.key
    default: throw .notYourMove
    }
    // A row holds zero where no key was posted, so zero is nobody's key.
    guard m.key != .zero, ContentSalt.keyHash(of: m.key) == promised else { throw .wrongKey }
    run.demand = .none
    let least = try Time.seconds(k.terms.at(lease.termsVersion).demandGrace)
    run.deadline = try k.now.adding(max(run.remaining, least))
    runs.put(run, at: m.run)
    k.timers.set(MarketTimer.run.key(m.run.lease.digest, m.run.index), at: run.deadline)
    k.emit(
      Event(
        "runKeyPosted", subject: m.run.id.digest, order: lease.order.digest,
        lease: m.run.lease.digest, parties: [m.head.from], objects: [m.key],
        numbers: [Number("deadline", run.deadline.milliseconds)]))
  }

  /// One box that does not decrypt to its own leaf: the ledger itself judges.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: ShowChunk, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    var (run, lease) = try alive(m.run, at: k.now)
    let player = try player(m.head.from, in: lease, run)
    let (content, side, key) = try shown(of: run, to: player)
    try checkRange("boxBytes", UInt64(m.box.count), 1...UInt64(ContentChunks.boxBytes))
    // The custodian signed the size, and so how many chunks there are.
    guard
      WideTree.verify(
        leaf: ContentChunks.boxLeaf(m.box), at: m.index, of: content.chunks, path: m.path,
        root: content.blob)
    else { throw .badPath }
    guard try BoxOpener(side, key: key).open(m.box, at: m.index) == nil else {
      throw .chunkIsTrue
    }
    // The seats sealed or answered on an input that nobody can read: an auditor shows that as the
    // buyer shows an output.
    let step =
      player == .buyer || player == .auditor
      ? try run.game.play(.spoiled, by: .seat(0), in: try trial(m.run, run, lease, k))
      : withheld(lease)
    try follow(step, m.run, &run, &lease, &k)
    keep(lease, m.run.lease)
  }

  /// What a party may complain of, with the key that was posted: the buyer of the output, a seat
  /// that is still at work of the input, which would otherwise cost it its bid bond.
  private func shown(
    of run: Run, to player: Player
  ) throws(Refusal) -> (content: Content, side: ContentSide, key: Bytes32) {
    let (content, side, key) =
      switch player {
      case .buyer: (run.output, ContentSide.output, run.postedKey)
      case .seat(let seat):
        (run.input, .input, run.game.check.awaits(seat: seat) ? run.inputKey : .zero)
      case .auditor: (run.input, .input, run.game.check.awaitsAuditor ? run.inputKey : .zero)
      case .judge, .market: (run.input, .input, .zero)
      }
    guard run.demand == .none, key != .zero else { throw .notYourMove }
    return (content, side, key)
  }

  /// Whether a move may still be made. Who waits for a block is not too late.
  func requireInTime(_ run: Run, _ now: Time) throws(Refusal) {
    guard now < run.deadline || run.game.check.awaitsBeacon else {
      throw .tooLate(now: now, deadline: run.deadline)
    }
  }

  /// A run with its lease, not frozen and not past its deadline.
  func alive(
    _ key: RunKey, at now: Time
  ) throws(Refusal) -> (run: Run, lease: Lease) {
    let run = try runs.require(key, else: .unknownRun)
    let lease = try leases.require(key.lease, else: .unknownLease)
    guard frozen[key.lease.digest] == nil else { throw .isFrozen }
    try requireInTime(run, now)
    return (run, lease)
  }
}

extension Refusal {
  static var alreadyDemanded: Refusal { Refusal("alreadyDemanded") }
  /// Nobody owes a key at this station of this check.
  static var notDemandable: Refusal { Refusal("notDemandable") }
  static var badPath: Refusal { Refusal("badPath") }
  /// The chunk decrypts to its leaf: there is nothing to complain about.
  static var chunkIsTrue: Refusal { Refusal("chunkIsTrue") }
}
