// Counting the proofs that open hidden weights: an index is spent once, for good.

public import Primitives

/// Hands out the indices of a budget. Whoever keeps one writes down that an index is spent, where a
/// crash cannot undo it, before it is handed out; two keepers of one root have ranges that do not
/// meet. docs/concepts/proofs.md says what an index that is spent twice shows.
public protocol OpeningCounter: Sendable {
  /// The next index of a root; refused when there is none left.
  func spend(of root: Bytes32) throws(Refusal) -> UInt64
}

/// The indices that one keeper of a root may spend, and those that it has spent.
public struct OpeningRange: Sendable, Hashable {
  public let first: UInt64
  public private(set) var end: UInt64
  public private(set) var spent: UInt64 = 0

  public init(_ range: Range<UInt64>) {
    first = range.lowerBound
    end = range.upperBound
  }

  public var left: UInt64 { end - first - spent }

  /// The next index.
  public mutating func spend() throws(Refusal) -> UInt64 {
    guard left > 0 else { throw Refusal("budgetSpent", ["budget": end]) }
    spent += 1
    return first + spent - 1
  }

  /// The last indices that are left become another keeper's.
  public mutating func give(_ count: UInt64) throws(Refusal) -> OpeningRange {
    guard count > 0, count <= left else {
      throw Refusal("budgetSpent", ["budget": left])
    }
    end -= count
    return OpeningRange(end..<(end + count))
  }

  /// Nothing is left: the weights are committed to again.
  public mutating func close() { end = first + spent }
}
