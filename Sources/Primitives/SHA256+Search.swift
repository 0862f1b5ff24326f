// Numbers at which a digest begins with zeros: work that takes many hashes to do and one to check.

import CKernels

extension SHA256 {
  /// The least number from zero on at which the digest of 36 bytes and the number, eight bytes
  /// big-endian, begins with so many zero bits, 32 at most.
  public static func search(_ prefix: [UInt8], zeroBits: Int) -> UInt64 {
    search(prefix, zeroBits: zeroBits, lanes: SHA256Batch.hasLanes)
  }

  /// - Parameter lanes: whether sixteen numbers are tried at once; the answer is the same.
  static func search(_ prefix: [UInt8], zeroBits: Int, lanes: Bool) -> UInt64 {
    precondition(prefix.count == 36 && (1...32).contains(zeroBits))
    let most = UInt32((UInt64(1) << UInt64(32 - zeroBits)) - 1)
    let part: UInt64 = 256
    var first: UInt64 = 0
    while true {
      let found =
        lanes
        ? prefix.withUnsafeBufferPointer {
          tolsey_sha256_search($0.baseAddress, first, part, most)
        } : plainSearch(prefix, first, part, most)
      if found < first + part { return found }
      first += part
    }
  }

  private static func plainSearch(
    _ prefix: [UInt8], _ first: UInt64, _ count: UInt64, _ most: UInt32
  ) -> UInt64 {
    var message = prefix + [UInt8](repeating: 0, count: 8)
    for number in first..<(first + count) {
      message.withUnsafeMutableBytes {
        $0.storeBytes(of: number.bigEndian, toByteOffset: 36, as: UInt64.self)
      }
      if hash(message).words.0 >> 32 <= UInt64(most) { return number }
    }
    return first + count
  }
}
