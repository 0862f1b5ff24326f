// The durable log of a node: one SQLite file, one writer, one transaction a block.

import Dispatch
import GRDB
public import Primitives
import Synchronization

/// Blocks, state rows and the index over them, in one file that only this process may write.
///
/// An `append` that returns has been fsynced. Readers see the last committed block, never a part
/// of one, and say which height that was.
public final class SQLiteLog: Sendable {
  /// How much of the file is looked at before it is used.
  public enum Check: Sendable {
    case none
    /// The structure of every page; cells of rows are not compared with their indexes.
    case quick
    case full
  }

  public struct Options: Sendable {
    public var check: Check = .quick
    /// A larger file is not looked at whole: reading all of ten gigabytes would keep a node from
    /// its start for half a minute. What is read later is held to check sums, hashes of the chain
    /// and the root of the state all the same, and `db check` looks at all of it.
    public var checkedBytes = 512 << 20
    /// Connections for readers.
    public var readers = 6
    /// Pages of the file at most; 0 leaves it to the disk. Reaching it is `storeFull`.
    public var pageLimit: UInt64 = 0
    /// False leaves the flushing of commits to the system: for measurements, never for a node.
    public var isDurable = true
    /// Pages of the write-ahead log after which a commit folds it into the file.
    public var checkpointPages = 2_000
    /// Mentions that share a part of the index.
    public var eraSize: UInt64 = 65_536

    public init() {}
  }

  /// What the one writer knows without asking the file.
  struct Writer {
    var next: UInt64 = 0
    var isEmpty = true
    var headID = Bytes32.zero
    var era: Int64 = 0
    var eraCount: UInt64 = 0
    /// The stems of the era that is open, and those of eras that were closed by blocks whose commit
    /// is under way.
    var filter = EraFilter(holding: 0)
    var closed: [(era: Int64, filter: EraFilter)] = []
    var tableCodes: [String: Int64] = [:]
    /// Set when a commit failed in a way that leaves its outcome unknown.
    var isStopped = false
  }

  public let folder: String
  public let network: Bytes32
  let options: Options
  let pool: DatabasePool
  let writer: Mutex<Writer>
  let sieve = EraSieve()
  /// Fetches the filters of eras that were closed before this process began.
  private let sieving = DispatchGroup()
  private let isClosing = Mutex(false)
  private let lock: FolderLock

  var path: String { folder + "/" + LogSchema.fileName }

  /// Opens the log of `network` in `folder`, or starts it there.
  public init(folder: String, network: Bytes32, options: Options = Options()) throws(StoreError) {
    self.folder = folder
    self.network = network
    self.options = options
    let path = folder + "/" + LogSchema.fileName
    lock = try FolderLock(folder: folder)
    let isLarge = fileSize(path) > options.checkedBytes
    let check = isLarge ? .none : options.check
    let format = try SQLiteLog.inspect(path, network: network, check: check)
    let pool = try storing(path) {
      let pool = try DatabasePool(path: path, configuration: SQLiteLog.configuration(options))
      try pool.writeWithoutTransaction { db in
        try SQLiteLog.setUp(db, options)
        if format == LogSchema.version { return }
        try db.inTransaction(.immediate) {
          if let format {
            try LogSchema.history.upgrade(db, from: format)
          } else {
            try LogSchema.create(db, network: network)
          }
          return .commit
        }
      }
      return pool
    }
    if format == nil { try FolderLock.sync(folder: folder) }
    self.pool = pool
    let position = try storing(path) {
      try pool.read { try SQLiteLog.position(in: $0, eraSize: options.eraSize) }
    }
    writer = Mutex(position)
    sift(before: position.era)
  }

  /// The newest first: they are asked for most.
  private func sift(before open: Int64) {
    guard open > 0 else { return }
    DispatchQueue.global(qos: .utility).async(group: sieving) { [self] in
      for era in (0..<open).reversed() {
        if isClosing.withLock({ $0 }) { return }
        // What cannot be read is met by whoever looks into the era.
        let filter = try? pool.read {
          try SQLiteLog.keptFilter(of: era, $0) ?? SQLiteLog.filter(of: era, $0, options.eraSize)
        }
        guard let filter else { return }
        sieve.close(era, filter)
      }
    }
  }

