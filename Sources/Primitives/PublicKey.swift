// A point of secp256k1: what a signature is checked against, and where an address comes from.

/// A public key.
public struct PublicKey: Hashable, Sendable {
  public let x: Bytes32
  public let y: Bytes32

  /// Only the library makes keys, so the point is on the curve.
  init(x: Bytes32, y: Bytes32) {
    self.x = x
    self.y = y
  }

  /// The 65 bytes of the uncompressed form: 4, x, y.
  public var uncompressed: [UInt8] { [4] + x.bytes + y.bytes }

  /// The last twenty bytes of the Keccak-256 digest of x and y.
  public var address: Address {
    var sponge = Keccak256()
    sponge.update(x)
    sponge.update(y)
    return Address(lastBytesOf: sponge.finalize())
  }
}
