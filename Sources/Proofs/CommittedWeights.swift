// A model's weights as the prover keeps them: the matrix, its codewords, and their tree.

import Arithmetic
public import Graphs
public import Primitives

/// The matrix of a model, encoded row by row as Reed–Solomon words and committed to by columns
/// (Ames, Hazay, Ishai, Venkitasubramaniam: Ligero, 2017). Made once a model; a proof reads it.
public struct CommittedWeights: Sendable {
  public let shape: MatrixShape
  let matrix: EncodedMatrix
  /// Rows of weights; a row has `shape.columns` entries. A liar of the tests changes what is `var`.
  var weights: [Int8]
  /// Rows of biases.
  let biases: [Int32]
  /// What hides the weights, where they are hidden.
  var hiding: HidingRows?

  public static let scheme = "ligero/1"

  public init(
    _ graph: Graph, _ layers: [LayerWeights], columnBits: Int? = nil, rateBits: Int? = nil,
    progress: ProofProgress? = nil
  ) throws(Refusal) {
    try graph.check(layers)
    let rate = rateBits ?? (columnBits == nil ? MatrixShape.suitableRateBits(graph) : 2)
    let bits = columnBits ?? MatrixShape.suitableColumnBits(graph, rateBits: rate)
    try self.init(
      layers, try MatrixShape(graph, columnBits: bits, rateBits: rate), progress: progress)
  }

  /// - Parameter secret: what hides weights follows from it; for a shape with a budget.
  init(
    _ layers: [LayerWeights], _ shape: MatrixShape, secret: Bytes32? = nil, epoch: UInt64 = 0,
    progress: ProofProgress? = nil
  ) throws(Refusal) {
    self.shape = shape
    (weights, biases) = CommittedWeights.lay(layers, in: shape)
    let hiding = secret.map { [weights, biases] in
      HidingRows(shape, weights: weights, biases: biases, secret: $0, epoch: epoch)
    }
    self.hiding = hiding
    let (weights, biases, columns, biasRow) = (weights, biases, shape.columns, shape.biasRow)
    matrix = try EncodedMatrix(
      rows: shape.matrixRows, columnBits: shape.columnBits, rateBits: shape.rateBits,
      tail: shape.tail, salts: hiding?.salts ?? [], progress: progress
    ) { row, entries in
      if let hiding, row >= shape.rows {
        entries = hiding.masks[row - shape.rows]
        return
      }
      for column in 0..<columns {
        let entry =
          row < biasRow
          ? Int64(weights[row * columns + column])
          : Int64(biases[(row - biasRow) * columns + column])
        entries[column] = Goldilocks(entry).value
      }
      if let hiding { entries.replaceSubrange(columns..., with: hiding.tails[row]) }
    }
  }

  public var root: Bytes32 { matrix.root }

  /// What the manifest lists. How many columns a proof opens is no parameter: the verifier works
  /// it out, or an author could choose one.
  public var commitment: WeightCommitment {
    var parameters = [
      Number("columnBits", UInt64(shape.columnBits)), Number("rateBits", UInt64(shape.rateBits)),
    ]
    if shape.budget > 0 { parameters.append(Number("budget", UInt64(shape.budget))) }
    return WeightCommitment(
      scheme: shape.budget > 0 ? Self.hidingScheme : Self.scheme, parameters: parameters,
      root: root)
  }

  /// The shape that a manifest's commitment names.
  public static func shape(
    of commitment: WeightCommitment, _ graph: Graph
  ) throws(Refusal) -> MatrixShape {
    let numbers = commitment.parameters
    let isHiding = commitment.scheme == hidingScheme
    let names = ["columnBits", "rateBits"] + (isHiding ? ["budget"] : [])
    guard isHiding || commitment.scheme == scheme, numbers.map(\.name) == names,
      !isHiding || numbers[2].value > 0
    else { throw Refusal("badProofParameters") }
    return try MatrixShape(
      graph, columnBits: Int(clamping: numbers[0].value), rateBits: Int(clamping: numbers[1].value),
      budget: isHiding ? Int(clamping: numbers[2].value) : 0)
  }

