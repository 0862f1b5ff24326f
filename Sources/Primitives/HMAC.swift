// HMAC over SHA-256 (RFC 2104): salts that only their owner can derive.

/// Keyed hashes.
public enum HMAC {
  public static func sha256(key: [UInt8], message: [UInt8]) -> Bytes32 {
    Key(key).authenticate(message)
  }

  public static func sha256(key: Bytes32, message: [UInt8]) -> Bytes32 {
    sha256(key: key.bytes, message: message)
  }

  /// A key that serves many messages: its two blocks are compressed once.
  public struct Key: Sendable {
    private var inner = SHA256()
    private var outer = SHA256()

    public init(_ key: [UInt8]) {
      let short = key.count <= 64 ? key : SHA256.hash(key).bytes
      inner.update(block(short, 0x36))
      outer.update(block(short, 0x5c))
    }

    public func authenticate(_ message: [UInt8]) -> Bytes32 {
      var inner = inner
      inner.update(message)
      var outer = outer
      outer.update(inner.finalize())
      return outer.finalize()
    }
  }

  /// The key, filled with zeros to a block, each byte mixed with `pad`.
  private static func block(_ key: [UInt8], _ pad: UInt8) -> [UInt8] {
    var block = [UInt8](repeating: pad, count: 64)
    for (index, byte) in key.enumerated() { block[index] ^= byte }
    return block
  }
}
