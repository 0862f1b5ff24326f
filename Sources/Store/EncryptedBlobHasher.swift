// The name by which the market knows an encrypted blob: the root of its chunks.

import Market
public import Primitives

/// Names a blob as custody receipts and evidence do.
///
/// The root needs the chunks' own leaves, so the bytes are kept until the end; the store's
/// limit on a blob bounds them.
public struct EncryptedBlobHasher: BlobHasher {
  private var bytes: [UInt8] = []

  public init() {}

  public mutating func update(_ bytes: ArraySlice<UInt8>) { self.bytes += bytes }

  public func finalize() -> Bytes32 { ContentChunks.blobRoot(of: bytes) }
}
