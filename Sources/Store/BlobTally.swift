// How much the blob store holds, and for whom: summed once, then kept in step with the rows.

import Primitives

/// Bytes that are kept, and bytes that are promised to uploads that are not finished.
///
/// An upload asks for two sums. Were they worked out each time, whoever keeps many small blobs
/// would make every upload dear for everybody. The rows stay the truth: a crash loses the sums,
/// and the next start works them out again.
struct BlobTally {
  /// Bytes of all blobs, each once. Commits are counted after they are made, so that for a moment
  /// a sweep may have been counted before the upload that it swept: hence the sign.
  private var stored: Int64
  private var held: [Address: Int64]
  private var promised: UInt64 = 0
  private var promisedTo: [Address: UInt64] = [:]
  private var uploads: UInt64 = 0

  init(stored: Int64 = 0, held: [Address: Int64] = [:]) {
    self.stored = stored
    self.held = held
  }

  var storedBytes: UInt64 { UInt64(max(0, stored)) }

  /// What counts against an uploader's quota.
  func bytes(of uploader: Address) -> UInt64 {
    UInt64(max(0, held[uploader] ?? 0)) + (promisedTo[uploader] ?? 0)
  }

  /// Sets bytes aside for an upload, and gives it a number of its own.
  mutating func promise(
    _ size: UInt64, to uploader: Address, _ limits: BlobStore.Limits
  ) throws(StoreError) -> UInt64 {
    let mine = bytes(of: uploader)
    guard mine + size <= limits.uploaderBytes else {
      throw .blob(.quota(held: mine, size: size, limit: limits.uploaderBytes))
    }
    let all = storedBytes + promised
    guard all + size <= limits.totalBytes else {
      throw .blob(.capacity(held: all, size: size, limit: limits.totalBytes))
    }
    promisedTo[uploader, default: 0] += size
    promised += size
    uploads += 1
    return uploads
  }

  mutating func giveBack(_ size: UInt64, of uploader: Address) {
    let left = (promisedTo[uploader] ?? 0) - size
    promisedTo[uploader] = left == 0 ? nil : left
    promised -= size
  }

  mutating func add(_ size: UInt64, of uploader: Address, _ grown: BlobSchema.Grown) {
    if grown.hasNewBlob { stored += Int64(clamping: size) }
    if grown.hasNewHolding { change(uploader, by: Int64(clamping: size)) }
  }

  mutating func remove(_ ended: [BlobSchema.Holding], blobs: UInt64) {
    for holding in ended { change(holding.holder, by: -Int64(clamping: holding.size)) }
    stored -= Int64(clamping: blobs)
  }

  private mutating func change(_ uploader: Address, by bytes: Int64) {
    let left = (held[uploader] ?? 0) + bytes
    held[uploader] = left == 0 ? nil : left
  }
}
