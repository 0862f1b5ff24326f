// Blobs: exact bytes, for those on the list, as long as somebody holds them.

import Glibc
import Market
import Primitives
import Testing

@testable import Store

@Suite struct BlobStoreTests {
  let folder = TemporaryFolder()
  let ann = Fixture.address("ann")
  let bob = Fixture.address("bob")
  let eve = Fixture.address("eve")
  let later = Time(1_000)
  let content = Array("an input that only two may read".utf8)

  func open(_ limits: BlobStore.Limits = .init()) throws -> BlobStore {
    try BlobStore(folder: folder.path, limits: limits)
  }

  func files() -> [String] {
    BlobFile.names(in: folder.path).filter { $0.count == 2 }.flatMap { outer in
      BlobFile.names(in: folder.path + "/" + outer).flatMap {
        BlobFile.names(in: folder.path + "/" + outer + "/" + $0)
      }
    }
  }

  @Test func keepsBytesAcrossARestartForItsReaders() throws {
    let name = SHA256.hash(content)
    do {
      let store = try open()
      let stored = try store.put(content, as: name, by: ann, readers: .only([bob]), until: later)
      #expect(stored == StoredBlob(name: name, size: UInt64(content.count), expires: later))
    }
    let store = try open()
    #expect(try store.read(name, by: ann) == content)
    #expect(try store.read(name, by: bob) == content)
    #expect(try store.read(name, by: bob, offset: 3, count: 5) == Array(content[3..<8]))
    #expect(try store.read(name, by: bob, offset: 3, count: .max) == Array(content[3...]))
    #expect(try store.read(name, by: bob, offset: .max, count: 1) == [])
    let digits = String(Hex.digits(name.bytes))
    #expect(files() == [digits])
    let levels = "/\(digits.prefix(2))/\(digits.dropFirst(2).prefix(2))/"
    #expect(store.file(of: name).path == folder.path + levels + digits)
  }