  private static func lay(
    _ layers: [LayerWeights], in shape: MatrixShape
  ) -> (weights: [Int8], biases: [Int32]) {
    var weights = [Int8](repeating: 0, count: shape.biasRow * shape.columns)
    var biases = [Int32](repeating: 0, count: (shape.rows - shape.biasRow) * shape.columns)
    for (block, layer) in zip(shape.blocks, layers) {
      let start = block.row * shape.columns
      for output in 0..<block.outputs {
        let from = output * block.inputs
        let to = start + output << block.inputBits
        for input in 0..<block.inputs { weights[to + input] = layer.matrix[from + input] }
        biases[block.bias + output] = layer.bias[output]
      }
    }
    return (weights, biases)
  }

  /// The combination of rows that a piece names.
  func row(of piece: RowPiece) -> PairVector {
    if piece.first >= shape.biasRow {
      let start = (piece.first - shape.biasRow) * shape.columns
      return PairVector(
        base: biases[start..<(start + shape.columns)].map { Goldilocks(Int64($0)).value })
    }
    return PairVector(combination(piece.coefficients, from: piece.first, stride: piece.stride))
  }

  /// Σ_i coefficients[i] · row(first + i·stride): four sums of 32-bit limbs times bytes, reduced
  /// once. A limb is below 2^32, a weight at most 2^7 in magnitude, so 2^24 rows fit 63 bits.
  func combination(
    _ coefficients: [GoldilocksPair], from first: Int, stride: Int
  ) -> [GoldilocksPair] {
    let columns = shape.columns
    let step = stride * columns
    var limbs: [Int64] = []
    limbs.reserveCapacity(coefficients.count * 4)
    for own in coefficients {
      for word in [own.a.value, own.b.value] {
        limbs.append(Int64(word & 0xffff_ffff))
        limbs.append(Int64(word >> 32))
      }
    }
    return [GoldilocksPair](unsafeUninitializedCapacity: columns) { result, count in
      weights.withUnsafeBytes { bytes in
        let rows = UnsafeRawBufferPointer(rebasing: bytes[(first * columns)...])
        for column in Swift.stride(from: 0, to: columns, by: 8) {
          let sums = CommittedWeights.sums(limbs, rows, step, at: column)
          for lane in 0..<8 where column + lane < columns {
            result.initializeElement(at: column + lane, to: sums.element(lane))
          }
        }
      }
      count = columns
    }
  }

  @inline(__always)
  private static func sums(
    _ limbs: [Int64], _ rows: UnsafeRawBufferPointer, _ step: Int, at column: Int
  ) -> LimbSums {
    var sums = LimbSums()
    limbs.withUnsafeBufferPointer { limbs in
      for row in 0..<limbs.count / 4 {
        let entries = SIMD8<Int64>(
          truncatingIfNeeded: rows.loadUnaligned(
            fromByteOffset: row * step + column, as: SIMD8<Int8>.self))
        sums.s0 &+= entries &* SIMD8(repeating: limbs[4 * row])
        sums.s1 &+= entries &* SIMD8(repeating: limbs[4 * row + 1])
        sums.s2 &+= entries &* SIMD8(repeating: limbs[4 * row + 2])
        sums.s3 &+= entries &* SIMD8(repeating: limbs[4 * row + 3])
      }
    }
    return sums
  }
}

/// Eight columns' sums of the four limbs.
private struct LimbSums {
  var s0 = SIMD8<Int64>.zero
  var s1 = SIMD8<Int64>.zero
  var s2 = SIMD8<Int64>.zero
  var s3 = SIMD8<Int64>.zero

  @inline(__always)
  func element(_ lane: Int) -> GoldilocksPair {
    let shift = Goldilocks(canonical: 1 << 32)
    return GoldilocksPair(
      Goldilocks(s0[lane]) + Goldilocks(s1[lane]) * shift,
      Goldilocks(s2[lane]) + Goldilocks(s3[lane]) * shift)
  }
}
