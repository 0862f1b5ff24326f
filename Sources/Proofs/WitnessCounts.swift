// How large a witness of one run is, and what laying it out takes: counted, without any list.

import Graphs
import Primitives

/// What `WitnessPlan` comes to, in closed form: whoever judges a manifest has not been paid for the
/// lists that a plan is made of.
struct WitnessCounts {
  /// T and D.
  private(set) var rows = 0
  private(set) var pairs = 0
  /// Elements of all lists of what is read.
  private(set) var reads = 0
  /// Coefficients that roundings and maxima give to the elements that they read.
  private(set) var terms = 0
  /// Steps in which layers' inputs are folded.
  private(set) var folds = 0
  /// Elements of all tensors.
  private(set) var elements = 0
  /// What helpers come to.
  private(set) var helpers = HelperSizes()
  /// Terms of relations and of helpers that follow from others.
  private(set) var helperTerms = 0
  private(set) var shape: WitnessShape

  init(_ graph: Graph) throws(Refusal) {
    shape = WitnessShape(rows: 0, pairs: 0, limbs: 1)
    var widest = UInt128(0)
    // The greatest magnitude of each tensor's elements: of a sum by the public bounds of its layer.
    var magnitudes = [graph.input.element.magnitude]
    var layer = 0
    for type in graph.types { elements += type.shape.count }
    guard elements <= WitnessPlan.mostElements else { throw .witnessTooLarge(elements) }
    for (index, node) in graph.nodes.enumerated() {
      let type = graph.types[index + 1]
      reads += ProofRole.reads(of: node, to: type)
      guard reads <= WitnessPlan.mostReads else { throw .witnessTooLarge(reads) }
      if let own = Rounding(node, graph, to: type) {
        rows += type.shape.count
        terms += type.shape.count * own.reads.reduce(0, +)
        widest = max(widest, own.bound(node.inputs.map { magnitudes[$0] }))
      }
      switch node.operation {
      case .reshape, .rearrange, .pad: magnitudes.append(magnitudes[node.inputs[0]])
      case .linear, .convolution, .embedding:
        magnitudes.append(WitnessPlan.magnitude(ofLayer: layer, graph))
        layer += 1
      case .matMul(let own):
        let types = node.inputs.map { graph.types[$0] }
        let size = try own.size(types[0].shape, types[1].shape)
        magnitudes.append(
          size.inner * types[0].element.magnitude * types[1].element.magnitude)
      default: magnitudes.append(type.element.magnitude)
      }
      if case .maxPool(let own) = node.operation {
        // As the plan has it, which does not take the pads off.
        let most = type.shape.count * own.window.height * own.window.width + pairs
        guard most <= WitnessPlan.mostRows else { throw .witnessTooLarge(most) }
        let lines = own.window.lines(of: graph.types[node.inputs[0]].shape.dims, type.shape.dims)
        pairs += type.shape.dims[0] * lines.rows.sum * lines.columns.sum
      }
      let own = HelperCounts(node, graph, to: type)
      helpers.add(own.sizes)
      pairs += own.pairs
      helperTerms += own.terms + own.folds
      folds += own.folds
      guard folds <= WitnessPlan.mostFolds else { throw .witnessTooLarge(folds) }
      guard rows <= WitnessPlan.mostRows else { throw .witnessTooLarge(rows) }
      guard pairs <= WitnessPlan.mostRows else { throw .witnessTooLarge(pairs) }
      try helpers.check()
    }
    guard widest < WitnessPlan.widest else {
      throw Refusal("tooWideToProve", ["bits": UInt64(128 - widest.leadingZeroBitCount)])
    }
    for layer in graph.layers {
      folds += graph.types[layer.node + 1].shape.count / layer.rows * layer.columns
      guard folds <= WitnessPlan.mostFolds else { throw .witnessTooLarge(folds) }
    }
    terms += pairs
    shape = WitnessShape(
      rows: rows, pairs: pairs, limbs: WitnessPlan.limbs(widest), helpers: helpers)
  }
}

/// A rounding's multipliers, and how many elements of each tensor one of its results reads.
private struct Rounding {
  /// The greatest magnitude of each tensor's multipliers, by 2^(32 − s).
  var multipliers: [UInt128]
  var reads: [Int]
  var addend: UInt128 = 0
  /// The greatest magnitude of the helper that is read in the place of the node's tensors.
  var helper: Int?

  /// Nil where the operation is none.
  init?(_ node: Node, _ graph: Graph, to type: TensorType) {
    let shift: UInt8
    reads = [Int](repeating: 1, count: node.inputs.count)
    switch node.operation {
    case .linear, .convolution, .reshape, .rearrange, .pad, .maxPool, .embedding, .matMul,
      .table, .softmax:
      return nil
    case .requantise(let o):
      (multipliers, shift) = ([UInt128(o.multipliers.max() ?? 0)], o.shift)
    case .add(let o): (multipliers, shift) = ([UInt128(o.left), UInt128(o.right)], o.shift)
    case .subtract(let o): (multipliers, shift) = ([UInt128(o.left), UInt128(o.right)], o.shift)
    case .affine(let o):
      (multipliers, shift) = ([UInt128(o.multipliers.map(\.magnitude).max() ?? 0)], o.shift)
      addend = UInt128(o.offsets.map(\.magnitude).max() ?? 0) << 16
    case .averagePool(let o):
      (multipliers, shift) = ([UInt128(o.multiplier)], o.shift)
      let lines = o.window.lines(of: graph.types[node.inputs[0]].shape.dims, type.shape.dims)
      reads = [lines.rows.most * lines.columns.most]
    case .concat(let o): (multipliers, shift) = (o.multipliers.map { UInt128($0) }, o.shift)
    case .product(let o):
      (multipliers, shift, reads) = ([UInt128(o.multiplier)], o.shift, [1])
      helper = node.inputs.reduce(1) { $0 * graph.types[$1].element.magnitude }
    case .normalise(let o):
      (multipliers, shift) = ([UInt128(o.multipliers.map(\.magnitude).max() ?? 0)], o.shift)
      addend = UInt128(o.offsets.map(\.magnitude).max() ?? 0) << 16
      helper = ProofRole.greatestUnit(o.axis.count)
    }
    for index in multipliers.indices { multipliers[index] <<= UInt128(32 - shift) }
  }

  /// The greatest magnitude of v·M + 2^31, by those of the tensors that are read.
  func bound(_ magnitudes: [Int]) -> UInt128 {
    var bound = UInt128(1) << 31 + addend
    for (index, magnitude) in (helper.map { [$0] } ?? magnitudes).enumerated() {
      bound += UInt128(magnitude) * multipliers[index] * UInt128(reads[index])
    }
    return bound
  }
}

extension Window {
  /// Of the places of a window along an axis: how many elements they read together, and the most
  /// that one of them reads.
  typealias Line = (sum: Int, most: Int)

  fileprivate func lines(of dims: [Int], _ result: [Int]) -> (rows: Line, columns: Line) {
    (
      Window.line(dims[1], places: result[1], height, strideY, top),
      Window.line(dims[2], places: result[2], width, strideX, left)
    )
  }

  private static func line(
    _ count: Int, places: Int, _ side: Int, _ stride: Int, _ pad: Int
  ) -> Line {
    var line = (sum: 0, most: 0)
    for place in 0..<places {
      let start = place * stride - pad
      let own = max(0, min(count, start + side) - max(0, start))
      line = (line.sum + own, max(line.most, own))
    }
    return line
  }
}
