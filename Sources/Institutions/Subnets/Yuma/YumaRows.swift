// The rows of an epoch side by side in one list, sorted by uid, with a place reached in each.

import Primitives

/// Rows of weights or bonds, read from the left, some columns at a time.
struct YumaRows: Sendable {
  private let registeredAt: [UInt64]
  private let newest: UInt64
  private var entries: [YumaEntry] = []
  /// Where the unread rest of each row begins, and where the row ends.
  private var next: [Int] = []
  private var ends: [Int] = []

  /// No rows yet; members are registered at these blocks.
  init(over registeredAt: [UInt64]) {
    self.registeredAt = registeredAt
    newest = registeredAt.max() ?? 0
  }

  mutating func appendEmpty() {
    next.append(entries.count)
    ends.append(entries.count)
  }

  /// Appends a row without the entries of those who registered at the bound or later, and
  /// without the entry of `member`.
  mutating func append(
    _ row: [YumaEntry], registeredBefore bound: UInt64, without member: Int?
  ) throws(Refusal) {
    next.append(entries.count)
    let sorted = try Self.sorted(row, members: registeredAt.count)
    let keepsAll = newest < bound
    var rest = sorted[...]
    while !rest.isEmpty {
      // What is kept in one piece is copied in one piece.
      let count =
        rest.firstIndex {
          Int($0.uid) == member || !(keepsAll || registeredAt[Int($0.uid)] < bound)
        } ?? rest.endIndex
      entries.append(contentsOf: rest[rest.startIndex..<count])
      rest = count < rest.endIndex ? rest[(count + 1)...] : []
    }
    ends.append(entries.count)
  }

  /// A row in the order of uids; one that names nobody, or one twice, is refused.
  private static func sorted(_ row: [YumaEntry], members: Int) throws(Refusal) -> [YumaEntry] {
    let isSorted = row.withUnsafeBufferPointer { entries in
      var previous = -1
      for entry in entries {
        guard Int(entry.uid) > previous else { return false }
        previous = Int(entry.uid)
      }
      return true
    }
    let row = isSorted ? row : row.sorted { $0.uid < $1.uid }
    if !isSorted {
      for (one, other) in zip(row, row.dropFirst()) where one.uid == other.uid {
        throw .namedTwice(Int(one.uid))
      }
    }
    if let last = row.last, Int(last.uid) >= members {
      throw .noSuchMember(Int(last.uid), members: members)
    }
    return row
  }

  /// The sum of a row's shares, before anything of it is read.
  func sum(_ row: Int) -> Int64 {
    entries.withUnsafeBufferPointer { entries in
      var sum: Int64 = 0
      for place in next[row]..<ends[row] { sum &+= Int64(entries[place].share) }
      return sum
    }
  }

  /// Hands out what stands in the columns below `end` that has not been read yet, row by row.
  @inline(__always)
  mutating func read(below end: Int, _ body: (_ row: Int, _ uid: Int, _ share: Int64) -> Void) {
    entries.withUnsafeBufferPointer { entries in
      ends.withUnsafeBufferPointer { ends in
        next.withUnsafeMutableBufferPointer { next in
          for row in next.indices {
            var place = next[row]
            let last = ends[row]
            while place < last {
              let entry = entries[place]
              guard Int(entry.uid) < end else { break }
              body(row, Int(entry.uid), Int64(entry.share))
              place &+= 1
            }
            next[row] = place
          }
        }
      }
    }
  }
}
