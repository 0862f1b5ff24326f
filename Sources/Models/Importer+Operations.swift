// How each supported ONNX operation becomes a node of the float graph.

import Graphs
import Primitives

extension Importer {
  mutating func read(_ own: ONNXNode) throws(Refusal) {
    guard own.domain.isEmpty || own.domain == "ai.onnx" else {
      throw .unsupportedNode("\(own.domain):\(own.operation)", at: node)
    }
    switch own.operation {
    case "Gemm": try readGemm(own)
    case "MatMul": try readMatMul(own)
    case "Conv": try readConv(own)
    case "Add": try readArithmetic(own)
    case "Relu":
      let view = try view(own, 0)
      // The elements of a whole tensor may lie as they like.
      if view.isWhole(of: graph.shape(of: view.tensor)) {
        let tensor = try add(.relu, [view.tensor], graph.shape(of: view.tensor))
        try name(own, .tensor(View(tensor, dims: view.dims, strides: view.strides)))
      } else {
        let x = try settle(view)
        try append(own, .relu, [x], graph.shape(of: x))
      }
    case "MaxPool": try readMaxPool(own)
    case "Flatten": try readFlatten(own)
    case "Reshape": try readReshape(own)
    case "Identity": try name(own, try value(own, 0))
    case "Constant": try readConstant(own)
    case "Softmax": try readSoftmax(own)
    default: try readWide(own)
    }
  }

  private mutating func readGemm(_ own: ONNXNode) throws(Refusal) {
    let x = try tensor(own, 0)
    try demand(own, "transA", 0)
    let factor = try scalar(own, "alpha")
    let biasFactor = try scalar(own, "beta")
    let weights = try constant(own, 1)
    guard weights.dims.count == 2 else {
      throw .badShape(at: node, got: weights.dims.count, wanted: 2)
    }
    let isTransposed = own.attribute("transB")?.integer ?? 0
    guard isTransposed == 0 || isTransposed == 1 else {
      throw .unsupportedAttribute("Gemm.transB", isTransposed, at: node)
    }
    var matrix = try rows(of: weights, isTransposed: isTransposed == 1)
    let outputs = weights.dims[isTransposed == 1 ? 0 : 1]
    let columns = weights.dims[isTransposed == 1 ? 1 : 0]
    try checkVector(x, columns)
    var bias = [Float](repeating: 0, count: outputs)
    if own.inputs.count > 2, !own.inputs[2].isEmpty {
      bias = try spread(try constant(own, 2), over: outputs, planeAxes: 0)
    }
    if factor != 1 { matrix = matrix.map { $0 * factor } }
    if biasFactor != 1 { bias = bias.map { $0 * biasFactor } }
    try append(own, .linear(matrix: matrix, bias: bias), [x], try Shape([outputs]))
  }

  private mutating func readMatMul(_ own: ONNXNode) throws(Refusal) {
    guard case .constant(let weights) = try value(own, 1) else { return try readProduct(own) }
    guard weights.dims.count == 2 else {
      throw .badShape(at: node, got: weights.dims.count, wanted: 2)
    }
    let view = try view(own, 0)
    if view.dims.count > 1 { return try readTokens(own, view, weights) }
    let x = try settle(view)
    try checkVector(x, weights.dims[0])
    let matrix = try rows(of: weights, isTransposed: false)
    let bias = [Float](repeating: 0, count: weights.dims[1])
    try append(
      own, .linear(matrix: matrix, bias: bias), [x], try Shape([weights.dims[1]]))
  }

  private mutating func readConv(_ own: ONNXNode) throws(Refusal) {
    var x = try tensor(own, 0)
    let weights = try constant(own, 1)
    var from = graph.shape(of: x)
    guard weights.dims.count == 4, from.dims.count == 3 else {
      throw .badShape(at: node, got: weights.dims.count, wanted: 4)
    }
    try demand(own, "group", 1)
    guard weights.dims[1] == from.dims[0] else {
      throw .badShape(at: node, got: weights.dims[1], wanted: from.dims[0])
    }
    var window = try window(own, from, kernel: Array(weights.dims[2...]))
    if let border = border(of: x), let wider = window.widened(by: border) {
      (x, window) = (border.input, wider)
      from = graph.shape(of: x)
    }
    let (height, width) = try window.size(on: from.dims[1], from.dims[2])
    let outputs = weights.dims[0]
    var bias = [Float](repeating: 0, count: outputs)
    if own.inputs.count > 2, !own.inputs[2].isEmpty {
      bias = try spread(try constant(own, 2), over: outputs, planeAxes: 0)
    }
    try append(
      own, .convolution(matrix: try floats(weights), bias: bias, window: window), [x],
      try Shape([outputs, height, width]))
  }

