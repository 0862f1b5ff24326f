// From an ONNX file to a float graph: names are resolved, shapes inferred, the rest refused.

import Graphs
import Primitives

/// Reads the nodes of an ONNX graph in order.
struct Importer {
  /// What a name stands for.
  enum Value {
    case constant(ONNXTensor)
    case tensor(Int)
    /// A softmax over a tensor: allowed as the output only.
    case softmax(Int)
  }

  var graph: FloatGraph
  private var values: [String: Value] = [:]
  /// The node that is being read, for refusals.
  var node = 0
  /// What one run of the nodes so far takes; the integer graph has the same bounds.
  private var elements = 0
  private var work: UInt64 = 0

  static func read(_ bytes: [UInt8]) throws(Refusal) -> FloatGraph {
    let model = try ONNXModel(bytes)
    var importer = try Importer(model)
    for (index, node) in model.nodes.enumerated() {
      importer.node = index
      try importer.read(node)
    }
    return try importer.finished(model)
  }

  private init(_ model: ONNXModel) throws(Refusal) {
    for constant in model.constants {
      guard values[constant.name] == nil else {
        throw .duplicateTensor(constant.name, at: 0)
      }
      values[constant.name] = .constant(constant)
    }
    // Older files list the constants among the inputs as well.
    var inputs: [ONNXInput] = []
    for input in model.inputs where values[input.name] == nil { inputs.append(input) }
    guard inputs.count == 1 else {
      throw Refusal("wantsOneInput", ["got": UInt64(inputs.count)])
    }
    guard inputs[0].elementType == 1 else {
      throw Refusal(
        "unsupportedDataType", ["type": UInt64(clamping: inputs[0].elementType)])
    }
    graph = FloatGraph(input: try Self.shape(of: inputs[0]))
    values[inputs[0].name] = .tensor(0)
  }

  /// The input's axes behind the batch axis, which is free or one.
  private static func shape(of input: ONNXInput) throws(Refusal) -> Shape {
    guard let batch = input.dims.first, input.dims.count >= 2 else {
      throw Refusal("badRank", ["got": UInt64(input.dims.count), "least": 2])
    }
    guard batch == nil || batch == 1 else {
      throw Refusal("wantsBatchOfOne", ["got": UInt64(clamping: batch ?? 0)])
    }
    var dims: [Int] = []
    for (axis, size) in input.dims.enumerated().dropFirst() {
      guard let size else { throw Refusal("freeAxis", ["axis": UInt64(axis)]) }
      dims.append(size)
    }
    return try Shape(dims)
  }

  private func finished(_ model: ONNXModel) throws(Refusal) -> FloatGraph {
    guard model.outputs.count == 1 else {
      throw Refusal("wantsOneOutput", ["got": UInt64(model.outputs.count)])
    }
    var graph = graph
    switch values[model.outputs[0]] {
    case .tensor(let tensor): graph.output = tensor
    case .softmax(let tensor):
      graph.output = tensor
      graph.readout = .softmax
    case .constant, nil: throw .unknownTensor(model.outputs[0], at: model.nodes.count)
    }
    guard graph.output > 0 else { throw Refusal("emptyModel") }
    return graph
  }
}

extension Importer {
  func value(_ own: ONNXNode, _ index: Int) throws(Refusal) -> Value {
    guard index < own.inputs.count else {
      throw .unknownTensor("\(own.operation).input\(index)", at: node)
    }
    guard let value = values[own.inputs[index]] else {
      throw .unknownTensor(own.inputs[index], at: node)
    }
    return value
  }

  /// An input that a sample flows through.
  func tensor(_ own: ONNXNode, _ index: Int) throws(Refusal) -> Int {
    switch try value(own, index) {
    case .tensor(let tensor): return tensor
    case .softmax: throw .unsupportedNode("Softmax", at: node)
    case .constant: throw .unsupportedNode("\(own.operation):constant", at: node)
    }
  }

  /// An input that the file holds.
  func constant(_ own: ONNXNode, _ index: Int) throws(Refusal) -> ONNXTensor {
    guard case .constant(let constant) = try value(own, index) else {
      throw .unsupportedNode("\(own.operation):computed", at: node)
    }
    return constant
  }

  /// A constant of floats.
  func floats(_ constant: ONNXTensor) throws(Refusal) -> [Float] {
    guard case .floats(let values) = constant.data else {
      throw Refusal("unsupportedDataType", ["type": 7])
    }
    return values
  }

  /// A constant of integers.
  func integers(_ constant: ONNXTensor) throws(Refusal) -> [Int64] {
    guard case .integers(let values) = constant.data else {
      throw Refusal("unsupportedDataType", ["type": 1])
    }
    return values
  }

  /// Gives a node's first output its meaning; further outputs are not supported.
  mutating func name(_ own: ONNXNode, _ value: Value) throws(Refusal) {
    guard let name = own.outputs.first, own.outputs.dropFirst().allSatisfy(\.isEmpty) else {
      throw .unsupportedAttribute(
        "\(own.operation).outputs", Int64(own.outputs.count), at: node)
    }
    guard values[name] == nil else { throw .duplicateTensor(name, at: node) }
    values[name] = value
  }

  /// Adds a float node and names its result.
  mutating func append(
    _ own: ONNXNode, _ operation: FloatOperation, _ inputs: [Int], _ shape: Shape
  ) throws(Refusal) {
    graph.nodes.append(FloatNode(operation: operation, inputs: inputs, shape: shape))
    try addCost(of: operation, shape)
    try name(own, .tensor(graph.nodes.count))
  }

  /// Refuses a model that nobody could run, before its calibration tries to.
  private mutating func addCost(
    of operation: FloatOperation, _ shape: Shape
  ) throws(Refusal) {
    elements += shape.count
    guard elements <= Graph.mostElements else {
      throw .tooManyInONNX("elements", got: elements, most: Graph.mostElements)
    }
    let each =
      switch operation {
      case .linear(let matrix, let bias), .convolution(let matrix, let bias, _):
        matrix.count / bias.count
      case .maxPool(let window): window.height * window.width
      case .relu, .add, .reshape: 1
      }
    work += UInt64(each) * UInt64(shape.count)
    guard work <= Graph.mostWork else {
      throw Refusal("tooMuchWork", ["got": work, "most": Graph.mostWork])
    }
  }

  /// Refuses an attribute that has another value than the one that is supported.
  func demand(
    _ own: ONNXNode, _ name: String, _ wanted: Int64
  ) throws(Refusal) {
    let got = own.attribute(name)?.integer ?? wanted
    guard got == wanted else {
      throw .unsupportedAttribute("\(own.operation).\(name)", got, at: node)
    }
  }
}
