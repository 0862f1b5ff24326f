// The one list of fields from which a type gets its bytes, its digest, its JSON and its docs.

/// A type that declares its fields once, in order.
///
/// The list yields canonical CBOR both ways, the EIP-712 type and digest, JSON both ways and the
/// reference page. There are no optionals: a choice is a struct with `kind` and named numbers.
public protocol Fielded: Sendable {
  /// The EIP-712 name of the struct.
  static var typeName: String { get }

  /// The blank value. It describes the type, even inside an empty list.
  init()

  /// Shows every field to the visitor, in the order of the canonical form.
  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal)
}

/// Something that walks a field list: a writer, a reader, a hasher, a describer.
public protocol FieldVisitor {
  mutating func callAsFunction(_ name: StaticString, _ x: inout Bool) throws(Refusal)
  mutating func callAsFunction(_ name: StaticString, _ x: inout UInt8) throws(Refusal)
  mutating func callAsFunction(_ name: StaticString, _ x: inout UInt32) throws(Refusal)
  mutating func callAsFunction(_ name: StaticString, _ x: inout UInt64) throws(Refusal)
  mutating func callAsFunction(_ name: StaticString, _ x: inout UInt256) throws(Refusal)
  mutating func callAsFunction(_ name: StaticString, _ x: inout Bytes32) throws(Refusal)
  mutating func callAsFunction(_ name: StaticString, _ x: inout Address) throws(Refusal)
  mutating func callAsFunction(_ name: StaticString, _ x: inout [UInt8]) throws(Refusal)
  mutating func callAsFunction(_ name: StaticString, _ x: inout String) throws(Refusal)
  mutating func callAsFunction(_ name: StaticString, _ x: inout [UInt64]) throws(Refusal)
  mutating func callAsFunction(_ name: StaticString, _ x: inout [Bytes32]) throws(Refusal)
  mutating func callAsFunction(_ name: StaticString, _ x: inout [Address]) throws(Refusal)
  mutating func callAsFunction(_ name: StaticString, _ x: inout [String]) throws(Refusal)
  mutating func callAsFunction<T: Fielded>(_ name: StaticString, _ x: inout T) throws(Refusal)
  mutating func callAsFunction<T: Fielded>(_ name: StaticString, _ x: inout [T]) throws(Refusal)
}

/// A value that travels as another: `Amount` as `uint64`, an `ID` as `bytes32`, an enum as `uint8`.
public protocol FieldConvertible: Sendable {
  associatedtype Wire
  init(wire: Wire) throws(Refusal)
  var wire: Wire { get }
}

extension FieldVisitor {
  @inlinable
  public mutating func callAsFunction<T: FieldConvertible>(
    _ name: StaticString, _ x: inout T
  ) throws(Refusal) where T.Wire == UInt64 {
    var wire = x.wire
    try self(name, &wire)
    x = try T(wire: wire)
  }

  @inlinable
  public mutating func callAsFunction<T: FieldConvertible>(
    _ name: StaticString, _ x: inout T
  ) throws(Refusal) where T.Wire == Bytes32 {
    var wire = x.wire
    try self(name, &wire)
    x = try T(wire: wire)
  }

  @inlinable
  public mutating func callAsFunction<T: FieldConvertible>(
    _ name: StaticString, _ x: inout T
  ) throws(Refusal) where T.Wire == UInt8 {
    var wire = x.wire
    try self(name, &wire)
    x = try T(wire: wire)
  }

  @inlinable
  public mutating func callAsFunction<T: FieldConvertible>(
    _ name: StaticString, _ x: inout [T]
  ) throws(Refusal) where T.Wire == Bytes32 {
    var wires = x.map(\.wire)
    try self(name, &wires)
    var read: [T] = []
    read.reserveCapacity(wires.count)
    for wire in wires { read.append(try T(wire: wire)) }
    x = read
  }
}

/// A closed choice that travels as one byte; an unknown byte is refused.
public protocol ByteChoice: FieldConvertible, RawRepresentable, CaseIterable, Hashable
where RawValue == UInt8, Wire == UInt8 {}

extension ByteChoice {
  @inlinable
  public init(wire: UInt8) throws(Refusal) {
    guard let known = Self(rawValue: wire) else {
      throw Refusal("unknownKind", ["kind": UInt64(wire)])
    }
    self = known
  }

  @inlinable public var wire: UInt8 { rawValue }
}
