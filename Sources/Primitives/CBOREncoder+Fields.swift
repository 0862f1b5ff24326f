// How each kind of field is written as CBOR.

extension CBOREncoder {
  @inlinable
  public mutating func callAsFunction(_ name: StaticString, _ x: inout Bool) throws(Refusal) {
    members &+= 1
    reserve(1)
    base[count] = x ? 0xf5 : 0xf4
    count &+= 1
  }

  @inlinable
  public mutating func callAsFunction(_ name: StaticString, _ x: inout UInt8) throws(Refusal) {
    members &+= 1
    head(CBORMajor.unsigned, UInt64(x))
  }

  @inlinable
  public mutating func callAsFunction(_ name: StaticString, _ x: inout UInt32) throws(Refusal) {
    members &+= 1
    head(CBORMajor.unsigned, UInt64(x))
  }

  @inlinable
  public mutating func callAsFunction(_ name: StaticString, _ x: inout UInt64) throws(Refusal) {
    members &+= 1
    head(CBORMajor.unsigned, x)
  }

  @inlinable
  public mutating func callAsFunction(_ name: StaticString, _ x: inout UInt256) throws(Refusal) {
    members &+= 1
    word(x.bytes32)
  }

  @inlinable
  public mutating func callAsFunction(_ name: StaticString, _ x: inout Bytes32) throws(Refusal) {
    members &+= 1
    word(x)
  }

  @inlinable
  public mutating func callAsFunction(_ name: StaticString, _ x: inout Address) throws(Refusal) {
    members &+= 1
    address(x)
  }

  @inlinable
  public mutating func callAsFunction(_ name: StaticString, _ x: inout [UInt8]) throws(Refusal) {
    members &+= 1
    string(x)
  }

  @inlinable
  public mutating func callAsFunction(_ name: StaticString, _ x: inout String) throws(Refusal) {
    members &+= 1
    text(&x)
  }

  @inlinable
  public mutating func callAsFunction(
    _ name: StaticString, _ x: inout [UInt64]
  ) throws(Refusal) {
    members &+= 1
    head(CBORMajor.array, UInt64(x.count))
    for value in x { head(CBORMajor.unsigned, value) }
  }

  @inlinable
  public mutating func callAsFunction(
    _ name: StaticString, _ x: inout [Bytes32]
  ) throws(Refusal) {
    members &+= 1
    head(CBORMajor.array, UInt64(x.count))
    for value in x { word(value) }
  }

  @inlinable
  public mutating func callAsFunction(
    _ name: StaticString, _ x: inout [Address]
  ) throws(Refusal) {
    members &+= 1
    head(CBORMajor.array, UInt64(x.count))
    for value in x { address(value) }
  }

  @inlinable
  public mutating func callAsFunction(
    _ name: StaticString, _ x: inout [String]
  ) throws(Refusal) {
    members &+= 1
    head(CBORMajor.array, UInt64(x.count))
    for index in x.indices { text(&x[index]) }
  }

  @inlinable
  public mutating func callAsFunction<T: Fielded>(
    _ name: StaticString, _ x: inout T
  ) throws(Refusal) {
    members &+= 1
    try structure(&x)
  }

  @inlinable
  public mutating func callAsFunction<T: Fielded>(
    _ name: StaticString, _ x: inout [T]
  ) throws(Refusal) {
    members &+= 1
    head(CBORMajor.array, UInt64(x.count))
    for value in x {
      var value = value
      try structure(&value)
    }
  }

  @inlinable
  mutating func address(_ x: Address) {
    reserve(21)
    base[count] = CBORMajor.bytes | 20
    x.store(to: UnsafeMutableRawPointer(base + (count &+ 1)))
    count &+= 21
  }
}

extension Address {
  /// Writes the 20 bytes at `pointer`.
  @inlinable
  func store(to pointer: UnsafeMutableRawPointer) {
    pointer.storeBytes(of: a.bigEndian, as: UInt64.self)
    pointer.storeBytes(of: b.bigEndian, toByteOffset: 8, as: UInt64.self)
    pointer.storeBytes(of: c.bigEndian, toByteOffset: 16, as: UInt32.self)
  }

  /// Reads 20 bytes at `pointer`.
  @inlinable
  init(loading pointer: UnsafeRawPointer) {
    a = UInt64(bigEndian: pointer.loadUnaligned(as: UInt64.self))
    b = UInt64(bigEndian: pointer.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    c = UInt32(bigEndian: pointer.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
  }
}
