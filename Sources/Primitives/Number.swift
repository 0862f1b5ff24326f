// A named number: the unit of refusals, events and check terms.

/// A name with a value, as it appears in `CheckTerms`, refusals and events.
public struct Number: Fielded, Hashable {
  public static let typeName = "Number"
  public var name = ""
  public var value: UInt64 = 0

  public init() {}
  public init(_ name: String, _ value: UInt64) {
    self.name = name
    self.value = value
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("name", &name)
    try v("value", &value)
  }
}
