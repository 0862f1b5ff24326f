// The operations beyond layers, maxima and shapes: pools, functions, norms, slices, products.

import Graphs
import Primitives

extension Importer {
  mutating func readWide(_ own: ONNXNode) throws(Refusal) {
    switch own.operation {
    case "Sub", "Mul", "Div": try readArithmetic(own)
    case "AveragePool": try readAveragePool(own)
    case "GlobalAveragePool": try readGlobalPool(own)
    case "BatchNormalization": try readBatchNorm(own)
    case "LayerNormalization": try readNorm(own, isCentred: true)
    case "RMSNormalization": try readNorm(own, isCentred: false)
    case "Clip": try readClip(own)
    case "Concat": try readConcat(own)
    case "Transpose": try readTranspose(own)
    case "Pad": try readPad(own)
    case "Dropout", "Cast": try name(own, output: 0, try value(own, 0))
    case "Squeeze", "Unsqueeze": try readAxes(own)
    case "Gather": try readGather(own)
    case "Split": try readSplit(own)
    case "Slice": try readSlice(own)
    default:
      guard let function = try named(own) else {
        throw .unsupportedNode(own.operation, at: node)
      }
      try apply(function, own)
    }
  }

  private mutating func apply(_ function: Pointwise, _ own: ONNXNode) throws(Refusal) {
    if case .function(let view, let inner) = try value(own, 0),
      function.parts * inner.parts <= Pointwise.mostParts
    {
      return try name(own, .function(view, function.of(inner)))
    }
    try name(own, .function(try view(own, 0), function))
  }

  /// The functions of one element that have a name of their own.
  private func named(_ own: ONNXNode) throws(Refusal) -> Pointwise? {
    func number(_ name: String, _ standard: Float) throws(Refusal) -> Float {
      let value = own.attribute(name)?.float ?? standard
      guard value.isFinite else { throw .notFinite(at: 0) }
      return value
    }
    switch own.operation {
    case "Sigmoid": return .sigmoid(.x)
    case "Tanh": return .tanh(.x)
    case "Erf": return .errorFunction(.x)
    case "Exp": return .exponential(.x)
    case "Neg": return .difference(.constant(0), .x)
    case "Abs": return .greater(.x, .difference(.constant(0), .x))
    case "Gelu":
      switch own.attribute("approximate")?.text ?? "none" {
      case "none": return .gelu
      case "tanh": return .geluByTanh
      default: throw .unsupportedAttribute("Gelu.approximate", 0, at: node)
      }
    case "Swish":
      return .product(.x, .sigmoid(.product(.constant(try number("alpha", 1)), .x)))
    case "HardSigmoid": return .hardSigmoid(try number("alpha", 0.2), try number("beta", 0.5))
    case "HardSwish": return .product(.x, .hardSigmoid(1 / 6, 0.5))
    case "LeakyRelu": return .leaky(try number("alpha", 0.01))
    case "Elu": return .elu(try number("alpha", 1))
    default: return nil
    }
  }

  // MARK: - Clip, norms, pools

  private mutating func readClip(_ own: ONNXNode) throws(Refusal) {
    func bound(_ index: Int, _ name: String) throws(Refusal) -> Float? {
      if let number = own.attribute(name)?.float { return number }
      guard own.inputs.count > index, !own.inputs[index].isEmpty else { return nil }
      let values = try floats(try constant(own, index))
      guard values.count == 1 else { throw .badShape(at: node, got: values.count, wanted: 1) }
      return values[0]
    }
    let (low, high) = (try bound(1, "min"), try bound(2, "max"))
    if low == 0, let high, high > 0, high.isFinite, case .tensor(let view) = try value(own, 0) {
      var whole = try whole(view)
      whole.tensor = try add(.clip(high), [whole.tensor], graph.shape(of: whole.tensor))
      return try name(own, .tensor(whole))
    }
    var function = Pointwise.x
    if let low { function = .greater(function, .constant(low)) }
    if let high { function = .less(function, .constant(high)) }
    try apply(function, own)
  }

