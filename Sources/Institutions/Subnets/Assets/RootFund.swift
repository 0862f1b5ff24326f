// The root fund: dollars that sponsors give to all subnets with a pool, shared by what the pools'
// prices say of them.

public import Kernel
public import Primitives

/// Gives dollars to the root. They do not come back.
public struct FundRoot: MessageContent {
  public static let typeName = "FundRoot"
  public static let kind: UInt8 = 166
  public var head = Head()
  public var amount = Amount()

  public init() {}

  public init(_ head: Head, _ amount: Amount) {
    self.head = head
    self.amount = amount
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("amount", &amount)
  }
}

/// The row of the root.
public struct RootFund: Fielded, Hashable {
  public static let typeName = "RootFund"
  /// Seconds of market time from one sharing to the next.
  public static let tempo: UInt64 = 3_600
  /// The part that is shared at a time, and the part of its pool that a subnet draws at most.
  public static let part: UInt64 = 1_000
  public static let least = Amount(10_000)

  public var held = Amount()
  public var epoch: UInt64 = 0
  /// Never where no subnet has a pool.
  public var ends = Time.never
  /// What it gave so far.
  public var given = Amount()
  /// The subnets that share, ascending: those with a pool that stays. They are open, so that there
  /// are no more than `Openings.limit` of them, and one block shares among all.
  public var subnets: [UInt64] = []

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("held", &held)
    try v("epoch", &epoch)
    try v("ends", &ends)
    try v("given", &given)
    try v("subnets", &subnets)
  }

  /// Under which the ledger holds it; also the subject of its events.
  public static let escrow = SHA256.hash(Array("tolsey/root/1".utf8))

  /// What is shared at the next end, rounded up: else a last thousand units would stay for ever.
  public var toShare: Amount {
    let (whole, rest) = held.units.quotientAndRemainder(dividingBy: Self.part)
    return Amount(rest > 0 ? whole + 1 : whole)
  }
}

extension SubnetTables {
  public mutating func apply(
    _ m: FundRoot, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    guard m.amount >= RootFund.least else {
      throw .outOfRange(
        "amount", is: m.amount.units, least: RootFund.least.units, most: .max)
    }
    var root = assets.root
    try k.ledger.post(from: .account(m.head.from), to: .escrow(RootFund.escrow), m.amount)
    root.held = try root.held.adding(m.amount)
    assets.roots[0] = root
    k.emit(
      Event(
        "rootFunded", subject: RootFund.escrow, parties: [m.head.from],
        numbers: [Number("amount", m.amount.units)]))
  }

  /// A subnet begins to share.
  mutating func joinRoot(_ number: UInt64, _ k: inout KernelTables) throws(Refusal) {
    var root = assets.root
    let place = root.subnets.firstIndex { $0 > number } ?? root.subnets.count
    root.subnets.insert(number, at: place)
    if root.ends == .never {
      root.ends = try k.now.after(seconds: RootFund.tempo)
      k.timers.set(SubnetTimer.root, at: root.ends)
    }
    assets.roots[0] = root
  }

  mutating func leaveRoot(_ number: UInt64) {
    var root = assets.root
    root.subnets.removeAll { $0 == number }
    if root.subnets.isEmpty { root.ends = .never }
    assets.roots[0] = root
  }

  /// Reads each pool's average and shares by it. What is rounded away, and what a subnet may not
  /// draw, stays in the fund.
  mutating func shareRoot(
    _ old: RootFund, at deadline: Time, _ k: inout KernelTables
  ) throws(Refusal) {
    var root = old
    let sum = root.toShare
    var pools: [(number: UInt64, pool: AssetPool)] = []
    var weights = UInt128(0)
    for number in root.subnets {
      guard var pool = assets.markets[number] else { continue }
      pool.readAverage(at: deadline)
      weights += pool.weight
      pools.append((number, pool))
    }
    for (number, read) in pools {
      var pool = read
      let share = weights == 0 ? 0 : UInt128(sum.units) * pool.weight / weights
      let most = pool.dollars.units / RootFund.part
      let drawn = try feed(
        number, Amount(UInt64(truncatingIfNeeded: min(share, UInt128(most)))), &k)
      root.held = try root.held.subtracting(drawn)
      root.given = try root.given.adding(drawn)
      pool.fed = try pool.fed.adding(drawn)
      assets.markets[number] = pool
      k.emit(
        Event(
          // The root is named, so that readings are found among what happened to it: to a subnet
          // happens much more.
          "poolRead", subject: Subnet.escrow(number), objects: [RootFund.escrow],
          numbers: [
            Number("subnet", number), Number("epoch", root.epoch),
            Number("value", pool.valueDollars.units),
            Number("average", pool.averageDollars.units), Number("share", drawn.units),
          ]))
    }
    root.epoch += 1
    root.ends = try deadline.after(seconds: RootFund.tempo)
    assets.roots[0] = root
    k.timers.set(SubnetTimer.root, at: root.ends)
    k.emit(
      Event(
        "rootShared", subject: RootFund.escrow,
        numbers: [
          Number("epoch", old.epoch), Number("paid", try root.given.subtracting(old.given).units),
          Number("left", root.held.units),
        ]))
  }

  /// A share is for the subnet's running epoch, beside what was granted and routed to it.
  private mutating func feed(
    _ number: UInt64, _ drawn: Amount, _ k: inout KernelTables
  ) throws(Refusal) -> Amount {
    guard drawn > .zero, subnets.contains(number) else { return .zero }
    try k.ledger.post(
      from: .escrow(RootFund.escrow), to: .escrow(Subnet.escrow(number)), drawn)
    var routing = routings[number] ?? Routing()
    routing.root = try routing.root.adding(drawn)
    routings[number] = routing
    return drawn
  }
}
