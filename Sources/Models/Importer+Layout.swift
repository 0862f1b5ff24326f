// Where elements go: transposes, slices, splits, pads, concatenations, symbols, products.

import Graphs
import Primitives

extension Importer {
  mutating func readTranspose(_ own: ONNXNode) throws(Refusal) {
    let view = try view(own, 0)
    let rank = view.dims.count
    var order = own.attribute("perm")?.integers ?? []
    if order.isEmpty { order = (0...Int64(rank)).reversed() }
    guard order.count == rank + 1, order[0] == 0, Set(order) == Set(0...Int64(rank)) else {
      throw .unsupportedAttribute("Transpose.perm", order.first ?? -1, at: node)
    }
    let axes = order.dropFirst().map { Int($0) - 1 }
    let other = View(
      view.tensor, dims: axes.map { view.dims[$0] }, strides: axes.map { view.strides[$0] },
      offset: view.offset)
    try name(own, .tensor(other))
  }

  /// Squeeze and Unsqueeze: axes of one place go and come.
  mutating func readAxes(_ own: ONNXNode) throws(Refusal) {
    var view = try view(own, 0)
    var axes = own.attribute("axes")?.integers ?? []
    if axes.isEmpty, own.inputs.count > 1 { axes = try integers(try constant(own, 1)) }
    let isMore = own.operation == "Unsqueeze"
    let rank = view.dims.count + (isMore ? axes.count : 0)
    var places: [Int] = []
    for axis in axes { places.append(try self.axis(axis, of: rank, "\(own.operation).axes")) }
    places.sort()
    guard !places.isEmpty, Set(places).count == places.count else {
      throw .unsupportedAttribute("\(own.operation).axes", Int64(axes.count), at: node)
    }
    for place in isMore ? places : places.reversed() {
      if isMore {
        view.dims.insert(1, at: place)
        view.strides.insert(0, at: place)
      } else {
        guard view.dims[place] == 1, view.dims.count > 1 else {
          throw .badShape(at: node, got: view.dims[place], wanted: 1)
        }
        view.dims.remove(at: place)
        view.strides.remove(at: place)
      }
    }
    // A contiguous tensor takes its new shape at once, so that who asks for its axes finds them.
    if view.isContiguous { view = View(try settle(view), try Shape(view.dims)) }
    try name(own, .tensor(view))
  }

  mutating func readGather(_ own: ONNXNode) throws(Refusal) {
    let axis = own.attribute("axis")?.integer ?? 0
    if case .constant(let table) = try value(own, 0) {
      guard case .tensor(let symbols) = try value(own, 1), symbols.tensor == 0, graph.hasSymbols,
        axis == 0, table.dims.count == 2, graph.input.dims.count == 1, symbols.isContiguous
      else { throw .unsupportedNode("Gather:computed", at: node) }
      guard (1...256).contains(table.dims[0]) else {
        throw .unsupportedAttribute("Gather.vocabulary", Int64(table.dims[0]), at: node)
      }
      let (length, outputs) = (graph.input.count, table.dims[1])
      let embedding = FloatEmbedding(
        outputs: outputs, vocabulary: table.dims[0], symbols: try floats(table), places: [])
      let tensor = try add(.embedding(embedding), [0], try Shape([outputs, 1, length]))
      return try name(
        own, .tensor(View(tensor, dims: [length, outputs], strides: [1, length])))
    }
    var view = try view(own, 0)
    let place = try self.axis(axis, of: view.dims.count, "Gather.axis")
    let constant = try constant(own, 1)
    let indices = try integers(constant)
    guard indices.count == 1 else {
      throw .unsupportedAttribute("Gather.indices", Int64(indices.count), at: node)
    }
    let index = indices[0] < 0 ? Int(indices[0]) + view.dims[place] : Int(clamping: indices[0])
    guard index >= 0, index < view.dims[place] else {
      throw .badShape(at: node, got: index, wanted: view.dims[place])
    }
    view.offset += index * view.strides[place]
    view.dims[place] = 1
    if constant.dims.isEmpty {
      guard view.dims.count > 1 else { throw .badShape(at: node, got: 0, wanted: 1) }
      view.dims.remove(at: place)
      view.strides.remove(at: place)
    }
    try name(own, .tensor(view))
  }

  mutating func readSplit(_ own: ONNXNode) throws(Refusal) {
    let view = try view(own, 0)
    let place = try axis(
      own.attribute("axis")?.integer ?? 0, of: view.dims.count, "Split.axis")
    var sizes = own.attribute("split")?.integers ?? []
    if own.inputs.count > 1, !own.inputs[1].isEmpty { sizes = try integers(try constant(own, 1)) }
    let all = view.dims[place]
    if sizes.isEmpty, !own.outputs.isEmpty {
      let each = (all - 1) / own.outputs.count + 1
      sizes = own.outputs.indices.map { Int64(min(each, all - $0 * each)) }
    }
    guard sizes.count == own.outputs.count, sizes.allSatisfy({ $0 > 0 && $0 <= Int64(all) }),
      sizes.reduce(0, +) == Int64(all)
    else { throw .unsupportedAttribute("Split.split", Int64(sizes.count), at: node) }
    var first = 0
    for (output, size) in sizes.enumerated() {
      let part = try slice(view, place, first..<first + Int(size))
      try name(own, output: output, .tensor(part))
      first += Int(size)
    }
  }

