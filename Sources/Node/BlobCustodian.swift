// Keeps blobs for their readers, and signs for them as a custodian of the genesis.

import Archive
import Chain
import Kernel
import Market
import NetworkRoom
import Primitives
import Store

/// The custodian's side of blobs: the store of bytes, the terms of keeping them, the signature.
struct BlobCustodian: BlobShelf {
  let store: StoreHandle<BlobStore>
  let key: PrivateKey
  let network: Bytes32
  let records: any Records
  /// How long a blob is kept, in seconds.
  let retention: @Sendable () -> UInt64
  let now: @Sendable () -> Time

  func put(_ upload: BlobDelivery) async throws(Problem) -> BlobReceipt {
    guard let expires = try? now().after(seconds: retention()) else { throw .broken }
    guard ContentChunks.isBlobSize(UInt64(upload.bytes.count)) else {
      throw Problem(
        400, "blobSize", "no content has \(upload.bytes.count) bytes when it is encrypted",
        hint: "cut it into chunks of \(ContentChunks.chunkBytes) bytes, each in its box",
        numbers: [Number("size", UInt64(upload.bytes.count))])
    }
    let kept: StoredBlob
    do throws(StoreError) {
      kept = try store.open().put(
        upload.bytes, by: upload.owner,
        readers: upload.isPublic ? .anyone : .only(upload.readers), until: expires)
    } catch { throw BlobCustodian.problem(error) }
    // The content's root is the one that the leaves in these boxes build: nobody names another.
    let digest = Custody.digest(
      network: network, root: kept.content, blob: kept.name, size: kept.size)
    return BlobReceipt(
      root: kept.name, content: kept.content, size: kept.size, custodian: key.address,
      signature: key.sign(digest: digest).bytes, expires: kept.expires)
  }

  func get(_ root: Bytes32, for reader: Address) async throws(Problem) -> [UInt8] {
    do throws(StoreError) {
      let shelf = try store.open()
      do throws(StoreError) { return try shelf.read(root, by: reader) } catch {
        guard case .blob(.forbidden) = error, try isNamed(reader, shelf, root) else { throw error }
      }
      // The node itself lets in whom the ledger names.
      try shelf.allow(.only([reader]), to: root, by: nil)
      return try shelf.read(root, by: reader)
    } catch { throw BlobCustodian.problem(error) }
  }

  /// Whether the ledger names this reader for that blob, by `BlobReaders`.
  private func isNamed(
    _ reader: Address, _ shelf: BlobStore, _ root: Bytes32
  ) throws(StoreError) -> Bool {
    let filter = EventsFilter(names: BlobReaders.ofBlob, subjects: [root])
    return try firstEvent(filter) { event throws(StoreError) in
      switch BlobReaders.claim(of: reader, to: root, in: event) {
      case .none: return false
      case .from(let holder): return try shelf.isHolder(holder, of: root)
      case .checker(let run, let holder):
        // An operator's right side would throw whatever it likes.
        guard try shelf.isHolder(holder, of: root) else { return false }
        return try isChecker(reader, of: run)
      }
    }
  }

  private func isChecker(_ reader: Address, of run: Bytes32) throws(StoreError) -> Bool {
    let filter = EventsFilter(names: BlobReaders.ofRun, subjects: [run])
    return try firstEvent(filter) { event throws(StoreError) in
      BlobReaders.isChecker(reader, of: run, in: event)
    }
  }

  /// Whether some event on record is what is looked for.
  private func firstEvent(
    _ filter: EventsFilter, _ isIt: (Event) throws(StoreError) -> Bool
  ) throws(StoreError) -> Bool {
    var height: UInt64?
    for _ in 0..<BlobCustodian.mostPages {
      guard let page = try? records.events(after: height, filter, limit: 64) else { return false }
      for recorded in page.value.events {
        guard let event = try? CBOR.decode(Event.self, from: recorded.bytes) else { continue }
        if try isIt(event) { return true }
      }
      if page.value.through >= page.height || height == page.value.through { return false }
      height = page.value.through
    }
    return false
  }

  /// Pages of events that one question looks through.
  private static let mostPages = 16

  func addReaders(
    _ root: Bytes32, _ readers: [Address], by owner: Address
  ) async throws(Problem) {
    do throws(StoreError) { try store.open().allow(.only(readers), to: root, by: owner) } catch {
      throw BlobCustodian.problem(error)
    }
  }

  static func problem(_ error: StoreError) -> Problem {
    let status =
      switch error {
      case .blob(.tooLarge): 413
      case .blob(.unknown): 404
      case .blob(.forbidden): 403
      case .blob(.quota): 429
      case .blob(.mismatch), .blob(.readers): 400
      default: 503
      }
    return Problem(status, error.code, error.message, hint: error.hint)
  }
}
