// A folder that gets its name only when everything in it is on the disk, and is gone otherwise.

import Foundation
import Glibc
import Primitives

/// A folder beside its place, for its owner alone.
struct Staging {
  let path: String
  private let target: String

  /// Makes the folder. What stands at `target` may be an empty folder and nothing else.
  init(_ target: String) throws(BackupError) {
    var target = target
    while target.count > 1, target.hasSuffix("/") { target.removeLast() }
    self.target = target
    path = "\(target).\(getpid()).part"
    var facts = stat()
    if lstat(target, &facts) == 0 {
      let isEmpty = (try? FileManager.default.contentsOfDirectory(atPath: target))?.isEmpty
      guard facts.st_mode & S_IFMT == S_IFDIR, isEmpty == true else { throw .taken(target) }
    }
    guard mkdir(path, 0o700) == 0 else { throw .file(path: path, number: errno) }
  }

  /// Fills a folder and gives it its name, or leaves nothing.
  static func fill<Value>(
    _ target: String, _ body: (String) throws(BackupError) -> Value
  ) throws(BackupError) -> Value {
    let draft = try Staging(target)
    do throws(BackupError) {
      let value = try body(draft.path)
      try draft.take()
      return value
    } catch {
      draft.drop()
      throw error
    }
  }

  /// Gives the folder its name. A rename onto a folder that somebody filled meanwhile fails.
  func take() throws(BackupError) {
    try Staging.sync(path)
    guard rename(path, target) == 0 else {
      throw errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR
        ? .taken(target) : .file(path: target, number: errno)
    }
    let above = target.lastIndex(of: "/").map { String(target[...$0]) } ?? "."
    try Staging.sync(above)
  }

  func makeFolder(_ name: String) throws(BackupError) {
    guard mkdir(path + "/" + name, 0o700) == 0 else {
      throw .file(path: path + "/" + name, number: errno)
    }
  }

  func drop() { try? FileManager.default.removeItem(atPath: path) }

  // MARK: - Files

  /// Files of a node that are read whole: keys, links, lists.
  private static let readLimit = 256 << 20

  static func read(_ path: String) throws(BackupError) -> [UInt8] {
    var bytes: [UInt8] = []
    try pieces(of: path) { (piece) throws(BackupError) in
      bytes += piece
      guard bytes.count <= readLimit else { throw .file(path: path, number: EFBIG) }
    }
    return bytes
  }

  static func digest(of path: String) throws(BackupError) -> (digest: Bytes32, size: UInt64) {
    var hash = SHA256()
    var size: UInt64 = 0
    try pieces(of: path) { (piece) throws(BackupError) in
      hash.update(piece)
      size += UInt64(piece.count)
    }
    return (hash.finalize(), size)
  }

  private static func pieces(
    of path: String, _ body: (ArraySlice<UInt8>) throws(BackupError) -> Void
  ) throws(BackupError) {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else { throw .file(path: path, number: errno) }
    defer { close(file) }
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(file, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .file(path: path, number: errno) }
      if count == 0 { return }
      try body(piece[..<count])
    }
  }

  /// Writes a new file that only its owner may read.
  static func write(_ bytes: [UInt8], to path: String) throws(BackupError) {
    let file = try create(path)
    defer { close(file) }
    try put(bytes[...], into: file, path)
    guard fsync(file) == 0 else { throw .file(path: path, number: errno) }
  }

  /// Copies a file, for its owner alone, and gives the digest of what was copied.
  static func copy(_ path: String, to target: String) throws(BackupError) -> Bytes32 {
    let file = try create(target)
    defer { close(file) }
    var hash = SHA256()
    try pieces(of: path) { (piece) throws(BackupError) in
      hash.update(piece)
      try put(piece, into: file, target)
    }
    guard fsync(file) == 0 else { throw .file(path: target, number: errno) }
    return hash.finalize()
  }

  private static func create(_ path: String) throws(BackupError) -> Int32 {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw .file(path: path, number: errno) }
    return file
  }

  private static func put(
    _ bytes: ArraySlice<UInt8>, into file: Int32, _ path: String
  ) throws(BackupError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .file(path: path, number: errno) }
      rest = rest.dropFirst(count)
    }
  }

  private static func sync(_ folder: String) throws(BackupError) {
    let opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { throw .file(path: folder, number: errno) }
    defer { close(opened) }
    guard fsync(opened) == 0 else { throw .file(path: folder, number: errno) }
  }
}
