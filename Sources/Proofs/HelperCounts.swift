// How many helpers an operation takes: counted, without any list.

import Graphs
import Primitives

/// What `Helpers` comes to for one sample, in closed form.
struct HelperCounts {
  var sizes = HelperSizes()
  var pairs = 0
  /// Terms of relations, and of helpers that are linear in others.
  var terms = 0
  /// Elements of matrices that are folded at a point.
  var folds = 0

  /// - Parameter type: of the node's result.
  init(_ node: Node, _ graph: Graph, to type: TensorType) {
    let count = type.shape.count
    for size in HelperCounts.products(node, graph, to: type) { sizes.factors += size.factors }
    switch node.operation {
    case .matMul: folds = HelperCounts.folds(node, graph, to: type)
    case .table:
      (sizes.loose, sizes.lookups, sizes.tables) = (count, count, 1)
    case .embedding:
      let length = type.shape.dims[2]
      (sizes.loose, sizes.relations) = (256 * length, 257 * length)
      terms = 4 * 256 * length
    case .softmax(let o):
      pairs = HelperCounts.pairs(o, type)
      let limbs = ProofRole.remainderLimbs(o, of: type.shape.dims[type.shape.dims.count - 1])
      sizes.extras = (1 + 2 * limbs) * pairs
      (sizes.loose, sizes.lookups, sizes.tables) = (pairs, pairs, 1)
      sizes.relations = 2 * pairs
      terms = 9 * pairs
    case .normalise(let o):
      let lines = count / o.axis.count
      sizes.extras = ProofRole.normLineBytes * lines + ProofRole.normElementBytes * count
      sizes.relations = 7 * lines + count
      terms = 32 * lines + 8 * count
    default: break
    }
  }

  /// The elements of both matrices of a product, as often as a batch reads them.
  static func folds(_ node: Node, _ graph: Graph, to type: TensorType) -> Int {
    products(node, graph, to: type).reduce(0) { $0 + $1.factors * ($1.rows + $1.columns) }
  }

  /// The elements of all lines that take part.
  static func pairs(_ o: Softmax, _ type: TensorType) -> Int {
    let last = type.shape.dims[type.shape.dims.count - 1]
    return o.isCausal
      ? type.shape.count / last / last * (last * (last + 1) / 2) : type.shape.count
  }

  /// The products of all nodes, in their order.
  static func products(_ graph: Graph) -> [ProductBlock.Size] {
    var all: [ProductBlock.Size] = []
    for (index, node) in graph.nodes.enumerated() {
      all += products(node, graph, to: graph.types[index + 1])
    }
    return all
  }

  private static func products(
    _ node: Node, _ graph: Graph, to type: TensorType
  ) -> [ProductBlock.Size] {
    let count = type.shape.count
    switch node.operation {
    case .product: return [ProductBlock.Size(batch: count)]
    case .matMul(let o):
      let shapes = node.inputs.map { graph.types[$0].shape }
      guard let size = try? o.size(shapes[0], shapes[1]) else { return [] }
      return [
        ProductBlock.Size(
          batch: size.batch, rows: size.rows, columns: size.columns, inner: size.inner)
      ]
    case .softmax(let o): return [ProductBlock.Size(batch: pairs(o, type))]
    case .embedding: return [ProductBlock.Size(batch: 256 * type.shape.dims[2])]
    case .normalise(let o):
      let line = ProductBlock.Size(batch: count / o.axis.count)
      let element = ProductBlock.Size(batch: count)
      return [element] + Array(repeating: line, count: o.isCentred ? 5 : 4) + [element]
        + (o.isCentred ? [line] : [])
    default: return []
    }
  }
}
