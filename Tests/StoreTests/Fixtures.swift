// A folder that goes away with its test, and blocks whose parts vouch for each other.

import Glibc
import Primitives

@testable import Store

/// A fresh folder, removed with everything in it.
final class TemporaryFolder: Sendable {
  let path: String

  init() {
    var template = Array("/tmp/tolsey-store-XXXXXX".utf8CString)
    path = mkdtemp(&template).map { String(cString: $0) } ?? "/nonexistent"
  }

  deinit { TemporaryFolder.remove(path) }

  private static func remove(_ path: String) {
    for name in BlobFile.names(in: path) { remove(path + "/" + name) }
    if unlink(path) != 0 { rmdir(path) }
  }
}

enum Fixture {
  static let network = digest("network")

  static func digest(_ text: String) -> Bytes32 { SHA256.hash(Array(text.utf8)) }

  static func address(_ text: String) -> Address { Address(lastBytesOf: digest(text)) }

  /// Block `height` with `count` messages, a receipt and events; one row says the height.
  static func block(_ height: UInt64, messages count: Int = 3) -> CommittedBlock {
    let header = Array("header \(height)".utf8)
    var block = CommittedBlock(
      height: height, id: SHA256.hash(header), header: header,
      signature: Array("signed \(height)".utf8))
    for index in 0..<count {
      block.messages.append(
        LogItem(
          ids: [messageID(height, index)], name: "transfer",
          bytes: Array("message \(height)/\(index)".utf8)))
      block.outcomes.append(Array("outcome \(height)/\(index)".utf8))
      block.rows.append(
        LoggedRow(
          table: "lanes", key: Array("lane \(index)".utf8), row: Array("\(height)".utf8)))
    }
    let ids = [digest("run \(height)"), digest("lease \(height)"), digest("order \(height % 2)")]
    block.receipts = [LogItem(ids: ids, bytes: Array("receipt \(height)".utf8))]
    block.events = [
      LogItem(
        ids: [ids[0], ids[2], ids[1], address("buyer").padded], name: "settled",
        bytes: Array("event \(height)".utf8)),
      LogItem(ids: [ids[1]], name: "closed", bytes: [UInt8(truncatingIfNeeded: height)]),
    ]
    block.rows.append(
      LoggedRow(table: "clock", key: [], row: Array("\(height)".utf8)))
    return block
  }

  static func messageID(_ height: UInt64, _ index: Int) -> Bytes32 {
    digest("message \(height) \(index)")
  }

  /// The state as the log has it, table and key joined.
  static func state(of log: SQLiteLog) throws -> [String: [UInt8]] {
    var rows: [String: [UInt8]] = [:]
    _ = try log.loadState { table, key, row throws(Refusal) in
      rows[table + "/" + String(decoding: key, as: UTF8.self)] = row
    }
    return rows
  }

  /// What a block reads back as.
  static func stored(_ block: CommittedBlock) -> StoredBlock {
    StoredBlock(
      head: BlockHead(
        height: block.height, id: block.id, header: block.header, signature: block.signature),
      messages: block.messages, outcomes: block.outcomes, receipts: block.receipts,
      events: block.events)
  }

  static func bytes(of path: String) throws -> [UInt8] {
    try BlobFile.read(path, offset: 0, count: fileSize(path)) ?? []
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    unlink(path)
    let part = path + ".part"
    let file = try BlobFile(path: part)
    try file.write(bytes[...])
    try file.move(to: path)
  }

  /// Copies the file and its write-ahead log, as a crash at this moment would leave them.
  static func copy(_ from: String, to: String) throws {
    try FolderLock.makeFolder(to)
    for name in ["ledger.sqlite", "ledger.sqlite-wal"] where fileSize(from + "/" + name) > 0 {
      try write(try bytes(of: from + "/" + name), to: to + "/" + name)
    }
  }
}

/// The error that `body` throws; nil when it throws none.
func storeError(_ body: () throws -> Void) -> StoreError? {
  do {
    try body()
    return nil
  } catch { return error as? StoreError }
}
