// Judging a proof of level `open`: without the weights, in the order in which nothing is trusted.

import Arithmetic
public import Graphs
public import Primitives

/// What a proof that holds says.
public struct ProvedRun: Sendable, Equatable {
  public var level: ProofLevel
  public var model: ModelID
  public var nonce: Bytes32
  public var expires: UInt64
  /// Canonical bytes of each sample's input and output.
  public var inputs: [[UInt8]]
  public var outputs: [[UInt8]]
  /// The error of every step.
  public var security: SecurityLevel
  /// What the proof hides, at level `private`.
  public var hides: Hiding = []
  /// What binds an input that is hidden; `inputs` is empty then.
  public var hiddenInput: HiddenInput?
  /// What of hidden weights it has opened. Two proofs with one root and index show weights.
  public var opening: WeightOpening?

  /// Whether the proof is no longer to be taken; 0 is never.
  public func hasExpired(at now: Time) -> Bool { expires != 0 && now.milliseconds > expires }
}

public enum OpenVerifier {
  /// Judges a proof; the refusal names the step that fails.
  public static func verify(_ proof: OpenProof) throws(Refusal) -> ProvedRun {
    guard proof.level == .open else { throw .proofFails(.parameters, "level") }
    guard proof.format == OpenProof.currentFormat else {
      throw .proofFails(.parameters, "format")
    }
    let model = try ProvableModel(proof.manifest)
    let (manifest, graph, shape, root) = (model.manifest, model.graph, model.shape, model.root)
    let samples = try lengths(of: proof, graph, shape)
    let security = OpenStatement.security(graph, shape, samples: samples)
    guard security.bits >= SecurityLevel.leastBits else {
      throw .proofFails(.parameters, "bits\(security.bits)")
    }
    let traces = try traces(of: proof, graph, samples)
    let statement = OpenStatement(
      proof, model: manifest.id.digest, graph, shape, root: root, traces)
    try check(proof, statement, root: root)
    return ProvedRun(
      level: .open, model: manifest.id, nonce: proof.nonce, expires: proof.expires,
      inputs: traces.map { $0[0].bytes }, outputs: traces.map { $0[$0.count - 1].bytes },
      security: security)
  }

  /// Every list has exactly the length that the manifest asks for, before anything is worked out.
  private static func lengths(
    of proof: OpenProof, _ graph: Graph, _ shape: MatrixShape
  ) throws(Refusal) -> Int {
    guard (1...UInt64(OpenStatement.mostSamples)).contains(proof.samples) else {
      throw .proofFails(.lengths, "samples")
    }
    let samples = Int(proof.samples)
    do throws(Refusal) { try OpenStatement.checkReplay(graph, samples: samples) } catch {
      throw .proofFails(.lengths, error.code)
    }
    let sums = graph.layers.reduce(0) { $0 + graph.types[$1.node + 1].byteCount }
    let wanted: [(String, Int, Int)] = [
      ("input", proof.input.count, samples * graph.input.byteCount),
      ("sums", proof.sums.count, samples * sums),
      ("rounds", proof.rounds.count, shape.columnBits * 32),
      ("ends", proof.ends.count, RowPieces.counts(shape).pieces * 16),
      ("row", proof.row.count, shape.columns * 16),
      ("columns", proof.columns.count, shape.queries * shape.rows * 8),
    ]
    for (name, got, wanted) in wanted where got != wanted { throw .proofFails(.lengths, name) }
    return samples
  }

  /// Replays what has no weights from the sums in clear.
  private static func traces(
    of proof: OpenProof, _ graph: Graph, _ samples: Int
  ) throws(Refusal) -> [[Tensor]] {
    var traces: [[Tensor]] = []
    var at = 0
    for sample in 0..<samples {
      let size = graph.input.byteCount
      let input = Array(proof.input[(sample * size)..<((sample + 1) * size)])
      var sums: [[Int32]] = []
      for layer in graph.layers {
        let bytes = graph.types[layer.node + 1].byteCount
        sums.append(Tensor.words(Array(proof.sums[at..<(at + bytes)])))
        at += bytes
      }
      do throws(Refusal) { traces.append(try graph.replay(on: input, sums: sums)) } catch {
        throw .proofFails(.trace, error.code)
      }
    }
    return traces
  }

  private static func check(
    _ proof: OpenProof, _ statement: OpenStatement, root: Bytes32
  ) throws(Refusal) {
    let shape = statement.shape
    let pieces = statement.pieces.pieces
    let read: Elements
    do throws(Refusal) { read = try Elements(proof, shape, pieces: pieces.count) } catch {
      throw .proofFails(.elements, error.code)
    }
    var transcript = statement.transcript
    let (point, claim) = ColumnSumcheck.follow(
      read.rounds, claim: statement.pieces.claim, &transcript)
    var sum = GoldilocksPair.zero
    for (piece, end) in zip(pieces, read.ends) {
      sum += end * Multilinear(piece.vector).value(at: point)
    }
    guard sum == claim else { throw .proofFails(.sumcheck, "claim") }
    transcript.absorb("ends", proof.ends)
    let powers = OpenStatement.powers(of: transcript.challenge(), count: pieces.count)
    let end = zip(read.ends, powers).reduce(GoldilocksPair.zero) { $0 + $1.0 * $1.1 }
    guard Multilinear(read.row).value(at: point) == end else {
      throw .proofFails(.combination, "point")
    }
    transcript.absorb("row", proof.row)
    let places = transcript.places(shape.queries, below: shape.length)
    let openings = ColumnOpenings(
      rows: shape.rows, columnBits: shape.columnBits, rateBits: shape.rateBits, root: root,
      places: places)
    try openings.check(
      row: read.row, bytes: proof.columns, letters: read.letters, path: proof.path,
      weights: RowPiece.rowWeights(pieces, powers, rows: shape.rows))
  }
}

/// The field elements of a proof, canonical and counted.
private struct Elements {
  let rounds: [ColumnSumcheck.Round]
  let ends: [GoldilocksPair]
  let row: [GoldilocksPair]
  let letters: [Goldilocks]

  init(_ proof: OpenProof, _ shape: MatrixShape, pieces: Int) throws(Refusal) {
    let sent = try ElementBytes.pairs(proof.rounds, count: shape.columnBits * 2)
    rounds = (0..<shape.columnBits).map {
      ColumnSumcheck.Round(atZero: sent[2 * $0], leading: sent[2 * $0 + 1])
    }
    ends = try ElementBytes.pairs(proof.ends, count: pieces)
    row = try ElementBytes.pairs(proof.row, count: shape.columns)
    letters = try ElementBytes.elements(proof.columns, count: shape.queries * shape.rows)
  }
}
