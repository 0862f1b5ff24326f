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
    var first: Int
    /// For one sample: a pair is an element that is read.
    var reads: Reads
  }

  let graph: Graph
  let samples: Int
  let roles: [ProofRole]
  let roundings: [Rounding]
  let maxima: [Maximum]
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
    let roles = try WitnessPlan.roles(graph)
    var roundings: [Rounding] = []
    var maxima: [Maximum] = []
    var (rows, pairs) = (0, 0)
    var widest = UInt128(0)
    for (node, role) in roles.enumerated() {
      let count = graph.types[node + 1].shape.count
      switch role {
      case .layer, .moved: continue
      case .rounding(let map):
        roundings.append(Rounding(node: node, map: map, first: rows, count: count))
        rows += count * samples
        widest = max(widest, WitnessPlan.bound(map, graph, roles))
      case .maximum(let source, let window):
        // Pads make it fewer; this much is known before any list is made.
        guard count * window.height * window.width * samples + pairs <= WitnessPlan.mostRows else {
          throw .witnessTooLarge(count * window.height * window.width * samples + pairs)
        }
        let reads = Reads(window, graph.types[source].shape.dims, graph.types[node + 1].shape.dims)
        maxima.append(Maximum(node: node, source: source, first: pairs, reads: reads))
        pairs += reads.elements.count * samples
      }
      guard rows <= WitnessPlan.mostRows else { throw .witnessTooLarge(rows) }
    }
    guard widest < WitnessPlan.widest else {
      throw Refusal("tooWideToProve", ["bits": UInt64(128 - widest.leadingZeroBitCount)])
    }
    inputRow = hiding?.contains(.input) == true ? rows : nil
    if inputRow != nil { rows += graph.input.shape.count * samples }
    guard rows <= WitnessPlan.mostRows else { throw .witnessTooLarge(rows) }
    self.roles = roles
    self.roundings = roundings
    self.maxima = maxima
    self.rows = rows
    self.pairs = pairs
    shape = WitnessShape(
      rows: rows, pairs: pairs, limbs: WitnessPlan.limbs(widest), isHidden: hiding != nil)
  }

  /// The bytes of x where v·M + 2^31 gets so large.
  static func limbs(_ widest: UInt128) -> Int {
    let greatest = UInt64(widest >> 32) + 1
    return max(1, (64 - greatest.leadingZeroBitCount + 7) / 8)
  }

  private static func roles(_ graph: Graph) throws(Refusal) -> [ProofRole] {
    var roles: [ProofRole] = []
    var layer = 0
    for (index, node) in graph.nodes.enumerated() {
      let isLayer = layer < graph.layers.count && graph.layers[layer].node == index
      roles.append(
        try ProofRole.of(
          node, graph, to: graph.types[index + 1], layer: isLayer ? layer : nil))
      if isLayer { layer += 1 }
    }
    return roles
  }

  /// The greatest magnitude of v·M + 2^31.
  private static func bound(_ map: LinearMap, _ graph: Graph, _ roles: [ProofRole]) -> UInt128 {
    var bound = UInt128(1) << 31 + UInt128(map.addends.map(\.magnitude).max() ?? 0)
    for term in map.terms { bound += term.bound(magnitude(term.tensor, graph, roles)) }
    return bound
  }

  /// The greatest magnitude of an element: of a sum by the public bounds of its layer.
  private static func magnitude(_ tensor: Int, _ graph: Graph, _ roles: [ProofRole]) -> Int {
    var tensor = tensor
    while tensor > 0, case .moved(let move) = roles[tensor - 1] { tensor = move.tensor }
    guard tensor > 0, case .layer(let index) = roles[tensor - 1] else {
      return graph.types[tensor].element.magnitude
    }
    let layer = graph.layers[index]
    let input = graph.types[graph.nodes[layer.node].inputs[0]].element.magnitude
    return layer.columns * input * 128 + Int(layer.biasBound)
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