  private mutating func readMaxPool(_ own: ONNXNode) throws(Refusal) {
    let x = try tensor(own, 0)
    let from = graph.shape(of: x)
    guard from.dims.count == 3 else {
      throw .badShape(at: node, got: from.dims.count + 1, wanted: 4)
    }
    try demand(own, "ceil_mode", 0)
    try demand(own, "storage_order", 0)
    let window = try window(own, from, kernel: nil)
    let (height, width) = try window.size(on: from.dims[1], from.dims[2])
    try append(own, .maxPool(window), [x], try Shape([from.dims[0], height, width]))
  }

  private mutating func readFlatten(_ own: ONNXNode) throws(Refusal) {
    let x = try tensor(own, 0)
    let from = graph.shape(of: x)
    let axis = own.attribute("axis")?.integer ?? 1
    // With a batch of one, axes 0 and 1 give the same elements; others split the sample.
    guard axis == 1 else { throw .unsupportedAttribute("Flatten.axis", axis, at: node) }
    try append(own, .reshape, [x], try Shape([from.count]))
  }

  private mutating func readReshape(_ own: ONNXNode) throws(Refusal) {
    let view = try view(own, 0)
    try demand(own, "allowzero", 0)
    let from = [1] + view.dims
    let wanted = try integers(try constant(own, 1))
    guard (2...Shape.mostAxes + 1).contains(wanted.count) else {
      throw .badShape(at: node, got: wanted.count, wanted: 2)
    }
    let count = view.count
    var dims: [Int] = []
    var free: Int?
    var product = 1
    for (axis, size) in wanted.enumerated() {
      switch size {
      case -1 where free == nil:
        free = axis
        dims.append(1)
      case 0 where axis < from.count: dims.append(from[axis])
      case 1...Int64(Shape.mostElements): dims.append(Int(size))
      default: throw .unsupportedAttribute("Reshape.shape", size, at: node)
      }
      product *= dims[axis]
      guard product <= count else { throw .badShape(at: node, got: product, wanted: count) }
    }
    if let free { dims[free] = count / product }
    guard dims.reduce(1, *) == count else {
      throw .badShape(at: node, got: product, wanted: count)
    }
    guard dims[0] == 1 else { throw Refusal("wantsBatchOfOne", ["got": UInt64(dims[0])]) }
    if !view.isContiguous, let other = view.reshaped(Array(dims[1...])) {
      return try name(own, .tensor(other))
    }
    let x = try settle(view)
    try append(own, .reshape, [x], try Shape(Array(dims[1...])))
  }

  private mutating func readConstant(_ own: ONNXNode) throws(Refusal) {
    guard own.attributes.count == 1, let attribute = own.attributes.first else {
      throw .unsupportedNode("Constant", at: node)
    }
    var value = ONNXTensor()
    switch attribute.name {
    case "value":
      guard let tensor = attribute.tensor else {
        throw .unsupportedNode("Constant.value", at: node)
      }
      value = tensor
    case "value_float":
      let float = attribute.float ?? 0
      guard float.isFinite else { throw .notFinite(at: 0) }
      value.data = .floats([float])
    case "value_int": value.data = .integers([attribute.integer ?? 0])
    case "value_ints":
      value.dims = [attribute.integers.count]
      value.data = .integers(attribute.integers)
    default: throw .unsupportedNode("Constant.\(attribute.name)", at: node)
    }
    try name(own, .constant(value))
  }

  private mutating func readSoftmax(_ own: ONNXNode) throws(Refusal) {
    var view: View
    var isCausal = false
    if case .masked(let masked) = try value(own, 0) {
      (view, isCausal) = (masked, true)
    } else {
      view = try self.view(own, 0)
    }
    let last = Int64(view.dims.count)
    let axis = own.attribute("axis")?.integer ?? -1
    guard axis == -1 || axis == last else {
      throw .unsupportedAttribute("Softmax.axis", axis, at: node)
    }
    if !view.isContiguous { view = View(try settle(view), try Shape(view.dims)) }
    try name(own, .softmax(view, isCausal: isCausal))
  }
}
