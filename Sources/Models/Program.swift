// The fast executor: the graph's nodes as steps over one piece of memory, bit-equal to them.

import Graphs

/// A graph prepared to run. It never changes, so that any number of tasks may run it.
struct Program: Sendable {
  /// What follows a layer's sums at once.
  enum Epilogue: Sendable {
    /// The sums themselves are read by others.
    case sums
    /// Nobody but a requantisation reads them, so they never leave the cache.
    case round(PackedRounding)
  }

  enum Step: Sendable {
    case linear(PackedLayer, Epilogue)
    case convolution(PackedLayer, Convolution, Epilogue)
    case requantise(PackedRounding)
    case maxPool(Window)
    case add(ResidualAdd)
    /// For each place of the result the place it comes from, or nil where they are the same.
    case reshape([Int32]?)
  }

  /// A step with the tensors that it reads and writes.
  struct Placed: Sendable {
    var step: Step
    var inputs: [Int]
    var output: Int
  }

  let layouts: [TensorLayout]
  /// Where each tensor lies, for one sample; a batch multiplies it.
  let offsets: [Int]
  /// The bytes of one sample's tensors.
  let byteCount: Int
  let steps: [Placed]
  let kernel: DotKernel
  /// The orders of input and output, if they are not the canonical ones.
  let inputOrder: [Int32]?
  let outputOrder: [Int32]?
  /// The bytes of the largest padded plane.
  let paddedBytes: Int
  /// The greatest number of rows that a convolution gives the kernel at once.
  let mostRows: Int

  /// How many samples lie beside each other: as many as stay in the second cache, so that a
  /// layer's weights are read once for all of them.
  let batch: Int

  static let mostBatch = 64
  private static let cacheBytes = 1 << 18

  init(_ graph: Graph, _ weights: [LayerWeights], kernel: DotKernel = .best) {
    let layouts = graph.types.map(TensorLayout.init)
    let fused = Self.fusedNodes(graph)
    var steps: [Placed] = []
    var layer = 0
    var padded = 0
    var rows = 1
    for (index, node) in graph.nodes.enumerated() where !fused.isFused[index] {
      let input = layouts[node.inputs[0]]
      var output = index + 1
      var epilogue = Epilogue.sums
      if let follower = fused.follower[index],
        case .requantise(let rounding) = graph.nodes[follower].operation
      {
        epilogue = .round(PackedRounding(rounding))
        output = follower + 1
      }
      let step = Self.step(
        node.operation, input, layouts[index + 1], epilogue,
        weights: graph.layers.count > layer ? weights[layer] : nil)
      switch node.operation {
      case .linear: layer += 1
      case .convolution(let own):
        layer += 1
        let dims = input.type.shape.dims
        rows = max(rows, layouts[index + 1].type.shape.dims[2])
        let high = dims[1] + own.window.top + own.window.bottom
        let wide = dims[2] + own.window.left + own.window.right
        padded = max(padded, high * wide * dims[0])
      case .requantise, .maxPool, .add, .reshape: break
      }
      steps.append(Placed(step: step, inputs: node.inputs, output: output))
    }
    var offsets: [Int] = []
    var total = 0
    for (tensor, layout) in layouts.enumerated() {
      offsets.append(total)
      // The sums of a fused layer are never stored.
      if tensor == 0 || fused.follower[tensor - 1] == nil { total += layout.stride }
    }
    self.layouts = layouts
    self.offsets = offsets
    byteCount = total
    batch = max(1, min(Self.mostBatch, Self.cacheBytes / total))
    self.steps = steps
    self.kernel = kernel
    inputOrder = layouts[0].order
    outputOrder = layouts[layouts.count - 1].order
    paddedBytes = padded
    mostRows = rows
  }

  /// One node, packed; `weights` are those of the next layer that has any.
  private static func step(
    _ operation: Operation, _ input: TensorLayout, _ output: TensorLayout,
    _ epilogue: Epilogue, weights: LayerWeights?
  ) -> Step {
    let weights = weights ?? LayerWeights(matrix: [], bias: [])
    switch operation {
    case .linear:
      let columns = input.type.shape.count
      return .linear(
        PackedLayer(linear: weights, columns: columns, offset: input.offset), epilogue)
    case .convolution(let own):
      let packed = PackedLayer(
        convolution: weights, channels: input.type.shape.channels, window: own.window,
        offset: input.offset)
      return .convolution(packed, own, epilogue)
    case .requantise(let own): return .requantise(PackedRounding(own))
    case .maxPool(let own): return .maxPool(own.window)
    case .add(let own): return .add(own)
    case .reshape: return .reshape(reordering(input, output))
    }
  }

  /// Which requantisations are done together with the layer before them.
  private static func fusedNodes(_ graph: Graph) -> (isFused: [Bool], follower: [Int?]) {
    var readers = [Int](repeating: 0, count: graph.nodes.count + 1)
    for node in graph.nodes { for tensor in node.inputs { readers[tensor] += 1 } }
    var isFused = [Bool](repeating: false, count: graph.nodes.count)
    var follower = [Int?](repeating: nil, count: graph.nodes.count)
    for (index, node) in graph.nodes.enumerated() {
      guard case .requantise = node.operation else { continue }
      let layer = node.inputs[0] - 1
      guard readers[node.inputs[0]] == 1 else { continue }
      switch graph.nodes[layer].operation {
      case .linear, .convolution:
        isFused[index] = true
        follower[layer] = index
      case .requantise, .maxPool, .add, .reshape: break
      }
    }
    return (isFused, follower)
  }

  /// Through the canonical order from one layout to the other.
  private static func reordering(_ from: TensorLayout, _ to: TensorLayout) -> [Int32]? {
    guard from.order != nil || to.order != nil else { return nil }
    let count = from.type.shape.count
    var place = [Int32](0..<Int32(count))
    if let order = from.order {
      for (at, canonical) in order.enumerated() { place[Int(canonical)] = Int32(at) }
    }
    guard let order = to.order else { return place }
    return order.map { place[Int($0)] }
  }
}
