// A payer's signature for one transfer, which somebody else carries: EIP-3009.

public import Primitives

/// Which of the two typed structs of EIP-3009 the payer signed.
public enum AuthorisedTransfer: UInt8, ByteChoice {
  /// `TransferWithAuthorization`: anybody may carry it.
  case transfer = 0
  /// `ReceiveWithAuthorization`: only the receiver may.
  case receive = 1
}

/// "So much of mine may go there, between these moments, once."
///
/// The payer signs over the dollar token's domain, as x402 clients do for any EIP-3009 token, and
/// sends nothing itself. Whoever carries it pays the toll.
public struct TransferAuthorisation: Fielded, Hashable {
  public static let typeName = "TransferAuthorisation"
  public var kind = AuthorisedTransfer.transfer
  public var payer = Address.zero
  public var to = Address.zero
  public var value = Amount()
  /// Seconds since 1970, as Ethereum counts: the moment after which it counts.
  public var validAfter: UInt64 = 0
  /// Seconds: the moment before which it counts.
  public var validBefore: UInt64 = 0
  /// Chosen by the payer; each pays once.
  public var nonce = Bytes32.zero
  public var signature: [UInt8] = []

  public init() {}

  public init(
    _ kind: AuthorisedTransfer = .transfer, payer: Address, to: Address, _ value: Amount,
    validAfter: UInt64 = 0, validBefore: UInt64, nonce: Bytes32
  ) {
    self.kind = kind
    self.payer = payer
    self.to = to
    self.value = value
    self.validAfter = validAfter
    self.validBefore = validBefore
    self.nonce = nonce
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("kind", &kind)
    try v("payer", &payer)
    try v("to", &to)
    try v("value", &value)
    try v("validAfter", &validAfter)
    try v("validBefore", &validBefore)
    try v("nonce", &nonce)
    try v("signature", &signature)
  }

  /// What the payer signed, over the domain of the token.
  public func digest(token: EIP712.Domain) -> Bytes32 {
    switch kind {
    case .transfer: TransferWithAuthorization(AuthorisedFields(self)).digest(domain: token)
    case .receive: ReceiveWithAuthorization(AuthorisedFields(self)).digest(domain: token)
    }
  }

  /// The same, signed by the payer's key.
  public func signed(by key: PrivateKey, token: EIP712.Domain) -> TransferAuthorisation {
    var signed = self
    signed.signature = key.sign(digest: digest(token: token)).bytes
    return signed
  }
}

/// The six fields of both typed structs, with the names and widths of EIP-3009.
struct AuthorisedFields: Sendable {
  var from = Address.zero
  var to = Address.zero
  var value = UInt256()
  var validAfter = UInt256()
  var validBefore = UInt256()
  var nonce = Bytes32.zero

  init() {}

  init(_ a: TransferAuthorisation) {
    from = a.payer
    to = a.to
    value = UInt256(a.value.units)
    validAfter = UInt256(a.validAfter)
    validBefore = UInt256(a.validBefore)
    nonce = a.nonce
  }

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("from", &from)
    try v("to", &to)
    try v("value", &value)
    try v("validAfter", &validAfter)
    try v("validBefore", &validBefore)
    try v("nonce", &nonce)
  }
}

struct TransferWithAuthorization: Fielded {
  static let typeName = "TransferWithAuthorization"
  var inner = AuthorisedFields()

  init() {}
  init(_ inner: AuthorisedFields) { self.inner = inner }

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) { try inner.fields(&v) }
}

struct ReceiveWithAuthorization: Fielded {
  static let typeName = "ReceiveWithAuthorization"
  var inner = AuthorisedFields()

  init() {}
  init(_ inner: AuthorisedFields) { self.inner = inner }

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) { try inner.fields(&v) }
}

/// What takes a nonce out of use before it paid: `CancelAuthorization` of EIP-3009.
public struct CancelAuthorization: Fielded, Hashable {
  public static let typeName = "CancelAuthorization"
  public var authorizer = Address.zero
  public var nonce = Bytes32.zero

  public init() {}

  public init(authorizer: Address, nonce: Bytes32) {
    self.authorizer = authorizer
    self.nonce = nonce
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("authorizer", &authorizer)
    try v("nonce", &nonce)
  }
}
