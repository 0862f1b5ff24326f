// The lists over everything that ever happened: a file of its own, made from the log.

import Archive
public import Chain
import Dispatch
import Glibc
import Primitives
import Synchronization

/// Follows the log in batches, and answers what readers ask.
///
/// The file is derived. Where it is missing, damaged, of another version or of another log, it is
/// made anew from the first block; nothing that happens to it can stop the ledger.
public final class SQLiteListings: Sendable {
  public struct Options: Sendable {
    /// Connections for readers.
    public var readers = 4
    /// Blocks and items (messages, events, runs) of one transaction, about.
    public var batchBlocks = 256
    public var batchItems = 20_000
    /// Pages of the file at most; 0 leaves it to the disk.
    public var pageLimit: UInt64 = 0
    /// Bytes of a page of a new file; 0 leaves it to SQLite.
    public var pageSize: UInt64 = 0

    public init() {}
  }

  /// How the lists are.
  public struct Condition: Sendable {
    /// The last block that they know.
    public var height: UInt64 = 0
    /// Why they do not go on; nil while they do.
    public var failure: StoreError?
    /// How often the file had to be made anew since the node began.
    public var rebuilds = 0
  }

  /// What the one writer has.
  struct Writer {
    var connection: ListingConnection?
    var progress = Progress()
    /// Made anew in this life: a block that does not fit now will not fit after another time.
    var isFresh = false
  }

  /// Connections that nobody reads through at the moment.
  struct Readers {
    var idle: [ListingConnection] = []
    /// Readers of a file that was taken away are not used again.
    var generation = 0
    var isOpen = false
  }

  let path: String
  let genesis: Genesis
  let options: Options
  let writer = Mutex(Writer())
  let readers = Mutex(Readers())
  let state = Mutex(Condition())
  /// Set by whoever meets damage; the writer then makes the file anew.
  let isDamaged = Mutex(false)
  let escrow = Mutex(EscrowSum())
  private let slots: DispatchSemaphore

  /// Nothing is opened before `follow` is called for the first time.
  public init(folder: String, genesis: Genesis, options: Options = Options()) {
    path = folder + "/" + ListingSchema.fileName
    self.genesis = genesis
    self.options = options
    slots = DispatchSemaphore(value: max(1, options.readers))
  }

  public var condition: Condition { state.withLock { $0 } }

  /// Lets go of the file. A later `follow` opens it again.
  public func close() {
    writer.withLock { writer in
      closeReaders()
      writer.connection?.close()
      writer.connection = nil
    }
  }

  func closeReaders() {
    let idle = readers.withLock { readers in
      defer { readers.idle = [] }
      readers.isOpen = false
      readers.generation += 1
      return readers.idle
    }
    for connection in idle { connection.close() }
  }

  /// Reads one moment of the file, and says of which height it is.
  func reading<Value>(
    _ body: (ListingSource, UInt64) throws -> Value
  ) throws(StoreError) -> Value {
    slots.wait()
    defer { slots.signal() }
    return try storing(path) {
      let (known, generation) = try readers.withLock { readers in
        guard readers.isOpen else {
          throw StoreError.failed(code: 0, detail: "the lists are being made")
        }
        return (readers.idle.popLast(), readers.generation)
      }
      let connection = try known ?? openReader()
      do {
        let value = try connection.transaction(.begin) {
          let progress = try connection(.progress)
          guard try progress.step() else { throw StoreError.corrupt(detail: "no progress") }
          let height = UInt64(clamping: progress.number(0))
          progress.reset()
          return try body(ListingSource(connection: connection), height)
        }
        giveBack(connection, generation)
        return value
      } catch {
        connection.close()
        note(StoreError(error, path: path))
        throw error
      }
    }
  }

  private func openReader() throws -> ListingConnection {
    let connection = try ListingConnection(path: path, isWriter: false)
    try connection.execute("PRAGMA cache_size = -16384")
    return connection
  }

  private func giveBack(_ connection: ListingConnection, _ generation: Int) {
    let isKept = readers.withLock { readers in
      guard readers.isOpen, readers.generation == generation else { return false }
      readers.idle.append(connection)
      return true
    }
    if !isKept { connection.close() }
  }

  /// Damage that somebody met is mended by making the file anew.
  func note(_ failure: StoreError) {
    if failure.isOfFile { isDamaged.withLock { $0 = true } }
  }
}

/// The sum of the escrows, counted not at every block but as often as it is worth.
struct EscrowSum {
  var sum: UInt64 = 0
  var height: UInt64 = 0
  /// Blocks that the sum is good for.
  var lasts: UInt64 = 0
}
