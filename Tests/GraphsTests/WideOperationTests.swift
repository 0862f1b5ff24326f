// The operations beyond the first six against numbers worked out by hand, and disputes over each.

import Primitives
import Testing

@testable import Graphs

@Suite struct WideOperationTests {
  private func run(
    _ operation: Operation, _ inputs: [(ElementType, [Int], [Int32])]
  ) throws -> Tensor {
    var tensors: [Tensor] = []
    for (element, dims, values) in inputs {
      tensors.append(try Tensor(TensorType(element, try Shape(dims)), values))
    }
    let type = try operation.result(of: tensors.map(\.type))
    return try operation.run(tensors, to: type)
  }

  @Test func averagesRoundHalvesUp() throws {
    var window = Window(height: 2, width: 2)
    (window.strideY, window.strideX) = (2, 2)
    let quarter = AveragePool(window: window, multiplier: 1 << 22, shift: 24, element: .int8)
    let result = try run(
      .averagePool(quarter), [(.int8, [1, 2, 4], [1, 2, -1, -2, 3, 4, -3, -4])])
    #expect(result.values == [3, -2])  // 2.5 and −2.5
    (window.top, window.left) = (1, 1)
    let padded = AveragePool(window: window, multiplier: 1 << 24, shift: 24, element: .uint8)
    // Pads count as zeros, and what is below zero is zero.
    let sums = try run(.averagePool(padded), [(.int8, [1, 2, 2], [5, -9, 100, 120])])
    #expect(sums.values == [5])
  }

  @Test func affineGoesAlongItsAxis() throws {
    let own = Affine(
      axis: Axis(count: 2, inner: 1), multipliers: [-(1 << 24), 1 << 23],
      offsets: [3 << 16, 1 << 15], shift: 24, element: .int8)
    #expect(try run(.affine(own), [(.int8, [2, 2], [1, 2, -4, -127])]).values == [2, 2, 7, -63])
  }

  @Test func tablesGoByBytes() throws {
    var bytes = [UInt8](repeating: 0, count: 256)
    (bytes[255], bytes[0], bytes[128]) = (7, 1, 200)
    let table = ByteTable(bytes: bytes, element: .uint8)
    #expect(try run(.table(table), [(.int8, [3], [-1, 0, -128])]).values == [7, 1, 200])
    let signed = ByteTable(bytes: bytes, element: .int8)
    #expect(try run(.table(signed), [(.uint8, [3], [255, 0, 128])]).values == [7, 1, -56])
  }

