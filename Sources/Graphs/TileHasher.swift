// The leaves of a trace as `ContentSalt` defines them, without an allocation for each.

import Primitives

/// Hashes tiles from where they lie. A run at batch 1 is shorter than the allocations that the
/// plain way makes, so a trace would cost several runs without this.
struct TileHasher {
  private let mac: HMAC.Key
  /// The place of the tile: its kind and three numbers, big-endian.
  private var message = [UInt8](repeating: 0, count: 25)
  /// A hasher that has taken the leaf's tag.
  private let tagged: SHA256

  init(_ salt: ContentSalt) {
    mac = HMAC.Key(salt.value.bytes)
    tagged = Self.tagged
  }

  private static let tagged: SHA256 = {
    var hasher = SHA256()
    hasher.update("tolsey/chunk/2")
    return hasher
  }()

  /// Equal to `ContentSalt.leaf`.
  mutating func leaf(_ place: ChunkPlace, _ chunk: UnsafeRawBufferPointer) -> Bytes32 {
    switch place {
    case .input(let tile): write(0, 0, tile)
    case .output(let tile): write(1, 0, tile)
    case .tile(let tensor, let tile): write(2, tensor, tile)
    case .sums(let tensor, let tile, let block): write(3, tensor, tile, block)
    }
    var hasher = tagged
    hasher.update(mac.authenticate(message))
    hasher.update(chunk)
    return hasher.finalize()
  }

  private mutating func write(_ kind: UInt8, _ tensor: UInt64, _ tile: UInt64, _ block: UInt64 = 0) {
    message.withUnsafeMutableBytes {
      $0[0] = kind
      $0.storeBytes(of: tensor.bigEndian, toByteOffset: 1, as: UInt64.self)
      $0.storeBytes(of: tile.bigEndian, toByteOffset: 9, as: UInt64.self)
      $0.storeBytes(of: block.bigEndian, toByteOffset: 17, as: UInt64.self)
    }
  }
}
