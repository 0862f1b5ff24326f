// Takes a seat in a subnet; in a full one somebody gives way.

public import Kernel
public import Primitives

/// Buys a seat. What it costs is burnt, so that not even the owner fills a subnet for nothing.
public struct RegisterMember: MessageContent {
  public static let typeName = "RegisterMember"
  public static let kind: UInt8 = 81
  public var head = Head()
  public var subnet: UInt64 = 0
  /// The highest price that the sender pays.
  public var most = Amount()
  /// What it would keep of its delegators' dividends, in ppm.
  public var take: UInt64 = 0

  public init() {}

  public init(_ head: Head, subnet: UInt64, most: Amount, take: UInt64 = 0) {
    self.head = head
    self.subnet = subnet
    self.most = most
    self.take = take
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("subnet", &subnet)
    try v("most", &most)
    try v("take", &take)
  }
}

/// Changes a validator's take: a lower one counts at once, a higher one from the epoch after next.
public struct SetTake: MessageContent {
  public static let typeName = "SetTake"
  public static let kind: UInt8 = 84
  public var head = Head()
  public var subnet: UInt64 = 0
  public var take: UInt64 = 0

  public init() {}

  public init(_ head: Head, subnet: UInt64, take: UInt64) {
    self.head = head
    self.subnet = subnet
    self.take = take
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("subnet", &subnet)
    try v("take", &take)
  }
}

extension SubnetTables {
  public mutating func apply(
    _ m: RegisterMember, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    var subnet = try require(m.subnet)
    guard subnet.state == .open else { throw .subnetCloses }
    try subnet.requireRunning(at: k.now)
    try checkRange("take", m.take, 0...SubnetMember.takeLimit)
    let party = PartyKey(m.subnet, m.head.from)
    guard !seats.contains(party) else { throw .alreadyMember }
    let price = try subnet.price(at: k.now)
    guard price <= m.most else { throw .priceAboveMost(price, most: m.most) }
    try k.ledger.post(from: .account(m.head.from), to: .treasury, price)
    let uid = try freeSeat(m.subnet, &subnet, &k)
    var member = SubnetMember()
    member.account = m.head.from
    // After the last epoch even within its moment: bonds to the seat's last holder end with it.
    member.registered = max(k.now, try subnet.lastEpoch.adding(Time(1)))
    member.take = m.take
    member.nextTake = m.take
    members[SeatKey(m.subnet, uid)] = member
    seats[party] = Seat(uid)
    subnet.price = try subnet.jumped(from: price)
    subnet.priced = k.now
    subnets[m.subnet] = subnet
    k.emit(
      Event(
        "memberRegistered", subject: Subnet.escrow(m.subnet), parties: [m.head.from],
        numbers: [
          Number("subnet", m.subnet), Number("uid", uid), Number("price", price.units),
        ]))
  }

  public mutating func apply(
    _ m: SetTake, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    let subnet = try require(m.subnet)
    try subnet.requireRunning(at: k.now)
    try checkRange("take", m.take, 0...SubnetMember.takeLimit)
    var (seat, member) = try seated(m.head.from, in: m.subnet)
    member.nextTake = m.take
    if m.take <= member.take {
      member.take = m.take
    } else {
      member.takeFrom = subnet.epoch + 2
    }
    members[seat] = member
    k.emit(
      Event(
        "takeSet", subject: Subnet.escrow(m.subnet), parties: [m.head.from],
        numbers: [Number("subnet", m.subnet), Number("take", m.take)]))
  }

  /// The member that an account is.
  func seated(
    _ account: Address, in number: UInt64
  ) throws(Refusal) -> (SeatKey, SubnetMember) {
    let seat = try seats.require(PartyKey(number, account), else: .notMember)
    let key = SeatKey(number, seat.uid)
    return (key, try members.require(key, else: .notMember))
  }

  /// The next free uid, or that of who gives way: the member that was worth least in the last
  /// epoch, of equals the one that has been there longest, then the lowest uid; nobody in its
  /// immunity.
  private mutating func freeSeat(
    _ number: UInt64, _ subnet: inout Subnet, _ k: inout KernelTables
  ) throws(Refusal) -> UInt64 {
    if subnet.members < subnet.parameters.members {
      subnet.members += 1
      return subnet.members - 1
    }
    var weakest: (uid: UInt64, member: SubnetMember)?
    for uid in 0..<subnet.members {
      guard let member = members[SeatKey(number, uid)] else { continue }
      guard try member.registered.after(seconds: subnet.parameters.immunity) <= k.now else {
        continue
      }
      if let known = weakest?.member {
        let rank = (member.worth, member.registered.milliseconds)
        guard rank < (known.worth, known.registered.milliseconds) else { continue }
      }
      weakest = (uid, member)
    }
    guard let weakest else { throw .everySeatImmune(subnet.members) }
    vacate(number, weakest.uid, at: subnet.epoch)
    k.emit(
      Event(
        "memberDisplaced", subject: Subnet.escrow(number), parties: [weakest.member.account],
        numbers: [Number("subnet", number), Number("uid", weakest.uid)]))
    return weakest.uid
  }
}
