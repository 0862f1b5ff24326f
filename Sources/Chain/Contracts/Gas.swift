// Wei and gas, in which Ethereum's wallets count, made of dollars and tolls.

public import Primitives

/// The native money of a wallet is a view of the dollar balance, and gas one of the toll.
///
/// A dollar is 10^18 wei, as an ether is, so a millionth of a dollar is 10^12. Gas costs 10^9 wei
/// always, so a toll of one millionth is a thousand gas.
public enum Gas {
  public static let weiPerUnit: UInt64 = 1_000_000_000_000
  /// Wei for a unit of gas.
  public static let price: UInt64 = 1_000_000_000
  /// Gas for a millionth of a dollar.
  public static let perUnit: UInt64 = 1_000
  /// What a block would hold; larger than what any message costs.
  public static let blockLimit: UInt64 = 1_000_000_000_000

  public static func wei(_ amount: Amount) -> UInt256 {
    let product = amount.units.multipliedFullWidth(by: weiPerUnit)
    return UInt256(Bytes32(words: 0, 0, product.high, product.low))
  }

  /// The dollars that so many wei are; what is no whole number of millionths is refused.
  public static func amount(ofWei wei: UInt256) throws(Refusal) -> Amount {
    let (a, b, high, low) = wei.bytes32.words
    guard a | b == 0, high < weiPerUnit else { throw .overflow }
    let (units, rest) = weiPerUnit.dividingFullWidth((high, low))
    guard rest == 0 else { throw .valueNotWhole(rest: rest) }
    return Amount(units)
  }

  /// The gas of a toll.
  public static func used(for toll: Amount) -> UInt64 {
    let (gas, overflow) = toll.units.multipliedReportingOverflow(by: perUnit)
    return overflow ? .max : gas
  }

  /// The most that a transaction lets be taken: its gas at its price, rounded down.
  public static func most(of transaction: EthereumTransaction) -> Amount {
    let (a, b, c, price) = transaction.mostPerGas.bytes32.words
    guard a | b | c == 0 else { return transaction.gasLimit == 0 ? .zero : Amount(.max) }
    let wei = price.multipliedFullWidth(by: transaction.gasLimit)
    guard wei.high < weiPerUnit else { return Amount(.max) }
    return Amount(weiPerUnit.dividingFullWidth((wei.high, wei.low)).quotient)
  }
}

extension Refusal {
  /// Wei that are less than a millionth of a dollar are left over.
  static func valueNotWhole(rest: UInt64) -> Refusal {
    Refusal("valueNotWhole", ["rest": rest])
  }
}
