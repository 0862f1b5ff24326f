// Who stands ready to redo runs, and the lists from which they are drawn.

public import Primitives

/// An auditor with its standing bond.
public struct Auditor: Fielded, Hashable {
  public static let typeName = "Auditor"
  public var subjects: [Bytes32] = []
  /// What it is drawn by; it lies in an escrow of its own.
  public var bond = Amount()
  /// What is at stake in audits that are under way.
  public var tied = Amount()
  /// Audits under way.
  public var open: UInt64 = 0
  /// The height of the last registration: it is drawn for evidence from then on.
  public var since: UInt64 = 0
  /// Who runs it, as it was declared then.
  public var owner = Address()
  /// When the bond comes back; never while it stands ready.
  public var leaves = Time.never

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("subjects", &subjects)
    try v("bond", &bond)
    try v("tied", &tied)
    try v("open", &open)
    try v("since", &since)
    try v("owner", &owner)
    try v("leaves", &leaves)
  }

  /// What no audit ties.
  var free: Amount { (try? bond.subtracting(tied)) ?? .zero }

  /// Where the bond lies.
  static func escrow(_ account: Address) -> Bytes32 {
    SHA256.hash(Array("tolsey/auditor/1".utf8) + account.bytes)
  }
}

/// The auditors of one subject, in the order of their accounts.
public struct AuditorList: Fielded, Hashable {
  public static let typeName = "AuditorList"
  public var accounts: [Address] = []
  /// How many different operators they have.
  public var operators: UInt64 = 0

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("accounts", &accounts)
    try v("operators", &operators)
  }

  /// The most auditors of one subject; then a greater bond takes the place of the least.
  static let longest = 256
}
