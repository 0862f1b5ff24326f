// Liars who keep every rule but one: each says to one step what another would deny. Were the one
// check taken out that this step has, their proofs would hold.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct TwoFacedForgeryTests {
  let model: ProvedModel

  init() throws { model = try SuccinctLiar().model }

  // MARK: - What a step is told is what is committed to

  /// A change of the committed witness, or of what a step is told, after which all else holds.
  struct Lie: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let step: ProverStep
    let committed: @Sendable (inout Witness) -> Void
    let told: @Sendable (inout Witness) -> Void

    private static func nothing(_ witness: inout Witness) {}

    static let all = [
      // The same bytes in another order have the same product.
      Lie(
        testDescription: "bytes", step: .bytes, committed: nothing,
        told: { own in
          let other = own.bytes.indices.first { own.bytes[$0] != own.bytes[0] } ?? 0
          (own.bytes[0], own.bytes[other]) = (own.bytes[other], own.bytes[0])
        }),
      // What is committed to as x enters nothing but the clamp's sum-check.
      Lie(
        testDescription: "x", step: .roundings,
        committed: { $0.bytes[$0.shape.limb(0)] ^= 1 }, told: nothing),
      // Where x is zero b may be anything to the clamp.
      Lie(
        testDescription: "b", step: .roundings, committed: nothing,
        told: { own in
          let row = (0..<own.shape.rows).first { row in
            (0..<own.shape.limbs).allSatisfy { own.bytes[own.shape.limb($0) + row] == 0 }
          }
          own.bytes[own.shape.bytesColumn + (row ?? 0)] ^= 1
        }),
      // Where e is zero d may be anything to e·d = 0.
      Lie(
        testDescription: "d", step: .maxima, committed: nothing,
        told: { own in
          let pair = own.choices.indices.first { own.choices[$0] == 0 } ?? 0
          own.bytes[own.shape.differences + pair] ^= 1
        }),
      // With no choice at all every product is zero.
      Lie(
        testDescription: "e", step: .maxima, committed: nothing,
        told: { own in for pair in own.choices.indices { own.choices[pair] = 0 } }),
    ]
  }

  @Test(arguments: Lie.all) func anotherWitnessThanCommitted(lie: Lie) throws {
    var succinct = try SuccinctLiar()
    var told = succinct.witness
    lie.committed(&succinct.witness)
    lie.told(&told)
    // What is said of how often each byte occurs is true of what is committed to.
    succinct.lies.witnesses[lie.step] = told
    #expect(try succinct.caught() == .witness)
    var hidden = try PrivateLiar(model)
    told = hidden.witness
    lie.committed(&hidden.witness)
    lie.told(&told)
    hidden.lies.witnesses[lie.step] = told
    #expect(try hidden.caught() == .witness)
  }

  /// The folded inputs of two layers' pieces, which with the rows' ends make up the same claim.
  @Test func foldedInputsThatMakeUpTheSame() throws {
    var liar = try SuccinctLiar()
    liar.lies.movesValues = true
    #expect(try liar.caught() == .witness)
  }

  // MARK: - Numbers that fit

  /// A run with one sum that is false, and all that follows from it.
  private func falseRun() throws -> [Tensor] {
    let layer = try #require(model.graph.layers.last)
    var sums = model.graph.layers.map { model.traces[0][$0.node + 1].values }
    sums[sums.count - 1][0] += 1 << 16
    let run = try model.graph.replay(on: model.traces[0][0].bytes, sums: sums)
    #expect(run[layer.node + 1] != model.traces[0][layer.node + 1])
    return run
  }

  /// The sums that roundings read are claimed, those of the weights are proved.
  @Test func sumsThatAreNotProved() throws {
    var liar = try SuccinctLiar()
    let run = try falseRun()
    let layer = try #require(model.graph.layers.last)
    liar.witness = Witness(liar.statement.plan, [run])
    liar.lies.claimed = [run]
    var proved = run
    proved[layer.node + 1] = model.traces[0][layer.node + 1]
    liar.traces = [proved]
    #expect(try liar.caught() == .sums)
  }

  /// Ends of rows with which the false sums would be those of the weights.
  @Test func endsThatFit() throws {
    var liar = try SuccinctLiar()
    liar.traces = [try falseRun()]
    liar.witness = Witness(liar.statement.plan, liar.traces)
    #expect(try liar.caught() == .sumcheck)
    liar.lies.fits = .sums
    #expect(try liar.caught() == .combination)
  }

  /// A value of the witness with which all claims on it would hold.
  @Test func aValueThatFits() throws {
    var liar = try SuccinctLiar()
    liar.witness.bytes[liar.shape.remainder(1)] ^= 1
    #expect(try liar.caught() == .witness)
    liar.lies.fits = .openings
    #expect(try liar.caught() == .combination)
  }

  /// The same at level `open`, where nothing but the row's value holds the ends.
  @Test func endsThatFitInTheClear() throws {
    var lie = model
    lie.traces = [try falseRun()]
    var forged = try lie.prove()
    #expect(step { _ = try OpenVerifier.verify(forged) } == .sumcheck)
    let weights = model.prover.weights
    let shape = weights.shape
    let statement = OpenStatement(
      forged, model: model.prover.manifest.id.digest, model.graph, shape, root: weights.root,
      lie.traces)
    let pieces = statement.pieces.pieces
    let rows = pieces.map { weights.row(of: $0) }
    var (transcript, verifier) = (statement.transcript, statement.transcript)
    let proved = ColumnSumcheck.prove(
      rows: rows, vectors: pieces.map { PairVector($0.vector) }, variables: shape.columnBits,
      &transcript)
    let claim = ColumnSumcheck.follow(
      proved.rounds, claim: statement.pieces.claim, &verifier
    ).claim
    forged.ends = ElementBytes.of(
      ProverLies.fitting(proved.rows, proved.vectors, to: claim))
    transcript.absorb("ends", forged.ends)
    let powers = OpenStatement.powers(of: transcript.challenge(), count: pieces.count)
    var row = PairVector(zeros: shape.columns)
    for (own, power) in zip(rows, powers) { row.add(own, times: power) }
    forged.row = ElementBytes.of(row.elements)
    transcript.absorb("row", forged.row)
    let places = transcript.places(shape.queries, below: shape.length)
    forged.columns = weights.matrix.letters(places)
    forged.path = weights.matrix.tree.path(from: places)
    #expect(step { _ = try OpenVerifier.verify(forged) } == .combination)
  }

  /// Less than another element under its window, with choices, products and sums that hold: only
  /// that a difference is result less element says so.
  @Test func aMaximumThatIsNotTheGreatest() throws {
    let point = Window(height: 1, width: 1)
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([1, 2, 2])),
      nodes: [
        Node(.convolution(Convolution(outputs: 1, window: point, biasBound: 9)), [0]),
        Node(.requantise(Requantise(multipliers: [1 << 16], shift: 24, element: .uint8)), [1]),
        Node(.maxPool(MaxPool(window: Window(height: 2, width: 2))), [2]),
      ])
    // One whose elements differ.
    var found: ProvedModel?
    for seed: UInt64 in 0..<100 where found == nil {
      var draw = Draw(seed: seed)
      let own = try ProvedModel(try ProvableGraph(graph, &draw), columnBits: 6)
      if Set(own.traces[0][2].values).count == 4 { found = own }
    }
    let own = try #require(found)
    let prover = try SuccinctProver(own.prover.manifest, own.prover.weights)
    let statement = try SuccinctStatement(graph, own.prover.weights.shape, samples: 1)
    func caught(_ traces: [[Tensor]]) throws -> ProofStep? {
      let proof = try prover.prove(
        statement, traces, Witness(statement.plan, traces), nonce: .zero, expires: 0)
      return step { _ = try SuccinctVerifier.verify(proof) }
    }
    #expect(try caught(own.traces) == nil)
    for element in own.traces[0][2].values.sorted().dropLast() {
      var run = own.traces[0]
      run[3] = try Tensor(run[3].type, [element])
      #expect(try caught([run]) == .witness, "\(element)")
    }
  }
}
