// Following the log: a batch of blocks, one transaction, and everything that can go wrong with it.

public import Archive
import Chain
import Glibc
import Kernel
import Market
import Primitives

extension SQLiteListings {
  /// Takes in the next blocks of the log, as many as one transaction shall hold. Gives how many
  /// there were: none says that the lists are as far as the log.
  ///
  /// An error leaves the lists as they were; the next call tries again.
  @discardableResult
  public func follow(_ log: SQLiteLog) throws(StoreError) -> Int {
    let result: Result<Int, StoreError> = writer.withLock { writer in
      do throws(StoreError) {
        return .success(try follow(log, &writer))
      } catch {
        note(error)
        writer.connection?.forgetWords()
        return .failure(error)
      }
    }
    switch result {
    case .success(let count):
      state.withLock { $0.failure = nil }
      if count == 0 { try sumEscrows(log) }
      return count
    case .failure(let error):
      state.withLock { $0.failure = error }
      throw error
    }
  }

  private func follow(_ log: SQLiteLog, _ writer: inout Writer) throws(StoreError) -> Int {
    let wasDamaged = isDamaged.withLock { damaged in
      defer { damaged = false }
      return damaged
    }
    if wasDamaged { discard(&writer) }
    let connection = try open(log, &writer)
    let blocks = try batch(of: log, after: writer.progress.height)
    guard !blocks.isEmpty else { return 0 }
    do {
      try write(blocks, connection, &writer)
    } catch let fault as ProjectionFault {
      // The lines do not fit the log: once more from the beginning, and if that is in vain the
      // lists stay where they are.
      let detail = "the lists at block \(fault.height): \(fault.detail)"
      throw writer.isFresh ? .failed(code: 0, detail: detail) : .corrupt(detail: detail)
    } catch {
      throw StoreError(error, path: path)
    }
    let height = writer.progress.height
    state.withLock { $0.height = height }
    return blocks.count
  }

  /// Takes in blocks that are not read from a log, in one transaction; for measurements.
  public func take(_ blocks: [ProjectedBlock]) throws {
    try writer.withLock { writer in
      try write(blocks, try open(nil, &writer), &writer)
      let height = writer.progress.height
      state.withLock { $0.height = height }
    }
  }

  /// The next blocks of the log. What is wrong with the log is not wrong with the lists.
  private func batch(
    of log: SQLiteLog, after height: UInt64
  ) throws(StoreError) -> [ProjectedBlock] {
    var blocks: [ProjectedBlock] = []
    var items = 0
    do throws(StoreError) {
      while blocks.count < options.batchBlocks, items < options.batchItems {
        let next = height + 1 + UInt64(blocks.count)
        let stored = try log.blocks(from: next, limit: 8).value
        if stored.isEmpty { break }
        for block in stored {
          let made = try block.projected()
          items += made.messages.count + made.events.count + made.settled.count
          blocks.append(made)
        }
      }
    } catch {
      throw .failed(code: 0, detail: "the log cannot be read: \(error.message)")
    }
    return blocks
  }

  private func write(
    _ blocks: [ProjectedBlock], _ connection: ListingConnection, _ writer: inout Writer
  ) throws {
    let before = writer.progress
    writer.progress = try connection.transaction(.beginWriting) {
      let source = ListingSource(connection: connection)
      var projection = Projection(over: source, from: before)
      for block in blocks { try projection.project(block) }
      var lines = ListingWriter(connection, projection.takeChanges(), after: before)
      try lines.write(projection.progress)
      return projection.progress
    }
  }

  /// The sum over all escrows costs the more the more of them there are, so it is counted again
  /// after so many blocks.
  private func sumEscrows(_ log: SQLiteLog) throws(StoreError) {
    let height = state.withLock { $0.height }
    let isDue = escrow.withLock { $0.lasts == 0 || height >= $0.height + $0.lasts }
    guard isDue else { return }
    let found = try log.escrows()
    escrow.withLock {
      $0 = EscrowSum(
        sum: found.value.sum, height: height, lasts: 1 + UInt64(found.value.rows) / 2_000)
    }
  }
}

// MARK: - Opening

extension SQLiteListings {
  /// The writer's connection to a file that fits the log.
  private func open(
    _ log: SQLiteLog?, _ writer: inout Writer
  ) throws(StoreError) -> ListingConnection {
    if let connection = writer.connection { return connection }
    do throws(StoreError) {
      return try open(&writer, log)
    } catch {
      guard error.isOfFile else { throw error }
      discard(&writer)
      return try open(&writer, log)
    }
  }

  private func open(
    _ writer: inout Writer, _ log: SQLiteLog?
  ) throws(StoreError) -> ListingConnection {
    let progress: Progress
    let connection: ListingConnection
    (connection, progress) = try storing(path) {
      let made = try ListingConnection(path: path, isWriter: true)
      do {
        try setUp(made)
        return (made, try prepare(made))
      } catch {
        made.close()
        throw error
      }
    }
    do throws(StoreError) { if let log { try check(progress, log) } } catch {
      connection.close()
      throw error
    }
    writer.connection = connection
    writer.progress = progress
    writer.isFresh = progress.height == 0
    state.withLock { $0.height = progress.height }
    readers.withLock { $0.isOpen = true }
    return connection
  }

