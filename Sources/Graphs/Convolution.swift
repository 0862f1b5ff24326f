// A two-dimensional convolution, plus a bias; outside the plane every element is zero.

import Primitives

/// `sum[o][y][x] = bias[o] + Σ_c Σ_i Σ_j weight[o][c][i][j] · x[c][y·s+i−top][x·s+j−left]`.
public struct Convolution: Hashable, Sendable {
  /// The channels of the result.
  public var outputs: Int
  public var window: Window
  /// The greatest magnitude of a bias.
  public var biasBound: UInt32

  public init(outputs: Int, window: Window, biasBound: UInt32) {
    self.outputs = outputs
    self.window = window
    self.biasBound = biasBound
  }

  func result(of input: TensorType) throws(Refusal) -> TensorType {
    guard input.element.isActivation else { throw .wrongElement(input.element) }
    let dims = input.shape.dims
    guard dims.count == 3 else { throw .badRank(got: dims.count, most: 3) }
    let (height, width) = try window.size(on: dims[1], dims[2])
    let columns = dims[0] * window.height * window.width
    try checkSums(columns: columns, input: input.element, bias: biasBound)
    return TensorType(.int32, try Shape([outputs, height, width]))
  }

  /// The reference loop.
  func run(_ x: Tensor, _ weights: LayerWeights, to type: TensorType) -> Tensor {
    let height = type.shape.dims[1]
    let width = type.shape.dims[2]
    var sums: [Int32] = []
    sums.reserveCapacity(type.shape.count)
    for output in 0..<outputs {
      for row in 0..<height {
        for column in 0..<width {
          sums.append(sum(x, weights, output, row, column))
        }
      }
    }
    return Tensor(unchecked: type, sums)
  }

  /// One element of the result.
  private func sum(
    _ x: Tensor, _ weights: LayerWeights, _ output: Int, _ row: Int, _ column: Int
  ) -> Int32 {
    let dims = x.type.shape.dims
    var sum = Int(weights.bias[output])
    var at = output * dims[0] * window.height * window.width
    for channel in 0..<dims[0] {
      for i in 0..<window.height {
        let y = row * window.strideY + i - window.top
        for j in 0..<window.width {
          let z = column * window.strideX + j - window.left
          if y >= 0, y < dims[1], z >= 0, z < dims[2] {
            let value = x.values[(channel * dims[1] + y) * dims[2] + z]
            sum += Int(weights.matrix[at]) * Int(value)
          }
          at += 1
        }
      }
    }
    return Int32(sum)
  }
}
