// Addresses as people see them: hex, with the checksum of EIP-55 in the case of its letters.

extension Address {
  /// Reads `0x` and 40 hex digits. Letters of both cases must be the checksum's (EIP-55); all
  /// lower or all upper carries none and is accepted.
  public init?(hex: String) {
    guard let bytes = Hex.decode(hex), let address = Address(bytes) else { return nil }
    let letters = hex.utf8.dropFirst(2).filter { $0 > UInt8(ascii: "9") }
    let upper = letters.count { $0 < UInt8(ascii: "a") }
    if upper > 0, upper < letters.count, hex != address.checksummed { return nil }
    self = address
  }

  /// The mixed-case form of EIP-55.
  public var checksummed: String {
    String(unsafeUninitializedCapacity: 2 + 2 * Address.byteCount) { text in
      text[0] = UInt8(ascii: "0")
      text[1] = UInt8(ascii: "x")
      let digits = UnsafeMutableBufferPointer(rebasing: text[2..<(2 + 2 * Address.byteCount)])
      Hex.write(bytes, to: digits)
      let mask = Keccak256.hash(UnsafeRawBufferPointer(digits)).words
      // Its 40 leading digits, a half byte for each letter.
      for index in 0..<(2 * Address.byteCount) {
        let word = index < 16 ? mask.0 : index < 32 ? mask.1 : mask.2
        let isUpper = (word << UInt64(4 * (index & 15))) >> 63 == 1
        if isUpper, digits[index] > UInt8(ascii: "9") { digits[index] -= 32 }
      }
      return 2 + 2 * Address.byteCount
    }
  }
}
