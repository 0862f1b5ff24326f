// How failures of SQLite and of the operating system become the store's own.

import GRDB
import Glibc

extension StoreError {
  /// The error of a read or a write in the file at `path`.
  init(_ error: any Error, path: String) {
    switch error {
    case let known as StoreError: self = known
    case let failure as DatabaseError: self = StoreError.sqlite(failure, path: path)
    default: self = .failed(code: 0, detail: String(describing: error))
    }
  }

  private static func sqlite(_ failure: DatabaseError, path: String) -> StoreError {
    let detail = failure.message ?? "no detail"
    switch failure.resultCode {
    case .SQLITE_FULL: return .full
    case .SQLITE_READONLY, .SQLITE_PERM: return .readOnly(path: path)
    case .SQLITE_CANTOPEN: return .failed(code: 14, detail: "cannot open \(path)")
    case .SQLITE_CORRUPT: return .corrupt(detail: detail)
    case .SQLITE_NOTADB: return .notAStore(path: path)
    case .SQLITE_BUSY, .SQLITE_LOCKED: return .locked(folder: path, process: 0)
    default:
      return .failed(code: Int(failure.extendedResultCode.rawValue), detail: detail)
    }
  }

  /// The error of a system call that has just failed with `number`.
  init(errno number: Int32, path: String) {
    switch number {
    case ENOSPC, EDQUOT: self = .full
    case EACCES, EPERM, EROFS: self = .readOnly(path: path)
    default:
      let reason = String(cString: strerror(number))
      self = .failed(code: Int(number), detail: "\(path): \(reason)")
    }
  }
}

/// Runs `body` and turns whatever it throws into the store's error.
func storing<Value>(_ path: String, _ body: () throws -> Value) throws(StoreError) -> Value {
  do { return try body() } catch { throw StoreError(error, path: path) }
}
