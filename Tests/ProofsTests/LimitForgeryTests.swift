// Proofs with parameters just beyond a limit: each is refused by its name, before anything of it is
// worked out. Lists are as long as they have to be and hold nothing, since no check reads them.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct LimitForgeryTests {
  /// Many layers at the longest code: a row each, and their combination is too likely to be close.
  private static func chain(_ layers: Int = 200) throws -> Graph {
    let nodes = (0..<layers).flatMap { index in
      [
        Node(.linear(Linear(outputs: 1, biasBound: 0)), [2 * index]),
        Node(
          .requantise(Requantise(multipliers: [1 << 20], shift: 32, element: .int8)),
          [2 * index + 1]),
      ]
    }
    return try Graph(input: TensorType(.int8, try Shape([1])), nodes: nodes)
  }

  private static func manifest(
    _ graph: Graph, columnBits: Int, rateBits: Int, budget: Int? = nil
  ) -> Manifest {
    var parameters = [
      Number("columnBits", UInt64(columnBits)), Number("rateBits", UInt64(rateBits)),
    ]
    if let budget { parameters.append(Number("budget", UInt64(budget))) }
    let scheme = budget == nil ? CommittedWeights.scheme : CommittedWeights.hidingScheme
    return Manifest(
      graph: graph, inputScale: Scale(), outputScale: Scale(), readout: .plain,
      report: AccuracyReport(),
      commitments: [WeightCommitment(scheme: scheme, parameters: parameters, root: .zero)])
  }

  private func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

  // MARK: - Security

  @Test func anOpenProofThatWouldBeTooWeak() throws {
    let graph = try Self.chain()
    let shape = try MatrixShape(graph, columnBits: 16, rateBits: 4)
    var proof = OpenProof()
    proof.manifest = Self.manifest(graph, columnBits: 16, rateBits: 4).encoded
    proof.samples = 1
    proof.input = zeros(1)
    proof.sums = zeros(graph.layers.reduce(0) { $0 + graph.types[$1.node + 1].byteCount })
    proof.rounds = zeros(32 * shape.columnBits)
    proof.ends = zeros(16 * RowPieces.counts(shape).pieces)
    proof.row = zeros(16 * shape.columns)
    proof.columns = zeros(8 * shape.queries * shape.rows)
    #expect(
      refusal { _ = try OpenVerifier.verify(proof) } == .proofFails(.parameters, "bits99"))
  }

  @Test func aSuccinctProofThatWouldBeTooWeak() throws {
    let graph = try Self.chain()
    let shape = try MatrixShape(graph, columnBits: 16, rateBits: 4)
    let statement = try SuccinctStatement(graph, shape, samples: 1)
    var proof = SuccinctProof()
    proof.format = statement.format
    proof.manifest = Self.manifest(graph, columnBits: 16, rateBits: 4).encoded
    proof.samples = 1
    (proof.input, proof.output, proof.counts) = (zeros(1), zeros(1), zeros(1024))
    for (_, list, count) in statement.lengths {
      let own = try #require(list as? WritableKeyPath<SuccinctProof, [UInt8]>)
      proof[keyPath: own] = zeros(count)
    }
    #expect(
      refusal { _ = try SuccinctVerifier.verify(proof) } == .proofFails(.parameters, "bits99"))
  }

  @Test func aPrivateProofThatWouldBeTooWeak() throws {
    let graph = try Self.chain()
    let shape = try MatrixShape(graph, columnBits: 16, rateBits: 4)
    let statement = try PrivateStatement(graph, shape, samples: 1, hiding: .input)
    var proof = PrivateProof()
    proof.hides = Hiding.input.rawValue
    proof.manifest = Self.manifest(graph, columnBits: 16, rateBits: 4).encoded
    proof.samples = 1
    for (_, list, count) in statement.lengths {
      let own = try #require(list as? WritableKeyPath<PrivateProof, [UInt8]>)
      proof[keyPath: own] = zeros(count)
    }
    proof.witnessSalts = [Bytes32](repeating: .zero, count: statement.plan.shape.queries)
    #expect(
      refusal { _ = try PrivateVerifier.verify(proof) } == .proofFails(.parameters, "bits99"))
  }

  private static func layer(_ outputs: Int, of inputs: Int = 1) throws -> Graph {
    try Graph(
      input: TensorType(.uint8, try Shape([inputs])),
      nodes: [Node(.linear(Linear(outputs: outputs, biasBound: 0)), [0])])
  }

  /// No registration and no re-commitment can be too weak: other limits are met first. The largest
  /// there are of biases, of layers and of weights.
  @Test func theLimitsKeepARegistrationStrong() throws {
    let most = try Self.layer(1 << RegistrationShape.mostBiasBits)
    let graphs = [
      (most, 16), (most, 12), (most, 8), (try Self.chain(120), 16),
      (try Self.layer(1 << 13, of: 1 << 10), 16),
    ]
    for (graph, columnBits) in graphs {
      let shape = try MatrixShape(graph, columnBits: columnBits, rateBits: 4, budget: 1)
      let own = try RegistrationShape(shape, graph)
      #expect(own.security.bits >= SecurityLevel.leastBits, "2^\(columnBits) columns")
      #expect(Recommitment.security(shape).bits >= SecurityLevel.leastBits)
    }
  }

  /// One more, and a small file would ask for twice as much.
  @Test func aRegistrationOfTooManyBiases() throws {
    var file = WeightRegistration()
    let most = 1 << RegistrationShape.mostBiasBits
    func judged(_ outputs: Int) throws -> Refusal? {
      let graph = try Self.layer(outputs)
      file.manifest = Self.manifest(graph, columnBits: 12, rateBits: 3, budget: 1).encoded
      return refusal { try file.verify() }
    }
    #expect(try judged(most) == .proofFails(.lengths, "messages"))
    #expect(try judged(most + 1) == .proofFails(.parameters, "badProofParameters"))
  }

  // MARK: - Columns

  /// A code of 64 letters, of which every proof would have to open more.
  @Test func tooFewColumns() throws {
    let graph = try Self.layer(2)
    let encoded = Self.manifest(graph, columnBits: 4, rateBits: 2).encoded
    #expect(
      refusal { _ = try ProvableModel(encoded) } == .proofFails(.parameters, "tooFewColumns"))
    var proof = OpenProof()
    proof.manifest = encoded
    proof.samples = 1
    #expect(
      refusal { _ = try OpenVerifier.verify(proof) } == .proofFails(.parameters, "tooFewColumns"))
    // Twice as many letters, each of which says more, are enough.
    let enough = Self.manifest(graph, columnBits: 4, rateBits: 3).encoded
    #expect(throws: Never.self) { try ProvableModel(enough) }
  }

  // MARK: - Inputs and epochs

  /// An input that is all zeros has the value zero: how many there are is looked at, not only what
  /// they come to.
  @Test func asManyInputsAsSamples() throws {
    let type = TensorType(.uint8, try Shape([3]))
    var transcript = Transcript("input")
    let point = transcript.challenges(4)
    let (one, none): ([UInt8], [UInt8]) = ([1, 2, 3], [0, 0, 0])
    func hidden(_ samples: Int) -> HiddenInput {
      HiddenInput(
        tag: .zero, point: point,
        value: HiddenInput.value([1, 2, 3], at: point) + HiddenInput.pad(ProvedModel.salt, .zero),
        type: type, samples: samples)
    }
    #expect(hidden(1).isInput([one], salt: ProvedModel.salt))
    #expect(!hidden(1).isInput([one, none], salt: ProvedModel.salt))
    #expect(hidden(2).isInput([one, none], salt: ProvedModel.salt))
    #expect(!hidden(2).isInput([one], salt: ProvedModel.salt))
  }

  /// Links that hold each by itself, and lead from root to root, but count an epoch twice: masks
  /// and indices are those of an epoch.
  @Test func epochsInTheirOrder() throws {
    let model = try HiddenModel()
    let (later, last) = (try model.later(), try model.later(2))
    let early = try Recommitment(
      model.manifest, from: model.weights, to: later.weights, epoch: 2, lies: ProverLies())
    let second = try Recommitment(model.manifest, from: later.weights, to: last.weights)
    for link in [early, second] { #expect(refusal { try link.verify() } == nil) }
    let proof = try last.prove()
    #expect(
      refusal { _ = try PrivateVerifier.verify(proof, recommitments: [early, second]) }
        == .proofFails(.parameters, "epoch"))
    let first = try Recommitment(model.manifest, from: model.weights, to: later.weights)
    _ = try PrivateVerifier.verify(proof, recommitments: [first, second])
  }
}
