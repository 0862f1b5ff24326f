// Runs under `proved(succinct)` through signed messages and blocks: paid, slashed, refused, kept.

import Graphs
import Inference
import Kernel
import Market
import Primitives
import Proofs
import Testing

@testable import Chain

/// A model with something between input and output that a proof of this level leaves out.
struct SampleSuccinct {
  let graph: Graph
  let layers: [LayerWeights]
  let manifest: Manifest
  let provers: [ProofLevel: Prover]

  init() throws { try self.init([Node(.linear(Linear(outputs: 4, biasBound: 0)), [2])]) }

  /// Attention, a norm and a table between the layers.
  static func wide() throws -> SampleSuccinct {
    let norm = Normalisation(
      axis: Axis(count: 4, inner: 1), isCentred: true, epsilon: 9,
      multipliers: [Int32](repeating: 1 << 15, count: 4),
      offsets: [Int32](repeating: 1 << 15, count: 4), shift: 24, element: .int8)
    let powers = (0..<256).map { UInt16(60_000 / (1 + $0)) }
    return try SampleSuccinct([
      Node(.reshape(Reshape(dims: [1, 2, 4])), [2]), Node(.normalise(norm), [3]),
      Node(.softmax(Softmax(isCausal: false, exponentials: powers)), [4]),
      Node(.matMul(MatrixProduct(isLeftTransposed: false, isRightTransposed: true)), [4, 5]),
      Node(.requantise(Requantise(multipliers: [1 << 17], shift: 24, element: .int8)), [6]),
      Node(.reshape(Reshape(dims: [4])), [7]),
      Node(.table(ByteTable(bytes: (0..<256).map { UInt8($0 * 7 & 255) }, element: .int8)), [8]),
      Node(.linear(Linear(outputs: 4, biasBound: 0)), [9]),
    ])
  }

  /// - Parameter later: what comes behind a layer of eight outputs, rounded.
  private init(_ later: [Node]) throws {
    graph = try Graph(
      input: TensorType(.int8, try Shape([16])),
      nodes: [
        Node(.linear(Linear(outputs: 8, biasBound: 0)), [0]),
        Node(
          .requantise(
            Requantise(
              multipliers: [UInt32](repeating: 1 << 19, count: 8), shift: 24, element: .int8)),
          [1]),
      ] + later)
    layers = graph.layers.map { layer in
      LayerWeights(
        matrix: (0..<layer.rows * layer.columns).map { Int8($0 % 13) - 6 },
        bias: [Int32](repeating: 0, count: layer.rows))
    }
    let weights = try CommittedWeights(graph, layers, columnBits: 6)
    manifest = Manifest(
      graph: graph, inputScale: Scale(), outputScale: Scale(), readout: .plain,
      report: AccuracyReport(),
      commitments: [try WeightTiles.commitment(to: layers, of: graph), weights.commitment])
    provers = [
      .open: try Prover(.open, manifest, weights),
      .succinct: try Prover(.succinct, manifest, weights),
    ]
  }

  /// A run and its proof; `lie` is added to an activation in the middle, and carried on honestly.
  func answer(
    _ nonce: Bytes32, _ level: ProofLevel = .succinct, expires: UInt64 = 0, lie: Int32 = 0
  ) throws -> (output: [UInt8], proof: [UInt8]) {
    var trace = try graph.trace(layers, on: SampleProver.input)
    if lie != 0 {
      var values = trace[2].values
      values[3] += values[3] > 0 ? -lie : lie
      trace[2] = try Tensor(trace[2].type, values)
      if graph.nodes.count > 3 {
        // The result of the table, in the place of the first activation.
        return try answer(nonce, level, false: trace.count - 2)
      }
      let sums = (0..<4).map { row in
        (0..<8).reduce(Int32(0)) { $0 + Int32(layers[1].matrix[row * 8 + $1]) * values[$1] }
      }
      trace[3] = try Tensor(trace[3].type, sums)
    }
    let prover = try #require(provers[level])
    return (
      trace[trace.count - 1].bytes, try prover.prove([trace], nonce: nonce, expires: expires).bytes
    )
  }
}

extension SampleSuccinct {
  /// One activation is another, and the last layer follows from it.
  private func answer(
    _ nonce: Bytes32, _ level: ProofLevel, false tensor: Int
  ) throws -> (output: [UInt8], proof: [UInt8]) {
    var trace = try graph.trace(layers, on: SampleProver.input)
    var values = trace[tensor].values
    values[1] += values[1] > 0 ? -1 : 1
    trace[tensor] = try Tensor(trace[tensor].type, values)
    let sums = (0..<4).map { row in
      (0..<4).reduce(Int32(0)) { $0 + Int32(layers[1].matrix[row * 4 + $1]) * values[$1] }
    }
    trace[tensor + 1] = try Tensor(trace[tensor + 1].type, sums)
    let prover = try #require(provers[level])
    return (
      sums.flatMap { word in
        withUnsafeBytes(of: word.littleEndian) { Array($0) }
      }, try prover.prove([trace], nonce: nonce).bytes
    )
  }
}

@Suite struct ProvedSuccinctTests {
  static let check = CheckTerms("proved", [Number("level", 2)])

