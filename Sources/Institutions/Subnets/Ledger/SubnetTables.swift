// The rows of subnets, and how their scopes begin and end.

public import Kernel
public import Primitives

/// Subnets keep no money of their own: deposits, grants and stake lie in escrows of the ledger,
/// and these rows say whose they are.
public struct SubnetTables: ~Copyable {
  var subnets = Table<UInt64, Subnet>("subnets")
  var counted = Table<UInt64, Openings>("subnetCounts")
  var work = Table<UInt64, BlockWork>("subnetWork")
  var members = Table<SeatKey, SubnetMember>("subnetMembers")
  var seats = Table<PartyKey, Seat>("subnetSeats")
  var weights = Table<SeatKey, ShareRow>("subnetWeights")
  var bonds = Table<SeatKey, ShareRow>("subnetBonds")
  var seals = Table<SealKey, WeightSeal>("subnetSeals")
  var pools = Table<PartyKey, StakePool>("subnetPools")
  var stakes = Table<Bytes32, Stake>("subnetStakes")
  var routings = Table<UInt64, Routing>("subnetRoutings")
  var grants = Grants(
    "subnetGrants", falls: "subnetRateFalls", payees: "subnetGrantsOf")
  /// What subnets with an asset of their own have beside.
  public internal(set) var assets = AssetTables()

  public init() {}
}

// MARK: - Reading

extension SubnetTables {
  public func subnet(_ number: UInt64) -> Subnet? { subnets[number] }

  public func member(_ number: UInt64, _ uid: UInt64) -> SubnetMember? {
    members[SeatKey(number, uid)]
  }

  /// The seat of an account; nil where it has none.
  public func uid(of account: Address, in number: UInt64) -> UInt64? {
    seats[PartyKey(number, account)]?.uid
  }

  public func weights(_ number: UInt64, _ uid: UInt64) -> ShareRow? {
    weights[SeatKey(number, uid)]
  }

  public func pool(of validator: Address, in number: UInt64) -> StakePool? {
    pools[PartyKey(number, validator)]
  }

  public func stake(_ key: Bytes32) -> Stake? { stakes[key] }

  public func grant(_ id: Bytes32) -> Grant? { grants.rows[id] }

  /// What the seal of a seat in an epoch is; nil once it was opened.
  public func seal(_ number: UInt64, epoch: UInt64, _ uid: UInt64) -> WeightSeal? {
    seals[SealKey(number, epoch: epoch, uid)]
  }

  public var counts: Openings { counted[0] ?? Openings() }

  /// Rows in the order of their keys' bytes.
  public func forEachSubnet(_ body: (UInt64, Subnet) -> Void) { subnets.forEach(body) }
  public func forEachStake(_ body: (Bytes32, Stake) -> Void) { stakes.forEach(body) }
  public func forEachPool(_ body: (PartyKey, StakePool) -> Void) { pools.forEach(body) }
  public func forEachGrant(_ body: (Bytes32, Grant) -> Void) { grants.rows.forEach(body) }

  /// What the ledger must hold in dollars for each object, as its rows say; pools, the root and own
  /// assets stand in `assets.forEachEscrow`. It walks every row.
  public func forEachEscrow(_ body: (Bytes32, Amount) throws(Refusal) -> Void) throws(Refusal) {
    var held: [(UInt64, Amount)] = []
    subnets.forEach { held.append(($0, $1.deposit)) }
    var granted: [(UInt64, Amount)] = []
    var refusal: Refusal?
    grants.rows.forEach { _, grant in
      do throws(Refusal) {
        let epoch = subnets[grant.payee]?.epoch ?? 0
        granted.append((grant.payee, try grant.unspent(at: epoch)))
      } catch { refusal = error }
    }
    if let refusal { throw refusal }
    for (number, deposit) in held {
      guard let subnet = subnets[number] else { continue }
      var sum = try deposit.adding(subnet.carried).adding(subnet.withdrawn)
        .adding((routings[number] ?? Routing()).arrived)
      for grant in granted where grant.0 == number { sum = try sum.adding(grant.1) }
      try body(Subnet.escrow(number), sum)
    }
    var pooled: [(Bytes32, StakePool)] = []
    pools.forEach { pooled.append((StakePool.escrow($0.subnet, $0.account), $1)) }
    for (id, pool) in pooled {
      try body(id, try pool.staked.amount.adding(pool.leaving.amount))
    }
  }

