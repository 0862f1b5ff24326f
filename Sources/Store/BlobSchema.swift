// The blob store's tables: who holds what until when, and who may read it.

import GRDB
import Primitives

enum BlobSchema {
  /// `TLSB` marks the file.
  static let history = SchemaHistory(application: 0x544C_5342, first: tables, steps: [])
  static let fileName = "blobs.sqlite"

  /// Several may hold the same bytes, each with its own time and readers; a blob goes when the
  /// last holding has ended. A reader of twenty zero bytes stands for anyone.
  private static let tables = """
    CREATE TABLE blob (name BLOB PRIMARY KEY, size INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE holding (name BLOB NOT NULL, holder BLOB NOT NULL, size INTEGER NOT NULL,
      expires INTEGER NOT NULL, PRIMARY KEY (name, holder)) WITHOUT ROWID;
    CREATE INDEX holdingByHolder ON holding (holder, size);
    CREATE INDEX holdingByTime ON holding (expires);
    CREATE TABLE reader (name BLOB NOT NULL, holder BLOB NOT NULL, address BLOB NOT NULL,
      PRIMARY KEY (name, holder, address)) WITHOUT ROWID;
    """

  static func inspect(_ path: String) throws(StoreError) {
    _ = try StoreFile.look(at: path) { try history.format($0, path: path) }
  }

  static func setUp(_ db: Database, isNew: Bool) throws {
    try db.execute(sql: "PRAGMA synchronous = FULL")
    let level = try LogSchema.number(db, "PRAGMA synchronous")
    guard level == 2 else { throw StoreError.notDurable(setting: "synchronous is \(level)") }
    let found = UInt64(bitPattern: try LogSchema.number(db, "PRAGMA user_version"))
    if found == history.version { return }
    try db.inTransaction(.immediate) {
      if found == 0 { try history.create(db) } else { try history.upgrade(db, from: found) }
      return .commit
    }
  }

  static func blob(_ db: Database, _ name: Bytes32) throws -> StoredBlob? {
    let statement = try RawStatement(
      db,
      "SELECT blob.size, max(expires) FROM blob JOIN holding USING (name)"
        + " WHERE name = ? GROUP BY name")
    defer { statement.reset() }
    try statement.bind(1, name.bytes)
    guard try statement.step() else { return nil }
    return StoredBlob(
      name: name, size: UInt64(statement.number(0)), expires: Time(UInt64(statement.number(1))))
  }

  static func isHolder(_ db: Database, _ name: Bytes32, _ holder: Address) throws -> Bool {
    let statement = try RawStatement(db, "SELECT 1 FROM holding WHERE name = ? AND holder = ?")
    defer { statement.reset() }
    try statement.bind(1, name.bytes)
    try statement.bind(2, holder.bytes)
    return try statement.step()
  }

  static func mayRead(_ db: Database, _ name: Bytes32, _ reader: Address) throws -> Bool {
    if try isHolder(db, name, reader) { return true }
    let statement = try RawStatement(
      db, "SELECT 1 FROM reader WHERE name = ?1 AND address IN (?2, ?3)")
    defer { statement.reset() }
    try statement.bind(1, name.bytes)
    try statement.bind(2, reader.bytes)
    try statement.bind(3, Address.zero.bytes)
    return try statement.step()
  }

  /// The sums that the store keeps in memory from here on. Once, when it is opened.
  static func tally(_ db: Database) throws -> BlobTally {
    let stored = try LogSchema.number(db, sumOfBlobs)
    var held: [Address: Int64] = [:]
    let statement = try RawStatement(db, sumsOfHoldings)
    defer { statement.reset() }
    while try statement.step() {
      guard let holder = Address(statement.bytes(0)) else {
        throw StoreError.corrupt(detail: "the holder of a blob")
      }
      held[holder] = statement.number(1)
    }
    return BlobTally(stored: stored, held: held)
  }

  static let sumOfBlobs = "SELECT coalesce(sum(size), 0) FROM blob"
  static let sumsOfHoldings = "SELECT holder, sum(size) FROM holding GROUP BY holder"

