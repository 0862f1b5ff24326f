// A payment by voucher as wallets write it, read from the header without a tree.

import Foundation
import Payments
import Primitives

/// What `PAYMENT-SIGNATURE` holds where nothing of it is unusual. Whatever this does not read, the
/// plain way through `X402.document` reads or refuses: there is no other meaning here than there.
struct PlainVoucher: Hashable {
  /// Of what the client says it accepted, that which is matched with an offer.
  var accepted: PaymentRequirements
  var voucher: ChannelVoucher

  init?(header: String, limit: Int = 16 << 10) {
    guard header.utf8.count <= limit, let data = Data(base64Encoded: header) else { return nil }
    let read = data.withUnsafeBytes { bytes -> PlainVoucher? in
      var json = PlainJSON(bytes.assumingMemoryBound(to: UInt8.self))
      return try? PlainVoucher(&json)
    }
    guard let read else { return nil }
    self = read
  }

  private init(_ json: inout PlainJSON) throws(PlainJSON.Odd) {
    var version: UInt64?
    var accepted: PaymentRequirements?
    var voucher: ChannelVoucher?
    try json.object { (json, name) throws(PlainJSON.Odd) in
      if json.reads(name, "x402Version") {
        version = try json.number()
      } else if json.reads(name, "accepted") {
        accepted = try PlainVoucher.requirements(&json)
      } else if json.reads(name, "payload") {
        voucher = try PlainVoucher.payload(&json)
      } else {
        try json.skip()
      }
    }
    try json.end()
    guard version == X402.version, let accepted, let voucher else { throw PlainJSON.Odd() }
    self.accepted = accepted
    self.voucher = voucher
  }

  private static func requirements(
    _ json: inout PlainJSON
  ) throws(PlainJSON.Odd) -> PaymentRequirements {
    var isOfChannels = false
    var network: String?
    var amount: UInt64?
    var asset: Address?
    var payee: Address?
    try json.object { (json, name) throws(PlainJSON.Odd) in
      if json.reads(name, "scheme") {
        isOfChannels = json.reads(try json.string(), "batch-settlement")
      } else if json.reads(name, "network") {
        network = json.text(try json.string())
      } else if json.reads(name, "amount") {
        amount = try json.integer()
      } else if json.reads(name, "asset") {
        asset = try json.address(try json.string())
      } else if json.reads(name, "payTo") {
        payee = try json.address(try json.string())
      } else {
        try json.skip()
      }
    }
    guard isOfChannels, let network, let amount, let asset, let payee else {
      throw PlainJSON.Odd()
    }
    return PaymentRequirements(
      channelsOn: network, UInt256(amount), asset: asset, payTo: payee)
  }

  private static func payload(_ json: inout PlainJSON) throws(PlainJSON.Odd) -> ChannelVoucher {
    var isVoucher = false
    var config: ChannelConfig?
    var voucher: (channel: Bytes32, most: UInt64, signature: [UInt8])?
    try json.object { (json, name) throws(PlainJSON.Odd) in
      if json.reads(name, "type") {
        isVoucher = json.reads(try json.string(), "voucher")
      } else if json.reads(name, "channelConfig") {
        config = try PlainVoucher.config(&json)
      } else if json.reads(name, "voucher") {
        voucher = try PlainVoucher.signed(&json)
      } else {
        try json.skip()
      }
    }
    guard isVoucher, let config, let voucher else { throw PlainJSON.Odd() }
    return ChannelVoucher(
      config, voucher.channel, UInt256(voucher.most), signature: voucher.signature)
  }

  private static func config(_ json: inout PlainJSON) throws(PlainJSON.Odd) -> ChannelConfig {
    var config = ChannelConfig()
    var seen = 0
    try json.object { (json, name) throws(PlainJSON.Odd) in
      if json.reads(name, "payer") {
        config.payer = try json.address(try json.string())
      } else if json.reads(name, "payerAuthorizer") {
        config.payerAuthorizer = try json.address(try json.string())
      } else if json.reads(name, "receiver") {
        config.receiver = try json.address(try json.string())
      } else if json.reads(name, "receiverAuthorizer") {
        config.receiverAuthorizer = try json.address(try json.string())
      } else if json.reads(name, "token") {
        config.token = try json.address(try json.string())
      } else if json.reads(name, "withdrawDelay") {
        guard let delay = try? UInt40(try json.integer()) else { throw PlainJSON.Odd() }
        config.withdrawDelay = delay
      } else if json.reads(name, "salt") {
        config.salt = try json.word32(try json.string())
      } else {
        return try json.skip()
      }
      seen += 1
    }
    guard seen == 7 else { throw PlainJSON.Odd() }
    return config
  }

  private static func signed(
    _ json: inout PlainJSON
  ) throws(PlainJSON.Odd) -> (channel: Bytes32, most: UInt64, signature: [UInt8]) {
    var channel: Bytes32?
    var most: UInt64?
    var signature: [UInt8]?
    try json.object { (json, name) throws(PlainJSON.Odd) in
      if json.reads(name, "channelId") {
        channel = try json.word32(try json.string())
      } else if json.reads(name, "maxClaimableAmount") {
        most = try json.integer()
      } else if json.reads(name, "signature") {
        signature = X402.counted(try json.data(try json.string(), Signature.byteCount))
      } else {
        try json.skip()
      }
    }
    guard let channel, let most, let signature else { throw PlainJSON.Odd() }
    return (channel, most, signature)
  }
}
