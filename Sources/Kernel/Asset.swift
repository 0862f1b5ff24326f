// What an amount is counted in.

public import Primitives

/// An asset of the ledger, by number. Number 0 is the dollar, in millionths.
@frozen
public struct Asset: Hashable, Comparable, Sendable {
  public var number: UInt32

  public static let dollar = Asset(0)

  @inlinable public init() { number = 0 }
  @inlinable public init(_ number: UInt32) { self.number = number }

  @inlinable
  public static func < (l: Asset, r: Asset) -> Bool { l.number < r.number }
}

extension Asset: FieldConvertible {
  @inlinable public init(wire: UInt32) throws(Refusal) { number = wire }
  @inlinable public var wire: UInt32 { number }
}

extension FieldVisitor {
  /// A value that travels as 32 bits, as assets do.
  @inlinable
  public mutating func callAsFunction<T: FieldConvertible>(
    _ name: StaticString, _ x: inout T
  ) throws(Refusal) where T.Wire == UInt32 {
    var wire = x.wire
    try self(name, &wire)
    x = try T(wire: wire)
  }
}
