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
    let swept = try storing(path) {
      try pool.write { db in
        let ended = try BlobSchema.endHoldings(db, before: now)
        return (ended: ended, gone: try BlobSchema.takeUnheld(db, of: ended))
      }
    }
    let bytes = swept.gone.reduce(0) { $0 + $1.size }
    tally.withLock { $0.remove(swept.ended, blobs: bytes) }
    // The rows went first: a crash here leaves files without rows, never rows without files.
    try remove(swept.gone.map(\.name))
    return BlobSweep(blobs: swept.gone.count, bytes: bytes)
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
