// Hashing every column of an encoded matrix, which lies in memory row by row.

import Arithmetic
import Primitives

enum ColumnHashes {
  /// Columns that are hashed side by side: what a cache line holds of a row, eight times over.
  private static let width = 64

  /// The leaf of each column.
  static func leaves(of words: [UInt64], rows: Int, length: Int) -> [Bytes32] {
    var leaves: [Bytes32] = []
    leaves.reserveCapacity(length)
    var pieces = [[UInt8]](repeating: [], count: width)
    for start in stride(from: 0, to: length, by: width) {
      let count = min(width, length - start)
      for lane in 0..<count {
        pieces[lane].removeAll(keepingCapacity: true)
        pieces[lane].reserveCapacity(rows * 8)
      }
      for row in 0..<rows {
        for lane in 0..<count {
          withUnsafeBytes(of: words[row * length + start + lane].littleEndian) {
            pieces[lane].append(contentsOf: $0)
          }
        }
      }
      for lane in 0..<count {
        var hasher = ColumnTree.leafHasher(start + lane, count: rows)
        hasher.update(pieces[lane])
        leaves.append(hasher.finalize())
      }
    }
    return leaves
  }
}
