// The salt of a content: what binds each chunk to its place, and proves itself to the ledger.

/// Which chunk a leaf stands for. No two places have one binding.
public enum ChunkPlace: Hashable, Sendable {
  case input(UInt64)
  case output(UInt64)
  /// A tile of the result of a graph's node.
  case tile(tensor: UInt64, UInt64)
  /// A tile's sums after so many blocks of its operation.
  case sums(tensor: UInt64, tile: UInt64, block: UInt64)
}

/// Derived from the key of the input, so that all who can read the input share it and nobody has
/// to be believed about it.
///
/// salt = SHA-256("tolsey/salt/2" ‖ key), and the hash by which a key is promised is
/// SHA-256("tolsey/key/2" ‖ salt). To show the salt proves it against that promise and leaves the
/// key unknown.
public struct ContentSalt: Sendable {
  public let value: Bytes32
  private let mac: HMAC.Key

  public init(value: Bytes32) {
    self.value = value
    mac = HMAC.Key(value.bytes)
  }

  public init(contentKey: Bytes32) {
    self.init(value: SHA256.hash(Array("tolsey/salt/2".utf8) + contentKey.bytes))
  }

  /// What an order, a take or evidence promises of the content key.
  public var keyHash: Bytes32 { SHA256.hash(Array("tolsey/key/2".utf8) + value.bytes) }

  public static func keyHash(of contentKey: Bytes32) -> Bytes32 {
    ContentSalt(contentKey: contentKey).keyHash
  }

  /// The hash that binds a chunk to its place.
  public func binding(_ place: ChunkPlace) -> Bytes32 {
    let numbers: (UInt8, UInt64, UInt64, UInt64) =
      switch place {
      case .input(let chunk): (0, 0, chunk, 0)
      case .output(let chunk): (1, 0, chunk, 0)
      case .tile(let tensor, let tile): (2, tensor, tile, 0)
      case .sums(let tensor, let tile, let block): (3, tensor, tile, block)
      }
    var message: [UInt8] = [numbers.0]
    message.reserveCapacity(25)
    for number in [numbers.1, numbers.2, numbers.3] {
      withUnsafeBytes(of: number.bigEndian) { message += $0 }
    }
    return mac.authenticate(message)
  }

  /// The leaf of a chunk at its place.
  public func leaf(_ place: ChunkPlace, _ chunk: some Collection<UInt8>) -> Bytes32 {
    ContentSalt.leaf(binding: binding(place), chunk)
  }

  /// The leaf of a chunk under a binding that is at hand.
  public static func leaf(
    binding: Bytes32, _ chunk: some Collection<UInt8>
  ) -> Bytes32 {
    var hasher = SHA256()
    hasher.update(leafTag)
    hasher.update(binding)
    hasher.update(Array(chunk))
    return hasher.finalize()
  }

  private static let leafTag = Array("tolsey/chunk/2".utf8)
}