  @Test func rearrangements() throws {
    let x: (ElementType, [Int], [Int32]) = (.int8, [2, 3], [0, 1, 2, 3, 4, 5])
    func values(_ dims: [Int], _ strides: [Int], _ offset: Int = 0) throws -> [Int32] {
      try run(.rearrange(Rearrangement(dims: dims, strides: strides, offset: offset)), [x]).values
    }
    #expect(try values([3, 2], [1, 3]) == [0, 3, 1, 4, 2, 5])
    #expect(try values([2], [3], 2) == [2, 5])
    #expect(try values([2, 2], [0, 1], 4) == [4, 5, 4, 5])
    #expect(throws: Refusal("readsBehindTensor", ["element": 6, "elements": 6])) {
      try values([2], [3], 3)
    }
    #expect(throws: Refusal("badStride", ["got": 1])) { try values([1, 2], [1, 1]) }
    #expect(throws: Refusal.self) { try values([2], [-1], 3) }
  }

  @Test func padsAndConcatenations() throws {
    let pad = Padding(before: [0, 1], behind: [1, 0], value: 0x80)
    let padded = try run(.pad(pad), [(.int8, [1, 2], [5, 6])])
    #expect(padded.type.shape.dims == [2, 3])
    #expect(padded.values == [-128, 5, 6, -128, -128, -128])
    let both = Concatenation(axis: 1, multipliers: [1 << 24, 1 << 23], shift: 24, element: .int8)
    let joined = try run(
      .concat(both), [(.int8, [2, 1], [1, 2]), (.uint8, [2, 2], [3, 5, 200, 255])])
    #expect(joined.type.shape.dims == [2, 3])
    #expect(joined.values == [1, 2, 3, 2, 100, 127])
  }

  @Test func productsAndDifferences() throws {
    let product = Product(multiplier: 1 << 20, shift: 24, element: .int8)
    #expect(
      try run(.product(product), [(.int8, [3], [-128, 8, 3]), (.uint8, [3], [255, 1, 8])]).values
        == [-128, 1, 2])
    let difference = Difference(
      left: 1 << 24, right: 1 << 25, shift: 24, element: .uint8)
    #expect(
      try run(.subtract(difference), [(.uint8, [3], [9, 9, 200]), (.int8, [3], [4, 5, -128])])
        .values
        == [1, 0, 255])
  }

  @Test func matrixProductsInAllFourForms() throws {
    // [1 2; 3 4] · [5 6; 7 8] = [19 22; 43 50]
    for (isLeft, left) in [(false, [1, 2, 3, 4]), (true, [1, 3, 2, 4])] as [(Bool, [Int32])] {
      for (isRight, right) in [(false, [5, 6, 7, 8]), (true, [5, 7, 6, 8])] as [(Bool, [Int32])] {
        let own = MatrixProduct(isLeftTransposed: isLeft, isRightTransposed: isRight)
        let sums = try run(.matMul(own), [(.int8, [1, 2, 2], left), (.uint8, [1, 2, 2], right)])
        #expect(sums.values == [19, 22, 43, 50])
        #expect(sums.type.element == .int32)
      }
    }
    let plain = Operation.matMul(MatrixProduct(isLeftTransposed: false, isRightTransposed: false))
    #expect(throws: Refusal.wrongLength(got: 3, wanted: 2)) {
      try run(plain, [(.int8, [1, 2], [1, 2]), (.int8, [3, 1], [1, 2, 3])])
    }
    let wide = try Shape([1, 40_000])
    #expect(throws: Refusal("sumsCouldOverflow", ["columns": 40_000, "bias": 0])) {
      try MatrixProduct(isLeftTransposed: false, isRightTransposed: true)
        .result(of: TensorType(.uint8, wide), TensorType(.uint8, wide))
    }
  }

  @Test func softmaxSharesAndMasks() throws {
    let table = [UInt16](repeating: 0, count: 256).indices.map { UInt16(max(0, 400 - 100 * $0)) }
    let open = Softmax(isCausal: false, exponentials: table)
    // 400, 200, 0 of 600; ⌊255 · 2/3 + ½⌋ = 170, 85, 0.
    #expect(try run(.softmax(open), [(.int8, [3], [-3, -5, -128])]).values == [170, 85, 0])
    let causal = Softmax(isCausal: true, exponentials: table)
    let rows = try run(.softmax(causal), [(.uint8, [2, 2], [0, 255, 7, 7])])
    #expect(rows.values == [255, 0, 128, 128])
    #expect(rows.type.element == .uint8)
    #expect(throws: Refusal("badExponentials", ["first": 0])) {
      try run(
        .softmax(Softmax(isCausal: false, exponentials: [UInt16](repeating: 0, count: 256))),
        [(.int8, [1], [0])])
    }
  }

  /// The root is the only one that fits both bounds, for the greatest D too.
  @Test func inverseRootsAreUnique() {
    var draw = Draw(seed: 4)
    var spreads: [UInt64] = [1, 2, 3, 4, 1 << 20, (1 << 41) - 1]
    for _ in 0..<2000 { spreads.append(1 + draw.word() >> UInt64(23 + draw.below(40))) }
    for spread in spreads {
      let root = UInt64(Normalisation.inverseRoot(of: spread))
      #expect(root * root * spread <= 1 << 60)
      #expect((root + 1) * (root + 1) * spread > 1 << 60)
    }
  }

  @Test func normalisedLines() throws {
    // 1, 3: mean 2, deviation 1; in units of 2^14 −1 and 1, times 16 with an offset of a half.
    let own = Normalisation(
      axis: Axis(count: 2, inner: 2), isCentred: true, epsilon: 1, multipliers: [1 << 14, 1 << 14],
      offsets: [1 << 15, 0], shift: 24, element: .int8)
    let values = try run(.normalise(own), [(.int8, [2, 2], [10, 5, 30, 5])]).values
    // The second line is constant: zero plus its offset, rounded up.
    #expect(values == [-15, 1, 16, 0])
    let root = Normalisation(
      axis: Axis(count: 4, inner: 1), isCentred: false, epsilon: 1,
      multipliers: [Int32](repeating: 1 << 14, count: 4), offsets: [0, 0, 0, 0], shift: 24,
      element: .int8)
    #expect(
      try run(.normalise(root), [(.uint8, [4], [7, 7, 7, 7])]).values == [16, 16, 16, 16])
  }

  /// A referee's block costs what its own elements cost, however long the axes are.
  @Test func aBlockOfManyLinesIsSmall() throws {
    let count = Shape.mostElements
    let own = Normalisation(
      axis: Axis(count: 1, inner: count), isCentred: false, epsilon: 1, multipliers: [1],
      offsets: [0], shift: 24, element: .int8)
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([count])), nodes: [Node(.normalise(own), [0])])
    let step = try BlockStep(graph, BlockPlace(tensor: 1, tile: 60_000, block: 0))
    #expect(step.reads == [TilePlace(tensor: 0, tile: 60_000)])
  }

  @Test func whatNoOperationMeansIsRefused() throws {
    let plane = TensorType(.int8, try Shape([2, 3, 4]))
    let table = ByteTable(bytes: [1, 2, 3], element: .int8)
    let axis = Affine(
      axis: Axis(count: 5, inner: 1), multipliers: [], offsets: [], shift: 24, element: .int8)
    let short = Affine(
      axis: Axis(count: 4, inner: 1), multipliers: [1], offsets: [1], shift: 24, element: .int8)
    let concat = Concatenation(axis: 3, multipliers: [1], shift: 24, element: .int8)
    let empty = Concatenation(axis: 0, multipliers: [], shift: 24, element: .int8)
    let norm = Normalisation(
      axis: Axis(count: 4, inner: 1), isCentred: true, epsilon: 0,
      multipliers: [1, 1, 1, 1], offsets: [0, 0, 0, 0], shift: 24, element: .int8)
    let symbols = Embedding(outputs: 2, biasBound: 0, vocabulary: 257, hasPlaces: false)
    let cases: [(Operation, String)] = [
      (.table(table), "wrongLength"), (.affine(axis), "badAxis"), (.affine(short), "wrongLength"),
      (.concat(concat), "badRank"), (.normalise(norm), "badEpsilon"),
      (.embedding(symbols), "wrongElement"),
      (.pad(Padding(before: [0, 0], behind: [0, 0])), "wrongLength"),
      (.pad(Padding(before: [0, 0, 4096], behind: [0, 0, 0])), "badWindow"),
      (.product(Product(multiplier: 0, shift: 24, element: .int8)), "wrongInputCount"),
    ]
    for (operation, code) in cases {
      do throws(Refusal) {
        _ = try operation.result(of: [plane])
        Issue.record("\(operation.name) was taken")
      } catch { #expect(error.code == code, "\(operation.name)") }
    }
    do throws(Refusal) {
      _ = try Operation.concat(empty).result(of: [])
      Issue.record("a concatenation of nothing was taken")
    } catch { #expect(error.code == "wrongLength") }
  }

  @Test func symbolsBecomeVectors() throws {
    let own = Embedding(outputs: 2, biasBound: 9, vocabulary: 2, hasPlaces: true)
    let x = try Tensor(TensorType(.uint8, try Shape([3])), [0, 1, 200])
    let weights = LayerWeights(matrix: [1, 2, 10, 20, 30, -1, -2, 40, 50, 60], bias: [9, 0])
    let sums = own.run(x, weights, to: try own.result(of: x.type))
    #expect(sums.type.shape.dims == [2, 1, 3])
    #expect(sums.values == [20, 31, 41, 39, 48, 58])
  }
}

@Suite struct WideDisputeTests {
  static let names = [
    "averagePool", "affine", "table", "rearrange", "pad", "concat", "product", "matMul",
    "softmax", "normalise", "embedding", "subtract",
  ]

  /// A lie about an element that an operation makes is found and judged, whichever operation.
  @Test(arguments: names)
  func aLieAboutEachOperationIsCaught(name: String) throws {
    var found = 0
    var seed: UInt64 = 0
    while found < 4, seed < 600 {
      seed += 1
      let random = try RandomGraph(seed: seed &+ 9000, nodes: 4)
      guard let node = random.graph.nodes.firstIndex(where: { $0.operation.name == name }) else {
        continue
      }
      found += 1
      var draw = Draw(seed: seed)
      let honest = try random.trace()
      var tensors = try random.tensors()
      tensors[node + 1] = random.changing(tensors[node + 1], &draw)
      tensors = try random.continuing(tensors, after: node + 1)
      let liar = Liar(
        try Trace(honest.plan, salt: random.salt, tensors: tensors), random, honest)
      var game = try DisputeGame(random)
      #expect(try game.play(liar, HonestChallenger(honest, random)) == .challenger, "\(seed)")
      // The other way round the honest side defends exactly that block.
      var defence = try DisputeGame(random)
      let mistaken = HonestChallenger(liar.trace, random)
      #expect(try defence.play(TraceDefender(honest, random), mistaken) == .defender, "\(seed)")
      #expect(defence.openingBytes > 0 && defence.openingBytes <= BlockCut.mostOpening)
    }
    #expect(found == 4, "\(name)")
  }

  @Test func everyRecordIsReadBack() throws {
    var seen: Set<String> = []
    for seed in 0..<150 as Range<UInt64> {
      let random = try RandomGraph(seed: seed &+ 400, nodes: 5)
      let bytes = random.manifest.encoded
      let back = try Manifest(decoding: bytes)
      #expect(try back.graph() == random.graph, "seed \(seed)")
      for node in random.graph.nodes { seen.insert(node.operation.name) }
      // Whoever bounds a verifier takes the layers' share off the whole.
      let layers = random.graph.layers.map {
        UInt64($0.columns * random.graph.types[$0.node + 1].shape.count)
      }
      #expect(random.graph.work >= layers.reduce(0, +))
    }
    #expect(seen.count == 18)
  }
}
