// The matrix that a proof of level `private` commits to: the witness, pads, masks, all with tails.

import Arithmetic
import Graphs
import Primitives

/// Rows as they are encoded: entries, then as many random ones as columns are opened. Any columns
/// of that number are uniform then, whatever the entries are.
struct PrivateWitness {
  let witness: Witness
  let pads: [GoldilocksPair]
  let rows: [[UInt64]]
  let matrix: EncodedMatrix
  let salts: [Bytes32]

  /// - Parameters:
  ///   - witness: without what is added here: the counts' bits and the blinds.
  ///   - secret: of this proof alone.
  ///   - inputPad: what hides the input's value.
  ///   - spoil: changes pads, where somebody lies.
  init(
    _ statement: PrivateStatement, _ witness: Witness, secret: Bytes32, inputPad: GoldilocksPair,
    spoil: (inout [GoldilocksPair]) -> Void = { _ in }
  ) throws(Refusal) {
    let shape = statement.plan.shape
    var stream = SecretStream(secret, "rows")
    var witness = witness
    if witness.later.isEmpty { witness.later = witness.countBits }
    witness.later += stream.words(WitnessShape.blinds)
    self.witness = witness
    var rows = shape.matrixRows.map { witness.entries(ofRow: $0) + stream.words(shape.tail) }
    var padding = SecretStream(secret, "pads")
    var pads = (0..<statement.pads).map { _ in padding.element() }
    for index in 0..<statement.products {
      let at = statement.triple(index)
      pads[at + 2] = pads[at] * pads[at + 1]
    }
    if statement.hidesInput { pads[statement.inputPad] = inputPad }
    spoil(&pads)
    self.pads = pads
    for pair in 0..<(statement.padRows + PrivateStatement.masks) {
      var low = stream.words(statement.rowLength)
      var high = stream.words(statement.rowLength)
      let first = pair * statement.padsInRow
      for index in first..<max(first, min(pads.count, first + statement.padsInRow)) {
        low[index - first] = pads[index].a.value
        high[index - first] = pads[index].b.value
      }
      rows += [low, high]
    }
    self.rows = rows
    var salting = SecretStream(secret, "salts")
    salts = (0..<shape.length).map { _ in salting.block() }
    matrix = try EncodedMatrix(
      rows: rows.count, columnBits: shape.columnBits, rateBits: WitnessShape.rateBits,
      tail: shape.tail, salts: salts
    ) { row, entries in
      for (column, entry) in rows[row].enumerated() { entries[column] = entry }
    }
  }

  /// Rows of pads and masks as rows of the extension, tails included.
  func pair(_ index: Int, _ shape: WitnessShape) -> PairVector {
    let first = shape.matrixRows.count + 2 * index
    var row = PairVector(base: rows[first])
    row.add(base: rows[first + 1], times: PrivateWitness.upper)
    return row
  }

  /// x, with x² = 7.
  static let upper = GoldilocksPair(.zero, .one)
}

extension Witness {
  /// Bit k of the count of byte j at j·2^l + k.
  var countBits: [UInt64] {
    let width = 1 << (shape.bitBits - 8)
    var bits = [UInt64](repeating: 0, count: 1 << shape.bitBits)
    for (byte, count) in counts.enumerated() {
      for bit in 0...shape.byteBits {
        bits[byte * width + bit] = UInt64(count >> UInt32(bit) & 1)
      }
    }
    return bits
  }
}

/// Π_j (α − j)^count_j as a product over the bits of the counts.
enum CountPowers {
  /// (α − j)^(2^k) − 1 for each bit; a leaf is one plus bit times that. Bits above the greatest
  /// count's have no part.
  static func all(_ shape: WitnessShape, at alpha: GoldilocksPair) -> [GoldilocksPair] {
    let width = 1 << (shape.bitBits - 8)
    var powers = [GoldilocksPair](repeating: .zero, count: 1 << shape.bitBits)
    for byte in 0..<256 {
      var power = alpha - GoldilocksPair(Goldilocks(canonical: UInt64(byte)))
      for bit in 0...shape.byteBits {
        powers[byte * width + bit] = power - .one
        power *= power
      }
    }
    return powers
  }

  /// 2^k for each bit: the counts' sum.
  static func places(_ shape: WitnessShape) -> [GoldilocksPair] {
    let width = 1 << (shape.bitBits - 8)
    return (0..<(1 << shape.bitBits)).map {
      let bit = $0 % width
      return bit <= shape.byteBits
        ? GoldilocksPair(Goldilocks(canonical: 1 << UInt64(bit))) : .zero
    }
  }
}
