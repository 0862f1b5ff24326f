// What timers of one kind may compute within one block; the rest waits for the next.

public import Primitives

/// How much of the block's work of one kind is used up.
public struct BlockWork: Fielded, Hashable {
  public static let typeName = "BlockWork"
  public var height: UInt64 = 0
  public var cells: UInt64 = 0

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("height", &height)
    try v("cells", &cells)
  }
}

extension Table where Key == UInt64, Row == BlockWork {
  /// What the block of this height has been charged with so far.
  public func charged(at height: UInt64) -> UInt64 {
    self[0].map { $0.height == height ? $0.cells : 0 } ?? 0
  }

  /// Whether the block of this height still has room for so much work, with which it is then
  /// charged. The first of a block always has, so that no work is too great for all blocks.
  public mutating func hasRoom(
    for cells: UInt64, of limit: UInt64, at height: UInt64
  ) -> Bool {
    var done = self[0] ?? BlockWork()
    if done.height != height {
      done.height = height
      done.cells = 0
    }
    guard done.cells == 0 || done.cells + cells <= limit else { return false }
    done.cells += cells
    self[0] = done
    return true
  }
}
