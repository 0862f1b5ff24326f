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
  ///   - progress: told of groups of rows that are encoded, then of as many parts of the tree.
  ///   - fill: writes the entries of a row, canonical, over zeros.
  init(
    rows: Int, columnBits: Int, rateBits: Int, tail: Int = 0, salts: [Bytes32] = [],
    progress: ProofProgress? = nil, fill: (_ row: Int, _ entries: inout [UInt64]) -> Void
  ) throws(Refusal) {
    guard let transform = NumberTheoreticTransform(log2: columnBits + rateBits) else {
      throw Refusal("badProofParameters")
    }
    self.rows = rows
    length = 1 << (columnBits + rateBits)
    words = CodeWords(
      rows: rows, columns: 1 << columnBits + tail, transform, progress, fill: fill)
    tree = ColumnTree(leaves: words.leaves(salts, progress))
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
    rows: Int, columns: Int, _ transform: NumberTheoreticTransform, _ progress: ProofProgress?,
    fill: (_ row: Int, _ entries: inout [UInt64]) -> Void
  ) {
    self.rows = rows
    length = transform.size
    let length = length
    let groups = (rows + 7) / 8
    words = LongWords(groups * 8 * length)
    let base = words.base
    // What lies behind a transform's input it writes without reading it, given lanes.
    let read = PairVector.usesLanes ? 1 << MatrixShape.bits(columns) : length
    var entries = [UInt64](repeating: 0, count: columns)
    for group in 0..<groups {
      let start = base + group * 8 * length
      start.initialize(repeating: 0, count: 8 * read)
      for row in (8 * group)..<min(rows, 8 * group + 8) {
        for column in 0..<columns { entries[column] = 0 }
        fill(row, &entries)
        entries.withUnsafeBufferPointer { entries in
          for column in 0..<columns { start[8 * column + row % 8] = entries[column] }
        }
      }
      transform.forwardRows(start, log2Count: MatrixShape.bits(columns))
      progress?(group + 1, 2 * groups)
    }
  }

  /// Letters of eight little-endian bytes each, top to bottom.
  func copy(column place: Int, to target: UnsafeMutableRawPointer) {
    copy(columns: place..<(place + 1), to: target, step: 0)
  }

  /// The same of columns side by side, each so far behind the one before it.
  private func copy(columns: Range<Int>, to target: UnsafeMutableRawPointer, step: Int) {
    withExtendedLifetime(words) {
      for first in stride(from: 0, to: rows, by: 8) {
        let from = words.base + first * length
        let count = min(8, rows - first)
        for place in columns {
          let to = target + (place - columns.lowerBound) * step + 8 * first
          let own = from + 8 * place
          if count == 8 {
            let letters = UnsafeRawPointer(own).loadUnaligned(as: SIMD8<UInt64>.self)
            to.storeBytes(of: letters.littleEndian, as: SIMD8<UInt64>.self)
          } else {
            for row in 0..<count {
              to.storeBytes(of: own[row].littleEndian, toByteOffset: 8 * row, as: UInt64.self)
            }
          }
        }
      }
    }
  }

  /// The leaf of each column.
  func leaves(_ salts: [Bytes32], _ progress: ProofProgress?) -> [Bytes32] {
    let groups = (rows + 7) / 8
    var leaves: [Bytes32] = []
    leaves.reserveCapacity(length)
    let head = ColumnTree.leafHead(count: rows, isSalted: !salts.isEmpty)
    let size = head.count + rows * 8 + (salts.isEmpty ? 0 : 32)
    var batch = SHA256Batch()
    // Many columns at once: what lies side by side is read at once.
    for first in stride(from: 0, to: length, by: 64) {
      let count = min(64, length - first)
      batch.add(messages: count, of: size) { base, step in
        for index in 0..<count {
          let leaf = base + index * step
          head.withUnsafeBytes {
            UnsafeMutableRawBufferPointer(start: leaf, count: size).copyBytes(from: $0)
          }
          ColumnTree.setPlace(first + index, in: leaf)
          if !salts.isEmpty { salts[first + index].store(to: leaf + size - 32) }
        }
        copy(columns: first..<(first + count), to: base + head.count, step: step)
      }
      leaves += batch.digests()
      progress?(groups + groups * leaves.count / length, 2 * groups)
    }
    return leaves
  }
}

extension SIMD8<UInt64> {
  fileprivate var littleEndian: Self {
    #if _endian(little)
    return self
    #else
    var words = self
    for lane in indices { words[lane] = words[lane].littleEndian }
    return words
    #endif
  }
}
