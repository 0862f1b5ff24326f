// The Kernel's state: money, accounts, time, beacon, terms, and what a message did.

public import Primitives

/// Everything that all rooms share, passed to them `inout`.
public struct KernelTables: ~Copyable {
  public var ledger = Ledger()
  public var accounts = Accounts()
  public var sessions = Sessions()
  public var timers = Timers()
  public var beacon = Beacon()
  public var terms = TermsBook()
  @usableFromInline var charters = Table<UInt64, Charter>("charter")
  var clocks = Table<UInt64, Clock>("clock")
  /// What happened since the events were last taken; a rollback takes back its own.
  @usableFromInline var happened: [Event] = []
  /// What the sender of the current message paid for it; a move of a dispute is paid by its loser.
  public internal(set) var tollPaid = Amount()

  /// Signatures that were recovered with the current message; nothing of the state.
  public var recoveries: [Recovery] = []

  let pin = Pin()

  /// Empty tables, to be founded by a genesis or loaded from a store.
  public init() {}
}

extension KernelTables {
  public var charter: Charter { charters[0] ?? Charter() }

  /// What the body reads of the charter, without a copy of its list.
  @inlinable
  public func charter<R>(_ body: (Charter) throws(Refusal) -> R) throws(Refusal) -> R {
    if let read = try charters.read(0, body) { return read }
    return try body(Charter())
  }

  public var clock: Clock { clocks[0] ?? Clock() }

  /// Market time: what deadlines count.
  public var now: Time { clock.marketTime }

  /// The time in the header of the current block: what `validUntil` counts.
  public var blockTime: Time { clock.time }

  public var height: UInt64 { clock.height }

  /// E of the last complete block: within block h, that of h − 1.
  public var beaconValue: Bytes32 { beacon.value }

  /// What happened since the events were last taken.
  public var events: [Event] { happened }

  /// Makes room for the events of a block, of which a message has hardly more than one.
  public mutating func expectEvents(_ count: Int) { happened.reserveCapacity(count) }

  @inlinable @inline(__always)
  public mutating func emit(_ event: consuming Event) { happened.append(event) }

  /// Hands over the events of what stands, and begins anew.
  public mutating func takeEvents() -> [Event] {
    let taken = happened
    happened = []
    return taken
  }
}

// MARK: - Genesis

extension KernelTables {
  /// Writes the rows of block 0.
  public mutating func found(
    _ charter: Charter, terms standing: Terms, beacon first: Bytes32, anchor: Bytes32, time: Time
  ) {
    charters[0] = charter
    clocks[0] = Clock(height: 0, time: time)
    beacon.state = BeaconState(value: first, anchor: anchor)
    terms.enact(standing)
    accounts.open(charter.operator, at: 0)
  }

  /// Opens an account and makes the money it begins with. For the genesis only.
  public mutating func fund(
    _ address: Address, _ amount: Amount, _ asset: Asset = .dollar
  ) throws(Refusal) {
    accounts.open(address, at: 0)
    try ledger.mint(to: .account(address), amount, asset)
  }
}

// MARK: - Message, block and restart

extension KernelTables: TableGroup {
  public mutating func tables(_ v: inout TableVisitor) {
    v(&ledger)
    v(&accounts)
    v(&sessions)
    v(&timers)
    v(&beacon)
    v(&terms)
    v(&charters)
    v(&clocks)
    v(ofBlock: &happened)
  }
}

extension KernelTables {
  /// Empties the index of timers and fills in the Kernel's own; other rooms add theirs after it.
  public mutating func rebuildTimers() {
    timers.removeAll()
    if let pending = terms.pending { timers.set(KernelTimer.terms, at: pending.at) }
    var ends: [(Bytes32, Time)] = []
    sessions.forEach { ends.append(($0, $1.removal)) }
    for (id, removal) in ends { timers.set(KernelTimer.session(id), at: removal) }
    timers.forgetUndo()
  }
}
