// Reads plain JSON where it stands, without a tree: what software writes, not all that JSON allows.

import Primitives

/// A scanner over JSON without escapes, fractions or letters beyond ASCII. Whatever else there is
/// it calls odd, and leaves to `JSONValue`, which says what is wrong with it, if anything is. So it
/// may take less than that takes, and never takes what that refuses.
struct PlainJSON {
  struct Odd: Error {}

  /// Objects and lists within each other; more are odd.
  static let mostDepth = 8
  /// Members of one object; more are odd.
  static let mostMembers = 16

  let bytes: UnsafeBufferPointer<UInt8>
  private(set) var at = 0
  private var depthLeft = mostDepth

  /// The bytes must outlive it.
  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  private var next: UInt8 { at < bytes.count ? bytes[at] : 0 }

  private mutating func skipSpace() {
    while next == 0x20 || next == 0x0a || next == 0x0d || next == 0x09 { at += 1 }
  }

  private mutating func take(_ byte: UInt8) throws(Odd) {
    guard next == byte else { throw Odd() }
    at += 1
  }

  /// Nothing but space follows.
  mutating func end() throws(Odd) {
    skipSpace()
    guard at == bytes.count else { throw Odd() }
  }

  /// Where a string's letters stand.
  mutating func string() throws(Odd) -> Range<Int> {
    skipSpace()
    try take(UInt8(ascii: "\""))
    let start = at
    while true {
      let letter = next
      guard letter >= 0x20, letter < 0x7f, letter != UInt8(ascii: "\\") else { throw Odd() }
      at += 1
      if letter == UInt8(ascii: "\"") { return start..<(at - 1) }
    }
  }

  /// A whole number without a sign, as a number and not as text.
  mutating func number() throws(Odd) -> UInt64 {
    skipSpace()
    let start = at
    while next &- 48 < 10 { at += 1 }
    guard next != UInt8(ascii: "."), next | 0x20 != UInt8(ascii: "e") else { throw Odd() }
    return try decimal(start..<at)
  }

  /// Money and time, which clients write as text or as numbers.
  mutating func integer() throws(Odd) -> UInt64 {
    skipSpace()
    return next == UInt8(ascii: "\"") ? try decimal(try string()) : try number()
  }

  /// Shows each member's name; whoever is shown one reads its value.
  mutating func object(
    _ member: (inout PlainJSON, _ name: Range<Int>) throws(Odd) -> Void
  ) throws(Odd) {
    skipSpace()
    try take(UInt8(ascii: "{"))
    try enter()
    var names = InlineArray<16, Range<Int>>(repeating: 0..<0)
    var count = 0
    skipSpace()
    while next != UInt8(ascii: "}") {
      let name = try string()
      guard count < PlainJSON.mostMembers else { throw Odd() }
      for index in 0..<count where isSame(names[index], name) { throw Odd() }
      names[count] = name
      count += 1
      skipSpace()
      try take(UInt8(ascii: ":"))
      try member(&self, name)
      skipSpace()
      guard next == UInt8(ascii: ",") else { break }
      at += 1
      skipSpace()
      // A comma promises another member.
      guard next == UInt8(ascii: "\"") else { throw Odd() }
    }
    try take(UInt8(ascii: "}"))
    depthLeft += 1
  }

  /// A value of which nothing is wanted, but that it is one.
  mutating func skip() throws(Odd) {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): try object { (json, _) throws(Odd) in try json.skip() }
    case UInt8(ascii: "["): try skipList()
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "t"): try word("true")
    case UInt8(ascii: "f"): try word("false")
    case UInt8(ascii: "n"): try word("null")
    default: _ = try number()
    }
  }

  private mutating func skipList() throws(Odd) {
    at += 1
    try enter()
    skipSpace()
    if next != UInt8(ascii: "]") {
      try skip()
      skipSpace()
      while next == UInt8(ascii: ",") {
        at += 1
        try skip()
        skipSpace()
      }
    }
    try take(UInt8(ascii: "]"))
    depthLeft += 1
  }

  private mutating func enter() throws(Odd) {
    guard depthLeft > 0 else { throw Odd() }
    depthLeft -= 1
  }

  private mutating func word(_ text: StaticString) throws(Odd) {
    let letters = at..<min(at + text.utf8CodeUnitCount, bytes.count)
    guard reads(letters, text) else { throw Odd() }
    at = letters.upperBound
  }
}

