// What a seller stands by: the bond behind all runs that one of its doors sells by voucher.

import Kernel
public import Market
public import Primitives

/// The bond of one door. Channels name the seller as their receiver and the door as their
/// authorizer, so a run of theirs has this bond behind it, or none.
///
/// The row of a seller that was convicted stays: what it signed twice can be shown again, and must
/// not cost a second bond, nor be forgotten.
public struct StandingBond: Fielded, Hashable {
  public static let typeName = "StandingBond"
  public var seller = Address.zero
  /// The door: the `receiverAuthorizer` of its channels.
  public var door = Address.zero
  /// What is sold. An empty spec promises nothing about it.
  public var work = ""
  public var spec: [UInt8] = []
  public var check = CheckTerms()
  public var bond = Amount()
  /// The slices of all claims that are held.
  public var tied = Amount()
  /// How many those are.
  public var held: UInt64 = 0
  /// When it goes home, in market time; `never` while it is not asked back.
  public var leaves = Time.never
  /// The message that showed two words of the seller for one place; zero where none did.
  public var convictedBy = Bytes32.zero

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("seller", &seller)
    try v("door", &door)
    try v("work", &work)
    try v("spec", &spec)
    try v("check", &check)
    try v("bond", &bond)
    try v("tied", &tied)
    try v("held", &held)
    try v("leaves", &leaves)
    try v("convictedBy", &convictedBy)
  }

  /// The row's key, its escrow, and the subject of its events.
  public static func key(_ seller: Address, _ door: Address) -> Bytes32 {
    var hasher = SHA256()
    hasher.update("tolsey/standing/1")
    hasher.update(seller.bytes)
    hasher.update(door.bytes)
    return hasher.finalize()
  }

  public static func key(of channel: ChannelConfig) -> Bytes32 {
    key(channel.receiver, channel.receiverAuthorizer)
  }

  public var isConvicted: Bool { convictedBy != .zero }

  /// What no claim ties.
  public var free: Amount { (try? bond.subtracting(tied)) ?? .zero }
}

extension PaymentTables {
  public func standingBond(_ key: Bytes32) -> StandingBond? { bonds[key] }

  public func standingBond(_ seller: Address, _ door: Address) -> StandingBond? {
    bonds[StandingBond.key(seller, door)]
  }

  /// Every standing bond, in the order of its key's bytes.
  public func forEachStandingBond(_ body: (Bytes32, StandingBond) -> Void) { bonds.forEach(body) }
}

extension Refusal {
  static var noStandingBond: Refusal { Refusal("noStandingBond") }

  /// It signed two runs for one place: no bond of its stands behind this door any more.
  static var sellerConvicted: Refusal { Refusal("sellerConvicted") }

  static var bondLeaves: Refusal { Refusal("bondLeaves") }
}
