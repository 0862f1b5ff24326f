// Judging a proof of level `private`: what the messages say is read through their pads.

import Arithmetic
import Graphs
public import Primitives

public enum PrivateVerifier {
  /// Judges a proof; the refusal names the step that fails. Checks whose sides are hidden all come
  /// out at the one equation, the step `witness`.
  public static func verify(_ proof: PrivateProof) throws(Refusal) -> ProvedRun {
    guard proof.level == .private else { throw .proofFails(.parameters, "level") }
    guard proof.format == PrivateProof.currentFormat else {
      throw .proofFails(.parameters, "format")
    }
    let model = try ProvableModel(proof.manifest)
    guard (1...UInt64(OpenStatement.mostSamples)).contains(proof.samples) else {
      throw .proofFails(.lengths, "samples")
    }
    let samples = Int(proof.samples)
    guard proof.output.count == samples * model.graph.output.byteCount else {
      throw .proofFails(.lengths, "output")
    }
    let statement: PrivateStatement
    do throws(Refusal) {
      statement = try PrivateStatement(
        model.graph, model.shape, samples: samples, hiding: Hiding(rawValue: proof.hides))
    } catch { throw .proofFails(.parameters, error.code) }
    for list in statement.lengths where proof[keyPath: list.list].count != list.count {
      throw .proofFails(.lengths, list.name)
    }
    guard proof.witnessSalts.count == statement.plan.shape.queries else {
      throw .proofFails(.lengths, "witnessSalts")
    }
    guard statement.security.bits >= SecurityLevel.leastBits else {
      throw .proofFails(.parameters, "bits\(statement.security.bits)")
    }
    let outputs = try PrivateVerifier.outputs(proof, model.graph, samples)
    var judge = try PrivateJudge(statement, proof, outputs, model)
    try judge.judge()
    return ProvedRun(
      level: .private, model: model.manifest.id, nonce: proof.nonce, expires: proof.expires,
      inputs: [], outputs: outputs.map(\.bytes), security: statement.security,
      hides: statement.hiding, hiddenInput: judge.input)
  }

  private static func outputs(
    _ proof: PrivateProof, _ graph: Graph, _ samples: Int
  ) throws(Refusal) -> [Tensor] {
    var tensors: [Tensor] = []
    let size = graph.output.byteCount
    for sample in 0..<samples {
      let bytes = Array(proof.output[(sample * size)..<((sample + 1) * size)])
      do throws(Refusal) { tensors.append(try Tensor(graph.output, bytes: bytes)) } catch {
        throw .proofFails(.trace, error.code)
      }
    }
    return tensors
  }
}

/// The verifier's side of the conversation.
private struct PrivateJudge {
  let statement: PrivateStatement
  let proof: PrivateProof
  let outputs: [Tensor]
  let root: Bytes32
  let read: PrivateElements
  var transcript: Transcript
  var input: HiddenInput?

  init(
    _ statement: PrivateStatement, _ proof: PrivateProof, _ outputs: [Tensor],
    _ model: ProvableModel
  ) throws(Refusal) {
    self.statement = statement
    self.proof = proof
    self.outputs = outputs
    root = model.root
    do throws(Refusal) { read = try PrivateElements(proof) } catch {
      throw .proofFails(.elements, error.code)
    }
    transcript = statement.transcript(proof, model: model.manifest.id.digest, root: model.root)
  }

  mutating func judge() throws(Refusal) {
    var follow = PrivateFollow(statement, transcript, read.messages)
    let ends = follow.follow(ends: read.ends) { challenges in
      LinearEquation(
        statement.plan, statement.space, challenges, input: [],
        output: outputs.flatMap(\.values))
    }
    follow.transcript.absorb("input", [read.input])
    input = HiddenInput(
      tag: proof.tag, point: ends.input, value: read.input, type: statement.graph.input,
      samples: statement.plan.samples)
    let e = follow.transcript.challenge()
    follow.transcript.absorb("factors", read.factors)
    follow.follow(factors: read.factors, at: e)
    let claims = PrivateClaims(
      statement, ends, zeros: follow.zeros, bound: read.input,
      gamma: follow.transcript.challenge())
    var opening = PrivateOpening(statement, claims)
    for _ in 0..<statement.rowVariables {
      let round = follow.read("round", 2)
      opening.follow(round, at: follow.transcript.challenge())
    }
    transcript = follow.transcript
    let rowWeights = try opening.check(read.rounds, read.witnessRow, &transcript)
    try checkOpenings(ends, rowWeights)
  }

  private mutating func checkOpenings(
    _ ends: PrivateFollow.Ends, _ rowWeights: [GoldilocksPair]
  ) throws(Refusal) {
    let (shape, own) = (statement.shape, statement.plan.shape)
    let powers = OpenStatement.powers(of: transcript.challenge(), count: ends.pieces.count)
    let end = zip(read.ends, powers).reduce(GoldilocksPair.zero) { $0 + $1.0 * $1.1 }
    guard PairVector(read.row).inner(PairVector.weights(at: ends.column)) == end else {
      throw .proofFails(.combination, "point")
    }
    transcript.absorb("row", proof.row)
    transcript.absorb("witnessRow", proof.witnessRow)
    let openings = ColumnOpenings(
      rows: shape.rows, columnBits: shape.columnBits, rateBits: shape.rateBits, root: root,
      places: transcript.places(shape.queries, below: shape.length))
    try openings.check(
      row: read.row, bytes: proof.columns, letters: read.letters, path: proof.path,
      weights: RowPiece.rowWeights(ends.pieces, powers, rows: shape.rows))
    let witness = ColumnOpenings(
      rows: statement.matrixRows, columnBits: own.columnBits, rateBits: WitnessShape.rateBits,
      root: proof.witness, places: transcript.places(own.queries, below: own.length))
    try witness.check(
      row: read.witnessRow, bytes: proof.witnessColumns, letters: read.witnessLetters,
      path: proof.witnessPath, weights: rowWeights, salts: proof.witnessSalts)
  }
}

/// The field elements of a proof, canonical and counted.
private struct PrivateElements {
  let input: GoldilocksPair
  let messages: [GoldilocksPair]
  let ends: [GoldilocksPair]
  let factors: [GoldilocksPair]
  let row: [GoldilocksPair]
  let letters: [Goldilocks]
  let rounds: [GoldilocksPair]
  let witnessRow: [GoldilocksPair]
  let witnessLetters: [Goldilocks]

  init(_ proof: PrivateProof) throws(Refusal) {
    input = try ElementBytes.pairs(proof.input, count: 1)[0]
    messages = try ElementBytes.pairs(proof.messages)
    ends = try ElementBytes.pairs(proof.ends)
    factors = try ElementBytes.pairs(proof.factors)
    row = try ElementBytes.pairs(proof.row)
    letters = try ElementBytes.elements(proof.columns, count: proof.columns.count / 8)
    rounds = try ElementBytes.pairs(proof.rounds)
    witnessRow = try ElementBytes.pairs(proof.witnessRow)
    witnessLetters = try ElementBytes.elements(
      proof.witnessColumns, count: proof.witnessColumns.count / 8)
  }
}
