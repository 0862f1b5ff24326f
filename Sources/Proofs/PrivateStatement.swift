// What prover and verifier of level `private` both know: the plan, its sizes, the first challenge.

import Arithmetic
import Graphs
import Primitives

/// A model, a number of samples, what is hidden, and all that follows from the three.
struct PrivateStatement {
  let graph: Graph
  let shape: MatrixShape
  let plan: WitnessPlan
  let space: SumSpace
  let hiding: Hiding
  let sizes: PrivateSizes

  init(
    _ graph: Graph, _ shape: MatrixShape, samples: Int, hiding: Hiding
  ) throws(Refusal) {
    guard hiding.isBuilt, hiding.contains(.weights) == (shape.budget > 0) else {
      throw Refusal("hidingNotBuilt", [Number("\(hiding.rawValue)", 0)])
    }
    self.graph = graph
    self.shape = shape
    self.hiding = hiding
    plan = try WitnessPlan(graph, samples: samples, hiding: hiding)
    space = try SumSpace(graph, samples: samples)
    sizes = try PrivateSizes(
      graph, shape, plan.shape, space, samples: samples, hiding: hiding)
  }

  /// The bits of the bytes' counts.
  var counts: CountSpace { sizes.counts }
  var layout: HidingLayout { sizes.layout }
  var outputBits: Int { sizes.outputBits }
  var hidesInput: Bool { sizes.hidesInput }
  var hidesWeights: Bool { sizes.hidesWeights }
  var inputBits: Int { sizes.inputBits }
  var layerPieces: Int { sizes.layerPieces }
  /// Of a hidden input: behind all triples.
  var inputPad: Int { layout.triple(layout.products) }
  var lengths: [(name: String, list: KeyPath<PrivateProof, [UInt8]>, count: Int)] { sizes.lengths }
  var security: SecurityLevel { sizes.security }

  /// Everything that is fixed before the first challenge.
  func preamble(_ proof: PrivateProof, model: Bytes32, root: Bytes32) -> Preamble {
    var said = Preamble("tolsey/proof/1")
    said.add("level", UInt64(proof.level.rawValue))
    said.add("hides", UInt64(proof.hides))
    said.add("model", model)
    said.add("columns", UInt64(shape.columnBits))
    said.add("rate", UInt64(shape.rateBits))
    said.add("queries", UInt64(shape.workQueries))
    said.add("root", root)
    if hidesWeights {
      for number in [UInt64(shape.budget), proof.epoch, proof.index] {
        said.add("opening", number)
      }
    }
    said.add("nonce", proof.nonce)
    said.add("expires", proof.expires)
    said.add("samples", UInt64(plan.samples))
    if !hidesInput { said.add("input", proof.input) }
    said.add("output", proof.output)
    said.add("tag", proof.tag)
    let own = plan.shape
    said.add(
      "witnessShape",
      [
        own.rows, own.pairs, own.limbs, own.columnBits, own.rateBits, own.queries,
        own.bits, own.bitBits, layout.messages, layout.products, layout.pads, layout.matrixRows,
      ])
    let helpers = own.helpers
    if !helpers.isEmpty {
      said.add(
        "helpers",
        [
          helpers.extras, helpers.loose, helpers.relations, helpers.lookups, helpers.tables,
          helpers.factors, own.tableCounts?.start ?? 0, own.tableCounts?.bits ?? 0,
        ])
    }
    said.add("witness", proof.witness)
    return said
  }

  func transcript(_ proof: PrivateProof, model: Bytes32, root: Bytes32) -> Transcript {
    preamble(proof, model: model, root: root).transcript
  }
}
