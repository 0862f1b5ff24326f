// A matrix whose rows are Reed–Solomon words and whose columns are the leaves of a tree.

import Arithmetic
import Primitives

/// What a prover commits to: weights once a model, a witness once a proof (Ames, Hazay,
/// Ishai, Venkitasubramaniam: Ligero, 2017).
struct EncodedMatrix: Sendable {
  let rows: Int
  /// Letters of a codeword.
  let length: Int
  let tree: ColumnTree
  private let words: CodeWords

  /// - Parameters:
  ///   - tail: entries behind the columns, random ones where columns that are opened must say
  ///     nothing of a row.
  ///   - salts: one a leaf, or none.
  ///   - fill: writes the entries of a row, canonical, over zeros.
  init(
    rows: Int, columnBits: Int, rateBits: Int, tail: Int = 0, salts: [Bytes32] = [],
    fill: (_ row: Int, _ entries: inout [UInt64]) -> Void
  ) throws(Refusal) {
    guard let transform = NumberTheoreticTransform(log2: columnBits + rateBits) else {
      throw Refusal("badProofParameters")
    }
    self.rows = rows
    length = 1 << (columnBits + rateBits)
    words = CodeWords(rows: rows, columns: 1 << columnBits + tail, transform, fill: fill)
    tree = ColumnTree(leaves: words.leaves(salts))
  }

  var root: Bytes32 { tree.root }

  /// The letters of columns in the order of their places, as a proof holds them.
  func letters(_ places: [Int]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: places.count * rows * 8) { bytes, count in
      if let base = UnsafeMutableRawPointer(bytes.baseAddress) {
        for (index, place) in places.enumerated() {
          words.copy(column: place, to: base + index * rows * 8)
        }
      }
      count = places.count * rows * 8
    }
  }
}

/// Codewords of all rows, eight rows side by side: eight letters of a column are one cache line.
private struct CodeWords: Sendable {
  private let rows: Int
  private let length: Int
  /// Element i of row r at ((r / 8)·length + i)·8 + r % 8, i in bit-reversed order.
  private let words: LongWords

  init(
    rows: Int, columns: Int, _ transform: NumberTheoreticTransform,
    fill: (_ row: Int, _ entries: inout [UInt64]) -> Void
  ) {
    self.rows = rows
    length = transform.size
    let length = length
    let groups = (rows + 7) / 8
    words = LongWords(groups * 8 * length)
    let base = words.base
    base.initialize(repeating: 0, count: groups * 8 * length)
    var entries = [UInt64](repeating: 0, count: columns)
    for row in 0..<rows {
      for column in 0..<columns { entries[column] = 0 }
      fill(row, &entries)
      let start = base + row / 8 * 8 * length + row % 8
      for column in 0..<columns { start[8 * column] = entries[column] }
    }
    for group in 0..<groups {
      transform.forwardRows(base + group * 8 * length, log2Count: MatrixShape.bits(columns))
    }
  }

  /// Letters of eight little-endian bytes each, top to bottom.
  func copy(column place: Int, to target: UnsafeMutableRawPointer) {
    withExtendedLifetime(words) {
      for first in stride(from: 0, to: rows, by: 8) {
        let from = words.base + first * length + 8 * place
        for row in 0..<min(8, rows - first) {
          target.storeBytes(
            of: from[row].littleEndian, toByteOffset: (first + row) * 8, as: UInt64.self)
        }
      }
    }
  }

  /// The leaf of each column.
  func leaves(_ salts: [Bytes32]) -> [Bytes32] {
    var leaves: [Bytes32] = []
    leaves.reserveCapacity(length)
    var preimage = ColumnTree.leafHead(count: rows, isSalted: !salts.isEmpty)
    let head = preimage.count
    preimage += [UInt8](repeating: 0, count: rows * 8)
    let end = preimage.count
    if !salts.isEmpty { preimage += Bytes32.zero.bytes }
    var batch = SHA256Batch()
    for place in 0..<length {
      preimage.withUnsafeMutableBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        ColumnTree.setPlace(place, in: base)
        copy(column: place, to: base + head)
        if !salts.isEmpty { salts[place].store(to: base + end) }
        batch.add(UnsafeRawBufferPointer(bytes))
      }
      if batch.count == 64 { leaves += batch.digests() }
    }
    leaves += batch.digests()
    return leaves
  }
}
