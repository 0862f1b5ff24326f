// Money behind a validator: put there by anybody, asked back with a wait.

public import Kernel
public import Primitives

/// Stakes on a member of a subnet, oneself or another.
public struct StakeOn: MessageContent {
  public static let typeName = "StakeOn"
  public static let kind: UInt8 = 82
  public var head = Head()
  public var subnet: UInt64 = 0
  public var validator = Address.zero
  public var amount = Amount()
  /// The highest take under which the sender stakes: it may rise before the message comes.
  public var mostTake: UInt64 = SubnetMember.takeLimit

  public init() {}

  public init(
    _ head: Head, subnet: UInt64, on validator: Address, _ amount: Amount,
    mostTake: UInt64 = SubnetMember.takeLimit
  ) {
    self.head = head
    self.subnet = subnet
    self.validator = validator
    self.amount = amount
    self.mostTake = mostTake
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("subnet", &subnet)
    try v("validator", &validator)
    try v("amount", &amount)
    try v("mostTake", &mostTake)
  }

  /// Less than a cent buys no stake.
  public static let least = Amount(10_000)
}

/// Asks stake back. It counts no more at once, is paid out after the wait, and bears slashes
/// until then.
public struct Unstake: MessageContent {
  public static let typeName = "Unstake"
  public static let kind: UInt8 = 83
  public var head = Head()
  public var subnet: UInt64 = 0
  public var validator = Address.zero
  /// What is asked back; all where it is as much or more.
  public var amount = Amount()

  public init() {}

  public init(_ head: Head, subnet: UInt64, from validator: Address, _ amount: Amount) {
    self.head = head
    self.subnet = subnet
    self.validator = validator
    self.amount = amount
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("subnet", &subnet)
    try v("validator", &validator)
    try v("amount", &amount)
  }
}

extension SubnetTables {
  public mutating func apply(
    _ m: StakeOn, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    var subnet = try require(m.subnet)
    guard subnet.state == .open else { throw .subnetCloses }
    try subnet.requireRunning(at: k.now)
    let member = try seated(m.validator, in: m.subnet).1
    let take = max(member.take, member.nextTake)
    guard take <= m.mostTake else {
      throw .outOfRange("take", is: take, least: 0, most: m.mostTake)
    }
    guard m.amount >= StakeOn.least else { throw .stakeTooSmall(least: StakeOn.least) }
    let party = PartyKey(m.subnet, m.validator)
    if !pools.contains(party) { subnet.pools += 1 }
    var pool = pools[party] ?? StakePool()
    var stake = Stake(m.subnet, on: m.validator, of: m.head.from)
    stake = stakes[stake.key] ?? stake
    try collect(stake, &k)
    stake.shares += try pool.staked.add(m.amount)
    try k.ledger.post(
      from: .account(m.head.from), to: .escrow(StakePool.escrow(m.subnet, m.validator)),
      m.amount)
    pools[party] = pool
    stakes[stake.key] = stake
    subnets[m.subnet] = subnet
    k.emit(
      Event(
        "staked", subject: Subnet.escrow(m.subnet), parties: [m.head.from, m.validator],
        numbers: [Number("subnet", m.subnet), Number("amount", m.amount.units)]))
  }

  public mutating func apply(
    _ m: Unstake, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    let subnet = try require(m.subnet)
    if subnet.state != .closed { try subnet.requireRunning(at: k.now) }
    let party = PartyKey(m.subnet, m.validator)
    let key = Stake(m.subnet, on: m.validator, of: m.head.from).key
    var stake = try stakes.require(key, else: .nothingStaked)
    var pool = try pools.require(party, else: .nothingStaked)
    try collect(stake, &k)
    let count = min(stake.shares, try pool.staked.count(for: m.amount))
    let sum = try pool.staked.remove(count)
    guard sum > .zero else { throw .nothingStaked }
    stake.shares -= count
    stake.leavingShares += try pool.leaving.add(sum)
    stake.leaves = try k.now.after(seconds: subnet.parameters.unbonding)
    pools[party] = pool
    stakes[key] = stake
    k.timers.set(SubnetTimer.stake(key), at: stake.leaves)
    k.emit(
      Event(
        "unstaking", subject: Subnet.escrow(m.subnet), parties: [m.head.from, m.validator],
        numbers: [
          Number("subnet", m.subnet), Number("amount", sum.units),
          Number("deadline", stake.leaves.milliseconds),
        ]))
  }

  /// The wait is over: what slashes left goes back.
  mutating func payOut(_ old: Stake, _ k: inout KernelTables) throws(Refusal) {
    var stake = old
    let party = PartyKey(stake.subnet, stake.validator)
    var pool = try pools.require(party, else: .nothingStaked)
    let sum = try pool.leaving.remove(stake.leavingShares)
    try k.ledger.post(
      from: .escrow(StakePool.escrow(stake.subnet, stake.validator)),
      to: .account(stake.owner), sum)
    stake.leavingShares = 0
    stake.leaves = .never
    stakes[stake.key] = stake.shares == 0 ? nil : stake
    if stake.shares == 0 { assets.marks[stake.key] = nil }
    pools[party] = pool.isEmpty ? nil : pool
    if pool.isEmpty { try endDividends(party, &k) }
    if pool.isEmpty, var subnet = subnets[stake.subnet] {
      subnet.pools -= min(subnet.pools, 1)
      keep(subnet, stake.subnet)
    }
    k.emit(
      Event(
        "unstaked", subject: Subnet.escrow(stake.subnet), parties: [stake.owner, stake.validator],
        numbers: [Number("subnet", stake.subnet), Number("amount", sum.units)]))
  }
}
