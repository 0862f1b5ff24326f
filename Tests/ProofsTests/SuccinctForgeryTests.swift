// What a liar may try against level `succinct`, one rule of the protocol at a time.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

/// A prover that follows the protocol over a witness or a run of its own choice.
struct SuccinctLiar {
  let model: ProvedModel
  let prover: SuccinctProver
  let statement: SuccinctStatement
  var traces: [[Tensor]]
  var witness: Witness
  var lies = ProverLies()

  /// A model with layers, roundings and maxima.
  init() throws {
    var nodes: [Node] = []
    var window = Window(height: 3, width: 3)
    (window.top, window.left) = (1, 1)
    nodes.append(
      Node(.convolution(Convolution(outputs: 3, window: window, biasBound: 900)), [0]))
    nodes.append(
      Node(
        .requantise(Requantise(multipliers: [9000, 70000, 20000], shift: 24, element: .uint8)),
        [1]))
    var square = Window(height: 2, width: 2)
    (square.strideY, square.strideX) = (2, 2)
    nodes.append(Node(.maxPool(MaxPool(window: square)), [2]))
    nodes.append(
      Node(.add(ResidualAdd(left: 1 << 22, right: 3 << 21, shift: 24, element: .int8)), [3, 3]))
    nodes.append(Node(.reshape(Reshape(dims: [12])), [4]))
    nodes.append(Node(.linear(Linear(outputs: 10, biasBound: 300)), [5]))
    nodes.append(
      Node(
        .requantise(
          Requantise(
            multipliers: [UInt32](repeating: 1 << 21, count: 10), shift: 32, element: .int8)), [6]))
    let graph = try Graph(input: TensorType(.uint8, try Shape([1, 5, 5])), nodes: nodes)
    var draw = Draw(seed: 8)
    model = try ProvedModel(try ProvableGraph(graph, &draw), columnBits: 6)
    prover = try SuccinctProver(model.prover.manifest, model.prover.weights)
    statement = try SuccinctStatement(graph, model.prover.weights.shape, samples: 1)
    traces = model.traces
    witness = Witness(statement.plan, traces)
  }

  var shape: WitnessShape { statement.plan.shape }

  func prove() throws -> SuccinctProof {
    try prover.prove(
      statement, traces, witness, nonce: ProvedModel.nonce, expires: 9, lies: lies)
  }

  /// The step at which the lie comes out.
  func caught() throws -> ProofStep? {
    let proof = try prove()
    return step { _ = try SuccinctVerifier.verify(proof) }
  }

  /// Changes one element of a tensor of the run.
  mutating func change(_ tensor: Int, _ index: Int, by amount: Int32) throws {
    var values = traces[0][tensor].values
    values[index] += amount
    traces[0][tensor] = try Tensor(traces[0][tensor].type, values)
  }

  /// A row whose byte is inside the range, and so has no excess.
  func plainRow() -> Int? {
    (0..<shape.rows).first { (2...200).contains(witness.bytes[shape.bytesColumn + $0]) }
  }

  /// A row that was clamped.
  func clampedRow() -> Int? {
    (0..<shape.rows).first { witness.bytes[shape.limb(0) + $0] > 2 }
  }
}

@Suite struct SuccinctForgeryTests {
  var liar: SuccinctLiar

  init() throws { liar = try SuccinctLiar() }

  @Test func theHonestRunHolds() throws {
    #expect(try liar.caught() == nil)
    #expect(liar.shape.pairs == 48 && liar.shape.rows == 48 + 12 + 10)
  }

  // MARK: - Bytes

  /// Finding 7: a remainder of 2^32 or more, with the quotient one less.
  @Test mutating func aRemainderThatIsTooLarge() throws {
    let row = try #require(liar.plainRow())
    liar.witness.bytes[liar.shape.bytesColumn + row] -= 1
    liar.witness.bytes[liar.shape.remainder(3) + row] += 256
    #expect(try liar.caught() == .bytes)
  }

