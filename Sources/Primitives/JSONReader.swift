// Fills a field list from JSON; an unknown, missing or doubled field is refused by its name.

/// The visitor that reads JSON. Integers are numbers or decimal strings, bytes hex with `0x`.
struct JSONReader: FieldVisitor {
  private let members: [JSONValue.Member]
  private var taken = 0

  static func read<T: Fielded>(_ type: T.Type, from json: JSONValue) throws(Refusal) -> T {
    var value = T()
    if EIP712.isInteger(T.typeName) {
      var reader = JSONReader([JSONValue.Member(name: "value", value: json)])
      try value.fields(&reader)
      return value
    }
    guard case .object(let members) = json else { throw .badField("", wants: T.typeName) }
    var reader = JSONReader(members)
    try value.fields(&reader)
    guard reader.taken == members.count else { throw reader.surplus(type) }
    return value
  }

  private init(_ members: [JSONValue.Member]) { self.members = members }

  /// Most objects come in the order in which they were written, so look there first.
  private mutating func take(_ name: StaticString) throws(Refusal) -> JSONValue {
    let start = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    if taken < members.count, members[taken].name.utf8.elementsEqual(start) {
      taken += 1
      return members[taken - 1].value
    }
    guard let found = members.first(where: { $0.name.utf8.elementsEqual(start) }) else {
      throw .missingField(name.description)
    }
    taken += 1
    return found.value
  }

  /// Names the first member that the type does not have, or has once and the object twice.
  private func surplus<T: Fielded>(_ type: T.Type) -> Refusal {
    let known = FieldDescriber.fields(of: type).map { Array($0.name.utf8) }
    var seen: Set<[UInt8]> = []
    for member in members {
      let name = Array(member.name.utf8)
      guard known.contains(name) else { return .unknownField(member.name) }
      guard seen.insert(name).inserted else { return .duplicateField(member.name) }
    }
    return .unknownField("")
  }
}

extension JSONReader {
  private mutating func integer(_ name: StaticString, _ limit: UInt64) throws(Refusal) -> UInt64 {
    guard let value = JSONReader.integer(try take(name)), value <= limit else {
      throw .badField(name.description, wants: "integer")
    }
    return value
  }

  private static func integer(_ json: JSONValue) -> UInt64? {
    if let text = json.string { return UInt256(decimal: text)?.uint64 }
    return json.uint64
  }

  private mutating func list<E>(
    _ name: StaticString, wants: String, _ read: (JSONValue) -> E?
  ) throws(Refusal) -> [E] {
    guard case .array(let values) = try take(name) else {
      throw .badField(name.description, wants: wants)
    }
    var list: [E] = []
    list.reserveCapacity(values.count)
    for value in values {
      guard let element = read(value) else { throw .badField(name.description, wants: wants) }
      list.append(element)
    }
    return list
  }

  private mutating func one<E>(
    _ name: StaticString, wants: String, _ read: (JSONValue) -> E?
  ) throws(Refusal) -> E {
    guard let value = read(try take(name)) else {
      throw .badField(name.description, wants: wants)
    }
    return value
  }

  private static func word(_ json: JSONValue) -> Bytes32? {
    json.string.flatMap(Bytes32.init(hex:))
  }

  private static func address(_ json: JSONValue) -> Address? {
    json.string.flatMap(Address.init(hex:))
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout Bool) throws(Refusal) {
    x = try one(name, wants: "bool") { $0.bool }
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout UInt8) throws(Refusal) {
    x = UInt8(truncatingIfNeeded: try integer(name, UInt64(UInt8.max)))
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout UInt32) throws(Refusal) {
    x = UInt32(truncatingIfNeeded: try integer(name, UInt64(UInt32.max)))
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout UInt64) throws(Refusal) {
    x = try integer(name, .max)
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout UInt256) throws(Refusal) {
    x = try one(name, wants: "integer") { json in
      switch json {
      case .string(let digits), .decimal(let digits): UInt256(decimal: digits)
      default: json.uint64.map { UInt256($0) }
      }
    }
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout Bytes32) throws(Refusal) {
    x = try one(name, wants: "bytes32", JSONReader.word)
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout Address) throws(Refusal) {
    x = try one(name, wants: "address", JSONReader.address)
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout [UInt8]) throws(Refusal) {
    x = try one(name, wants: "bytes") { $0.string.flatMap(Hex.decode) }
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout String) throws(Refusal) {
    x = try one(name, wants: "string") { $0.string }
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout [UInt64]) throws(Refusal) {
    x = try list(name, wants: "integer", JSONReader.integer)
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout [Bytes32]) throws(Refusal) {
    x = try list(name, wants: "bytes32", JSONReader.word)
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout [Address]) throws(Refusal) {
    x = try list(name, wants: "address", JSONReader.address)
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout [String]) throws(Refusal) {
    x = try list(name, wants: "string") { $0.string }
  }

  mutating func callAsFunction<T: Fielded>(_ name: StaticString, _ x: inout T) throws(Refusal) {
    x = try JSONReader.read(T.self, from: try take(name))
  }

  mutating func callAsFunction<T: Fielded>(_ name: StaticString, _ x: inout [T]) throws(Refusal) {
    guard case .array(let values) = try take(name) else {
      throw .badField(name.description, wants: "array")
    }
    x = []
    x.reserveCapacity(values.count)
    for value in values { x.append(try JSONReader.read(T.self, from: value)) }
  }
}

extension Fielded {
  /// Reads an object that has exactly the fields of the type, in any order.
  public init(json: JSONValue) throws(Refusal) { self = try JSONReader.read(Self.self, from: json) }
}

extension Refusal {
  public static func unknownField(_ name: String) -> Refusal { named("unknownField", name) }
  public static func missingField(_ name: String) -> Refusal { named("missingField", name) }
  public static func duplicateField(_ name: String) -> Refusal { named("duplicateField", name) }

  /// A field that holds something else than its type wants.
  public static func badField(_ name: String, wants type: String) -> Refusal {
    var refusal = named("badField", name)
    refusal.numbers.append(Number("wants " + type, 0))
    return refusal
  }

  /// Carries the name as that of its number; a long one is a stranger's and is cut.
  private static func named(_ code: String, _ name: String) -> Refusal {
    Refusal(code, [Number(String(decoding: name.utf8.prefix(64), as: UTF8.self), 0)])
  }
}
