// A payment that was signed and whose answer is not there yet, as it lies in the agent's folder.

public import Kernel
public import Primitives

/// It is written down before it leaves, so that a request that is made again, by whoever and after
/// whatever, shows the same payment and no second one.
public struct OpenPayment: Fielded, Hashable {
  public static let typeName = "OpenPayment"
  public private(set) var format: UInt64 = 1
  public var nonce = Bytes32.zero
  /// The digest of what was asked: seller, path and body.
  public var request = Bytes32.zero
  public var seller = ""
  public var payee = Address.zero
  public var amount = Amount()
  /// Seconds since 1970; from then on it cannot be carried.
  public var validBefore: UInt64 = 0
  /// The line of the log that allowed it.
  public var line: UInt64 = 0
  /// `PAYMENT-SIGNATURE`.
  public var header = ""

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("format", &format)
    try v("nonce", &nonce)
    try v("request", &request)
    try v("seller", &seller)
    try v("payee", &payee)
    try v("amount", &amount)
    try v("validBefore", &validBefore)
    try v("line", &line)
    try v("header", &header)
  }

  /// What its documents are called.
  public var name: String { OpenPayment.name(nonce) }

  static func name(_ nonce: Bytes32) -> String { String("\(nonce)".dropFirst(2)) }

  /// The digest of a request, whose parts cannot run into each other.
  static func digest(seller: Seller, path: String, body: [UInt8]) -> Bytes32 {
    PaidResource.digest(method: "POST", target: seller.url + path, body: body)
  }
}
