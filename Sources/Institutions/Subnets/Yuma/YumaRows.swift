// The rows of an epoch: dense ones with a share for each member, others entry by entry.

import CKernels
import Primitives

/// Which rows are kept as lines of shares, and which entry by entry.
struct LineRule: Sendable {
  let members: Int
  /// Whether kernels copy rows.
  let inKernels: Bool
  /// The entries from which on a row is a line; greater than any row's where none is.
  private let least: Int

  /// A matrix of so many shares is kept whole: 8 MiB, whoever asks for it.
  static let smallMatrix = 1 << 22

  /// A line costs the same however few entries it has, and less than reading them one by one; but
  /// rows that are nearly empty shall not take a hundred times their memory in a large matrix.
  init(
    rows: Int, members: Int, smallMatrix: Int = Self.smallMatrix,
    inKernels: Bool = YumaKernels.areThere
  ) {
    self.members = members
    self.inKernels = inKernels
    let part = rows * members <= smallMatrix ? 256 : 8
    least = members >= 16 ? (members + part - 1) / part : .max
  }

  func keeps(_ entries: Int) -> Bool { entries >= least }
}

/// Shares of dense rows, line behind line, two bytes each.
///
/// Lines are an odd number of cache lines apart, or the same columns of all rows would meet in a
/// few places of the cache; behind each there is room to read sixteen shares from any column.
struct ShareLines: Sendable {
  let rule: LineRule
  private(set) var cells: [UInt16] = []
  private let width: Int

  init(_ rule: LineRule, lines: Int) {
    self.rule = rule
    width = ((rule.members + 16 + 31) / 32 | 1) * 32
    cells.reserveCapacity(lines * width)
  }

  /// Appends a line, writes the row into it and says where it begins.
  ///
  /// - Parameter fill: writes the row; the line holds zeros only if it asks for them.
  mutating func append<E>(
    _ fill: (_ line: UnsafeMutableBufferPointer<UInt16>) throws(E) -> Void
  ) throws(E) -> Int {
    let (start, width) = (cells.count, width)
    try cells.append(addingCapacity: width) { (span) throws(E) in
      try span.withUnsafeMutableBufferPointer { (line, count) throws(E) in
        try fill(UnsafeMutableBufferPointer(rebasing: line[..<width]))
        count = width
      }
    }
    return start
  }
}

/// What a pass makes of the shares of a row, sixteen columns at a time, and totals on its way.
///
/// A type in place of a closure: the compiler puts its function into the loop.
protocol RowForm {
  associatedtype Total
  /// What no rows come to.
  var nothing: Total { get }
  func lanes(_ row: Int, _ shares: Lanes, _ total: inout Total) -> Lanes
}

/// Rows of weights or bonds, read from the left, some columns at a time.
struct YumaRows: Sendable {
  /// A row whose shares stand somewhere from `start` on.
  typealias Line = tolsey_yuma_line

  /// The sum of a row's shares, and the one member that gets all of it, where there is one.
  struct Total {
    var sum: Int64 = 0
    var only: Int?
  }

  private let registeredAt: [UInt64]
  private let newest: UInt64
  private(set) var dense: [Line] = []
  /// The rows that are read entry by entry, and where their shares of sixteen columns stand in the
  /// `window`.
  private(set) var sparse: [Line] = []
  private(set) var window: [UInt16] = []
  /// What each row's shares come to.
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
  /// 0 and none are then the same. The `next` row is likely to be appended after this one.
  mutating func append(
    _ row: [YumaEntry], before next: [YumaEntry], registeredBefore bound: UInt64,
    without member: Int?, _ lines: inout ShareLines?
  ) throws(Refusal) {
    let isDense = lines?.rule.keeps(row.count) ?? false
    if isDense {
      try appendDense(row, before: next, registeredBefore: bound, without: member, &lines)
    } else {
      try appendSparse(row, registeredBefore: bound, without: member)
    }
  }

