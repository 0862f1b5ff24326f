// The mean of the activations under a window: their sum, rescaled and rounded once.

public import Primitives

/// `q = clamp((M · Σ x[c][p·s+i−top][q·s+j−left] + 2^(s−1)) >> s)`; pads count as zeros.
public struct AveragePool: ElementOperation, Hashable {
  public var window: Window
  /// One part of the sum in steps of the result, 1 … 2^31 − 1.
  public var multiplier: UInt32
  public var shift: UInt8
  public var element: ElementType

  public init(window: Window, multiplier: UInt32, shift: UInt8, element: ElementType) {
    self.window = window
    self.multiplier = multiplier
    self.shift = shift
    self.element = element
  }

  public func result(of inputs: [TensorType]) throws(Refusal) -> TensorType {
    let input = inputs[0]
    try input.demandActivation()
    guard element.isActivation else { throw .wrongElement(element) }
    let dims = input.shape.dims
    guard dims.count == 3 else { throw .badRank(got: dims.count, most: 3) }
    let (height, width) = try window.size(on: dims[1], dims[2])
    try Rounding.check(shift)
    try Rounding.check(multiplier)
    return TensorType(element, try Shape([dims[0], height, width]))
  }

  public func values(
    _ elements: Range<Int>, _ at: Frame, _ x: (Int, Int) -> Int32
  ) -> [Int32] {
    let from = at.from[0].shape.dims
    let (plane, wide) = (at.to.shape.elementsPerChannel, at.to.shape.dims[2])
    return elements.map { element in
      let (channel, place) = (element / plane, element % plane)
      let top = place / wide * window.strideY - window.top
      let left = place % wide * window.strideX - window.left
      // At most 2^20 elements of at most 255: far from 64 bits, also times the multiplier.
      var sum: Int64 = 0
      for y in max(0, top)..<max(0, min(from[1], top + window.height)) {
        for z in max(0, left)..<max(0, min(from[2], left + window.width)) {
          sum += Int64(x(0, (channel * from[1] + y) * from[2] + z))
        }
      }
      return Rounding.round(sum * Int64(multiplier), shift, self.element)
    }
  }

  public func work(_ count: Int, _ at: Frame) -> Int {
    count * (window.height * window.width + 4)
  }

  public func reads(_ count: Int, _ at: Frame) -> [BlockReads] {
    [window.poolReads(count, at)]
  }
}