  /// Finding 6: a result outside of its range, where a byte is not.
  @Test mutating func aResultThatIsNoByte() throws {
    let row = try #require(liar.clampedRow())
    liar.witness.bytes[liar.shape.bytesColumn + row] = Goldilocks(Int64(-6)).value
    #expect(try liar.caught() == .bytes)
  }

  @Test mutating func everyKindOfEntryIsAByte() throws {
    let shape = liar.shape
    for place in [
      shape.bytesColumn, shape.limb(0), shape.remainder(0), shape.differences,
      shape.choices - 1,
    ] {
      var other = liar
      other.witness.bytes[place] = 256
      #expect(try other.caught() == .bytes)
    }
  }

  /// Finding 12: counts that sum up but are of another witness.
  @Test func countsOfAnotherWitness() throws {
    let proof = try liar.prove()
    for (place, amount) in [(0, 1), (4, 255), (1020, 1)] {
      var forged = proof
      forged.counts[place] &+= UInt8(amount)
      #expect(step { _ = try SuccinctVerifier.verify(forged) } == .bytes)
      forged.counts[(place + 8) % 1024] &-= UInt8(amount)
      #expect(step { _ = try SuccinctVerifier.verify(forged) } == .bytes)
    }
  }

  // MARK: - Roundings

  @Test mutating func anotherResult() throws {
    let row = try #require(liar.plainRow())
    liar.witness.bytes[liar.shape.bytesColumn + row] += 1
    #expect(try liar.caught() == .witness)
  }

  @Test mutating func anotherRemainder() throws {
    liar.witness.bytes[liar.shape.remainder(1)] ^= 1
    #expect(try liar.caught() == .witness)
  }

  /// Finding 6 again: an excess where the result lies inside its range.
  @Test mutating func anExcessWithoutAClamp() throws {
    let row = try #require(liar.plainRow())
    liar.witness.bytes[liar.shape.limb(0) + row] = 1
    #expect(try liar.caught() == .roundings)
  }

  /// The clamp at the wrong end: the excess then counts the other way.
  @Test mutating func aClampAtTheOtherEnd() throws {
    let row = try #require(liar.clampedRow())
    liar.witness.bytes[liar.shape.bytesColumn + row] ^= 255
    #expect(try liar.caught() == .witness)
  }

  @Test mutating func noClampAtAll() throws {
    let row = try #require(liar.clampedRow())
    for limb in 0..<liar.shape.limbs { liar.witness.bytes[liar.shape.limb(limb) + row] = 0 }
    #expect(try liar.caught() == .witness)
  }

  /// Rows behind the last are held to the same equation, with nothing to round.
  @Test mutating func paddingIsNoPlaceToHide() throws {
    #expect(liar.shape.rows < 1 << liar.shape.rowBits)
    for column in [liar.shape.limb(0), liar.shape.remainder(2)] {
      var other = liar
      other.witness.bytes[column + liar.shape.rows] = 3
      #expect(try other.caught() == .witness)
    }
  }

  // MARK: - Maxima

  @Test mutating func anotherDifference() throws {
    liar.witness.bytes[liar.shape.differences + 1] ^= 64
    liar.witness.choices[1] = 0
    #expect(try liar.caught() != nil)
  }

  /// Finding 10: a maximum that no element attains.
  @Test mutating func aMaximumThatIsNotAttained() throws {
    for pair in 0..<4 {
      liar.witness.bytes[liar.shape.differences + pair] += 1
      liar.witness.choices[pair] = 0
    }
    #expect(try liar.caught() == .witness)
    // Choosing an element that is smaller does not help.
    liar.witness.choices[0] = 1
    #expect(try liar.caught() == .maxima)
    // Nor do two that cancel.
    liar.witness.choices[0] = Goldilocks(Int64(-1)).value
    liar.witness.choices[1] = 2
    #expect(try liar.caught() == .maxima)
  }

  @Test mutating func noChoice() throws {
    let chosen = try #require(liar.witness.choices.firstIndex(of: 1))
    liar.witness.choices[chosen] = 0
    #expect(try liar.caught() == .witness)
  }

  // MARK: - Layers

