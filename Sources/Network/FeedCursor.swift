// A place in the feed: a whole height, or an event within one.

/// Everything up to here was seen. Printed `7` for all of block 7 and `7.2` for its events 0 … 2,
/// so that a reader who was cut off within a block neither misses an event nor sees it twice.
public struct FeedCursor: Hashable, Comparable, Sendable, CustomStringConvertible {
  public var height: UInt64
  /// The last event seen of that height; nil for all of them.
  public var index: UInt64?

  public init(height: UInt64, index: UInt64? = nil) {
    self.height = height
    self.index = index
  }

  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let height = Parameter.number(String(parts[0])) else {
      return nil
    }
    self.height = height
    if parts.count == 2 {
      guard let index = Parameter.number(String(parts[1])) else { return nil }
      self.index = index
    }
  }

  public var description: String { index.map { "\(height).\($0)" } ?? "\(height)" }

  public static func < (l: FeedCursor, r: FeedCursor) -> Bool {
    l.height != r.height ? l.height < r.height : (l.index ?? .max) < (r.index ?? .max)
  }

  /// Whether the event comes after this place.
  public func isBefore(height: UInt64, index: UInt64) -> Bool {
    self < FeedCursor(height: height, index: index)
  }
}