  static func add(
    _ readers: BlobReaders, _ db: Database, _ name: Bytes32, _ holder: Address, limit: Int
  ) throws {
    let addresses =
      switch readers {
      case .anyone: [Address.zero]
      // The zero address has no key; named as a reader it must not open the blob to all.
      case .only(let named): named.filter { $0 != .zero }
      }
    let insert = try RawStatement(db, "INSERT OR IGNORE INTO reader VALUES (?, ?, ?)")
    for address in addresses {
      try insert.bind(1, name.bytes)
      try insert.bind(2, holder.bytes)
      try insert.bind(3, address.bytes)
      try insert.run()
    }
    let count = try RawStatement(
      db, "SELECT count(*) FROM reader WHERE name = ? AND holder = ?")
    defer { count.reset() }
    try count.bind(1, name.bytes)
    try count.bind(2, holder.bytes)
    guard try count.step(), count.number(0) <= limit else {
      throw StoreError.blob(
        .readers(count: UInt64(addresses.count), limit: UInt64(limit)))
    }
  }

  /// What an upload added beside the bytes: nothing where its uploader holds them already.
  struct Grown: Sendable {
    var hasNewBlob: Bool
    var hasNewHolding: Bool
  }

  /// Adds or lengthens a holding, and the blob when it is new.
  static func hold(
    _ db: Database, _ name: Bytes32, size: UInt64, by holder: Address, until expires: Time
  ) throws -> Grown {
    let isHeld = try isHolder(db, name, holder)
    let blob = try RawStatement(db, "INSERT OR IGNORE INTO blob VALUES (?, ?)")
    try blob.bind(1, name.bytes)
    try blob.bind(2, size)
    try blob.run()
    let isNew = db.changesCount > 0
    let holding = try RawStatement(
      db,
      "INSERT INTO holding VALUES (?, ?, ?, ?)"
        + " ON CONFLICT DO UPDATE SET expires = max(expires, excluded.expires)")
    try holding.bind(1, name.bytes)
    try holding.bind(2, holder.bytes)
    try holding.bind(3, size)
    try holding.bind(4, min(expires.milliseconds, UInt64(Int64.max)))
    try holding.run()
    return Grown(hasNewBlob: isNew, hasNewHolding: !isHeld)
  }

  struct Holding: Sendable {
    var name: Bytes32
    var holder: Address
    var size: UInt64
  }

  /// Ends every holding that expired before a time, and with it what its holder let others read.
  static func endHoldings(_ db: Database, before time: Time) throws -> [Holding] {
    let end = try RawStatement(
      db, "DELETE FROM holding WHERE expires < ? RETURNING name, holder, size")
    try end.bind(1, min(time.milliseconds, UInt64(Int64.max)))
    var ended: [Holding] = []
    while try end.step() {
      guard let name = Bytes32(end.bytes(0)), let holder = Address(end.bytes(1)) else {
        throw StoreError.corrupt(detail: "the row of a holding")
      }
      ended.append(Holding(name: name, holder: holder, size: UInt64(end.number(2))))
    }
    end.reset()
    let readers = try RawStatement(db, "DELETE FROM reader WHERE name = ? AND holder = ?")
    for holding in ended {
      try readers.bind(1, holding.name.bytes)
      try readers.bind(2, holding.holder.bytes)
      try readers.run()
    }
    return ended
  }

  /// Takes the rows of blobs that nobody holds any more; only one whose holding has just ended
  /// can be such a blob.
  static func takeUnheld(
    _ db: Database, of ended: [Holding]
  ) throws -> [(name: Bytes32, size: UInt64)] {
    let take = try RawStatement(
      db,
      "DELETE FROM blob WHERE name = ?1"
        + " AND NOT EXISTS (SELECT 1 FROM holding WHERE name = ?1)")
    let readers = try RawStatement(db, "DELETE FROM reader WHERE name = ?")
    var gone: [(name: Bytes32, size: UInt64)] = []
    for holding in ended {
      try take.bind(1, holding.name.bytes)
      try take.run()
      // Two may have held it: it goes once.
      guard db.changesCount > 0 else { continue }
      // Those whom the node itself let in.
      try readers.bind(1, holding.name.bytes)
      try readers.run()
      gone.append((holding.name, holding.size))
    }
    return gone
  }
}
