// What an agent's folder asks of its disk: each act is on the disk when it returns, or it throws.

import Glibc

/// What can fail.
public enum DiskAct: Hashable, Sendable {
  case write, sync, cut, rename, syncFolder
}

/// Small files for their owner alone.
public struct WalletDisk: Sendable {
  /// The error that an act meets instead of being done. A write that meets one is done in half.
  public typealias Fault = @Sendable (DiskAct, _ path: String) -> Int32?

  public static let real = WalletDisk()
  private let fault: Fault?

  /// - Parameter fault: a disk that fails, for tests.
  public init(fault: Fault? = nil) { self.fault = fault }

  private func meet(_ act: DiskAct, _ path: String) throws(WalletFault) {
    if let code = fault?(act, path) { throw .file(path: path, errno: code) }
  }

  // MARK: - Reading

  func read(_ path: String) throws(WalletFault) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else { throw .file(path: path, errno: errno) }
    defer { close(file) }
    return try read(file, path)
  }

  func read(_ file: Int32, _ path: String) throws(WalletFault) -> [UInt8] {
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(file, &part, part.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .file(path: path, errno: errno) }
      if count == 0 { return bytes }
      bytes += part[..<count]
    }
  }

  func readIfThere(_ path: String) throws(WalletFault) -> [UInt8] {
    access(path, F_OK) == 0 ? try read(path) : []
  }

  // MARK: - Writing

  /// Puts a text behind the first bytes of a file, in place of whatever stood there. Where that
  /// fails, the file is cut back to those bytes if the disk lets it be.
  func append(_ text: String, to path: String, after kept: Int) throws(WalletFault) {
    let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw .file(path: path, errno: errno) }
    defer { close(file) }
    try append(text, to: file, path, after: kept)
  }

  func append(
    _ text: String, to file: Int32, _ path: String, after kept: Int
  ) throws(WalletFault) {
    try cut(file, path, to: kept)
    do throws(WalletFault) { try write(text, into: file, path) } catch {
      try? cut(file, path, to: kept)
      throw error
    }
  }

  /// Takes away what stands behind the first bytes.
  func cut(_ path: String, to kept: Int) throws(WalletFault) {
    let file = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else { throw .file(path: path, errno: errno) }
    defer { close(file) }
    try cut(file, path, to: kept)
    guard fsync(file) == 0 else { throw .file(path: path, errno: errno) }
  }

  private func cut(_ file: Int32, _ path: String, to kept: Int) throws(WalletFault) {
    try meet(.cut, path)
    guard ftruncate(file, kept) == 0, lseek(file, kept, SEEK_SET) == kept else {
      throw .file(path: path, errno: errno)
    }
  }

  func replace(_ path: String, with text: String) throws(WalletFault) {
    let draft = "\(path).part"
    let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw .file(path: draft, errno: errno) }
    do throws(WalletFault) {
      defer { close(file) }
      try write(text, into: file, draft)
    } catch {
      unlink(draft)
      throw error
    }
    try rename(draft, to: path)
  }

  func rename(_ draft: String, to path: String) throws(WalletFault) {
    try meet(.rename, path)
    guard Glibc.rename(draft, path) == 0 else { throw .file(path: path, errno: errno) }
    try syncFolder(of: path)
  }

  /// A name is on the disk when its folder is.
  func syncFolder(of path: String) throws(WalletFault) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    try meet(.syncFolder, folder)
    let opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { throw .file(path: folder, errno: errno) }
    defer { close(opened) }
    guard fsync(opened) == 0 else { throw .file(path: folder, errno: errno) }
  }

  func write(_ text: String, into file: Int32, _ path: String) throws(WalletFault) {
    var rest = Array(text.utf8)[...]
    if let code = fault?(.write, path) {
      let half = Array(rest.prefix(rest.count / 2))
      _ = half.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      throw .file(path: path, errno: code)
    }
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .file(path: path, errno: errno) }
      rest = rest.dropFirst(count)
    }
    try meet(.sync, path)
    guard fsync(file) == 0 else { throw .file(path: path, errno: errno) }
  }
}

/// What a file was when it was last looked at: whoever changes it changes this.
struct FileStamp: Hashable, Sendable {
  private var numbers: [Int64] = []

  /// Nothing for a file that is not there.
  init(_ paths: String...) {
    for path in paths {
      var found = stat()
      guard lstat(path, &found) == 0 else {
        numbers.append(-1)
        continue
      }
      numbers += [
        Int64(bitPattern: UInt64(found.st_dev)), Int64(bitPattern: UInt64(found.st_ino)),
        Int64(found.st_size), Int64(found.st_mtim.tv_sec), Int64(found.st_mtim.tv_nsec),
        Int64(found.st_ctim.tv_sec), Int64(found.st_ctim.tv_nsec),
      ]
    }
  }
}
