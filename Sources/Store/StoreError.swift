// Everything that a store may refuse or fail at, each with a code, a sentence and a hint.

public import Primitives

/// Why the store did not do what it was asked. Whatever it is, nothing was half done.
public enum StoreError: Error, Hashable, Sendable {
  /// Another node has this folder open.
  case locked(folder: String, process: UInt64)
  /// The file was written by a later version.
  case newerFormat(found: UInt64, known: UInt64)
  /// Rows of a table are just as they were written, by a version that gave them another form.
  case otherForm(table: String)
  /// The file belongs to another network.
  case otherNetwork(found: Bytes32, wanted: Bytes32)
  /// The file is no store of ours.
  case notAStore(path: String)
  /// What was read is not what was written.
  case corrupt(detail: String)
  /// The disk, or the room that the store may take of it, is full.
  case full
  /// The folder or the file cannot be written.
  case readOnly(path: String)
  /// The disk does not promise what a durable log needs.
  case notDurable(setting: String)
  /// The block does not follow the last one.
  case outOfOrder(height: UInt64, next: UInt64)
  /// The block's id is not the hash of its header.
  case badHeader(height: UInt64)
  /// The block holds more of something than its index can count.
  case tooMany(count: UInt64, limit: UInt64)
  /// An earlier write failed with its outcome unknown; the store has to be opened again.
  case stopped
  /// The disk or the operating system failed.
  case failed(code: Int, detail: String)
  /// A rule of the blob store.
  case blob(BlobFault)
}

extension StoreError {
  /// Stable and camel-cased, as the codes of refusals are.
  public var code: String {
    switch self {
    case .locked: "storeLocked"
    case .newerFormat: "storeNewerFormat"
    case .otherForm: "storeOtherForm"
    case .otherNetwork: "storeOtherNetwork"
    case .notAStore: "notAStore"
    case .corrupt: "storeCorrupt"
    case .full: "storeFull"
    case .readOnly: "storeReadOnly"
    case .notDurable: "storeNotDurable"
    case .outOfOrder: "blockOutOfOrder"
    case .badHeader: "badBlockHeader"
    case .tooMany: "blockTooLarge"
    case .stopped: "storeStopped"
    case .failed: "storeFailed"
    case .blob(let fault): fault.code
    }
  }

  /// True when the same call may succeed later without anybody's repair.
  public var isTemporary: Bool {
    switch self {
    case .locked, .full: true
    case .blob(let fault): fault.isTemporary
    default: false
    }
  }

  /// Lower case, without a final stop.
  public var message: String {
    switch self {
    case .locked(let folder, let process):
      process == 0
        ? "another node has \(folder) open"
        : "another node (process \(process)) has \(folder) open"
    case .newerFormat(let found, let known):
      "the store has format \(found); this version reads up to \(known)"
    case .otherForm(let table):
      "another version of tolsey wrote the store: its rows of \(table) have another form"
    case .otherNetwork(let found, let wanted):
      "the store belongs to network \(found), not to \(wanted)"
    case .notAStore(let path): "\(path) is not a store of tolsey"
    case .corrupt(let detail): "the store is damaged: \(detail)"
    case .full: "the disk is full"
    case .readOnly(let path): "\(path) cannot be written"
    case .notDurable(let setting): "the store cannot be made durable: \(setting)"
    case .outOfOrder(let height, let next):
      "block \(height) does not follow; the next height is \(next)"
    case .badHeader(let height): "the id of block \(height) is not the hash of its header"
    case .tooMany(let count, let limit): "a block holds \(count) of what may be \(limit)"
    case .stopped: "the store stopped after a failed write"
    case .failed(let code, let detail): "the store failed (\(code)): \(detail)"
    case .blob(let fault): fault.message
    }
  }

  /// What to try next.
  public var hint: String {
    switch self {
    case .locked: "stop the other node, or start this one with another --data"
    case .newerFormat: "use the version of tolsey that wrote the store, or a later one"
    case .otherForm:
      "use the version that wrote it, or begin anew in another folder with --data"
    case .otherNetwork: "start with this network's genesis, or with another --data"
    case .notAStore: "choose an empty folder"
    case .corrupt: "keep the folder, restore a backup and start again"
    case .full: "make room; nothing was written, and the node goes on by itself"
    case .readOnly: "check the owner and the permissions of the folder"
    case .notDurable: "use a local disk that supports write-ahead logs"
    case .outOfOrder: "start the node again, so that it reads the last block"
    case .badHeader: "start the node again, so that it reads the last block"
    case .tooMany: "cut smaller blocks"
    case .stopped: "start the node again; it reads what was kept"
    case .failed: "look at the disk and at the system's log, then start the node again"
    case .blob(let fault): fault.hint
    }
  }
}
