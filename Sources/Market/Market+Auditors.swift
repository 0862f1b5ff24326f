// Auditors: registered with a bond for what they can redo, drawn by it, and let go.

public import Kernel
public import Primitives

extension MarketTables {
  /// Registers, or changes the subjects and adds to the bond. A change counts for evidence that
  /// comes later, so that nobody can shape what is already drawn over.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: RegisterAuditor, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    let account = m.head.from
    let terms = k.terms.current
    try checkRange("subjects", UInt64(m.subjects.count), 1...64)
    guard zip(m.subjects, m.subjects.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw .unsortedSubjects
    }
    var auditor = auditors[account] ?? Auditor()
    guard auditor.leaves == .never else { throw .leavesAudits }
    for subject in auditor.subjects { leave(subject, account) }
    auditor.bond = try auditor.bond.adding(m.bond)
    guard auditor.bond >= Amount(terms.courtFloor) else {
      throw .auditBondTooSmall(is: auditor.bond, least: terms.courtFloor)
    }
    try k.ledger.post(
      from: .account(account), to: .escrow(Auditor.escrow(account)), m.bond)
    auditor.subjects = m.subjects
    auditor.since = k.height
    auditor.owner = k.accounts.operatorOf(account)
    auditors[account] = auditor
    for subject in m.subjects { try join(subject, account) }
    k.emit(
      Event(
        "auditorRegistered", subject: account.padded, parties: [account], objects: m.subjects,
        numbers: [Number("bond", auditor.bond.units)]))
  }

  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: LeaveAudits, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    let account = m.head.from
    var auditor = try auditors.require(account, else: .notAnAuditor)
    guard auditor.leaves == .never else { throw .leavesAudits }
    for subject in auditor.subjects { leave(subject, account) }
    auditor.subjects = []
    auditor.leaves = try k.now.after(seconds: k.terms.current.unbonding)
    auditors[account] = auditor
    k.timers.set(MarketTimer.auditor.key(account.padded), at: auditor.leaves)
    k.emit(
      Event(
        "auditorLeaves", subject: account.padded, parties: [account],
        numbers: [Number("deadline", auditor.leaves.milliseconds)]))
  }

  /// The bond of an auditor who left comes back, once no audit ties it.
  mutating func returnAuditBond(
    _ account: Address, _ old: Auditor, _ k: inout KernelTables
  ) throws(Refusal) {
    var auditor = old
    guard auditor.open == 0 else {
      auditor.leaves = try k.now.after(seconds: k.terms.current.auditWindow)
      auditors[account] = auditor
      k.timers.set(MarketTimer.auditor.key(account.padded), at: auditor.leaves)
      return
    }
    try k.ledger.post(
      from: .escrow(Auditor.escrow(account)), to: .account(account), auditor.bond)
    auditors[account] = nil
    k.emit(
      Event(
        "auditorLeft", subject: account.padded, parties: [account],
        numbers: [Number("returned", auditor.bond.units)]))
  }
}

// MARK: - Lists

extension MarketTables {
  private mutating func join(_ subject: Bytes32, _ account: Address) throws(Refusal) {
    var list = auditorLists[subject] ?? AuditorList()
    if list.accounts.count >= AuditorList.longest { try displace(for: account, in: &list, subject) }
    let place = list.accounts.firstIndex { account < $0 } ?? list.accounts.count
    list.accounts.insert(account, at: place)
    list.operators = operators(of: list.accounts)
    auditorLists[subject] = list
  }

  private mutating func leave(_ subject: Bytes32, _ account: Address) {
    guard var list = auditorLists[subject] else { return }
    list.accounts.removeAll { $0 == account }
    list.operators = operators(of: list.accounts)
    auditorLists[subject] = list.accounts.isEmpty ? nil : list
  }