  @Test func outsidersReadNothing() throws {
    let store = try open()
    let name = try store.put(content, by: ann, readers: .only([bob]), until: later).name
    let refused = storeError { _ = try store.read(name, by: eve) }
    #expect(refused == .blob(.forbidden(name, reader: eve)))
    #expect(
      storeError { _ = try store.read(name, by: eve, offset: 0, count: 1) }
        == .blob(.forbidden(name, reader: eve)))
    let error = storeError { _ = try store.read(name, by: .zero) }
    #expect(error == .blob(.forbidden(name, reader: .zero)))
    let other = Fixture.digest("other")
    #expect(storeError { _ = try store.read(other, by: ann) } == .blob(.unknown(other)))
  }

  @Test func theZeroAddressOnAListOpensItToNobody() throws {
    let store = try open()
    let name = try store.put(content, by: ann, readers: .only([.zero]), until: later).name
    #expect(storeError { _ = try store.read(name, by: eve) }?.code == "blobForbidden")
    try store.allow(.anyone, to: name, by: ann)
    #expect(try store.read(name, by: eve) == content)
  }

  @Test func onlyAHolderOrTheNodeLetsReadersIn() throws {
    let store = try open()
    let name = try store.put(content, by: ann, readers: .only([bob]), until: later).name
    // A reader is no holder: what was shown to him he cannot show on through us.
    let error = storeError { try store.allow(.only([eve]), to: name, by: bob) }
    #expect(error == .blob(.forbidden(name, reader: bob)))
    #expect(storeError { _ = try store.read(name, by: eve) } != nil)
    try store.allow(.only([eve]), to: name, by: nil)
    #expect(try store.read(name, by: eve) == content)
    let unknown = Fixture.digest("other")
    let missing = storeError { try store.allow(.anyone, to: unknown, by: nil) }
    #expect(missing == .blob(.unknown(unknown)))
  }

  @Test func bytesThatAreNotTheNamesAreRefusedAndGone() throws {
    let store = try open()
    let claimed = Fixture.digest("what it says")
    let error = storeError {
      _ = try store.put(content, as: claimed, by: ann, readers: .anyone, until: later)
    }
    #expect(error == .blob(.mismatch(named: claimed, got: SHA256.hash(content))))
    #expect(files().isEmpty && BlobFile.names(in: store.incoming).isEmpty)
    #expect(store.held(by: ann) == 0)
  }

  @Test func takesABlobInPieces() throws {
    let store = try open()
    let upload = try store.upload(size: 300_000, by: ann)
    let piece = [UInt8](repeating: 5, count: 100_000)
    for _ in 0..<3 { try upload.write(piece[...]) }
    #expect(storeError { try upload.write(piece[..<1]) }?.code == "blobTooLarge")
    let stored = try upload.finish(readers: .anyone, until: later)
    #expect(stored.name == SHA256.hash(piece + piece + piece))
    #expect(stored.size == 300_000)
    #expect(try store.read(stored.name, by: eve).count == 300_000)
  }

  @Test func anEmptyBlobIsABlob() throws {
    let store = try open()
    let name = try store.put([], by: ann, readers: .only([]), until: later).name
    #expect(try store.read(name, by: ann) == [])
  }

  @Test func anUploadThatIsDroppedLeavesNothing() throws {
    let store = try open()
    do {
      let upload = try store.upload(size: 100, by: ann)
      try upload.write(content[...])
      #expect(store.held(by: ann) == 100)
      #expect(BlobFile.names(in: store.incoming).count == 1)
    }
    #expect(store.held(by: ann) == 0)
    #expect(BlobFile.names(in: store.incoming).isEmpty)
  }

  @Test func limitsBindBlobsUploadersAndTheStore() throws {
    var limits = BlobStore.Limits()
    limits.blobBytes = 10
    limits.uploaderBytes = 15
    limits.totalBytes = 25
    limits.readers = 2
    let store = try open(limits)
    #expect(
      storeError { _ = try store.upload(size: 11, by: ann) }
        == .blob(.tooLarge(size: 11, limit: 10)))
    #expect(storeError { _ = try store.upload(size: .max, by: ann) }?.code == "blobTooLarge")
    let first = try store.put([UInt8](0..<10), by: ann, readers: .anyone, until: later)
    #expect(
      storeError { _ = try store.upload(size: 6, by: ann) }
        == .blob(.quota(held: 10, size: 6, limit: 15)))
    // An upload that is never finished counts, or a thousand of them would fill the disk.
    let open = try store.upload(size: 10, by: bob)
    #expect(
      storeError { _ = try store.upload(size: 6, by: eve) }
        == .blob(.capacity(held: 20, size: 6, limit: 25)))
    withExtendedLifetime(open) {}
    let three = BlobReaders.only([ann, bob, eve])
    let error = storeError { try store.allow(three, to: first.name, by: ann) }
    #expect(error?.code == "blobReaders")
    // Nothing of the list that was too long stayed.
    _ = try store.put([1], by: bob, readers: .only([]), until: later)
    #expect(storeError { try store.allow(.only([bob]), to: first.name, by: ann) } == nil)
  }

  @Test func whatTwoHoldStaysUntilTheLastLetsGo() throws {
    let store = try open()
    let name = try store.put(content, by: ann, readers: .only([eve]), until: Time(10)).name
    let again = try store.put(content, by: bob, readers: .only([]), until: Time(20))
    #expect(again.expires == Time(20))
    #expect(try store.sweep(now: Time(10)) == BlobSweep())
    #expect(try store.sweep(now: Time(11)) == BlobSweep())
    // Ann's time is over, and with it her readers'.
    #expect(storeError { _ = try store.read(name, by: ann) }?.code == "blobForbidden")
    #expect(storeError { _ = try store.read(name, by: eve) }?.code == "blobForbidden")
    #expect(try store.read(name, by: bob) == content)
    #expect(store.held(by: ann) == 0)
    #expect(try store.sweep(now: Time(21)) == BlobSweep(blobs: 1, bytes: UInt64(content.count)))
    #expect(storeError { _ = try store.read(name, by: bob) } == .blob(.unknown(name)))
    #expect(files().isEmpty)
  }

  @Test func puttingAgainLengthensButNeverShortens() throws {
    let store = try open()
    for (until, expires) in [(10, 10), (30, 30), (5, 30)] as [(UInt64, UInt64)] {
      let stored = try store.put(content, by: ann, readers: .only([]), until: Time(until))
      #expect(stored.expires == Time(expires))
    }
    let forEver = try store.put(content, by: ann, readers: .only([]), until: .never)
    #expect(forEver.expires > Time(30))
    #expect(store.held(by: ann) == UInt64(content.count))
  }

  @Test(arguments: ["flip", "cut", "grow", "link", "gone"])
  func damageOnTheDiskIsNotHandedOut(kind: String) throws {
    let store = try open()
    let name = try store.put(content, by: ann, readers: .only([]), until: later).name
    let path = store.file(of: name).path
    var bytes = content
    switch kind {
    case "flip": bytes[4] ^= 1
    case "cut": bytes.removeLast()
    case "grow": bytes.append(0)
    default: break
    }
    unlink(path)
    if kind == "link" {
      symlink("/etc/hostname", path)
    } else if kind != "gone" {
      try Fixture.write(bytes, to: path)
    }
    #expect(storeError { _ = try store.read(name, by: ann) } == .blob(.damaged(name)))
    // Its uploader mends it.
    _ = try store.put(content, by: ann, readers: .only([]), until: later)
    #expect(try store.read(name, by: ann) == content)
  }

  @Test func whatACrashLeftIsRemoved() throws {
    let name: Bytes32
    do {
      let store = try open()
      name = try store.put(content, by: ann, readers: .only([]), until: later).name
      // An upload that died, and a file whose rows were never written.
      try Fixture.write([1], to: store.incoming + "/9-9")
      let orphan = store.file(of: Fixture.digest("orphan"))
      try FolderLock.makeFolder(orphan.folder)
      try Fixture.write([2], to: orphan.path)
    }
    let store = try open()
    #expect(BlobFile.names(in: store.incoming).isEmpty)
    #expect(try store.removeOrphans() == 1)
    #expect(files() == [Hex.digits(name.bytes)])
    #expect(try store.read(name, by: ann) == content)
  }

  @Test func aSecondStoreOnTheFolderIsRefused() throws {
    let store = try open()
    #expect(storeError { _ = try open() }?.code == "storeLocked")
    withExtendedLifetime(store) {}
  }

  @Test func anotherDatabaseInItsPlaceIsRefused() throws {
    do { _ = try open() }
    let path = folder.path + "/" + BlobSchema.fileName
    let text = "no database, only a text that is long enough to be read"
    try Fixture.write(Array(text.utf8), to: path)
    #expect(storeError { _ = try open() } == .notAStore(path: path))
  }

  /// A digest other than the default, as the market names encrypted blobs.
  struct Tagged: BlobHasher {
    var hash = SHA256()
    init() { hash.update(UInt8(9)) }
    mutating func update(_ bytes: ArraySlice<UInt8>) { hash.update(bytes) }
    func names() -> BlobNames { BlobNames(hash.finalize()) }
  }

  @Test func namesEncryptedBlobsAsTheMarketDoes() throws {
    let chunks = try ContentChunks(
      input: [UInt8](repeating: 3, count: 40_000), key: Fixture.digest("key"))
    let store = try BlobStore(folder: folder.path, hasher: EncryptedBlobHasher.self)
    let upload = try store.upload(size: UInt64(chunks.blob.count), by: ann)
    for start in stride(from: 0, to: chunks.blob.count, by: 7_001) {
      try upload.write(chunks.blob[start..<min(start + 7_001, chunks.blob.count)])
    }
    let stored = try upload.finish(as: chunks.blobRoot, readers: .only([bob]), until: later)
    #expect(stored.name == chunks.blobRoot)
    #expect(stored.content == chunks.root)
    #expect(try store.read(stored.name, by: bob) == chunks.blob)
  }

  @Test func namesBlobsByTheDigestItIsGiven() throws {
    let store = try BlobStore(folder: folder.path, hasher: Tagged.self)
    let name = try store.put(content, by: ann, readers: .anyone, until: later).name
    #expect(name == SHA256.hash([9] + content))
    #expect(try store.read(name, by: eve) == content)
  }
}
