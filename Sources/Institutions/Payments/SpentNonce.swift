// What the ledger remembers of an authorisation that was used or cancelled.

public import Primitives

/// A nonce that pays no more.
public struct SpentNonce: Fielded, Hashable {
  public static let typeName = "SpentNonce"
  public var payer = Address.zero
  public var nonce = Bytes32.zero
  /// The message that used or cancelled it: what a second settlement is answered with.
  public var message = Bytes32.zero
  public var isCancelled = false
  /// When the row leaves, in market time; `never` for one that was cancelled.
  public var leaves = Time.never

  public init() {}

  public init(
    payer: Address, nonce: Bytes32, message: Bytes32, isCancelled: Bool, leaves: Time
  ) {
    self.payer = payer
    self.nonce = nonce
    self.message = message
    self.isCancelled = isCancelled
    self.leaves = leaves
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("payer", &payer)
    try v("nonce", &nonce)
    try v("message", &message)
    try v("isCancelled", &isCancelled)
    try v("leaves", &leaves)
  }

  /// The row's key, which is also the subject of its events.
  public static func key(_ payer: Address, _ nonce: Bytes32) -> Bytes32 {
    var hasher = SHA256()
    hasher.update("tolsey/nonce/1")
    hasher.update(payer.bytes)
    hasher.update(nonce.bytes)
    return hasher.finalize()
  }

  /// How far ahead an authorisation may end, in seconds, and how long a used nonce is remembered.
  ///
  /// One number for both: of all authorisations over one nonce that the ledger would take when it
  /// takes the first, every other has ended when the row leaves.
  public static let horizon: UInt64 = 86_400

  /// When the row of a nonce that is used now leaves. Whole minutes, so that an idle network makes
  /// at most one block a minute to forget.
  static func leaves(usedAt now: Time) throws(Refusal) -> Time {
    let end = try now.after(seconds: horizon).milliseconds
    let minute: UInt64 = 60_000
    let (up, overflow) = (end / minute).multipliedReportingOverflow(by: minute)
    if overflow || up == end { return Time(end) }
    return try Time(up).adding(Time(minute))
  }
}
