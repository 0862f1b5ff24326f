// Turns a field list into JSON: names as declared, integers as numbers, bytes as hex.

/// The visitor that writes JSON.
///
/// `uint8` … `uint64` are JSON numbers, whole and exact (in typed data for wallets, where readers
/// use floats, `uint64` is a decimal string). `uint256` and foreign integers are decimal strings.
/// Bytes are hex with `0x`, structs are objects, lists are arrays.
struct JSONWriter: FieldVisitor {
  var members: [JSONValue.Member] = []
  let forWallets: Bool

  static func object<T: Fielded>(_ value: T, forWallets: Bool) -> JSONValue {
    var value = value
    var writer = JSONWriter(forWallets: forWallets)
    do throws(Refusal) {
      try value.fields(&writer)
    } catch {
      preconditionFailure("\(T.typeName): its field list refused its own value: \(error.code)")
    }
    if EIP712.isInteger(T.typeName), let only = writer.members.first { return only.value }
    return .object(writer.members)
  }

  init(forWallets: Bool) { self.forWallets = forWallets }

  private mutating func add(_ name: StaticString, _ value: JSONValue) {
    members.append(JSONValue.Member(name: name.description, value: value))
  }

  private func number(_ x: UInt64) -> JSONValue {
    forWallets ? .string(String(x)) : .unsigned(x)
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout Bool) throws(Refusal) {
    add(name, .bool(x))
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout UInt8) throws(Refusal) {
    add(name, .unsigned(UInt64(x)))
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout UInt32) throws(Refusal) {
    add(name, .unsigned(UInt64(x)))
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout UInt64) throws(Refusal) {
    add(name, number(x))
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout UInt256) throws(Refusal) {
    add(name, .string(x.description))
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout Bytes32) throws(Refusal) {
    add(name, .string(x.description))
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout Address) throws(Refusal) {
    add(name, .string(x.description))
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout [UInt8]) throws(Refusal) {
    add(name, .string(Hex.encode(x)))
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout String) throws(Refusal) {
    add(name, .string(x))
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout [UInt64]) throws(Refusal) {
    add(name, .array(x.map { number($0) }))
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout [Bytes32]) throws(Refusal) {
    add(name, .array(x.map { .string($0.description) }))
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout [Address]) throws(Refusal) {
    add(name, .array(x.map { .string($0.description) }))
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout [String]) throws(Refusal) {
    add(name, .array(x.map { .string($0) }))
  }

  mutating func callAsFunction<T: Fielded>(_ name: StaticString, _ x: inout T) throws(Refusal) {
    add(name, JSONWriter.object(x, forWallets: forWallets))
  }

  mutating func callAsFunction<T: Fielded>(_ name: StaticString, _ x: inout [T]) throws(Refusal) {
    add(name, .array(x.map { JSONWriter.object($0, forWallets: forWallets) }))
  }
}

extension Fielded {
  /// The value as JSON: an object with the names of its fields, in their order.
  public var json: JSONValue { JSONWriter.object(self, forWallets: false) }
}
