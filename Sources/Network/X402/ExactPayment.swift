// What a payer sends for the scheme `exact`: an EIP-3009 authorisation and its signature.

import Payments
public import Primitives

/// A payment as it came, before anything of it is believed.
public struct ExactPayment: Hashable, Sendable {
  /// The requirements that the payer says it accepted.
  public var accepted: PaymentRequirements
  public var payer: Address
  public var to: Address
  public var value: UInt256
  public var validAfter: UInt256
  public var validBefore: UInt256
  public var nonce: Bytes32
  public var signature: [UInt8]
  /// The URL that was bought, as the payer echoes it.
  public var resource: String?

  public init?(_ json: JSONValue) {
    guard let accepted = json["accepted"].flatMap({ PaymentRequirements($0) }),
      let payload = json["payload"], let a = payload["authorization"],
      let payer = a["from"].flatMap(X402.address), let to = a["to"].flatMap(X402.address),
      let value = a["value"].flatMap(X402.integer),
      let after = a["validAfter"].flatMap(X402.integer),
      let before = a["validBefore"].flatMap(X402.integer),
      let nonce = (a["nonce"]?.string).flatMap({ Bytes32(hex: $0) })
    else { return nil }
    self.accepted = accepted
    self.payer = payer
    self.to = to
    self.value = value
    validAfter = after
    validBefore = before
    self.nonce = nonce
    signature = (payload["signature"]?.string).flatMap { Hex.decode($0) } ?? []
    // Some wallets count the parity from 0.
    if signature.count == Signature.byteCount, signature[64] < 2 { signature[64] += 27 }
    resource = json["resource"]?["url"]?.string
  }

  /// As the ledger takes it; nil where a number leaves the ledger's range.
  var authorisation: TransferAuthorisation? {
    guard let value = value.uint64, let after = validAfter.uint64, let before = validBefore.uint64
    else { return nil }
    var a = TransferAuthorisation(
      payer: payer, to: to, Amount(value), validAfter: after, validBefore: before, nonce: nonce)
    a.signature = signature
    return a
  }

  /// What is wrong with its signature over the token that was offered, which anybody sees without a
  /// look at the ledger.
  func signatureFault(_ offer: PaymentRequirements) -> X402Reason? {
    guard !signature.isEmpty else { return .signature }
    guard signature.count == Signature.byteCount else { return .smartWallet }
    guard let name = offer.name, let version = offer.version,
      let chain = X402.chainID(offer.network)
    else { return .noDomain }
    guard let authorisation else { return .value }
    let token = EIP712.Domain(
      name: name, version: version, chainId: chain, verifyingContract: offer.asset)
    let signer = try? Signature(signature).recover(digest: authorisation.digest(token: token))
    return signer == payer ? nil : .signature
  }
}

/// The body of `/verify` and `/settle`.
public struct FacilitatorRequest: Hashable, Sendable {
  public var payment: ExactPayment
  public var requirements: PaymentRequirements

  public init(_ payment: ExactPayment, _ requirements: PaymentRequirements) {
    self.payment = payment
    self.requirements = requirements
  }

  /// Reads the body, or says which part of it cannot be read.
  static func read(_ json: JSONValue) -> Result<FacilitatorRequest, Unreadable> {
    let payload = json["paymentPayload"]
    let version = json["x402Version"]?.uint64 ?? payload?["x402Version"]?.uint64
    guard version == X402.version else { return .failure(Unreadable(.badVersion, json)) }
    guard payload?["accepted"]?["scheme"]?.string == X402.scheme,
      payload?["payload"]?["permit2Authorization"] == nil
    else { return .failure(Unreadable(.scheme, json)) }
    guard let payment = payload.flatMap({ ExactPayment($0) }) else {
      return .failure(Unreadable(.badPayload, json))
    }
    guard let requirements = json["paymentRequirements"].flatMap({ PaymentRequirements($0) })
    else { return .failure(Unreadable(.badRequirements, json)) }
    return .success(FacilitatorRequest(payment, requirements))
  }

  /// A body that is JSON and no payment that is dealt in here.
  struct Unreadable: Error {
    var reason: X402Reason
    var payer: Address?
    var network: String

    init(_ reason: X402Reason, _ json: JSONValue) {
      self.reason = reason
      let payload = json["paymentPayload"]
      payer =
        payload?["payload"]?["authorization"]?["from"].flatMap(X402.address)
        ?? payload?["payload"]?["channelConfig"]?["payer"].flatMap(X402.address)
      network = payload?["accepted"]?["network"]?.string ?? ""
    }
  }
}
