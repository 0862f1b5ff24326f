// Turns a graph into a plan: what is fused, what lies padded, what needs no step at all.

import CKernels
import Graphs

/// Builds a plan, step by step.
struct PlanBuilder {
  let graph: Graph
  let fusion: Fusion
  let readers: [[Int]]
  /// The packed layers of the graph, in order, which plans of one graph share.
  var layers: [PackedLayer] = []
  /// Weights that are yet to be packed, or nil where the layers are there.
  let weights: [LayerWeights]?

  var places: [Plan.Place] = []
  var steps: [Plan.Step] = []
  var stepEnds: [Int] = []
  var owners: [AlignedBytes] = []
  /// The tensor in whose memory each tensor lies: its own, or the one that it reshapes.
  var roots: [Int] = []

  /// The plan for outputs alone, in batches, and the one in which every tensor is wanted, one
  /// sample at a time. They share the packed weights.
  static func plans(
    _ graph: Graph, _ weights: [LayerWeights]
  ) -> (fast: Plan, traced: Plan) {
    let readers = Fusion.readers(graph)
    var fast = PlanBuilder(
      graph: graph, fusion: Fusion(graph, readers), readers: readers, weights: weights)
    fast.build()
    var traced = PlanBuilder(
      graph: graph, fusion: .none(graph), readers: readers, layers: fast.layers, weights: nil)
    traced.build()
    return (fast.plan(mostSamples: Plan.mostBatch), traced.plan(mostSamples: 1))
  }

  private mutating func build() {
    let isFlat = flatTensors()
    for tensor in graph.types.indices {
      let layout = TensorLayout(
        graph.types[tensor], pads: pads(around: tensor), isFlat: isFlat[tensor])
      places.append(Plan.Place(layout: layout, canonical: layout))
      roots.append(tensor)
    }
    var layer = 0
    for (index, node) in graph.nodes.enumerated() {
      let input = node.inputs[0]
      switch node.operation {
      case .linear: pack(layer) { PackedLayer(linear: $0, input: $1.places[input].canonical) }
      case .convolution(let own):
        pack(layer) {
          PackedLayer(convolution: $0, window: own.window, input: $1.places[input].layout)
        }
      case .embedding(let own): pack(layer) { weights, _ in PackedLayer(embedding: weights, own) }
      default: break
      }
      if !fusion.isDone[index] { add(index, node, layer) }
      if node.operation.hasWeights { layer += 1 }
      stepEnds.append(steps.count)
    }
  }

  private mutating func pack(_ layer: Int, _ make: (LayerWeights, PlanBuilder) -> PackedLayer) {
    if let weights { layers.append(make(weights[layer], self)) }
    owners.append(layers[layer].weights)
    owners.append(layers[layer].bias)
  }

  /// The pads with which a tensor is stored: those of the convolutions that read it, if nobody
  /// else does and whoever writes it can write around them.
  private func pads(around tensor: Int) -> Window {
    let none = Window(height: 1, width: 1)
    if tensor > 0 {
      switch graph.nodes[tensor - 1].operation {
      case .requantise, .maxPool: break
      default: return none
      }
    }
    var pads: Window?
    for reader in readers[tensor] {
      guard case .convolution(let own) = graph.nodes[reader].operation else { return none }
      let wanted = own.window.padsAlone
      if let pads, pads != wanted { return none }
      pads = wanted
    }
    return pads ?? none
  }

  private mutating func add(_ index: Int, _ node: Node, _ layer: Int) {
    let input = node.inputs[0]
    switch node.operation {
    case .linear: addLinear(index, layers[layer], input)
    case .convolution(let own): addConvolution(index, layers[layer], own.window, input)
    case .requantise(let own):
      let rounding = PackedRounding(own, &owners)
      let shape = graph.types[input].shape
      let isInnermost = places[input].layout.channels == shape.channels
      let each = isInnermost ? 0 : shape.elementsPerChannel
      addStep(.requantise(rounding, each: each), input, to: index + 1)
    case .maxPool(let own): addStep(.maxPool(own.window), input, to: index + 1)
    case .add(let own): addStep(.add(own), input, node.inputs[1], to: index + 1)
    case .reshape: addReshape(index, input)
    default: addWide(index, node, layer)
    }
  }

  mutating func addStep(
    _ operation: Plan.Operation, _ input: Int, _ other: Int? = nil, to output: Int
  ) {
    steps.append(
      Plan.Step(operation: operation, inputs: (input, other ?? input), output: output))
  }

  /// Sets what follows a layer, and gives the tensor that comes out.
  private mutating func finish(_ layer: inout tolsey_layer, _ index: Int) -> Int {
    guard let next = fusion.roundings[index],
      case .requantise(let own) = graph.nodes[next].operation
    else { return index + 1 }
    let rounding = PackedRounding(own, &owners)
    layer.multipliers = rounding.multipliers
    layer.addend = rounding.addend
    layer.shift = rounding.shift
    layer.pooled = fusion.pools[index] == nil ? 0 : 1
    return (fusion.pools[index] ?? next) + 1
  }

  private mutating func addLinear(_ index: Int, _ packed: PackedLayer, _ input: Int) {
    var layer = packed.kernelLayer
    let output = finish(&layer, index)
    addStep(.linear(layer), input, to: output)
  }

  private mutating func addConvolution(
    _ index: Int, _ packed: PackedLayer, _ window: Window, _ input: Int
  ) {
    var layer = packed.kernelLayer
    let output = finish(&layer, index)
    let pads = window.padsAlone
    var source = input
    if pads != Window(height: 1, width: 1), !places[input].layout.isPadded {
      let layout = TensorLayout(graph.types[input], pads: pads)
      source = places.count
      places.append(Plan.Place(layout: layout, canonical: layout))
      roots.append(source)
      addStep(.pad, input, to: source)
    }
    let from = places[source].layout
    let to = places[output].layout
    layer.line_step = window.strideY * from.lineBytes
    layer.column_step = window.strideX * from.placeBytes
    layer.segment_step = from.lineBytes
    layer.lines = to.height
    layer.columns = to.width
    layer.out_line_step = to.lineBytes
    layer.out_column_step = to.placeBytes
    addStep(.convolution(layer), source, to: output)
  }

  /// A reshape costs nothing where the order in memory stays, or where only linear layers read
  /// it: their weights are packed in the order of the plane.
  private mutating func addReshape(_ index: Int, _ input: Int) {
    let output = index + 1
    let from = places[input].layout
    let to = places[output].layout
    let isReadByLinear = readers[output].allSatisfy {
      if case .linear = graph.nodes[$0].operation { true } else { false }
    }
    if from.isInOrder && to.isInOrder {
      roots[output] = roots[input]
    } else if isReadByLinear && !readers[output].isEmpty {
      roots[output] = roots[input]
      places[output].canonical = from
    } else {
      addReorder(input, to: output)
    }
  }
}

extension Window {
  /// The same pads around a window of no size.
  var padsAlone: Window {
    var own = Window(height: 1, width: 1)
    (own.top, own.left, own.bottom, own.right) = (top, left, bottom, right)
    return own
  }
}
