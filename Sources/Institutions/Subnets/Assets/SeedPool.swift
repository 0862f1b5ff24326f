// The pool of an own asset: begun by the owner with dollars, and ended with notice.

public import Kernel
public import Primitives

/// The owner puts dollars beside all of the asset that the schedule never pays.
public struct SeedPool: MessageContent {
  public static let typeName = "SeedPool"
  public static let kind: UInt8 = 161
  public var head = Head()
  public var subnet: UInt64 = 0
  public var dollars = Amount()
  /// What each trade leaves in the pool, in ppm. It never changes.
  public var fee: UInt64 = 0

  public init() {}

  public init(_ head: Head, subnet: UInt64, dollars: Amount, fee: UInt64) {
    self.head = head
    self.subnet = subnet
    self.dollars = dollars
    self.fee = fee
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("subnet", &subnet)
    try v("dollars", &dollars)
    try v("fee", &fee)
  }
}

/// The seeder asks its part back. The pool trades on until that is due, and the root fund gives its
/// subnet nothing any more; what holders could have for what they bought stays for them.
public struct DrainPool: MessageContent {
  public static let typeName = "DrainPool"
  public static let kind: UInt8 = 162
  public var head = Head()
  public var subnet: UInt64 = 0

  public init() {}

  public init(_ head: Head, subnet: UInt64) {
    self.head = head
    self.subnet = subnet
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("subnet", &subnet)
  }
}

extension SubnetTables {
  public mutating func apply(
    _ m: SeedPool, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    let subnet = try require(m.subnet)
    guard subnet.owner == m.head.from else { throw .notSubnetOwner }
    guard subnet.state == .open else { throw .subnetCloses }
    var asset = try assets.assets.require(m.subnet, else: .noAsset(m.subnet))
    guard !asset.isPooled else { throw .poolExists }
    try checkRange("dollars", m.dollars.units, AssetPool.seeds)
    try checkRange("fee", m.fee, AssetPool.fees)
    var pool = AssetPool()
    pool.seeder = m.head.from
    pool.seeded = k.now
    pool.fee = m.fee
    pool.dollars = m.dollars
    pool.own = try asset.poolPart()
    pool.seedDollars = pool.dollars
    pool.seedOwn = pool.own
    pool.read = k.now
    pool.touched = k.now
    let escrow = Holder.escrow(AssetPool.escrow(m.subnet))
    try k.ledger.post(from: .account(m.head.from), to: escrow, pool.dollars)
    try k.ledger.post(
      from: .escrow(SubnetAsset.escrow(m.subnet)), to: escrow, pool.own,
      SubnetAsset.asset(of: m.subnet))
    asset.left = try asset.left.subtracting(pool.own)
    asset.isPooled = true
    assets.assets[m.subnet] = asset
    assets.markets[m.subnet] = pool
    try joinRoot(m.subnet, &k)
    k.emit(
      Event(
        "poolSeeded", subject: Subnet.escrow(m.subnet), parties: [m.head.from],
        numbers: [
          Number("subnet", m.subnet), Number("amount", pool.dollars.units),
          Number("units", pool.own.units),
        ]))
  }

  public mutating func apply(
    _ m: DrainPool, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    let pool = try assets.markets.require(m.subnet, else: .noPool(m.subnet))
    guard pool.seeder == m.head.from else { throw .notPoolSeeder }
    guard pool.ends == .never else { throw .poolEnds }
    try giveNotice(of: m.subnet, pool, &k)
  }

  /// Lets a pool end after the wait that stake has, which is three epochs at least: whoever holds
  /// the asset has seen it by then, and the pool can buy back all that it ever sold.
  mutating func giveNotice(
    of number: UInt64, _ old: AssetPool, _ k: inout KernelTables
  ) throws(Refusal) {
    var pool = old
    let wait = subnets[number]?.parameters.unbonding ?? SubnetParameters().unbonding
    pool.ends = try k.now.after(seconds: wait)
    assets.markets[number] = pool
    leaveRoot(number)
    k.timers.set(SubnetTimer.pool(number), at: pool.ends)
    k.emit(
      Event(
        "poolEnding", subject: Subnet.escrow(number), parties: [pool.seeder],
        numbers: [
          Number("subnet", number), Number("deadline", pool.ends.milliseconds),
        ]))
  }

  /// The notice is over: the seeder has its part, and what the holders of the asset could have for
  /// it stays for them. What is left a year later is burnt: silence locks no money, and whoever
  /// gained by it would ask for the notice when holders sleep.
  mutating func endPool(
    _ number: UInt64, _ old: AssetPool, _ k: inout KernelTables
  ) throws(Refusal) {
    var pool = old
    let escrow = Holder.escrow(AssetPool.escrow(number))
    let part = pool.isOver ? .zero : try pool.seedersPart
    let rest = try pool.dollars.subtracting(part)
    try k.ledger.post(from: escrow, to: .account(pool.seeder), part)
    if rest > .zero && !pool.isOver {
      pool.dollars = rest
      pool.taken = part
      pool.isOver = true
      pool.ends = try k.now.after(seconds: AssetPool.grace)
      assets.markets[number] = pool
      k.timers.set(SubnetTimer.pool(number), at: pool.ends)
      k.emit(
        Event(
          "poolLeft", subject: Subnet.escrow(number), parties: [pool.seeder],
          numbers: [
            Number("subnet", number), Number("returned", part.units),
            Number("left", rest.units), Number("deadline", pool.ends.milliseconds),
          ]))
      return
    }
    try k.ledger.post(from: escrow, to: .treasury, rest)
    try k.ledger.post(
      from: escrow, to: .account(pool.seeder), pool.own, SubnetAsset.asset(of: number))
    assets.markets[number] = nil
    if let subnet = subnets[number] { keep(subnet, number) }
    k.emit(
      Event(
        "poolEnded", subject: Subnet.escrow(number), parties: [pool.seeder],
        numbers: [
          Number("subnet", number), Number("returned", part.units),
          Number("units", pool.own.units), Number("burnt", rest.units),
        ]))
  }
}
