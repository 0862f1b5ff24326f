// Where each value of a witness lies, and which rows of its matrix there are.

import Primitives

/// The index of a witness: columns of bytes, then, at 2^byteBits, the choices and what helpers
/// commit to as one entry.
struct WitnessShape: Equatable {
  /// T, D, and the bytes of x.
  let rows: Int
  let pairs: Int
  let limbs: Int
  /// What helpers come to.
  let helpers: HelperSizes
  /// Variables of a column, of the differences, of helpers' bytes, of all bytes, of everything.
  let rowBits: Int
  let pairBits: Int
  let extraBits: Int
  let byteBits: Int
  let variables: Int
  /// Where the first column and the differences begin.
  let columnsStart: Int
  let differences: Int
  let extras: Int
  /// Where helpers' entries begin, and how many, log2.
  let loose: Int
  let looseBits: Int
  /// The bits of the bytes' counts, and of those of tables' entries where there are any; at level
  /// `private` only. Behind them lie the blinds, four entries about which nothing is claimed.
  let counts: CountSpace?
  let tableCounts: CountSpace?
  /// Random entries behind each row of the matrix: as many as columns are opened, or none.
  let tail: Int
  /// log2 of a matrix row.
  let columnBits: Int
  /// log2 of how much longer its codeword is. A proof of one run is paid for by its bytes; a batch
  /// has half the letters to work out and to hash, and opens five columns for three.
  let rateBits: Int
  /// The rows of the matrix that hold an entry, by their place in the index.
  let matrixRows: [Int]

  /// Bytes of a remainder.
  static let remainderLimbs = 4
  static let blinds = 4

  /// Where the bits of the bytes' counts begin, and how many there are, log2.
  var bits: Int { counts?.start ?? 0 }
  var bitBits: Int { counts?.bits ?? 0 }
  /// Behind all bits.
  var blindsStart: Int { (tableCounts ?? counts)?.end ?? 0 }

  var columnCount: Int { 1 + limbs + Self.remainderLimbs }
  var length: Int { 1 << (columnBits + rateBits) }
  var choices: Int { 1 << byteBits }
  /// Columns b, x, rem: where each begins.
  func column(_ index: Int) -> Int { columnsStart + index << rowBits }
  var bytesColumn: Int { column(0) }
  func limb(_ index: Int) -> Int { column(1 + index) }
  func remainder(_ index: Int) -> Int { column(1 + limbs + index) }

  init(
    rows: Int, pairs: Int, limbs: Int, helpers: HelperSizes = HelperSizes(),
    isHidden: Bool = false, isBatch: Bool = false
  ) {
    (self.rows, self.pairs, self.limbs) = (rows, pairs, limbs)
    self.helpers = helpers
    rowBits = MatrixShape.bits(rows)
    pairBits = MatrixShape.bits(pairs)
    extraBits = MatrixShape.bits(helpers.extras)
    looseBits = MatrixShape.bits(helpers.loose)
    let columnCount = 1 + limbs + Self.remainderLimbs
    // The larger kind first, so that everything begins at a multiple of its own size.
    var kinds = [(bits: rowBits, length: columnCount << rowBits, place: 0)]
    if pairs > 0 { kinds.append((pairBits, 1 << pairBits, 1)) }
    if helpers.extras > 0 { kinds.append((extraBits, 1 << extraBits, 2)) }
    kinds.sort { (-$0.bits, $0.place) < (-$1.bits, $1.place) }
    var starts = [0, 0, 0]
    var end = 0
    for kind in kinds {
      starts[kind.place] = end
      end += kind.length
    }
    (columnsStart, differences, extras) = (starts[0], starts[1], starts[2])
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
    if helpers.extras > 0 { ranges.append(extras..<(extras + helpers.extras)) }
    var last = byteBits + (pairs > 0 ? 1 : 0)
    if helpers.loose > 0 {
      let behind = 1 << byteBits + (pairs > 0 ? 1 << pairBits : 0)
      loose = ((behind + 1 << looseBits - 1) >> looseBits) << looseBits
      ranges.append(loose..<(loose + helpers.loose))
      last = MatrixShape.bits(loose + 1 << looseBits)
    } else {
      loose = 0
    }
    rateBits = isHidden ? HidingLayout.rateBits : isBatch ? 1 : 2
    if isHidden {
      let behind = helpers.loose > 0 ? loose + helpers.loose : 1 << byteBits + pairs
      let own = CountSpace(counts: 256, total: 1 << byteBits, behind: behind)
      (counts, tableCounts) = (own, CountSpace(lookups: helpers, behind: own.end))
      ranges += Self.hiddenRanges(own, tableCounts)
      last = MatrixShape.bits(ranges[ranges.count - 1].upperBound)
      (columnBits, tail) = Self.suitableHidden(ranges)
    } else {
      (counts, tableCounts, tail) = (nil, nil, 0)
      columnBits = Self.suitable(ranges, rateBits)
    }
    // A matrix row may be wider than a small witness.
    variables = max(last, columnBits)
    matrixRows = Self.matrixRows(ranges, columnBits)
  }

  /// The bits of all counts, and the blinds behind the last.
  private static func hiddenRanges(_ counts: CountSpace, _ tables: CountSpace?) -> [Range<Int>] {
    guard let tables else { return [counts.start..<(counts.end + blinds)] }
    return [counts.start..<counts.end, tables.start..<(tables.end + blinds)]
  }

  /// The rows that some range meets.
  static func matrixRows(_ ranges: [Range<Int>], _ bits: Int) -> [Int] {
    var found: Set<Int> = []
    for range in ranges {
      for row in (range.lowerBound >> bits)...((range.upperBound - 1) >> bits) { found.insert(row) }
    }
    return found.sorted()
  }

  /// The width at which row, columns and paths of an opening take the fewest bytes.
  private static func suitable(_ ranges: [Range<Int>], _ rateBits: Int) -> Int {
    var best = 6
    var least = Int.max
    for bits in 6...14 {
      let length = 1 << (bits + rateBits)
      let count = queries(columnBits: bits, rateBits: rateBits)
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

  private static func queries(columnBits: Int, rateBits: Int) -> Int {
    SecurityLevel.queries(
      columns: 1 << UInt64(columnBits), length: 1 << UInt64(columnBits + rateBits))
  }

  /// Up to the last.
  var entries: Int {
    if counts != nil { return blindsStart + Self.blinds }
    return helpers.loose > 0 ? loose + helpers.loose : 1 << byteBits + pairs
  }

  var queries: Int { tail > 0 ? tail : Self.queries(columnBits: columnBits, rateBits: rateBits) }

  /// The same where rows have tails, pads and masks are rows of their own, and leaves have salts.
  private static func suitableHidden(_ ranges: [Range<Int>]) -> (bits: Int, tail: Int) {
    var best = (bits: 0, tail: 0)
    var least = Int.max
    for bits in 8...14 {
      let length = 1 << (bits + HidingLayout.rateBits)
      guard
        let count = SecurityLevel.hidingQueries(columns: 1 << UInt64(bits), length: UInt64(length))
      else { continue }
      let path = count * max(1, bits + HidingLayout.rateBits - 6) * 32
      let rows = ranges.reduce(6 + 2 * (1 + 1200 >> bits)) {
        $0 + ($1.upperBound - 1) >> bits - $1.lowerBound >> bits + 1
      }
      let size = count * rows * 8 + path + 16 * (1 << bits + count)
      if size < least { (best, least) = ((bits, count), size) }
    }
    return best
  }
}
