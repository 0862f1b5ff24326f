// That level `private` hides attention, norms, tables and symbols: what `open` and `succinct` show
// of them stays out of reach.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct PrivateWideHidingTests {
  let liar: WideLiar
  let statement: PrivateStatement

  init() throws {
    liar = try WideLiar(.private)
    statement = try #require(liar.hidden)
  }

  private static func secret(_ number: Int) -> Bytes32 { SHA256.hash(Array("\(number)".utf8)) }

  private func proof(_ secret: Int, input: [UInt8]? = nil) throws -> PrivateProof {
    var model = liar.model
    if let input { model.traces = [try model.graph.trace(model.layers, on: input)] }
    return try model.privately(secret: Self.secret(secret))
  }

  private func words(_ proof: PrivateProof) throws -> [UInt64] {
    var words: [UInt64] = []
    for list in [
      proof.input, proof.messages, proof.factors, proof.rounds, proof.witnessRow,
      proof.witnessColumns,
    ] { words += try ElementBytes.elements(list, count: list.count / 8).map(\.value) }
    return words
  }

  // MARK: - What the other levels show

  /// A table over the input: at `succinct` the counts of what is read are the input but for its
  /// order. At `private` the file has no counts; what it has in their place is alike for any input.
  @Test func countsShowTheInputBelow() throws {
    var draw = Draw(seed: 9)
    let graph = try PrivateWideProofTests.graph(of: "table", 2)
    let model = try ProvedModel(try ProvableGraph(graph, &draw), columnBits: 6)
    let shown = Tensor.words(try model.succinct().tables)
    let lowest = Int(graph.input.element.lowest)
    let guess = shown.enumerated().flatMap { entry, count in
      [Int](repeating: entry + lowest, count: Int(count))
    }
    #expect(guess == model.traces[0][0].values.map { Int($0) }.sorted())
    let hidden = try model.privately()
    let keys = Set(shown.map { UInt64(UInt32(bitPattern: $0)) }.filter { $0 > 0 })
    #expect(!keys.isEmpty)
    #expect(Set(try words(hidden)).isDisjoint(with: keys))
  }

  /// Finding 22, of helpers: columns of one proof at `succinct` give the rows in which the symbols'
  /// entries lie, and with them the input. As many at `private` give nothing.
  @Test func openedColumnsShowNoSymbols() throws {
    let open = try WideLiar()
    let shape = open.plan.shape
    let (bits, rate) = (shape.columnBits, shape.rateBits)
    let committed = try open.witness.committed()
    func row(_ entry: Int) throws -> Int {
      try #require(shape.matrixRows.firstIndex(of: entry >> bits))
    }
    let chosen = try open.helper(.chosen, of: "embedding")
    guard case .loose(let first) = open.plan.helpers.all[chosen].source else { return }
    // All letters that a few proofs open, at places of their own.
    let start = shape.loose + first
    let symbol = Int(open.traces[0][0].values[0])
    let place = try row(start + symbol)
    var letters: [(Int, Goldilocks)] = []
    for column in 0..<(1 << bits) {
      let own = try ElementBytes.elements(
        committed.letters([column]), count: shape.matrixRows.count)
      letters.append((column, own[place]))
    }
    let read = try Reader.interpolated(letters, lengthBits: bits + rate)
    #expect(read.map(\.value) == open.witness.entries(ofRow: shape.matrixRows[place]))
    #expect(read[(start + symbol) & (1 << bits - 1)] == .one)

    let own = statement.plan.shape
    let hidden = try PrivateWitness(
      statement, liar.witness, secret: Self.secret(1), inputPad: .zero)
    let ownStart = own.loose + first
    let ownPlace = try #require(
      own.matrixRows.firstIndex(of: (ownStart + symbol) >> own.columnBits))
    var few: [(Int, Goldilocks)] = []
    for query in 0..<own.queries {
      few.append(
        (
          3 * query,
          try ElementBytes.elements(
            hidden.hidden.matrix.letters([3 * query]), count: statement.layout.matrixRows)[ownPlace]
        ))
    }
    let guess = try Reader.interpolated(few, lengthBits: own.columnBits + rate)
    #expect(guess.filter { $0.value < 256 }.count < 3)
  }

  /// Every row of the matrix has a tail, those of helpers and of counts too, and pads are one a
  /// message and three a product.
  @Test func everyRowHasATail() throws {
    let own = statement.plan.shape
    let hidden = try PrivateWitness(
      statement, liar.witness, secret: Self.secret(1), inputPad: .zero)
    #expect(hidden.hidden.rows.count == statement.layout.matrixRows)
    var tails: Set<UInt64> = []
    for row in hidden.hidden.rows {
      #expect(row.count == 1 << own.columnBits + own.tail)
      tails.formUnion(row.suffix(own.tail))
    }
    #expect(tails.count == hidden.hidden.rows.count * own.tail)
    let (layout, pads) = (statement.layout, hidden.hidden.pads)
    #expect(pads.count == layout.messages + 3 * layout.products + 1)
    #expect(Set(pads).count == pads.count)
    // The blinds are the last entries, and random.
    let blinds = hidden.witness.later.suffix(WitnessShape.blinds)
    #expect(Set(blinds).count == WitnessShape.blinds && blinds.allSatisfy { $0 > 1 })
  }

  // MARK: - Statistics

  /// Proofs of the least symbols and of the greatest: leading and last bytes of every word that is
  /// sent are spread evenly, and alike. 255 degrees of freedom: the mean of the sum is 255, its
  /// deviation 23.
  @Test func twoInputsLookAlike() throws {
    var counts = [[Int]](repeating: [Int](repeating: 0, count: 256), count: 4)
    for (input, byte) in [UInt8(0), 10].enumerated() {
      for secret in 0..<3 {
        let own = try proof(secret, input: [UInt8](repeating: byte, count: 4))
        for word in try words(own) {
          counts[2 * input][Int(word >> 56)] += 1
          counts[2 * input + 1][Int(word & 255)] += 1
        }
      }
    }
    for own in counts { #expect(Reader.squares(own) < 400) }
    for place in 0..<2 {
      #expect(counts[place].reduce(0, +) == counts[2 + place].reduce(0, +))
      #expect(Reader.unlikeness(counts[place], counts[2 + place]) < 400)
    }
  }

  /// The same of two sets of hidden weights, the input being hidden too.
  @Test func twoModelsLookAlike() throws {
    var draw = Draw(seed: 5)
    let random = try ProvableGraph(try WideLiar.graph(), &draw)
    var counts = [[Int]](repeating: [Int](repeating: 0, count: 256), count: 4)
    for (model, weight) in [Int8(-128), 1].enumerated() {
      let layers = zip(random.weights, random.graph.layers).map { own, layer in
        LayerWeights(
          matrix: own.matrix.map { _ in weight },
          bias: own.bias.map { _ in Int32(layer.biasBound) * (weight < 0 ? -1 : 1) })
      }
      let trace = try random.graph.trace(layers, on: random.input)
      let hidden = try HiddenModel(random.graph, layers, [trace])
      for index: UInt64 in 0..<3 {
        let proof = try hidden.prove(index: index)
        var words = try words(proof)
        for list in [proof.row, proof.columns] {
          words += try ElementBytes.elements(list, count: list.count / 8).map(\.value)
        }
        for word in words {
          counts[2 * model][Int(word >> 56)] += 1
          counts[2 * model + 1][Int(word & 255)] += 1
        }
      }
    }
    for own in counts { #expect(Reader.squares(own) < 400) }
    for place in 0..<2 { #expect(Reader.unlikeness(counts[place], counts[2 + place]) < 400) }
  }

  @Test func nothingIsSaidTwice() throws {
    let first = try words(try proof(1))
    let second = try words(try proof(2))
    #expect(Set(first).isDisjoint(with: second))
    #expect(Set(first).count == first.count)
    let other = try proof(1, input: [3, 3, 3, 3])
    #expect(Set(first).isDisjoint(with: try words(other)))
  }

  /// Lists have the lengths that the model asks for, whatever the input is.
  @Test func lengthsSayNothing() throws {
    let least = try proof(1, input: [0, 0, 0, 0])
    let most = try proof(1, input: [10, 9, 8, 7])
    for list in PrivateFileTests.lists {
      #expect(least[keyPath: list].count == most[keyPath: list].count)
    }
  }
}