  private static func taken(
    _ network: inout SampleNetwork, _ model: SampleSuccinct
  ) throws -> RunKey {
    try ProvedRoadTests.taken(&network, model.manifest, check)
  }

  private func answered(lie: Int32 = 0, isWide: Bool = false) throws -> Receipt {
    let model = try isWide ? SampleSuccinct.wide() : SampleSuccinct()
    var network = try SampleNetwork.market()
    let run = try Self.taken(&network, model)
    let (output, proof) = try model.answer(run.id.digest, lie: lie)
    #expect(try ProvedRoadTests.send(&network, run, output, proof) == "")
    #expect(ProvedRoadTests.outcome(network) == (lie == 0 ? .proved : .disproved))
    var replica = try State(network.genesis)
    for block in network.blocks { _ = try replica.replay(block) }
    #expect(replica.stateRoot == network.state.stateRoot)
    return try network.receipt()
  }

  @Test func aProofIsVerifiedAndPaidInItsBlock() throws {
    let receipt = try answered()
    let verified = try ReceiptVerifier.verify(receipt.bytes)
    #expect(verified.isProved)
    #expect(verified.settled.payouts.map(\.amount.units) == [0, 1_097_500, 2_500])
    // Of another level it would not be the receipt of this run.
    var forged = receipt
    forged.settled.check.numbers[0].value = 1
    do throws(Refusal) {
      try ReceiptCheck(forged).proof()
      Issue.record("a receipt of another level")
    } catch { #expect(error.station == .evidence) }
  }

  @Test func aForgedProofCostsTheBondInItsBlock() throws {
    let receipt = try answered(lie: 1)
    let verified = try ReceiptVerifier.verify(receipt.bytes)
    #expect(!verified.isProved)
    #expect(verified.settled.verdict.seats.map(\.fate) == [.fallen])
    #expect(verified.settled.payouts.map(\.amount.units) == [1_000_000, 0, 100_000])
  }

  /// A model with attention is bought and judged like any other.
  @Test func attentionIsProvedToo() throws {
    #expect(try ReceiptVerifier.verify(try answered(isWide: true).bytes).isProved)
    #expect(!(try ReceiptVerifier.verify(try answered(lie: 1, isWide: true).bytes).isProved))
  }

  @Test func aProofOfSomethingElseIsRefused() throws {
    let model = try SampleSuccinct()
    var network = try SampleNetwork.market()
    let run = try Self.taken(&network, model)
    let nonce = run.id.digest
    let (output, honest) = try model.answer(nonce)
    var several = try SuccinctProof(bytes: honest)
    several.samples = 2
    // Its lists left out, it would still ask the verifier to lay out all of the run.
    var short = try SuccinctProof(bytes: honest)
    (short.columns, short.witnessColumns, short.row, short.witnessRow) = ([], [], [], [])
    (short.path, short.witnessPath) = ([], [])
    let cases: [(what: String, proof: [UInt8])] = [
      ("level", try model.answer(nonce, .open).proof),
      ("run", try model.answer(.zero).proof),
      ("expiry", try model.answer(nonce, expires: 1).proof),
      ("samples", several.bytes),
      ("length", short.bytes),
    ]
    for (what, proof) in cases {
      #expect(try ProvedRoadTests.send(&network, run, output, proof) == "otherProof", "\(what)")
      let refused = try #require(network.blocks.last?.results.outcomes.first)
      #expect(refused.numbers.map(\.name) == [what])
    }
    // After all that the right one is still taken.
    #expect(try ProvedRoadTests.send(&network, run, output, honest) == "")
    #expect(ProvedRoadTests.outcome(network) == .proved)
  }

  /// Whatever bit is flipped: never paid. It is slashed, or it is no proof of this run.
  @Test(arguments: 0..<24)
  func noBitIsFree(_ part: Int) throws {
    let model = try SampleSuccinct()
    var network = try SampleNetwork.market()
    let run = try Self.taken(&network, model)
    let (output, proof) = try model.answer(run.id.digest)
    var bytes = proof
    bytes[bytes.count * part / 24 + part % 3] ^= 1 << UInt8(part % 8)
    let code = try ProvedRoadTests.send(&network, run, output, bytes)
    #expect(ProvedRoadTests.outcome(network) == (code == "" ? .disproved : nil))
  }

  /// The card holds both levels, and an offer of either stands.
  @Test func bothLevelsAreOffered() throws {
    let model = try SampleSuccinct()
    var network = try SampleNetwork.market()
    _ = try Self.taken(&network, model)
    let card = network.state.works.inference.card(of: model.manifest.id.digest)
    #expect(card?.proofs.map(\.name).prefix(2) == ["open", "succinct"])
    for (level, code) in [(1, ""), (2, ""), (200, "notProvableHere")] as [(UInt64, String)] {
      var m = network.postOffer(network.head("provider2"))
      m.spec = InferenceSpec(model: model.manifest.id.digest).encoded
      m.check = CheckTerms("proved", [Number("level", level)])
      let message = try network.verified(.postOffer(m), by: "provider2")
      let made = try network.block([message])
      #expect(made.block.results.outcomes.first?.code == code)
    }
  }
}
