// A sold run that one payment bought, with the payment in its block: one file that needs no node
// and no seller.

import Kernel
public import Payments
public import Primitives

/// The file: the signed run, and the message that moved its money.
public struct SealedPayment: Fielded, Hashable {
  public static let typeName = "SealedPayment"
  public static let currentFormat: UInt64 = 1

  public private(set) var format = SealedPayment.currentFormat
  public var signed = SignedRun()
  public var sealed = SealedMessage()

  public init() {}

  public init(_ signed: SignedRun, in sealed: SealedMessage) {
    self.signed = signed
    self.sealed = sealed
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("format", &format)
    try Format.check(format, known: SealedPayment.currentFormat)
    do throws(Refusal) { try v("signed", &signed) } catch { throw .unsealed(.run, error) }
    do throws(Refusal) { try v("sealed", &sealed) } catch { throw .unsealed(.payment, error) }
  }
}

/// A sealed payment that was found consistent.
public struct VerifiedSealedPayment: Sendable {
  public let file: SealedPayment
  /// What the payer let be moved to the provider.
  public let paid: Amount
  /// Who brought the payment to the ledger.
  public let carrier: Address
}

extension SealedPayment {
  /// Reads a file and checks everything in it. A refusal names the step.
  public static func verify(_ bytes: [UInt8]) throws(Refusal) -> VerifiedSealedPayment {
    try CBOR.decode(SealedPayment.self, from: bytes, limit: SealedRun.sizeLimit).verify()
  }

  public func verify() throws(Refusal) -> VerifiedSealedPayment {
    try sealed.checkWord(signed)
    guard case .payAuthorised(let message) = sealed.message.message else {
      throw .unsealed(.payment, "kind")
    }
    try sealed.checkCarried(.payment)
    let (run, transfer) = (signed.run, message.authorisation)
    // The provider's word names the message, and the payer's nonce that it used up.
    try sealed.require(run.transaction == sealed.message.id, .payment, "transaction")
    let nonce = SpentNonce.key(transfer.payer, transfer.nonce)
    try sealed.require(run.payment == nonce, .payment, "nonce")
    try sealed.require(transfer.payer == run.buyer, .value, "buyer")
    try sealed.require(transfer.to == run.provider, .value, "provider")
    // It bought one run: another place under it is paid by nothing.
    try sealed.require(run.index == 0 && run.before == .zero, .value, "place")
    try sealed.require(run.price <= transfer.value, .value, "amount")
    return VerifiedSealedPayment(file: self, paid: transfer.value, carrier: message.head.from)
  }
}

// MARK: - Either form

/// A sealed run of either form that was found consistent.
public enum VerifiedSeal: Sendable {
  case claim(VerifiedSealedRun)
  case payment(VerifiedSealedPayment)

  /// Fields of a file, as its first byte has them: how the forms are told apart.
  private static let (byClaim, byPayment): (UInt8, UInt8) = (0x86, 0x83)

  /// Whether bytes are such a file.
  public static func isOne(_ bytes: [UInt8]) -> Bool {
    bytes.first == byClaim || bytes.first == byPayment
  }

  public static func verify(_ bytes: [UInt8]) throws(Refusal) -> VerifiedSeal {
    bytes.first == byPayment
      ? .payment(try SealedPayment.verify(bytes)) : .claim(try SealedRun.verify(bytes))
  }

  public var signed: SignedRun {
    switch self {
    case .claim(let seal): seal.file.signed
    case .payment(let seal): seal.file.signed
    }
  }

  public var header: Header {
    switch self {
    case .claim(let seal): seal.header
    case .payment(let seal): seal.file.sealed.header
    }
  }

  private var genesis: Genesis {
    switch self {
    case .claim(let seal): seal.file.sealed.genesis
    case .payment(let seal): seal.file.sealed.genesis
    }
  }

  public var network: Bytes32 { genesis.network }
  public var `operator`: Address { genesis.operator }

  /// Whether the one who asks knows this operator of this network.
  public func isKnown(_ known: [KnownNetwork]) -> Bool {
    known.contains(KnownNetwork(network: network, operator: `operator`))
  }
}
