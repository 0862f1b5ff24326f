// Auditors: registered with a bond for what they can redo, drawn by it, and let go.

public import Kernel
public import Primitives

extension MarketTables {
  /// Registers, or changes the subjects and adds to the bond. A change counts for evidence of this
  /// block and later: nobody can shape what is already drawn over.
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
    try requireSealingKey(of: account, k)
    var auditor = auditors[account] ?? Auditor()
    guard auditor.leaves == .never else { throw .leavesAudits }
    if auditors[account] == nil { auditor.since = k.height }
    try age(account, &auditor, k)
    guard auditor.past.count <= Auditor.mostChanges else {
      throw .tooManyChanges(limit: Auditor.mostChanges)
    }
    let old = auditor.subjects
    auditor.bond = try auditor.bond.adding(m.bond)
    guard auditor.bond >= Amount(terms.courtFloor) else {
      throw .auditBondTooSmall(is: auditor.bond, least: terms.courtFloor)
    }
    try k.ledger.post(
      from: .account(account), to: .escrow(Auditor.escrow(account)), m.bond)
    let given = old.filter { !m.subjects.contains($0) }
    auditor.dropped = auditor.dropped.filter { !m.subjects.contains($0) } + given
    guard auditor.dropped.count <= Auditor.mostDropped else {
      throw .tooManyChanges(limit: Auditor.mostDropped)
    }
    auditor.subjects = m.subjects
    auditor.owner = k.accounts.operatorOf(account)
    auditors[account] = auditor
    for subject in given { leave(subject, account, k) }
    for subject in m.subjects where !old.contains(subject) { try join(subject, account, k) }
    for subject in m.subjects { recount(subject) }
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
    let subjects = auditor.subjects
    auditor.dropped += subjects
    auditor.subjects = []
    auditor.leaves = try k.now.after(seconds: k.terms.current.unbonding)
    auditors[account] = auditor
    for subject in subjects { leave(subject, account, k) }
    k.timers.set(MarketTimer.auditor.key(account.padded), at: auditor.leaves)
    k.emit(
      Event(
        "auditorLeaves", subject: account.padded, parties: [account],
        numbers: [Number("deadline", auditor.leaves.milliseconds)]))
  }

  /// The bond of an auditor who left comes back, once no audit ties it. Until then it could still
  /// be called over evidence from before.
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
    for subject in auditor.dropped { strike(subject, account) }
    auditors[account] = nil
    k.emit(
      Event(
        "auditorLeft", subject: account.padded, parties: [account],
        numbers: [Number("returned", auditor.bond.units)]))
  }

  /// How long it is remembered how an auditor stood: as long as one who left stays bonded.
  private func memory(_ k: borrowing KernelTables) throws(Refusal) -> Time {
    try Time.seconds(k.terms.current.unbonding)
  }

  /// Keeps how an auditor stands before it changes, and lets go of what is remembered no longer.
  private mutating func age(
    _ account: Address, _ auditor: inout Auditor, _ k: borrowing KernelTables
  ) throws(Refusal) {
    let memory = try memory(k)
    auditor.age(height: k.height, now: k.now, memory: memory)
    var kept: [Bytes32] = []
    for subject in auditor.dropped {
      guard var list = auditorLists[subject] else { continue }
      list.forget(now: k.now, memory: memory)
      keep(list, subject)
      if list.places.contains(where: { $0.account == account }) { kept.append(subject) }
    }
    auditor.dropped = kept
  }
}

// MARK: - Lists

extension MarketTables {
  private mutating func join(
    _ subject: Bytes32, _ account: Address, _ k: borrowing KernelTables
  ) throws(Refusal) {
    var list = auditorLists[subject] ?? AuditorList()
    list.forget(now: k.now, memory: try memory(k))
    let standing = list.standing
    if standing.count >= AuditorList.longest {
      try displace(for: account, among: standing, in: &list, subject, k)
    }
    try list.begin(account, height: k.height)
    keep(list, subject)
  }

  private mutating func leave(
    _ subject: Bytes32, _ account: Address, _ k: borrowing KernelTables
  ) {
    guard var list = auditorLists[subject] else { return }
    list.end(account, height: k.height, now: k.now)
    keep(list, subject)
    recount(subject)
  }

  /// Takes an account out of a list for good.
  private mutating func strike(_ subject: Bytes32, _ account: Address) {
    guard var list = auditorLists[subject] else { return }
    list.places.removeAll { $0.account == account }
    keep(list, subject)
  }

  private mutating func keep(_ list: AuditorList, _ subject: Bytes32) {
    auditorLists[subject] = list.places.isEmpty ? nil : list
  }

