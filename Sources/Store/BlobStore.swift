// Content outside the ledger: files named by their digest, kept for a time, read by a list.

import GRDB
import Glibc
public import Primitives
import Synchronization

/// What a custodian signs for, and how long it keeps it.
public struct StoredBlob: Hashable, Sendable {
  public var name: Bytes32
  /// What the bytes commit to, as it was computed when they came in; zero when it is read later.
  public var content = Bytes32.zero
  public var size: UInt64
  /// The store may drop it after this.
  public var expires: Time
}

/// Who may read a blob beside those who uploaded it.
public enum BlobReaders: Hashable, Sendable {
  case anyone
  case only([Address])
}

/// Blobs in a folder of their own, with a small database for sizes, times and readers.
///
/// A name is the digest of the bytes: nobody chooses a path, and what comes back is what was put.
public final class BlobStore: Sendable {
  public struct Limits: Sendable {
    public var blobBytes: UInt64 = 64 << 20
    /// What one address may hold, uploads in progress included.
    public var uploaderBytes: UInt64 = 1 << 30
    public var totalBytes: UInt64 = 64 << 30
    /// Readers that one uploader may name for one blob.
    public var readers = 256

    public init() {}
  }

  public let folder: String
  public let limits: Limits
  let hasher: any BlobHasher.Type
  let pool: DatabasePool
  let tally: Mutex<BlobTally>
  private let lock: FolderLock

  var path: String { folder + "/" + BlobSchema.fileName }
  var incoming: String { folder + "/incoming" }

  public init(
    folder: String, limits: Limits = Limits(), hasher: any BlobHasher.Type = SHA256.self
  ) throws(StoreError) {
    self.folder = folder
    self.limits = limits
    self.hasher = hasher
    lock = try FolderLock(folder: folder)
    let path = folder + "/" + BlobSchema.fileName
    let isNew = fileSize(path) == 0
    if !isNew { try BlobSchema.inspect(path) }
    let opened = try storing(path) {
      let pool = try DatabasePool(path: path)
      let tally = try pool.writeWithoutTransaction { db in
        try BlobSchema.setUp(db, isNew: isNew)
        return try BlobSchema.tally(db)
      }
      return (pool: pool, tally: tally)
    }
    pool = opened.pool
    tally = Mutex(opened.tally)
    try FolderLock.makeFolder(incoming)
    // What an upload left behind when its process died belongs to nobody.
    for name in BlobFile.names(in: incoming) { unlink(incoming + "/" + name) }
    try FolderLock.sync(folder: folder)
  }

  public func close() throws(StoreError) { try storing(path) { try pool.close() } }

  /// Where the bytes of a name lie: two levels of folders, so that none grows large.
  func file(of name: Bytes32) -> (folder: String, path: String) {
    BlobStore.place(of: name, in: folder)
  }

  static func place(of name: Bytes32, in folder: String) -> (folder: String, path: String) {
    let digits = Hex.digits(name.bytes)
    let inner = folder + "/" + digits.prefix(2) + "/" + digits.dropFirst(2).prefix(2)
    return (inner, inner + "/" + digits)
  }

  /// Size and expiry; nil for what is not kept.
  public func blob(_ name: Bytes32) throws(StoreError) -> StoredBlob? {
    try storing(path) { try pool.read { try BlobSchema.blob($0, name) } }
  }

  /// The whole blob, checked against its name.
  public func read(_ name: Bytes32, by reader: Address) throws(StoreError) -> [UInt8] {
    let known = try permitted(name, reader)
    let bytes = try BlobFile.read(file(of: name).path, offset: 0, count: Int(known.size) + 1)
    guard let bytes, bytes.count == Int(known.size), digest(bytes) == name else {
      throw try missing(name)
    }
    return bytes
  }

  /// Why a file is not what its row says: it is damaged, unless a sweep has just taken both.
  private func missing(_ name: Bytes32) throws(StoreError) -> StoreError {
    .blob(try blob(name) == nil ? .unknown(name) : .damaged(name))
  }

  /// A part of a blob, as far as it goes. Only the whole can be checked here, so the reader
  /// checks the part against its leaf.
  public func read(
    _ name: Bytes32, by reader: Address, offset: UInt64, count: UInt64
  ) throws(StoreError) -> [UInt8] {
    let known = try permitted(name, reader)
    guard offset < known.size else { return [] }
    let wanted = Int(min(count, known.size - offset))
    let bytes = try BlobFile.read(file(of: name).path, offset: Int(offset), count: wanted)
    guard let bytes, bytes.count == wanted else { throw try missing(name) }
    return bytes
  }

  private func permitted(_ name: Bytes32, _ reader: Address) throws(StoreError) -> StoredBlob {
    let found = try storing(path) {
      try pool.read { db in
        (try BlobSchema.blob(db, name), try BlobSchema.mayRead(db, name, reader))
      }
    }
    guard let known = found.0 else { throw .blob(.unknown(name)) }
    guard found.1 else { throw .blob(.forbidden(name, reader: reader)) }
    return known
  }

  func digest(_ bytes: [UInt8]) -> Bytes32 {
    var hash = hasher.init()
    hash.update(bytes[...])
    return hash.names().name
  }

  /// Adds readers. `holder` is one who uploaded the blob; nil is the node itself, which lets in
  /// whom the ledger drew.
  public func allow(
    _ readers: BlobReaders, to name: Bytes32, by holder: Address?
  ) throws(StoreError) {
    try storing(path) {
      try pool.write { db in
        guard try BlobSchema.blob(db, name) != nil else { throw StoreError.blob(.unknown(name)) }
        if let holder, try BlobSchema.isHolder(db, name, holder) == false {
          throw StoreError.blob(.forbidden(name, reader: holder))
        }
        try BlobSchema.add(readers, db, name, holder ?? .zero, limit: limits.readers)
      }
    }
  }

  /// Whether that account uploaded the blob.
  public func isHolder(_ account: Address, of name: Bytes32) throws(StoreError) -> Bool {
    try storing(path) { try pool.read { try BlobSchema.isHolder($0, name, account) } }
  }

  /// The bytes that an uploader holds, uploads in progress included.
  public func held(by uploader: Address) -> UInt64 {
    tally.withLock { $0.bytes(of: uploader) }
  }

  /// The bytes of all blobs that are kept, each once however many hold it.
  public var storedBytes: UInt64 { tally.withLock { $0.storedBytes } }
}
