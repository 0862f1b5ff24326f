// What a seller's 402 asks of a channel, and how it is paid: deposits, vouchers, refunds.

import Kernel
import Payments
import Primitives

/// A price that can be paid by a channel's voucher.
struct ChannelDemand: Hashable, Sendable {
  var payee: Address
  var price: Amount
  /// Who claims and refunds for the payee.
  var authorizer: Address
  /// Seconds from the request to withdraw to the withdrawal.
  var delay: UInt64
  /// What the seller would see deposited at once.
  var deposit: Amount
  /// Seconds for which a deposit must hold.
  var seconds: UInt64
  let entry: PaymentRequirements
  /// Why the last voucher was not taken: a code of x402.
  let error: String
  /// What the seller says of the channel, where it sets a count right.
  let correction: ChannelCorrection?

  /// Money that a seller could lock up for longer is not put into its channel.
  static let longestDelay: UInt64 = 7 * 86_400

  /// Takes the cheapest offer of the scheme; nil where there is none.
  init?(header: String, chainID: UInt64) {
    guard let json = X402.document(header, limit: Demand.limit),
      json["x402Version"]?.uint64 == X402.version
    else { return nil }
    var best: (amount: UInt64, entry: PaymentRequirements, extra: JSONValue?)?
    for value in (json["accepts"]?.array ?? []).prefix(Demand.most) {
      guard let entry = PaymentRequirements(value), entry.scheme == X402.channelScheme,
        entry.network == X402.network(chainID), entry.asset == DollarToken.address,
        entry.payTo != .zero, entry.name ?? DollarToken.name == DollarToken.name,
        entry.version ?? DollarToken.version == DollarToken.version,
        let authorizer = entry.receiverAuthorizer, authorizer != .zero,
        let delay = entry.withdrawDelay, BatchEscrow.delays.contains(delay),
        delay <= ChannelDemand.longestDelay,
        let amount = entry.amount.uint64, amount > 0, amount < best?.amount ?? .max
      else { continue }
      best = (amount, entry, value["extra"])
    }
    guard let best, let authorizer = best.entry.receiverAuthorizer,
      let delay = best.entry.withdrawDelay
    else { return nil }
    payee = best.entry.payTo
    price = Amount(best.amount)
    self.authorizer = authorizer
    self.delay = delay
    deposit = Amount(best.entry.minDeposit?.uint64 ?? best.amount)
    seconds = min(max(best.entry.timeout, 60), 600)
    entry = best.entry
    error = json["error"]?.string ?? ""
    correction = best.extra.flatMap { ChannelCorrection($0) }
  }

  func isFor(_ config: ChannelConfig) -> Bool {
    config.receiver == payee && config.receiverAuthorizer == authorizer && config.delay == delay
  }

  // MARK: - Paying

  /// What `PAYMENT-SIGNATURE` holds.
  func payment(
    _ config: ChannelConfig, _ voucher: SignedVoucher, _ deposit: SignedDeposit? = nil
  ) -> String {
    var payload: [(String, JSONValue?)] = [
      ("type", .string(deposit == nil ? "voucher" : "deposit")),
      ("channelConfig", config.x402), ("voucher", voucher.json),
    ]
    payload.append(("deposit", deposit?.json))
    return header(X402.object(payload))
  }

  /// Asks for all that is left.
  func refund(_ config: ChannelConfig, _ voucher: SignedVoucher) -> String {
    header([
      "type": "refund", "channelConfig": config.x402, "voucher": voucher.json,
    ])
  }

  private func header(_ payload: JSONValue) -> String {
    X402.header([
      "x402Version": .unsigned(X402.version), "accepted": entry.json, "payload": payload,
    ])
  }
}

/// What a seller says of a channel: beside a paid answer, or where it sets a count right.
struct ChannelCorrection: Hashable, Sendable {
  var channel: Bytes32
  /// What it has charged in all.
  var charged: Amount
  /// The greatest sum that it says it holds a voucher for, with its signature.
  var voucher: SignedVoucher?

  init?(_ extra: JSONValue) {
    guard let state = extra["channelState"],
      let channel = (state["channelId"]?.string).flatMap({ Bytes32(hex: $0.lowercased()) }),
      let charged = state["chargedCumulativeAmount"].flatMap(X402.integer)?.uint64
    else { return nil }
    self.channel = channel
    self.charged = Amount(charged)
    if let held = extra["voucherState"],
      let most = held["signedMaxClaimable"].flatMap(X402.integer)?.uint64
    {
      voucher = SignedVoucher(
        channel: channel, most: Amount(most), signature: X402.signature(held["signature"]))
    }
  }
}

/// What came back with an answer that a voucher bought.
struct ChannelAnswer: Hashable, Sendable {
  /// What it was told that the answer cost; nil where it was not.
  var charged: Amount?
  var state: ChannelCorrection?
  /// The message that carried the deposit.
  var transaction: Bytes32?

  /// - Parameter header: `PAYMENT-RESPONSE`; nil where there is none that can be read.
  init?(header: String?) {
    guard let json = header.flatMap({ X402.document($0) }), json["success"]?.bool == true else {
      return nil
    }
    charged = (json["extra"]?["chargedAmount"]).flatMap(X402.integer)?.uint64.map { Amount($0) }
    state = json["extra"].flatMap { ChannelCorrection($0) }
    transaction = (json["transaction"]?.string).flatMap { Bytes32(hex: $0) }
  }
}

/// "Of this channel you may have so much in all", signed.
struct SignedVoucher: Hashable, Sendable {
  var channel: Bytes32
  var most: Amount
  var signature: [UInt8]

  var json: JSONValue {
    [
      "channelId": .string("\(channel)"), "maxClaimableAmount": .string("\(most.units)"),
      "signature": .string(Hex.encode(signature)),
    ]
  }

  /// Whether whoever signs for a channel's payer signed it.
  func isSigned(by config: ChannelConfig, _ escrow: EIP712.Domain) -> Bool {
    let digest = Voucher(channel, most).digest(domain: escrow)
    return (try? Signature(signature).recover(digest: digest)) == config.voucherSigner
  }
}

/// Money that may go into one channel and nowhere else.
struct SignedDeposit: Hashable, Sendable {
  var authorisation: TransferAuthorisation
  var salt: Bytes32

  var json: JSONValue {
    [
      "amount": .string("\(authorisation.value.units)"),
      "authorization": [
        "erc3009Authorization": [
          "validAfter": .string("\(authorisation.validAfter)"),
          "validBefore": .string("\(authorisation.validBefore)"), "salt": .string("\(salt)"),
          "signature": .string(Hex.encode(authorisation.signature)),
        ]
      ],
    ]
  }
}

extension ChannelConfig {
  /// As x402 writes it.
  var x402: JSONValue {
    [
      "payer": .string(payer.checksummed),
      "payerAuthorizer": .string(payerAuthorizer.checksummed),
      "receiver": .string(receiver.checksummed),
      "receiverAuthorizer": .string(receiverAuthorizer.checksummed),
      "token": .string(token.checksummed), "withdrawDelay": .unsigned(delay),
      "salt": .string("\(salt)"),
    ]
  }
}
