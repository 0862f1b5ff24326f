// How each kind of field is read from CBOR.

extension CBORDecoder {
  @inlinable
  public mutating func callAsFunction(_ name: StaticString, _ x: inout Bool) throws(Refusal) {
    try take()
    guard at < end else { throw malformed }
    switch base.load(fromByteOffset: at, as: UInt8.self) {
    case 0xf4: x = false
    case 0xf5: x = true
    default: throw malformed
    }
    at &+= 1
  }

  @inlinable
  public mutating func callAsFunction(_ name: StaticString, _ x: inout UInt8) throws(Refusal) {
    try take()
    let start = at
    guard let value = UInt8(exactly: try head(CBORMajor.unsigned)) else {
      throw .malformed(at: start)
    }
    x = value
  }

  @inlinable
  public mutating func callAsFunction(_ name: StaticString, _ x: inout UInt32) throws(Refusal) {
    try take()
    let start = at
    guard let value = UInt32(exactly: try head(CBORMajor.unsigned)) else {
      throw .malformed(at: start)
    }
    x = value
  }

  @inlinable
  public mutating func callAsFunction(_ name: StaticString, _ x: inout UInt64) throws(Refusal) {
    try take()
    x = try head(CBORMajor.unsigned)
  }

  @inlinable
  public mutating func callAsFunction(_ name: StaticString, _ x: inout UInt256) throws(Refusal) {
    try take()
    x = UInt256(try word())
  }

  @inlinable
  public mutating func callAsFunction(_ name: StaticString, _ x: inout Bytes32) throws(Refusal) {
    try take()
    x = try word()
  }

  @inlinable
  public mutating func callAsFunction(_ name: StaticString, _ x: inout Address) throws(Refusal) {
    try take()
    x = try address()
  }

  @inlinable
  public mutating func callAsFunction(_ name: StaticString, _ x: inout [UInt8]) throws(Refusal) {
    try take()
    x = Array(try string(CBORMajor.bytes))
  }

  @inlinable
  public mutating func callAsFunction(_ name: StaticString, _ x: inout String) throws(Refusal) {
    try take()
    x = try text()
  }

  @inlinable
  public mutating func callAsFunction(
    _ name: StaticString, _ x: inout [UInt64]
  ) throws(Refusal) {
    try take()
    let count = try list(elementBytes: 1)
    x = []
    x.reserveCapacity(count)
    for _ in 0..<count { x.append(try head(CBORMajor.unsigned)) }
  }

  @inlinable
  public mutating func callAsFunction(
    _ name: StaticString, _ x: inout [Bytes32]
  ) throws(Refusal) {
    try take()
    let count = try list(elementBytes: 34)
    x = []
    x.reserveCapacity(count)
    for _ in 0..<count { x.append(try word()) }
  }

  @inlinable
  public mutating func callAsFunction(
    _ name: StaticString, _ x: inout [Address]
  ) throws(Refusal) {
    try take()
    let count = try list(elementBytes: 21)
    x = []
    x.reserveCapacity(count)
    for _ in 0..<count { x.append(try address()) }
  }

  @inlinable
  public mutating func callAsFunction(
    _ name: StaticString, _ x: inout [String]
  ) throws(Refusal) {
    try take()
    let count = try list(elementBytes: 1)
    x = []
    for _ in 0..<count { x.append(try text()) }
  }

  @inlinable
  public mutating func callAsFunction<T: Fielded>(
    _ name: StaticString, _ x: inout T
  ) throws(Refusal) {
    try take()
    x = try structure(T.self)
  }

  /// Grows as it reads, so that a short message cannot ask for the memory of a long list.
  @inlinable
  public mutating func callAsFunction<T: Fielded>(
    _ name: StaticString, _ x: inout [T]
  ) throws(Refusal) {
    try take()
    let count = try list(elementBytes: 1)
    depth &+= 1
    x = []
    for _ in 0..<count { x.append(try structure(T.self)) }
    depth &-= 1
  }
}
