// The matrix of a committed vector of which its openings say nothing: entries, pads, masks, tails.

import Arithmetic
import Primitives

/// Rows as they are encoded: entries, then as many random ones as columns are opened. Any columns
/// of that number are uniform then, whatever the entries are.
struct HidingMatrix {
  let layout: HidingLayout
  let pads: [GoldilocksPair]
  let rows: [[UInt64]]
  let matrix: EncodedMatrix
  let salts: [Bytes32]

  /// - Parameters:
  ///   - secret: of this matrix alone; rows are drawn from `stream`, which it was opened for.
  ///   - last: pads that are not drawn.
  ///   - spoil: changes pads, where somebody lies.
  ///   - entries: of a row of the vector, all of them.
  init(
    _ layout: HidingLayout, secret: Bytes32, _ stream: inout SecretStream,
    last: [GoldilocksPair] = [], spoil: (inout [GoldilocksPair]) -> Void = { _ in },
    entries: (_ row: Int) -> [UInt64]
  ) throws(Refusal) {
    self.layout = layout
    let tails = stream.words(layout.entryRows.count * layout.tail)
    var rows = layout.entryRows.enumerated().map { index, row in
      entries(row) + tails[(index * layout.tail)..<((index + 1) * layout.tail)]
    }
    var padding = SecretStream(secret, "pads")
    var pads = padding.elements(layout.pads)
    for index in 0..<layout.products {
      let at = layout.triple(index)
      pads[at + 2] = pads[at] * pads[at + 1]
    }
    pads.replaceSubrange((pads.count - last.count)..., with: last)
    spoil(&pads)
    self.pads = pads
    for pair in 0..<(layout.padRows + HidingLayout.masks) {
      var low = stream.words(layout.rowLength)
      var high = stream.words(layout.rowLength)
      let first = pair * layout.padsInRow
      for index in first..<max(first, min(pads.count, first + layout.padsInRow)) {
        low[index - first] = pads[index].a.value
        high[index - first] = pads[index].b.value
      }
      rows += [low, high]
    }
    self.rows = rows
    var salting = SecretStream(secret, "salts")
    salts = salting.blocks(layout.length)
    matrix = try EncodedMatrix(
      rows: rows.count, columnBits: layout.columnBits, rateBits: HidingLayout.rateBits,
      tail: layout.tail, salts: salts
    ) { row, entries in
      for (column, entry) in rows[row].enumerated() { entries[column] = entry }
    }
  }

  /// Rows of pads and masks as rows of the extension, tails included.
  func pair(_ index: Int) -> PairVector {
    let first = layout.entryRows.count + 2 * index
    var row = PairVector(base: rows[first])
    row.add(base: rows[first + 1], times: HidingMatrix.upper)
    return row
  }

  /// x, with x² = 7.
  static let upper = GoldilocksPair(.zero, .one)
}