  func require(_ number: UInt64) throws(Refusal) -> Subnet {
    try subnets.require(number, else: .noSuchSubnet(number))
  }
}

// MARK: - Message, block and restart

extension SubnetTables {
  /// A position in every table.
  public struct Mark: Sendable {
    var places: [Int]
    var routings: Int
    var grants: Grants.Mark
    var assets: AssetTables.Mark
  }

  public func mark() -> Mark {
    Mark(
      places: [
        subnets.mark(), counted.mark(), work.mark(), members.mark(), seats.mark(), weights.mark(),
        bonds.mark(), seals.mark(), pools.mark(), stakes.mark(),
      ], routings: routings.mark(), grants: grants.mark(), assets: assets.mark())
  }

  public mutating func rollback(to mark: Mark) {
    subnets.rollback(to: mark.places[0])
    counted.rollback(to: mark.places[1])
    work.rollback(to: mark.places[2])
    members.rollback(to: mark.places[3])
    seats.rollback(to: mark.places[4])
    weights.rollback(to: mark.places[5])
    bonds.rollback(to: mark.places[6])
    seals.rollback(to: mark.places[7])
    pools.rollback(to: mark.places[8])
    stakes.rollback(to: mark.places[9])
    routings.rollback(to: mark.routings)
    grants.rollback(to: mark.grants)
    assets.rollback(to: mark.assets)
  }

  public mutating func forgetUndo() {
    subnets.forgetUndo()
    counted.forgetUndo()
    work.forgetUndo()
    members.forgetUndo()
    seats.forgetUndo()
    weights.forgetUndo()
    bonds.forgetUndo()
    seals.forgetUndo()
    pools.forgetUndo()
    stakes.forgetUndo()
    routings.forgetUndo()
    grants.forgetUndo()
    assets.forgetUndo()
  }

  public func list(since mark: Mark, into changes: inout [RowChange]) {
    subnets.list(since: mark.places[0], into: &changes)
    counted.list(since: mark.places[1], into: &changes)
    work.list(since: mark.places[2], into: &changes)
    members.list(since: mark.places[3], into: &changes)
    seats.list(since: mark.places[4], into: &changes)
    weights.list(since: mark.places[5], into: &changes)
    bonds.list(since: mark.places[6], into: &changes)
    seals.list(since: mark.places[7], into: &changes)
    pools.list(since: mark.places[8], into: &changes)
    stakes.list(since: mark.places[9], into: &changes)
    routings.list(since: mark.routings, into: &changes)
    grants.list(since: mark.grants, into: &changes)
    assets.list(since: mark.assets, into: &changes)
  }

  public mutating func drain(into changes: inout [RowChange]) {
    subnets.drain(into: &changes)
    counted.drain(into: &changes)
    work.drain(into: &changes)
    members.drain(into: &changes)
    seats.drain(into: &changes)
    weights.drain(into: &changes)
    bonds.drain(into: &changes)
    seals.drain(into: &changes)
    pools.drain(into: &changes)
    stakes.drain(into: &changes)
    routings.drain(into: &changes)
    grants.drain(into: &changes)
    assets.drain(into: &changes)
  }

  /// Takes a stored row at restart; false says that the table is another room's.
  public mutating func load(
    table: String, key: [UInt8], row: [UInt8]
  ) throws(Refusal) -> Bool {
    switch table {
    case subnets.name: try subnets.load(key: key, row: row)
    case counted.name: try counted.load(key: key, row: row)
    case work.name: try work.load(key: key, row: row)
    case members.name: try members.load(key: key, row: row)
    case seats.name: try seats.load(key: key, row: row)
    case weights.name: try weights.load(key: key, row: row)
    case bonds.name: try bonds.load(key: key, row: row)
    case seals.name: try seals.load(key: key, row: row)
    case pools.name: try pools.load(key: key, row: row)
    case stakes.name: try stakes.load(key: key, row: row)
    case routings.name: try routings.load(key: key, row: row)
    default:
      if try grants.load(table: table, key: key, row: row) { return true }
      return try assets.load(table: table, key: key, row: row)
    }
    return true
  }
}
