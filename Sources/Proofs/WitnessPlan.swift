// What of a run a proof of level `succinct` commits to: a public function of graph and samples.

import Graphs
import Primitives

/// The rows of all roundings and the pairs of all maxima, in the order of the nodes.
struct WitnessPlan {
  /// The elements of a rounding's result, sample after sample, are rows from `first` on.
  struct Rounding {
    var node: Int
    var map: LinearMap
    var first: Int
    /// For one sample.
    var count: Int
  }

  /// For each element of a maximum's result, the elements that it is the greatest of.
  struct Maximum {
    var node: Int
    var source: Int
    /// The tensor or helper of the results.
    var result: Int
    var first: Int
    /// For one sample: a pair is an element that is read.
    var reads: Reads
  }

  let graph: Graph
  let samples: Int
  let roles: [ProofRole]
  let roundings: [Rounding]
  let maxima: [Maximum]
  /// For each node the index of its rounding or maximum.
  let ordinals: [Int]
  let helpers: Helpers
  /// T and D.
  let rows: Int
  let pairs: Int
  /// Where the input's rows begin, behind those of all roundings, if it is hidden: rows with
  /// nothing to round, of which b is the input.
  let inputRow: Int?
  let shape: WitnessShape

  /// The most rows and pairs, so that a small file cannot ask for much memory.
  static let mostRows = 1 << 20
  /// The most elements of all tensors of all samples, and reads of all samples.
  static let mostElements = 1 << 24
  /// The most elements of all lists of what is read: they are made once for all samples.
  static let mostReads = 1 << 22
  /// The most steps in which layers' inputs are folded.
  static let mostFolds = 1 << 26
  /// The magnitude of v·M + 2^31 from which on x would need a fourth byte.
  static let widest = UInt128(1) << 56 - UInt128(1) << 33

  /// - Parameter hiding: what level `private` hides; nil at level `succinct`.
  init(_ graph: Graph, samples: Int, hiding: Hiding? = nil) throws(Refusal) {
    self.graph = graph
    self.samples = samples
    try WitnessPlan.checkSize(graph, samples)
    try WitnessPlan.checkFolds(graph, samples)
    var helpers = Helpers(graph, samples: samples)
    var roles: [ProofRole] = []
    var roundings: [Rounding] = []
    var ordinals: [Int] = []
    var rows = 0
    var layer = 0
    var widest = UInt128(0)
    for (node, own) in graph.nodes.enumerated() {
      let count = graph.types[node + 1].shape.count
      let isLayer = layer < graph.layers.count && graph.layers[layer].node == node
      helpers.node = node
      let role = try ProofRole.of(
        own, graph, to: graph.types[node + 1], layer: isLayer ? layer : nil, &helpers)
      if isLayer { layer += 1 }
      roles.append(role)
      ordinals.append(-1)
      switch role {
      case .layer, .moved: break
      case .rounding(let map):
        ordinals[node] = roundings.count
        roundings.append(Rounding(node: node, map: map, first: rows, count: count))
        rows += count * samples
        widest = max(widest, WitnessPlan.bound(map, graph, roles, helpers))
      case .maximum(let source, let window):
        // Pads make it fewer; this much is known before any list is made.
        let most = count * window.height * window.width * samples + helpers.pairs
        guard most <= WitnessPlan.mostRows else { throw .witnessTooLarge(most) }
        let reads = Reads(window, graph.types[source].shape.dims, graph.types[node + 1].shape.dims)
        ordinals[node] = helpers.maxima.count
        helpers.add(maximumOf: source, to: node + 1, reads)
      }
      guard rows <= WitnessPlan.mostRows else { throw .witnessTooLarge(rows) }
      guard helpers.pairs <= WitnessPlan.mostRows else { throw .witnessTooLarge(helpers.pairs) }
      try helpers.sizes.check()
    }
    guard widest < WitnessPlan.widest else {
      throw Refusal("tooWideToProve", ["bits": UInt64(128 - widest.leadingZeroBitCount)])
    }
    inputRow = hiding?.contains(.input) == true ? rows : nil
    if inputRow != nil { rows += graph.input.shape.count * samples }
    guard rows <= WitnessPlan.mostRows else { throw .witnessTooLarge(rows) }
    self.roles = roles
    self.roundings = roundings
    self.ordinals = ordinals
    self.helpers = helpers
    self.rows = rows
    maxima = helpers.maxima
    pairs = helpers.pairs
    shape = WitnessShape(
      rows: rows, pairs: pairs, limbs: WitnessPlan.limbs(widest), helpers: helpers.sizes,
      isHidden: hiding != nil, isBatch: samples > 1)
  }

