// The audit of a run: the salt that draws it, the two seals, and what they hid.

public import Kernel
public import Primitives

extension MarketTables {
  /// The buyer's salt, which with the beacon decides whether the run is audited, and by whom.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: DrawAudit, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    var (run, lease) = try alive(m.run, at: k.now)
    guard m.head.from == lease.buyer || m.head.from == lease.deputy else { throw .notYours }
    guard SaltCommitment.of(m.salt) == run.auditSalt else { throw .sealDiffers }
    k.beacon.open(object: m.run.id.digest, salt: m.salt)
    let step = try run.game.play(.salt(m.salt), by: .buyer, in: try trial(m.run, run, lease, k))
    emit("runDrawn", m.run, run, lease, [m.head.from], &k)
    try follow(step, m.run, &run, &lease, &k)
    keep(lease, m.run.lease)
  }

  /// A seal over a trace; the provider's comes with the input's key for the auditor.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: SealTrace, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    var (run, lease) = try alive(m.run, at: k.now)
    let player = try player(m.head.from, in: lease, run)
    if player == .auditor {
      guard m.key == WrappedKey() else { throw .badKeys(got: 1, wanted: 0) }
    } else {
      guard m.key.to == run.auditor, run.auditor != Address() else {
        throw .badKeys(got: 1, wanted: 1)
      }
      try check(m.key, opens: run.input)
    }
    let step = try run.game.play(
      .sealTrace(m.seal), by: player, in: try trial(m.run, run, lease, k))
    emit("traceSealed", m.run, run, lease, [m.head.from, run.auditor], &k)
    try follow(step, m.run, &run, &lease, &k)
    keep(lease, m.run.lease)
  }

  /// Opens a seal. The provider's trace must begin with the run's input and end with the output of
  /// its evidence: or a lie could open the true trace, and be confirmed.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: UnsealTrace, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    var (run, lease) = try alive(m.run, at: k.now)
    let player = try player(m.head.from, in: lease, run)
    let move = Move.unsealTrace(root: m.root, salt: m.salt)
    let step = try run.game.play(move, by: player, in: try trial(m.run, run, lease, k))
    if case .seat = player {
      try requireTied(m.root, m.first, m.last, to: run, run.output.root, lease, works)
      show(m.root, m.run, run.output.root, by: m.head.from)
    }
    k.beacon.open(
      object: SHA256.hash(m.run.id.digest.bytes + m.head.from.bytes), salt: m.salt)
    emit("traceOpened", m.run, run, lease, [m.head.from], &k)
    try follow(step, m.run, &run, &lease, &k)
    keep(lease, m.run.lease)
  }

  /// The buyer or a seat of a replicated run hands the input's key to the auditor who was called.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: ShareInput, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    let (run, lease) = try alive(m.run, at: k.now)
    if m.head.from != lease.deputy { _ = try player(m.head.from, in: lease, run) }
    guard run.game.check.awaitsAuditor, m.key.to == run.auditor else { throw .notYourMove }
    try check(m.key, opens: run.input)
    emit("inputShared", m.run, run, lease, [m.head.from, run.auditor], &k)
  }

  /// A trace whose first leaf is the run's input and whose last is the claimed output.
  func requireTied<W: Works & ~Copyable>(
    _ root: Bytes32, _ first: [Vertex], _ last: [Vertex], to run: Run, _ answer: Bytes32,
    _ lease: Lease, _ works: borrowing W
  ) throws(Refusal) {
    let leaves = try works.tensors(lease.spec, of: lease.work)
    guard root != .zero,
      WideTree.verify(leaf: run.input.root, at: 0, of: leaves, path: first, root: root),
      WideTree.verify(leaf: answer, at: leaves - 1, of: leaves, path: last, root: root)
    else { throw .untiedTrace }
  }

  /// Calls the auditor of a turn, and fines the one who was silent before.
  mutating func call(
    _ call: AuditCall, _ key: RunKey, _ run: inout Run, _ lease: inout Lease,
    _ k: inout KernelTables
  ) throws(Refusal) {
    let terms = k.terms.at(lease.termsVersion)
    if let silent = call.fined, run.auditor == silent {
      let fee = min(try fee(of: lease, terms), run.auditBond)
      try untie(run.auditBond, of: silent, lost: fee, to: .treasury, &k)
      emit("auditorSilent", key, run, lease, [silent], [Number("lost", fee.units)], &k)
    }
    (run.auditor, run.auditBond) = (Address(), .zero)
    let highest = lease.seats.map(\.stake).max() ?? .zero
    let bond = try Bonds.challengeBond(against: highest, terms: terms)
    var line = call.line ?? []
    if call.line == nil { line = try self.line(call, for: lease) }
    let (drawn, behind) = next(in: line, bond: bond)
    if let drawn {
      try tie(bond, of: drawn)
      (run.auditor, run.auditBond) = (drawn, bond)
      // The custodian lets the auditor at this blob, if it is the buyer's.
      k.emit(
        Event(
          "auditorCalled", subject: key.id.digest, order: lease.order.digest,
          lease: key.lease.digest, parties: [drawn, lease.buyer], objects: [run.input.blob]))
    }
    let step = try run.game.play(
      .called(drawn, behind: behind), by: .market, in: try trial(key, run, lease, k))
    try follow(step, key, &run, &lease, &k)
  }

  /// F: what an audit of one run of the lease costs its buyer; nothing where the check has none.
  func fee(of lease: Lease, _ terms: Terms) throws(Refusal) -> Amount {
    let isAudited = lease.auditPpm > 0
    if !isAudited {
      guard try lease.isPledged else { return .zero }
    }
    var dearest = Amount()
    for seat in lease.seats { dearest = max(dearest, try lease.price(of: seat)) }
    return !isAudited ? dearest : try Bonds.auditFee(price: dearest, terms: terms)
  }

  func emit(
    _ name: String, _ key: RunKey, _ run: Run, _ lease: Lease, _ parties: [Address],
    _ numbers: [Number] = [], _ k: inout KernelTables
  ) {
    k.emit(
      Event(
        name, subject: key.id.digest, order: lease.order.digest, lease: key.lease.digest,
        parties: parties, numbers: numbers))
  }

  func emit(
    _ name: String, _ key: RunKey, _ run: Run, _ lease: Lease, _ parties: [Address],
    _ k: inout KernelTables
  ) {
    emit(name, key, run, lease, parties, [], &k)
  }

  /// Writes a lease back, unless the step ended it.
  mutating func keep(_ lease: Lease, _ id: LeaseID) {
    if leases.contains(id) { leases[id] = lease }
  }
}

extension Refusal {
  /// The trace does not begin with the run's input and end with the answer that it is for.
  static var untiedTrace: Refusal { Refusal("untiedTrace") }
}
