// Backups of a running node: what comes back is the node, and nothing comes back from a bad one.

import Chain
import Foundation
import Glibc
import Kernel
import NetworkRoom
import Primitives
import Store
import Testing

@testable import Node

@Suite struct NodeBackupTests {
  let node: TestNode
  let place = NSTemporaryDirectory() + "tolsey-backup-" + UUID().uuidString

  init() throws {
    node = try TestNode()
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
  }

  var backup: String { place + "/backup" }
  var restored: String { place + "/restored" }

  func clear() { try? FileManager.default.removeItem(atPath: place) }

  func mode(_ path: String) -> mode_t {
    var facts = stat()
    return stat(path, &facts) == 0 ? facts.st_mode & 0o777 : 0
  }

  /// A backup of a node that runs, has taken `count` transfers and goes on taking more.
  @discardableResult
  func make(_ count: UInt64 = 3, withKeys: Bool = true) async throws -> NodeBackup {
    try await node.run { _, client in
      for number in 0..<count {
        _ = try await client.submit(
          node.transfer(10, from: TestNode.alice, to: TestNode.bob.address, sequence: number))
      }
      let made = try NodeBackup.make(of: node.folder, at: backup, withKeys: withKeys)
      _ = try await client.submit(
        node.transfer(10, from: TestNode.alice, to: TestNode.bob.address, sequence: count))
      return made
    }
  }

  func restore(_ verify: (String) throws -> Void = { _ in }) async -> (any Error)? {
    do {
      _ = try await NodeBackup.restore(backup, to: restored) { try verify($0) }
      return nil
    } catch { return error }
  }

