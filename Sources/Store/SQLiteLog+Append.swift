// Writing: everything that a block changes, in one durable transaction.

import GRDB
import Glibc
import Primitives

extension SQLiteLog {
  /// Makes a block durable. When this returns, the block survives a power cut.
  ///
  /// The same block once more, after a commit whose answer was lost, changes nothing.
  public func append(_ block: CommittedBlock) throws(StoreError) { try appendMany([block]) }

  /// Makes blocks durable together, with one flush of the disk.
  public func appendMany(_ blocks: [CommittedBlock]) throws(StoreError) {
    for block in blocks { try SQLiteLog.check(block) }
    let failure: StoreError? = writer.withLock { state in
      guard !state.isStopped else { return .stopped }
      do {
        try write(blocks, &state)
        return nil
      } catch { return SQLiteLog.settle(StoreError(error, path: path), &state) }
    }
    if let failure { throw failure }
  }

  /// Writes the rows of height 0, before the first block, in place of any that are there: a
  /// start that was cut short begins again.
  public func found(_ rows: [LoggedRow]) throws(StoreError) {
    let failure: StoreError? = writer.withLock { state in
      guard !state.isStopped else { return .stopped }
      guard state.isEmpty else { return .outOfOrder(height: 0, next: state.next) }
      do {
        var after = state
        try pool.writeWithoutTransaction { db in
          try db.inTransaction(.immediate) {
            try db.execute(sql: "DELETE FROM state")
            try SQLiteLog.writeRows(rows, db, &after)
            return .commit
          }
        }
        state = after
        return nil
      } catch { return SQLiteLog.settle(StoreError(error, path: path), &state) }
    }
    if let failure { throw failure }
  }

  /// After a failed flush the system may have dropped what it could not write, so nothing that
  /// this process believes about the file holds any more.
  private static func settle(_ failure: StoreError, _ state: inout Writer) -> StoreError {
    switch failure {
    case .failed, .corrupt: state.isStopped = true
    default: break
    }
    return failure
  }

  private func write(_ blocks: [CommittedBlock], _ state: inout Writer) throws {
    // Changed only when the commit stands: a refused block leaves the writer as it was.
    var after = state
    try pool.writeWithoutTransaction { db in
      try db.inTransaction(.immediate) {
        for block in blocks { try SQLiteLog.write(block, db, &after, options.eraSize) }
        return .commit
      }
    }
    for (era, filter) in after.closed { sieve.close(era, filter) }
    after.closed = []
    state = after
  }

  private static func check(_ block: CommittedBlock) throws(StoreError) {
    guard SHA256.hash(block.header) == block.id else { throw .badHeader(height: block.height) }
    let most = max(block.messages.count, block.receipts.count, block.events.count)
    guard most <= Place.positionLimit else {
      throw .tooMany(count: UInt64(most), limit: UInt64(Place.positionLimit))
    }
    guard block.messages.count == block.outcomes.count else {
      throw .tooMany(
        count: UInt64(block.outcomes.count), limit: UInt64(block.messages.count))
    }
    for items in [block.messages, block.receipts, block.events] {
      for item in items where item.ids.count > 65_535 {
        throw .tooMany(count: UInt64(item.ids.count), limit: 65_535)
      }
    }
  }

  private static func write(
    _ block: CommittedBlock, _ db: Database, _ state: inout Writer, _ eraSize: UInt64
  ) throws {
    if !state.isEmpty, block.height + 1 == state.next, block.id == state.headID { return }
    guard state.isEmpty || block.height == state.next else {
      throw StoreError.outOfOrder(height: block.height, next: state.next)
    }
    try writeContents(block, db)
    try writeRows(block.rows, db, &state)
    try writeMentions(block, db, &state, eraSize)
    state.isEmpty = false
    state.next = block.height + 1
    state.headID = block.id
  }

