// What names a blob: any digest that can be computed while the bytes come in.

public import Primitives

/// A digest over a blob's bytes, piece by piece.
public protocol BlobHasher: Sendable {
  init()
  mutating func update(_ bytes: ArraySlice<UInt8>)
  func finalize() -> Bytes32
}

extension SHA256: BlobHasher {}
