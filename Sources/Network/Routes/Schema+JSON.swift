// Shapes as JSON Schema 2020-12, the dialect of OpenAPI 3.1, and an example of each.

import Primitives

/// Collects the schemas that are shown once, by name.
struct SchemaBook {
  private(set) var components: [JSONValue.Member] = []
  /// Names that two different shapes claim; a test keeps it empty.
  private(set) var clashes: [String] = []

  static func reference(_ name: String) -> JSONValue {
    ["$ref": .string("#/components/schemas/\(name)")]
  }

  mutating func json(_ schema: Schema) -> JSONValue {
    switch schema {
    case .object(let members): object(members)
    case .anyObject: ["type": "object"]
    case .list(let item): ["type": "array", "items": json(item)]
    case .number(let range): SchemaBook.integer(range)
    case .flag: ["type": "boolean"]
    case .text(let form, _): ["type": "string", "pattern": .string("^(\(form))$")]
    case .words: ["type": "string"]
    case .choice(let words): ["type": "string", "enum": .array(words.map { .string($0) })]
    case .either(let schemas): ["anyOf": .array(schemas.map { json($0) })]
    case .nothing: ["type": "null"]
    case .bytes: ["type": "string", "format": "binary"]
    case .fields(let fields): self.fields(fields)
    case .named(let name, let inner): named(name, inner)
    }
  }

  private mutating func object(_ members: [SchemaMember]) -> JSONValue {
    var properties: [JSONValue.Member] = []
    for member in members {
      var value = json(member.schema)
      if !member.about.isEmpty, case .object(let inside) = value {
        value = .object(inside + [.init(name: "description", value: .string(member.about))])
      }
      properties.append(.init(name: member.name, value: value))
    }
    return SchemaBook.object(
      properties, required: members.filter(\.isRequired).map(\.name))
  }

  private static func object(_ properties: [JSONValue.Member], required: [String]) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init(name: "type", value: "object"), .init(name: "properties", value: .object(properties)),
    ]
    if !required.isEmpty {
      members.append(.init(name: "required", value: .array(required.map { .string($0) })))
    }
    members.append(.init(name: "additionalProperties", value: false))
    return .object(members)
  }

  private mutating func named(_ name: String, _ inner: Schema) -> JSONValue {
    // Entered before it is walked, so that its place is that of its first mention.
    if !components.contains(where: { $0.name == name }) {
      components.append(.init(name: name, value: .null))
      let value = json(inner)
      if let place = components.firstIndex(where: { $0.name == name }) {
        components[place].value = value
      }
    }
    return SchemaBook.reference(name)
  }

  private mutating func fields(_ fields: SchemaFields) -> JSONValue {
    for type in fields.types {
      let value = SchemaBook.object(
        type.fields.map { .init(name: $0.name, value: SchemaBook.field($0.type)) },
        required: type.fields.map(\.name))
      if let known = components.first(where: { $0.name == type.name }) {
        if known.value != value { clashes.append(type.name) }
      } else {
        components.append(.init(name: type.name, value: value))
      }
    }
    return SchemaBook.reference(fields.types[0].name)
  }

  /// The JSON of a field by its EIP-712 type, as `JSONWriter` writes it.
  private static func field(_ type: String) -> JSONValue {
    if type.hasSuffix("[]") {
      return ["type": "array", "items": field(String(type.dropLast(2)))]
    }
    switch type {
    case "bool": return ["type": "boolean"]
    case "uint8": return integer(0...UInt64(UInt8.max))
    case "uint32": return integer(0...UInt64(UInt32.max))
    case "uint64": return integer(0...UInt64.max)
    // Those of other contracts too: 40 bits of a delay, 128 of a voucher.
    case let wide where wide.hasPrefix("uint"):
      return ["type": "string", "pattern": "^[0-9]{1,78}$"]
    case "bytes32": return ["type": "string", "pattern": "^0x[0-9a-f]{64}$"]
    case "address": return ["type": "string", "pattern": "^0x[0-9a-f]{40}$"]
    case "bytes": return ["type": "string", "pattern": "^0x([0-9a-f]{2})*$"]
    case "string": return ["type": "string"]
    default: return reference(type)
    }
  }

  private static func integer(_ range: ClosedRange<UInt64>) -> JSONValue {
    [
      "type": "integer", "minimum": .unsigned(range.lowerBound),
      "maximum": .unsigned(range.upperBound),
    ]
  }
}

extension Schema {
  /// A value of the shape.
  var example: JSONValue {
    switch self {
    case .object(let members):
      .object(members.map { .init(name: $0.name, value: $0.schema.example) })
    case .anyObject: .object([])
    case .list(let item): .array([item.example])
    case .number(let range): .unsigned(range.lowerBound)
    case .flag: false
    case .text(_, let example), .words(let example): .string(example)
    case .choice(let words): .string(words.first ?? "")
    case .either(let schemas): schemas.first?.example ?? .null
    case .nothing: .null
    case .bytes: ""
    case .fields(let fields): fields.example
    case .named(_, let inner): inner.example
    }
  }
}
