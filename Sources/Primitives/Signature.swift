// A recoverable ECDSA signature in Ethereum's 65 bytes, and the one who made it.

/// A signature from which the signer's address is recovered.
///
/// Only one form is accepted: 65 bytes r ‖ s ‖ v, v 27 or 28, and the lower of the two possible
/// values of s, so that nobody can change another's signature into a second valid one.
public struct Signature: Hashable, Sendable {
  public static let byteCount = 65

  public var r: Bytes32
  public var s: Bytes32
  public var v: UInt8

  public init(r: Bytes32, s: Bytes32, v: UInt8) {
    self.r = r
    self.s = s
    self.v = v
  }

  /// Reads 65 bytes; whether they are a signature is asked when a signer is recovered.
  public init(_ bytes: [UInt8]) throws(Refusal) {
    guard bytes.count == Signature.byteCount, let r = Bytes32(bytes[..<32]),
      let s = Bytes32(bytes[32..<64])
    else { throw .badSignatureLength(bytes.count) }
    self.init(r: r, s: s, v: bytes[64])
  }

  public var bytes: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Signature.byteCount) { buffer, count in
      let start = UnsafeMutableRawPointer(buffer.baseAddress!)
      r.store(to: start)
      s.store(to: start + 32)
      buffer[64] = v
      count = Signature.byteCount
    }
  }

  /// The address whose key signed this digest.
  public func recover(digest: Bytes32) throws(Refusal) -> Address {
    try recoverKey(digest: digest).address
  }

  /// The key that signed this digest.
  public func recoverKey(digest: Bytes32) throws(Refusal) -> PublicKey {
    guard v == 27 || v == 28 else { throw .badRecoveryByte(v) }
    guard s <= Secp256k1.halfOrder else { throw .highS }
    guard let key = Secp256k1.recover(self, digest) else { throw .badSignature }
    return key
  }
}

extension Refusal {
  /// No key could have made this signature.
  public static var badSignature: Refusal { Refusal("badSignature") }

  /// The higher of the two values of s, which would make a second signature of every one.
  public static var highS: Refusal { Refusal("highS") }

  /// The last byte of a signature is neither 27 nor 28.
  public static func badRecoveryByte(_ v: UInt8) -> Refusal {
    Refusal("badRecoveryByte", ["v": UInt64(v)])
  }

  /// A signature that is not 65 bytes long.
  public static func badSignatureLength(_ got: Int) -> Refusal {
    Refusal("badSignatureLength", ["got": UInt64(clamping: got), "needs": 65])
  }
}
