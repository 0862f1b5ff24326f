// What a message costs: the price that keeps blocks from being filled for nothing.

public import Primitives

/// Tolls go to the operator; refused messages pay them too.
public enum Toll {
  /// Base and one µ$ for every started `tollBytes` bytes.
  public static func price(bytes: Int, terms: Terms) throws(Refusal) -> Amount {
    guard terms.tollBytes > 0, let length = UInt64(exactly: bytes) else { throw .overflow }
    let (whole, rest) = length.quotientAndRemainder(dividingBy: terms.tollBytes)
    return try Amount(whole).adding(Amount(rest > 0 ? 1 : 0)).adding(Amount(terms.tollBase))
  }

  /// The same for a message that opens an account.
  public static func priceOpening(bytes: Int, terms: Terms) throws(Refusal) -> Amount {
    try price(bytes: bytes, terms: terms).adding(Amount(terms.tollAccount))
  }

  /// Storing a blob for as long as blobs are kept.
  public static func blob(bytes: UInt64, terms: Terms) throws(Refusal) -> Amount {
    try Amount(bytes).scaledUp(1, over: terms.tollBlob)
  }

  /// The most that both sides of a game pay together: eleven moves of 720 bytes and one that
  /// carries 100,000 bytes of operands, each.
  public static func game(terms: Terms) throws(Refusal) -> Amount {
    let moves = try price(bytes: 720, terms: terms).multiplied(by: 11)
    let operands = try price(bytes: 100_000, terms: terms)
    return try moves.adding(operands).multiplied(by: 2)
  }
}