  /// A full list gives up its least bond for a greater one: puppets cannot keep the places.
  private mutating func displace(
    for newcomer: Address, in list: inout AuditorList, _ subject: Bytes32
  ) throws(Refusal) {
    var weakest = list.accounts[0]
    var least = auditors[weakest]?.bond ?? .zero
    for account in list.accounts.dropFirst() {
      let bond = auditors[account]?.bond ?? .zero
      if bond < least { (weakest, least) = (account, bond) }
    }
    let own = auditors[newcomer]?.bond ?? .zero
    guard own > least else {
      throw .auditBondTooSmall(is: own, least: least.units + 1)
    }
    list.accounts.removeAll { $0 == weakest }
    guard var other = auditors[weakest] else { return }
    other.subjects.removeAll { $0 == subject }
    auditors[weakest] = other
  }

  private func operators(of accounts: [Address]) -> UInt64 {
    let owners = accounts.map { auditors[$0]?.owner ?? $0 }.sorted()
    return UInt64(zip(owners, owners.dropFirst()).count { $0 != $1 } + (owners.isEmpty ? 0 : 1))
  }

  /// Refuses a request whose audits would be drawn from too few operators.
  func requireAuditors(
    for work: String, _ spec: [UInt8], _ terms: Terms
  ) throws(Refusal) {
    let known = auditorLists[Subject.of(work: work, spec: spec)]?.operators ?? 0
    guard known >= terms.auditOperators else {
      throw .tooFewAuditors(operators: known, least: terms.auditOperators)
    }
  }
}

// MARK: - Draw

extension MarketTables {
  /// The auditor of a turn: by standing bond among those who were registered when the evidence
  /// came, without parties, bidders and their operators. Whose bond is not free has no turn.
  func drawAuditor(
    _ call: AuditCall, for lease: Lease, bond: Amount, _ k: borrowing KernelTables
  ) throws(Refusal) -> Address? {
    let subject = Subject.of(work: lease.work, spec: lease.spec)
    let parties = [lease.buyer] + lease.seats.map(\.provider) + lease.bidders
    var shunned = parties
    for party in parties { shunned.append(k.accounts.operatorOf(party)) }
    var left = (auditorLists[subject]?.accounts ?? []).filter { account in
      guard let auditor = auditors[account], auditor.since <= call.fixedAt else { return false }
      return !shunned.contains(account) && !shunned.contains(auditor.owner)
        && !call.called.contains(account)
    }
    for turn in call.turn..<7 {
      guard !left.isEmpty else { return nil }
      let bonds = left.map { auditors[$0]?.bond ?? .zero }
      let place = try call.draw.auditor(turn: turn, bonds: bonds)
      if let drawn = auditors[left[place]], drawn.free >= bond { return left[place] }
      left.remove(at: place)
    }
    return nil
  }

  mutating func tie(_ bond: Amount, of account: Address) throws(Refusal) {
    var auditor = try auditors.require(account, else: .notAnAuditor)
    auditor.tied = try auditor.tied.adding(bond)
    auditor.open += 1
    auditors[account] = auditor
  }

  /// Frees a bond; what of it is lost goes to the holder that settles.
  mutating func untie(
    _ bond: Amount, of account: Address, lost: Amount, to holder: Holder,
    _ k: inout KernelTables
  ) throws(Refusal) {
    var auditor = try auditors.require(account, else: .notAnAuditor)
    auditor.tied = try auditor.tied.subtracting(bond)
    auditor.bond = try auditor.bond.subtracting(lost)
    auditor.open -= 1
    try k.ledger.post(from: .escrow(Auditor.escrow(account)), to: holder, lost)
    auditors[account] = auditor
  }
}

extension Refusal {
  static var unsortedSubjects: Refusal { Refusal("unsortedSubjects") }
  /// It has asked for its bond back, and takes no more audits.
  static var leavesAudits: Refusal { Refusal("leavesAudits") }
  static var notAnAuditor: Refusal { Refusal("notAnAuditor") }
  static func auditBondTooSmall(is bond: Amount, least: UInt64) -> Refusal {
    Refusal("auditBondTooSmall", ["is": bond.units, "least": least])
  }
  static func tooFewAuditors(operators: UInt64, least: UInt64) -> Refusal {
    Refusal("tooFewAuditors", ["operators": operators, "least": least])
  }
}