  /// The bytes of x where v·M + 2^31 gets so large.
  static func limbs(_ widest: UInt128) -> Int {
    let greatest = UInt64(widest >> 32) + 1
    return max(1, (64 - greatest.leadingZeroBitCount + 7) / 8)
  }

  /// The greatest magnitude of v·M + 2^31.
  private static func bound(
    _ map: LinearMap, _ graph: Graph, _ roles: [ProofRole], _ helpers: Helpers
  ) -> UInt128 {
    var bound = UInt128(1) << 31 + UInt128(map.addends.map(\.magnitude).max() ?? 0)
    for term in map.terms { bound += term.bound(magnitude(term.tensor, graph, roles, helpers)) }
    return bound
  }

  /// The greatest magnitude of an element: of a sum by the public bounds of its layer.
  private static func magnitude(
    _ tensor: Int, _ graph: Graph, _ roles: [ProofRole], _ helpers: Helpers
  ) -> Int {
    var tensor = tensor
    while tensor > 0, tensor < graph.types.count, case .moved(let move) = roles[tensor - 1] {
      tensor = move.tensor
    }
    if tensor >= graph.types.count { return helpers.all[tensor - graph.types.count].magnitude }
    guard tensor > 0, case .layer(let index) = roles[tensor - 1] else {
      return graph.types[tensor].element.magnitude
    }
    return magnitude(ofLayer: index, graph)
  }

  /// The greatest magnitude of a layer's sums, by its public bounds.
  static func magnitude(ofLayer index: Int, _ graph: Graph) -> Int {
    let layer = graph.layers[index]
    let node = graph.nodes[layer.node]
    // Two weights, that of the symbol and that of the place.
    if case .embedding = node.operation { return 256 + Int(layer.biasBound) }
    return layer.columns * graph.types[node.inputs[0]].element.magnitude * 128
      + Int(layer.biasBound)
  }

  /// All that a run's tensors and lists take, before any of it is made.
  private static func checkSize(_ graph: Graph, _ samples: Int) throws(Refusal) {
    var elements = 0
    var reads = 0
    for type in graph.types {
      elements += type.shape.count * samples
      guard elements <= mostElements else { throw .witnessTooLarge(elements) }
    }
    for (index, node) in graph.nodes.enumerated() {
      reads += ProofRole.reads(of: node, to: graph.types[index + 1])
      guard reads <= mostReads, reads * samples <= mostElements else {
        throw .witnessTooLarge(reads * samples)
      }
    }
  }

  private static func checkFolds(_ graph: Graph, _ samples: Int) throws(Refusal) {
    var folds = 0
    for (index, node) in graph.nodes.enumerated() {
      guard case .matMul = node.operation else { continue }
      folds += HelperCounts.folds(node, graph, to: graph.types[index + 1]) * samples
      guard folds <= mostFolds else { throw .witnessTooLarge(folds) }
    }
    for layer in graph.layers {
      let places = graph.types[layer.node + 1].shape.count / layer.rows
      folds += places * layer.columns * samples
      guard folds <= mostFolds else { throw .witnessTooLarge(folds) }
    }
  }
}

extension Refusal {
  static func witnessTooLarge(_ got: Int) -> Refusal {
    Refusal("witnessTooLarge", ["got": UInt64(clamping: got)])
  }
}
