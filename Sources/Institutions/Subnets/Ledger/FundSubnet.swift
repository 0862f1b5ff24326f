// The budget of a subnet: sponsors pay so much an epoch, for so many epochs.

public import Kernel
public import Primitives

/// Pays a subnet, beginning with the running epoch. All of it is locked at once.
public struct FundSubnet: MessageContent {
  public static let typeName = "FundSubnet"
  public static let kind: UInt8 = 87
  public var head = Head()
  public var subnet: UInt64 = 0
  public var perEpoch = Amount()
  public var epochs: UInt64 = 0

  public init() {}

  public init(_ head: Head, subnet: UInt64, perEpoch: Amount, epochs: UInt64) {
    self.head = head
    self.subnet = subnet
    self.perEpoch = perEpoch
    self.epochs = epochs
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("subnet", &subnet)
    try v("perEpoch", &perEpoch)
    try v("epochs", &epochs)
  }
}

/// A sponsor stops paying after the running epoch and has the rest back.
public struct WithdrawGrant: MessageContent {
  public static let typeName = "WithdrawGrant"
  public static let kind: UInt8 = 88
  public var head = Head()
  /// The message that made the grant.
  public var grant = Bytes32.zero

  public init() {}

  public init(_ head: Head, grant: Bytes32) {
    self.head = head
    self.grant = grant
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("grant", &grant)
  }
}

extension SubnetTables {
  public mutating func apply(
    _ m: FundSubnet, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    var subnet = try require(m.subnet)
    guard subnet.state == .open else { throw .subnetCloses }
    try subnet.requireRunning(at: k.now)
    try checkRange("epochs", m.epochs, 1...10_000)
    try checkRange("perEpoch", m.perEpoch.units, 1_000...1_000_000_000_000)
    var grant = Grant()
    grant.payee = m.subnet
    grant.sponsor = m.head.from
    grant.perEpoch = m.perEpoch
    grant.end = subnet.epoch + m.epochs
    grant.ends = try subnet.epochEnds.after(
      seconds: (m.epochs - 1) * subnet.parameters.tempo)
    let sum = try m.perEpoch.multiplied(by: m.epochs)
    try k.ledger.post(
      from: .account(m.head.from), to: .escrow(Subnet.escrow(m.subnet)), sum)
    subnet.rate = try subnet.rate.adding(m.perEpoch)
    subnet.grants += 1
    try grants.add(grant, as: id)
    subnets[m.subnet] = subnet
    k.timers.set(SubnetTimer.grant(id), at: grant.ends)
    k.emit(
      Event(
        "subnetFunded", subject: Subnet.escrow(m.subnet), parties: [m.head.from], objects: [id],
        numbers: [
          Number("subnet", m.subnet), Number("perEpoch", m.perEpoch.units),
          Number("epochs", m.epochs),
        ]))
  }

  /// The running epoch stays paid: who worked for it sees it no more taken away.
  public mutating func apply(
    _ m: WithdrawGrant, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    let grant = try grants.require(m.grant, of: m.head.from)
    var subnet = try require(grant.payee)
    guard subnet.state != .closed else {
      try giveBack(m.grant, grant, subnet, &k)
      return
    }
    try subnet.requireRunning(at: k.now)
    try grants.stop(m.grant, grant, after: subnet.epoch)
    subnet.withdrawn = try subnet.withdrawn.adding(grant.perEpoch)
    try giveBack(m.grant, grant, try grant.unspent(at: subnet.epoch + 1), subnet, &k)
  }

  /// A grant's time is over: it is spent, or its subnet ended before it.
  mutating func end(
    _ id: Bytes32, _ grant: Grant, at deadline: Time, _ k: inout KernelTables
  ) throws(Refusal) {
    let subnet = try require(grant.payee)
    if subnet.epochEnds <= deadline {
      // Its last epoch waits for a block with room.
      k.timers.postpone(SubnetTimer.grant(id), at: deadline)
      return
    }
    try giveBack(id, grant, subnet, &k)
  }

  /// Gives back all that no epoch has had, of a grant that pays none any more.
  private mutating func giveBack(
    _ id: Bytes32, _ grant: Grant, _ subnet: Subnet, _ k: inout KernelTables
  ) throws(Refusal) {
    try grants.end(id, grant, at: subnet.epoch)
    try giveBack(id, grant, try grant.unspent(at: subnet.epoch), subnet, &k)
  }

  private mutating func giveBack(
    _ id: Bytes32, _ grant: Grant, _ rest: Amount, _ old: Subnet, _ k: inout KernelTables
  ) throws(Refusal) {
    var subnet = old
    try k.ledger.post(
      from: .escrow(Subnet.escrow(grant.payee)), to: .account(grant.sponsor), rest)
    subnet.grants -= min(subnet.grants, 1)
    keep(subnet, grant.payee)
    k.emit(
      Event(
        "grantEnded", subject: Subnet.escrow(grant.payee), parties: [grant.sponsor],
        objects: [id],
        numbers: [Number("subnet", grant.payee), Number("returned", rest.units)]))
  }
}
