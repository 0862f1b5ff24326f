// What the market asks of a kind of work. To the market itself a spec is canonical bytes.

public import Primitives

/// All kinds of work, reached by name.
public protocol Works: ~Copyable {
  /// Refuses a spec that its kind of work cannot do under that check.
  func admit(_ spec: [UInt8], of work: String, under check: CheckTerms) throws(Refusal)
}

/// One kind of work.
public protocol Work: Sendable {
  /// Its name in orders and offers.
  static var name: String { get }
  /// Refuses a spec that this work cannot do under that check.
  static func admit(_ spec: [UInt8], under check: CheckTerms) throws(Refusal)
}

extension Refusal {
  /// No kind of work of that name is known here.
  public static var unknownWork: Refusal { Refusal("unknownWork") }
}
