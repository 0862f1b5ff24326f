// The name by which the market knows an encrypted blob: the root of its boxes.

import Market
public import Primitives

/// Names a blob as custody receipts and evidence do, holding one box of it at a time.
public struct EncryptedBlobHasher: BlobHasher {
  private var roots = BlobRoots()

  public init() {}

  public mutating func update(_ bytes: ArraySlice<UInt8>) { roots.update(bytes) }

  public func names() -> BlobNames { BlobNames(roots.blob, content: roots.content) }
}
