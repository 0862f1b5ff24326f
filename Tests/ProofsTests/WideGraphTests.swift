// Runs of graphs with attention, norms and symbols prove at level `open`, and lies do not.

import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct WideGraphTests {
  /// Symbols, a norm, one head of attention, a gate and a last layer.
  private func graph() throws -> Graph {
    let (length, width) = (6, 8)
    func convolution(_ outputs: Int, _ from: Int) -> Node {
      Node(
        .convolution(
          Convolution(outputs: outputs, window: Window(height: 1, width: 1), biasBound: 40)),
        [from])
    }
    func rounding(_ channels: Int, _ from: Int) -> Node {
      Node(
        .requantise(
          Requantise(
            multipliers: [UInt32](repeating: 1 << 17, count: channels), shift: 24, element: .int8)),
        [from])
    }
    func heads(_ from: Int) -> Node { Node(.reshape(Reshape(dims: [1, width, length])), [from]) }
    let norm = Normalisation(
      axis: Axis(count: width, inner: length), isCentred: true, epsilon: 9,
      multipliers: [Int32](repeating: 1 << 15, count: width),
      offsets: [Int32](repeating: 1 << 15, count: width), shift: 24, element: .int8)
    let exponentials = (0..<256).map { UInt16(60_000 / (1 + $0)) }
    let nodes = [
      Node(
        .embedding(
          Embedding(outputs: width, biasBound: 3, vocabulary: 11, hasPlaces: true)), [0]),
      Node(
        .requantise(
          Requantise(
            multipliers: [UInt32](repeating: 1 << 23, count: width), shift: 24, element: .int8)),
        [1]),
      Node(.normalise(norm), [2]),
      convolution(width, 3), rounding(width, 4), heads(5),
      convolution(width, 3), rounding(width, 7), heads(8),
      Node(.matMul(MatrixProduct(isLeftTransposed: true, isRightTransposed: false)), [6, 9]),
      rounding(1, 10),
      Node(.softmax(Softmax(isCausal: true, exponentials: exponentials)), [11]),
      Node(.matMul(MatrixProduct(isLeftTransposed: false, isRightTransposed: true)), [9, 12]),
      rounding(1, 13),
      Node(.product(Product(multiplier: 1 << 18, shift: 24, element: .int8)), [9, 14]),
      Node(.rearrange(Rearrangement(dims: [width], strides: [length], offset: length - 1)), [15]),
      Node(.linear(Linear(outputs: 5, biasBound: 7)), [16]),
    ]
    return try Graph(input: TensorType(.uint8, try Shape([length])), nodes: nodes)
  }

  @Test(arguments: 0..<6) func everyRunProves(seed: Int) throws {
    var draw = Draw(seed: UInt64(seed))
    let model = try ProvedModel(try ProvableGraph(try graph(), &draw), columnBits: 6)
    let run = try OpenVerifier.verify(try OpenProof(bytes: try model.prove().bytes))
    #expect(run.outputs == model.traces.map { $0[$0.count - 1].bytes })
    #expect(run.inputs == model.traces.map { $0[0].bytes })
  }

  /// Each byte of the sums and of the input is bound by the proof.
  @Test func anotherSymbolOrSumIsRefused() throws {
    var draw = Draw(seed: 3)
    let model = try ProvedModel(try ProvableGraph(try graph(), &draw), columnBits: 6)
    let proof = try model.prove()
    for at in stride(from: 0, to: proof.sums.count, by: 7) {
      var forged = proof
      forged.sums[at] ^= 1
      #expect(throws: Refusal.self) { try OpenVerifier.verify(forged) }
    }
    for at in proof.input.indices {
      var forged = proof
      forged.input[at] = forged.input[at] == 4 ? 5 : 4
      #expect(throws: Refusal.self) { try OpenVerifier.verify(forged) }
    }
  }
}
