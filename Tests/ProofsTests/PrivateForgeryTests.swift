// What a liar may try against level `private`, one rule of the protocol at a time.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

/// A prover that follows the protocol over a witness, a run or pads of its own choice.
struct PrivateLiar {
  let model: ProvedModel
  let prover: PrivateProver
  let statement: PrivateStatement
  var traces: [[Tensor]]
  var witness: Witness
  var spoil: (inout [GoldilocksPair]) -> Void = { _ in }
  var lies = ProverLies()

  init(_ own: ProvedModel? = nil) throws {
    model = try own ?? SuccinctLiar().model
    prover = try PrivateProver(model.prover.manifest, model.prover.weights)
    statement = try PrivateStatement(
      model.graph, model.prover.weights.shape, samples: 1, hiding: .input)
    traces = model.traces
    witness = Witness(statement.plan, traces)
  }

  var shape: WitnessShape { statement.plan.shape }

  func prove() throws -> PrivateProof {
    try prover.prove(
      statement, traces, witness, nonce: ProvedModel.nonce, expires: 9,
      secret: ProvedModel.secret, salt: ProvedModel.salt, spoil: spoil, lies: lies)
  }

  /// The step at which the lie comes out.
  func caught() throws -> ProofStep? {
    let proof = try prove()
    return step { _ = try PrivateVerifier.verify(proof) }
  }

  func plainRow() -> Int? {
    (0..<statement.plan.rows - 25).first {
      (2...200).contains(witness.bytes[shape.bytesColumn + $0])
    }
  }

  func clampedRow() -> Int? {
    (0..<shape.rows).first { witness.bytes[shape.limb(0) + $0] > 2 }
  }
}

@Suite struct PrivateForgeryTests {
  var liar: PrivateLiar

  init() throws { liar = try PrivateLiar() }

  @Test func theHonestRunHolds() throws {
    #expect(try liar.caught() == nil)
    // Roundings, then the input's 25 bytes.
    #expect(liar.shape.rows == 70 + 25 && liar.statement.plan.inputRow == 70)
  }

  // MARK: - Bytes and their counts

  @Test func everyKindOfEntryIsAByte() throws {
    let shape = liar.shape
    for place in [
      shape.bytesColumn, shape.limb(0), shape.remainder(0), shape.differences,
      shape.bytesColumn + 70, shape.choices - 1,
    ] {
      var other = liar
      other.witness.bytes[place] = 256
      #expect(try other.caught() == .witness)
      // Counts that are those of the bytes that it should be do not help.
      other.witness.later = liar.witness.countBits
      #expect(try other.caught() == .witness)
    }
  }

  @Test mutating func countsOfAnotherWitness() throws {
    let width = 1 << (liar.shape.bitBits - 8)
    let honest = liar.witness.countBits
    var moved = honest
    for bit in 0..<width {
      moved.swapAt(3 * width + bit, 4 * width + bit)
    }
    #expect(moved != honest)
    liar.witness.later = moved
    #expect(try liar.caught() == .witness)
  }

