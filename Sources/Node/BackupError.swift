// Why a backup was not made or not brought back: a code, a sentence and a hint for each.

import Glibc
public import Store

/// Failures of a backup. Whatever it is, the place that it was for is as it was before.
public enum BackupError: Error, Hashable, Sendable {
  case store(StoreError)
  /// The folder holds no network.
  case notANode(String)
  /// What is written never takes the place of something else.
  case taken(String)
  /// The folder has no list of a backup's files that can be read.
  case notABackup(String)
  case newerFormat(found: UInt64, known: UInt64)
  /// A file is not the one that was written.
  case damaged(file: String)
  /// The backup was made without keys, and so no node can go on from it.
  case noKeys
  case file(path: String, number: Int32)
}

extension BackupError {
  /// Stable and camel-cased.
  public var code: String {
    switch self {
    case .store(let error): error.code
    case .notANode: "notAFolderOfANode"
    case .taken: "folderTaken"
    case .notABackup: "notABackup"
    case .newerFormat: "backupNewerFormat"
    case .damaged: "backupDamaged"
    case .noKeys: "backupHasNoKeys"
    case .file: "fileError"
    }
  }

  /// True when the same call may succeed later without anybody's repair.
  public var isTemporary: Bool {
    switch self {
    case .store(let error): error.isTemporary
    case .file(_, let number): number == ENOSPC || number == EDQUOT
    default: false
    }
  }

  /// Lower case, without a final stop.
  public var message: String {
    switch self {
    case .store(let error): error.message
    case .notANode(let path): "\(path) is no folder of a node"
    case .taken(let path): "\(path) is there already and is not empty"
    case .notABackup(let path): "\(path) holds no whole backup"
    case .newerFormat(let found, let known):
      "the backup has format \(found); this version reads up to \(known)"
    case .damaged(let file): "\(file) is not what was backed up"
    case .noKeys: "the backup was made without keys"
    case .file(let path, let number):
      "\(path) cannot be used: \(String(cString: strerror(number)).lowercased())"
    }
  }

  /// What to try next.
  public var hint: String {
    switch self {
    case .store(let error): error.hint
    case .notANode: "name the folder that was given to 'tolsey up --data'"
    case .taken: "choose another place, or move the old one away; nothing is overwritten"
    case .notABackup: "name the folder that was given to 'tolsey db backup --to'"
    case .newerFormat: "use the version of tolsey that made the backup, or a later one"
    case .damaged: "use another backup; nothing was restored"
    case .noKeys: "it can be checked with 'tolsey chain verify', and no more"
    case .file: "check the place, its owner and its mode, and that there is room"
    }
  }
}
