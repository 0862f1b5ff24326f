// What a seller's 402 asks for, as numbers and addresses: its words are not read.

public import Kernel
import Payments
public import Primitives

/// A price that can be paid here: dollars of this network, by the scheme `exact`.
public struct Demand: Hashable, Sendable {
  public var payee: Address
  public var amount: Amount
  /// Seconds for which a payment must hold.
  public var seconds: UInt64
  /// The entry as it is told back to the seller.
  let entry: PaymentRequirements

  /// Ways to pay that are looked at.
  static let most = 16
  /// Bytes of the header.
  static let limit = 32 << 10

  /// Takes the cheapest way that can be paid; nil where there is none.
  public init?(header: String, chainID: UInt64) {
    guard let json = X402.document(header, limit: Demand.limit),
      json["x402Version"]?.uint64 == X402.version
    else { return nil }
    var best: (amount: UInt64, entry: PaymentRequirements)?
    for value in (json["accepts"]?.array ?? []).prefix(Demand.most) {
      guard let entry = PaymentRequirements(value), entry.scheme == X402.scheme,
        entry.network == X402.network(chainID), entry.asset == DollarToken.address,
        entry.payTo != .zero, entry.name ?? DollarToken.name == DollarToken.name,
        entry.version ?? DollarToken.version == DollarToken.version,
        let amount = entry.amount.uint64, amount > 0, amount < best?.amount ?? .max
      else { continue }
      best = (amount, entry)
    }
    guard let best else { return nil }
    payee = best.entry.payTo
    amount = Amount(best.amount)
    // Long enough for the slowest answer, and no longer: what is signed can be settled until then.
    seconds = min(max(best.entry.timeout, 60), 600)
    entry = best.entry
  }

  /// What `PAYMENT-SIGNATURE` holds.
  func payment(_ signed: TransferAuthorisation) -> String {
    X402.header([
      "x402Version": .unsigned(X402.version), "accepted": entry.json,
      "payload": [
        "signature": .string(Hex.encode(signed.signature)),
        "authorization": [
          "from": .string(signed.payer.checksummed), "to": .string(signed.to.checksummed),
          "value": .string("\(signed.value.units)"),
          "validAfter": .string("\(signed.validAfter)"),
          "validBefore": .string("\(signed.validBefore)"), "nonce": .string("\(signed.nonce)"),
        ],
      ],
    ])
  }
}