  /// Part of an axis. Outputs of a layer become a smaller layer, so that nothing moves.
  private mutating func slice(
    _ view: View, _ axis: Int, _ range: Range<Int>
  ) throws(Refusal) -> View {
    let shape = graph.shape(of: view.tensor)
    var part = view
    part.dims[axis] = range.count
    if view.tensor > 0, view.isWhole(of: shape), channelAxis(view, shape) == axis {
      let before = graph.nodes[view.tensor - 1]
      let rows = try Shape([range.count] + shape.dims.dropFirst())
      func cut(_ matrix: [Float], _ bias: [Float]) -> ([Float], [Float]) {
        let columns = matrix.count / bias.count
        return (
          Array(matrix[range.lowerBound * columns..<range.upperBound * columns]),
          Array(bias[range])
        )
      }
      switch before.operation {
      case .linear(let matrix, let bias):
        try copy(matrix.count)
        let own = cut(matrix, bias)
        part.tensor = try add(.linear(matrix: own.0, bias: own.1), before.inputs, rows)
        return part
      case .convolution(let matrix, let bias, let window):
        try copy(matrix.count)
        let own = cut(matrix, bias)
        part.tensor = try add(
          .convolution(matrix: own.0, bias: own.1, window: window), before.inputs, rows)
        return part
      default: break
      }
    }
    part.offset += range.lowerBound * view.strides[axis]
    return part
  }

  mutating func readSlice(_ own: ONNXNode) throws(Refusal) {
    var view = try view(own, 0)
    var lists: [[Int64]] = []
    for (index, attribute) in [(1, "starts"), (2, "ends"), (3, "axes"), (4, "steps")] {
      if own.inputs.count > index, !own.inputs[index].isEmpty {
        lists.append(try integers(try constant(own, index)))
      } else {
        lists.append(own.attribute(attribute)?.integers ?? [])
      }
    }
    if lists[2].isEmpty { lists[2] = (0..<Int64(lists[0].count)).map { $0 } }
    if lists[3].isEmpty { lists[3] = lists[0].map { _ in 1 } }
    guard lists.allSatisfy({ $0.count == lists[0].count }), !lists[0].isEmpty else {
      throw .unsupportedAttribute("Slice.starts", Int64(lists[0].count), at: node)
    }
    for (at, axis) in lists[2].enumerated() {
      let place = try self.axis(axis, of: view.dims.count, "Slice.axes")
      let size = Int64(view.dims[place])
      guard lists[3][at] >= 1, lists[3][at] <= size else {
        throw .unsupportedAttribute("Slice.steps", lists[3][at], at: node)
      }
      func bound(_ value: Int64) -> Int64 {
        max(0, min(size, value < 0 ? value.addingReportingOverflow(size).partialValue : value))
      }
      let (start, end, step) = (bound(lists[0][at]), bound(lists[1][at]), lists[3][at])
      guard start < end else { throw .badShape(at: node, got: 0, wanted: 1) }
      view.offset += Int(start) * view.strides[place]
      view.dims[place] = Int((end - start - 1) / step) + 1
      view.strides[place] *= Int(step)
    }
    try name(own, .tensor(view))
  }

  mutating func readConcat(_ own: ONNXNode) throws(Refusal) {
    guard (1...Concatenation.mostParts).contains(own.inputs.count) else {
      throw .unsupportedAttribute("Concat.inputs", Int64(own.inputs.count), at: node)
    }
    var inputs: [Int] = []
    for index in own.inputs.indices { inputs.append(try tensor(own, index)) }
    var dims = graph.shape(of: inputs[0]).dims
    let axis = try axis(own.attribute("axis")?.integer ?? 1, of: dims.count, "Concat.axis")
    for input in inputs.dropFirst() {
      let more = graph.shape(of: input).dims
      guard more.count == dims.count,
        dims.indices.allSatisfy({ $0 == axis || more[$0] == dims[$0] })
      else { throw .badShape(at: node, got: more.count, wanted: dims.count) }
      dims[axis] += more[axis]
    }
    try append(own, .concat(axis: axis), inputs, try Shape(dims))
  }

