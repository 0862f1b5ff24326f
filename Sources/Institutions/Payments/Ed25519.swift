// Ed25519 by one rule that every machine agrees on, whatever its library allows beside it.

import Crypto
import Primitives

/// Signatures of RFC 8032, verified strictly: both points and the number in their canonical
/// encoding, neither point of small order, and the equation without the cofactor.
///
/// Libraries differ at those edges (Chalkias, Garillot, Nikolaenko, *Taming the many EdDSAs*,
/// 2020), and a ledger that judges by a signature must not. What is left to the library is the
/// equation itself, on which all of them agree.
enum Ed25519 {
  static let byteCount = 64

  static func verifies(_ signature: [UInt8], of message: [UInt8], by key: Bytes32) -> Bool {
    guard signature.count == byteCount, isPlain(signature[..<32]), isPlain(key.bytes[...]),
      isBelowOrder(signature[32...]),
      let key = try? Curve25519.Signing.PublicKey(rawRepresentation: key.bytes)
    else { return false }
    return key.isValidSignature(signature, for: message)
  }

  /// Whether the encoding of a point is canonical and its order not small.
  private static func isPlain(_ point: ArraySlice<UInt8>) -> Bool {
    var y = Array(point)
    y[31] &= 0x7f
    // The field has 2^255 − 19 elements; the encoding is little-endian.
    let isAbove = y[31] == 0x7f && y[1...30].allSatisfy { $0 == 0xff } && y[0] >= 0xed
    return !isAbove && !smallOrder.contains(y)
  }

  /// The y of the eight points whose order divides the cofactor; their x differ in the sign.
  private static let smallOrder: [[UInt8]] = [
    [UInt8](repeating: 0, count: 32),
    [1] + [UInt8](repeating: 0, count: 31),
    [0xec] + [UInt8](repeating: 0xff, count: 30) + [0x7f],
    bytes(
      0xc717_6a70_3d4d_d84f, 0xba3c_0b76_0d10_670f, 0x2a20_53fa_2c39_ccc6, 0x4ec7_fd77_92ac_037a),
    bytes(
      0x26e8_958f_c2b2_27b0, 0x45c3_f489_f2ef_98f0, 0xd5df_ac05_d3c6_3339, 0xb138_0288_6d53_fc05),
  ]

  private static func bytes(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) -> [UInt8] {
    Bytes32(words: a, b, c, d).bytes
  }

  /// The order of the base point, 2^252 + 27742317777372353535851937790883648493, little-endian.
  private static let order = bytes(
    0xedd3_f55c_1a63_1258, 0xd69c_f7a2_def9_de14, 0, 0x10)

  private static func isBelowOrder(_ number: ArraySlice<UInt8>) -> Bool {
    for (digit, bound) in zip(number.reversed(), order.reversed()) where digit != bound {
      return digit < bound
    }
    return false
  }
}
