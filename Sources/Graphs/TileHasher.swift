// The leaves of a trace as `ContentSalt` defines them, without an allocation for each.

import Primitives

/// Hashes tiles from where they lie. A run at batch 1 is shorter than the allocations that the
/// plain way makes, so a trace would cost several runs without this.
struct TileHasher {
  private let mac: HMAC.Key
  /// The place of the tile: its kind and three numbers, big-endian.
  private var message = [UInt8](repeating: 0, count: 25)
  /// The leaf's tag, the binding and the chunk, to be hashed in one call.
  private var whole = tag + [UInt8](repeating: 0, count: 32 + TraceShape.tileBytes)

  private static let tag = Array("tolsey/chunk/2".utf8)

  init(_ salt: ContentSalt) { mac = HMAC.Key(salt.value.bytes) }

  /// Equal to `ContentSalt.leaf`; the chunk is at most a tile.
  mutating func leaf(_ place: ChunkPlace, _ chunk: UnsafeRawBufferPointer) -> Bytes32 {
    switch place {
    case .input(let tile): write(0, 0, tile)
    case .output(let tile): write(1, 0, tile)
    case .tile(let tensor, let tile): write(2, tensor, tile)
    case .sums(let tensor, let tile, let block): write(3, tensor, tile, block)
    }
    let binding = mac.authenticate(message)
    let first = Self.tag.count
    return whole.withUnsafeMutableBytes { whole in
      binding.store(to: whole.baseAddress! + first)
      whole[(first + 32)...].copyBytes(from: chunk)
      return SHA256.hash(UnsafeRawBufferPointer(rebasing: whole[..<(first + 32 + chunk.count)]))
    }
  }

  private mutating func write(
    _ kind: UInt8, _ tensor: UInt64, _ tile: UInt64, _ block: UInt64 = 0
  ) {
    message.withUnsafeMutableBytes {
      $0[0] = kind
      $0.storeBytes(of: tensor.bigEndian, toByteOffset: 1, as: UInt64.self)
      $0.storeBytes(of: tile.bigEndian, toByteOffset: 9, as: UInt64.self)
      $0.storeBytes(of: block.bigEndian, toByteOffset: 17, as: UInt64.self)
    }
  }
}
