// What a client of a channel is told beside its answer: `PAYMENT-RESPONSE`, as x402 has it.

import Foundation
import Payments
import Primitives

/// A charge as its client is told of it.
struct PaidSettlement: Hashable, Sendable {
  var payer: Address
  var network: String
  /// The deposit that came with it.
  var deposit: DepositAnswer?
  var id: Bytes32
  var channel: SoldChannel
  var charged: Amount
  /// What it has been charged in all, as it is told.
  var told: Amount

  /// The reference: the header holds its text.
  var json: JSONValue {
    X402.object([
      ("success", true), ("payer", .string(payer.checksummed)),
      ("transaction", .string((deposit?.transaction).map { "\($0)" } ?? "")),
      ("network", .string(network)),
      ("amount", (deposit?.amount).map { .string("\($0.units)") }),
      (
        "extra",
        [
          "chargedAmount": .string("\(charged.units)"),
          "channelState": channel.state(id, told: told),
        ]
      ),
    ])
  }

  /// The same as it travels, written at once: every paid answer has one.
  var header: String {
    // Names of networks are letters, digits and what joins them, also those that are not ours.
    guard X402.chainID(network) != nil else { return X402.header(json) }
    return Data(line).base64EncodedString()
  }

  private var line: [UInt8] {
    var line: [UInt8] = []
    line.reserveCapacity(640)
    func add(_ text: StaticString) {
      line += UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }
    func add(_ number: UInt64) { line += String(number).utf8 }
    add(#"{"success":true,"payer":""#)
    line += payer.checksummed.utf8
    add(#"","transaction":""#)
    if let transaction = deposit?.transaction { Hex.append(transaction, to: &line) }
    add(#"","network":""#)
    line += network.utf8
    if let amount = deposit?.amount {
      add(#"","amount":""#)
      add(amount.units)
    }
    add(#"","extra":{"chargedAmount":""#)
    add(charged.units)
    add(#"","channelState":{"channelId":""#)
    Hex.append(id, to: &line)
    add(#"","balance":""#)
    add(channel.balance.units)
    add(#"","totalClaimed":""#)
    add(channel.claimed.units)
    add(#"","withdrawRequestedAt":"#)
    add(channel.requestedAt)
    add(#","refundNonce":""#)
    add(channel.refundNonce)
    add(#"","chargedCumulativeAmount":""#)
    add(told.units)
    add(#""}}}"#)
    return line
  }
}

extension PaidSettlement {
  init(_ sale: ChannelGate.Sale, _ channel: SoldChannel, charged: Amount, told: Amount) {
    self.init(
      payer: sale.payer, network: sale.network, deposit: sale.deposit, id: sale.channel,
      channel: channel, charged: charged, told: told)
  }
}
