// That hidden weights stay hidden: what shows them at other levels, and what an index costs that is
// spent twice.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct HiddenReadingTests {
  /// The letters of a row that a file shows, with the places that its reader works out.
  private func letters(
    _ columns: [UInt8], rows: Int, row: Int, _ matrix: EncodedMatrix
  ) throws -> [Int: Goldilocks] {
    var places: [[UInt8]: Int] = [:]
    for place in 0..<matrix.length { places[matrix.letters([place])] = place }
    var letters: [Int: Goldilocks] = [:]
    for start in stride(from: 0, to: columns.count, by: 8 * rows) {
      let column = Array(columns[start..<(start + 8 * rows)])
      let letter = Array(column[(8 * row)..<(8 * row + 8)])
      letters[try #require(places[column])] = try ElementBytes.elements(letter, count: 1)[0]
    }
    return letters
  }

  /// Finding 22: opened columns of levels `open` and `succinct` are of a short polynomial: one
  /// proof of a small model shows all its weights.
  @Test func columnsShowWeightsBelow() throws {
    let model = try SuccinctLiar().model
    let weights = model.prover.weights
    let shape = weights.shape
    for columns in [try model.prove().columns, try model.succinct().columns] {
      for row in 0..<shape.rows {
        let seen = try letters(columns, rows: shape.rows, row: row, weights.matrix)
        let few = seen.sorted { $0.key < $1.key }.prefix(shape.columns)
        let found = try Reader.interpolated(
          few.map { ($0.key, $0.value) }, lengthBits: shape.lengthBits)
        let own = (0..<shape.columns).map { column in
          Goldilocks(
            row < shape.biasRow
              ? Int64(weights.weights[row * shape.columns + column])
              : Int64(weights.biases[(row - shape.biasRow) * shape.columns + column]))
        }
        #expect(found == own)
      }
    }
  }

  /// All proofs of a budget and both re-commitments open fewer columns than a hidden row has random
  /// entries: what fits them has no weight in it.
  @Test func allColumnsOfABudgetShowNothing() throws {
    let model = try HiddenModel()
    let shape = model.weights.shape
    let last = try model.later()
    let link = try Recommitment(model.manifest, from: model.weights, to: last.weights)
    var seen: [Int: Goldilocks] = [:]
    for index in 0..<UInt64(shape.budget) {
      let proof = try model.prove(index: index)
      for (place, letter) in try letters(
        proof.columns, rows: shape.matrixRows, row: 0, model.weights.matrix)
      { seen[place] = letter }
    }
    for (place, letter) in try letters(
      link.oldColumns, rows: shape.matrixRows, row: 0, model.weights.matrix)
    { seen[place] = letter }
    #expect(seen.count > shape.columns && seen.count <= shape.tail)
    let found = try Reader.interpolated(
      seen.map { ($0.key, $0.value) }, lengthBits: shape.lengthBits)
    let own = model.row(0)
    #expect(zip(found, own).filter { $0 == $1 && $1 != .zero }.isEmpty)
    #expect(found.filter { $0.value < 256 || $0.value > Goldilocks.modulus - 256 }.count < 3)
    // The tail's part is invertible: other weights, with a tail of their own, have these letters.
    let (root, places) = (
      try #require(Goldilocks.root(ofOrderLog2: shape.lengthBits)), seen.keys.sorted().prefix(24)
    )
    let part = places.map { place in
      let point = root.raised(
        to: UInt64(NumberTheoreticTransform.bitReversed(place, bits: shape.lengthBits)))
      return (0..<places.count).map {
        GoldilocksPair(point.raised(to: UInt64(shape.columns + $0)))
      }
    }
    #expect(Reader.rank(part) == places.count)
  }

  /// Finding 22: at level `open` sums are in clear. Inputs of one element each show the weights.
  @Test func sumsShowWeightsBelow() throws {
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([4])),
      nodes: [Node(.linear(Linear(outputs: 3, biasBound: 9)), [0])])
    var draw = Draw(seed: 5)
    let random = try ProvableGraph(graph, &draw)
    let model = try ProvedModel(random, columnBits: 6)
    var sums: [[Int32]] = []
    for element in -1..<4 {
      var own = model
      let input = (0..<4).map { UInt8($0 == element ? 1 : 0) }
      own.traces = [try graph.trace(model.layers, on: input)]
      sums.append(Tensor.words(try own.prove().sums))
    }
    let found = (0..<3).flatMap { output in
      (0..<4).map { Int8(truncatingIfNeeded: sums[$0 + 1][output] - sums[0][output]) }
    }
    #expect(found == model.layers[0].matrix)
  }

  // MARK: - Rows

  /// Rows of weights that would explain the differences of masked rows, if the masks were one.
  private func extracted(
    _ model: HiddenModel, _ proofs: [PrivateProof]
  ) throws -> [[GoldilocksPair]]? {
    let columns = model.weights.shape.columns
    var coefficients = try proofs.map { try model.rowWeights(of: $0) }
    var rows = try proofs.map { Array(try ElementBytes.pairs($0.row)[..<columns]) }
    let (firstWeights, firstRow) = (coefficients.removeFirst(), rows.removeFirst())
    for index in rows.indices {
      coefficients[index] = zip(coefficients[index], firstWeights).map { $0 - $1 }
      rows[index] = zip(rows[index], firstRow).map { $0 - $1 }
    }
    return Reader.solved(coefficients, rows)
  }

  private func nonces(_ count: Int) -> [Bytes32] {
    (0..<count).map { SHA256.hash([UInt8($0)]) }
  }

  /// A counter that was set back: as many proofs of one index as there are rows, and one, show all
  /// weights. The reader of two of them sees that root and index are one.
  @Test func anIndexSpentTwiceShowsWeights() throws {
    let model = try HiddenModel()
    let rows = model.weights.shape.rows
    let proofs = try nonces(rows + 1).map { try model.prove(index: 1, nonce: $0) }
    let found = try #require(try extracted(model, proofs))
    for row in 0..<rows { #expect(found[row] == model.row(row).map { GoldilocksPair($0) }) }
    let openings = try proofs.map { try PrivateVerifier.verify($0).opening }
    #expect(Set(openings).count == 1)
  }

  /// Each under an index of its own: the same reading finds nothing.
  @Test func rowsOfABudgetShowNothing() throws {
    let source = try HiddenModel()
    let model = try HiddenModel(source.graph, source.layers, source.traces, budget: 4)
    let rows = model.weights.shape.rows
    #expect(rows < 4)
    let proofs = try nonces(rows + 1).enumerated().map {
      try model.prove(index: UInt64($0.offset), nonce: $0.element)
    }
    let found = try #require(try extracted(model, proofs))
    for row in 0..<rows {
      let own = model.row(row)
      #expect(zip(found[row], own).filter { $0.0 == GoldilocksPair($0.1) }.isEmpty)
      #expect(found[row].filter { $0.b == .zero }.isEmpty)
    }
    let openings = try proofs.map { try PrivateVerifier.verify($0).opening }
    #expect(Set(openings).count == proofs.count)
  }

  // MARK: - Statistics

  private func words(_ proof: PrivateProof) throws -> [UInt64] {
    var words: [UInt64] = []
    for list in [
      proof.input, proof.messages, proof.factors, proof.row, proof.columns, proof.rounds,
      proof.witnessRow, proof.witnessColumns,
    ] { words += try ElementBytes.elements(list, count: list.count / 8).map(\.value) }
    return words
  }

  /// Proofs of two models, every weight the least and every weight the greatest: the leading and
  /// the last byte of every word are spread evenly, and alike. 255 degrees of freedom: the mean
  /// of the sum is 255, its deviation 23. All proofs of a budget, and what leads to the next.
  @Test func twoModelsLookAlike() throws {
    var counts = [[Int]](repeating: [Int](repeating: 0, count: 256), count: 4)
    for (set, weight) in [Int8.min, .max].enumerated() {
      let model = try HiddenModel(every: weight, secret: SHA256.hash([UInt8(set)]))
      let later = try model.later(secret: SHA256.hash([UInt8(set)]))
      let link = try Recommitment(model.manifest, from: model.weights, to: later.weights)
      var all: [UInt64] = []
      for index: UInt64 in 0..<3 { all += try words(try model.prove(index: index)) }
      for list in [
        link.difference, link.oldRow, link.oldColumns, link.newRow, link.newColumns,
      ] { all += try ElementBytes.elements(list, count: list.count / 8).map(\.value) }
      for word in all {
        counts[2 * set][Int(word >> 56)] += 1
        counts[2 * set + 1][Int(word & 255)] += 1
      }
    }
    for own in counts { #expect(Reader.squares(own) < 400) }
    for place in 0..<2 {
      #expect(counts[place].reduce(0, +) == counts[2 + place].reduce(0, +))
      #expect(Reader.unlikeness(counts[place], counts[2 + place]) < 400)
    }
  }

  /// What is drawn for one matrix is drawn for no other: of another epoch, secret or model.
  @Test func nothingIsDrawnTwice() throws {
    let model = try HiddenModel()
    let other = try HiddenModel(every: 3, secret: HiddenModel.secret)
    let all = [
      model, try model.later(), try model.later(2), try HiddenModel(secret: .zero), other,
    ].compactMap { $0.weights.hiding }
    let words = all.map { Set(($0.masks + $0.tails).flatMap(\.self)) }
    for one in all.indices {
      for two in 0..<one { #expect(words[one].isDisjoint(with: words[two])) }
    }
    #expect(Set(all.flatMap(\.salts)).count == all.count * model.weights.shape.length)
    // The same again is the same.
    #expect(try HiddenModel().weights.root == model.weights.root)
  }

  /// Words of proofs of one run under other indices are others.
  @Test func nothingIsSaidTwice() throws {
    let model = try HiddenModel()
    let (one, two) = (try words(try model.prove(index: 0)), try words(try model.prove(index: 1)))
    // A column that both open is one.
    let shape = model.weights.shape
    let shared = Set(one).intersection(two).count
    #expect(shared % shape.matrixRows == 0 && shared < shape.workQueries * shape.matrixRows / 2)
    #expect(try model.prove(index: 0) == model.prove(index: 0))
  }
}
