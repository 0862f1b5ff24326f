// A copy of a node's whole folder, made while the node runs, and brought back only when it holds.

import Chain
import Glibc
public import Primitives
public import Store

/// What a backup holds, as the list beside it says.
public struct NodeBackup: Hashable, Sendable {
  /// The format of the list.
  static let format: UInt64 = 1
  static let listFile = "backup.json"
  static let logFile = "store/ledger.sqlite"
  static let blobsFile = "blobs/blobs.sqlite"
  /// Files beside log and blobs; those that a network has not are left out. The next links come
  /// before those in use, since a node that runs may give them the others' name.
  static let keyFiles = [
    "operator.key", OperatorLinks.nextFile, OperatorLinks.file, "custodian.key", "faucet.key",
  ]
  static let otherFiles = ["faucet.given", "unsafe-accounts.json", "alive"]

  public var network: Bytes32
  /// The last block in it.
  public var height: UInt64
  public var tip: Bytes32
  public var hasKeys: Bool
  public var blobs: BlobHealth
  /// Bytes of everything in it.
  public var bytes: UInt64
  /// Digests of the files, by their paths, in the order in which they were written.
  var files: [File]

  struct File: Hashable, Sendable {
    var path: String
    var digest: Bytes32
  }
}

// MARK: - Making one

extension NodeBackup {
  /// Copies the folder of a node, running or not, to `target`, which must be free.
  ///
  /// The log is copied first: every blob that its blocks speak of was there by then. Nothing has
  /// the name of `target` before all of it is on the disk.
  public static func make(
    of folder: String, at target: String, withKeys: Bool = true
  ) throws(BackupError) -> NodeBackup {
    guard NodeFolder.exists(at: folder) else { throw .notANode(folder) }
    let genesis = try genesis(in: folder)
    return try Staging.fill(target) { (draft) throws(BackupError) in
      var files: [File] = []
      files.append(try copy(NodeFolder.genesisFile, from: folder, to: draft))
      let log: LogHealth
      let blobs: BlobHealth
      do throws(StoreError) {
        log = try SQLiteLog.backUp(folder + "/store", to: draft + "/store")
        blobs = try BlobStore.backUp(folder + "/blobs", to: draft + "/blobs")
        _ = try SQLiteLog.look(at: draft + "/store", check: .none, genesis: genesis)
      } catch { throw .store(error) }
      for name in [logFile, blobsFile] {
        files.append(File(path: name, digest: try Staging.digest(of: draft + "/" + name).digest))
      }
      for name in (withKeys ? keyFiles : []) + otherFiles
      where access(folder + "/" + name, F_OK) == 0 {
        // Test accounts are keys too.
        if !withKeys, name == "unsafe-accounts.json" { continue }
        files.append(try copy(name, from: folder, to: draft))
      }
      var backup = NodeBackup(
        network: log.network, height: log.head?.height ?? 0, tip: log.head?.id ?? log.network,
        hasKeys: withKeys, blobs: blobs, bytes: blobs.bytes, files: files)
      for file in files { backup.bytes += try Staging.digest(of: draft + "/" + file.path).size }
      // Last, since its presence says that the backup is whole.
      try Staging.write(Array(backup.json.prettyText.utf8), to: draft + "/" + listFile)
      return backup
    }
  }

  private static func copy(
    _ name: String, from folder: String, to draft: String
  ) throws(BackupError) -> File {
    let bytes = try Staging.read(folder + "/" + name)
    try Staging.write(bytes, to: draft + "/" + name)
    return File(path: name, digest: SHA256.hash(bytes))
  }

  static func genesis(in folder: String) throws(BackupError) -> Genesis {
    let bytes = try Staging.read(folder + "/" + NodeFolder.genesisFile)
    do throws(Refusal) { return try Genesis(file: bytes) } catch {
      throw .damaged(file: NodeFolder.genesisFile)
    }
  }
}

// MARK: - Bringing one back

