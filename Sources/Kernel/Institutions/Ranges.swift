// What rules that somebody sets must keep: numbers within their ranges, names of plain letters.

public import Primitives

extension Refusal {
  public static func outOfRange(
    _ name: String, is value: UInt64, least: UInt64, most: UInt64
  ) -> Refusal {
    Refusal("outOfRange", [Number(name, value), Number("least", least), Number("most", most)])
  }

  /// A list that does not have an entry for each member.
  public static func unequalLists(_ count: Int, members: Int) -> Refusal {
    Refusal("unequalLists", ["entries": UInt64(count), "members": UInt64(members)])
  }
}

/// Refuses a number outside its range, by name.
public func checkRange(
  _ name: String, _ value: UInt64, _ range: ClosedRange<UInt64>
) throws(Refusal) {
  guard range.contains(value) else {
    throw .outOfRange(name, is: value, least: range.lowerBound, most: range.upperBound)
  }
}

extension String {
  /// Whether it can name an institution: 1 to 32 small letters, digits and dashes.
  public var isPlainName: Bool {
    (1...32).contains(utf8.count)
      && utf8.allSatisfy {
        (97...122).contains($0) || (48...57).contains($0) || $0 == 45
      }
  }
}