  private mutating func appendDense(
    _ row: [YumaEntry], before next: [YumaEntry], registeredBefore bound: UInt64,
    without member: Int?, _ lines: inout ShareLines?
  ) throws(Refusal) {
    let number = totals.count
    appendEmpty()
    let (members, registeredAt, keepsAll) = (registeredAt.count, registeredAt, newest < bound)
    let inKernels = lines?.rule.inKernels ?? false
    var total = Total()
    let start = try lines?.append { (cells) throws(Refusal) in
      var sum: UInt32
      if let found = DenseRow.copy(
        row, of: members, to: cells, before: next, inKernels: inKernels)
      {
        sum = found
      } else {
        sum = DenseRow.spread(try Self.sorted(row, members: members), to: cells)
      }
      if let member {
        sum &-= UInt32(cells[member])
        cells[member] = 0
      }
      if !keepsAll {
        for uid in registeredAt.indices where registeredAt[uid] >= bound {
          sum &-= UInt32(cells[uid])
          cells[uid] = 0
        }
      }
      total = Total(sum: Int64(sum), only: DenseRow.only(of: cells, sum))
    }
    totals[number] = total
    if let start { dense.append(Line(row: number, start: start)) }
  }

  private mutating func appendSparse(
    _ row: [YumaEntry], registeredBefore bound: UInt64, without member: Int?
  ) throws(Refusal) {
    sparse.append(Line(row: totals.count, start: 16 * totals.count))
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

  /// Puts the shares of at most sixteen columns, those that have not been read yet, in the `form`
  /// that is wanted, and gives what it totalled.
  ///
  /// What is totalled stands in a variable of the innermost loop: a captured one would go through
  /// memory with each row, and each row would wait for the one before.
  @inline(__always)
  mutating func load<Form: RowForm>(
    _ columns: Range<Int>, of cells: [UInt16], to tile: UnsafeMutablePointer<Lanes>,
    as form: Form
  ) -> Form.Total {
    let places = Lanes(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    let isInside = places .< Lanes(repeating: UInt32(truncatingIfNeeded: columns.count))
    lineUpSparse(columns)
    return cells.withUnsafeBytes { cells in
      window.withUnsafeBytes { window in
        var total = form.nothing
        for isSparse in [false, true] {
          guard let shares = isSparse ? window.baseAddress : cells.baseAddress else { continue }
          let first = isSparse ? 0 : columns.lowerBound
          for one in isSparse ? sparse : dense {
            // Lines have room for sixteen behind every column.
            let place = shares + 2 &* (one.start &+ first)
            tolsey_prefetch(place + 64)
            let wide = Lanes(widening: place.loadUnaligned(as: SIMD16<UInt16>.self))
            tile[one.row] = form.lanes(
              one.row, Lanes.zero.replacing(with: wide, where: isInside), &total)
          }
        }
        return total
      }
    }
  }

  /// Writes the entries of sparse rows in these columns as shares, sixteen a row.
  mutating func lineUpSparse(_ columns: Range<Int>) {
    guard !sparse.isEmpty else { return }
    if window.isEmpty { window = Array(repeating: 0, count: 16 * totals.count) }
    var shares: [UInt16] = []
    swap(&shares, &window)
    shares.withUnsafeMutableBufferPointer { shares in
      shares.update(repeating: 0)
      read(below: columns.upperBound) { row, uid, share in
        shares[16 &* row &+ uid &- columns.lowerBound] = share
      }
    }
    swap(&shares, &window)
  }

  /// Hands out what stands in the columns below `end` of sparse rows and has not been read yet,
  /// row by row.
  @inline(__always)
  mutating func read(below end: Int, _ body: (_ row: Int, _ uid: Int, _ share: UInt16) -> Void) {
    entries.withUnsafeBufferPointer { entries in
      ends.withUnsafeBufferPointer { ends in
        next.withUnsafeMutableBufferPointer { next in
          for row in sparse.lazy.map(\.row) {
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