  /// The filter that the era left when it was closed; nil where it is damaged, or where the era is
  /// older than format 4.
  private static func keptFilter(of era: Int64, _ db: Database) throws -> EraFilter? {
    let kept = try RawStatement(db, "SELECT filter FROM sieve WHERE era = ?")
    defer { kept.reset() }
    try kept.bind(1, era)
    return try kept.step() ? EraFilter(kept.bytes(0)) : nil
  }

  /// Returns when the filters of all eras that were closed before the log was opened are at hand.
  public func waitForFilters() { sieving.wait() }

  private static func filter(
    of era: Int64, _ db: Database, _ eraSize: UInt64, _ each: () -> Void = {}
  ) throws -> EraFilter {
    var filter = EraFilter(holding: eraSize)
    let stems = try RawStatement(db, "SELECT stem FROM mention WHERE era = ?")
    defer { stems.reset() }
    try stems.bind(1, era)
    while try stems.step() {
      filter.insert(stems.number(0))
      each()
    }
    return filter
  }

  /// Looks at an existing file through a connection that cannot change it.
  private static func inspect(
    _ path: String, network: Bytes32, check: Check
  ) throws(StoreError) -> UInt64? {
    guard fileSize(path) > 0 else { return nil }
    return try StoreFile.look(at: path) {
      try LogSchema.inspect($0, path: path, network: network, check: check)
    }
  }

  private static func configuration(_ options: Options) -> Configuration {
    var configuration = Configuration()
    configuration.maximumReaderCount = options.readers
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { db in
      // Larger pages keep long rows in fewer overflow pages; only a new file takes it.
      try db.execute(sql: "PRAGMA page_size = 8192")
      try db.execute(sql: "PRAGMA cache_size = -32768")
    }
    return configuration
  }

  /// Settings of the writer. GRDB sets `synchronous` to NORMAL when it turns the write-ahead log
  /// on, after `prepareDatabase`; so it is set here, after opening, and read back.
  private static func setUp(_ db: Database, _ options: Options) throws {
    let level: Int64 = options.isDurable ? 2 : 1
    try db.execute(sql: "PRAGMA synchronous = \(level)")
    let found = try LogSchema.number(db, "PRAGMA synchronous")
    guard found == level else { throw StoreError.notDurable(setting: "synchronous is \(found)") }
    let journal = try RawStatement(db, "PRAGMA journal_mode")
    defer { journal.reset() }
    guard try journal.step(), journal.text(0) == "wal" else {
      throw StoreError.notDurable(setting: "journal_mode is not wal")
    }
    journal.reset()
    _ = try LogSchema.number(db, "PRAGMA wal_autocheckpoint = \(options.checkpointPages)")
    _ = try LogSchema.number(db, "PRAGMA journal_size_limit = 67108864")
    if options.pageLimit > 0 {
      _ = try LogSchema.number(db, "PRAGMA max_page_count = \(options.pageLimit)")
    }
  }

  private static func position(in db: Database, eraSize: UInt64) throws -> Writer {
    var writer = Writer()
    if let head = try SQLiteLog.head(db) {
      writer.isEmpty = false
      writer.next = head.height + 1
      writer.headID = head.id
    }
    writer.era = try LogSchema.number(db, "SELECT max(era) FROM era")
    writer.filter = try filter(of: writer.era, db, eraSize) { writer.eraCount += 1 }
    let names = try RawStatement(db, "SELECT code, name FROM tableName")
    while try names.step() { writer.tableCodes[names.text(1)] = names.number(0) }
    names.reset()
    return writer
  }

  /// What the writer's connection answers for `PRAGMA synchronous`: 2 is FULL.
  public func synchronousLevel() throws(StoreError) -> Int {
    try storing(path) {
      try pool.writeWithoutTransaction { Int(try LogSchema.number($0, "PRAGMA synchronous")) }
    }
  }

  /// Folds the write-ahead log into the file and closes every connection. The last one to be
  /// closed is a reader's, which could not fold it.
  public func close() throws(StoreError) {
    isClosing.withLock { $0 = true }
    sieving.wait()
    try storing(path) {
      try pool.writeWithoutTransaction {
        _ = try LogSchema.number($0, "PRAGMA wal_checkpoint(TRUNCATE)")
      }
      try pool.close()
    }
  }
}
