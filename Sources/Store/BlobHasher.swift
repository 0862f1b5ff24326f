// What names a blob: any digest that can be computed while the bytes come in.

public import Primitives

/// What bytes are called, and what they commit to.
public struct BlobNames: Hashable, Sendable {
  /// The name under which the blob is kept.
  public var name: Bytes32
  /// The root of the content that the bytes show in clear; zero where they show none.
  public var content: Bytes32

  public init(_ name: Bytes32, content: Bytes32 = .zero) {
    self.name = name
    self.content = content
  }
}

/// A digest over a blob's bytes, piece by piece.
public protocol BlobHasher: Sendable {
  init()
  mutating func update(_ bytes: ArraySlice<UInt8>)
  func names() -> BlobNames
}

extension SHA256: BlobHasher {
  public func names() -> BlobNames { BlobNames(finalize()) }
}
