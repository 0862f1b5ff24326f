// A strict reader of the protobuf wire format: it never reads past its message nor recurses.

import Primitives

/// One field of a message: its number and what the wire held.
struct ProtobufField {
  enum Value {
    case varint(UInt64)
    case fixed32(UInt32)
    case fixed64(UInt64)
    /// Where the bytes lie in the file.
    case bytes(Range<Int>)
  }

  var number: Int
  var value: Value
  /// Where the field begins in the file.
  var offset: Int
}

/// Walks over the fields of one message.
struct ProtobufReader {
  let bytes: [UInt8]
  private(set) var at: Int
  private let end: Int

  init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    at = range.lowerBound
    end = range.upperBound
  }

  /// The next field, or nil at the end of the message.
  mutating func next() throws(Refusal) -> ProtobufField? {
    guard at < end else { return nil }
    let offset = at
    let tag = try varint()
    let number = tag >> 3
    guard number >= 1, number <= 536_870_911 else { throw .malformedONNX(at: offset) }
    let value: ProtobufField.Value
    switch tag & 7 {
    case 0: value = .varint(try varint())
    case 1: value = .fixed64(try fixed(8))
    case 2:
      let length = try varint()
      guard length <= UInt64(end - at) else { throw .malformedONNX(at: offset) }
      value = .bytes(at..<at + Int(length))
      at += Int(length)
    case 5: value = .fixed32(UInt32(truncatingIfNeeded: try fixed(4)))
    default: throw .malformedONNX(at: offset)  // groups are long out of use
    }
    return ProtobufField(number: Int(number), value: value, offset: offset)
  }

  /// A number of at most ten bytes.
  mutating func varint() throws(Refusal) -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while at < end {
      let byte = bytes[at]
      at += 1
      guard shift < 63 || byte <= 1 else { throw .malformedONNX(at: at - 1) }
      result |= UInt64(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return result }
      shift += 7
    }
    throw .malformedONNX(at: at)
  }

  private mutating func fixed(_ count: Int) throws(Refusal) -> UInt64 {
    guard end - at >= count else { throw .malformedONNX(at: at) }
    var result: UInt64 = 0
    for index in 0..<count { result |= UInt64(bytes[at + index]) << UInt64(8 * index) }
    at += count
    return result
  }
}

extension ProtobufReader {
  func range(_ field: ProtobufField) throws(Refusal) -> Range<Int> {
    guard case .bytes(let range) = field.value else { throw .malformedONNX(at: field.offset) }
    return range
  }

  func number(_ field: ProtobufField) throws(Refusal) -> Int64 {
    guard case .varint(let number) = field.value else {
      throw .malformedONNX(at: field.offset)
    }
    return Int64(bitPattern: number)
  }

  func float(_ field: ProtobufField) throws(Refusal) -> Float {
    guard case .fixed32(let bits) = field.value else {
      throw .malformedONNX(at: field.offset)
    }
    return Float(bitPattern: bits)
  }

  /// A name; it is only compared, so that any bytes will do as long as they are not endless.
  func text(_ field: ProtobufField) throws(Refusal) -> String {
    let range = try range(field)
    guard range.count <= ONNXLimits.nameBytes else {
      throw .malformedONNX(at: field.offset)
    }
    return String(decoding: bytes[range], as: UTF8.self)
  }

  /// A repeated number, packed or one at a time.
  func appendNumbers(_ field: ProtobufField, to list: inout [Int64]) throws(Refusal) {
    switch field.value {
    case .varint(let number): list.append(Int64(bitPattern: number))
    case .bytes(let range):
      var inner = ProtobufReader(bytes, range)
      while inner.at < range.upperBound { list.append(Int64(bitPattern: try inner.varint())) }
    default: throw .malformedONNX(at: field.offset)
    }
  }

  /// A repeated float, packed or one at a time.
  func appendFloats(_ field: ProtobufField, to list: inout [Float]) throws(Refusal) {
    switch field.value {
    case .fixed32(let bits): list.append(Float(bitPattern: bits))
    case .bytes(let range):
      guard range.count % 4 == 0 else { throw .malformedONNX(at: field.offset) }
      list.append(contentsOf: Self.floats(bytes, range))
    default: throw .malformedONNX(at: field.offset)
    }
  }

  /// Little-endian floats; the count of bytes is a multiple of four.
  static func floats(_ bytes: [UInt8], _ range: Range<Int>) -> [Float] {
    bytes.withUnsafeBytes { raw in
      [Float](unsafeUninitializedCapacity: range.count / 4) { buffer, count in
        count = range.count / 4
        for index in 0..<count {
          let bits = raw.loadUnaligned(
            fromByteOffset: range.lowerBound + 4 * index, as: UInt32.self)
          buffer[index] = Float(bitPattern: UInt32(littleEndian: bits))
        }
      }
    }
  }
}
