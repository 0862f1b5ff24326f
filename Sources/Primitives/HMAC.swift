// HMAC over SHA-256 (RFC 2104): salts that only their owner can derive.

/// Keyed hashes.
public enum HMAC {
  public static func sha256(key: [UInt8], message: [UInt8]) -> Bytes32 {
    let short = key.count <= 64 ? key : SHA256.hash(key).bytes
    var inner = SHA256()
    inner.update(block(short, 0x36))
    inner.update(message)
    var outer = SHA256()
    outer.update(block(short, 0x5c))
    outer.update(inner.finalize())
    return outer.finalize()
  }

  public static func sha256(key: Bytes32, message: [UInt8]) -> Bytes32 {
    sha256(key: key.bytes, message: message)
  }

  /// The key, filled with zeros to a block, each byte mixed with `pad`.
  private static func block(_ key: [UInt8], _ pad: UInt8) -> [UInt8] {
    var block = [UInt8](repeating: pad, count: 64)
    for (index, byte) in key.enumerated() { block[index] ^= byte }
    return block
  }
}
