// Letting go: holdings whose time is over, and files that no row speaks of.

import GRDB
import Glibc
public import Primitives

/// What a sweep removed.
public struct BlobSweep: Hashable, Sendable {
  public var blobs = 0
  public var bytes: UInt64 = 0
}

extension BlobStore {
  /// Ends every holding that expired before `now`, and removes blobs that nobody holds.
  public func sweep(now: Time) throws(StoreError) -> BlobSweep {
    let gone = try storing(path) {
      try pool.write { db in
        try self.endHoldings(db, now)
        return try self.takeUnheld(db)
      }
    }
    // The rows went first: a crash here leaves files without rows, never rows without files.
    try remove(gone.map(\.name))
    return BlobSweep(blobs: gone.count, bytes: gone.reduce(0) { $0 + $1.size })
  }

  private func endHoldings(_ db: Database, _ now: Time) throws {
    let limit = min(now.milliseconds, UInt64(Int64.max))
    for sql in [
      "DELETE FROM reader WHERE EXISTS (SELECT 1 FROM holding h WHERE h.name = reader.name"
        + " AND h.holder = reader.holder AND h.expires < ?)",
      "DELETE FROM holding WHERE expires < ?",
    ] {
      let statement = try RawStatement(db, sql)
      try statement.bind(1, limit)
      try statement.run()
    }
  }

  private func takeUnheld(_ db: Database) throws -> [(name: Bytes32, size: UInt64)] {
    let statement = try RawStatement(
      db, "SELECT name, size FROM blob WHERE name NOT IN (SELECT name FROM holding)")
    var gone: [(name: Bytes32, size: UInt64)] = []
    while try statement.step() {
      guard let name = Bytes32(statement.bytes(0)) else { continue }
      gone.append((name, UInt64(statement.number(1))))
    }
    statement.reset()
    for table in ["blob", "reader"] {
      let remove = try RawStatement(db, "DELETE FROM \(table) WHERE name = ?")
      for blob in gone {
        try remove.bind(1, blob.name.bytes)
        try remove.run()
      }
    }
    return gone
  }

  /// Removes files that have no row, each seen from within the writer: a blob that was put
  /// again meanwhile stays.
  private func remove(_ names: [Bytes32]) throws(StoreError) {
    if names.isEmpty { return }
    try storing(path) {
      try pool.write { db in
        for name in names where try BlobSchema.blob(db, name) == nil {
          unlink(file(of: name).path)
        }
      }
    }
  }

  /// Removes files that a crash left without a row. It walks every folder: once, after a start.
  public func removeOrphans() throws(StoreError) -> Int {
    var orphans: [Bytes32] = []
    for outer in BlobFile.names(in: folder) where outer.utf8.count == 2 {
      for inner in BlobFile.names(in: folder + "/" + outer) {
        for name in BlobFile.names(in: folder + "/" + outer + "/" + inner) {
          guard let digest = Bytes32(hex: "0x" + name) else { continue }
          if try blob(digest) == nil { orphans.append(digest) }
        }
      }
    }
    try remove(orphans)
    return orphans.count
  }
}
