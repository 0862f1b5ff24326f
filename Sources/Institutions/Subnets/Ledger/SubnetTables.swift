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

extension SubnetTables: TableGroup {
  public mutating func tables(_ v: inout TableVisitor) {
    v(&subnets)
    v(&counted)
    v(&work)
    v(&members)
    v(&seats)
    v(&weights)
    v(&bonds)
    v(&seals)
    v(&pools)
    v(&stakes)
    v(&routings)
    v(&grants)
    v(&assets)
  }
}
