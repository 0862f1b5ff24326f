// The start of an id as a person typed it, down to single bits.

public import Primitives

/// The first bits of an id, as a person typed them.
public struct IDPrefix: Hashable, Sendable {
  /// The bits that are known, the rest zero.
  public let leading: Bytes32
  public let bitCount: Int

  /// The first `bitCount` bits of `bytes`; bits beyond them are ignored.
  public init(_ bytes: [UInt8], bitCount: Int) {
    let count = max(0, min(bitCount, 256, bytes.count * 8))
    var kept = [UInt8](repeating: 0, count: 32)
    for index in 0..<((count + 7) / 8) {
      let left = count - index * 8
      kept[index] = left >= 8 ? bytes[index] : bytes[index] & ~(0xFF >> UInt8(left))
    }
    leading = Bytes32(kept) ?? .zero
    self.bitCount = count
  }

  public func matches(_ id: Bytes32) -> Bool {
    for index in 0..<bitCount where id.bit(index) != leading.bit(index) { return false }
    return true
  }
}

extension IDPrefix {
  /// Reads the letters of a printed id after its `prefix_`, as many as were typed.
  public init?(letters: String) {
    let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    var bytes: [UInt8] = []
    var window: UInt32 = 0
    var bits = 0
    for letter in letters.utf8 {
      guard let value = alphabet.firstIndex(of: letter) else { return nil }
      window = (window << 5 | UInt32(value)) & 0xFFFF
      bits += 5
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: window >> UInt32(bits)))
      }
    }
    guard !letters.isEmpty else { return nil }
    if bits > 0 { bytes.append(UInt8(truncatingIfNeeded: window << UInt32(8 - bits))) }
    self.init(bytes, bitCount: letters.utf8.count * 5)
  }
}