extension NodeBackup {
  /// Brings a backup back as the folder `target`, which must be free. `verify` looks at the
  /// restored folder before it gets its name; what it throws is thrown on.
  public static func restore(
    _ folder: String, to target: String, verify: (String) async throws -> Void
  ) async throws -> NodeBackup {
    let backup = try read(folder)
    guard backup.hasKeys else { throw BackupError.noKeys }
    try backup.checkList(of: folder)
    let draft = try Staging(target)
    do {
      try draft.makeFolder("store")
      for file in backup.files where file.path != blobsFile {
        let copied = try Staging.copy(
          folder + "/" + file.path, to: draft.path + "/" + file.path)
        guard copied == file.digest else { throw BackupError.damaged(file: file.path) }
      }
      let blobs: BlobHealth
      do throws(StoreError) {
        blobs = try BlobStore.backUp(folder + "/blobs", to: draft.path + "/blobs")
      } catch { throw BackupError.store(error) }
      guard blobs.blobs == backup.blobs.blobs, blobs.damaged.isEmpty else {
        throw BackupError.damaged(file: "blobs")
      }
      try await verify(draft.path)
      try draft.take()
    } catch {
      draft.drop()
      throw error
    }
    return backup
  }

  /// The list of a backup.
  public static func read(_ folder: String) throws(BackupError) -> NodeBackup {
    let path = folder + "/" + listFile
    guard access(path, F_OK) == 0 else { throw .notABackup(folder) }
    guard let json = try? JSONValue(parsing: Staging.read(path)) else { throw .notABackup(folder) }
    guard let found = json["format"]?.uint64 else { throw .notABackup(folder) }
    guard found <= format else { throw .newerFormat(found: found, known: format) }
    guard let backup = NodeBackup(json) else { throw .notABackup(folder) }
    return backup
  }

  /// A list leads nowhere but to the files of a node, and names those that each node has.
  private func checkList(of folder: String) throws(BackupError) {
    let needed = [NodeFolder.genesisFile, NodeBackup.logFile, NodeBackup.blobsFile]
    let known = needed + NodeBackup.keyFiles + NodeBackup.otherFiles
    let named = files.map(\.path)
    guard Set(named).count == named.count, named.allSatisfy(known.contains),
      needed.allSatisfy(named.contains)
    else { throw .damaged(file: NodeBackup.listFile) }
    guard
      try Staging.digest(of: folder + "/" + NodeBackup.blobsFile).digest
        == files.first(where: { $0.path == NodeBackup.blobsFile })?.digest
    else { throw .damaged(file: NodeBackup.blobsFile) }
    guard try NodeBackup.genesis(in: folder).network == network else {
      throw .damaged(file: NodeFolder.genesisFile)
    }
  }
}

// MARK: - The list

extension NodeBackup {
  var json: JSONValue {
    [
      "format": .unsigned(NodeBackup.format), "network": .string("\(network)"),
      "height": .unsigned(height), "tip": .string("\(tip)"), "keys": .bool(hasKeys),
      "blobs": .unsigned(blobs.blobs), "blobBytes": .unsigned(blobs.bytes),
      "blobFormat": .unsigned(blobs.format), "bytes": .unsigned(bytes),
      "files": .array(
        files.map { ["path": .string($0.path), "sha256": .string("\($0.digest)")] }),
    ]
  }

  init?(_ json: JSONValue) {
    guard let network = json["network"]?.string.flatMap(Bytes32.init(hex:)),
      let tip = json["tip"]?.string.flatMap(Bytes32.init(hex:)),
      let height = json["height"]?.uint64, let hasKeys = json["keys"]?.bool,
      let blobs = json["blobs"]?.uint64, let blobBytes = json["blobBytes"]?.uint64,
      let blobFormat = json["blobFormat"]?.uint64, let bytes = json["bytes"]?.uint64
    else { return nil }
    var files: [File] = []
    for file in json["files"]?.array ?? [] {
      guard let path = file["path"]?.string,
        let digest = file["sha256"]?.string.flatMap(Bytes32.init(hex:))
      else { return nil }
      files.append(File(path: path, digest: digest))
    }
    self.init(
      network: network, height: height, tip: tip, hasKeys: hasKeys,
      blobs: BlobHealth(format: blobFormat, blobs: blobs, bytes: blobBytes), bytes: bytes,
      files: files)
  }
}