  mutating func readPad(_ own: ONNXNode) throws(Refusal) {
    let mode = own.attribute("mode")?.text ?? "constant"
    guard mode == "constant" else { throw .unsupportedAttribute("Pad.mode", 0, at: node) }
    let x = try tensor(own, 0)
    let from = graph.shape(of: x).dims
    guard own.inputs.count < 4 || own.inputs[3].isEmpty else {
      throw .unsupportedAttribute("Pad.axes", 0, at: node)
    }
    var pads = own.attribute("pads")?.integers ?? []
    if own.inputs.count > 1 { pads = try integers(try constant(own, 1)) }
    var value = own.attribute("value")?.float ?? 0
    if own.inputs.count > 2, !own.inputs[2].isEmpty {
      value = try floats(try constant(own, 2)).first ?? 0
    }
    guard pads.count == 2 * (from.count + 1), pads[0] == 0, pads[from.count + 1] == 0,
      pads.allSatisfy({ $0 >= 0 && $0 <= Int64(Window.most) }), value.isFinite
    else { throw .unsupportedAttribute("Pad.pads", pads.min() ?? 0, at: node) }
    let before = from.indices.map { Int(pads[$0 + 1]) }
    let behind = from.indices.map { Int(pads[$0 + from.count + 2]) }
    try append(
      own, .pad(before: before, behind: behind, value: value), [x],
      try Shape(from.indices.map { before[$0] + from[$0] + behind[$0] }))
  }

  /// The zeros around a plane that a tensor is, if it is one.
  func border(of tensor: Int) -> Border? {
    guard tensor > 0, case .pad(let before, let behind, 0) = graph.nodes[tensor - 1].operation,
      before.count == 3, before[0] == 0, behind[0] == 0
    else { return nil }
    return Border(input: graph.nodes[tensor - 1].inputs[0], before: before, behind: behind)
  }

  struct Border {
    var input: Int
    var before: [Int]
    var behind: [Int]
  }

  // MARK: - Products

  /// A matrix of constants for each token: a convolution of one place over the tokens' line.
  mutating func readTokens(
    _ own: ONNXNode, _ view: View, _ weights: ONNXTensor
  ) throws(Refusal) {
    let (inner, outputs) = (weights.dims[0], weights.dims[1])
    guard view.dims[view.dims.count - 1] == inner else {
      throw .badShape(at: node, got: inner, wanted: view.dims[view.dims.count - 1])
    }
    let rows = view.count / inner
    var lines = view.reshaped([rows, inner])
    if lines == nil {
      lines = View(try settle(view), try Shape(view.dims)).reshaped([rows, inner])
    }
    guard let lines else { throw .badShape(at: node, got: rows, wanted: inner) }
    let turned = View(
      lines.tensor, dims: [inner, 1, rows], strides: [lines.strides[1], 0, lines.strides[0]],
      offset: lines.offset)
    let x = try settle(turned)
    let bias = [Float](repeating: 0, count: outputs)
    let tensor = try add(
      .convolution(
        matrix: try self.rows(of: weights, isTransposed: false), bias: bias,
        window: Window(height: 1, width: 1)), [x], try Shape([outputs, 1, rows]))
    let dims = Array(view.dims.dropLast())
    try name(
      own,
      .tensor(View(tensor, dims: dims + [outputs], strides: View.contiguous(dims) + [rows])))
  }

  /// A product of two activations.
  mutating func readProduct(_ own: ONNXNode) throws(Refusal) {
    let (left, right) = (try view(own, 0), try view(own, 1))
    guard left.dims.count == right.dims.count, (2...3).contains(left.dims.count) else {
      throw .badShape(at: node, got: right.dims.count + 1, wanted: left.dims.count + 1)
    }
    let (a, b) = (try matrix(left), try matrix(right))
    if b.isTransposed, !a.isTransposed, case .softmax = graph.nodes[max(0, a.tensor - 1)].operation
    {
      return try readMixture(own, rows: a.tensor, of: b.tensor, rank: left.dims.count)
    }
    let product = MatrixProduct(isLeftTransposed: a.isTransposed, isRightTransposed: b.isTransposed)
    let size = try product.size(graph.shape(of: a.tensor), graph.shape(of: b.tensor))
    let dims = [size.batch, size.rows, size.columns].suffix(left.dims.count)
    try append(own, .matMul(product), [a.tensor, b.tensor], try Shape(Array(dims)))
  }
}

extension Importer {
  /// Shares times values that lie channels first: the turned product lies so too, and nothing moves
  /// on its way to the next layer.
  private mutating func readMixture(
    _ own: ONNXNode, rows: Int, of values: Int, rank: Int
  ) throws(Refusal) {
    let product = MatrixProduct(isLeftTransposed: false, isRightTransposed: true)
    let size = try product.size(graph.shape(of: values), graph.shape(of: rows))
    let dims = Array([size.batch, size.rows, size.columns].suffix(rank))
    let tensor = try add(.matMul(product), [values, rows], try Shape(dims))
    var view = View(tensor, dims: dims, strides: View.contiguous(dims))
    view.dims.swapAt(rank - 1, rank - 2)
    view.strides.swapAt(rank - 1, rank - 2)
    try name(own, .tensor(view))
  }
}

extension Window {
  /// The same window over a plane without its border; nil where a pad would be as wide as the
  /// kernel.
  func widened(by border: Importer.Border) -> Window? {
    var own = self
    own.top += border.before[1]
    own.left += border.before[2]
    own.bottom += border.behind[1]
    own.right += border.behind[2]
    let isTall = own.top < height && own.bottom < height
    return isTall && own.left < width && own.right < width ? own : nil
  }
}
