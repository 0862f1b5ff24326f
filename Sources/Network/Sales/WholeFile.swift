// Puts a file in the place of another, whole or not at all: beside it first, and on the disk before
// it has the name.

import Foundation
import Glibc

enum WholeFile {
  enum Problem: Error, Hashable {
    /// Another program holds it.
    case inUse
    case failed(Int32)
  }

  /// What is done one after the other. A program that dies after any of them leaves the old file or
  /// the new one.
  enum Step: CaseIterable {
    case opened, written, synced, renamed
  }

  /// - Parameter after: is told each step; what it throws leaves the rest undone, as a crash would.
  /// - Returns: the new file, locked for this program before it has the name.
  static func replace(
    _ path: String, by bytes: [UInt8], after: (Step) throws -> Void = { _ in }
  ) throws -> Int32 {
    let beside = path + ".new"
    // What a program left that died on its way here. Nobody else is at it: who replaces a file
    // holds the lock of the old one.
    unlink(beside)
    let file = Glibc.open(beside, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw Problem.failed(errno) }
    do {
      guard flock(file, LOCK_EX | LOCK_NB) == 0 else { throw Problem.inUse }
      try after(.opened)
      try write(bytes, to: file)
      try after(.written)
      guard fsync(file) == 0 else { throw Problem.failed(errno) }
      try after(.synced)
      guard rename(beside, path) == 0 else { throw Problem.failed(errno) }
      try after(.renamed)
      try syncFolder(of: path)
    } catch {
      close(file)
      throw error
    }
    return file
  }

  static func write(_ bytes: [UInt8], to file: Int32) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      guard count > 0 else { throw Problem.failed(errno) }
      rest = rest.dropFirst(count)
    }
  }

  /// A new name is not on the disk before its folder is.
  static func syncFolder(of path: String) throws {
    let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { throw Problem.failed(errno) }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw Problem.failed(errno) }
  }

  /// Whether the path still leads to the file: another program may have put a new one there while
  /// this one waited for the lock of the old.
  static func leads(_ path: String, to file: Int32) -> Bool {
    var (named, held) = (stat(), stat())
    guard lstat(path, &named) == 0, fstat(file, &held) == 0 else { return false }
    return named.st_ino == held.st_ino && named.st_dev == held.st_dev
  }
}
