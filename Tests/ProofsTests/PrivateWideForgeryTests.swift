// What a liar may try against lookups, products and symbols whose messages are hidden, beside what
// `WideForgeryTests` tries at both levels.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct PrivateWideForgeryTests {
  let liar: WideLiar
  let statement: PrivateStatement
  let tables: CountSpace

  init() throws {
    liar = try WideLiar(.private)
    statement = try #require(liar.hidden)
    tables = try #require(statement.plan.shape.tableCounts)
  }

  private func caught(
    _ change: @escaping (inout Witness) -> Void
  ) throws -> ProofStep? {
    var other = liar
    other.change = change
    return try other.caught()
  }

  /// Where the bits of tables' counts begin among what is laid out behind.
  private var first: Int { tables.start - statement.plan.shape.bits }

  // MARK: - Counts of lookups

  /// A two in the place of a bit counts like the next bit, and is none.
  @Test func aCountsBitThatIsNone() throws {
    let honest = liar.witness.countBits
    let width = 1 << tables.width
    let place = try #require(
      (0..<(1 << tables.bits)).first {
        $0 % width > 0 && $0 % width <= tables.top && honest[first + $0] == 1
          && honest[first + $0 - 1] == 0
      })
    #expect(
      try caught { own in
        own.later = honest
        own.later[first + place] = 0
        own.later[first + place - 1] = 2
      } == .witness)
  }

  /// Bits of the counts of other entries, with the honest root: the sum is right, the tree is not.
  @Test func countsOfOtherEntries() throws {
    let honest = liar.witness.countBits
    let width = 1 << tables.width
    let read = try #require(
      (0..<512).first { honest[(first + $0 * width)..<(first + ($0 + 1) * width)].contains(1) })
    for other in [(read + 1) % 512, (read + 256) % 512, 511 - read] where other != read {
      #expect(
        try caught { own in
          own.later = honest
          for bit in 0..<width {
            own.later.swapAt(first + read * width + bit, first + other * width + bit)
          }
        } == .witness)
    }
  }

  /// A bit of a count that is not its own; one above the greatest count's has no part in anything,
  /// and is a bit all the same.
  @Test func bitsThatStandForNothing() throws {
    let honest = liar.witness.countBits
    let width = 1 << tables.width
    for bit in 0..<width where bit > tables.top || honest[first + bit] == 0 {
      let found = try caught { own in
        own.later = honest
        own.later[first + bit] = 1
      }
      // Above the greatest count's bit a one has no part in the product, and none in the sum.
      #expect(found == (bit > tables.top ? nil : .witness))
      #expect(
        try caught { own in
          own.later = honest
          own.later[first + bit] = 3
        } == .witness)
    }
  }

  /// Tables that pad have no entries that anything is read from.
  @Test func aTableThatPadsCounts() throws {
    var draw = Draw(seed: 3)
    let bytes = ByteTable(bytes: (0..<256).map { UInt8($0 ^ 3) }, element: .int8)
    let graph = try Graph(
      input: TensorType(.int8, try Shape([4])),
      nodes: [
        Node(.table(bytes), [0]), Node(.table(bytes), [1]), Node(.table(bytes), [2]),
        Node(.linear(Linear(outputs: 2, biasBound: 3)), [3]),
      ])
    let own = try PrivateLiar(
      try ProvedModel(try ProvableGraph(graph, &draw), columnBits: 6))
    #expect(try own.caught() == nil)
    let space = try #require(own.shape.tableCounts)
    #expect(space.countBits == 10 && own.shape.helpers.tables == 3)
    let honest = own.witness.countBits
    let first = space.start - own.shape.bits
    var other = own
    other.witness.later = honest
    other.witness.later[first + 800 << space.width] = 1
    #expect(try other.caught() == .witness)
    // One taken from an entry that is read, so that the sum is right.
    let read = try #require((0..<768).first { honest[first + $0 << space.width] == 1 })
    other.witness.later[first + read << space.width] = 0
    #expect(try other.caught() == .witness)
  }

  // MARK: - Messages and triples

  /// One triple that is no product, for each product in turn.
  @Test func aTripleThatIsNoProduct() throws {
    for index in 0..<statement.layout.products {
      let place = statement.layout.triple(index) + 2
      let proof = try liar.privately(statement) { $0[place] += .one }
      #expect(step { _ = try PrivateVerifier.verify(proof) } == .witness)
    }
  }

  /// Each message of lookups and products, and each masked factor.
  @Test func everyMessageIsHeld() throws {
    let proof = try liar.privately(statement)
    for start in stride(from: 0, to: proof.messages.count, by: 48) {
      var forged = proof
      forged.messages[start] ^= 1
      #expect(step { _ = try PrivateVerifier.verify(forged) } == .witness)
    }
    for start in stride(from: 0, to: proof.factors.count, by: 32) {
      var forged = proof
      forged.factors[start] ^= 1
      #expect(step { _ = try PrivateVerifier.verify(forged) } == .witness)
    }
  }

  /// The part of the sums that is products cannot be moved to the layers: the message is bound by
  /// its pad, whichever of both is changed.
  @Test func anotherPartOfTheSums() throws {
    let count = FactorSumcheck.Messages.count(statement.plan.helpers.sizes.factorBits)
    let values = statement.layerPieces
    let place = statement.layout.talk - values - 2 * statement.shape.columnBits - count
    let proof = try liar.privately(statement)
    var forged = proof
    forged.messages[16 * place] ^= 1
    #expect(step { _ = try PrivateVerifier.verify(forged) } == .witness)
  }

  // MARK: - Input

  /// The run of other symbols holds, and is not about those that were asked for.
  @Test func theRunOfOtherSymbols() throws {
    let asked = liar.traces[0][0].bytes
    var bytes = asked
    bytes[1] = bytes[1] == 4 ? 5 : 4
    var other = liar
    other.traces = [try liar.model.graph.trace(liar.model.layers, on: bytes)]
    let run = try PrivateVerifier.verify(try other.privately(statement))
    let hidden = try #require(run.hiddenInput)
    #expect(hidden.isInput([bytes], salt: ProvedModel.salt))
    #expect(!hidden.isInput([asked], salt: ProvedModel.salt))
    // The committed input is what the symbols are of.
    let row = try #require(statement.plan.inputRow)
    #expect(
      try caught { own in
        let place = own.shape.bytesColumn + row + 1
        own.bytes[place] = own.bytes[place] == 4 ? 5 : 4
      } == .witness)
  }

  @Test func anotherOutput() throws {
    let proof = try liar.privately(statement)
    for at in stride(from: 0, to: proof.output.count, by: 3) {
      var forged = proof
      forged.output[at] ^= 1
      #expect(step { _ = try PrivateVerifier.verify(forged) } == .witness)
    }
  }

  // MARK: - Hidden weights

  /// Weights that are hidden are those of the embedding and of attention too.
  @Test func aRunOfOtherWeights() throws {
    var draw = Draw(seed: 5)
    let random = try ProvableGraph(try WideLiar.graph(), &draw)
    let input = Array(random.input)
    let traces = [try random.graph.trace(random.weights, on: input)]
    let model = try HiddenModel(random.graph, random.weights, traces)
    #expect(try model.caught() == nil)
    for layer in random.graph.layers.indices {
      var others = random.weights
      others[layer] = LayerWeights(
        matrix: others[layer].matrix.map { ~$0 }, bias: others[layer].bias)
      var liar = model
      liar.traces = [try random.graph.trace(others, on: input)]
      if liar.traces == model.traces { continue }
      #expect(try liar.caught() == .witness)
    }
  }
}
