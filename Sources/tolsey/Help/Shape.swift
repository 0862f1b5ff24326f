// The shape of JSON that a command answers, and its form as JSON Schema 2020-12.

import Primitives

/// What `data` may hold. An object is closed unless it says that rows of the ledger stand in it.
indirect enum Shape: Sendable {
  case text
  /// A whole number from 0 to 2^64 − 1.
  case count
  /// Any number.
  case number
  case flag
  case null
  case any
  case list(Shape)
  case either([Shape])
  case choice([String])
  case members([ShapeMember], isOpen: Bool)

  /// An object with exactly these members; those of `may` may be missing.
  static func object(
    _ must: KeyValuePairs<String, Shape>, may: KeyValuePairs<String, Shape> = [:]
  ) -> Shape {
    .members(members(must, may), isOpen: false)
  }

  /// An object that has more: rows as the reference of formats lists them.
  static func open(
    _ must: KeyValuePairs<String, Shape> = [:], may: KeyValuePairs<String, Shape> = [:]
  ) -> Shape {
    .members(members(must, may), isOpen: true)
  }

  static func orNull(_ shape: Shape) -> Shape { .either([shape, .null]) }
  static let texts = Shape.list(.text)

  private static func members(
    _ must: KeyValuePairs<String, Shape>, _ may: KeyValuePairs<String, Shape>
  ) -> [ShapeMember] {
    must.map { ShapeMember(name: $0.key, shape: $0.value, isRequired: true) }
      + may.map { ShapeMember(name: $0.key, shape: $0.value, isRequired: false) }
  }
}

struct ShapeMember: Sendable {
  var name: String
  var shape: Shape
  var isRequired: Bool
}

extension Shape {
  var json: JSONValue {
    switch self {
    case .text: ["type": "string"]
    case .count:
      ["type": "integer", "minimum": 0, "maximum": .unsigned(.max)]
    case .number: ["type": "number"]
    case .flag: ["type": "boolean"]
    case .null: ["type": "null"]
    case .any: .object([])
    case .list(let item): ["type": "array", "items": item.json]
    case .either(let shapes): ["anyOf": .array(shapes.map(\.json))]
    case .choice(let words): ["enum": .array(words.map { .string($0) })]
    case .members(let members, let isOpen):
      .object(
        [
          .init(name: "type", value: "object"),
          .init(
            name: "properties",
            value: .object(members.map { .init(name: $0.name, value: $0.shape.json) })),
          .init(
            name: "required",
            value: .array(members.filter(\.isRequired).map { .string($0.name) })),
        ] + (isOpen ? [] : [.init(name: "additionalProperties", value: false)]))
    }
  }

  /// What is wrong with a value, by its place; nil where it fits.
  func fault(in value: JSONValue, at place: String = "data") -> String? {
    switch (self, value) {
    case (.any, _), (.text, .string), (.flag, .bool), (.null, .null): return nil
    case (.count, _) where value.uint64 != nil: return nil
    case (.number, .unsigned), (.number, .integer), (.number, .decimal): return nil
    case (.choice(let words), .string(let text)) where words.contains(text): return nil
    case (.list(let item), .array(let values)):
      return values.indices.lazy.compactMap { item.fault(in: values[$0], at: "\(place)[\($0)]") }
        .first
    case (.either(let shapes), _):
      let faults = shapes.map { $0.fault(in: value, at: place) }
      return faults.contains { $0 == nil } ? nil : "\(place) is none of what it may be"
    case (.members(let members, let isOpen), .object(let values)):
      for member in members {
        guard let found = values.first(where: { $0.name == member.name }) else {
          if member.isRequired { return "\(place).\(member.name) is missing" }
          continue
        }
        if let fault = member.shape.fault(in: found.value, at: "\(place).\(member.name)") {
          return fault
        }
      }
      let known = Set(members.map(\.name))
      return isOpen
        ? nil : values.first { !known.contains($0.name) }.map { "\(place).\($0.name) is unknown" }
    default: return "\(place) is \(value.text.prefix(40)), which does not fit"
    }
  }
}

/// The envelope with a command's data in it.
enum EnvelopeSchema {
  static func json(_ name: String, _ data: Shape) -> JSONValue {
    let error = Shape.object(["code": .text, "message": .text, "hint": .orNull(.text)])
    return [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "$id": .string("urn:tolsey:schema:\(name)"),
      "title": .string(name),
      "type": "object",
      "properties": [
        "schema": ["const": .string(name)],
        "ok": ["type": "boolean"],
        "data": Shape.orNull(data).json,
        "errors": Shape.list(error).json,
        "warnings": Shape.texts.json,
      ],
      "required": ["schema", "ok", "data", "errors", "warnings"],
      "additionalProperties": false,
    ]
  }
}
