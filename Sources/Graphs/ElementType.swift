// The three kinds of integer that a tensor may hold, and the range of each.

public import Primitives

/// What one element of a tensor is.
public enum ElementType: UInt8, ByteChoice {
  /// An activation after ReLU: 0 … 255.
  case uint8 = 0
  /// Any other activation: −128 … 127.
  case int8 = 1
  /// The sums of a layer, before they are requantised.
  case int32 = 2

  /// The least value; an 8-bit activation always has its full range.
  public var lowest: Int32 {
    switch self {
    case .uint8: 0
    case .int8: -128
    case .int32: .min
    }
  }

  /// The greatest value.
  public var highest: Int32 {
    switch self {
    case .uint8: 255
    case .int8: 127
    case .int32: .max
    }
  }

  /// The greatest magnitude that an 8-bit activation can have.
  public var magnitude: Int { self == .uint8 ? 255 : 128 }

  /// How many bytes one element takes in canonical bytes.
  public var byteCount: Int { self == .int32 ? 4 : 1 }

  public var isActivation: Bool { self != .int32 }

  /// The name that people read.
  public var name: String {
    switch self {
    case .uint8: "uint8"
    case .int8: "int8"
    case .int32: "int32"
    }
  }
}