  /// A liar who is honest about everything that follows from a false sum.
  @Test mutating func aFalseSumProvedWithCare() throws {
    let graph = liar.model.graph
    for layer in graph.layers.indices {
      var other = liar
      var sums = graph.layers.map { liar.traces[0][$0.node + 1].values }
      sums[layer][3] += 1
      other.traces = [try graph.replay(on: liar.traces[0][0].bytes, sums: sums)]
      other.witness = Witness(liar.statement.plan, other.traces)
      #expect(try other.caught() == .sumcheck)
    }
  }

  /// Layers that read other activations than are committed to.
  @Test mutating func otherActivationsThanCommitted() throws {
    for tensor in [2, 3, 4] {
      var other = liar
      try other.change(tensor, 1, by: liar.traces[0][tensor].values[1] > 0 ? -1 : 1)
      other.witness = Witness(liar.statement.plan, other.traces)
      #expect(try other.caught() != nil)
    }
    var flat = liar
    try flat.change(5, 1, by: liar.traces[0][5].values[1] > 0 ? -1 : 1)
    #expect(try flat.caught() != nil)
  }

  @Test mutating func anotherOutput() throws {
    try liar.change(7, 2, by: liar.traces[0][7].values[2] > 0 ? -1 : 1)
    #expect(try liar.caught() == .witness)
  }

  @Test mutating func anotherInput() throws {
    try liar.change(0, 7, by: liar.traces[0][0].values[7] > 0 ? -1 : 1)
    #expect(try liar.caught() != nil)
  }

  /// Weights that are not the committed ones, in an otherwise honest proof.
  @Test func otherWeights() throws {
    var layers = liar.model.layers
    for index in layers.indices { layers[index].matrix = layers[index].matrix.map { ~$0 } }
    let weights = try CommittedWeights(liar.model.graph, layers, columnBits: 6)
    var manifest = liar.prover.manifest
    manifest.commitments[1] = weights.commitment
    let other = try SuccinctProver(manifest, weights)
    let trace = try liar.model.graph.trace(layers, on: liar.traces[0][0].bytes)
    var forged = try other.prove([trace], nonce: ProvedModel.nonce, expires: 9)
    #expect(step { _ = try SuccinctVerifier.verify(forged) } == nil)
    forged.manifest = liar.prover.manifest.encoded
    #expect(step { _ = try SuccinctVerifier.verify(forged) } != nil)
  }

  // MARK: - What is not proved is refused

  /// Finding 8: a quotient that three bytes of excess do not hold.
  @Test func aModelThatRoundsTooWide() throws {
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([100])),
      nodes: [
        Node(.linear(Linear(outputs: 2, biasBound: 9)), [0]),
        Node(
          .requantise(
            Requantise(multipliers: [1, 1 << 30], shift: 24, element: .uint8)), [1]),
      ])
    #expect(throws: Refusal("tooWideToProve", ["bits": 60])) {
      try WitnessPlan(graph, samples: 1)
    }
  }

  @Test func aRunThatIsTooLarge() throws {
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([1, 2000, 2000])),
      nodes: [
        Node(.maxPool(MaxPool(window: Window(height: 3, width: 3))), [0]),
        Node(
          .convolution(
            Convolution(outputs: 1, window: Window(height: 1, width: 1), biasBound: 1)), [1]),
      ])
    #expect(throws: Refusal.self) { try WitnessPlan(graph, samples: 1) }
  }

  /// Each node alone would be small enough.
  @Test func manyNodesThatAreLargeTogether() throws {
    let plane = [1, 512, 1024]
    for move in [true, false] {
      var nodes: [Node] = []
      for index in 0..<40 {
        let operation: Operation =
          move
          ? .rearrange(Rearrangement(dims: plane, strides: [0, 1024, 1]))
          : .reshape(Reshape(dims: plane))
        nodes.append(Node(operation, [index]))
      }
      nodes.append(
        Node(
          .convolution(
            Convolution(outputs: 1, window: Window(height: 1, width: 1), biasBound: 1)), [40]))
      let graph = try Graph(input: TensorType(.uint8, try Shape(plane)), nodes: nodes)
      #expect(throws: Refusal.self) { try WitnessPlan(graph, samples: 1) }
    }
  }
}
