// Which check an order or offer asks for, with its numbers.

public import Primitives

/// A check by name with exactly the numbers that it demands, in its order.
///
/// A list instead of fixed fields: a flat struct would change the type hash of every order
/// whenever a check is added.
public struct CheckTerms: Fielded, Hashable {
  public static let typeName = "CheckTerms"
  public var kind = ""
  public var numbers: [Number] = []

  public init() {}
  public init(_ kind: String, _ numbers: [Number] = []) {
    self.kind = kind
    self.numbers = numbers
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("kind", &kind)
    try v("numbers", &numbers)
  }

  /// The values, when the names are exactly those demanded, in order.
  func values(named names: [String]) throws(Refusal) -> [UInt64] {
    guard numbers.count == names.count, zip(numbers, names).allSatisfy({ $0.name == $1 }) else {
      throw .checkTermsDiffer(given: numbers.count, demanded: names.count)
    }
    return numbers.map(\.value)
  }
}

extension Refusal {
  /// The numbers of the check are not the ones it demands, in its order.
  static func checkTermsDiffer(given: Int, demanded: Int) -> Refusal {
    Refusal("checkTermsDiffer", ["given": UInt64(given), "demanded": UInt64(demanded)])
  }

  /// No check of that name is known here.
  static var unknownCheck: Refusal { Refusal("unknownCheck") }
}
