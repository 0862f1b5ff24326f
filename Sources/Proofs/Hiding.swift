// What a proof of level `private` hides, chosen when it is made and said in its file.

public import Primitives

/// Activations and sums are hidden always; this is what else is.
public struct Hiding: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The input; whoever knows it and its salt can check that it is the one.
  public static let input = Hiding(rawValue: 1)

  /// Of words that somebody typed, commas between them. What is not built is refused by its word.
  public static func named(_ words: String) throws(Refusal) -> Hiding {
    guard words == "input" else { throw Refusal("hidingNotBuilt", [Number(words, 0)]) }
    return .input
  }
}
