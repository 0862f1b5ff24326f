// Where each value of a witness lies, and which rows of its matrix there are.

import Primitives

/// The index of a witness: columns of bytes, then, at 2^byteBits, the choices.
struct WitnessShape: Equatable {
  /// T, D, and the bytes of x.
  let rows: Int
  let pairs: Int
  let limbs: Int
  /// Variables of a column, of the differences, of all bytes, of everything.
  let rowBits: Int
  let pairBits: Int
  let byteBits: Int
  let variables: Int
  /// Where the first column and the differences begin.
  let columnsStart: Int
  let differences: Int
  /// log2 of a matrix row.
  let columnBits: Int
  /// The rows of the matrix that hold an entry, by their place in the index.
  let matrixRows: [Int]

  static let rateBits = 2
  /// Bytes of a remainder.
  static let remainderLimbs = 4

  var columnCount: Int { 1 + limbs + Self.remainderLimbs }
  var length: Int { 1 << (columnBits + Self.rateBits) }
  var choices: Int { 1 << byteBits }
  /// Columns b, x, rem: where each begins.
  func column(_ index: Int) -> Int { columnsStart + index << rowBits }
  var bytesColumn: Int { column(0) }
  func limb(_ index: Int) -> Int { column(1 + index) }
  func remainder(_ index: Int) -> Int { column(1 + limbs + index) }

  init(rows: Int, pairs: Int, limbs: Int) {
    self.rows = rows
    self.pairs = pairs
    self.limbs = limbs
    let rowBits = MatrixShape.bits(rows)
    let pairBits = MatrixShape.bits(pairs)
    let columnCount = 1 + limbs + Self.remainderLimbs
    // The larger kind first, so that everything begins at a multiple of its own size.
    var end = columnCount << rowBits
    var (columnsStart, differences) = (0, 0)
    if pairs > 0 {
      if pairBits > rowBits {
        columnsStart = 1 << pairBits
      } else {
        differences = columnCount << rowBits
      }
      end += 1 << pairBits
    }
    self.rowBits = rowBits
    self.pairBits = pairBits
    self.columnsStart = columnsStart
    self.differences = differences
    byteBits = MatrixShape.bits(end)
    var ranges: [Range<Int>] = []
    for column in 0..<columnCount {
      let start = columnsStart + column << rowBits
      ranges.append(start..<(start + max(1, rows)))
    }
    if pairs > 0 {
      ranges.append(differences..<(differences + pairs))
      ranges.append((1 << byteBits)..<(1 << byteBits + pairs))
    }
    columnBits = Self.suitable(ranges)
    // A matrix row may be wider than a small witness.
    variables = max(byteBits + (pairs > 0 ? 1 : 0), columnBits)
    matrixRows = Self.matrixRows(ranges, columnBits)
  }

  /// The rows that some range meets.
  private static func matrixRows(_ ranges: [Range<Int>], _ bits: Int) -> [Int] {
    var found: Set<Int> = []
    for range in ranges {
      for row in (range.lowerBound >> bits)...((range.upperBound - 1) >> bits) { found.insert(row) }
    }
    return found.sorted()
  }

  /// The width at which row, columns and paths of an opening take the fewest bytes.
  private static func suitable(_ ranges: [Range<Int>]) -> Int {
    var best = 6
    var least = Int.max
    for bits in 6...14 {
      let length = 1 << (bits + rateBits)
      let count = queries(columnBits: bits)
      // Each query's path is known from about log2(count) levels below the root on.
      let path = count * max(0, bits + rateBits - 7) * 32
      let rows = ranges.reduce(0) {
        $0 + ($1.upperBound - 1) >> bits - $1.lowerBound >> bits + 1
      }
      let size = count * rows * 8 + path + 16 << bits
      if size < least, count < length { (best, least) = (bits, size) }
    }
    return best
  }

  static func queries(columnBits: Int) -> Int {
    SecurityLevel.queries(
      columns: 1 << UInt64(columnBits), length: 1 << UInt64(columnBits + rateBits))
  }

  var queries: Int { Self.queries(columnBits: columnBits) }
}
