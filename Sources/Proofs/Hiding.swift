// What a proof of level `private` hides, chosen when it is made and said in its file.

public import Primitives

/// Activations and sums are hidden always; this is what else is.
public struct Hiding: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The input; whoever knows it and its salt can check that it is the one.
  public static let input = Hiding(rawValue: 1)
  /// The weights, which are committed to for a budget of proofs: `CommittedWeights.hidden`.
  public static let weights = Hiding(rawValue: 2)

  /// Something is hidden, and nothing that is not built.
  var isBuilt: Bool { (1...3).contains(rawValue) }

  /// Of words that somebody typed, commas between them. What is not built is refused by its word.
  public static func named(_ words: String) throws(Refusal) -> Hiding {
    switch words {
    case "input": return .input
    case "weights": return .weights
    case "input,weights", "weights,input": return [.input, .weights]
    default: throw Refusal("hidingNotBuilt", [Number(words, 0)])
    }
  }
}
