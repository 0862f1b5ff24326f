// A matrix times a vector, plus a bias: Gemm and MatMul.

import Primitives

/// `sum[r] = bias[r] + Σ_c weight[r][c] · x[c]`, exact in 32 bits.
public struct Linear: Hashable, Sendable {
  /// The rows of the matrix.
  public var outputs: Int
  /// The greatest magnitude of a bias.
  public var biasBound: UInt32

  public init(outputs: Int, biasBound: UInt32) {
    self.outputs = outputs
    self.biasBound = biasBound
  }

  func result(of input: TensorType) throws(Refusal) -> TensorType {
    guard input.element.isActivation else { throw .wrongElement(input.element) }
    guard input.shape.dims.count == 1 else {
      throw .badRank(got: input.shape.dims.count, most: 1)
    }
    try checkSums(columns: input.shape.count, input: input.element, bias: biasBound)
    return TensorType(.int32, try Shape([outputs]))
  }

  /// The reference loop.
  func run(_ x: Tensor, _ weights: LayerWeights, to type: TensorType) -> Tensor {
    let columns = x.values.count
    var sums: [Int32] = []
    sums.reserveCapacity(outputs)
    for row in 0..<outputs {
      var sum = Int(weights.bias[row])
      for column in 0..<columns {
        sum += Int(weights.matrix[row * columns + column]) * Int(x.values[column])
      }
      sums.append(Int32(sum))
    }
    return Tensor(unchecked: type, sums)
  }
}
