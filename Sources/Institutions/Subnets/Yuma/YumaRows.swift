// The rows of an epoch: dense ones with a share for each member, others entry by entry.

import CKernels
import Primitives

/// Shares of dense rows, line behind line, two bytes each.
///
/// Lines are an odd number of cache lines apart, or the same columns of all rows would meet in a
/// few places of the cache; behind each there is room to read sixteen shares from any column.
struct ShareLines: Sendable {
  let members: Int
  private(set) var cells: [UInt16] = []
  private var line: [UInt16]

  init(members: Int, lines: Int) {
    self.members = members
    line = Array(repeating: 0, count: ((members + 16 + 31) / 32 | 1) * 32)
    cells.reserveCapacity(lines * line.count)
  }

  /// Whether a row of so many entries is kept here: it then takes at most four times the memory of
  /// its entries, and a fraction of the time.
  static func keeps(_ entries: Int, of members: Int) -> Bool {
    members >= 16 && 8 * entries >= members
  }

  /// Appends a line that `fill` has written, and says where it begins.
  mutating func append<E>(
    _ fill: (UnsafeMutableBufferPointer<UInt16>) throws(E) -> Void
  ) throws(E) -> Int {
    try line.withUnsafeMutableBufferPointer { (cells) throws(E) in
      cells.update(repeating: 0)
      try fill(cells)
    }
    cells.append(contentsOf: line)
    return cells.count - line.count
  }
}

/// Rows of weights or bonds, read from the left, some columns at a time.
struct YumaRows: Sendable {
  /// A row whose shares stand in `ShareLines` from `start` on.
  struct Dense {
    let row: Int
    let start: Int
  }

  /// The sum of a row's shares, and the one member that gets all of it, where there is one.
  struct Total {
    var sum: Int64 = 0
    var only: Int?
  }

