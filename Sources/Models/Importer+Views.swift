// From a view to a tensor: what moves, and what only bears another name.

import Graphs
import Primitives

extension Importer {
  /// A value that a sample flows through; what was put off is worked out.
  mutating func view(_ value: Value) throws(Refusal) -> View {
    switch value {
    case .tensor(let view):
      if graph.hasSymbols, view.tensor == 0 { throw .unsupportedNode("symbols", at: node) }
      return view
    case .function(let view, let own): return try work(own, on: view)
    case .masked: throw .unsupportedNode("Add:mask", at: node)
    case .softmax(let view, let isCausal):
      let x = try settle(view)
      let shape = graph.shape(of: x)
      return View(try add(.softmax(isCausal: isCausal), [x], shape), shape)
    case .constant: throw .unsupportedNode("constant", at: node)
    }
  }

  /// A function of each element of a view.
  private mutating func work(_ own: Pointwise, on view: View) throws(Refusal) -> View {
    if own == .x { return view }
    var whole = try whole(view)
    let shape = graph.shape(of: whole.tensor)
    if let factor = own.factor, factor.isFinite, factor > 0 {
      whole.tensor = try add(.scale(factor), [whole.tensor], shape)
    } else {
      whole.tensor = try add(.pointwise(own), [whole.tensor], shape)
    }
    return whole
  }

  /// The same elements as all of a tensor, in any order; a slice is copied first.
  mutating func whole(_ view: View) throws(Refusal) -> View {
    if view.isWhole(of: graph.shape(of: view.tensor)) { return view }
    let tensor = try settle(view)
    return View(tensor, graph.shape(of: tensor))
  }

  /// The tensor whose elements lie as the view names them.
  mutating func settle(_ view: View) throws(Refusal) -> Int {
    let from = graph.shape(of: view.tensor)
    if view.isContiguous, view.count == from.count {
      if from.dims == view.dims { return view.tensor }
      return try add(.reshape, [view.tensor], try Shape(view.dims))
    }
    let own = view.rearrangement
    return try add(.rearrange(own), [view.tensor], try Shape(own.dims))
  }

  /// A matrix for a product, as it lies or transposed; else copied in the order in which it lies.
  mutating func matrix(_ view: View) throws(Refusal) -> (tensor: Int, isTransposed: Bool) {
    let dims = view.dims
    let last = dims.count - 1
    var turned = dims
    turned.swapAt(last, last - 1)
    let isTransposed = view.strides[last - 1] == 1 && dims[last - 1] > 1 && dims[last] > 1
    guard isTransposed else { return (try settle(view), false) }
    var strides = view.strides
    strides.swapAt(last, last - 1)
    let other = View(view.tensor, dims: turned, strides: strides, offset: view.offset)
    return (try settle(other), true)
  }

  /// A view with further axes of one place, or repeated along them, so that it has these axes.
  func spread(_ view: View, to dims: [Int]) throws(Refusal) -> View {
    guard view.dims.count <= dims.count else {
      throw .badShape(at: node, got: view.dims.count, wanted: dims.count)
    }
    let more = dims.count - view.dims.count
    var own = [Int](repeating: 1, count: more) + view.dims
    var strides = [Int](repeating: 0, count: more) + view.strides
    for axis in dims.indices where own[axis] != dims[axis] {
      guard own[axis] == 1 else { throw .badShape(at: node, got: own[axis], wanted: dims[axis]) }
      (own[axis], strides[axis]) = (dims[axis], 0)
    }
    return View(view.tensor, dims: own, strides: strides, offset: view.offset)
  }

  /// The axes of two tensors, each repeated along what only the other has.
  func common(_ a: [Int], _ b: [Int]) throws(Refusal) -> [Int] {
    let rank = max(a.count, b.count)
    let left = [Int](repeating: 1, count: rank - a.count) + a
    let right = [Int](repeating: 1, count: rank - b.count) + b
    for axis in 0..<rank where left[axis] != right[axis] && left[axis] != 1 && right[axis] != 1 {
      throw .badShape(at: node, got: right[axis], wanted: left[axis])
    }
    return zip(left, right).map { max($0, $1) }
  }

  /// An axis as ONNX counts it, the batch first, without the batch.
  func axis(_ axis: Int64, of rank: Int, _ name: String) throws(Refusal) -> Int {
    let own = axis < 0 ? axis + Int64(rank) + 1 : axis
    guard own >= 1, own <= Int64(rank) else {
      throw .unsupportedAttribute(name, axis, at: node)
    }
    return Int(own) - 1
  }
}
