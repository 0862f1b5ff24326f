// What prover and verifier of level `open` both know, and the conversation up to the sum-check.

import Arithmetic
import Graphs
import Primitives

/// The claim of a proof, reduced to inner products of committed rows with public vectors.
struct OpenStatement {
  let graph: Graph
  let shape: MatrixShape
  let samples: Int
  var transcript: Transcript
  let pieces: RowPieces

  /// The most samples of one proof.
  static let mostSamples = 4096
  /// The most elements of all tensors of all samples: the verifier holds them, whatever the file's
  /// size, since a tensor can be larger than what it follows from.
  static let mostElements = 1 << 26
  /// The most steps of the operations without weights, and of folding the inputs of layers.
  static let mostSteps: UInt64 = 1 << 32

  /// - Parameters:
  ///   - traces: every tensor of each sample.
  ///   - lies: none, where somebody verifies.
  init(
    _ proof: OpenProof, model: Bytes32, _ graph: Graph, _ shape: MatrixShape, root: Bytes32,
    _ traces: [[Tensor]], lies: ProverLies = ProverLies()
  ) {
    self.graph = graph
    self.shape = shape
    samples = traces.count
    var transcript = lies.said(
      OpenStatement.preamble(proof, model: model, shape, root: root, traces)
    ).transcript
    // Every value of the run is fixed before the first challenge.
    let points = LayerPoint.draw(graph, shape, samples: traces.count, from: &transcript)
    let rho = transcript.challenge()
    let folds = zip(zip(graph.layers, shape.blocks), points).map { own, point in
      LayerFold(graph, own.0, own.1, traces, point)
    }
    pieces = RowPieces(
      folds, points, shape, weights: OpenStatement.powers(of: rho, count: folds.count))
    self.transcript = transcript
  }

  /// Everything that is fixed before the first challenge.
  static func preamble(
    _ proof: OpenProof, model: Bytes32, _ shape: MatrixShape, root: Bytes32, _ traces: [[Tensor]]
  ) -> Preamble {
    var said = Preamble("tolsey/proof/1")
    said.add("level", UInt64(proof.level.rawValue))
    said.add("model", model)
    said.add("columns", UInt64(shape.columnBits))
    said.add("rate", UInt64(shape.rateBits))
    said.add("queries", UInt64(shape.queries))
    said.add("root", root)
    said.add("nonce", proof.nonce)
    said.add("expires", proof.expires)
    said.add("samples", UInt64(traces.count))
    said.add("input", proof.input)
    said.add("sums", proof.sums)
    for trace in traces { said.add("output", trace[trace.count - 1].bytes) }
    return said
  }

  /// What replaying a run takes of whoever does it, by public numbers alone.
  static func checkReplay(_ graph: Graph, samples: Int) throws(Refusal) {
    var elements = 0
    for type in graph.types { elements += type.shape.count * samples }
    guard elements <= mostElements else {
      throw .runTooLarge(UInt64(elements), UInt64(mostElements))
    }
    var steps = graph.work
    for layer in graph.layers {
      // The layer itself is not run again: its inputs are folded, once for each place.
      let count = graph.types[layer.node + 1].shape.count
      let own = UInt64((count - count / layer.rows) * layer.columns)
      guard steps >= own else { throw .runTooLarge(own, steps) }
      steps -= own
    }
    guard steps * UInt64(samples) <= mostSteps else {
      throw .runTooLarge(steps * UInt64(samples), mostSteps)
    }
  }

  /// docs/concepts/proofs.md has the reasons, term by term.
  static func security(_ graph: Graph, _ shape: MatrixShape, samples: Int) -> SecurityLevel {
    var level = SecurityLevel()
    let counts = RowPieces.counts(shape)
    var points = 0
    for (layer, block) in zip(graph.layers, shape.blocks) {
      points += block.outputBits + LayerPoint.placeBits(graph, layer, samples: samples)
    }
    level.add("points", UInt128(points))
    level.add("layers", UInt128(graph.layers.count))
    level.add("sumcheck", UInt128(2 * shape.columnBits))
    level.add("ends", UInt128(counts.pieces))
    level.add(
      "combination", UInt128(counts.variables + counts.pieces - 1) * UInt128(shape.length))
    level.add(
      "queries",
      SecurityLevel.queryUnits(
        columns: UInt64(shape.columns), length: UInt64(shape.length), queries: shape.queries,
        work: 0))
    return level
  }

  /// Σ_p τ^p · piece_p, for every power in turn.
  static func powers(of tau: GoldilocksPair, count: Int) -> [GoldilocksPair] {
    var powers: [GoldilocksPair] = []
    var power = GoldilocksPair.one
    for _ in 0..<count {
      powers.append(power)
      power *= tau
    }
    return powers
  }
}

extension Refusal {
  static func runTooLarge(_ got: UInt64, _ most: UInt64) -> Refusal {
    Refusal("runTooLarge", ["got": got, "most": most])
  }
}
