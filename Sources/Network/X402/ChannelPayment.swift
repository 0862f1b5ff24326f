// What is sent for the scheme `batch-settlement`: deposits, vouchers, refunds and claims.

import Payments
import Primitives

/// The body of `/verify` and `/settle` where a channel pays.
struct ChannelRequest: Hashable, Sendable {
  /// The requirements that the payer says it accepted.
  var accepted: PaymentRequirements
  var requirements: PaymentRequirements
  var payload: ChannelPayload
  /// The receiver's word that the authorizer is its own, where it gave it.
  var word: [UInt8] = []

  /// Reads the body, or says which part of it cannot be read.
  static func read(_ json: JSONValue) -> Result<ChannelRequest, FacilitatorRequest.Unreadable> {
    let payload = json["paymentPayload"]
    guard let accepted = (payload?["accepted"]).flatMap({ PaymentRequirements($0) }),
      let wanted = json["paymentRequirements"].flatMap({ PaymentRequirements($0) })
    else { return .failure(.init(.badRequirements, json)) }
    let read = (payload?["payload"]).flatMap { ChannelPayload($0) }
    guard let read else { return .failure(.init(.channelPayload, json)) }
    let word = X402.bytes(json["paymentRequirements"]?["extra"]?[AuthorizerWord.name])
    return .success(
      ChannelRequest(accepted: accepted, requirements: wanted, payload: read, word: word))
  }
}

/// What a payer or a seller sends to a facilitator.
enum ChannelPayload: Hashable, Sendable {
  case deposit(ChannelVoucher, ChannelDeposit)
  case voucher(ChannelVoucher)
  /// A payer asks for its money; the seller makes an order of it.
  case refund(ChannelVoucher)
  case refundOrder(ChannelVoucher, RefundOrder)
  case claim([ClaimedVoucher], signature: [UInt8])
  /// Sweeps what was claimed to the receiver.
  case settle

  init?(_ json: JSONValue) {
    switch json["type"]?.string {
    case "settle": self = .settle
    case "claim":
      guard let claims = ClaimedVoucher.list(json["claims"]) else { return nil }
      self = .claim(claims, signature: X402.bytes(json["claimAuthorizerSignature"]))
    case "voucher":
      guard let voucher = ChannelVoucher(json) else { return nil }
      self = .voucher(voucher)
    case "deposit":
      guard let voucher = ChannelVoucher(json),
        let deposit = json["deposit"].flatMap({ ChannelDeposit($0) })
      else { return nil }
      self = .deposit(voucher, deposit)
    case "refund":
      guard let voucher = ChannelVoucher(json) else { return nil }
      guard json["refundNonce"] != nil, json["claims"] != nil else {
        self = .refund(voucher)
        return
      }
      guard let order = RefundOrder(json) else { return nil }
      self = .refundOrder(voucher, order)
    default: return nil
    }
  }

  /// Who pays, where one channel does.
  var payer: Address? {
    switch self {
    case .deposit(let v, _), .voucher(let v), .refund(let v), .refundOrder(let v, _):
      v.config.payer
    case .claim, .settle: nil
    }
  }
}

/// A channel and the sum that its payer allows.
struct ChannelVoucher: Hashable, Sendable {
  var config: ChannelConfig
  /// As the client computed it.
  var channel: Bytes32
  var most: UInt256
  var signature: [UInt8]

  init?(_ json: JSONValue) {
    guard let config = json["channelConfig"].flatMap({ ChannelConfig(x402: $0) }),
      let voucher = json["voucher"],
      let channel = (voucher["channelId"]?.string).flatMap({ X402.digest($0) }),
      let most = voucher["maxClaimableAmount"].flatMap(X402.integer)
    else { return nil }
    self.config = config
    self.channel = channel
    self.most = most
    signature = X402.signature(voucher["signature"])
  }

  init(_ config: ChannelConfig, _ channel: Bytes32, _ most: UInt256, signature: [UInt8]) {
    self.config = config
    self.channel = channel
    self.most = most
    self.signature = signature
  }
}

/// The EIP-3009 part of a deposit.
struct ChannelDeposit: Hashable, Sendable {
  var amount: UInt256
  /// Nil where the payer authorised in another way.
  var authorisation: Authorisation?

  struct Authorisation: Hashable, Sendable {
    var validAfter: UInt256
    var validBefore: UInt256
    var salt: Bytes32
    var signature: [UInt8]
  }

