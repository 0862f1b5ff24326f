// What of a run a proof of level `succinct` commits to: a public function of graph and samples.

import Graphs
import Primitives

/// The rows of all roundings and the pairs of all maxima, in the order of the nodes.
struct WitnessPlan {
  /// The elements of a rounding's result, sample after sample, are rows from `first` on.
  struct Rounding {
    var node: Int
    var terms: [RoundingTerm]
    var first: Int
    /// For one sample.
    var count: Int
  }

  /// For each element of a maximum's result, the elements that it is the greatest of.
  struct Maximum {
    var node: Int
    var source: Int
    var first: Int
    /// Where each element's pairs begin, for one sample; one more than there are elements.
    var starts: [Int]
    /// The flat index that each pair compares with.
    var elements: [Int]
  }

  let graph: Graph
  let samples: Int
  let roles: [ProofRole]
  let roundings: [Rounding]
  let maxima: [Maximum]
  /// T and D.
  let rows: Int
  let pairs: Int
  let shape: WitnessShape

  /// The most rows and pairs, so that a small file cannot ask for much memory.
  static let mostRows = 1 << 21
  /// The most steps in which layers' inputs are folded.
  static let mostFolds = 1 << 27
  /// The magnitude of v·M + 2^31 from which on x would need a fourth byte.
  static let widest = UInt128(1) << 56 - UInt128(1) << 33

  init(_ graph: Graph, samples: Int) throws(Refusal) {
    self.graph = graph
    self.samples = samples
    let roles = try WitnessPlan.roles(graph)
    try WitnessPlan.checkFolds(graph, samples)
    var roundings: [Rounding] = []
    var maxima: [Maximum] = []
    var (rows, pairs) = (0, 0)
    var widest = UInt128(0)
    for (node, role) in roles.enumerated() {
      let count = graph.types[node + 1].shape.count
      switch role {
      case .layer, .same: continue
      case .rounding(let terms):
        roundings.append(Rounding(node: node, terms: terms, first: rows, count: count))
        rows += count * samples
        var bound = UInt128(1) << 31
        for term in terms {
          bound += term.bound(graph, sums: WitnessPlan.sums(term.tensor, graph, roles))
        }
        widest = max(widest, bound)
      case .maximum(let source, let window):
        // Pads make it fewer; this much is known before any list is made.
        guard count * window.height * window.width * samples + pairs <= WitnessPlan.mostRows else {
          throw .witnessTooLarge(count * window.height * window.width * samples + pairs)
        }
        let own = WitnessPlan.maximum(node, source, window, graph, first: pairs)
        maxima.append(own)
        pairs += own.elements.count * samples
      }
      guard rows <= WitnessPlan.mostRows else { throw .witnessTooLarge(rows) }
    }
    guard widest < WitnessPlan.widest else {
      throw Refusal("tooWideToProve", ["bits": UInt64(128 - widest.leadingZeroBitCount)])
    }
    self.roles = roles
    self.roundings = roundings
    self.maxima = maxima
    self.rows = rows
    self.pairs = pairs
    let greatest = UInt64(widest >> 32) + 1
    let limbs = max(1, (64 - greatest.leadingZeroBitCount + 7) / 8)
    shape = WitnessShape(rows: rows, pairs: pairs, limbs: limbs)
  }

  private static func roles(_ graph: Graph) throws(Refusal) -> [ProofRole] {
    var roles: [ProofRole] = []
    var layer = 0
    for (index, node) in graph.nodes.enumerated() {
      let isLayer = layer < graph.layers.count && graph.layers[layer].node == index
      roles.append(try ProofRole.of(node, graph, layer: isLayer ? layer : nil))
      if isLayer { layer += 1 }
    }
    return roles
  }

  /// The greatest magnitude of a layer's sum, if the tensor holds sums.
  private static func sums(_ tensor: Int, _ graph: Graph, _ roles: [ProofRole]) -> Int? {
    var tensor = tensor
    while tensor > 0, case .same(let source) = roles[tensor - 1] { tensor = source }
    guard tensor > 0, case .layer(let index) = roles[tensor - 1] else { return nil }
    let layer = graph.layers[index]
    let input = graph.types[graph.nodes[layer.node].inputs[0]].element.magnitude
    return layer.columns * input * 128 + Int(layer.biasBound)
  }

  private static func checkFolds(_ graph: Graph, _ samples: Int) throws(Refusal) {
    var folds = 0
    for layer in graph.layers {
      let places = graph.types[layer.node + 1].shape.count / layer.rows
      folds += places * layer.columns * samples
      guard folds <= mostFolds else { throw .witnessTooLarge(folds) }
    }
  }

  private static func maximum(
    _ node: Int, _ source: Int, _ window: Window, _ graph: Graph, first: Int
  ) -> Maximum {
    let dims = graph.types[source].shape.dims
    let result = graph.types[node + 1].shape.dims
    var own = Maximum(node: node, source: source, first: first, starts: [0], elements: [])
    for channel in 0..<result[0] {
      for row in 0..<result[1] {
        for column in 0..<result[2] {
          for i in 0..<window.height {
            let y = row * window.strideY + i - window.top
            guard y >= 0, y < dims[1] else { continue }
            for j in 0..<window.width {
              let x = column * window.strideX + j - window.left
              guard x >= 0, x < dims[2] else { continue }
              own.elements.append((channel * dims[1] + y) * dims[2] + x)
            }
          }
          own.starts.append(own.elements.count)
        }
      }
    }
    return own
  }
}

extension Refusal {
  static func witnessTooLarge(_ got: Int) -> Refusal {
    Refusal("witnessTooLarge", ["got": UInt64(clamping: got)])
  }
}
