// The greatest activation under a window; pads take no part.

import Primitives

/// `y[c][p][q] = max x[c][p·s+i−top][q·s+j−left]` over the elements that lie on the plane.
public struct MaxPool: Hashable, Sendable {
  public var window: Window

  public init(window: Window) { self.window = window }

  func result(of input: TensorType) throws(Refusal) -> TensorType {
    guard input.element.isActivation else { throw .wrongElement(input.element) }
    let dims = input.shape.dims
    guard dims.count == 3 else { throw .badRank(got: dims.count, most: 3) }
    let (height, width) = try window.size(on: dims[1], dims[2])
    return TensorType(input.element, try Shape([dims[0], height, width]))
  }

  /// The reference loop.
  func run(_ x: Tensor, to type: TensorType) -> Tensor {
    let dims = type.shape.dims
    var values: [Int32] = []
    values.reserveCapacity(type.shape.count)
    for channel in 0..<dims[0] {
      for row in 0..<dims[1] {
        for column in 0..<dims[2] {
          values.append(greatest(x, channel, row, column))
        }
      }
    }
    return Tensor(unchecked: type, values)
  }

  private func greatest(_ x: Tensor, _ channel: Int, _ row: Int, _ column: Int) -> Int32 {
    let dims = x.type.shape.dims
    var greatest = x.type.element.lowest
    for i in 0..<window.height {
      let y = row * window.strideY + i - window.top
      for j in 0..<window.width {
        let z = column * window.strideX + j - window.left
        if y >= 0, y < dims[1], z >= 0, z < dims[2] {
          greatest = max(greatest, x.values[(channel * dims[1] + y) * dims[2] + z])
        }
      }
    }
    return greatest
  }
}