// MARK: - What letters say

extension PlainJSON {
  func reads(_ letters: Range<Int>, _ text: StaticString) -> Bool {
    let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    return UnsafeBufferPointer(rebasing: bytes[letters]).elementsEqual(wanted)
  }

  func text(_ letters: Range<Int>) -> String {
    String(decoding: UnsafeBufferPointer(rebasing: bytes[letters]), as: UTF8.self)
  }

  private func isSame(_ one: Range<Int>, _ other: Range<Int>) -> Bool {
    one.count == other.count
      && UnsafeBufferPointer(rebasing: bytes[one]).elementsEqual(
        UnsafeBufferPointer(rebasing: bytes[other]))
  }

  /// Digits without a zero before them; as many as always fit.
  private func decimal(_ letters: Range<Int>) throws(Odd) -> UInt64 {
    guard (1...19).contains(letters.count),
      letters.count == 1 || bytes[letters.lowerBound] != UInt8(ascii: "0")
    else { throw Odd() }
    var value: UInt64 = 0
    for index in letters {
      let digit = bytes[index] &- 48
      guard digit < 10 else { throw Odd() }
      value = value * 10 + UInt64(digit)
    }
    return value
  }

  /// `0x` and two digits of either case for each of so many bytes: where the digits stand.
  private func digits(_ letters: Range<Int>, of byteCount: Int) throws(Odd) -> Range<Int> {
    guard letters.count == 2 + 2 * byteCount, bytes[letters.lowerBound] == UInt8(ascii: "0"),
      bytes[letters.lowerBound + 1] == UInt8(ascii: "x")
    else { throw Odd() }
    return (letters.lowerBound + 2)..<letters.upperBound
  }

  /// A number of at most 64 digits.
  private func number(_ digits: Range<Int>) throws(Odd) -> Bytes32 {
    let end = digits.upperBound
    /// Sixteen digits from the end on, or as many as there are.
    func word(_ fromEnd: Int) throws(Odd) -> UInt64 {
      let last = max(end - 16 * fromEnd, digits.lowerBound)
      return try self.word(max(last - 16, digits.lowerBound)..<last)
    }
    return Bytes32(words: try word(3), try word(2), try word(1), try word(0))
  }

  /// At most sixteen digits, all of which are looked at before any is judged.
  private func word(_ digits: Range<Int>) throws(Odd) -> UInt64 {
    var word: UInt64 = 0
    var isOdd = false
    for index in digits {
      let letter = bytes[index]
      isOdd = isOdd || !PlainJSON.isDigit(letter)
      word = word << 4 | UInt64(PlainJSON.value(letter))
    }
    guard !isOdd else { throw Odd() }
    return word
  }

  private static func isDigit(_ letter: UInt8) -> Bool {
    letter &- 48 < 10 || (letter | 0x20) &- 97 < 6
  }

  /// What a digit counts: the low four bits of 0 to 9, and nine more for letters.
  private static func value(_ digit: UInt8) -> UInt8 { (digit & 15) + (digit >> 6) * 9 }

  func word32(_ letters: Range<Int>) throws(Odd) -> Bytes32 {
    try number(try digits(letters, of: Bytes32.byteCount))
  }

  func address(_ letters: Range<Int>) throws(Odd) -> Address {
    Address(lastBytesOf: try number(try digits(letters, of: Address.byteCount)))
  }

  /// So many bytes.
  func data(_ letters: Range<Int>, _ byteCount: Int) throws(Odd) -> [UInt8] {
    let digits = try digits(letters, of: byteCount)
    var isOdd = false
    let data = [UInt8](unsafeUninitializedCapacity: byteCount) { data, count in
      for index in 0..<byteCount {
        let high = bytes[digits.lowerBound + 2 * index]
        let low = bytes[digits.lowerBound + 2 * index + 1]
        isOdd = isOdd || !PlainJSON.isDigit(high) || !PlainJSON.isDigit(low)
        data[index] = PlainJSON.value(high) << 4 | PlainJSON.value(low)
      }
      count = byteCount
    }
    guard !isOdd else { throw Odd() }
    return data
  }
}
