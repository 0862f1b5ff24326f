// A seller of channels as a test likes it: it keeps count, and may lie about it.

import Agents
import Foundation
import Kernel
import Payments
import Primitives
import Synchronization

@testable import NetworkRoom

extension ChannelDemand {
  /// As a seller would ask for a voucher.
  static func header(
    _ units: UInt64, error: String = "Payment required", said: [JSONValue.Member] = [],
    hasExact: Bool = false, _ change: (inout PaymentRequirements) -> Void = { _ in }
  ) -> String {
    var entry = PaymentRequirements(
      chainID: FakePocket.chainID, Amount(units), payTo: FakeAgent.payee)
    let exact = entry
    entry.scheme = X402.channelScheme
    entry.receiverAuthorizer = FakeAgent.payee
    entry.withdrawDelay = 86_400
    entry.minDeposit = UInt256(10 * units)
    change(&entry)
    var json = entry.json
    if let members = json.members {
      json = .object(
        members.map { member in
          guard member.name == "extra" else { return member }
          return .init(name: "extra", value: .object((member.value.members ?? []) + said))
        })
    }
    return X402.header([
      "x402Version": 2, "error": .string(error),
      "resource": ["url": "http://x/", "description": "pay all"],
      "accepts": .array((hasExact ? [exact.json] : []) + [json]),
    ])
  }

  static func of(
    _ units: UInt64, error: String = "", said: [JSONValue.Member] = [],
    _ change: (inout PaymentRequirements) -> Void = { _ in }
  ) throws -> ChannelDemand {
    struct None: Error {}
    let header = header(units, error: error, said: said, change)
    guard let demand = ChannelDemand(header: header, chainID: FakePocket.chainID) else {
      throw None()
    }
    return demand
  }
}

/// What a header pays with.
struct ShownVoucher: Sendable {
  let config: ChannelConfig
  let channel: Bytes32
  let most: UInt64
  let deposit: UInt64
  let isRefund: Bool
  let isSigned: Bool

  init?(_ header: String) {
    guard let json = X402.document(header), let payload = json["payload"],
      let read = ChannelPayload(payload)
    else { return nil }
    let voucher: ChannelVoucher
    switch read {
    case .deposit(let shown, let money):
      voucher = shown
      deposit = money.amount.uint64 ?? 0
    case .voucher(let shown), .refund(let shown):
      voucher = shown
      deposit = 0
    case .refundOrder, .claim, .settle: return nil
    }
    if case .refund = read { isRefund = true } else { isRefund = false }
    config = voucher.config
    channel = voucher.channel
    most = voucher.most.uint64 ?? 0
    let escrow = BatchEscrow.domain(chainId: UInt256(FakePocket.chainID))
    isSigned =
      config.id(escrow) == channel
      && SignedVoucher(channel: channel, most: Amount(most), signature: voucher.signature)
        .isSigned(by: config, escrow)
  }
}

/// Keeps the count of its channels as honest sellers do, and the ledger's rows in a fake pocket.
final class ChannelShop: Sendable {
  struct Count {
    var charged: UInt64 = 0
    var most: UInt64 = 0
    var signature = ""
  }

  let counts = Mutex<[Bytes32: Count]>([:])
  let shown = Mutex<[ShownVoucher]>([])
  /// Whoever shows the same gets the same.
  private let answers = Mutex<[String: String]>([:])
  let pocket: FakePocket

  init(_ pocket: FakePocket) { self.pocket = pocket }

  static func state(_ channel: Bytes32, _ charged: UInt64) -> JSONValue {
    [
      "channelId": .string("\(channel)"), "balance": "0", "totalClaimed": "0",
      "withdrawRequestedAt": 0, "refundNonce": "0",
      "chargedCumulativeAmount": .string("\(charged)"),
    ]
  }

  static func told(_ channel: Bytes32, charged: UInt64, total: UInt64) -> String {
    X402.header([
      "success": true, "transaction": "",
      "extra": [
        "chargedAmount": .string("\(charged)"), "channelState": state(channel, total),
      ],
    ])
  }

  /// Takes a deposit to the ledger, once.
  func deposit(_ voucher: ShownVoucher) {
    guard voucher.deposit > 0 else { return }
    pocket.inside.withLock { inside in
      var row = inside.channels[voucher.channel] ?? ChannelStanding(balance: .zero, claimed: .zero)
      row.balance = Amount(row.balance.units + voucher.deposit)
      inside.channels[voucher.channel] = row
    }
  }

  /// Answers as a good seller would.
  func answer(_ header: String, price: UInt64, costs: UInt64? = nil) -> String {
    guard let voucher = ShownVoucher(header), voucher.isSigned else { return FakeSeller.reply(400) }
    shown.withLock { $0.append(voucher) }
    if voucher.isRefund { return refund(voucher) }
    if let same = answers.withLock({ $0[header] }) { return same }
    let count = counts.withLock { $0[voucher.channel] ?? Count() }
    guard voucher.most == count.charged + price else {
      return correct(voucher.channel, count, price)
    }
    deposit(voucher)
    pocket.spend(X402.document(header))
    let charged = costs ?? price
    let total = count.charged + charged
    counts.withLock {
      $0[voucher.channel] = Count(
        charged: total, most: voucher.most,
        signature: X402.document(header)?["payload"]?["voucher"]?["signature"]?.string ?? "")
    }
    let reply = FakeSeller.reply(
      200, #"{"said":"yes"}"#,
      ["PAYMENT-RESPONSE: \(Self.told(voucher.channel, charged: charged, total: total))"])
    answers.withLock { $0[header] = reply }
    return reply
  }

  func correct(_ channel: Bytes32, _ count: Count, _ price: UInt64) -> String {
    var said: [JSONValue.Member] = [
      .init(name: "channelState", value: Self.state(channel, count.charged))
    ]
    if !count.signature.isEmpty {
      said.append(
        .init(
          name: "voucherState",
          value: [
            "signedMaxClaimable": .string("\(count.most)"), "signature": .string(count.signature),
          ]))
    }
    let header = ChannelDemand.header(
      price, error: X402Reason.voucherMismatch.rawValue, said: said)
    return FakeSeller.reply(402, "{}", ["PAYMENT-REQUIRED: \(header)"])
  }

  /// Claims what it is owed and gives the rest back.
  private func refund(_ voucher: ShownVoucher) -> String {
    let charged = counts.withLock { $0[voucher.channel]?.charged ?? 0 }
    pocket.inside.withLock { inside in
      inside.channels[voucher.channel]?.claimed = Amount(charged)
      inside.channels[voucher.channel]?.balance = Amount(charged)
      if charged == 0 { inside.channels[voucher.channel] = nil }
    }
    return FakeSeller.reply(
      200, "{}", ["PAYMENT-RESPONSE: \(X402.header(["success": true]))"])
  }
}

extension FakePocket {
  /// The ledger carried the deposit of a payment.
  func spend(_ json: JSONValue?) {
    guard let payload = json?["payload"],
      case .deposit(let voucher, let money)? =
        ChannelPayload(payload), let salt = money.authorisation?.salt
    else { return }
    let nonce = DepositToChannel.nonce(voucher.channel, salt)
    inside.withLock { $0.spent[nonce] = true }
  }
}
