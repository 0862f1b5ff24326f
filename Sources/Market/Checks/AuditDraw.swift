// The draw of an audit: what is drawn over is fixed, then the beacon, then the buyer's salt.

public import Kernel
public import Primitives

/// How far a run's draw has come. The seed is H(run, what is drawn over, salt, beacon).
public struct AuditDraw: Fielded, Hashable {
  public static let typeName = "AuditDraw"
  /// What is drawn over, and the height in which it was fixed.
  public var fixed = Bytes32()
  public var fixedAt: UInt64 = 0
  public var beacon = Bytes32()
  /// Until when the buyer may open its salt.
  public var saltUntil = Time()
  public var saltWithheld = false
  public var salt = Bytes32()
  public var turn: UInt64 = 0
  /// Who was called, in order; the last is the auditor.
  public var called: [Address] = []
  /// Who is called next, should that one be silent.
  public var line: [Address] = []

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("fixed", &fixed)
    try v("fixedAt", &fixedAt)
    try v("beacon", &beacon)
    try v("saltUntil", &saltUntil)
    try v("saltWithheld", &saltWithheld)
    try v("salt", &salt)
    try v("turn", &turn)
    try v("called", &called)
    try v("line", &line)
  }

  /// As many as a seed has words for.
  static let longestLine: UInt64 = 7

  public var auditor: Address { called.last ?? Address() }

  mutating func fix(_ what: Bytes32, in t: Trial) throws(Refusal) {
    fixed = what
    fixedAt = t.height
    saltUntil = try t.now.after(seconds: t.clocks.salt)
  }

  /// Fixed in block h, the draw takes E of block h+1, which is complete in block h+2. False while
  /// that is still to come.
  mutating func takeBeacon(in t: Trial) -> Bool {
    guard t.height >= fixedAt + 2 else { return false }
    beacon = t.beacon
    return true
  }

  /// Who keeps the salt to itself is audited for certain, by a beacon that comes later.
  mutating func withholdSalt(in t: Trial) {
    saltWithheld = true
    fixedAt = t.height
  }

  /// The first call, or nobody when the lot spares the run.
  mutating func open(_ salt: Bytes32, in t: Trial) -> AuditCall? {
    self.salt = salt
    guard saltWithheld || lot(in: t).isAudited(ppm: t.auditPpm) else { return nil }
    return call(in: t, fined: nil)
  }

  /// The draw of a panel, which no lot spares: over the same list, by the same seed.
  mutating func openPanel(_ salt: Bytes32, in t: Trial) -> AuditCall {
    self.salt = salt
    return call(in: t, fined: nil)
  }

  /// The call after a silent auditor; nobody when the turns are used up.
  mutating func next(in t: Trial) -> AuditCall? {
    guard turn + 1 < t.clocks.turns else { return nil }
    turn += 1
    return call(in: t, fined: called.last)
  }

  /// Somebody is called, with those behind who follow when it is silent.
  mutating func call(_ auditor: Address, behind: [Address]) {
    called.append(auditor)
    line = behind
  }

  private func lot(in t: Trial) -> Draw {
    Draw(object: t.run.digest, fixed: fixed, salt: salt, beacon: beacon)
  }

  private func call(in t: Trial, fined: Address?) -> AuditCall {
    AuditCall(draw: lot(in: t), fixedAt: fixedAt, line: fined == nil ? nil : line, fined: fined)
  }
}

extension Trial {
  /// So many seconds and twice the run time from now: what it takes to do the run again.
  func afterRedoing(_ seconds: UInt64) throws(Refusal) -> Time {
    let (twice, o1) = runTime.multipliedReportingOverflow(by: 2)
    let (sum, o2) = twice.addingReportingOverflow(seconds)
    if o1 || o2 { throw .overflow }
    return try now.after(seconds: sum)
  }
}
