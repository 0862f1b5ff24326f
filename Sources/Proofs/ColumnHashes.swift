// Hashing every column of an encoded matrix, which lies in memory row by row.

import Arithmetic
import Primitives

enum ColumnHashes {
  /// Columns that are hashed side by side: what a cache line holds of a row, eight times over.
  private static let width = 64

  /// The leaf of each column.
  static func leaves(of words: [UInt64], _ shape: MatrixShape) -> [Bytes32] {
    var leaves: [Bytes32] = []
    leaves.reserveCapacity(shape.length)
    var pieces = [[UInt8]](repeating: [], count: width)
    for start in stride(from: 0, to: shape.length, by: width) {
      let count = min(width, shape.length - start)
      for lane in 0..<count {
        pieces[lane].removeAll(keepingCapacity: true)
        pieces[lane].reserveCapacity(shape.rows * 8)
      }
      for row in 0..<shape.rows {
        for lane in 0..<count {
          withUnsafeBytes(of: words[row * shape.length + start + lane].littleEndian) {
            pieces[lane].append(contentsOf: $0)
          }
        }
      }
      for lane in 0..<count {
        var hasher = ColumnTree.leafHasher(start + lane, count: shape.rows)
        hasher.update(pieces[lane])
        leaves.append(hasher.finalize())
      }
    }
    return leaves
  }
}
