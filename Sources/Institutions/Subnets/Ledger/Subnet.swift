// A subnet as it stands: whose it is, its price, its running epoch, its money.

public import Primitives

/// Whether a subnet works, is about to end, or has ended.
public enum SubnetState: UInt8, ByteChoice {
  case open = 0
  /// Its owner closed it: the epochs until `closes` are still run and paid.
  case closing = 1
  /// Nothing happens any more; what is staked or granted goes back to who put it in.
  case closed = 2
}

/// The row of a subnet.
public struct Subnet: Fielded, Hashable {
  public static let typeName = "Subnet"
  public var owner = Address.zero
  public var name = ""
  public var parameters = SubnetParameters()
  public var state = SubnetState.open
  /// What the owner locked to make it; it comes back when the subnet closes.
  public var deposit = Amount()
  public var created = Time.zero
  public var closes = Time.never
  /// How many members there are: their uids are 0 ..< members.
  public var members: UInt64 = 0
  /// What the last registration cost, grown by its jump, and when that was.
  public var price = Amount()
  public var priced = Time.zero
  /// The number of the running epoch, and when it ends.
  public var epoch: UInt64 = 0
  public var epochEnds = Time.never
  /// When the last epoch was to end; zero where there was none.
  public var lastEpoch = Time.zero
  /// What sponsors pay for the running epoch.
  public var rate = Amount()
  /// What earlier epochs had and could pay to nobody.
  public var carried = Amount()
  /// The part of the running epoch's rate whose grant was withdrawn.
  public var withdrawn = Amount()
  /// How many grants and how many pools of stake there are.
  public var grants: UInt64 = 0
  public var pools: UInt64 = 0

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("owner", &owner)
    try v("name", &name)
    try v("parameters", &parameters)
    try v("state", &state)
    try v("deposit", &deposit)
    try v("created", &created)
    try v("closes", &closes)
    try v("members", &members)
    try v("price", &price)
    try v("priced", &priced)
    try v("epoch", &epoch)
    try v("epochEnds", &epochEnds)
    try v("lastEpoch", &lastEpoch)
    try v("rate", &rate)
    try v("carried", &carried)
    try v("withdrawn", &withdrawn)
    try v("grants", &grants)
    try v("pools", &pools)
  }

  /// Under which the ledger holds its deposit and its grants; also the subject of its events.
  public static func escrow(_ number: UInt64) -> Bytes32 {
    var hasher = SHA256()
    hasher.update("tolsey/subnet/1")
    hasher.update(number)
    return hasher.finalize()
  }

  /// What it costs to register now. The price halves in every half-life, between two halvings in
  /// a straight line, and jumps by 26 % with each registration.
  public func price(at now: Time) throws(Refusal) -> Amount {
    let since = now.milliseconds - min(now.milliseconds, priced.milliseconds)
    let half = try Time.seconds(parameters.halfLife).milliseconds
    let (halvings, rest) = since.quotientAndRemainder(dividingBy: max(half, 1))
    let base = Amount(halvings >= 64 ? 0 : price.units >> halvings)
    let fallen = try base.subtracting(base.scaledDown(rest, over: max(half, 1) * 2))
    return min(max(fallen, parameters.leastPrice), parameters.mostPrice)
  }

  /// The price after a registration at this one.
  func jumped(from paid: Amount) throws(Refusal) -> Amount {
    min(try paid.scaledUp(126, over: 100), parameters.mostPrice)
  }

  /// Refuses what would change an epoch that is over and has not been computed yet.
  func requireRunning(at now: Time) throws(Refusal) {
    guard state != .closed else { throw .subnetClosed }
    guard now < epochEnds else { throw .epochIsDue }
  }
}

/// What the epochs of one block may compute.
///
/// A unit is about 16 nanoseconds of a server's processor, as those of topics and tournaments are:
/// `Benchmarks --only epochs` measures what a unit takes of full subnets by each rule.
enum EpochWork {
  /// Beyond that the rest waits for the next block; the first epoch always has room. It is what
  /// four full subnets take by the classic rule.
  static let unitsOfBlock = 4 * units(members: 256, validators: 64, .classic)
  /// What an epoch costs whoever is in it.
  static let epoch: UInt64 = 512
  /// What a seat costs: its row is read and written, its pay is posted in dollars and in an own
  /// asset.
  static let seat: UInt64 = 128

  /// How bonds move, and what four weights then cost. By the classic rule nearly all of it is to
  /// read the rows of weights and bonds, and to write, hash and list those of bonds.
  enum Rule: UInt64 {
    case classic = 9
    case yuma3 = 12
    case liquid = 40
  }

  static func units(members: UInt64, validators: UInt64, _ rule: Rule) -> UInt64 {
    epoch + seat * members + (members * min(members, validators) * rule.rawValue + 3) / 4
  }

  static func units(of subnet: Subnet) -> UInt64 {
    let rules = subnet.parameters
    let rule: Rule = !rules.isYuma3 ? .classic : rules.hasLiquidAlpha ? .liquid : .yuma3
    return units(members: subnet.members, validators: rules.validators, rule)
  }
}
