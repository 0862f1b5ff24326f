// A matrix whose rows are Reed–Solomon words and whose columns are the leaves of a tree.

import Arithmetic
import Primitives

/// What a prover commits to: weights once a model, a witness once a proof (Ames, Hazay,
/// Ishai, Venkitasubramaniam: Ligero, 2017).
struct EncodedMatrix: Sendable {
  let rows: Int
  let columns: Int
  /// Letters of a codeword.
  let length: Int
  let tree: ColumnTree
  /// Codewords of all rows, each in bit-reversed order.
  private let words: [UInt64]

  /// - Parameter fill: writes the entries of a row, canonical, over zeros.
  init(
    rows: Int, columnBits: Int, rateBits: Int,
    fill: (_ row: Int, _ entries: UnsafeMutablePointer<UInt64>) -> Void
  ) throws(Refusal) {
    guard let transform = NumberTheoreticTransform(log2: columnBits + rateBits) else {
      throw Refusal("badProofParameters")
    }
    self.rows = rows
    columns = 1 << columnBits
    length = 1 << (columnBits + rateBits)
    let length = length
    var words = [UInt64](repeating: 0, count: rows * length)
    words.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for row in 0..<rows {
        fill(row, base + row * length)
        transform.forward(base + row * length)
      }
    }
    self.words = words
    tree = ColumnTree(leaves: ColumnHashes.leaves(of: words, rows: rows, length: length))
  }

  var root: Bytes32 { tree.root }

  /// The letters of columns in the order of their places, as a proof holds them.
  func letters(_ places: [Int]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: places.count * rows * 8) { bytes, count in
      for (index, place) in places.enumerated() {
        for row in 0..<rows {
          UnsafeMutableRawBufferPointer(bytes).storeBytes(
            of: words[row * length + place].littleEndian,
            toByteOffset: (index * rows + row) * 8, as: UInt64.self)
        }
      }
      count = places.count * rows * 8
    }
  }
}
