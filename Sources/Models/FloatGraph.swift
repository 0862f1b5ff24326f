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

  func shape(of tensor: Int) -> Shape { tensor == 0 ? input : nodes[tensor - 1].shape }

  /// The matrix row count and the columns of a node that has weights.
  func isWeighted(_ tensor: Int) -> Bool {
    guard tensor > 0 else { return false }
    switch nodes[tensor - 1].operation {
    case .linear, .convolution: return true
    case .relu, .maxPool, .add, .reshape: return false
    }
  }
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
      }
    }
    return tensors
  }

  /// The output of one sample, before a final softmax.
  func run(_ sample: [Float]) -> [Float] { trace(sample)[output] }
}
