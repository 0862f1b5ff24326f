// Bonds as an epoch leaves them: a matrix where they are dense, lists where they are not.

/// The rows of bonds to store, by uid; only of those who have a permit.
///
/// A row is made into a list when it is asked for: an epoch finds bonds column by column, two
/// bytes each and a bit that says whether there is one.
public struct YumaBonds: RandomAccessCollection, Hashable, Sendable {
  private var lists: [[YumaEntry]]
  /// Which line of the matrix a uid has; −1 where its row is a list.
  private var lines: [Int32]
  /// Shares line by line.
  private var cells: [UInt16] = []
  /// A bit for each line, thirty-two of them to a word for each member.
  private var held: [UInt32] = []
  private let width: Int

  /// No bonds of so many members.
  init(members: Int) {
    lists = Array(repeating: [], count: members)
    lines = Array(repeating: -1, count: members)
    // Sixteen are written at once, from any member on.
    width = (members + 31) / 16 * 16
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { lists.count }

  public subscript(uid: Int) -> [YumaEntry] {
    guard lines[uid] >= 0 else { return lists[uid] }
    let line = Int(lines[uid])
    var row: [YumaEntry] = []
    row.reserveCapacity(lists.count)
    let bits = (line >> 5) * width
    for member in lists.indices where held[bits + member] >> UInt32(line & 31) & 1 == 1 {
      row.append(YumaEntry(UInt16(truncatingIfNeeded: member), cells[line * width + member]))
    }
    return row
  }

  /// The same rows are the same bonds, however they are kept.
  public static func == (left: YumaBonds, right: YumaBonds) -> Bool { left.elementsEqual(right) }

  public func hash(into hasher: inout Hasher) {
    for row in self { hasher.combine(row) }
  }

  /// Gives these members, in this order, lines of the matrix.
  mutating func lineUp(_ uids: [Int]) {
    for (line, uid) in uids.enumerated() { lines[uid] = Int32(line) }
    cells = Array(repeating: 0, count: uids.count * width)
    held = Array(repeating: 0, count: (uids.count + 31) / 32 * width)
  }

  mutating func reserve(_ count: Int, for uid: Int) { lists[uid].reserveCapacity(count) }

  mutating func append(_ entry: YumaEntry, to uid: Int) { lists[uid].append(entry) }

  /// Shares and bits to be written in place, with the width of a line.
  @inline(__always)
  mutating func withMatrix(
    _ body: (
      _ cells: UnsafeMutablePointer<UInt16>?, _ held: UnsafeMutablePointer<UInt32>?, _ width: Int
    ) -> Void
  ) {
    cells.withUnsafeMutableBufferPointer { cells in
      held.withUnsafeMutableBufferPointer { held in
        body(cells.baseAddress, held.baseAddress, width)
      }
    }
  }
}
