// `tolsey db`: a node's data on the disk: looked at, copied while it runs, and brought back.

import ArgumentParser
import Chain
import Glibc
import NetworkRoom
import Node
import Primitives
import Store

struct DatabaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "db", abstract: "A node's data: check it, back it up, bring it back.",
    subcommands: [DatabaseCheck.self, DatabaseBackup.self, DatabaseRestore.self])
}

struct DatabaseCheck: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Look at a node's data without changing it.",
    discussion: """
      The node may run. It looks at the format, the structure of the files, whether the rows make \
      the root that the last block names, and whether each blob is there; with --full at every \
      index and every byte of the blobs. 'tolsey chain verify' replays the whole history, with \
      the node stopped. It exits with 65 when something is damaged.
      """)
  static let schema = "db.check/1"

  @Argument(help: "The folder that was given to 'tolsey up --data', or a backup.")
  var folder: String
  @Flag(help: "Read everything, which takes a while.") var full = false
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let genesis = try GenesisFile.read(in: folder)
    let folder = folder
    let log: LogHealth
    let blobs: BlobHealth
    do throws(StoreError) {
      log = try SQLiteLog.look(
        at: folder + "/store", check: full ? .full : .quick, genesis: genesis)
      blobs = try BlobStore.look(at: folder + "/blobs", reads: full)
    } catch { throw Failure(error) }
    let process = SQLiteLog.holder(of: folder + "/store")
    if log.format < SQLiteLog.format {
      console.warn(
        "it has format \(log.format); the next start leads it to format \(SQLiteLog.format), "
          + "and older versions cannot read it then")
    }
    for name in try exposedKeys() { console.warn("others can read \(folder)/\(name)") }
    let data: JSONValue = [
      "network": .string("\(log.network)"), "format": .unsigned(log.format),
      "height": .unsigned(log.head?.height ?? 0), "tip": .string("\(log.head?.id ?? log.network)"),
      "bytes": .unsigned(log.bytes), "blobs": .unsigned(blobs.blobs),
      "blobBytes": .unsigned(blobs.bytes),
      "damagedBlobs": .array(blobs.damaged.map { .string("\($0)") }),
      "process": process.map { .unsigned($0) } ?? .null,
    ]
    let failure =
      blobs.damaged.isEmpty
      ? nil
      : Failure(
        .unverified, code: "blobsDamaged",
        "\(blobs.damaged.count) of \(blobs.blobs) blobs are gone or hold something else",
        hint: "restore a backup, or ask their owners to upload them again; money is not affected",
        data: data)
    try console.verdict(Self.schema, data, failing: failure) { paint in
      var fields = TextFields()
      fields.add("network", .init("\(log.network)", .handle))
      fields.add("format", .init("\(log.format)"))
      fields.add("height", .init("\(log.head?.height ?? 0)"))
      fields.add("log", .init(ByteCount.text(log.bytes)))
      fields.add("blobs", .init("\(blobs.blobs), \(ByteCount.text(blobs.bytes))"))
      fields.add("node", .init(process.map { "runs as process \($0)" } ?? "is not running"))
      if failure == nil { fields.add("data", .init("sound", .good)) }
      return fields.text(paint)
    }
  }

  /// Keys that somebody else than their owner can read.
  private func exposedKeys() throws -> [String] {
    try LocalFile.names(in: folder).filter { name in
      guard name.hasSuffix(".key") || name == "operator.links" || name == "unsafe-accounts.json"
      else { return false }
      var facts = stat()
      return stat(folder + "/" + name, &facts) == 0 && facts.st_mode & 0o077 != 0
    }
  }
}

struct DatabaseBackup: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Copy a node's data, while the node runs or not.",
    discussion: """
      The copy of a folder is one moment of the node: its log up to a whole block, the blobs that \
      its blocks speak of, and its keys, so keep it as safe as the node. With --no-keys it is for \
      others to check. With --node the history is fetched from a node that may be anybody's: \
      every block is replayed here, and neither keys nor blobs come with it. Nothing has the name \
      that was given before all of it is on the disk.
      """)
  static let schema = "db.backup/1"

  @Argument(
    help: "The folder that was given to 'tolsey up --data'; or name a --node.",
    completion: .directory)
  var folder: String?
  @Option(help: "Where the backup shall lie; nothing may be there.", completion: .directory)
  var to: String
  @Flag(inversion: .prefixedNo, help: "Copy the node's keys too.") var keys = true
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (folder == nil) != (node.node == nil) else {
      throw ValidationError("name a folder, or a node with --node")
    }
  }

  func run(on console: Console) async throws {
    guard let folder else { return try await mirror(console) }
    let backup: NodeBackup
    do throws(BackupError) {
      backup = try NodeBackup.make(of: folder, at: to, withKeys: keys)
    } catch { throw Failure(error) }
    for name in backup.blobs.damaged.prefix(3) {
      console.warn("blob \(name) is damaged and was left out")
    }
    if backup.blobs.damaged.count > 3 {
      console.warn("\(backup.blobs.damaged.count) blobs are damaged and were left out")
    }
    console.result(Self.schema, BackupText.data(backup, at: to)) { paint in
      BackupText.fields(backup, at: to).text(paint) + "\n\n"
        + (keys
          ? "whoever has it can sign in the operator's name; bring it back with "
            + paint(.handle, "tolsey db restore \(to) --to FOLDER")
          : "it has no keys; anybody can check it with "
            + paint(.handle, "tolsey chain verify \(to)"))
    }
  }

  private func mirror(_ console: Console) async throws {
    let link = try await node.connect(console)
    let status = try await link.ask { client throws(ClientError) in try await client.status() }
    let mirror: NodeMirror
    do {
      mirror = try await console.progress("fetching", total: status.height) { bar in
        try await NodeMirror.make(of: link.client, at: to) { _, _ in bar.advance() }
      }
    } catch let error as BackupError {
      throw Failure(error)
    } catch let broken as NodeMirror.Broken {
      throw Replay.Broken(height: broken.height, refusal: broken.refusal).failure
    } catch { throw Failure.online(error) }
    let data: JSONValue = [
      "folder": .string(to), "network": .string("\(mirror.network)"),
      "height": .unsigned(mirror.height), "tip": .string("\(mirror.tip)"), "blobs": 0,
      "bytes": .null, "keys": false,
    ]
    console.result(Self.schema, data) { paint in
      var fields = TextFields()
      fields.add("network", .init("\(mirror.network)", .handle))
      fields.add("height", .init("\(mirror.height)"))
      fields.add("messages", .init("\(mirror.messages)"))
      fields.add("folder", .init(to, .handle))
      return fields.text(paint) + "\n\n" + paint(.good, "every hash is the same")
        + "; it has no keys and no blobs"
    }
  }
}