  /// A two in the place of a bit counts like the next bit, and is none.
  @Test mutating func aBitThatIsNone() throws {
    let width = 1 << (liar.shape.bitBits - 8)
    var bits = liar.witness.countBits
    let place = try #require(
      bits.indices.first {
        $0 % width > 0 && $0 % width <= liar.shape.byteBits && bits[$0] == 1 && bits[$0 - 1] == 0
      })
    (bits[place], bits[place - 1]) = (0, 2)
    liar.witness.later = bits
    #expect(try liar.caught() == .witness)
  }

  // MARK: - Roundings and maxima

  @Test func roundingsThatAreFalse() throws {
    let row = try #require(liar.plainRow())
    let clamped = try #require(liar.clampedRow())
    let shape = liar.shape
    let changes: [(inout Witness) -> Void] = [
      { $0.bytes[shape.bytesColumn + row] += 1 },
      { $0.bytes[shape.remainder(1)] ^= 1 },
      { $0.bytes[shape.limb(0) + row] = 1 },
      { $0.bytes[shape.bytesColumn + clamped] ^= 255 },
      { own in for limb in 0..<shape.limbs { own.bytes[shape.limb(limb) + clamped] = 0 } },
      { $0.bytes[shape.limb(0) + shape.rows] = 3 },
      { $0.bytes[shape.remainder(2) + shape.rows - 1] = 3 },
    ]
    for change in changes {
      var other = liar
      change(&other.witness)
      #expect(try other.caught() == .witness)
    }
  }

  @Test func maximaThatAreFalse() throws {
    let shape = liar.shape
    let chosen = try #require(liar.witness.choices.firstIndex(of: 1))
    let changes: [(inout Witness) -> Void] = [
      { $0.choices[chosen] = 0 },
      { own in
        for pair in 0..<4 {
          own.bytes[shape.differences + pair] += 1
          own.choices[pair] = 0
        }
        own.choices[0] = Goldilocks(Int64(-1)).value
        own.choices[1] = 2
      },
      { $0.bytes[shape.differences + 1] ^= 64 },
    ]
    for change in changes {
      var other = liar
      change(&other.witness)
      #expect(try other.caught() == .witness)
    }
  }

  // MARK: - Layers, output, input

  @Test func aFalseSumProvedWithCare() throws {
    let graph = liar.model.graph
    for layer in graph.layers.indices {
      var other = liar
      var sums = graph.layers.map { liar.traces[0][$0.node + 1].values }
      sums[layer][3] += 1
      other.traces = [try graph.replay(on: liar.traces[0][0].bytes, sums: sums)]
      other.witness = Witness(liar.statement.plan, other.traces)
      #expect(try other.caught() == .witness)
    }
  }

  @Test func anotherOutput() throws {
    var other = liar
    let last = liar.traces[0].count - 1
    var values = liar.traces[0][last].values
    values[0] += values[0] > 0 ? -1 : 1
    other.traces[0][last] = try Tensor(liar.traces[0][last].type, values)
    #expect(try other.caught() == .witness)
  }

  @Test mutating func otherActivationsThanCommitted() throws {
    liar.witness.bytes[liar.shape.bytesColumn + 71] ^= 1
    #expect(try liar.caught() == .witness)
  }

  /// The run of another input holds, and is not about the one that was asked for.
  @Test func theRunOfAnotherInput() throws {
    let asked = liar.traces[0][0].bytes
    var bytes = asked
    bytes[7] &+= 1
    var other = liar
    other.traces = [try liar.model.graph.trace(liar.model.layers, on: bytes)]
    other.witness = Witness(liar.statement.plan, other.traces)
    let proof = try other.prove()
    let run = try PrivateVerifier.verify(proof)
    let hidden = try #require(run.hiddenInput)
    #expect(!hidden.isInput([asked], salt: ProvedModel.salt))
    #expect(hidden.isInput([bytes], salt: ProvedModel.salt))
    // Nor does the value that the asked input would have.
    var forged = proof
    let point = hidden.point
    let values = liar.traces[0][0].values
    forged.input = ElementBytes.of([
      HiddenInput.value(values, at: point) + HiddenInput.pad(ProvedModel.salt, proof.tag)
    ])
    #expect(step { _ = try PrivateVerifier.verify(forged) } == .witness)
  }

  /// A pad that is not the salt's: its owner finds out, and nobody else could.
  @Test mutating func anotherPadOfTheInput() throws {
    let place = liar.statement.inputPad
    liar.spoil = { $0[place] += .one }
    let run = try PrivateVerifier.verify(try liar.prove())
    #expect(
      run.hiddenInput?.isInput([liar.traces[0][0].bytes], salt: ProvedModel.salt) == false)
  }

  /// All elements of an input of 2^n raised by one, and its pad lowered by one: weights of a point
  /// add up to one, so that a value of the elements alone would be the same.
  @Test(arguments: [1, 4, 16, 17]) func anotherInputUnderAnotherPad(count: Int) throws {
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([count])),
      nodes: [Node(.linear(Linear(outputs: 2, biasBound: 0)), [0])])
    var draw = Draw(seed: 7)
    let model = try ProvedModel(try ProvableGraph(graph, &draw), columnBits: 6)
    let prover = try PrivateProver(model.prover.manifest, model.prover.weights)
    let statement = try PrivateStatement(
      graph, model.prover.weights.shape, samples: 1, hiding: .input)
    func hidden(_ byte: UInt8, pad: GoldilocksPair) throws -> HiddenInput? {
      let traces = [try graph.trace(model.layers, on: [UInt8](repeating: byte, count: count))]
      let proof = try prover.prove(
        statement, traces, Witness(statement.plan, traces), nonce: ProvedModel.nonce, expires: 9,
        secret: ProvedModel.secret, salt: ProvedModel.salt
      ) { $0[statement.inputPad] += pad }
      return try PrivateVerifier.verify(proof).hiddenInput
    }
    let asked = [[UInt8](repeating: 3, count: count)]
    #expect(try hidden(3, pad: .zero)?.isInput(asked, salt: ProvedModel.salt) == true)
    let forged = try hidden(4, pad: -.one)
    #expect(forged?.isInput(asked, salt: ProvedModel.salt) == false)
  }

  // MARK: - Products

  /// One triple that is no product, for each product in turn: an honest run does not hold either.
  @Test func aTripleThatIsNoProduct() throws {
    for index in stride(from: 0, to: liar.statement.layout.products, by: 5) {
      var other = liar
      let place = liar.statement.layout.triple(index) + 2
      other.spoil = { $0[place] += .one }
      #expect(try other.caught() == .witness)
    }
  }

  /// The challenge of the products comes after everything that it multiplies.
  @Test func factorsOfAnotherChallenge() throws {
    let proof = try liar.prove()
    for place in stride(from: 0, to: proof.factors.count, by: 160) {
      var forged = proof
      forged.factors[place] ^= 1
      #expect(step { _ = try PrivateVerifier.verify(forged) } == .witness)
    }
  }
}
