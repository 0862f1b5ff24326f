// What each operation is to a proof of level `succinct`: the one table from operations to rules.

import Graphs
import Primitives

/// One of few things that an operation can be. A new operation is a case of `of` below; what is not
/// there is refused by its name, when a proof is made and when one is judged.
enum ProofRole {
  /// The sums of the layer of this index.
  case layer(Int)
  /// The elements of another tensor in the same order.
  case same(Int)
  /// A linear function of sums or activations, rounded to a byte.
  case rounding([RoundingTerm])
  /// The greatest element under a window of a tensor.
  case maximum(Int, Window)

  /// - Parameter layer: the index of the node among the layers, if it is one.
  static func of(_ node: Node, _ graph: Graph, layer: Int?) throws(Refusal) -> ProofRole {
    switch node.operation {
    case .linear, .convolution:
      guard let layer else { throw .notProvableOperation(node.operation) }
      return .layer(layer)
    case .reshape: return .same(node.inputs[0])
    case .requantise(let o):
      let each = graph.types[node.inputs[0]].shape.elementsPerChannel
      return .rounding([
        RoundingTerm(
          tensor: node.inputs[0],
          multipliers: o.multipliers.map { RoundingTerm.scaled($0, o.shift) }, each: each)
      ])
    case .add(let o):
      let each = graph.types[node.inputs[0]].shape.count
      return .rounding(
        zip(node.inputs, [o.left, o.right]).map {
          RoundingTerm(
            tensor: $0, multipliers: [RoundingTerm.scaled($1, o.shift)], each: each)
        })
    case .maxPool(let o): return .maximum(node.inputs[0], o.window)
    default: throw .notProvableOperation(node.operation)
    }
  }
}

/// One tensor that enters a rounding, with a multiplier for so many elements each.
struct RoundingTerm {
  var tensor: Int
  /// Scaled so that every rounding is by 2^32.
  var multipliers: [UInt64]
  var each: Int

  static func scaled(_ multiplier: UInt32, _ shift: UInt8) -> UInt64 {
    UInt64(multiplier) << UInt64(32 - shift)
  }

  /// The greatest magnitude of a term's product, by public numbers alone.
  func bound(_ graph: Graph, sums: Int?) -> UInt128 {
    let magnitude = sums ?? graph.types[tensor].element.magnitude
    return UInt128(magnitude) * UInt128(multipliers.max() ?? 0)
  }
}

extension Refusal {
  static func notProvableOperation(_ operation: Operation) -> Refusal {
    Refusal("operationNotProvable", [Number(operation.name, 0)])
  }
}
