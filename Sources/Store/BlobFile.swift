// Files of the blob store: whole, exact and never reached through a link.

import Glibc
import Primitives

/// A file that is being written and disappears unless it is kept.
final class BlobFile {
  let path: String
  private var descriptor: Int32
  private var isKept = false

  /// Makes a new file; one that exists is a mistake, not something to write into.
  init(path: String) throws(StoreError) {
    let opened = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard opened >= 0 else { throw StoreError(errno: errno, path: path) }
    self.path = path
    descriptor = opened
  }

  func write(_ bytes: ArraySlice<UInt8>) throws(StoreError) {
    let failed: Int32 = bytes.withUnsafeBytes { buffer in
      var at = 0
      while at < buffer.count {
        let count = Glibc.write(descriptor, buffer.baseAddress! + at, buffer.count - at)
        if count > 0 {
          at += count
        } else if errno != EINTR {
          return count == 0 ? EIO : errno
        }
      }
      return 0
    }
    if failed != 0 { throw StoreError(errno: failed, path: path) }
  }

  /// Makes the bytes durable.
  func sync() throws(StoreError) {
    guard fsync(descriptor) == 0 else { throw StoreError(errno: errno, path: path) }
  }

  /// Gives the file its final name, in place of one that may be there.
  func move(to target: String) throws(StoreError) {
    guard rename(path, target) == 0 else { throw StoreError(errno: errno, path: target) }
    isKept = true
  }

  deinit {
    close(descriptor)
    if !isKept { unlink(path) }
  }

  /// At most `count` bytes from `offset` on; nil when there is no such plain file.
  static func read(_ path: String, offset: Int, count: Int) throws(StoreError) -> [UInt8]? {
    let opened = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard opened >= 0 else {
      if errno == ENOENT || errno == ELOOP || errno == ENOTDIR { return nil }
      throw StoreError(errno: errno, path: path)
    }
    defer { close(opened) }
    var failed: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: max(0, count)) { buffer, filled in
      while filled < count {
        let left = count - filled
        let got = pread(opened, buffer.baseAddress! + filled, left, off_t(offset + filled))
        if got > 0 {
          filled += got
        } else if got == 0 {
          return
        } else if errno != EINTR {
          failed = errno
          return
        }
      }
    }
    if failed != 0 { throw StoreError(errno: failed, path: path) }
    return bytes
  }

  /// Names in a folder, sorted; none when there is no such folder.
  static func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
