// The start of an id as somebody typed it: the printed form, hex, or the first letters of either.

public import Primitives

/// The known first bits of an id. A whole id has 256.
public struct IDStem: Hashable, Sendable {
  /// The known bits, the rest zero.
  public var leading: [UInt8]
  public var bitCount: Int
  /// What the prefix said the id names (`order`); nil for hex.
  public var kind: String?

  /// Fewer bits than these would match too much to be meant.
  public static let leastBits = 15

  /// Why a text is no id.
  public enum Fault: Error, Hashable, Sendable {
    case malformed, tooShort, mistyped
    /// It names something else than what is asked for.
    case wrongKind(String)
  }

  /// The id, where all of it was typed.
  public var whole: Bytes32? { bitCount == 256 ? Bytes32(leading) : nil }

  /// Reads `order_…` (all of it with its checksum, or its first letters), `0x…` or bare hex.
  ///
  /// - Parameter kind: what the route asks for; another kind's prefix is refused.
  public init(reading text: String, kind wanted: String? = nil) throws(Fault) {
    guard text.utf8.count <= 96 else { throw .malformed }
    guard let bar = text.lastIndex(of: "_") else {
      (leading, bitCount) = try IDStem.hex(text)
      try requireEnough()
      return
    }
    let prefix = String(text[..<bar])
    if let wanted, prefix != wanted {
      throw .wrongKind(prefix)
    }
    kind = prefix
    let letters = String(text[text.index(after: bar)...])
    if letters.utf8.count == 56 {
      do {
        leading = try PrintedID.parse(prefix, text).bytes
      } catch {
        throw .mistyped
      }
      bitCount = 256
      return
    }
    guard letters.utf8.count < 52, let (bytes, bits) = IDStem.bits(of: letters) else {
      throw .malformed
    }
    leading = bytes
    bitCount = bits
    try requireEnough()
  }

  private static func hex(_ text: String) throws(Fault) -> ([UInt8], Int) {
    var digits = text.hasPrefix("0x") ? String(text.dropFirst(2)) : text
    guard (1...64).contains(digits.utf8.count) else { throw .malformed }
    let bitCount = digits.utf8.count * 4
    if digits.utf8.count % 2 == 1 { digits += "0" }
    guard let bytes = Hex.decode("0x" + digits.lowercased()) else {
      throw .malformed
    }
    return (bytes, bitCount)
  }

  private func requireEnough() throws(Fault) {
    guard bitCount >= IDStem.leastBits else {
      throw .tooShort
    }
  }

  /// Five bits a letter, in Crockford's alphabet.
  private static func bits(of letters: String) -> ([UInt8], Int)? {
    let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    var bytes: [UInt8] = []
    var window: UInt32 = 0
    var pending = 0
    for letter in letters.utf8 {
      guard let value = alphabet.firstIndex(of: letter) else { return nil }
      window = (window << 5 | UInt32(value)) & 0xffff
      pending += 5
      if pending >= 8 {
        pending -= 8
        bytes.append(UInt8(truncatingIfNeeded: window >> UInt32(pending)))
      }
    }
    if pending > 0 { bytes.append(UInt8(truncatingIfNeeded: window << UInt32(8 - pending))) }
    return letters.isEmpty ? nil : (bytes, letters.utf8.count * 5)
  }

  /// Whether the id begins so.
  public func matches(_ id: Bytes32) -> Bool {
    let bytes = id.bytes
    for index in 0..<(bitCount / 8) where bytes[index] != leading[index] { return false }
    let rest = bitCount % 8
    guard rest > 0 else { return true }
    let mask = ~(UInt8(0xff) >> UInt8(rest))
    return bytes[bitCount / 8] & mask == leading[bitCount / 8] & mask
  }
}
