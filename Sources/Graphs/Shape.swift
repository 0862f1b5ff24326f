// The sizes of a tensor's axes, bounded so that no product of them can overflow.

public import Primitives

/// The axes of a tensor, outermost first; there is no batch axis.
public struct Shape: Hashable, Sendable, CustomStringConvertible {
  public let dims: [Int]
  /// How many elements a tensor of this shape has.
  public let count: Int

  /// The most axes that a tensor may have.
  public static let mostAxes = 4
  /// The most elements that a tensor may have.
  public static let mostElements = 1 << 26

  public init(_ dims: [Int]) throws(Refusal) {
    guard (1...Self.mostAxes).contains(dims.count) else {
      throw .badRank(got: dims.count, most: Self.mostAxes)
    }
    var count = 1
    for dim in dims {
      guard dim >= 1, dim <= Self.mostElements else {
        throw .tensorTooLarge(elements: dim, most: Self.mostElements)
      }
      count *= dim
      guard count <= Self.mostElements else {
        throw .tensorTooLarge(elements: count, most: Self.mostElements)
      }
    }
    self.dims = dims
    self.count = count
  }

  /// The number of channels: the outermost axis.
  public var channels: Int { dims[0] }

  /// How many elements share one channel.
  public var elementsPerChannel: Int { count / dims[0] }

  public var description: String { dims.map(String.init).joined(separator: "×") }
}

/// Shape and element of a tensor.
public struct TensorType: Hashable, Sendable {
  public var element: ElementType
  public var shape: Shape

  public init(_ element: ElementType, _ shape: Shape) {
    self.element = element
    self.shape = shape
  }

  public var byteCount: Int { shape.count * element.byteCount }
}

extension Refusal {
  static func badRank(got: Int, most: Int) -> Refusal {
    Refusal("badRank", ["got": UInt64(clamping: got), "most": UInt64(clamping: most)])
  }

  static func tensorTooLarge(elements: Int, most: Int) -> Refusal {
    Refusal(
      "tensorTooLarge",
      ["elements": UInt64(clamping: elements), "most": UInt64(clamping: most)])
  }
}
