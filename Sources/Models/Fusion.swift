// Which nodes of a graph are carried out in one pass over memory.

import Graphs

/// What follows a layer at once, so that its sums never leave the registers.
///
/// A requantisation that alone reads a layer's sums rounds them on the way out. A pool of two by
/// two that alone reads its result picks the greatest sum first: rounding keeps the order of
/// values, since multipliers are positive.
struct Fusion {
  /// For each node the requantisation, and the pool, that are done with it.
  private(set) var roundings: [Int: Int] = [:]
  private(set) var pools: [Int: Int] = [:]
  /// Whether a node is done with one before it.
  private(set) var isDone: [Bool]

  /// Nothing is fused: every tensor is wanted.
  static func none(_ graph: Graph) -> Fusion { Fusion(count: graph.nodes.count) }

  private init(count: Int) { isDone = [Bool](repeating: false, count: count) }

  init(_ graph: Graph, _ readers: [[Int]]) {
    self.init(count: graph.nodes.count)
    for (index, node) in graph.nodes.enumerated() {
      let isPlane: Bool
      switch node.operation {
      case .linear: isPlane = false
      case .convolution: isPlane = true
      default: continue
      }
      guard readers[index + 1].count == 1, let next = readers[index + 1].first,
        case .requantise = graph.nodes[next].operation
      else { continue }
      roundings[index] = next
      isDone[next] = true
      guard isPlane, readers[next + 1].count == 1, let last = readers[next + 1].first,
        case .maxPool(let pool) = graph.nodes[last].operation,
        pool.window.numbers == [2, 2, 2, 2, 0, 0, 0, 0]
      else { continue }
      pools[index] = last
      isDone[last] = true
    }
  }

  /// For each tensor the nodes that read it, each once.
  static func readers(_ graph: Graph) -> [[Int]] {
    var readers = [[Int]](repeating: [], count: graph.nodes.count + 1)
    for (index, node) in graph.nodes.enumerated() {
      for tensor in Set(node.inputs).sorted() { readers[tensor].append(index) }
    }
    return readers
  }
}
