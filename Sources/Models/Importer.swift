// From an ONNX file to a float graph: names are resolved, shapes inferred, the rest refused.

import Graphs
import Primitives

/// Reads the nodes of an ONNX graph in order.
struct Importer {
  /// What a name stands for.
  enum Value {
    case constant(ONNXTensor)
    case tensor(View)
    /// A function of each element, not worked out yet.
    case function(View, Pointwise)
    /// Scores of which only those up to a row's own place count, for a softmax.
    case masked(View)
    /// A softmax over the last axis, which is none of the model's where it ends in it.
    case softmax(View, isCausal: Bool)
  }

  var graph: FloatGraph
  var values: [String: Value] = [:]
  /// The node that is being read, for refusals.
  var node = 0
  /// What one run of the nodes so far takes; the integer graph has the same bounds.
  private var elements = 0
  /// Weights that were copied to be folded or split.
  private var copied = 0
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
    // Floats, or 32 or 64 bits of a symbol's number.
    guard [1, 6, 7].contains(inputs[0].elementType) else {
      throw Refusal(
        "unsupportedDataType", ["type": UInt64(clamping: inputs[0].elementType)])
    }
    graph = FloatGraph(input: try Self.shape(of: inputs[0]))
    graph.hasSymbols = inputs[0].elementType != 1
    values[inputs[0].name] = .tensor(View(0, graph.input))
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

  private mutating func finished(_ model: ONNXModel) throws(Refusal) -> FloatGraph {
    guard model.outputs.count == 1 else {
      throw Refusal("wantsOneOutput", ["got": UInt64(model.outputs.count)])
    }
    switch values[model.outputs[0]] {
    case .softmax(let view, isCausal: false) where view.dims.count == 1:
      graph.output = try settle(view)
      graph.readout = .softmax
    case .constant, nil: throw .unknownTensor(model.outputs[0], at: model.nodes.count)
    case .some(let value): graph.output = try settle(try view(value))
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

  /// An input that a sample flows through, its elements in the order of its axes.
  mutating func tensor(_ own: ONNXNode, _ index: Int) throws(Refusal) -> Int {
    try settle(try view(own, index))
  }

  /// An input that a sample flows through, in whatever order its elements lie.
  mutating func view(_ own: ONNXNode, _ index: Int) throws(Refusal) -> View {
    let value = try value(own, index)
    if case .constant = value { throw .unsupportedNode("\(own.operation):constant", at: node) }
    return try view(value)
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
    guard own.outputs.dropFirst().allSatisfy(\.isEmpty) else {
      throw .unsupportedAttribute(
        "\(own.operation).outputs", Int64(own.outputs.count), at: node)
    }
    try name(own, output: 0, value)
  }

  /// Gives one of several outputs its meaning.
  mutating func name(_ own: ONNXNode, output: Int, _ value: Value) throws(Refusal) {
    guard output < own.outputs.count else {
      throw .unsupportedAttribute(
        "\(own.operation).outputs", Int64(own.outputs.count), at: node)
    }
    let name = own.outputs[output]
    guard values[name] == nil else { throw .duplicateTensor(name, at: node) }
    values[name] = value
  }

  /// Adds a float node and names its result.
  mutating func append(
    _ own: ONNXNode, _ operation: FloatOperation, _ inputs: [Int], _ shape: Shape
  ) throws(Refusal) {
    let tensor = try add(operation, inputs, shape)
    try name(own, .tensor(View(tensor, shape)))
  }

  /// Adds a float node, and gives its result.
  mutating func add(
    _ operation: FloatOperation, _ inputs: [Int], _ shape: Shape
  ) throws(Refusal) -> Int {
    graph.nodes.append(FloatNode(operation: operation, inputs: inputs, shape: shape))
    try addCost(of: operation, inputs, shape)
    return graph.nodes.count
  }

  /// Refuses a model that nobody could run, before its calibration tries to.
  private mutating func addCost(
    of operation: FloatOperation, _ inputs: [Int], _ shape: Shape
  ) throws(Refusal) {
    elements += shape.count
    guard elements <= Graph.mostElements else {
      throw .tooManyInONNX("elements", got: elements, most: Graph.mostElements)
    }
    let each =
      switch operation {
      case .linear(let matrix, let bias), .convolution(let matrix, let bias, _):
        matrix.count / bias.count
      case .maxPool(let window), .averagePool(let window): window.height * window.width
      case .matMul: graph.shape(of: inputs[0]).dims.max() ?? 1
      case .pointwise(let own): own.parts
      case .normalise, .softmax: 4
      default: 1
      }
    work += UInt64(each) * UInt64(shape.count)
    guard work <= Graph.mostWork else {
      throw Refusal("tooMuchWork", ["got": work, "most": Graph.mostWork])
    }
  }

  /// Refuses a file whose nodes copy its weights over and over.
  mutating func copy(_ weights: Int) throws(Refusal) {
    copied += weights
    guard copied <= ONNXLimits.copiedWeights else {
      throw .tooManyInONNX("weights", got: copied, most: ONNXLimits.copiedWeights)
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
