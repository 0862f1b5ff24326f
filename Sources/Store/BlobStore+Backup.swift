// A blob store from outside its node: whether its files are what they are named, and a copy.

import GRDB
import Glibc
public import Primitives

/// What a look at a blob store, or a copy of one, found.
public struct BlobHealth: Hashable, Sendable {
  public var format: UInt64
  public var blobs: UInt64 = 0
  public var bytes: UInt64 = 0
  /// Blobs whose file is gone or holds something else.
  public var damaged: [Bytes32] = []

  public init(format: UInt64, blobs: UInt64 = 0, bytes: UInt64 = 0) {
    self.format = format
    self.blobs = blobs
    self.bytes = bytes
  }
}

extension BlobStore {
  /// Looks at the store in a folder without changing it. `reads` compares every file with its
  /// name; without it only their sizes are looked at.
  public static func look(
    at folder: String, reads: Bool = false, hasher: any BlobHasher.Type = EncryptedBlobHasher.self
  ) throws(StoreError) -> BlobHealth {
    let listed = try list(in: folder)
    var health = BlobHealth(format: listed.format)
    for blob in listed.blobs {
      let path = place(of: blob.name, in: folder).path
      let isWhole =
        reads
        ? try content(of: blob, at: path, hasher) != nil
        : fileSize(path) == Int(clamping: blob.size)
      health.blobs += 1
      health.bytes += blob.size
      // A sweep may have taken it since the list was read.
      if !isWhole, try isListed(blob.name, in: folder) { health.damaged.append(blob.name) }
    }
    return health
  }

  /// Copies the store in `folder` into the folder `target` while its node goes on. Blobs that
  /// are gone or damaged are left out of the copy and named.
  public static func backUp(
    _ folder: String, to target: String, hasher: any BlobHasher.Type = EncryptedBlobHasher.self
  ) throws(StoreError) -> BlobHealth {
    try FolderLock.makeFolder(target)
    try StoreFile.copy(
      folder + "/" + BlobSchema.fileName, to: target + "/" + BlobSchema.fileName)
    let listed = try list(in: target)
    var health = BlobHealth(format: listed.format)
    var absent: [Bytes32] = []
    for blob in listed.blobs {
      let source = place(of: blob.name, in: folder).path
      guard let bytes = try content(of: blob, at: source, hasher) else {
        absent.append(blob.name)
        if try isListed(blob.name, in: folder) { health.damaged.append(blob.name) }
        continue
      }
      let (inner, path) = place(of: blob.name, in: target)
      try FolderLock.makeFolder(inner)
      let file = try BlobFile(path: path + ".part")
      try file.write(bytes[...])
      try file.sync()
      try file.move(to: path)
      try FolderLock.sync(folder: inner)
      try FolderLock.sync(folder: target + "/" + Hex.digits(blob.name.bytes).prefix(2))
      health.blobs += 1
      health.bytes += blob.size
    }
    try forget(absent, in: target)
    try FolderLock.sync(folder: target)
    return health
  }

  /// The bytes of a blob where they are what its row and its name say.
  private static func content(
    of blob: StoredBlob, at path: String, _ hasher: any BlobHasher.Type
  ) throws(StoreError) -> [UInt8]? {
    guard let bytes = try BlobFile.read(path, offset: 0, count: Int(clamping: blob.size) + 1),
      UInt64(bytes.count) == blob.size
    else { return nil }
    var hash = hasher.init()
    hash.update(bytes[...])
    return hash.names().name == blob.name ? bytes : nil
  }

  /// No blob is longer, whatever a row says.
  private static let mostBytes: UInt64 = 1 << 30

  private static func list(
    in folder: String
  ) throws(StoreError) -> (format: UInt64, blobs: [StoredBlob]) {
    let path = folder + "/" + BlobSchema.fileName
    guard fileSize(path) > 0 else { throw .notAStore(path: path) }
    return try StoreFile.look(at: path) { db in
      guard let format = try BlobSchema.history.format(db, path: path) else {
        throw StoreError.notAStore(path: path)
      }
      try LogSchema.verify(db, .quick)
      var blobs: [StoredBlob] = []
      let rows = try RawStatement(db, "SELECT name, size FROM blob ORDER BY name")
      defer { rows.reset() }
      while try rows.step() {
        let size = UInt64(bitPattern: rows.number(1))
        guard let name = Bytes32(rows.bytes(0)), size <= mostBytes else {
          throw StoreError.corrupt(detail: "the row of a blob")
        }
        blobs.append(StoredBlob(name: name, size: size, expires: .zero))
      }
      return (format, blobs)
    }
  }

  private static func isListed(_ name: Bytes32, in folder: String) throws(StoreError) -> Bool {
    try StoreFile.look(at: folder + "/" + BlobSchema.fileName) {
      try BlobSchema.blob($0, name) != nil
    }
  }

  private static func forget(_ names: [Bytes32], in folder: String) throws(StoreError) {
    if names.isEmpty { return }
    let path = folder + "/" + BlobSchema.fileName
    try storing(path) {
      let queue = try DatabaseQueue(path: path)
      try queue.write { db in
        for table in ["reader", "holding", "blob"] {
          let remove = try RawStatement(db, "DELETE FROM \(table) WHERE name = ?")
          for name in names {
            try remove.bind(1, name.bytes)
            try remove.run()
          }
        }
      }
      try queue.close()
    }
  }
}
