// Taking a blob in: piece by piece into a file apart, then under its name all at once.

import GRDB
import Glibc
public import Primitives

/// An upload in progress. Dropped before `finish`, it leaves nothing behind.
public final class BlobUpload {
  private let store: BlobStore
  private let uploader: Address
  private let size: UInt64
  private let file: BlobFile
  private var hash: any BlobHasher
  private var count: UInt64 = 0

  init(_ store: BlobStore, _ uploader: Address, size: UInt64, path: String) throws(StoreError) {
    self.store = store
    self.uploader = uploader
    self.size = size
    hash = store.hasher.init()
    do throws(StoreError) {
      file = try BlobFile(path: path)
    } catch {
      store.giveBack(size, of: uploader)
      throw error
    }
  }

  deinit { store.giveBack(size, of: uploader) }

  /// Adds bytes; more than were announced are refused.
  public func write(_ bytes: ArraySlice<UInt8>) throws(StoreError) {
    guard UInt64(bytes.count) <= size - count else {
      throw .blob(.tooLarge(size: count + UInt64(bytes.count), limit: size))
    }
    try file.write(bytes)
    hash.update(bytes)
    count += UInt64(bytes.count)
  }

  /// Makes the blob durable, and gives what a custodian signs. `name` is what the uploader
  /// says that it is; nil takes the digest as it comes.
  public func finish(
    as name: Bytes32? = nil, readers: BlobReaders, until expires: Time
  ) throws(StoreError) -> StoredBlob {
    let names = hash.names()
    if let name, name != names.name { throw .blob(.mismatch(named: name, got: names.name)) }
    try file.sync()
    var stored = try store.keep(file, names.name, size: count, uploader, readers, expires)
    stored.content = names.content
    return stored
  }
}

extension BlobStore {
  /// Begins an upload of at most `size` bytes, which count against the uploader's quota now.
  public func upload(size: UInt64, by uploader: Address) throws(StoreError) -> BlobUpload {
    let number = try reserve(size, for: uploader)
    return try BlobUpload(
      self, uploader, size: size, path: incoming + "/\(getpid())-\(number)")
  }

  /// Takes in a blob that is at hand whole.
  public func put(
    _ bytes: [UInt8], as name: Bytes32? = nil, by uploader: Address, readers: BlobReaders,
    until expires: Time
  ) throws(StoreError) -> StoredBlob {
    let upload = try upload(size: UInt64(bytes.count), by: uploader)
    try upload.write(bytes[...])
    return try upload.finish(as: name, readers: readers, until: expires)
  }

  private func reserve(_ size: UInt64, for uploader: Address) throws(StoreError) -> UInt64 {
    guard size <= limits.blobBytes else {
      throw .blob(.tooLarge(size: size, limit: limits.blobBytes))
    }
    return try tally.withLock { tally throws(StoreError) in
      try tally.promise(size, to: uploader, limits)
    }
  }

  func giveBack(_ size: UInt64, of uploader: Address) {
    tally.withLock { $0.giveBack(size, of: uploader) }
  }

  /// Names the file and writes its rows. Renaming within the transaction keeps a sweep, which
  /// also needs the writer, from removing the file between the two.
  func keep(
    _ file: BlobFile, _ name: Bytes32, size: UInt64, _ uploader: Address,
    _ readers: BlobReaders, _ expires: Time
  ) throws(StoreError) -> StoredBlob {
    let target = self.file(of: name)
    try FolderLock.makeFolder(target.folder)
    let (stored, grown) = try storing(path) {
      try pool.write { db in
        let grown = try BlobSchema.hold(db, name, size: size, by: uploader, until: expires)
        try BlobSchema.add(readers, db, name, uploader, limit: limits.readers)
        try file.move(to: target.path)
        try FolderLock.sync(folder: target.folder)
        try FolderLock.sync(folder: folder + "/" + Hex.digits(name.bytes).prefix(2))
        try FolderLock.sync(folder: folder)
        guard let stored = try BlobSchema.blob(db, name) else {
          throw StoreError.corrupt(detail: "a blob that was just written is missing")
        }
        return (stored, grown)
      }
    }
    tally.withLock { $0.add(size, of: uploader, grown) }
    return stored
  }
}
