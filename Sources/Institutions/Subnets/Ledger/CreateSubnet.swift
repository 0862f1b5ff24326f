// Makes a subnet, against a deposit; and ends it, after two more epochs.

public import Kernel
public import Primitives

/// A new subnet with rules that stay.
public struct CreateSubnet: MessageContent {
  public static let typeName = "CreateSubnet"
  public static let kind: UInt8 = 80
  public var head = Head()
  /// Small letters, digits and dashes, at most 32. It names nothing: numbers do.
  public var name = ""
  public var parameters = SubnetParameters()
  /// The highest deposit that the sender locks: the price may rise before the message comes.
  public var most = Amount()

  public init() {}

  public init(_ head: Head, name: String, _ parameters: SubnetParameters, most: Amount) {
    self.head = head
    self.name = name
    self.parameters = parameters
    self.most = most
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("name", &name)
    try v("parameters", &parameters)
    try v("most", &most)
  }
}

/// The owner ends a subnet: no newcomers, no new grants, two more epochs.
public struct CloseSubnet: MessageContent {
  public static let typeName = "CloseSubnet"
  public static let kind: UInt8 = 89
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
    _ m: CreateSubnet, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    guard m.name.isPlainName else { throw .badSubnetName }
    try m.parameters.check()
    var counts = counts
    guard counts.open < Openings.limit else { throw .tooManySubnets(limit: Openings.limit) }
    let (number, deposit) = try counts.take(at: k.now, most: m.most)
    var subnet = Subnet()
    subnet.owner = m.head.from
    subnet.name = m.name
    subnet.parameters = m.parameters
    subnet.deposit = deposit
    subnet.created = k.now
    subnet.price = m.parameters.leastPrice
    subnet.priced = k.now
    subnet.epochEnds = try k.now.after(seconds: m.parameters.tempo)
    try k.ledger.post(
      from: .account(m.head.from), to: .escrow(Subnet.escrow(number)), deposit)
    subnets[number] = subnet
    counted[0] = counts
    k.timers.set(SubnetTimer.epoch(number), at: subnet.epochEnds)
    k.emit(
      Event(
        "subnetCreated", subject: Subnet.escrow(number), parties: [m.head.from],
        numbers: [Number("subnet", number), Number("deposit", deposit.units)]))
  }

  public mutating func apply(
    _ m: CloseSubnet, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    var subnet = try require(m.subnet)
    guard subnet.owner == m.head.from else { throw .notSubnetOwner }
    guard subnet.state == .open else { throw .subnetCloses }
    subnet.state = .closing
    // An epoch that could not be computed has no end; the rest goes back all the same.
    let begins = subnet.epochEnds == .never ? k.now : subnet.epochEnds
    subnet.closes = try begins.after(seconds: 2 * subnet.parameters.tempo)
    subnets[m.subnet] = subnet
    k.timers.set(SubnetTimer.close(m.subnet), at: subnet.closes)
    if let pool = assets.markets[m.subnet], pool.ends == .never {
      try giveNotice(of: m.subnet, pool, &k)
    }
    k.emit(
      Event(
        "subnetClosing", subject: Subnet.escrow(m.subnet), parties: [m.head.from],
        numbers: [
          Number("subnet", m.subnet), Number("deadline", subnet.closes.milliseconds),
        ]))
  }

  /// The end: the deposit goes back, what nobody earned goes to the treasury, so that no owner
  /// gains by it; stake and grants stay their owners'.
  mutating func close(
    _ number: UInt64, _ old: Subnet, _ k: inout KernelTables
  ) throws(Refusal) {
    var subnet = old
    let escrow = Holder.escrow(Subnet.escrow(number))
    try k.ledger.post(from: escrow, to: .account(subnet.owner), subnet.deposit)
    let unearned = try subnet.carried.adding(subnet.withdrawn).adding(takeArrived(number))
    routings[number] = nil
    try k.ledger.post(from: escrow, to: .treasury, unearned)
    try closeAsset(number, &k)
    for uid in 0..<subnet.members {
      vacate(number, uid, at: subnet.epoch)
      members[SeatKey(number, uid)] = nil
    }
    subnet.state = .closed
    subnet.epochEnds = .never
    subnet.members = 0
    let deposit = subnet.deposit
    subnet.deposit = .zero
    subnet.carried = .zero
    subnet.withdrawn = .zero
    subnet.rate = .zero
    var counts = counts
    try counts.leave(at: k.now)
    counted[0] = counts
    keep(subnet, number)
    k.emit(
      Event(
        "subnetClosed", subject: Subnet.escrow(number), parties: [subnet.owner],
        numbers: [
          Number("subnet", number), Number("returned", deposit.units),
          Number("burnt", unearned.units),
        ]))
  }

  /// Writes the row; that of a closed subnet goes with the last grant, the last stake and the pool
  /// of its asset, so that who holds the asset finds where to sell it.
  mutating func keep(_ subnet: Subnet, _ number: UInt64) {
    let isOver =
      subnet.state == .closed && subnet.grants == 0 && subnet.pools == 0
      && !assets.markets.contains(number)
    subnets[number] = isOver ? nil : subnet
    tidyAsset(number)
  }

  /// Takes everything of a seat but its member's row: rows, seals, the way to find it.
  mutating func vacate(_ number: UInt64, _ uid: UInt64, at epoch: UInt64) {
    let seat = SeatKey(number, uid)
    if let member = members[seat] { seats[PartyKey(number, member.account)] = nil }
    weights[seat] = nil
    bonds[seat] = nil
    seals[SealKey(number, epoch: epoch, uid)] = nil
    if epoch > 0 { seals[SealKey(number, epoch: epoch - 1, uid)] = nil }
  }
}