  init?(_ json: JSONValue) {
    guard let amount = json["amount"].flatMap(X402.integer) else { return nil }
    self.amount = amount
    guard let a = json["authorization"]?["erc3009Authorization"],
      let after = a["validAfter"].flatMap(X402.integer),
      let before = a["validBefore"].flatMap(X402.integer),
      let salt = a["salt"].flatMap(X402.word)
    else { return }
    authorisation = Authorisation(
      validAfter: after, validBefore: before, salt: salt, signature: X402.signature(a["signature"]))
  }
}

/// A voucher as sellers send it: with the whole channel, of which the ledger needs the id.
struct ClaimedVoucher: Hashable, Sendable {
  var config: ChannelConfig
  var most: Amount
  var total: Amount
  var signature: [UInt8]

  init?(_ json: JSONValue) {
    guard let config = (json["voucher"]?["channel"]).flatMap({ ChannelConfig(x402: $0) }),
      let most = (json["voucher"]?["maxClaimableAmount"]).flatMap(X402.integer)?.uint64,
      let total = json["totalClaimed"].flatMap(X402.integer)?.uint64
    else { return nil }
    self.config = config
    self.most = Amount(most)
    self.total = Amount(total)
    signature = X402.signature(json["signature"])
  }

  static func list(_ json: JSONValue?) -> [ClaimedVoucher]? {
    guard let items = json?.array, items.count <= ClaimVouchers.most else { return nil }
    let read = items.compactMap { ClaimedVoucher($0) }
    return read.count == items.count ? read : nil
  }

  func claim(_ escrow: EIP712.Domain) -> VoucherClaim {
    VoucherClaim(config.id(escrow), most: most, total: total, signature: signature)
  }
}

/// A seller's order to give money back, signed by its authorizer.
struct RefundOrder: Hashable, Sendable {
  var amount: Amount
  var nonce: UInt64
  var signature: [UInt8]
  var claims: [ClaimedVoucher]
  var claimsSignature: [UInt8]

  init?(_ json: JSONValue) {
    guard let amount = json["amount"].flatMap(X402.integer)?.uint64,
      let nonce = json["refundNonce"].flatMap(X402.integer)?.uint64,
      let claims = ClaimedVoucher.list(json["claims"])
    else { return nil }
    self.amount = Amount(amount)
    self.nonce = nonce
    self.claims = claims
    signature = X402.signature(json["refundAuthorizerSignature"])
    claimsSignature = X402.signature(json["claimAuthorizerSignature"])
  }
}

extension ChannelConfig {
  init?(x402 json: JSONValue) {
    guard let payer = json["payer"].flatMap(X402.address),
      let payerAuthorizer = json["payerAuthorizer"].flatMap(X402.address),
      let receiver = json["receiver"].flatMap(X402.address),
      let receiverAuthorizer = json["receiverAuthorizer"].flatMap(X402.address),
      let token = json["token"].flatMap(X402.address),
      let delay = json["withdrawDelay"].flatMap(X402.integer)?.uint64,
      let salt = (json["salt"]?.string).flatMap({ X402.digest($0) }),
      let config = try? ChannelConfig(
        payer: payer, payerAuthorizer: payerAuthorizer, receiver: receiver,
        receiverAuthorizer: receiverAuthorizer, token: token, withdrawDelay: delay, salt: salt)
    else { return nil }
    self = config
  }
}

extension X402 {
  /// Digits of either case, and a prefix of either case.
  static func digest(_ text: String) -> Bytes32? {
    Bytes32(hex: text) ?? (text.hasPrefix("0X") ? Bytes32(hex: "0x" + text.dropFirst(2)) : nil)
  }

  static func bytes(_ json: JSONValue?) -> [UInt8] {
    (json?.string).flatMap { Hex.decode($0) } ?? []
  }

  /// A signature; some wallets count the parity from 0.
  static func signature(_ json: JSONValue?) -> [UInt8] { counted(bytes(json)) }

  /// The same signature with its parity counted from 27.
  static func counted(_ signature: [UInt8]) -> [UInt8] {
    var signature = signature
    if signature.count == Signature.byteCount, signature[64] < 2 { signature[64] += 27 }
    return signature
  }

  /// A word that one client writes as hexadecimal text and another as a number.
  static func word(_ json: JSONValue) -> Bytes32? {
    if let text = json.string, text.hasPrefix("0x") {
      guard let bytes = Hex.decode(text), bytes.count <= 32 else { return nil }
      return Bytes32([UInt8](repeating: 0, count: 32 - bytes.count) + bytes)
    }
    return integer(json).map(\.bytes32)
  }
}
