// From a calibrated float graph to an integer graph with its weights.

import Graphs
import Primitives

/// The result of quantisation.
struct QuantisedModel {
  var graph: Graph
  var weights: [LayerWeights]
  var inputScale: Scale
  var outputScale: Scale
}

/// Builds integer nodes for what the output needs, and nothing else.
///
/// A float tensor can be wanted in three forms; a ReLU is no node but the rectified form of
/// its input, which a requantisation, an addition or a pool gives for nothing.
struct Quantiser {
  /// The form in which a float tensor is wanted.
  enum Form: Int, CaseIterable {
    case sums
    case signed
    case rectified
  }

  /// An integer tensor that stands for a float tensor in some form.
  struct Made {
    var tensor: Int
    var element: ElementType
    /// One for each channel of sums, a single one for activations.
    var scales: [Double]
  }

  let float: FloatGraph
  let reach: [Reach]
  private var wanted: [Set<Form>]
  private var made: [[Made?]]
  private var nodes: [Node] = []
  var weights: [LayerWeights] = []
  private let inputScale: Scale

  static func quantise(
    _ graph: FloatGraph, _ reach: [Reach]
  ) throws(Refusal) -> QuantisedModel {
    var quantiser = try Quantiser(graph, reach)
    return try quantiser.run()
  }

  private init(_ graph: FloatGraph, _ reach: [Reach]) throws(Refusal) {
    float = graph
    self.reach = reach
    wanted = Array(repeating: [], count: graph.nodes.count + 1)
    made = Array(repeating: [nil, nil, nil], count: graph.nodes.count + 1)
    inputScale =
      graph.hasSymbols ? Scale() : try Scale(nearest: Self.step(reach[0].magnitude, .int8))
  }

  private mutating func run() throws(Refusal) -> QuantisedModel {
    let (output, form) = outputForm()
    wanted[output].insert(form)
    for tensor in stride(from: float.nodes.count, to: 0, by: -1) {
      for form in Form.allCases where wanted[tensor].contains(form) {
        want(for: tensor, form)
      }
    }
    let input: ElementType = float.hasSymbols ? .uint8 : .int8
    made[0][Form.signed.rawValue] = Made(
      tensor: 0, element: input, scales: [inputScale.value])
    if wanted[0].contains(.rectified) {
      made[0][Form.rectified.rawValue] = try rectifiedInput()
    }
    for tensor in 1...float.nodes.count {
      for form in Form.allCases where wanted[tensor].contains(form) {
        let isOutput = tensor == output && form == .sums
        made[tensor][form.rawValue] = try make(tensor, form, isOutput: isOutput)
      }
    }
    guard let result = made[output][form.rawValue], result.tensor == nodes.count else {
      throw Refusal("emptyModel")
    }
    return QuantisedModel(
      graph: try Graph(input: TensorType(input, float.input), nodes: nodes),
      weights: weights, inputScale: inputScale,
      outputScale: try Scale(nearest: result.scales[0]))
  }

  /// A ReLU right on the input: half of it is added to half of it.
  private mutating func rectifiedInput() throws(Refusal) -> Made {
    let half = inputScale.value / 2
    return try add(
      Made(tensor: 0, element: .int8, scales: [half]),
      Made(tensor: 0, element: .int8, scales: [half]), .uint8, reach[0].positive)
  }

  /// Sums where the output comes straight from a layer, else activations.
  private func outputForm() -> (Int, Form) {
    resolve(float.output, float.givesSums(sourceOfOutput) ? .sums : .signed)
  }

  /// Follows ReLUs to the tensor whose rectified form they are.
  private func resolve(_ tensor: Int, _ form: Form) -> (Int, Form) {
    var (tensor, form) = (tensor, form)
    while tensor > 0, case .relu = float.nodes[tensor - 1].operation {
      tensor = float.nodes[tensor - 1].inputs[0]
      form = .rectified
    }
    // What is never negative has one form.
    if tensor > 0, form == .rectified, case .softmax = float.nodes[tensor - 1].operation {
      form = .signed
    }
    return (tensor, form)
  }

  /// Notes what a tensor in this form is made from.
  private mutating func want(for tensor: Int, _ form: Form) {
    let node = float.nodes[tensor - 1]
    switch node.operation {
    case .linear, .convolution, .matMul, .embedding:
      if form != .sums { wanted[tensor].insert(.sums) }
      for input in node.inputs { want(input, .signed) }
    case .maxPool, .reshape: want(node.inputs[0], form)
    case .add:
      want(node.inputs[0], .signed)
      want(node.inputs[1], .signed)
    case .relu: break  // resolved away
    default: wantWide(for: tensor, form)
    }
  }