struct DatabaseRestore: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Bring a backup back as a node's folder.",
    discussion: """
      Every file is held against the backup's list, and the whole history is replayed in the copy, \
      before the folder gets its name. An existing folder is never overwritten. Blocks that the \
      node made after the backup are lost: run it only where the old one will never run again, or \
      the operator signs two histories.
      """)
  static let schema = "db.restore/1"

  @Argument(help: "A folder that 'tolsey db backup' made.") var backup: String
  @Option(help: "The new folder; nothing may be there.") var to: String
  @Option(help: "The network that it must be: the first digits of its id will do.")
  var network: String?
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    _ = try GenesisFile.read(in: self.backup, network: network)
    let backup: NodeBackup
    do {
      backup = try await NodeBackup.restore(self.backup, to: to) { draft in
        try await replay(draft, console)
      }
    } catch let error as BackupError {
      throw Failure(error)
    } catch let broken as Replay.Broken {
      throw broken.failure
    }
    console.result(Self.schema, BackupText.data(backup, at: to)) { paint in
      BackupText.fields(backup, at: to).text(paint) + "\n\n"
        + paint(.good, "every hash is the same") + "; go on with "
        + paint(.handle, "tolsey up --data \(to)")
    }
    console.warn("make sure that the node it was copied from never runs again")
  }

  private func replay(_ folder: String, _ console: Console) async throws {
    let genesis = try GenesisFile.read(in: folder)
    let log = try LogFile(folder: folder, genesis: genesis)
    let count = try log.blockCount()
    let replay = try await console.progress("replaying", total: count) { bar in
      try Replay(genesis, log) { bar.advance() }
    }
    do {
      _ = try log.log.restore(genesis)
      try log.log.close()
    } catch let error as StoreError { throw Failure(error) }
    guard replay.height == count else {
      throw Failure(
        .unverified, code: "blocksMissing", "the log ends at block \(replay.height) of \(count)",
        hint: "use another backup; nothing was restored")
    }
  }
}

/// Backups as people and programs read them.
enum BackupText {
  static func data(_ backup: NodeBackup, at folder: String) -> JSONValue {
    [
      "folder": .string(folder), "network": .string("\(backup.network)"),
      "height": .unsigned(backup.height), "tip": .string("\(backup.tip)"),
      "blobs": .unsigned(backup.blobs.blobs), "bytes": .unsigned(backup.bytes),
      "keys": .bool(backup.hasKeys),
    ]
  }

  static func fields(_ backup: NodeBackup, at folder: String) -> TextFields {
    var fields = TextFields()
    fields.add("network", .init("\(backup.network)", .handle))
    fields.add("height", .init("\(backup.height)"))
    fields.add("blobs", .init("\(backup.blobs.blobs)"))
    fields.add("size", .init(ByteCount.text(backup.bytes)))
    fields.add("folder", .init(folder, .handle))
    return fields
  }
}

/// Sizes as people read them.
enum ByteCount {
  /// In the greatest unit that leaves a whole part: `3.4 MiB`.
  static func text(_ count: UInt64) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB"]
    var index = 0
    var tenths = UInt64(clamping: count).multipliedReportingOverflow(by: 10)
    if tenths.overflow { tenths.partialValue = UInt64.max }
    var left = tenths.partialValue
    while left >= 10_240, index + 1 < units.count {
      left /= 1_024
      index += 1
    }
    return index == 0 ? "\(count) bytes" : "\(left / 10).\(left % 10) \(units[index])"
  }
}

extension Failure {
  init(_ error: BackupError) {
    let status: ExitStatus =
      switch error {
      case .store(let own): Failure(own).status
      case .damaged: .unverified
      case .notANode, .notABackup: .usage
      default: error.isTemporary ? .tryAgain : .refused
      }
    self.init(status, code: error.code, error.message, hint: error.hint)
  }
}
