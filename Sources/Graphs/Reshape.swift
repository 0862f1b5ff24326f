// The same elements in the same order under another shape: Reshape and Flatten.

import Primitives

/// Pure layout; no element changes.
public struct Reshape: Hashable, Sendable {
  public var dims: [Int]

  public init(dims: [Int]) { self.dims = dims }

  func result(of input: TensorType) throws(Refusal) -> TensorType {
    let shape = try Shape(dims)
    guard shape.count == input.shape.count else {
      throw .wrongLength(got: shape.count, wanted: input.shape.count)
    }
    return TensorType(input.element, shape)
  }

  func run(_ x: Tensor, to type: TensorType) -> Tensor { Tensor(unchecked: type, x.values) }
}