  mutating func want(_ tensor: Int, _ form: Form) {
    let (source, resolved) = resolve(tensor, form)
    wanted[source].insert(resolved)
  }

  func source(_ tensor: Int, _ form: Form) throws(Refusal) -> Made {
    let (source, resolved) = resolve(tensor, form)
    guard let found = made[source][resolved.rawValue] else { throw Refusal("emptyModel") }
    return found
  }

  mutating func append(
    _ operation: Operation, _ inputs: [Int], _ element: ElementType, _ scales: [Double]
  ) -> Made {
    nodes.append(Node(operation, inputs))
    return Made(tensor: nodes.count, element: element, scales: scales)
  }

  static func step(_ range: Double, _ element: ElementType) -> Double {
    let levels: Double = element == .uint8 ? 255 : 127
    return range > 0 ? range / levels : 1 / levels
  }

  private mutating func make(
    _ tensor: Int, _ form: Form, isOutput: Bool
  ) throws(Refusal) -> Made {
    let node = float.nodes[tensor - 1]
    let element: ElementType = form == .rectified ? .uint8 : .int8
    let range = form == .rectified ? reach[tensor].positive : reach[tensor].magnitude
    switch node.operation {
    case .linear(let matrix, let bias):
      guard form == .sums else { return try requantise(tensor, element, range) }
      return try layer(matrix, bias, nil, node, isOutput || isOutputLayer(tensor))
    case .convolution(let matrix, let bias, let window):
      guard form == .sums else { return try requantise(tensor, element, range) }
      return try layer(matrix, bias, window, node, isOutput || isOutputLayer(tensor))
    case .maxPool(let window):
      let x = try source(node.inputs[0], form)
      return append(.maxPool(MaxPool(window: window)), [x.tensor], x.element, x.scales)
    case .reshape:
      let x = try source(node.inputs[0], form)
      return append(
        .reshape(Reshape(dims: node.shape.dims)), [x.tensor], x.element, x.scales)
    case .add:
      let a = try source(node.inputs[0], .signed)
      let b = try source(node.inputs[1], .signed)
      return try add(a, b, element, range)
    case .relu: throw Refusal("emptyModel")
    default: return try makeWide(tensor, node, form, isOutput: isOutput)
    }
  }

  /// Whether the sums of a layer reach the output through nothing but reshapes.
  func isOutputLayer(_ layer: Int) -> Bool { sourceOfOutput == layer }

  /// The tensor whose numbers the output has, in another order or on another scale.
  private var sourceOfOutput: Int {
    var tensor = float.output
    while tensor > 0 {
      switch float.nodes[tensor - 1].operation {
      case .reshape, .rearrange, .scale: tensor = float.nodes[tensor - 1].inputs[0]
      default: return tensor
      }
    }
    return tensor
  }

  private mutating func layer(
    _ matrix: [Float], _ bias: [Float], _ window: Window?, _ node: FloatNode,
    _ isOutput: Bool
  ) throws(Refusal) -> Made {
    let x = try source(node.inputs[0], .signed)
    let layer = try QuantisedLayer(
      matrix: matrix, bias: bias, inputScale: x.scales[0], input: x.element,
      isOutput: isOutput)
    weights.append(layer.weights)
    let bound = layer.biasBound
    let operation: Operation
    if let window {
      operation = .convolution(
        Convolution(outputs: bias.count, window: window, biasBound: bound))
    } else {
      operation = .linear(Linear(outputs: bias.count, biasBound: bound))
    }
    return append(operation, [x.tensor], .int32, layer.sumScales)
  }

  private mutating func add(
    _ a: Made, _ b: Made, _ element: ElementType, _ range: Double
  ) throws(Refusal) -> Made {
    let step = Self.step(range, element)
    let rescaling = try Rescaling(from: [a.scales[0], b.scales[0]], to: step)
    let add = ResidualAdd(
      left: rescaling.multipliers[0], right: rescaling.multipliers[1],
      shift: rescaling.shift, element: element)
    return append(.add(add), [a.tensor, b.tensor], element, [step])
  }

  mutating func requantise(
    _ tensor: Int, _ element: ElementType, _ range: Double
  ) throws(Refusal) -> Made {
    let sums = try source(tensor, .sums)
    let step = Self.step(range, element)
    let rescaling = try Rescaling(from: sums.scales, to: step)
    let operation = Requantise(
      multipliers: rescaling.multipliers, shift: rescaling.shift, element: element)
    return append(.requantise(operation), [sums.tensor], element, [step])
  }
}
