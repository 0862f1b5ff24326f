// Reads the input file `{"input_data": [[…]]}` that proof tools share.

public import Primitives

/// The lists of numbers in an `input_data` file; each holds one sample or several.
public enum InputJSON {
  /// The most bytes of a file.
  public static let mostBytes = 1 << 28

  public static func read(_ bytes: [UInt8]) throws(Refusal) -> [[Float]] {
    guard bytes.count <= mostBytes else {
      throw Refusal("tooLarge", ["got": UInt64(bytes.count), "most": UInt64(mostBytes)])
    }
    var scanner = Scanner(bytes: bytes)
    try scanner.take("{")
    try scanner.takeKey("input_data")
    try scanner.take(":")
    try scanner.take("[")
    var lists = [try scanner.list()]
    while scanner.skip(",") { lists.append(try scanner.list()) }
    try scanner.take("]")
    try scanner.take("}")
    try scanner.end()
    return lists
  }

  /// Walks over the text; it knows no nesting, so that none can be too deep.
  private struct Scanner {
    let bytes: [UInt8]
    var at = 0

    var malformed: Refusal {
      Refusal("malformedInput", ["offset": UInt64(at)])
    }

    mutating func skipSpace() {
      while at < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[at]) { at += 1 }
    }

    mutating func skip(_ mark: Unicode.Scalar) -> Bool {
      skipSpace()
      guard at < bytes.count, UInt32(bytes[at]) == mark.value else { return false }
      at += 1
      return true
    }

    mutating func take(_ mark: Unicode.Scalar) throws(Refusal) {
      guard skip(mark) else { throw malformed }
    }

    mutating func takeKey(_ key: String) throws(Refusal) {
      try take("\"")
      for byte in Array(key.utf8) + [0x22] {
        guard at < bytes.count, bytes[at] == byte else { throw malformed }
        at += 1
      }
    }

    mutating func end() throws(Refusal) {
      skipSpace()
      guard at == bytes.count else { throw malformed }
    }

    mutating func list() throws(Refusal) -> [Float] {
      try take("[")
      if skip("]") { return [] }
      var numbers = [try number()]
      while skip(",") { numbers.append(try number()) }
      try take("]")
      return numbers
    }

    /// A JSON number; `NaN` and `Infinity` are none, and neither is what no float can hold.
    mutating func number() throws(Refusal) -> Float {
      skipSpace()
      let start = at
      if at < bytes.count, bytes[at] == 0x2d { at += 1 }
      let whole = digits()
      guard whole > 0, whole == 1 || bytes[at - whole] != 0x30 else { throw malformed }
      if at < bytes.count, bytes[at] == 0x2e {
        at += 1
        guard digits() > 0 else { throw malformed }
      }
      if at < bytes.count, bytes[at] | 0x20 == 0x65 {
        at += 1
        if at < bytes.count, bytes[at] == 0x2b || bytes[at] == 0x2d { at += 1 }
        guard digits() > 0 else { throw malformed }
      }
      guard at - start <= 64 else { throw malformed }
      guard let value = Float(String(decoding: bytes[start..<at], as: UTF8.self)) else {
        throw malformed
      }
      guard value.isFinite else { throw .notFinite(at: start) }
      return value
    }

    private mutating func digits() -> Int {
      let start = at
      while at < bytes.count, (0x30...0x39).contains(bytes[at]) { at += 1 }
      return at - start
    }
  }
}
