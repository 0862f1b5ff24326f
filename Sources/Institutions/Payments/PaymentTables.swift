// The rows of Payments: used nonces, allowances, channels, standing bonds and held claims.

public import Kernel
public import Primitives

/// Payments keep no money of their own: balances are the ledger's, those of channels in its
/// escrows. What they add is memory, so that nothing pays twice.
public struct PaymentTables: ~Copyable {
  var spent = Table<Bytes32, SpentNonce>("spentNonces")
  var channels = Table<Bytes32, Channel>("channels")
  var allowances = Table<Bytes32, Allowance>("allowances")
  var permits = Table<Address, PermitCount>("permitCounts")
  var bonds = Table<Bytes32, StandingBond>("standingBonds")
  var claims = Table<Bytes32, HeldClaim>("heldClaims")
  /// The domain over which payers sign. It follows from the genesis; whoever routes messages here
  /// sets it.
  public var token = DollarToken.domain(chainId: UInt64(0))

  public init() {}

  /// Where vouchers are signed: the same chain as the token's.
  public var escrow: EIP712.Domain { BatchEscrow.domain(chainId: token.chainId) }

  /// What became of a nonce; nil while it may still pay.
  public func spent(_ payer: Address, _ nonce: Bytes32) -> SpentNonce? {
    spent[SpentNonce.key(payer, nonce)]
  }

  /// Every nonce that is remembered, in the order of its key's bytes.
  public func forEachSpent(_ body: (Bytes32, SpentNonce) -> Void) { spent.forEach(body) }

  public func channel(_ id: Bytes32) -> Channel? { channels[id] }

  /// Every channel that was ever opened, in the order of its id's bytes.
  public func forEachChannel(_ body: (Bytes32, Channel) -> Void) { channels.forEach(body) }

  mutating func spend(_ row: SpentNonce, _ k: inout KernelTables) {
    let key = SpentNonce.key(row.payer, row.nonce)
    spent[key] = row
    if row.leaves != .never { k.timers.set(PaymentTimer.nonce(key), at: row.leaves) }
  }
}

/// The deadlines of this room.
enum PaymentTimer {
  static let room: UInt8 = 2

  static func nonce(_ key: Bytes32) -> TimerKey { TimerKey(room: room, kind: 1, id: key) }

  static func withdrawal(_ channel: Bytes32) -> TimerKey {
    TimerKey(room: room, kind: 2, id: channel)
  }

  static func claim(_ id: Bytes32) -> TimerKey { TimerKey(room: room, kind: 3, id: id) }

  static func bond(_ key: Bytes32) -> TimerKey { TimerKey(room: room, kind: 4, id: key) }
}

// MARK: - Timers

extension PaymentTables {
  /// Forgets a nonce whose day is over, pays out a withdrawal, takes a claim to its next stage, or
  /// returns a bond. False says that the entry was stale.
  public mutating func fire(
    _ key: TimerKey, at deadline: Time, _ k: inout KernelTables
  ) throws(Refusal) -> Bool {
    if key == PaymentTimer.withdrawal(key.id) { return try withdraw(key.id, at: deadline, &k) }
    if key == PaymentTimer.claim(key.id) { return try advance(key.id, at: deadline, &k) }
    if key == PaymentTimer.bond(key.id) { return try returnBond(key.id, at: deadline, &k) }
    guard let row = spent[key.id], key == PaymentTimer.nonce(key.id), row.leaves == deadline else {
      return false
    }
    spent[key.id] = nil
    return true
  }

  /// Sets the deadlines of all rows after a restart.
  public func rebuildTimers(into k: inout KernelTables) {
    var due: [(key: TimerKey, at: Time)] = []
    spent.forEach { if $1.leaves != .never { due.append((PaymentTimer.nonce($0), $1.leaves)) } }
    channels.forEach {
      if $1.withdrawsAt != .never { due.append((PaymentTimer.withdrawal($0), $1.withdrawsAt)) }
    }
    claims.forEach { due.append((PaymentTimer.claim($0), $1.deadline)) }
    bonds.forEach { if $1.leaves != .never { due.append((PaymentTimer.bond($0), $1.leaves)) } }
    for row in due { k.timers.set(row.key, at: row.at) }
  }
}

// MARK: - Message, block and restart

extension PaymentTables: TableGroup {
  public mutating func tables(_ v: inout TableVisitor) {
    v(&spent)
    v(&channels)
    v(&allowances)
    v(&permits)
    v(&bonds)
    v(&claims)
  }
}
