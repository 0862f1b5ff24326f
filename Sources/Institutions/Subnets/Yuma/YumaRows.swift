// The rows of an epoch side by side in one list, sorted by uid, with a place reached in each.

import Primitives

/// Rows of weights or bonds, read from the left, some columns at a time.
struct YumaRows: Sendable {
  private(set) var uids: [UInt32] = []
  private(set) var shares: [UInt16] = []
  /// Where the unread rest of each row begins, and where the row ends.
  private(set) var next: [Int] = []
  private(set) var ends: [Int] = []

  /// The given rows without the entries that `keeps` turns away.
  init(
    _ rows: [[YumaEntry]], of members: [Int], keeps: (_ row: Int, _ uid: Int) -> Bool
  ) throws(Refusal) {
    let count = rows.count
    for member in members {
      next.append(uids.count)
      var previous = -1
      let row = rows[member]
      // Rows are kept sorted; one that comes otherwise is sorted here.
      let isSorted = zip(row, row.dropFirst()).allSatisfy { $0.uid < $1.uid }
      for entry in isSorted ? row : row.sorted(by: { $0.uid < $1.uid }) {
        guard entry.uid >= 0, entry.uid < count else {
          throw .noSuchMember(entry.uid, members: count)
        }
        guard entry.uid != previous else { throw .namedTwice(entry.uid) }
        previous = entry.uid
        guard keeps(member, entry.uid) else { continue }
        uids.append(UInt32(entry.uid))
        shares.append(entry.share)
      }
      ends.append(uids.count)
    }
  }

  /// The sum of a row's shares, before anything of it is read.
  func sum(_ row: Int) -> Int64 {
    shares[next[row]..<ends[row]].reduce(0) { $0 + Int64($1) }
  }

  /// Hands out what stands in the columns below `end` that has not been read yet.
  @inline(__always)
  mutating func read(_ row: Int, below end: Int, _ body: (_ uid: Int, _ share: Int64) -> Void) {
    var place = next[row]
    let last = ends[row]
    uids.withUnsafeBufferPointer { uids in
      shares.withUnsafeBufferPointer { shares in
        while place < last, Int(uids[place]) < end {
          body(Int(uids[place]), Int64(shares[place]))
          place += 1
        }
      }
    }
    next[row] = place
  }
}
