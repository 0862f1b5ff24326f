// What a small file may ask of whoever verifies it: refused before anything is laid out.

import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct VerifierCostTests {
  /// A manifest that commits to a root of nothing, with parameters that prove.
  private func manifest(_ graph: Graph) -> Manifest {
    Manifest(
      graph: graph, inputScale: Scale(), outputScale: Scale(), readout: .plain,
      report: AccuracyReport(),
      commitments: [
        WeightCommitment(
          scheme: "ligero/1", parameters: [Number("columnBits", 8), Number("rateBits", 2)],
          root: .zero)
      ])
  }

  /// One byte, moved to every place of a plane, of which a convolution reads one or every one.
  private func plane(_ side: Int, planes: Int = 1, stride: Int) throws -> Graph {
    var window = Window(height: 1, width: 1)
    (window.strideY, window.strideX) = (stride, stride)
    return try Graph(
      input: TensorType(.uint8, try Shape([1])),
      nodes: [
        Node(.rearrange(Rearrangement(dims: [planes, side, side], strides: [0, 0, 0])), [0]),
        Node(.convolution(Convolution(outputs: 1, window: window, biasBound: 0)), [1]),
      ])
  }

  /// A file whose lists are as long as the statement asks for, of nothing but zeros.
  private func open(_ graph: Graph, samples: Int) throws -> OpenProof {
    let shape = try MatrixShape(graph, columnBits: 8, rateBits: 2)
    var proof = OpenProof()
    proof.manifest = manifest(graph).encoded
    proof.samples = UInt64(samples)
    proof.input = [UInt8](repeating: 0, count: samples * graph.input.byteCount)
    let sums = graph.layers.reduce(0) { $0 + graph.types[$1.node + 1].byteCount }
    proof.sums = [UInt8](repeating: 0, count: samples * sums)
    proof.rounds = [UInt8](repeating: 0, count: 32 * 8)
    proof.ends = [UInt8](repeating: 0, count: 16 * RowPieces.counts(shape).pieces)
    proof.row = [UInt8](repeating: 0, count: 16 * shape.columns)
    proof.columns = [UInt8](repeating: 0, count: 8 * shape.queries * shape.rows)
    return proof
  }

  private func succinct(_ graph: Graph, samples: Int) -> SuccinctProof {
    var proof = SuccinctProof()
    proof.manifest = manifest(graph).encoded
    proof.samples = UInt64(samples)
    proof.input = [UInt8](repeating: 0, count: samples * graph.input.byteCount)
    proof.output = [UInt8](repeating: 0, count: samples * graph.output.byteCount)
    proof.counts = [UInt8](repeating: 0, count: 1024)
    return proof
  }

  private func refusal(_ bytes: [UInt8]) -> Refusal? {
    do throws(Refusal) {
      _ = try Proof.verify(bytes: bytes)
      return nil
    } catch { return error }
  }

  /// Every pool alone would be small enough; together they would ask for gigabytes of lists.
  @Test func listsOfPoolsThatAreLargeTogether() throws {
    var nodes = [Node(.rearrange(Rearrangement(dims: [2, 1024, 512], strides: [0, 0, 0])), [0])]
    let window = Window(height: 1024, width: 512)
    for _ in 0..<16 {
      nodes.append(
        Node(
          .averagePool(AveragePool(window: window, multiplier: 1, shift: 24, element: .uint8)), [1])
      )
    }
    nodes.append(
      Node(
        .concat(
          Concatenation(
            axis: 0, multipliers: [UInt32](repeating: 1, count: 16), shift: 24, element: .uint8)),
        Array(2..<18)))
    nodes.append(Node(.reshape(Reshape(dims: [32])), [18]))
    nodes.append(Node(.linear(Linear(outputs: 1, biasBound: 0)), [19]))
    let graph = try Graph(input: TensorType(.uint8, try Shape([1])), nodes: nodes)
    #expect(
      refusal(succinct(graph, samples: 1).bytes)
        == .proofFails(.parameters, "witnessTooLarge"))
  }

  /// Lists are made once, but read for every sample.
  @Test func listsThatManySamplesRead() throws {
    var window = Window(height: 64, width: 64)
    (window.top, window.bottom, window.left, window.right) = (31, 31, 31, 31)
    let pool = AveragePool(window: window, multiplier: 1, shift: 24, element: .uint8)
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([1])),
      nodes: [
        Node(.rearrange(Rearrangement(dims: [1, 32, 32], strides: [0, 0, 0])), [0]),
        Node(.averagePool(pool), [1]),
        Node(.reshape(Reshape(dims: [961])), [2]),
        Node(.linear(Linear(outputs: 1, biasBound: 0)), [3]),
      ])
    #expect(
      refusal(succinct(graph, samples: 64).bytes)
        == .proofFails(.parameters, "witnessTooLarge"))
    #expect(throws: Never.self) { try WitnessPlan(graph, samples: 2) }
  }

  @Test func movedTensorsOfManySamples() throws {
    let graph = try plane(256, stride: 256)
    #expect(
      refusal(succinct(graph, samples: 1024).bytes)
        == .proofFails(.parameters, "witnessTooLarge"))
  }

  @Test func chainsOfReshapesOfManySamples() throws {
    let multipliers = [UInt32](repeating: 1 << 20, count: 512)
    var nodes = [
      Node(.linear(Linear(outputs: 512, biasBound: 3)), [0]),
      Node(.requantise(Requantise(multipliers: multipliers, shift: 32, element: .int8)), [1]),
    ]
    for index in 0..<64 { nodes.append(Node(.reshape(Reshape(dims: [512])), [2 + index])) }
    nodes.append(Node(.linear(Linear(outputs: 1, biasBound: 1)), [66]))
    let graph = try Graph(input: TensorType(.uint8, try Shape([1])), nodes: nodes)
    #expect(
      refusal(succinct(graph, samples: 1024).bytes)
        == .proofFails(.parameters, "witnessTooLarge"))
  }

  /// Finding 9: outputs are sums of which each takes hundreds of bytes of the verifier.
  @Test func sumsThatAreTooMany() throws {
    let graph = try plane(1, stride: 1)
    #expect(throws: Never.self) { try SumSpace(graph, samples: 1 << 22) }
    #expect(throws: Refusal("witnessTooLarge", ["got": 1 << 23])) {
      try SumSpace(graph, samples: (1 << 22) + 1)
    }
  }

  /// A megabyte of tensors a sample out of one byte, with every list as long as it must be.
  @Test func replayThatTakesMuchMemory() throws {
    let graph = try plane(1024, stride: 1024)
    let proof = try open(graph, samples: 128)
    #expect(proof.bytes.count < 200_000)
    #expect(refusal(proof.bytes) == .proofFails(.lengths, "runTooLarge"))
    // One that is small enough comes as far as what it claims.
    #expect(try refusal(open(graph, samples: 1).bytes)?.proofStep != .lengths)
  }

  /// Few elements that each look at many.
  @Test func replayThatTakesMuchTime() throws {
    var window = Window(height: 512, width: 512)
    (window.strideY, window.strideX) = (1, 1)
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([1])),
      nodes: [
        Node(.rearrange(Rearrangement(dims: [1, 700, 700], strides: [0, 0, 0])), [0]),
        Node(.maxPool(MaxPool(window: window)), [1]),
        Node(
          .convolution(
            Convolution(outputs: 1, window: Window(height: 1, width: 1), biasBound: 0)), [2]),
      ])
    #expect(graph.types.reduce(0) { $0 + $1.shape.count } < 1 << 20)
    #expect(refusal(try open(graph, samples: 1).bytes) == .proofFails(.lengths, "runTooLarge"))
  }

  /// What the verifier would refuse, the prover does not make.
  @Test func aRunThatNobodyWouldVerify() throws {
    var draw = Draw(seed: 5)
    let random = try ProvableGraph(try plane(1024, stride: 1024), &draw)
    let model = try ProvedModel(random, columnBits: 8)
    let traces = [[Tensor]](repeating: model.traces[0], count: 64)
    #expect(throws: Refusal.runTooLarge(64 * ((1 << 20) + 2), 1 << 26)) {
      try model.prover.prove(traces, nonce: .zero)
    }
  }

  // MARK: - Parameters

  /// The rate 1/2 leaves 100 bits to the queries alone.
  @Test func aRateThatCannotProve() throws {
    let graph = try plane(1, stride: 1)
    #expect(
      throws: Refusal("badProofParameters", ["columns": 10, "rate": 1])
    ) { try MatrixShape(graph, columnBits: 10, rateBits: 1) }
    for rate in MatrixShape.rateBitsRange {
      var draw = Draw(seed: 5)
      let random = try ProvableGraph(graph, &draw)
      let weights = try CommittedWeights(graph, random.weights, columnBits: 10, rateBits: rate)
      var manifest = random.manifest
      manifest.commitments.append(weights.commitment)
      let trace = try graph.trace(random.weights, on: random.input)
      let open = try OpenProver(manifest, weights).prove([trace], nonce: .zero)
      #expect(refusal(open.bytes) == nil)
      let succinct = try SuccinctProver(manifest, weights).prove([trace], nonce: .zero)
      #expect(refusal(succinct.bytes) == nil)
    }
  }

  /// Many layers at the longest code: a row each, and their combination is too likely to be close.
  @Test func aProofThatWouldBeTooWeak() throws {
    let nodes = (0..<200).flatMap { index in
      [
        Node(.linear(Linear(outputs: 1, biasBound: 0)), [2 * index]),
        Node(
          .requantise(Requantise(multipliers: [1 << 20], shift: 32, element: .int8)),
          [2 * index + 1]),
      ]
    }
    let graph = try Graph(input: TensorType(.int8, try Shape([1])), nodes: nodes)
    let strong = try MatrixShape(graph, columnBits: 10, rateBits: 2)
    #expect(throws: Never.self) {
      try OpenStatement.security(graph, strong, samples: 1).check()
    }
    let weak = try MatrixShape(graph, columnBits: 16, rateBits: 4)
    #expect(throws: Refusal("proofTooWeak", ["bits": 99, "least": 100])) {
      try OpenStatement.security(graph, weak, samples: 1).check()
    }
  }

  // MARK: - Forms

  /// No bit of a file's head is free, the format's least of all.
  @Test func anotherFormat() throws {
    var found: ProvedModel?
    for seed: UInt64 in 0..<50 where found == nil { found = try ProvedModel.random(seed) }
    let model = try #require(found)
    let (open, succinct) = (try model.prove(), try model.succinct())
    for bytes in [open.bytes, succinct.bytes] {
      #expect(refusal(bytes) == nil)
      for place in 0..<8 {
        for bit in 0..<8 {
          var forged = bytes
          forged[place] ^= 1 << UInt8(bit)
          #expect(refusal(forged) != nil)
        }
      }
    }
    for format: UInt64 in 0...6 {
      // Lists of more than 23 fields have their length in a second byte.
      for (bytes, place, known) in [
        (open.bytes, 1, OpenProof.currentFormat), (succinct.bytes, 2, SuccinctProof.runFormat),
      ] where format != known {
        var forged = bytes
        forged[place] = UInt8(format)
        // A wide format has more lists than the file; a batch's is another statement's.
        let codes =
          format < known ? ["unknownFormat"] : ["newerFormat", "malformed", "proofFails"]
        #expect(codes.contains(refusal(forged)?.code ?? ""), "\(format)")
      }
      if format != OpenProof.currentFormat {
        var other = open
        other.format = format
        #expect(step { _ = try OpenVerifier.verify(other) } == .parameters)
      }
      if format != SuccinctProof.runFormat {
        var small = succinct
        small.format = format
        #expect(step { _ = try SuccinctVerifier.verify(small) } == .parameters)
      }
    }
  }

  @Test func aProofThatHasExpired() throws {
    var found: ProvedModel?
    for seed: UInt64 in 0..<50 where found == nil { found = try ProvedModel.random(seed) }
    var run = try OpenVerifier.verify(try #require(found).prove())
    #expect(run.expires == 9)
    #expect(!run.hasExpired(at: Time(9)) && run.hasExpired(at: Time(10)))
    run.expires = 0
    #expect(!run.hasExpired(at: .never))
  }
}
