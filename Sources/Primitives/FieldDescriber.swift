// Lists the fields of a type by name and EIP-712 type: for type hashes and the reference.

/// One field of a struct.
public struct FieldDescription: Hashable, Sendable {
  public var name: String
  /// The EIP-712 type: `uint64`, `bytes32`, `Rate`, `Number[]` …
  public var type: String

  public init(name: String, type: String) {
    self.name = name
    self.type = type
  }
}

/// A struct and its fields.
public struct TypeDescription: Hashable, Sendable {
  public var name: String
  public var fields: [FieldDescription]

  /// `Rate(uint64 amount,uint64 per)`
  public var encoded: String {
    name + "(" + fields.map { $0.type + " " + $0.name }.joined(separator: ",") + ")"
  }
}

/// The visitor that describes a type from its blank value.
public struct FieldDescriber: FieldVisitor {
  var fields: [FieldDescription] = []
  /// Every struct met so far. One is entered blank before it is walked, so that a type that
  /// holds a list of itself ends.
  var types: [TypeDescription] = []
  /// Which Swift type each of them is.
  private var entered: [ObjectIdentifier] = []

  init() {}

  /// The fields of a type, in order.
  public static func fields<T: Fielded>(of type: T.Type) -> [FieldDescription] {
    types(of: type)[0].fields
  }

  /// The type and the structs that it refers to, these sorted by name as EIP-712 wants.
  public static func types<T: Fielded>(of type: T.Type) -> [TypeDescription] {
    var describer = FieldDescriber()
    describer.enter(type)
    let first = describer.types[0]
    return [first]
      + describer.types.dropFirst().sorted {
        $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
      }
  }

  mutating func enter<T: Fielded>(_ type: T.Type) {
    guard !EIP712.isInteger(T.typeName) else { return }
    if let known = types.firstIndex(where: { $0.name == T.typeName }) {
      // Two structs of one name within a type: no wallet could tell which is meant.
      precondition(
        entered[known] == ObjectIdentifier(type), "two structs are named \(T.typeName)")
      return
    }
    let slot = types.count
    entered.append(ObjectIdentifier(type))
    types.append(TypeDescription(name: T.typeName, fields: []))
    let outer = fields
    fields = []
    var blank = T()
    do throws(Refusal) {
      try blank.fields(&self)
    } catch {
      preconditionFailure("\(T.typeName): its blank value is refused: \(error.code)")
    }
    types[slot].fields = fields
    fields = outer
  }

  mutating func add(_ name: StaticString, _ type: String) {
    fields.append(FieldDescription(name: name.description, type: type))
  }
}

extension FieldDescriber {
  public mutating func callAsFunction(_ name: StaticString, _ x: inout Bool) throws(Refusal) {
    add(name, "bool")
  }

  public mutating func callAsFunction(_ name: StaticString, _ x: inout UInt8) throws(Refusal) {
    add(name, "uint8")
  }

  public mutating func callAsFunction(_ name: StaticString, _ x: inout UInt32) throws(Refusal) {
    add(name, "uint32")
  }

  public mutating func callAsFunction(_ name: StaticString, _ x: inout UInt64) throws(Refusal) {
    add(name, "uint64")
  }

  public mutating func callAsFunction(_ name: StaticString, _ x: inout UInt256) throws(Refusal) {
    add(name, "uint256")
  }

  public mutating func callAsFunction(_ name: StaticString, _ x: inout Bytes32) throws(Refusal) {
    add(name, "bytes32")
  }

  public mutating func callAsFunction(_ name: StaticString, _ x: inout Address) throws(Refusal) {
    add(name, "address")
  }

  public mutating func callAsFunction(_ name: StaticString, _ x: inout [UInt8]) throws(Refusal) {
    add(name, "bytes")
  }

  public mutating func callAsFunction(_ name: StaticString, _ x: inout String) throws(Refusal) {
    add(name, "string")
  }

  public mutating func callAsFunction(_ name: StaticString, _ x: inout [UInt64]) throws(Refusal) {
    add(name, "uint64[]")
  }

  public mutating func callAsFunction(
    _ name: StaticString, _ x: inout [Bytes32]
  ) throws(Refusal) { add(name, "bytes32[]") }

  public mutating func callAsFunction(
    _ name: StaticString, _ x: inout [Address]
  ) throws(Refusal) { add(name, "address[]") }

  public mutating func callAsFunction(_ name: StaticString, _ x: inout [String]) throws(Refusal) {
    add(name, "string[]")
  }

  public mutating func callAsFunction<T: Fielded>(
    _ name: StaticString, _ x: inout T
  ) throws(Refusal) {
    add(name, T.typeName)
    enter(T.self)
  }

  public mutating func callAsFunction<T: Fielded>(
    _ name: StaticString, _ x: inout [T]
  ) throws(Refusal) {
    add(name, T.typeName + "[]")
    enter(T.self)
  }
}