  private mutating func readBatchNorm(_ own: ONNXNode) throws(Refusal) {
    try demand(own, "training_mode", 0)
    let view = try whole(try view(own, 0))
    let shape = graph.shape(of: view.tensor)
    let lists = [
      try floats(try constant(own, 1)), try floats(try constant(own, 2)),
      try floats(try constant(own, 3)), try floats(try constant(own, 4)),
    ]
    for list in lists where list.count != view.dims[0] {
      throw .badShape(at: node, got: list.count, wanted: view.dims[0])
    }
    let epsilon = own.attribute("epsilon")?.float ?? 1e-5
    let factors = zip(lists[0], lists[3]).map { $0 / ($1 + epsilon).squareRoot() }
    if let bad = factors.firstIndex(where: { !$0.isFinite }) { throw .notFinite(at: bad) }
    let offsets = factors.indices.map { lists[1][$0] - lists[2][$0] * factors[$0] }
    if view.tensor > 0, channelAxis(view, shape) == 0 {
      let before = graph.nodes[view.tensor - 1]
      switch before.operation {
      case .linear(let matrix, let bias):
        try copy(matrix.count)
        let layer = Self.folded(matrix, bias, factors, offsets)
        _ = try rename(own, view, .linear(matrix: layer.0, bias: layer.1), before)
        return
      case .convolution(let matrix, let bias, let window):
        try copy(matrix.count)
        let layer = Self.folded(matrix, bias, factors, offsets)
        _ = try rename(
          own, view, .convolution(matrix: layer.0, bias: layer.1, window: window), before)
        return
      default: break
      }
    }
    try append(own, view, 0, factors, offsets)
  }

  /// A layer whose outputs are multiplied and moved.
  private static func folded(
    _ matrix: [Float], _ bias: [Float], _ factors: [Float], _ offsets: [Float]
  ) -> ([Float], [Float]) {
    let columns = matrix.count / bias.count
    return (
      matrix.indices.map { matrix[$0] * factors[$0 / columns] },
      bias.indices.map { bias[$0] * factors[$0] + offsets[$0] }
    )
  }

  private mutating func readNorm(_ own: ONNXNode, isCentred: Bool) throws(Refusal) {
    var view = try whole(try view(own, 0))
    let rank = view.dims.count
    let axis = try axis(own.attribute("axis")?.integer ?? -1, of: rank, "\(own.operation).axis")
    guard axis == rank - 1 else {
      throw .unsupportedAttribute("\(own.operation).axis", Int64(axis + 1), at: node)
    }
    let count = view.dims[axis]
    let gains = try floats(try constant(own, 1))
    var offsets = [Float](repeating: 0, count: count)
    if own.inputs.count > 2, !own.inputs[2].isEmpty { offsets = try floats(try constant(own, 2)) }
    for list in [gains, offsets] where list.count != count {
      throw .badShape(at: node, got: list.count, wanted: count)
    }
    let epsilon = own.attribute("epsilon")?.float ?? 1e-5
    guard epsilon.isFinite, epsilon > 0 else { throw .notFinite(at: 0) }
    let norm = FloatNormalisation(
      axis: Axis(count: count, inner: count == 1 ? 1 : view.strides[axis]), isCentred: isCentred,
      epsilon: epsilon, gains: gains, offsets: offsets)
    view.tensor = try add(.normalise(norm), [view.tensor], graph.shape(of: view.tensor))
    try name(own, .tensor(view))
  }

  private mutating func readAveragePool(_ own: ONNXNode) throws(Refusal) {
    let x = try tensor(own, 0)
    let from = graph.shape(of: x)
    guard from.dims.count == 3 else {
      throw .badShape(at: node, got: from.dims.count + 1, wanted: 4)
    }
    try demand(own, "ceil_mode", 0)
    let window = try window(own, from, kernel: nil)
    if window.padsAlone != Window(height: 1, width: 1) {
      let counts = own.attribute("count_include_pad")?.integer ?? 0
      guard counts == 1 else {
        throw .unsupportedAttribute("AveragePool.count_include_pad", counts, at: node)
      }
    }
    let (height, width) = try window.size(on: from.dims[1], from.dims[2])
    try append(own, .averagePool(window), [x], try Shape([from.dims[0], height, width]))
  }

  private mutating func readGlobalPool(_ own: ONNXNode) throws(Refusal) {
    let x = try tensor(own, 0)
    let from = graph.shape(of: x)
    guard from.dims.count == 3 else {
      throw .badShape(at: node, got: from.dims.count + 1, wanted: 4)
    }
    let window = Window(height: from.dims[1], width: from.dims[2])
    _ = try window.size(on: from.dims[1], from.dims[2])
    try append(own, .averagePool(window), [x], try Shape([from.dims[0], 1, 1]))
  }
}
