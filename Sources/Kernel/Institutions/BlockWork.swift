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
  /// Whether the block of this height still has room for so much work, with which it is then
  /// charged. The first of a block always has, so that no work is too great for all blocks.
  public mutating func hasRoom(
    for cells: UInt64, of limit: UInt64, charging charge: UInt64? = nil, at height: UInt64
  ) -> Bool {
    var done = self[0] ?? BlockWork()
    if done.height != height {
      done.height = height
      done.cells = 0
    }
    guard done.cells == 0 || done.cells + cells <= limit else { return false }
    done.cells += charge ?? cells
    self[0] = done
    return true
  }
}