  /// What lies beside the backup: nothing that was half made.
  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: place).sorted()
  }

  @Test func aNodeGoesOnFromTheBackupOfARunningOne() async throws {
    defer { clear() }
    let made = try await make(3)
    #expect(made.height == 3 && made.hasKeys)
    #expect(await restore() == nil)
    #expect(try names() == ["backup", "restored"])
    var configuration = node.configuration()
    configuration.folder = restored
    let second = try await Node.start(configuration)
    let client = NodeClient(patient: second.address)
    #expect(second.height == 3)
    #expect(try await client.account(TestNode.bob.address).balance == Amount(100_000_030))
    let answer = try await client.submit(
      node.transfer(10, from: TestNode.alice, to: TestNode.bob.address, sequence: 3))
    #expect(answer.outcome.isDone)
    client.close()
    await second.stop()
  }

  @Test func backupAndRestoredFolderAreForTheirOwnerAlone() async throws {
    defer { clear() }
    try await make()
    #expect(await restore() == nil)
    for folder in [backup, restored] {
      #expect(mode(folder) == 0o700 && mode(folder + "/store") == 0o700)
      for name in ["operator.key", "custodian.key", "operator.links", "store/ledger.sqlite"] {
        #expect(mode(folder + "/" + name) == 0o600, "\(name)")
      }
    }
  }

  @Test func nothingIsOverwritten() async throws {
    defer { clear() }
    try await make()
    #expect(throws: BackupError.taken(backup)) {
      _ = try NodeBackup.make(of: node.folder, at: backup)
    }
    try FileManager.default.createDirectory(atPath: restored, withIntermediateDirectories: true)
    _ = FileManager.default.createFile(atPath: restored + "/mine", contents: Data([1]))
    #expect(await restore() as? BackupError == .taken(restored))
    #expect(try FileManager.default.contentsOfDirectory(atPath: restored) == ["mine"])
    try FileManager.default.removeItem(atPath: restored + "/mine")
    // An empty folder is nobody's.
    #expect(await restore() == nil)
  }

  @Test(arguments: [
    "genesis.json", "operator.key", "operator.links", "custodian.key", "store/ledger.sqlite",
    "blobs/blobs.sqlite",
  ])
  func aFileThatWasChangedIsRefused(name: String) async throws {
    defer { clear() }
    try await make()
    let path = backup + "/" + name
    var bytes = Array(try #require(FileManager.default.contents(atPath: path)))
    bytes[bytes.count / 2] ^= 1
    _ = FileManager.default.createFile(atPath: path, contents: Data(bytes))
    #expect(await restore() as? BackupError == .damaged(file: name))
    #expect(try names() == ["backup"])
  }

  @Test func aListThatLeadsElsewhereIsRefused() async throws {
    defer { clear() }
    try await make()
    let path = backup + "/" + NodeBackup.listFile
    let bytes = try #require(FileManager.default.contents(atPath: path))
    let text = String(decoding: bytes, as: UTF8.self)
    for other in ["../genesis.json", "/etc/passwd", "genesis.json", "store/other.sqlite"] {
      let changed = text.replacing("\"operator.links\"", with: "\"\(other)\"")
      _ = FileManager.default.createFile(atPath: path, contents: Data(changed.utf8))
      #expect(await restore() as? BackupError == .damaged(file: NodeBackup.listFile), "\(other)")
    }
    let newer = text.replacing("\"format\": 1", with: "\"format\": 2")
    _ = FileManager.default.createFile(atPath: path, contents: Data(newer.utf8))
    #expect(await restore() as? BackupError == .newerFormat(found: 2, known: 1))
    _ = FileManager.default.createFile(atPath: path, contents: Data("{}".utf8))
    #expect(await restore() as? BackupError == .notABackup(backup))
    try FileManager.default.removeItem(atPath: path)
    #expect(await restore() as? BackupError == .notABackup(backup))
    #expect(try names() == ["backup"])
  }

  @Test func whatDoesNotVerifyIsNotRestored() async throws {
    defer { clear() }
    try await make()
    struct Refused: Error {}
    var seen = ""
    let error = await restore { draft in
      seen = draft
      throw Refused()
    }
    #expect(error is Refused)
    #expect(seen != restored && !seen.isEmpty)
    #expect(try names() == ["backup"])
  }

  @Test func aBackupWithoutKeysShowsNoSecretAndIsNoNode() async throws {
    defer { clear() }
    let made = try await make(withKeys: false)
    #expect(!made.hasKeys)
    let files = try FileManager.default.contentsOfDirectory(atPath: backup)
    #expect(!files.contains { $0.hasSuffix(".key") || $0.hasSuffix(".links") })
    #expect(await restore() as? BackupError == .noKeys)
    // It can be looked at all the same.
    let genesis = try NodeBackup.genesis(in: backup)
    #expect(try SQLiteLog.look(at: backup + "/store", genesis: genesis).head?.height == made.height)
  }

  @Test func whatIsNoNodeIsNotBackedUp() throws {
    defer { clear() }
    #expect(throws: BackupError.notANode(place)) {
      _ = try NodeBackup.make(of: place, at: backup)
    }
    #expect(try names().isEmpty)
  }

  @Test func aMirrorIsTheHistoryAndNoSecret() async throws {
    defer { clear() }
    let mirror = try await node.run { _, client in
      for number in 0..<4 as Range<UInt64> {
        // The last one is refused, and its outcome is part of the history.
        let amount: UInt64 = number == 3 ? 900_000_000_000 : 10
        _ = try await client.submit(
          node.transfer(amount, from: TestNode.alice, to: TestNode.bob.address, sequence: number))
      }
      let made = try await NodeMirror.make(of: client, at: backup) { _, _ in }
      #expect(made.height == 4 && made.messages == 4)
      #expect(try await client.get("/api/blocks/4")["block"]?["id"]?.string == "\(made.tip)")
      await #expect(throws: BackupError.taken(backup)) {
        _ = try await NodeMirror.make(of: client, at: backup) { _, _ in }
      }
      return made
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: backup).sorted() == [
        "genesis.json", "store",
      ])
    let genesis = try NodeBackup.genesis(in: backup)
    let seen = try SQLiteLog.look(at: backup + "/store", genesis: genesis)
    #expect(seen.head?.id == mirror.tip && seen.network == mirror.network)
    // Bit for bit the log of the node.
    let ours = try SQLiteLog(folder: backup + "/store", network: mirror.network)
    let theirs = try SQLiteLog(folder: node.folder + "/store", network: mirror.network)
    for height in 1...4 as ClosedRange<UInt64> {
      #expect(try ours.block(at: height).value == theirs.block(at: height).value)
    }
    #expect(try names() == ["backup"])
  }

  @Test func aMirrorOfAnAbsentNodeLeavesNothing() async throws {
    defer { clear() }
    let client = NodeClient(NodeAddress(port: 9))
    await #expect(throws: (any Error).self) {
      _ = try await NodeMirror.make(of: client, at: backup) { _, _ in }
    }
    #expect(try names().isEmpty)
  }

  @Test func everyErrorHasACodeAMessageAndAHint() {
    let errors: [BackupError] = [
      .store(.full), .notANode("/f"), .taken("/f"), .notABackup("/f"),
      .newerFormat(found: 2, known: 1), .damaged(file: "f"), .noKeys,
      .file(path: "/f", number: ENOSPC),
    ]
    for error in errors {
      #expect(!error.code.isEmpty && error.code.allSatisfy { $0.isLetter })
      #expect(error.message.last != "." && error.hint.last != "." && !error.hint.isEmpty)
    }
    #expect(Set(errors.map(\.code)).count == errors.count)
    #expect(errors[7].isTemporary && errors[0].isTemporary && !errors[2].isTemporary)
  }
}