  private static func writeContents(_ block: CommittedBlock, _ db: Database) throws {
    let insert = try RawStatement(db, "INSERT INTO block VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
    try insert.bind(1, block.height)
    try insert.bind(2, block.id.bytes)
    try insert.bind(3, block.header)
    try insert.bind(4, block.signature)
    var parts = try PartWriter(db, height: block.height)
    try insert.bind(5, parts.write(block.messages, .message))
    try insert.bind(6, parts.write(block.outcomes.map { LogItem(ids: [], bytes: $0) }, .outcome))
    try insert.bind(7, parts.write(block.receipts, .receipt))
    try insert.bind(8, parts.write(block.events, .event))
    try insert.run()
  }

  private static func writeRows(
    _ rows: [LoggedRow], _ db: Database, _ state: inout Writer
  ) throws {
    // REPLACE on a table that is its own only index seeks once; an upsert seeks twice.
    let put = try RawStatement(db, "REPLACE INTO state VALUES (?, ?, ?)")
    let remove = try RawStatement(db, "DELETE FROM state WHERE tbl = ? AND key = ?")
    // In the order of the tree, neighbours share a page that is at hand. Places are sorted, since
    // a row holds two arrays and would be moved about with them.
    var codes: [Int64] = []
    codes.reserveCapacity(rows.count)
    for index in rows.indices { codes.append(try code(of: rows[index].table, db, &state)) }
    let order = rows.indices.sorted {
      codes[$0] != codes[$1] ? codes[$0] < codes[$1] : rows[$0].key.isBefore(rows[$1].key)
    }
    for index in order {
      if let row = rows[index].row {
        try put.bind(1, codes[index])
        try put.bind(2, rows[index].key)
        try put.bind(3, row)
        try put.run()
      } else {
        try remove.bind(1, codes[index])
        try remove.bind(2, rows[index].key)
        try remove.run()
      }
    }
  }

  private static func code(
    of table: String, _ db: Database, _ state: inout Writer
  ) throws -> Int64 {
    if let known = state.tableCodes[table] { return known }
    let code = Int64(state.tableCodes.count)
    let insert = try RawStatement(db, "INSERT INTO tableName VALUES (?, ?)")
    try insert.bind(1, code)
    try insert.bind(2, table)
    try insert.run()
    state.tableCodes[table] = code
    return code
  }

  private static func writeMentions(
    _ block: CommittedBlock, _ db: Database, _ state: inout Writer, _ eraSize: UInt64
  ) throws {
    let mentions = mentions(of: block)
    if state.isEmpty || state.eraCount >= eraSize {
      if !state.isEmpty {
        let keep = try RawStatement(db, "REPLACE INTO sieve VALUES (?, ?)")
        try keep.bind(1, state.era)
        try keep.bind(2, state.filter.bytes)
        try keep.run()
        state.closed.append((state.era, state.filter))
        state.era += 1
      }
      state.eraCount = 0
      state.filter = EraFilter(holding: eraSize)
      let open = try RawStatement(db, "INSERT INTO era VALUES (?, ?)")
      try open.bind(1, state.era)
      try open.bind(2, block.height)
      try open.run()
    }
    let insert = try RawStatement(db, "REPLACE INTO mention VALUES (?, ?, ?)")
    for mention in mentions {
      try insert.bind(1, state.era)
      try insert.bind(2, mention.stem)
      try insert.bind(3, mention.place)
      try insert.run()
      state.filter.insert(mention.stem)
    }
    state.eraCount += UInt64(mentions.count)
  }

  /// What the block mentions, in the order of the index.
  ///
  /// An event is entered only where nothing else of the block bears the id: whoever looks for
  /// events takes any mention as a sign to look through the block's events.
  static func mentions(of block: CommittedBlock) -> [(stem: Int64, place: Int64)] {
    var found: [(stem: Int64, place: Int64)] = []
    func add(_ items: [LogItem], _ kind: Place.Kind) {
      for position in items.indices {
        let place = Place(height: block.height, kind: kind, position: position).number
        for id in items[position].ids where id != .zero { found.append((Stem.of(id), place)) }
      }
    }
    add(block.messages, .message)
    add(block.receipts, .receipt)
    add(block.events, .event)
    found.sort { $0.stem != $1.stem ? $0.stem < $1.stem : $0.place < $1.place }
    var kept: [(stem: Int64, place: Int64)] = []
    kept.reserveCapacity(found.count)
    for mention in found {
      if let last = kept.last, last.stem == mention.stem {
        // Of one stem, messages come first, then receipts, then events.
        if last.place == mention.place || Place(number: mention.place).kind == .event { continue }
      }
      kept.append(mention)
    }
    return kept
  }
}

extension [UInt8] {
  /// The order of SQLite's blobs: byte by byte, and the shorter first.
  fileprivate func isBefore(_ other: [UInt8]) -> Bool {
    let order = memcmp(self, other, Swift.min(count, other.count))
    return order != 0 ? order < 0 : count < other.count
  }
}
