// What a seller asks for: one entry of `accepts`, and what a facilitator judges a payment by.

import Payments
public import Primitives

/// One way to pay for a resource.
public struct PaymentRequirements: Hashable, Sendable {
  public var scheme: String
  /// By CAIP-2: `eip155:<chain id>`.
  public var network: String
  /// Millionths of a dollar.
  public var amount: UInt256
  public var asset: Address
  public var payTo: Address
  public var timeout: UInt64
  /// The domain of the asset; absent where the seller forgot it.
  public var name: String?
  public var version: String?
  /// Of the scheme `batch-settlement`: who claims and refunds for the seller, and the seconds
  /// between a payer's request to withdraw and the withdrawal.
  public var receiverAuthorizer: Address?
  public var withdrawDelay: UInt64?
  /// What a payer is asked to put into a channel at once, so that deposits are few.
  public var minDeposit: UInt256?
  /// What another rail tells its payers in `extra`. It is written and not read: a rail reads its
  /// own words where it reads its payments.
  public var more: [Word] = []

  /// A name and what it says.
  public struct Word: Hashable, Sendable {
    public var name: String
    public var text: String

    public init(_ name: String, _ text: String) {
      self.name = name
      self.text = text
    }
  }

  /// Dollars of a Tolsey network.
  public init(chainID: UInt64, _ amount: Amount, payTo: Address, timeout: UInt64 = 60) {
    scheme = X402.scheme
    network = X402.network(chainID)
    self.amount = UInt256(amount.units)
    asset = DollarToken.address
    self.payTo = payTo
    self.timeout = timeout
    name = DollarToken.name
    version = DollarToken.version
  }

  /// What is matched of an echo of the scheme `batch-settlement`, and nothing else of it.
  init(channelsOn network: String, _ amount: UInt256, asset: Address, payTo: Address) {
    scheme = X402.channelScheme
    self.network = network
    self.amount = amount
    self.asset = asset
    self.payTo = payTo
    timeout = 0
  }

  /// Reads what a seller or a client wrote; nil where a member is missing or is not what it says.
  public init?(_ json: JSONValue) {
    guard let scheme = json["scheme"]?.string, let network = json["network"]?.string,
      let amount = json["amount"].flatMap(X402.integer),
      let asset = json["asset"].flatMap(X402.address),
      let payTo = json["payTo"].flatMap(X402.address)
    else { return nil }
    self.scheme = scheme
    self.network = network
    self.amount = amount
    self.asset = asset
    self.payTo = payTo
    timeout = json["maxTimeoutSeconds"]?.uint64 ?? 0
    name = json["extra"]?["name"]?.string
    version = json["extra"]?["version"]?.string
    receiverAuthorizer = json["extra"]?["receiverAuthorizer"].flatMap(X402.address)
    withdrawDelay = json["extra"]?["withdrawDelay"]?.uint64
    minDeposit = (json["extra"]?["minDeposit"]).flatMap(X402.integer)
  }

  public var json: JSONValue {
    X402.object([
      ("scheme", .string(scheme)), ("network", .string(network)),
      ("asset", .string(asset.checksummed)), ("amount", .string("\(amount)")),
      ("payTo", .string(payTo.checksummed)), ("maxTimeoutSeconds", .unsigned(timeout)),
      (
        "extra",
        X402.object(
          [
            ("name", name.map { .string($0) }), ("version", version.map { .string($0) }),
            ("receiverAuthorizer", (receiverAuthorizer?.checksummed).map { .string($0) }),
            ("withdrawDelay", withdrawDelay.map { .unsigned($0) }),
            ("minDeposit", minDeposit.map { .string("\($0)") }),
          ] + more.map { ($0.name, .string($0.text)) })
      ),
    ])
  }

  /// The rule by which a client's echo is matched with what was offered. Nothing else of the echo
  /// counts, and no price is ever read from it.
  public func matches(_ echo: PaymentRequirements) -> Bool {
    scheme == echo.scheme && network == echo.network && amount == echo.amount
      && asset == echo.asset && payTo == echo.payTo
  }
}

extension X402 {
  /// Money and time travel as decimal text; some clients write numbers.
  static func integer(_ json: JSONValue) -> UInt256? {
    json.string.flatMap { UInt256(decimal: $0) } ?? json.uint64.map { UInt256($0) }
  }

  /// An address in any case of its letters: clients differ, and compare without it.
  static func address(_ json: JSONValue) -> Address? {
    json.string.flatMap { Hex.decode($0) }.flatMap { Address($0) }
  }
}
