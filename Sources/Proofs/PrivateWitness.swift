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
    let tails = stream.words(shape.matrixRows.count * shape.tail)
    var rows = shape.matrixRows.enumerated().map { index, row in
      witness.entries(ofRow: row) + tails[(index * shape.tail)..<((index + 1) * shape.tail)]
    }
    var padding = SecretStream(secret, "pads")
    var pads = padding.elements(statement.pads)
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
    salts = salting.blocks(shape.length)
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
  /// The bits of all counts, in their places from `shape.bits` on.
  var countBits: [UInt64] {
    guard let own = shape.counts else { return [] }
    var bits = own.laidOut(counts)
    if let tables = shape.tableCounts {
      bits += [UInt64](repeating: 0, count: tables.start - own.end)
      bits += tables.laidOut(tableCounts)
    }
    return bits
  }

  /// What of the witness is the bits of some counts.
  func bits(of space: CountSpace) -> [UInt64] {
    let first = space.start - shape.bits
    return Array(later[first..<(first + 1 << space.bits)])
  }
}