  /// A full list gives up its least bond for a greater one: puppets cannot keep the places.
  private mutating func displace(
    for newcomer: Address, among standing: [Address], in list: inout AuditorList,
    _ subject: Bytes32, _ k: borrowing KernelTables
  ) throws(Refusal) {
    var weakest = standing[0]
    var least = auditors[weakest]?.bond ?? .zero
    for account in standing.dropFirst() {
      let bond = auditors[account]?.bond ?? .zero
      if bond < least { (weakest, least) = (account, bond) }
    }
    let own = auditors[newcomer]?.bond ?? .zero
    guard own > least else {
      throw .auditBondTooSmall(is: own, least: least.units + 1)
    }
    list.end(weakest, height: k.height, now: k.now)
    guard var other = auditors[weakest] else { return }
    other.subjects.removeAll { $0 == subject }
    other.dropped.append(subject)
    auditors[weakest] = other
  }

  /// Counts the operators of those who stand for a subject.
  private mutating func recount(_ subject: Bytes32) {
    guard var list = auditorLists[subject] else { return }
    let owners = list.standing.map { auditors[$0]?.owner ?? $0 }.sorted()
    let count = UInt64(
      zip(owners, owners.dropFirst()).count { $0 != $1 } + (owners.isEmpty ? 0 : 1))
    guard count != list.operators else { return }
    list.operators = count
    auditorLists[subject] = list
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
  /// Who audits no run of a lease beside its parties: the bidders, and who ran any of them when the
  /// lease was made. To declare an operator later changes no draw.
  func shunned(
    _ lease: Lease, bidders: [Address], _ k: borrowing KernelTables
  ) -> [Address] {
    let parties = lease.parties
    var shunned = bidders
    for party in parties + bidders {
      let owner = k.accounts.operatorOf(party)
      if !parties.contains(owner) && !shunned.contains(owner) { shunned.append(owner) }
    }
    return shunned
  }

  /// In which order auditors are called: drawn one after the other by the bonds that they had when
  /// the evidence came, of those who stood for the subject then. Nothing in it changes afterwards,
  /// whoever leaves, comes, tops up, loses or declares.
  func line(_ call: AuditCall, for lease: Lease) throws(Refusal) -> [Address] {
    let subject = Subject.of(work: lease.work, spec: lease.spec)
    let shunned = lease.parties + lease.shunned
    var left: [(account: Address, bond: Amount)] = []
    for place in auditorLists[subject]?.places ?? [] where place.stood(at: call.fixedAt) {
      guard let stand = auditors[place.account]?.stand(at: call.fixedAt), stand.bond > .zero,
        !shunned.contains(place.account), !shunned.contains(stand.owner)
      else { continue }
      left.append((place.account, stand.bond))
    }
    var line: [Address] = []
    for turn in 0..<AuditDraw.longestLine where !left.isEmpty {
      let drawn = try call.draw.auditor(turn: turn, bonds: left.map(\.bond))
      line.append(left.remove(at: drawn).account)
    }
    return line
  }

  /// The next in line whose bond is free, and who stands behind.
  func next(
    in line: [Address], bond: Amount
  ) -> (auditor: Address?, behind: [Address]) {
    let place = line.firstIndex { auditors[$0].map { $0.free >= bond } ?? false }
    guard let place else { return (nil, []) }
    return (line[place], Array(line[(place + 1)...]))
  }

  mutating func tie(_ bond: Amount, of account: Address) throws(Refusal) {
    var auditor = try auditors.require(account, else: .notAnAuditor)
    auditor.tied = try auditor.tied.adding(bond)
    auditor.open += 1
    auditors[account] = auditor
  }

  /// Frees a bond; what of it is lost goes to the holder that settles. By what is left it is drawn
  /// for later evidence.
  mutating func untie(
    _ bond: Amount, of account: Address, lost: Amount, to holder: Holder,
    _ k: inout KernelTables
  ) throws(Refusal) {
    var auditor = try auditors.require(account, else: .notAnAuditor)
    auditor.tied = try auditor.tied.subtracting(bond)
    if lost > .zero {
      try age(account, &auditor, k)
      auditor.bond = try auditor.bond.subtracting(lost)
    }
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
  /// It gave the place up not long ago, and is still drawn over evidence from before.
  static var leftSubject: Refusal { Refusal("leftSubject") }
  static func tooManyChanges(limit: Int) -> Refusal {
    Refusal("tooManyChanges", ["limit": UInt64(limit)])
  }
  static func auditBondTooSmall(is bond: Amount, least: UInt64) -> Refusal {
    Refusal("auditBondTooSmall", ["is": bond.units, "least": least])
  }
  static func tooFewAuditors(operators: UInt64, least: UInt64) -> Refusal {
    Refusal("tooFewAuditors", ["operators": operators, "least": least])
  }
}