  private let registeredAt: [UInt64]
  private let newest: UInt64
  private(set) var dense: [Dense] = []
  /// The rows that are read entry by entry, and what each row's shares come to.
  private(set) var sparse: [Int] = []
  private(set) var totals: [Total] = []
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
    totals.append(Total())
  }

  /// Appends a row without the entries of those who registered at the bound or later, and
  /// without the entry of `member`. Where there are `lines`, a dense row goes there: an entry of
  /// 0 and none are then the same.
  mutating func append(
    _ row: [YumaEntry], registeredBefore bound: UInt64, without member: Int?,
    _ lines: inout ShareLines?
  ) throws(Refusal) {
    let isDense = lines != nil && ShareLines.keeps(row.count, of: registeredAt.count)
    if isDense {
      try appendDense(row, registeredBefore: bound, without: member, &lines)
    } else {
      try appendSparse(row, registeredBefore: bound, without: member)
    }
  }

  private mutating func appendDense(
    _ row: [YumaEntry], registeredBefore bound: UInt64, without member: Int?,
    _ lines: inout ShareLines?
  ) throws(Refusal) {
    let number = totals.count
    appendEmpty()
    let registeredAt = registeredAt
    let keepsAll = newest < bound
    var total = Total()
    let start = try lines?.append { (cells) throws(Refusal) in
      if !Self.copy(row, of: registeredAt.count, to: cells) {
        for entry in try Self.sorted(row, members: registeredAt.count) {
          cells[Int(entry.uid)] = entry.share
        }
      }
      if let member { cells[member] = 0 }
      if !keepsAll {
        for uid in registeredAt.indices where registeredAt[uid] >= bound { cells[uid] = 0 }
      }
      total = Self.total(of: cells)
    }
    totals[number] = total
    if let start { dense.append(Dense(row: number, start: start)) }
  }

  /// Copies the shares of a row that names all members in their order; false of any other.
  private static func copy(
    _ row: [YumaEntry], of members: Int, to cells: UnsafeMutableBufferPointer<UInt16>
  ) -> Bool {
    guard row.count == members, cells.count >= members else { return false }
    return row.withUnsafeBufferPointer { row in
      row.withMemoryRebound(to: UInt32.self) { row in
        // An entry is its uid below and its share above, in 32 bits.
        var wrong: UInt32 = 0
        var place = 0
        while place < members {
          let end = min(place + 256, members)
          // Rows lie anywhere in memory: what comes two pieces later is asked for now.
          for line in 0..<16 {
            tolsey_prefetch(row.baseAddress.map { $0 + (place + 512 + 16 * line) })
          }
          for place in place..<end {
            let entry = row[place]
            wrong |= entry & 0xFFFF ^ UInt32(truncatingIfNeeded: place)
            cells[place] = UInt16(truncatingIfNeeded: entry &>> 16)
          }
          place = end
        }
        return wrong == 0
      }
    }
  }

  private static func total(of cells: UnsafeMutableBufferPointer<UInt16>) -> Total {
    var sum: UInt32 = 0
    var greatest: UInt16 = 0
    for cell in cells {
      sum &+= UInt32(cell)
      greatest = cell > greatest ? cell : greatest
    }
    let isWhole = sum > 0 && UInt32(greatest) == sum
    return Total(sum: Int64(sum), only: isWhole ? cells.firstIndex(of: greatest) : nil)
  }

  private mutating func appendSparse(
    _ row: [YumaEntry], registeredBefore bound: UInt64, without member: Int?
  ) throws(Refusal) {
    sparse.append(totals.count)
    next.append(entries.count)
    let sorted = try Self.sorted(row, members: registeredAt.count)
    let keepsAll = newest < bound
    let first = entries.count
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
    totals.append(Self.total(of: entries[first...]))
  }

  private static func total(of row: ArraySlice<YumaEntry>) -> Total {
    row.withUnsafeBufferPointer { row in
      var sum: Int64 = 0
      var greatest: UInt16 = 0
      for entry in row {
        sum &+= Int64(entry.share)
        greatest = max(greatest, entry.share)
      }
      let isWhole = sum > 0 && Int64(greatest) == sum
      let only = isWhole ? row.first { $0.share == greatest } : nil
      return Total(sum: sum, only: only.map { Int($0.uid) })
    }
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

  /// Puts the shares of at most sixteen columns, those that have not been read yet, where `form`
  /// makes of each row what is wanted.
  @inline(__always)
  mutating func load(
    _ columns: Range<Int>, of cells: [UInt16], to tile: UnsafeMutablePointer<Lanes>,
    _ form: (_ row: Int, _ shares: Lanes) -> Lanes
  ) {
    let places = Lanes(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    let isInside = places .< Lanes(repeating: UInt32(truncatingIfNeeded: columns.count))
    let first = columns.lowerBound
    cells.withUnsafeBytes { cells in
      guard let cells = cells.baseAddress else { return }
      for one in dense {
        // Lines have room for sixteen behind every column.
        let shares = cells.loadUnaligned(
          fromByteOffset: 2 &* (one.start &+ first), as: SIMD16<UInt16>.self)
        tolsey_prefetch(cells + 2 &* (one.start &+ first &+ 32))
        let wide = Lanes(widening: shares)
        tile[one.row] = form(one.row, Lanes.zero.replacing(with: wide, where: isInside))
      }
    }
    guard !sparse.isEmpty else { return }
    for row in sparse { tile[row] = .zero }
    let numbers = UnsafeMutableRawPointer(tile)
    read(below: columns.upperBound) { row, uid, share in
      numbers.storeBytes(
        of: UInt32(share), toByteOffset: 4 &* (16 &* row &+ uid &- first), as: UInt32.self)
    }
    for row in sparse { tile[row] = form(row, tile[row]) }
  }

  /// Hands out what stands in the columns below `end` of sparse rows and has not been read yet,
  /// row by row.
  @inline(__always)
  mutating func read(below end: Int, _ body: (_ row: Int, _ uid: Int, _ share: UInt16) -> Void) {
    entries.withUnsafeBufferPointer { entries in
      ends.withUnsafeBufferPointer { ends in
        next.withUnsafeMutableBufferPointer { next in
          for row in sparse {
            var place = next[row]
            let last = ends[row]
            while place < last {
              let entry = entries[place]
              guard Int(entry.uid) < end else { break }
              body(row, Int(entry.uid), entry.share)
              place &+= 1
            }
            next[row] = place
          }
        }
      }
    }
  }
}
