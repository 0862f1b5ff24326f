// A tensor seen in another order: what transposes, slices and splits make before anything moves.

import Graphs
import Primitives

/// Elements of a float tensor by strides, without the batch axis.
struct View: Hashable {
  var tensor: Int
  var dims: [Int]
  var strides: [Int]
  var offset = 0

  /// All of a tensor as it lies.
  init(_ tensor: Int, _ shape: Shape) {
    self.tensor = tensor
    dims = shape.dims
    strides = Self.contiguous(dims)
  }

  init(_ tensor: Int, dims: [Int], strides: [Int], offset: Int = 0) {
    (self.tensor, self.dims, self.strides, self.offset) = (tensor, dims, strides, offset)
  }

  var count: Int { dims.reduce(1, *) }

  static func contiguous(_ dims: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: dims.count)
    for axis in dims.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * dims[axis + 1]
    }
    return strides
  }

  /// Whether the elements lie as they are named, beginning with the first.
  var isContiguous: Bool { offset == 0 && hasStrides(Self.contiguous(dims)) }

  /// Whether the strides are these, where an axis has more than one place.
  func hasStrides(_ wanted: [Int]) -> Bool {
    dims.indices.allSatisfy { dims[$0] == 1 || strides[$0] == wanted[$0] }
  }

  /// Whether every element of the tensor is seen once.
  func isWhole(of shape: Shape) -> Bool {
    guard offset == 0, count == shape.count else { return false }
    var next = 1
    for axis in dims.indices.filter({ dims[$0] > 1 }).sorted(by: { strides[$0] < strides[$1] }) {
      guard strides[axis] == next else { return false }
      next *= dims[axis]
    }
    return true
  }

  /// The same elements in the same order under other axes, where strides can say that.
  func reshaped(_ wanted: [Int]) -> View? {
    var own: [(dim: Int, stride: Int)] = []
    for axis in dims.indices where dims[axis] > 1 {
      if let last = own.last, last.stride == dims[axis] * strides[axis] {
        own[own.count - 1] = (last.dim * dims[axis], strides[axis])
      } else {
        own.append((dims[axis], strides[axis]))
      }
    }
    var strides = [Int](repeating: 0, count: wanted.count)
    for axis in wanted.indices.reversed() where wanted[axis] > 1 {
      guard let last = own.last, last.dim % wanted[axis] == 0 else { return nil }
      strides[axis] = last.stride
      own.removeLast()
      if last.dim > wanted[axis] {
        own.append((last.dim / wanted[axis], last.stride * wanted[axis]))
      }
    }
    guard own.isEmpty else { return nil }
    return View(tensor, dims: wanted, strides: strides, offset: offset)
  }

  /// The elements in memory's order, for a copy; an axis of one place has no stride.
  var rearrangement: Rearrangement {
    Rearrangement(
      dims: dims, strides: dims.indices.map { dims[$0] == 1 ? 0 : strides[$0] }, offset: offset)
  }
}
