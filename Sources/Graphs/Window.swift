// Where a kernel lands on a plane: its size, strides and pads, for convolution and pooling.

public import Primitives

/// A window that slides over the last two axes.
public struct Window: Hashable, Sendable {
  public var height = 1
  public var width = 1
  public var strideY = 1
  public var strideX = 1
  public var top = 0
  public var left = 0
  public var bottom = 0
  public var right = 0

  /// The greatest side, stride or pad; larger ones are a mistake or an attack.
  public static let most = 1024

  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// Eight numbers in the order of the manifest.
  public init(_ p: ArraySlice<Int>) {
    let p = Array(p)
    (height, width, strideY, strideX) = (p[0], p[1], p[2], p[3])
    (top, left, bottom, right) = (p[4], p[5], p[6], p[7])
  }

  /// The numbers that the manifest lists.
  public var numbers: [Int] { [height, width, strideY, strideX, top, left, bottom, right] }

  /// The height and width of the result on a plane of this size.
  public func size(on planeHeight: Int, _ planeWidth: Int) throws(Refusal) -> (Int, Int) {
    for side in [height, width, strideY, strideX] {
      guard (1...Self.most).contains(side) else { throw .badWindow(side, Self.most) }
    }
    for (pad, side) in [(top, height), (bottom, height), (left, width), (right, width)] {
      // A pad as wide as the kernel would make windows that see no element at all.
      guard pad >= 0, pad < side else { throw .badWindow(pad, side - 1) }
    }
    let tall = planeHeight + top + bottom - height
    let wide = planeWidth + left + right - width
    guard tall >= 0 else { throw .badWindow(height, planeHeight + top + bottom) }
    guard wide >= 0 else { throw .badWindow(width, planeWidth + left + right) }
    return (tall / strideY + 1, wide / strideX + 1)
  }
}

extension Refusal {
  static func badWindow(_ got: Int, _ most: Int) -> Refusal {
    Refusal("badWindow", ["got": UInt64(clamping: got), "most": UInt64(clamping: most)])
  }
}
