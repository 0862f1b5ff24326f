// What the blob store refuses by its rules, apart from what a disk may fail at.

public import Primitives

/// Why a blob was not taken in or not handed out.
public enum BlobFault: Hashable, Sendable {
  case tooLarge(size: UInt64, limit: UInt64)
  /// The uploader holds as much as one may.
  case quota(held: UInt64, size: UInt64, limit: UInt64)
  /// The store holds as much as it may.
  case capacity(held: UInt64, size: UInt64, limit: UInt64)
  /// The bytes are not those of the name.
  case mismatch(named: Bytes32, got: Bytes32)
  case unknown(Bytes32)
  /// The reader is not on the blob's list.
  case forbidden(Bytes32, reader: Address)
  /// The bytes on the disk are not those that were put.
  case damaged(Bytes32)
  /// More readers than a blob may have.
  case readers(count: UInt64, limit: UInt64)
}

extension BlobFault {
  public var code: String {
    switch self {
    case .tooLarge: "blobTooLarge"
    case .quota: "blobQuota"
    case .capacity: "blobCapacity"
    case .mismatch: "blobMismatch"
    case .unknown: "unknownBlob"
    case .forbidden: "blobForbidden"
    case .damaged: "blobDamaged"
    case .readers: "blobReaders"
    }
  }

  public var isTemporary: Bool {
    switch self {
    case .quota, .capacity: true
    default: false
    }
  }

  public var message: String {
    switch self {
    case .tooLarge(let size, let limit): "the blob has \(size) bytes; the limit is \(limit)"
    case .quota(let held, let size, let limit):
      "\(size) more bytes on top of \(held) pass the uploader's \(limit)"
    case .capacity(let held, let size, let limit):
      "\(size) more bytes on top of \(held) pass the store's \(limit)"
    case .mismatch(let named, let got): "the bytes are those of \(got), not of \(named)"
    case .unknown(let name): "no blob \(name) is kept here"
    case .forbidden(let name, let reader): "\(reader) may not read blob \(name)"
    case .damaged(let name): "blob \(name) is damaged on this disk"
    case .readers(let count, let limit): "\(count) readers; the limit is \(limit)"
    }
  }

  public var hint: String {
    switch self {
    case .tooLarge: "cut the content into several blobs"
    case .quota: "wait until older blobs expire"
    case .capacity: "try another custodian, or later"
    case .mismatch: "upload the bytes again"
    case .unknown: "check the name; blobs are dropped when their time is over"
    case .forbidden: "ask the one who uploaded it to add the reader"
    case .damaged: "ask its uploader to put it again"
    case .readers: "name fewer readers"
    }
  }
}
