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
    let digits = Array(Hex.digits(bytes).utf8)
    let mask = Keccak256.hash(digits).bytes
    var text = Array("0x".utf8)
    for (index, digit) in digits.enumerated() {
      let nibble = index % 2 == 0 ? mask[index / 2] >> 4 : mask[index / 2] & 15
      text.append(digit > UInt8(ascii: "9") && nibble >= 8 ? digit - 32 : digit)
    }
    return String(decoding: text, as: UTF8.self)
  }
}
