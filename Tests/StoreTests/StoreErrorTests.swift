// Every way in which a store can be unusable: each is refused by name and changes nothing.

import GRDB
import Glibc
import Primitives
import Testing

@testable import Store

@Suite struct StoreErrorTests {
  let folder = TemporaryFolder()

  func open(_ options: SQLiteLog.Options = .init()) throws -> SQLiteLog {
    try SQLiteLog(folder: folder.path, network: Fixture.network, options: options)
  }

  func fill(_ blocks: UInt64) throws {
    let log = try open()
    for height in 0..<blocks { try log.append(Fixture.block(height)) }
    try log.close()
  }

  var file: String { folder.path + "/" + LogSchema.fileName }

  func change(_ sql: String) throws {
    let queue = try DatabaseQueue(path: file)
    try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
    try queue.close()
  }

  @Test func aSecondNodeIsToldWhoHasTheFolder() throws {
    do {
      let log = try open()
      let error = storeError { _ = try open() }
      #expect(error == .locked(folder: folder.path, process: UInt64(getpid())))
      #expect(error?.isTemporary == true)
      try log.append(Fixture.block(0))
    }
    // The lock ends with the node, also when it dies without closing.
    #expect(try open().head()?.height == 0)
  }

  @Test func anotherNetworksFileIsRefused() throws {
    try fill(1)
    let before = try Fixture.bytes(of: file)
    let other = Fixture.digest("another network")
    let error = storeError { _ = try SQLiteLog(folder: folder.path, network: other) }
    #expect(error == .otherNetwork(found: Fixture.network, wanted: other))
    #expect(try Fixture.bytes(of: file) == before)
    #expect(try open().head()?.height == 0)
  }

