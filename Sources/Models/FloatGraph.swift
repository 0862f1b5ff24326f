// The float model behind an ONNX file, for calibration and comparison; no claim rests on it.

import Graphs
import Primitives

/// What a node of a float graph does to one sample.
enum FloatOperation: Sendable {
  /// A matrix with one row an output, plus a bias.
  case linear(matrix: [Float], bias: [Float])
  /// Kernels with one row an output channel, plus a bias.
  case convolution(matrix: [Float], bias: [Float], window: Window)
  case relu
  case maxPool(Window)
  case add
  case reshape
  case averagePool(Window)
  /// Factors and offsets along an axis.
  case affine(Axis, factors: [Float], offsets: [Float])
  /// Times a positive constant: the same integers on another scale.
  case scale(Float)
  /// A ReLU with an upper end.
  case clip(Float)
  case pointwise(Pointwise)
  case rearrange(Rearrangement)
  case pad(before: [Int], behind: [Int], value: Float)
  case concat(axis: Int)
  case subtract
  case multiply
  case matMul(MatrixProduct)
  case softmax(isCausal: Bool)
  case normalise(FloatNormalisation)
  case embedding(FloatEmbedding)

  /// Whether the integer result is sums, which a requantisation brings to bytes.
  var givesSums: Bool {
    switch self {
    case .linear, .convolution, .matMul, .embedding: true
    default: false
    }
  }
}

struct FloatNode: Sendable {
  var operation: FloatOperation
  /// 0 is the input, n + 1 the result of node n.
  var inputs: [Int]
  /// The shape of the result.
  var shape: Shape
}

/// Nodes in order, one sample without a batch axis.
struct FloatGraph: Sendable {
  var input: Shape
  var nodes: [FloatNode] = []
  /// The tensor that is the model's output, before a final softmax.
  var output = 0
  var readout = Readout.plain
  /// Whether the input is symbols, whose numbers are exact, and not quantities.
  var hasSymbols = false

  func shape(of tensor: Int) -> Shape { tensor == 0 ? input : nodes[tensor - 1].shape }

  func givesSums(_ tensor: Int) -> Bool { tensor > 0 && nodes[tensor - 1].operation.givesSums }
}

extension FloatGraph {
  /// Runs one sample and keeps every tensor.
  ///
  /// All sums go in a fixed order of plain IEEE operations, so that an import gives the same
  /// model on every machine.
  func trace(_ sample: [Float]) -> [[Float]] {
    var tensors = [sample]
    for node in nodes {
      let x = tensors[node.inputs[0]]
      let from = shape(of: node.inputs[0])
      switch node.operation {
      case .linear(let matrix, let bias):
        tensors.append(FloatLoops.linear(x, matrix, bias))
      case .convolution(let matrix, let bias, let window):
        tensors.append(
          FloatLoops.convolution(x, from, matrix, bias, window, to: node.shape))
      case .relu: tensors.append(x.map { $0 > 0 ? $0 : 0 })
      case .maxPool(let window):
        tensors.append(FloatLoops.maxPool(x, from, window, to: node.shape))
      case .add:
        let y = tensors[node.inputs[1]]
        tensors.append(x.indices.map { x[$0] + y[$0] })
      case .reshape: tensors.append(x)
      default: tensors.append(wide(node, node.inputs.map { tensors[$0] }))
      }
    }
    return tensors
  }

  /// The output of one sample, before a final softmax.
  func run(_ sample: [Float]) -> [Float] { trace(sample)[output] }
}

extension FloatGraph {
  private func wide(_ node: FloatNode, _ x: [[Float]]) -> [Float] {
    let from = node.inputs.map { shape(of: $0) }
    switch node.operation {
    case .averagePool(let window):
      return FloatLoops.averagePool(x[0], from[0], window, to: node.shape)
    case .affine(let axis, let factors, let offsets):
      return x[0].indices.map {
        x[0][$0] * factors[axis.place(of: $0)] + offsets[axis.place(of: $0)]
      }
    case .scale(let factor): return x[0].map { $0 * factor }
    case .clip(let most): return x[0].map { min(max($0, 0), most) }
    case .pointwise(let own): return x[0].map { Float(own(Double($0))) }
    case .rearrange(let own): return (0..<node.shape.count).map { x[0][own.source(of: $0)] }
    case .pad(let before, let behind, let value):
      let own = Padding(before: before, behind: behind)
      return (0..<node.shape.count).map {
        own.source(of: $0, in: from[0].dims, node.shape.dims).map { x[0][$0] } ?? value
      }
    case .concat(let axis):
      return FloatLoops.concat(Array(zip(x, from)), axis: axis, to: node.shape)
    case .subtract: return x[0].indices.map { x[0][$0] - x[1][$0] }
    case .multiply: return x[0].indices.map { x[0][$0] * x[1][$0] }
    case .matMul(let own):
      guard let size = try? own.size(from[0], from[1]) else { return [] }
      return FloatLoops.matMul(x[0], x[1], own, size)
    case .softmax(let isCausal):
      let length = node.shape.dims[node.shape.dims.count - 1]
      return FloatLoops.softmax(x[0], length: length, isCausal: isCausal)
    case .normalise(let own): return FloatLoops.normalise(x[0], own)
    case .embedding(let own): return FloatLoops.embedding(x[0], own)
    case .linear, .convolution, .relu, .maxPool, .add, .reshape: return x[0]
    }
  }
}
