// A tensor of integers with its canonical bytes.

public import Primitives

/// Integers of one element type in row-major order.
public struct Tensor: Hashable, Sendable {
  public let type: TensorType
  public let values: [Int32]

  /// Takes values that are known to be in range: an operation's own result.
  init(unchecked type: TensorType, _ values: [Int32]) {
    self.type = type
    self.values = values
  }

  public init(_ type: TensorType, _ values: [Int32]) throws(Refusal) {
    guard values.count == type.shape.count else {
      throw .wrongLength(got: values.count, wanted: type.shape.count)
    }
    for (index, value) in values.enumerated()
    where value < type.element.lowest || value > type.element.highest {
      throw Refusal("elementOutOfRange", ["index": UInt64(clamping: index)])
    }
    self.init(unchecked: type, values)
  }

  /// Reads canonical bytes.
  public init(_ type: TensorType, bytes: [UInt8]) throws(Refusal) {
    guard bytes.count == type.byteCount else {
      throw .wrongLength(got: bytes.count, wanted: type.byteCount)
    }
    switch type.element {
    case .uint8: self.init(unchecked: type, bytes.map { Int32($0) })
    case .int8: self.init(unchecked: type, bytes.map { Int32(Int8(bitPattern: $0)) })
    case .int32: self.init(unchecked: type, Self.words(bytes))
    }
  }

  /// One byte an activation, four little-endian bytes a sum.
  public var bytes: [UInt8] {
    switch type.element {
    case .uint8, .int8: values.map { UInt8(truncatingIfNeeded: $0) }
    case .int32: Self.littleEndian(values)
    }
  }

  /// Four little-endian bytes a value.
  public static func littleEndian(_ values: [Int32]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count * 4)
    for value in values {
      let word = UInt32(bitPattern: value)
      bytes.append(UInt8(truncatingIfNeeded: word))
      bytes.append(UInt8(truncatingIfNeeded: word >> 8))
      bytes.append(UInt8(truncatingIfNeeded: word >> 16))
      bytes.append(UInt8(truncatingIfNeeded: word >> 24))
    }
    return bytes
  }

  /// Reads what `littleEndian` wrote; the count of bytes must be a multiple of four.
  public static func words(_ bytes: [UInt8]) -> [Int32] {
    stride(from: 0, to: bytes.count - 3, by: 4).map { at in
      let low = UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8
      let high = UInt32(bytes[at + 2]) | UInt32(bytes[at + 3]) << 8
      return Int32(bitPattern: low | high << 16)
    }
  }
}

extension Refusal {
  /// Data of another length than its place wants.
  public static func wrongLength(got: Int, wanted: Int) -> Refusal {
    Refusal("wrongLength", ["got": UInt64(clamping: got), "wanted": UInt64(clamping: wanted)])
  }
}
