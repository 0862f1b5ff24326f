// The lock that keeps a second node out of a folder; the system lets go of it when we die.

import Glibc

/// An exclusive lock on a folder, held as long as the value lives.
final class FolderLock: Sendable {
  static let fileName = "node.lock"
  private let descriptor: Int32

  /// Takes the lock at once or says who has it. Makes the folder if it is missing.
  init(folder: String) throws(StoreError) {
    try FolderLock.makeFolder(folder)
    let path = folder + "/" + FolderLock.fileName
    let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard opened >= 0 else { throw StoreError(errno: errno, path: path) }
    guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
      let reason = errno
      let holder = FolderLock.number(in: opened)
      close(opened)
      if reason == EWOULDBLOCK { throw .locked(folder: folder, process: holder) }
      throw StoreError(errno: reason, path: path)
    }
    // The number only helps the one who is refused; a full disk must not keep a node from reading.
    let text = Array("\(getpid())\n".utf8)
    if ftruncate(opened, 0) == 0 { _ = pwrite(opened, text, text.count, 0) }
    descriptor = opened
  }

  deinit { close(descriptor) }

  private static func number(in descriptor: Int32) -> UInt64 {
    var bytes = [UInt8](repeating: 0, count: 20)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { return 0 }
    let digits = bytes.prefix(count).prefix { $0 >= 48 && $0 <= 57 }
    return UInt64(String(decoding: digits, as: UTF8.self)) ?? 0
  }

  /// Makes a folder and those above it, readable by their owner alone.
  static func makeFolder(_ path: String) throws(StoreError) {
    var made = ""
    for part in path.split(separator: "/", omittingEmptySubsequences: false) {
      made += made.isEmpty && part.isEmpty ? "" : String(part)
      if !made.isEmpty, mkdir(made, 0o700) != 0, errno != EEXIST, errno != EISDIR {
        let reason = errno
        var status = stat()
        // Above a folder that is there already we may lack every right.
        guard stat(made, &status) == 0 else { throw StoreError(errno: reason, path: made) }
      }
      made += "/"
    }
    var status = stat()
    guard stat(path, &status) == 0 else { throw StoreError(errno: errno, path: path) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw StoreError(errno: ENOTDIR, path: path) }
  }

  /// Makes what was written to a file durable.
  static func sync(file path: String) throws(StoreError) {
    let opened = open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else { throw StoreError(errno: errno, path: path) }
    defer { close(opened) }
    guard fsync(opened) == 0 else { throw StoreError(errno: errno, path: path) }
  }

  /// Whether a process holds a folder now, and which; it is only asked, never waited for.
  static func holder(of folder: String) -> UInt64? {
    let opened = open(folder + "/" + fileName, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard opened >= 0 else { return nil }
    defer { close(opened) }
    guard flock(opened, LOCK_SH | LOCK_NB) != 0 else { return nil }
    return errno == EWOULDBLOCK ? number(in: opened) : nil
  }

  /// Makes the names in a folder durable.
  static func sync(folder: String) throws(StoreError) {
    let opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { throw StoreError(errno: errno, path: folder) }
    defer { close(opened) }
    guard fsync(opened) == 0 else { throw StoreError(errno: errno, path: folder) }
  }
}
