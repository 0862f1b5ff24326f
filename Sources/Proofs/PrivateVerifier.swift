// Judging a proof of level `private`: what the messages say is read through their pads.

import Arithmetic
import Graphs
public import Primitives

public enum PrivateVerifier {
  /// Judges a proof; the refusal names the step that fails. Checks whose sides are hidden all come
  /// out at the one equation, the step `witness`.
  ///
  /// - Parameter recommitments: what leads from the manifest's root to that of a later epoch.
  public static func verify(
    _ proof: PrivateProof, recommitments: [Recommitment] = []
  ) throws(Refusal) -> ProvedRun {
    guard proof.level == .private else { throw .proofFails(.parameters, "level") }
    guard proof.format == PrivateProof.currentFormat else {
      throw .proofFails(.parameters, "format")
    }
    let hiding = Hiding(rawValue: proof.hides)
    guard hiding.isBuilt else { throw .proofFails(.parameters, "hidingNotBuilt") }
    let model = try ProvableModel(proof.manifest, hidesWeights: hiding.contains(.weights))
    let opening = try opening(of: proof, model, recommitments)
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
        model.graph, model.shape, samples: samples, hiding: hiding)
    } catch { throw .proofFails(.parameters, error.code) }
    for list in statement.lengths where proof[keyPath: list.list].count != list.count {
      throw .proofFails(.lengths, list.name)
    }
    guard proof.witnessSalts.count == statement.plan.shape.queries else {
      throw .proofFails(.lengths, "witnessSalts")
    }
    guard proof.salts.count == (opening == nil ? 0 : model.shape.workQueries) else {
      throw .proofFails(.lengths, "salts")
    }
    guard statement.security.bits >= SecurityLevel.leastBits else {
      throw .proofFails(.parameters, "bits\(statement.security.bits)")
    }
    let outputs = try cut(proof.output, model.graph.output, samples)
    let inputs =
      statement.hidesInput ? [] : try cut(proof.input, model.graph.input, samples)
    var judge = try PrivateJudge(
      statement, proof, inputs, outputs, model, root: opening?.root ?? model.root)
    try judge.judge()
    return ProvedRun(
      level: .private, model: model.manifest.id, nonce: proof.nonce, expires: proof.expires,
      inputs: inputs.map(\.bytes), outputs: outputs.map(\.bytes),
      security: statement.security, hides: statement.hiding, hiddenInput: judge.input,
      opening: opening)
  }

  /// What of hidden weights is opened; nil where they are not hidden, and nothing is said of it.
  private static func opening(
    of proof: PrivateProof, _ model: ProvableModel, _ recommitments: [Recommitment]
  ) throws(Refusal) -> WeightOpening? {
    guard model.shape.budget > 0 else {
      guard proof.epoch == 0, proof.index == 0, proof.root == .zero else {
        throw .proofFails(.parameters, "opening")
      }
      return nil
    }
    guard proof.index < UInt64(model.shape.budget) else {
      throw .proofFails(.parameters, "budgetSpent")
    }
    let root = try Recommitment.root(of: model, epoch: proof.epoch, recommitments)
    guard proof.root == root else { throw .proofFails(.parameters, "root") }
    return WeightOpening(
      root: root, epoch: proof.epoch, index: proof.index, budget: UInt64(model.shape.budget))
  }

  private static func cut(
    _ all: [UInt8], _ type: TensorType, _ samples: Int
  ) throws(Refusal) -> [Tensor] {
    var tensors: [Tensor] = []
    let size = type.byteCount
    for sample in 0..<samples {
      let bytes = Array(all[(sample * size)..<((sample + 1) * size)])
      do throws(Refusal) { tensors.append(try Tensor(type, bytes: bytes)) } catch {
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
  /// Where they are in clear.
  let inputs: [Tensor]
  let outputs: [Tensor]
  let root: Bytes32
  let read: PrivateElements
  var transcript: Transcript
  var input: HiddenInput?

  init(
    _ statement: PrivateStatement, _ proof: PrivateProof, _ inputs: [Tensor],
    _ outputs: [Tensor], _ model: ProvableModel, root: Bytes32
  ) throws(Refusal) {
    self.statement = statement
    self.proof = proof
    self.inputs = inputs
    self.outputs = outputs
    self.root = root
    do throws(Refusal) { read = try PrivateElements(proof, statement) } catch {
      throw .proofFails(.elements, error.code)
    }
    transcript = statement.transcript(proof, model: model.manifest.id.digest, root: root)
  }

  mutating func judge() throws(Refusal) {
    var follow = PrivateFollow(statement, transcript, read.messages)
    let clear = inputs.flatMap(\.values)
    let ends = follow.follow(ends: read.ends, row: read.row) { challenges in
      LinearEquation(
        statement.plan, statement.space, challenges, input: clear,
        output: outputs.flatMap(\.values))
    }
    if statement.hidesInput {
      follow.padded.transcript.absorb("input", [read.input])
      input = HiddenInput(
        tag: proof.tag, point: ends.input, value: read.input, type: statement.graph.input,
        samples: statement.plan.samples)
    }
    let e = follow.padded.transcript.challenge()
    follow.padded.transcript.absorb("factors", read.factors)
    follow.padded.follow(factors: read.factors, at: e)
    let claims = PrivateClaims(
      statement, ends, zeros: follow.padded.zeros, bound: read.input, input: clear,
      gamma: follow.padded.transcript.challenge())
    var opening = PrivateOpening(statement.layout, claims.form, claims.equation)
    for _ in 0..<statement.layout.rowVariables {
      let round = follow.padded.read("round", 2)
      opening.follow(round, at: follow.padded.transcript.challenge())
    }
    transcript = follow.padded.transcript
    let rowWeights = try opening.check(read.rounds, read.witnessRow, &transcript)
    try checkOpenings(ends, rowWeights)
  }

  private mutating func checkOpenings(
    _ ends: PrivateFollow.Ends, _ rowWeights: [GoldilocksPair]
  ) throws(Refusal) {
    let (shape, own) = (statement.shape, statement.plan.shape)
    var weights: [GoldilocksPair]
    if statement.hidesWeights {
      weights = shape.masked(Int(proof.index), ends.rowWeights)
    } else {
      let powers = OpenStatement.powers(of: transcript.challenge(), count: ends.pieces.count)
      let end = zip(read.ends, powers).reduce(GoldilocksPair.zero) { $0 + $1.0 * $1.1 }
      guard PairVector(read.row).inner(PairVector.weights(at: ends.column)) == end else {
        throw .proofFails(.combination, "point")
      }
      transcript.absorb("row", proof.row)
      weights = RowPiece.rowWeights(ends.pieces, powers, rows: shape.rows)
    }
    transcript.absorb("witnessRow", proof.witnessRow)
    try transcript.check(work: proof.work)
    let openings = ColumnOpenings(
      rows: shape.matrixRows, columnBits: shape.columnBits, rateBits: shape.rateBits, root: root,
      places: transcript.places(shape.workQueries, below: shape.length))
    try openings.check(
      row: read.row, bytes: proof.columns, letters: read.letters, path: proof.path,
      weights: weights, salts: proof.salts)
    let witness = ColumnOpenings(
      rows: statement.layout.matrixRows, columnBits: own.columnBits,
      rateBits: own.rateBits,
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

  init(_ proof: PrivateProof, _ statement: PrivateStatement) throws(Refusal) {
    input = statement.hidesInput ? try ElementBytes.pairs(proof.input, count: 1)[0] : .zero
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
