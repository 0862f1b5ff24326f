// An ONNX file as it stands: nodes, constants, one input, one output, nothing interpreted yet.

import Primitives

/// A constant tensor.
struct ONNXTensor {
  enum Data {
    case floats([Float])
    case integers([Int64])
  }

  var name = ""
  var dims: [Int] = []
  var data = Data.floats([])

  var count: Int { dims.reduce(1, *) }
}

/// An attribute, with whichever of its values the file sets.
struct ONNXAttribute {
  var name = ""
  var float: Float?
  var integer: Int64?
  var text: String?
  var tensor: ONNXTensor?
  var integers: [Int64] = []
  var floats: [Float] = []
}

struct ONNXNode {
  var operation = ""
  var domain = ""
  var inputs: [String] = []
  var outputs: [String] = []
  var attributes: [ONNXAttribute] = []

  func attribute(_ name: String) -> ONNXAttribute? {
    attributes.first { $0.name == name }
  }
}

/// The declared input: nil stands for an axis of free size.
struct ONNXInput {
  var name = ""
  var elementType: Int64 = 0
  var dims: [Int?] = []
}

struct ONNXModel {
  var opset: Int64 = 0
  var nodes: [ONNXNode] = []
  var constants: [ONNXTensor] = []
  var inputs: [ONNXInput] = []
  var outputs: [String] = []

  /// Reads a file; what it names, like paths of external data, is never followed.
  init(_ bytes: [UInt8]) throws(Refusal) {
    guard bytes.count <= ONNXLimits.fileBytes else {
      throw .tooManyInONNX("bytes", got: bytes.count, most: ONNXLimits.fileBytes)
    }
    var reader = ProtobufReader(bytes, 0..<bytes.count)
    var graph: Range<Int>?
    while let field = try reader.next() {
      switch field.number {
      case 7:
        guard graph == nil else { throw .malformedONNX(at: field.offset) }
        graph = try reader.range(field)
      case 8: try readOpset(reader, try reader.range(field))
      case 25:  // functions: subgraphs by another name
        throw .unsupportedNode("function", at: 0)
      default: break
      }
    }
    guard let graph else { throw .malformedONNX(at: bytes.count) }
    guard opset >= ONNXLimits.leastOpset else {
      throw Refusal(
        "unsupportedOpset",
        ["got": UInt64(clamping: opset), "least": UInt64(ONNXLimits.leastOpset)])
    }
    try readGraph(reader, graph)
  }

  private mutating func readOpset(
    _ outer: ProtobufReader, _ range: Range<Int>
  ) throws(Refusal) {
    var reader = ProtobufReader(outer.bytes, range)
    var domain = ""
    var version: Int64 = 0
    while let field = try reader.next() {
      switch field.number {
      case 1: domain = try reader.text(field)
      case 2: version = try reader.number(field)
      default: break
      }
    }
    if domain.isEmpty || domain == "ai.onnx" { opset = version }
  }

  private mutating func readGraph(
    _ outer: ProtobufReader, _ range: Range<Int>
  ) throws(Refusal) {
    var reader = ProtobufReader(outer.bytes, range)
    while let field = try reader.next() {
      switch field.number {
      case 1:
        nodes.append(try ONNXNode(reader, try reader.range(field)))
        guard nodes.count <= ONNXLimits.nodes else {
          throw .tooManyInONNX("nodes", got: nodes.count, most: ONNXLimits.nodes)
        }
      case 5:
        constants.append(try ONNXTensor(reader, try reader.range(field)))
        guard constants.count <= ONNXLimits.constants else {
          throw .tooManyInONNX(
            "constants", got: constants.count, most: ONNXLimits.constants)
        }
      case 11:
        inputs.append(try ONNXInput(reader, try reader.range(field)))
        guard inputs.count <= ONNXLimits.constants else {
          throw .tooManyInONNX("inputs", got: inputs.count, most: ONNXLimits.constants)
        }
      case 12:
        outputs.append(try ONNXInput(reader, try reader.range(field)).name)
        guard outputs.count <= ONNXLimits.inputsOfNode else {
          throw .tooManyInONNX(
            "outputs", got: outputs.count, most: ONNXLimits.inputsOfNode)
        }
      case 15: throw .unsupportedNode("sparse_initializer", at: 0)
      default: break
      }
    }
  }
}
