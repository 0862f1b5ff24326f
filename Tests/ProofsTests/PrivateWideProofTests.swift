// Every run with tables, products of activations, norms and symbols proves at level `private`.

import Arithmetic
import Primitives
import Testing

@testable import Graphs
@testable import Proofs

@Suite struct PrivateWideProofTests {
  @Test(arguments: 0..<60) func everyWideRunProves(seed: Int) throws {
    guard
      let model = try ProvedModel.random(
        UInt64(seed), nodes: 3 + seed % 9, samples: 1 + seed % 3, mostElements: 100, isWide: true)
    else { return }
    try PrivateProofTests.proves(model)
  }

  /// Attention, norms of both kinds, a gate and symbols in one model, over some inputs.
  @Test(arguments: 0..<4) func aModelOfAllProves(seed: Int) throws {
    var draw = Draw(seed: UInt64(seed))
    try PrivateProofTests.proves(
      try ProvedModel(
        try ProvableGraph(try WideLiar.graph(), &draw), columnBits: 6, samples: 1 + seed % 2))
  }

  /// The same with the weights hidden, or both.
  @Test(arguments: 0..<20) func everyWideRunProvesWithHiddenWeights(seed: Int) throws {
    guard
      let model = try ProvedModel.random(
        UInt64(seed), nodes: 3 + seed % 9, samples: 1 + seed % 2, mostElements: 60, isWide: true)
    else { return }
    let hidden = try HiddenModel(model.graph, model.layers, model.traces)
    let hiding: Hiding = seed % 2 == 0 ? .weights : [.input, .weights]
    let run = try Proof.verify(bytes: try hidden.prove(hiding, index: UInt64(seed % 3)).bytes)
    #expect(run.level == .private && run.hides == hiding)
    #expect(run.outputs == model.traces.map { $0[$0.count - 1].bytes })
    let inputs = model.traces.map { $0[0].bytes }
    #expect(run.inputs == (hiding == .weights ? inputs : []))
    #expect(
      run.hiddenInput?.isInput(inputs, salt: ProvedModel.salt) == (hiding == .weights ? nil : true))
    #expect(run.security.bits >= 100)
  }

  /// Each operation in a model of its own, so that each kind of helper stands alone.
  @Test(arguments: ["table", "product", "matMul", "softmax", "normalise", "embedding"])
  func eachOperationProvesAlone(name: String) throws {
    for seed in 0..<3 {
      var draw = Draw(seed: UInt64(seed))
      let model = try ProvedModel(
        try ProvableGraph(try Self.graph(of: name, seed), &draw), columnBits: 6)
      #expect(model.graph.nodes[0].operation.name == name)
      try PrivateProofTests.proves(model)
    }
  }

  /// One operation over the input, then what layer there may be.
  static func graph(of name: String, _ seed: Int) throws -> Graph {
    let side = 2 + seed
    let matrix = TensorType(.int8, try Shape([1, side, side]))
    let element = ElementType.int8
    func graph(
      _ operation: Operation, _ inputs: [Int], _ input: TensorType = matrix
    ) throws -> Graph {
      let first = Node(operation, inputs)
      let type = try operation.result(of: inputs.map { _ in input })
      var nodes = [first]
      if type.element == .int32 {
        let count = type.shape.channels
        nodes.append(
          Node(
            .requantise(
              Requantise(
                multipliers: [UInt32](repeating: 1 << 15, count: count), shift: 24,
                element: element)), [1]))
      }
      nodes.append(Node(.reshape(Reshape(dims: [type.shape.count])), [nodes.count]))
      nodes.append(Node(.linear(Linear(outputs: 3, biasBound: 5)), [nodes.count]))
      return try Graph(input: input, nodes: nodes)
    }
    switch name {
    case "table":
      return try graph(
        .table(ByteTable(bytes: (0..<256).map { UInt8($0 * 5 & 255) }, element: element)), [0])
    case "product":
      return try graph(.product(Product(multiplier: 1 << 18, shift: 24, element: element)), [0, 0])
    case "matMul":
      return try graph(
        .matMul(MatrixProduct(isLeftTransposed: seed == 1, isRightTransposed: seed == 2)), [0, 0])
    case "softmax":
      return try graph(
        .softmax(
          Softmax(
            isCausal: seed > 0, exponentials: (0..<256).map { UInt16(65_535 / (1 + $0)) })), [0])
    case "normalise":
      return try graph(
        .normalise(
          Normalisation(
            axis: Axis(count: side, inner: side), isCentred: seed > 0, epsilon: 1 + UInt64(seed),
            multipliers: [Int32](repeating: 1 << 15, count: side),
            offsets: [Int32](repeating: -7, count: side), shift: 24, element: element)), [0])
    default:
      return try graph(
        .embedding(
          Embedding(outputs: 3, biasBound: 4, vocabulary: 40, hasPlaces: seed > 0)), [0],
        TensorType(.uint8, try Shape([side])))
    }
  }

  // MARK: - Counts in bits

  /// The bits of counts lie where nothing else does, and have room for the greatest count.
  @Test(arguments: 0..<120) func countsHaveTheirOwnPlace(seed: Int) throws {
    let graph = try ProvableGraph(
      seed: UInt64(seed), nodes: 3 + seed % 9, mostElements: 100, isWide: true
    ).graph
    let shape = try WitnessPlan(graph, samples: 1 + seed % 3, hiding: .input).shape
    let own = try #require(shape.counts)
    #expect(own.top == shape.byteBits && own.total == 1 << shape.byteBits)
    #expect(own.start >= shape.choices + shape.pairs && own.start % (1 << own.bits) == 0)
    #expect(shape.helpers.loose == 0 || own.start >= shape.loose + shape.helpers.loose)
    #expect(1 << own.width > own.top)
    #expect((shape.tableCounts == nil) == (shape.helpers.lookups == 0))
    if let tables = shape.tableCounts {
      #expect(tables.start >= own.end && tables.start % (1 << tables.bits) == 0)
      #expect(shape.helpers.lookups >> (tables.top + 1) == 0)
      #expect(shape.helpers.lookups >> tables.top == 1)
      #expect(1 << tables.countBits >= 256 * shape.helpers.tables)
    }
    #expect(shape.entries == shape.blindsStart + WitnessShape.blinds)
    #expect(shape.entries <= 1 << shape.variables)
    // Every entry has a row of the matrix.
    for entry in [own.start, own.end - 1, shape.blindsStart, shape.entries - 1] {
      #expect(shape.matrixRows.contains(entry >> shape.columnBits))
    }
  }

  /// A product over counts' bits is that over the counts, laid out and at a point.
  @Test(arguments: [(1, 1), (3, 7), (256, 1000), (512, 4), (768, 65_536)])
  func powersAreThoseOfTheCounts(count: Int, total: Int) throws {
    var draw = Draw(seed: UInt64(total))
    var transcript = Transcript("counts")
    let space = CountSpace(counts: count, total: total, behind: 77)
    let bases = transcript.challenges(count)
    var counts = [UInt32](repeating: 0, count: count)
    for _ in 0..<total { counts[draw.below(count)] += 1 }
    let powers = CountPowers(space: space, bases: bases)
    let bits = space.laidOut(counts)
    var (product, wanted) = (GoldilocksPair.one, GoldilocksPair.one)
    for (bit, power) in zip(bits, powers.all) {
      product *= .one + power * Goldilocks(canonical: bit)
    }
    for (base, own) in zip(bases, counts) { wanted *= base.raised(to: UInt64(own)) }
    #expect(product == wanted)
    let (tree, check, point) = (
      transcript.challenges(space.bits), transcript.challenges(space.bits),
      transcript.challenges(space.bits)
    )
    let scales = transcript.challenges(3)
    let form = CountBitsForm(
      powers: powers, check: check, checkScale: scales[0], tree: tree, treeScale: scales[1],
      sumScale: scales[2])
    let vector = form.vector()
    #expect(vector.inner(PairVector.weights(at: point)) == form.value(at: point))
    // The sum's part alone counts all.
    let sum = CountBitsForm(
      powers: powers, check: check, checkScale: .zero, tree: tree, treeScale: .zero,
      sumScale: .one)
    #expect(
      sum.vector().inner(PairVector(base: bits))
        == GoldilocksPair(Goldilocks(canonical: UInt64(total))))
  }

  /// What a round of the products is at a point, as numbers and under pads.
  @Test func aRoundIsTheSameUnderPads() {
    var transcript = Transcript("round")
    let own = transcript.challenges(5)
    let round = FactorSumcheck.Round(atZero: own[0], atMinusOne: own[1], leading: own[2])
    let (claim, x) = (own[3], own[4])
    #expect(round.value(at: .zero, claim: claim) == own[0])
    #expect(round.value(at: -.one, claim: claim) == own[1])
    #expect(round.value(at: .one, claim: claim) == claim - own[0])
    // The third difference of a cubic is six times its leading coefficient.
    let two = GoldilocksPair.one + .one
    let three = [two, GoldilocksPair.one, .zero, -.one].map { round.value(at: $0, claim: claim) }
    let ends = three[0] - three[3]
    let middle = (three[1] - three[2]) * Goldilocks(canonical: 3)
    #expect(ends - middle == own[2] * Goldilocks(canonical: 6))
    let weights = FactorSumcheck.Weights(at: x)
    let padded =
      PaddedValue(claim) * weights.claim + PaddedValue(own[0]) * weights.atZero
      + PaddedValue(own[1]) * weights.atMinusOne + PaddedValue(own[2]) * weights.leading
    #expect(padded.value([]) == round.value(at: x, claim: claim))
  }
}
