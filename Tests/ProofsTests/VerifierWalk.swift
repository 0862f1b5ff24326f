// A walk through what a verifier goes through, element by element, for bounds to be held against.

import Graphs

@testable import Proofs

struct VerifierWalk {
  let graph: Graph
  let shape: MatrixShape
  let plan: WitnessPlan
  let space: SumSpace
  /// Rows of the witness's matrix.
  let witnessRows: Int

  /// A walk through what the verifier goes through, element by element, in the lists themselves.
  func steps(bytes: Int, hashes: Int) -> Int {
    var steps = bytes
    for role in plan.roles {
      switch role {
      case .layer: continue
      case .moved(let move): steps += move.elements?.count ?? 0
      case .rounding(let map):
        for term in map.terms { steps += term.reads?.elements.count ?? 0 }
      case .maximum: continue
      }
    }
    for rounding in plan.roundings {
      for term in rounding.map.terms {
        for index in 0..<rounding.count { term.forEach(of: index) { _ in steps += 1 } }
      }
    }
    // Made, multiplied with a challenge, and gone through by two forms.
    for maximum in plan.maxima { steps += 4 * maximum.reads.elements.count }
    // Coefficients of every tensor, for the equation and for the claims: added to and passed on.
    for type in graph.types { steps += 4 * type.shape.count }
    steps += 2 << space.variables + 2 * plan.rows
    for layer in graph.layers {
      guard case .convolution(let o) = graph.nodes[layer.node].operation else {
        steps += layer.columns
        continue
      }
      let from = graph.types[graph.nodes[layer.node].inputs[0]].shape.dims
      let to = graph.types[layer.node + 1].shape.dims
      let lines = read(from[1], to[1], o.window.height, o.window.strideY, o.window.top)
      let places = read(from[2], to[2], o.window.width, o.window.strideX, o.window.left)
      steps += from[0] * lines * places
    }
    steps += helpers
    for (rows, bits, queries) in [
      (shape.rows, shape.lengthBits, shape.workQueries),
      (
        witnessRows, plan.shape.columnBits + plan.shape.rateBits,
        plan.shape.queries
      ),
    ] {
      // Two transforms of so many halves of so many rounds, letters, and leaves hashed.
      steps += bits << bits + queries * rows + queries * SuccinctBounds.hash
    }
    return steps + hashes * SuccinctBounds.hash
  }

  /// Coefficients of helpers, term by term, for the equation and for the claims.
  private var helpers: Int {
    let all = plan.helpers
    var steps = all.sizes.extras + all.sizes.loose + 2 * all.sizes.lookups
    if all.sizes.tables > 0 { steps += 256 * all.sizes.tables }
    for relation in all.relations {
      for term in relation.map.terms {
        for index in 0..<relation.count { term.forEach(of: index) { _ in steps += 1 } }
      }
    }
    for helper in all.all {
      guard case .linear(let map) = helper.source else { continue }
      for term in map.terms {
        for index in 0..<helper.count { term.forEach(of: index) { _ in steps += 2 } }
      }
    }
    for product in all.products {
      steps += 3 * product.size.factors
      guard let matrices = product.matrices else { continue }
      matrices.operation.forEachLeft(matrices.size, 1, 0) { _, _, _ in steps += 1 }
      matrices.operation.forEachRight(matrices.size, 1, 0) { _, _, _ in steps += 1 }
    }
    return steps
  }

  /// How many elements of an axis all places of a window read.
  private func read(_ count: Int, _ places: Int, _ side: Int, _ stride: Int, _ pad: Int) -> Int {
    var sum = 0
    for place in 0..<places {
      for index in 0..<side where (0..<count).contains(place * stride + index - pad) { sum += 1 }
    }
    return sum
  }
}
