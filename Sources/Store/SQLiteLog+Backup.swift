// A log from outside its node: what its file is worth, and a copy of it while it is written.

public import Chain
import GRDB
public import Primitives

/// What a look at a log's file found. Nothing was changed for it.
public struct LogHealth: Hashable, Sendable {
  public var format: UInt64
  public var network: Bytes32
  /// The last block; nil before the first.
  public var head: BlockHead?
  /// Size of the file and of its write-ahead log.
  public var bytes: UInt64
}

extension SQLiteLog {
  /// The format that this version writes, and the last that it reads.
  public static var format: UInt64 { LogSchema.version }

  /// Looks at the log in a folder, whether or not a node has it open: the structure of its pages
  /// and, where a genesis is given, that its rows have the root that the last header names.
  public static func look(
    at folder: String, check: Check = .quick, genesis: Genesis? = nil
  ) throws(StoreError) -> LogHealth {
    let path = folder + "/" + LogSchema.fileName
    guard fileSize(path) > 0 else { throw .notAStore(path: path) }
    return try StoreFile.look(at: path) { db in
      guard let format = try LogSchema.history.format(db, path: path) else {
        throw StoreError.notAStore(path: path)
      }
      try LogSchema.verify(db, check)
      let network = try LogSchema.network(db)
      if let genesis { try verifyState(db, genesis, network) }
      return LogHealth(
        format: format, network: network, head: try head(db),
        bytes: UInt64(fileSize(path) + fileSize(path + "-wal")))
    }
  }

  private static func verifyState(
    _ db: Database, _ genesis: Genesis, _ network: Bytes32
  ) throws {
    guard genesis.network == network else {
      throw StoreError.otherNetwork(found: network, wanted: genesis.network)
    }
    var loader = try StateLoader(genesis)
    let head = try loadState(db) { table, key, row throws(Refusal) in
      try loader.load(table: table, key: key, row: row)
    }
    guard let head else { return }
    do throws(Refusal) {
      _ = try loader.finish(at: try CBOR.decode(Header.self, from: head.header))
    } catch { throw StoreError(error, at: head.height) }
  }

  /// Copies the log in `folder` into the folder `target`, which has none, while its node goes
  /// on. The copy ends with a whole block, and keeps its format.
  public static func backUp(
    _ folder: String, to target: String
  ) throws(StoreError) -> LogHealth {
    let path = folder + "/" + LogSchema.fileName
    guard fileSize(path) > 0 else { throw .notAStore(path: path) }
    try FolderLock.makeFolder(target)
    try StoreFile.copy(path, to: target + "/" + LogSchema.fileName)
    try FolderLock.sync(folder: target)
    return try look(at: target)
  }

  /// The process that has the log in a folder open; nil where none has.
  public static func holder(of folder: String) -> UInt64? { FolderLock.holder(of: folder) }
}
