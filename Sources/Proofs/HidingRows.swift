// What hides committed weights: random tails of their rows, masks, and salts of their leaves.

import Arithmetic
public import Graphs
public import Primitives

/// All that is random in a matrix of hidden weights; it follows from a secret.
struct HidingRows: Sendable {
  let epoch: UInt64
  /// Behind each row of weights and biases.
  let tails: [[UInt64]]
  /// Two a slot, tails included: the lower halves of a mask's elements, then the upper ones.
  let masks: [[UInt64]]
  /// One a leaf.
  let salts: [Bytes32]
  /// What a registration draws from. It follows from nothing that a file shows, nor from a guess at
  /// the weights beside it: tails do, once as many columns are open as they are long.
  let registration: Bytes32

  /// - Parameter secret: serves one model only. What is drawn follows from it, the epoch and the
  ///   numbers that are committed to: epochs share nothing, but models that differ only in what is
  ///   not a weight (a multiplier, say) would share their masks.
  init(
    _ shape: MatrixShape, weights: [Int8], biases: [Int32], secret: Bytes32, epoch: UInt64
  ) {
    self.epoch = epoch
    var transcript = Transcript("tolsey/hidden-weights/1")
    transcript.absorb("secret", secret)
    transcript.absorb("epoch", epoch)
    for number in [shape.columnBits, shape.rateBits, shape.budget, shape.rows, shape.biasRow] {
      transcript.absorb("shape", UInt64(number))
    }
    transcript.absorb("weights", weights.map { UInt8(bitPattern: $0) })
    transcript.absorb("biases", Tensor.littleEndian(biases))
    let own = transcript.digest
    var stream = SecretStream(own, "rows")
    tails = (0..<shape.rows).map { _ in stream.words(shape.tail) }
    masks = (0..<(2 * shape.slots)).map { _ in stream.words(shape.rowLength) }
    var salting = SecretStream(own, "salts")
    salts = salting.blocks(shape.length)
    var registering = SecretStream(own, "registration")
    registration = registering.block()
  }

  /// The mask of a slot as a row of the extension.
  func mask(_ slot: Int) -> PairVector {
    var mask = PairVector(base: masks[2 * slot])
    mask.add(base: masks[2 * slot + 1], times: HidingMatrix.upper)
    return mask
  }
}

/// Which opening of hidden weights a proof has spent; the verifier's caller sees one twice.
public struct WeightOpening: Sendable, Hashable {
  /// The root that was opened, and how many re-commitments lead to it.
  public var root: Bytes32
  public var epoch: UInt64
  /// Below the budget.
  public var index: UInt64
  public var budget: UInt64
}

extension CommittedWeights {
  /// The scheme under which weights are hidden.
  public static let hidingScheme = "ligero-hiding/1"

  /// Weights that proofs of level `private` do not show, for `budget` proofs.
  ///
  /// - Parameters:
  ///   - secret: 32 random bytes, for this model only; whoever has them and one proof has the
  ///     weights.
  ///   - epoch: how often the same weights were committed to before.
  public static func hidden(
    _ graph: Graph, _ layers: [LayerWeights], budget: Int, secret: Bytes32, epoch: UInt64 = 0,
    columnBits: Int? = nil, rateBits: Int? = nil
  ) throws(Refusal) -> CommittedWeights {
    try graph.check(layers)
    guard budget > 0 else { throw Refusal("budgetTooLarge", ["got": 0]) }
    var bits = (columns: columnBits ?? 0, rate: rateBits ?? 0)
    if columnBits == nil || rateBits == nil {
      bits = try MatrixShape.suitableHiding(graph, budget: budget)
    }
    let shape = try MatrixShape(
      graph, columnBits: bits.columns, rateBits: bits.rate, budget: budget)
    return try CommittedWeights(layers, shape, secret: secret, epoch: epoch)
  }

  /// The same with the parameters that a manifest names.
  public static func hidden(
    _ manifest: Manifest, _ layers: [LayerWeights], secret: Bytes32, epoch: UInt64,
    progress: ProofProgress? = nil
  ) throws(Refusal) -> CommittedWeights {
    try manifest.checkHidesWeights()
    let graph = try manifest.graph()
    try graph.check(layers)
    return try CommittedWeights(
      layers, try shape(of: manifest.commitments[0], graph), secret: secret, epoch: epoch,
      progress: progress)
  }

  /// The mask of a slot and a combination of all rows of weights and biases, tails included.
  func maskedRow(_ slot: Int, _ coefficients: [GoldilocksPair]) -> PairVector {
    guard let hiding else { return PairVector(zeros: 0) }
    var row = hiding.mask(slot)
    let columns = shape.columns
    row.add(
      PairVector(combination(Array(coefficients[..<shape.biasRow]), from: 0, stride: 1)),
      times: .one)
    for index in shape.biasRow..<shape.rows {
      let start = (index - shape.biasRow) * columns
      row.add(
        base: biases[start..<(start + columns)].map { Goldilocks(Int64($0)).value },
        times: coefficients[index])
    }
    var tail = PairVector(zeros: shape.tail)
    for (own, coefficient) in zip(hiding.tails, coefficients) {
      tail.add(base: own, times: coefficient)
    }
    row.add(tail, times: .one, at: columns)
    return row
  }
}

extension MatrixShape {
  /// Masks: one a proof, then those of the re-commitments to this root and from it.
  var slots: Int { budget == 0 ? 0 : budget + 2 }
  var arrivingSlot: Int { budget }
  var leavingSlot: Int { budget + 1 }
  /// Rows of weights, of biases, and of masks.
  public var matrixRows: Int { rows + 2 * slots }
  /// Entries of a row with its tail.
  public var rowLength: Int { columns + tail }

  /// What each row of the matrix counts for in a masked row.
  func masked(_ slot: Int, _ coefficients: [GoldilocksPair]) -> [GoldilocksPair] {
    var weights = coefficients + [GoldilocksPair](repeating: .zero, count: 2 * slots)
    weights[rows + 2 * slot] = .one
    weights[rows + 2 * slot + 1] = HidingMatrix.upper
    return weights
  }

  /// The parameters at which a proof of hidden weights takes the fewest bytes.
  public static func suitableHiding(
    _ graph: Graph, budget: Int
  ) throws(Refusal) -> (columns: Int, rate: Int) {
    var best = (columns: 0, rate: 0)
    var least = Int.max
    for bits in 6...14 {
      for rate in rateBitsRange {
        guard
          let shape = try? MatrixShape(graph, columnBits: bits, rateBits: rate, budget: budget),
          shape.matrixRows << shape.lengthBits <= mostEntries / 8
        else { continue }
        let path = shape.workQueries * max(1, shape.lengthBits - 6) * 32
        let size = 16 * shape.rowLength + 8 * shape.workQueries * shape.matrixRows + path
        if size < least { (best, least) = ((bits, rate), size) }
      }
    }
    guard least < Int.max else {
      throw Refusal("budgetTooLarge", ["got": UInt64(clamping: budget)])
    }
    return best
  }
}
