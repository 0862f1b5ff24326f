// How a validator says what others are worth: under seal, and in the next epoch in the open.

public import Kernel
public import Primitives

/// A sealed row of weights for the running epoch.
public struct SealWeights: MessageContent {
  public static let typeName = "SealWeights"
  public static let kind: UInt8 = 85
  public var head = Head()
  public var subnet: UInt64 = 0
  public var seal = Bytes32.zero

  public init() {}

  public init(_ head: Head, subnet: UInt64, seal: Bytes32) {
    self.head = head
    self.subnet = subnet
    self.seal = seal
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("subnet", &subnet)
    try v("seal", &seal)
  }
}

/// Opens what was sealed in the epoch before.
public struct RevealWeights: MessageContent {
  public static let typeName = "RevealWeights"
  public static let kind: UInt8 = 86
  public var head = Head()
  public var subnet: UInt64 = 0
  /// Ascending.
  public var uids: [UInt64] = []
  /// One for each uid, 0…65535; the row is scaled so that the greatest is 65535.
  public var shares: [UInt64] = []
  public var salt = Bytes32.zero

  public init() {}

  public init(_ head: Head, subnet: UInt64, uids: [UInt64], shares: [UInt64], salt: Bytes32) {
    self.head = head
    self.subnet = subnet
    self.uids = uids
    self.shares = shares
    self.salt = salt
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("subnet", &subnet)
    try v("uids", &uids)
    try v("shares", &shares)
    try v("salt", &salt)
  }
}

extension SubnetTables {
  public mutating func apply(
    _ m: SealWeights, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    let subnet = try require(m.subnet)
    try subnet.requireRunning(at: k.now)
    let (seat, member) = try seated(m.head.from, in: m.subnet)
    guard member.permit else { throw .noPermit }
    let key = SealKey(m.subnet, epoch: subnet.epoch, seat.uid)
    guard !seals.contains(key) else { throw .sealedAlready(epoch: subnet.epoch) }
    seals[key] = WeightSeal(m.seal, at: k.now)
    k.emit(
      Event(
        "weightsSealed", subject: Subnet.escrow(m.subnet), parties: [m.head.from],
        numbers: [
          Number("subnet", m.subnet), Number("epoch", subnet.epoch), Number("uid", seat.uid),
        ]))
  }

  public mutating func apply(
    _ m: RevealWeights, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    let subnet = try require(m.subnet)
    try subnet.requireRunning(at: k.now)
    var (seat, member) = try seated(m.head.from, in: m.subnet)
    guard subnet.epoch > 0 else { throw .nothingSealed }
    let epoch = subnet.epoch - 1
    let key = SealKey(m.subnet, epoch: epoch, seat.uid)
    let sealed = try seals.require(key, else: .nothingSealed)
    let opened = WeightSeal.of(
      subnet: m.subnet, epoch: epoch, by: m.head.from, uids: m.uids, shares: m.shares,
      salt: m.salt)
    guard opened == sealed.seal else { throw .weightsDiffer }
    weights[seat] = try Self.row(m, members: subnet.members)
    seals[key] = nil
    // What the weights know of is what stood when they were sealed: a uid that was taken over
    // since then has none of them.
    member.updated = sealed.sealed
    members[seat] = member
    k.emit(
      Event(
        "weightsRevealed", subject: Subnet.escrow(m.subnet), parties: [m.head.from],
        numbers: [
          Number("subnet", m.subnet), Number("epoch", epoch), Number("uid", seat.uid),
        ]))
  }

  /// The row as it is kept; nil for one of no weights.
  private static func row(
    _ m: RevealWeights, members: UInt64
  ) throws(Refusal) -> ShareRow? {
    guard m.uids.count == m.shares.count else {
      throw .badWeights(at: min(m.uids.count, m.shares.count))
    }
    for place in m.uids.indices {
      guard m.uids[place] < members, m.shares[place] <= 65_535,
        place == 0 || m.uids[place - 1] < m.uids[place]
      else { throw .badWeights(at: place) }
    }
    guard !m.uids.isEmpty else { return nil }
    var row = ShareRow()
    row.uids = m.uids
    row.shares = YumaWeights.upscaled(m.shares.map { UInt16($0) }).map { UInt64($0) }
    return row
  }
}
