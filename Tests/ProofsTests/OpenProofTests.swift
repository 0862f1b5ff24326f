// Every run proves, and says what the executor says.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct OpenProofTests {
  @Test(arguments: 0..<120) func everyRunProves(seed: Int) throws {
    guard
      let model = try ProvedModel.random(UInt64(seed), nodes: 3 + seed % 9, samples: 1 + seed % 3)
    else { return }
    let proof = try model.prove()
    let run = try OpenVerifier.verify(try OpenProof(bytes: proof.bytes))
    #expect(run.outputs == model.traces.map { $0[$0.count - 1].bytes })
    #expect(run.inputs == model.traces.map { $0[0].bytes })
    #expect(run.model == model.prover.manifest.id)
    #expect(run.nonce == ProvedModel.nonce && run.expires == 9)
    #expect(run.security.bits >= 100)
  }

  /// Rows wider than the matrix are cut into parts.
  @Test func aRowOverSeveralRowsOfTheMatrix() throws {
    let input = TensorType(.uint8, try Shape([300]))
    let graph = try Graph(
      input: input, nodes: [Node(.linear(Linear(outputs: 5, biasBound: 99)), [0])])
    var draw = Draw(seed: 5)
    let random = try ProvableGraph(graph, &draw)
    let model = try ProvedModel(random, columnBits: 6)
    #expect(RowPieces.counts(model.prover.weights.shape).pieces == 8 + 1)
    let run = try OpenVerifier.verify(try model.prove())
    #expect(run.outputs == [try #require(model.traces[0].last).bytes])
  }

  @Test func theSumSaysWhatEveryStepAdds() throws {
    let model = try #require(try ProvedModel.random(3))
    let run = try OpenVerifier.verify(try model.prove())
    #expect(
      run.security.terms.map(\.name)
        == ["points", "layers", "sumcheck", "ends", "combination", "queries"])
    // 149 columns at the rate 1/4: 100.5 bits over log2(8/5).
    #expect(model.prover.weights.shape.queries == 149)
    #expect(SecurityLevel.queries(columns: 1, length: 8, work: 0) == 122)
    #expect(SecurityLevel.queries(columns: 1, length: 2, work: 0) == 243)
  }

  @Test func logarithmsAreRoundedDown() {
    // 0.678071905112638 and 0.584962500721156, times 2^32.
    #expect(
      (2_912_296_654...2_912_296_656).contains(SecurityLevel.log2(numerator: 8, denominator: 5)))
    #expect(
      (2_512_394_808...2_512_394_810).contains(SecurityLevel.log2(numerator: 3, denominator: 2)))
    #expect(SecurityLevel.log2(numerator: 1, denominator: 1) == 0)
  }

  @Test func otherWeightsThanTheManifestsAreRefused() throws {
    let model = try #require(try ProvedModel.random(3))
    var other = model.layers
    other[0].matrix[0] &+= 1
    let weights = try CommittedWeights(
      model.graph, other, columnBits: model.prover.weights.shape.columnBits)
    #expect(throws: Refusal.self) { try OpenProver(model.prover.manifest, weights) }
  }
}