  @Test func aNewerFormatIsRefusedByName() throws {
    try fill(1)
    try change("PRAGMA user_version = \(LogSchema.version + 1)")
    let before = try Fixture.bytes(of: file)
    #expect(
      storeError { _ = try open() }
        == .newerFormat(found: LogSchema.version + 1, known: LogSchema.version))
    #expect(try Fixture.bytes(of: file) == before)
  }

  @Test func anotherDatabaseIsLeftAlone() throws {
    try change("CREATE TABLE letters (text TEXT)")
    let before = try Fixture.bytes(of: file)
    #expect(storeError { _ = try open() } == .notAStore(path: file))
    #expect(try Fixture.bytes(of: file) == before)
  }

  @Test func aFileThatIsNoDatabaseIsLeftAlone() throws {
    let text = Array("This is a shopping list, and it is long enough to be looked at.".utf8)
    try Fixture.write(text + text, to: file)
    #expect(storeError { _ = try open() } == .notAStore(path: file))
    #expect(try Fixture.bytes(of: file) == text + text)
  }

  @Test func aFileCutShortIsDamage() throws {
    try fill(40)
    let bytes = try Fixture.bytes(of: file)
    try Fixture.write(Array(bytes.prefix(bytes.count / 2)), to: file)
    #expect(storeError { _ = try open() }?.code == "storeCorrupt")
  }

  @Test func aFileInPlaceOfTheFolderIsRefused() throws {
    try Fixture.write([1], to: folder.path + "/taken")
    let error = storeError {
      _ = try SQLiteLog(folder: folder.path + "/taken", network: Fixture.network)
    }
    #expect(error?.code == "storeFailed")
  }

  /// The thread gives up its rights to other people's files, which works also for the
  /// superuser; elsewhere in the process nothing changes.
  @Test func aFolderThatCannotBeWrittenIsRefused() async throws {
    guard getuid() == 0 else { return try refusesClosedFolder() }
    let path = folder.path
    chmod(path, 0o755)
    let error: StoreError? = await withCheckedContinuation { done in
      onThread {
        let isChanged = actOnFilesAs(65_534)
        done.resume(
          returning: isChanged
            ? storeError { _ = try SQLiteLog(folder: path, network: Fixture.network) } : nil)
      }
    }
    #expect(error == .readOnly(path: path + "/node.lock"))
    #expect(fileSize(file) == 0)
  }

  func refusesClosedFolder() throws {
    chmod(folder.path, 0o500)
    defer { chmod(folder.path, 0o700) }
    #expect(storeError { _ = try open() }?.code == "storeReadOnly")
  }

  @Test func aFullDiskLosesNothingAndTheLogGoesOn() throws {
    var options = SQLiteLog.Options()
    options.pageLimit = 40
    let before: [String: [UInt8]]
    var next: UInt64 = 0
    do {
      let log = try open(options)
      while storeError({ try log.append(Fixture.block(next, messages: 200)) }) == nil { next += 1 }
      #expect(next > 0)
      // Refused again and again, and still whole.
      #expect(storeError { try log.append(Fixture.block(next, messages: 200)) } == .full)
      #expect(try log.head()?.height == next - 1)
      #expect(try log.block(at: next).value == nil)
      #expect(try log.message(Fixture.messageID(next, 0)).value == nil)
      before = try Fixture.state(of: log)
      #expect(before["clock/"] == Array("\(next - 1)".utf8))
      // The limit is lifted on the open log, as when somebody makes room.
      try log.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 100000") }
      try log.append(Fixture.block(next, messages: 200))
      #expect(try log.head()?.height == next)
    }
    #expect(try Fixture.state(of: try open())["clock/"] == Array("\(next)".utf8))
  }

  @Test func everyErrorHasACodeAMessageAndAHint() {
    let id = Fixture.digest("blob")
    let errors: [StoreError] = [
      .locked(folder: "/f", process: 7), .locked(folder: "/f", process: 0),
      .newerFormat(found: 2, known: 1), .otherNetwork(found: id, wanted: .zero),
      .notAStore(path: "/f"), .corrupt(detail: "page 3"), .full, .readOnly(path: "/f"),
      .notDurable(setting: "synchronous is 1"), .outOfOrder(height: 4, next: 2),
      .badHeader(height: 1), .tooMany(count: 2, limit: 1), .stopped,
      .failed(code: 5, detail: "i/o"), .blob(.tooLarge(size: 2, limit: 1)),
      .blob(.quota(held: 1, size: 2, limit: 3)), .blob(.capacity(held: 1, size: 2, limit: 3)),
      .blob(.mismatch(named: id, got: .zero)), .blob(.unknown(id)),
      .blob(.forbidden(id, reader: .zero)), .blob(.damaged(id)),
      .blob(.readers(count: 2, limit: 1)),
    ]
    for error in errors {
      #expect(!error.code.isEmpty && error.code.allSatisfy { $0.isLetter })
      #expect(error.message.first?.isUppercase == false && error.message.last != ".")
      #expect(error.hint.first?.isUppercase == false && error.hint.last != ".")
    }
    #expect(Set(errors.map(\.code)).count == errors.count - 1)
    #expect(StoreError(errno: ENOSPC, path: "/f") == .full)
    #expect(StoreError(errno: EROFS, path: "/f") == .readOnly(path: "/f"))
  }
}

/// Lets the calling thread reach files with the rights of `user`. Glibc's header of it is not
/// in Swift's module.
func actOnFilesAs(_ user: UInt32) -> Bool {
  guard let symbol = dlsym(nil, "setfsuid") else { return false }
  let setfsuid = unsafeBitCast(symbol, to: (@convention(c) (UInt32) -> Int32).self)
  _ = setfsuid(user)
  return setfsuid(user) == Int32(user)
}

/// Runs `body` on a thread of its own that ends afterwards.
func onThread(_ body: @escaping @Sendable () -> Void) {
  final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  let box = Unmanaged.passRetained(Box(body)).toOpaque()
  pthread_create(
    &thread, nil,
    { raw in
      guard let raw else { return nil }
      Unmanaged<Box>.fromOpaque(raw).takeRetainedValue().body()
      return nil
    }, box)
  pthread_detach(thread)
}
