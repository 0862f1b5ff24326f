// A database file of ours from outside: looked at, or copied, while its node may be writing.

import GRDB
import Glibc

enum StoreFile {
  /// Reads within one snapshot, through a connection that cannot change the file.
  static func look<Value>(
    at path: String, _ body: (Database) throws -> Value
  ) throws(StoreError) -> Value {
    try storing(path) {
      let queue = try DatabaseQueue(path: path, configuration: readOnly)
      return try queue.read(body)
    }
  }

  /// Copies a database page by page by SQLite's online backup. All pages go in one step, under
  /// one reader's snapshot: a writer goes on meanwhile, and the copy is one moment of the file.
  static func copy(_ path: String, to target: String) throws(StoreError) {
    let made = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard made >= 0 else { throw StoreError(errno: errno, path: target) }
    close(made)
    try storing(path) {
      let source = try DatabaseQueue(path: path, configuration: readOnly)
      let copy = try DatabaseQueue(path: target)
      try source.backup(to: copy)
      // So that it can be read where nothing can be written, as from a medium that is locked.
      try copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
      try copy.close()
      try source.close()
    }
    try FolderLock.sync(file: target)
  }

  private static var readOnly: Configuration {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    return configuration
  }
}
