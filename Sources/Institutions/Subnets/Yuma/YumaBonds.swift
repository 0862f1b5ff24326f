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
    let bit = UInt32(truncatingIfNeeded: line & 31)
    let held = held[((line >> 5) * width)...].prefix(lists.count)
    return held.withUnsafeBufferPointer { held in
      var count = 0
      for word in held { count &+= Int(truncatingIfNeeded: word &>> bit & 1) }
      return cells[(line * width)...].withUnsafeBufferPointer { cells in
        // One place more: where an entry is not held, the next one is written over it.
        [YumaEntry](unsafeUninitializedCapacity: count + 1) { row, filled in
          guard let start = row.baseAddress else { return }
          for member in held.indices {
            (start + filled).initialize(
              to: YumaEntry(UInt16(truncatingIfNeeded: member), cells[member]))
            filled &+= Int(truncatingIfNeeded: held[member] &>> bit & 1)
          }
        }
      }
    }
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
