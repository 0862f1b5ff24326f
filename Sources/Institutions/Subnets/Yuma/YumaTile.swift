// A few columns of a matrix at a time, as the second pass of Yuma 3 works on them.

/// Sixteen columns, one behind the other.
struct YumaTile {
  let rows: Int
  private var cells: [Int64]

  init(rows: Int) {
    self.rows = rows
    cells = Array(repeating: 0, count: rows * YumaEpoch.tileWidth)
  }

  mutating func clear(to value: Int64 = 0) {
    cells.withUnsafeMutableBufferPointer { $0.update(repeating: value) }
  }

  /// The numbers one by one; `place` finds them.
  @inline(__always)
  mutating func withCells(_ body: (UnsafeMutablePointer<Int64>) -> Void) {
    cells.withUnsafeMutableBufferPointer { cells in
      guard let base = cells.baseAddress else { return }
      body(base)
    }
  }

  @inline(__always)
  static func place(row: Int, column: Int, rows: Int) -> Int { column &* rows &+ row }
}
