// The items of a block in parts of a few thousand bytes, of which one is read without the others.

import GRDB

/// How a block's items lie in the file.
///
/// Since format 3 a column of the block's row says only how many items there are: four bytes. They
/// lie in rows of their own, each a section by itself, under the place of its first item. In older
/// blocks the column is one section of all items, which is never so short.
enum BlockParts {
  /// A part is closed before it has more bytes than this, unless one item has. Two parts and what
  /// they carry besides fit a page of the file.
  static let mostBytes = 3_900

  static let countBytes = 4

  static func column(of kind: Place.Kind) -> String {
    switch kind {
    case .message: "messages"
    case .outcome: "outcomes"
    case .receipt: "receipts"
    case .event: "events"
    }
  }

  /// The bytes that an item takes in a section.
  static func size(of item: LogItem) -> Int {
    7 + item.ids.count * 32 + item.name.utf8.count + item.bytes.count
  }

  static func count(_ number: Int) -> [UInt8] {
    withUnsafeBytes(of: UInt32(truncatingIfNeeded: number).littleEndian) { Array($0) }
  }

  static func count(_ bytes: [UInt8]) -> Int? {
    guard bytes.count == countBytes else { return nil }
    return bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}

/// Writes the parts of one block.
struct PartWriter {
  private let insert: RawStatement
  private let height: UInt64

  init(_ db: Database, height: UInt64) throws {
    insert = try RawStatement(db, "INSERT INTO part VALUES (?, ?)")
    self.height = height
  }

  /// Writes the items of a kind, and gives what stands in the block's own row for them.
  mutating func write(_ items: [LogItem], _ kind: Place.Kind) throws -> [UInt8] {
    var start = 0
    var bytes = 0
    for (position, item) in items.enumerated() {
      let size = BlockParts.size(of: item)
      if position > start, bytes + size > BlockParts.mostBytes {
        try put(items[start..<position], kind)
        (start, bytes) = (position, 0)
      }
      bytes += size
    }
    if start < items.count { try put(items[start...], kind) }
    return BlockParts.count(items.count)
  }

  private func put(_ items: ArraySlice<LogItem>, _ kind: Place.Kind) throws {
    let place = Place(height: height, kind: kind, position: items.startIndex)
    try insert.bind(1, place.number)
    try insert.bind(2, BlockSection.pack(items))
    try insert.run()
  }
}

/// Reads items of one kind by their places, and keeps the part that it read last: who asks in the
/// order of the log finds neighbours in it.
struct PartReader {
  private let db: Database
  private let kind: Place.Kind
  private var first: Int64 = 0
  private var section: PackedSection?

  init(_ db: Database, _ kind: Place.Kind) {
    self.db = db
    self.kind = kind
  }

  /// The item at a place that something else of the file names: where it is not, the file is
  /// damaged.
  mutating func item(at place: Place) throws -> LogItem {
    guard let item = try find(place) else {
      throw StoreError.corrupt(detail: "the index of block \(place.height)")
    }
    return item
  }

  /// The item at a place; nil where there is none.
  mutating func find(_ place: Place) throws -> LogItem? {
    let isAtHand =
      section.map {
        place.number >= first && place.number - first < Int64($0.count)
          && place.height == Place(number: first).height
      } ?? false
    if !isAtHand { try load(place) }
    return try section?.item(at: Int(place.number - first))
  }

  /// The part that has a place, or the whole section of an older block.
  private mutating func load(_ place: Place) throws {
    let range = Place.all(of: kind, at: place.height)
    let parts = try RawStatement(
      db,
      "SELECT place, items FROM part WHERE place BETWEEN ? AND ? ORDER BY place DESC LIMIT 1")
    defer { parts.reset() }
    try parts.bind(1, range.lowerBound)
    try parts.bind(2, min(place.number, range.upperBound))
    if try parts.step() {
      first = parts.number(0)
      section = try PackedSection(parts.bytes(1))
      return
    }
    first = range.lowerBound
    section = nil
    guard let column = try PartReader.column(db, kind, at: place.height),
      BlockParts.count(column) == nil
    else { return }
    section = try PackedSection(column)
  }

  private static func column(
    _ db: Database, _ kind: Place.Kind, at height: UInt64
  ) throws -> [UInt8]? {
    let statement = try RawStatement(
      db, "SELECT \(BlockParts.column(of: kind)) FROM block WHERE height = ?")
    defer { statement.reset() }
    try statement.bind(1, height)
    return try statement.step() ? statement.bytes(0) : nil
  }

  /// All items of a kind in a block; none where there is no such block.
  static func all(_ db: Database, _ kind: Place.Kind, at height: UInt64) throws -> [LogItem] {
    guard let column = try column(db, kind, at: height) else { return [] }
    guard let count = BlockParts.count(column) else { return try BlockSection.unpack(column) }
    if count == 0 { return [] }
    let range = Place.all(of: kind, at: height)
    let parts = try RawStatement(
      db, "SELECT place, items FROM part WHERE place BETWEEN ? AND ? ORDER BY place")
    defer { parts.reset() }
    try parts.bind(1, range.lowerBound)
    try parts.bind(2, range.upperBound)
    var items: [LogItem] = []
    while try parts.step() {
      guard parts.number(0) - range.lowerBound == Int64(items.count) else { break }
      items += try BlockSection.unpack(parts.bytes(1))
    }
    guard items.count == count else {
      throw StoreError.corrupt(detail: "the parts of block \(height)")
    }
    return items
  }
}
