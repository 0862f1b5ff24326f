// Takes a nonce out of use before it paid.

public import Kernel
public import Primitives

/// The payer's word that a nonce shall never pay, carried by anybody.
///
/// The signature says nothing of when the authorisation would have ended, so the row stays for
/// ever, and costs what an account costs that stays for ever.
public struct CancelAuthorisation: MessageContent {
  public static let typeName = "CancelAuthorisation"
  public static let kind: UInt8 = 65
  public var head = Head()
  public var payer = Address.zero
  public var nonce = Bytes32.zero
  public var signature: [UInt8] = []

  public init() {}

  public init(_ head: Head, payer: Address, nonce: Bytes32, signature: [UInt8] = []) {
    self.head = head
    self.payer = payer
    self.nonce = nonce
    self.signature = signature
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("payer", &payer)
    try v("nonce", &nonce)
    try v("signature", &signature)
  }

  /// What the payer signed, over the domain of the token.
  public func digest(token: EIP712.Domain) -> Bytes32 {
    CancelAuthorization(authorizer: payer, nonce: nonce).digest(domain: token)
  }
}

extension PaymentTables {
  public mutating func apply(
    _ m: CancelAuthorisation, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    guard spent(m.payer, m.nonce) == nil else { throw .authorisationUsed }
    guard k.signer(of: m.digest(token: token), m.signature) == m.payer else {
      throw .notAuthorised
    }
    try k.chargeForRow(m.head.from)
    let row = SpentNonce(
      payer: m.payer, nonce: m.nonce, message: id, isCancelled: true, leaves: .never)
    spend(row, &k)
    k.emit(
      Event(
        "authorisationCancelled", subject: SpentNonce.key(m.payer, m.nonce),
        parties: [m.payer, m.head.from]))
  }
}