  /// Commits are not flushed one by one: after a power cut the file is older, never torn, and
  /// follows the log from where it is.
  private func setUp(_ connection: ListingConnection) throws {
    if options.pageSize > 0 {
      try connection.execute("PRAGMA page_size = \(options.pageSize)")
    }
    try connection.execute("PRAGMA journal_mode = WAL")
    try connection.execute("PRAGMA synchronous = NORMAL")
    try connection.execute("PRAGMA cache_size = -65536")
    try connection.execute("PRAGMA wal_autocheckpoint = 4000")
    try connection.execute("PRAGMA journal_size_limit = 67108864")
    if options.pageLimit > 0 {
      try connection.execute("PRAGMA max_page_count = \(options.pageLimit)")
    }
  }

  /// How far a file has come. A new one gets its tables and the accounts of the genesis.
  private func prepare(_ connection: ListingConnection) throws -> Progress {
    let mark = try connection.number("PRAGMA application_id")
    let version = try connection.number("PRAGMA user_version")
    let objects = try connection.number("SELECT count(*) FROM sqlite_master")
    if mark == 0, version == 0, objects == 0 { return try found(connection) }
    guard mark == ListingSchema.application, version == ListingSchema.version else {
      throw StoreError.notAStore(path: path)
    }
    let statement = try connection(.progress)
    defer { statement.reset() }
    guard try statement.step() else { throw StoreError.corrupt(detail: "no progress") }
    let progress = try ListingBody.open(Progress.self, statement.bytes(1))
    guard progress.totals.alive.count == Progress().totals.alive.count else {
      throw StoreError.corrupt(detail: "the counts of roads")
    }
    return progress
  }

  private func found(_ connection: ListingConnection) throws -> Progress {
    try connection.transaction(.beginWriting) {
      try connection.execute(ListingSchema.tables)
      try connection.execute("PRAGMA application_id = \(ListingSchema.application)")
      try connection.execute("PRAGMA user_version = \(ListingSchema.version)")
      let source = ListingSource(connection: connection)
      var projection = Projection(over: source, from: Progress())
      try projection.found(genesis)
      var lines = ListingWriter(connection, projection.takeChanges(), after: Progress())
      try lines.write(projection.progress)
      return projection.progress
    }
  }

  /// Whether the log has the block that the lists ended with.
  private func check(_ progress: Progress, _ log: SQLiteLog) throws(StoreError) {
    if progress.height == 0 {
      guard progress.id == genesis.network else {
        throw .otherNetwork(found: progress.id, wanted: genesis.network)
      }
      return
    }
    let head: BlockHead?
    do throws(StoreError) {
      head = try log.heads(from: progress.height, limit: 1).value.first
    } catch {
      throw .failed(code: 0, detail: "the log cannot be read: \(error.message)")
    }
    guard head?.height == progress.height, head?.id == progress.id else {
      throw .corrupt(detail: "the lists are of another log")
    }
  }

  /// Takes the file away. Readers who are in it see it to the end of their reading.
  private func discard(_ writer: inout Writer) {
    closeReaders()
    writer.connection?.close()
    writer.connection = nil
    for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
    state.withLock {
      $0.height = 0
      $0.rebuilds += 1
    }
  }
}

extension StoreError {
  /// The file is not what it should be, and another one may be.
  var isOfFile: Bool {
    switch self {
    case .corrupt, .notAStore, .otherNetwork: true
    // A table or column that a statement names is not there.
    case .failed(let code, _): code == 1
    default: false
    }
  }
}

extension StoredBlock {
  /// What the lists are made from; messages stay bytes.
  func projected() throws(StoreError) -> ProjectedBlock {
    guard messages.count == outcomes.count, messages.allSatisfy({ !$0.ids.isEmpty }) else {
      throw .corrupt(detail: "the messages of block \(head.height)")
    }
    do throws(Refusal) {
      var made = ProjectedBlock(
        id: head.id, header: try CBOR.decode(Header.self, from: head.header), messages: [],
        settled: [], events: [])
      made.messages.reserveCapacity(messages.count)
      for index in messages.indices {
        let outcome = try CBOR.decode(MessageOutcome.self, from: outcomes[index])
        made.messages.append(
          ProjectedMessage(
            id: messages[index].ids[0], bytes: messages[index].bytes, isDone: outcome.isDone))
      }
      for item in receipts {
        made.settled.append(try CBOR.decode(SettledRun.self, from: item.bytes))
      }
      made.events.reserveCapacity(events.count)
      for item in events { made.events.append(try CBOR.decode(Event.self, from: item.bytes)) }
      return made
    } catch {
      throw .corrupt(detail: "block \(head.height) does not decode: \(error.code)")
    }
  }
}
