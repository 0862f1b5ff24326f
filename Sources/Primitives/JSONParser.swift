// Reads JSON strictly (RFC 8259): one text, no duplicate names, bounded in size and depth.

extension JSONValue {
  /// What a reader takes unless it says otherwise.
  public static let depthLimit = 64
  public static let sizeLimit = 16 << 20

  /// Reads UTF-8 text that holds one value and nothing else.
  public init(
    parsing bytes: [UInt8], limit: Int = JSONValue.sizeLimit,
    depth: Int = JSONValue.depthLimit
  ) throws(Refusal) {
    guard bytes.count <= limit else { throw .tooLong(bytes.count, limit: limit) }
    var parser = JSONParser(bytes: bytes, depthLeft: depth)
    self = try parser.document()
  }

  public init(parsing text: String) throws(Refusal) { try self.init(parsing: Array(text.utf8)) }
}

/// A recursive descent over the bytes.
struct JSONParser {
  let bytes: [UInt8]
  var depthLeft: Int
  var at = 0

  init(bytes: [UInt8], depthLeft: Int) {
    self.bytes = bytes
    self.depthLeft = depthLeft
  }

  var malformed: Refusal { .malformed(at: at) }

  /// The next byte, or 0 at the end, which no rule of the grammar takes.
  var next: UInt8 { at < bytes.count ? bytes[at] : 0 }

  mutating func document() throws(Refusal) -> JSONValue {
    let value = try self.value()
    skipSpace()
    guard at == bytes.count else { throw malformed }
    return value
  }

  mutating func skipSpace() {
    while at < bytes.count {
      switch bytes[at] {
      case 0x20, 0x09, 0x0a, 0x0d: at += 1
      default: return
      }
    }
  }

  mutating func value() throws(Refusal) -> JSONValue {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  mutating func word(_ text: StaticString, _ value: JSONValue) throws(Refusal) -> JSONValue {
    let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    guard bytes[at...].starts(with: wanted) else { throw malformed }
    at += wanted.count
    return value
  }

  mutating func object() throws(Refusal) -> JSONValue {
    try open()
    var members: [JSONValue.Member] = []
    var names: Set<[UInt8]> = []
    func isNew(_ name: String) -> Bool {
      // Bytes, since texts that look alike compare equal and yet are two names. Few are compared
      // one by one; many are found by their hash.
      if members.count < JSONParser.fewMembers {
        return members.allSatisfy { !$0.name.utf8.elementsEqual(name.utf8) }
      }
      if names.isEmpty { for member in members { names.insert(Array(member.name.utf8)) } }
      return names.insert(Array(name.utf8)).inserted
    }
    skipSpace()
    if next == UInt8(ascii: "}") { return close(.object([])) }
    while true {
      skipSpace()
      let start = at
      guard next == UInt8(ascii: "\"") else { throw malformed }
      let name = try string()
      guard isNew(name) else { throw .duplicateField(at: start) }
      skipSpace()
      guard next == UInt8(ascii: ":") else { throw malformed }
      at += 1
      members.append(JSONValue.Member(name: name, value: try value()))
      skipSpace()
      if next == UInt8(ascii: "}") { return close(.object(members)) }
      guard next == UInt8(ascii: ",") else { throw malformed }
      at += 1
    }
  }

  private static let fewMembers = 16

  mutating func array() throws(Refusal) -> JSONValue {
    try open()
    var values: [JSONValue] = []
    skipSpace()
    if next == UInt8(ascii: "]") { return close(.array([])) }
    while true {
      values.append(try value())
      skipSpace()
      if next == UInt8(ascii: "]") { return close(.array(values)) }
      guard next == UInt8(ascii: ",") else { throw malformed }
      at += 1
    }
  }

  private mutating func open() throws(Refusal) {
    guard depthLeft > 0 else { throw malformed }
    depthLeft -= 1
    at += 1
  }

  private mutating func close(_ value: JSONValue) -> JSONValue {
    depthLeft += 1
    at += 1
    return value
  }

  /// Integers of 64 bits are numbers; every other number keeps its digits.
  mutating func number() throws(Refusal) -> JSONValue {
    let start = at
    if next == UInt8(ascii: "-") { at += 1 }
    if next == UInt8(ascii: "0") { at += 1 } else { try digits() }
    var whole = true
    if next == UInt8(ascii: ".") {
      whole = false
      at += 1
      try digits()
    }
    if next | 0x20 == UInt8(ascii: "e") {
      whole = false
      at += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { at += 1 }
      try digits()
    }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    if whole {
      // Minus zero has no integer, and keeps its digits like a number that is too wide.
      if text.utf8.first != UInt8(ascii: "-") {
        if let value = UInt64(text) { return .unsigned(value) }
      } else if let value = Int64(text), value != 0 {
        return .integer(value)
      }
    }
    return .decimal(text)
  }

  private mutating func digits() throws(Refusal) {
    let start = at
    while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) { at += 1 }
    guard at > start else { throw malformed }
  }
}
