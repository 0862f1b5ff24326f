// Locks a bond behind a door that sells by voucher, adds to it, and asks it back.

public import Kernel
public import Market
public import Primitives

/// Puts dollars behind everything that a door sells by voucher, or adds to what is there. What is
/// promised with the first cannot be changed by the next: sold runs are judged by it.
public struct PostStandingBond: MessageContent {
  public static let typeName = "PostStandingBond"
  public static let kind: UInt8 = 73
  /// Bytes of the longest spec.
  public static let longestSpec = 1_024

  public var head = Head()
  /// The `receiverAuthorizer` of the channels that it stands behind.
  public var door = Address.zero
  public var work = ""
  /// What every run is of; empty where that is not promised.
  public var spec: [UInt8] = []
  /// What a run goes through that is called up from a claim: `open` or `proved`.
  public var check = CheckTerms()
  public var amount = Amount()

  public init() {}

  public init(
    _ head: Head, door: Address, work: String, spec: [UInt8] = [],
    check: CheckTerms = CheckTerms("open"), _ amount: Amount
  ) {
    self.head = head
    self.door = door
    self.work = work
    self.spec = spec
    self.check = check
    self.amount = amount
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("door", &door)
    try v("work", &work)
    try v("spec", &spec)
    try v("check", &check)
    try v("amount", &amount)
  }
}

/// Asks the bond of a door back. It comes after the unbonding time, once no claim ties it.
public struct WithdrawStandingBond: MessageContent {
  public static let typeName = "WithdrawStandingBond"
  public static let kind: UInt8 = 74
  public var head = Head()
  public var door = Address.zero

  public init() {}

  public init(_ head: Head, door: Address) {
    self.head = head
    self.door = door
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("door", &door)
  }
}

extension PaymentTables {
  public mutating func apply<W: Works & ~Copyable>(
    _ m: PostStandingBond, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W
  ) throws(Refusal) {
    guard m.door != .zero else { throw .noReceiver }
    let seller = m.head.from
    let key = StandingBond.key(seller, m.door)
    let known = bonds[key]
    var row: StandingBond
    if let known { row = known } else { row = try promise(m, works) }
    guard !row.isConvicted else { throw .sellerConvicted }
    guard row.leaves == .never else { throw .bondLeaves }
    guard row.work == m.work, row.spec == m.spec, row.check == m.check else {
      throw .otherPromise
    }
    if known == nil { try k.chargeForRow(seller) }
    row.bond = try row.bond.adding(m.amount)
    let least = try k.terms.current { $0.standingBond }
    guard m.amount > .zero, row.bond >= Amount(least) else {
      throw .standingBondTooSmall(is: row.bond, least: least)
    }
    try k.ledger.post(from: .account(seller), to: .escrow(key), m.amount)
    bonds[key] = row
    k.emit(
      Event(
        "standingBondPosted", subject: key, parties: [seller, m.door],
        numbers: [Number("amount", m.amount.units), Number("bond", row.bond.units)]))
  }

  /// The row of a bond that is new.
  private func promise<W: Works & ~Copyable>(
    _ m: PostStandingBond, _ works: borrowing W
  ) throws(Refusal) -> StandingBond {
    guard m.spec.count <= PostStandingBond.longestSpec else {
      throw .specTooLong(UInt64(m.spec.count), limit: UInt64(PostStandingBond.longestSpec))
    }
    if case .proved = try VoucherCheck(m.check) {
      try works.admit(m.spec, of: m.work, under: m.check)
    }
    var row = StandingBond()
    row.seller = m.head.from
    row.door = m.door
    row.work = m.work
    row.spec = m.spec
    row.check = m.check
    return row
  }

  public mutating func apply(
    _ m: WithdrawStandingBond, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    let key = StandingBond.key(m.head.from, m.door)
    guard var row = bonds[key] else { throw .noStandingBond }
    guard !row.isConvicted else { throw .sellerConvicted }
    guard row.leaves == .never else { throw .bondLeaves }
    row.leaves = try k.now.after(seconds: try k.terms.current { $0.unbonding })
    bonds[key] = row
    k.timers.set(PaymentTimer.bond(key), at: row.leaves)
    k.emit(
      Event(
        "standingBondLeaves", subject: key, parties: [row.seller, row.door],
        numbers: [Number("until", row.leaves.milliseconds)]))
  }

  /// The unbonding time is over. While a claim is held the bond stays.
  mutating func returnBond(
    _ key: Bytes32, at deadline: Time, _ k: inout KernelTables
  ) throws(Refusal) -> Bool {
    guard var row = bonds[key], row.leaves == deadline else { return false }
    guard row.held == 0 else {
      row.leaves = try k.now.after(seconds: try k.terms.current { $0.demandWindow })
      bonds[key] = row
      k.timers.set(PaymentTimer.bond(key), at: row.leaves)
      return true
    }
    try k.ledger.post(from: .escrow(key), to: .account(row.seller), row.bond)
    bonds[key] = nil
    k.emit(
      Event(
        "standingBondLeft", subject: key, parties: [row.seller, row.door],
        numbers: [Number("returned", row.bond.units)]))
    return true
  }
}

extension Refusal {
  /// A bond stands behind what was promised with its first dollar.
  static var otherPromise: Refusal { Refusal("otherPromise") }

  static func specTooLong(_ bytes: UInt64, limit: UInt64) -> Refusal {
    Refusal("specTooLong", ["bytes": bytes, "limit": limit])
  }

  static func standingBondTooSmall(is bond: Amount, least: UInt64) -> Refusal {
    Refusal("standingBondTooSmall", ["is": bond.units, "least": least])
  }
}
