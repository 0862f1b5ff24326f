// The shape of JSON that the API takes or gives: written once, shown in the document, tested.

import Primitives

/// A shape. What is signed or stored takes its shape from its field list, so that it cannot
/// differ from the bytes that travel.
public indirect enum Schema: Sendable {
  /// An object with these members and no others.
  case object([SchemaMember])
  /// An object of which nothing is said.
  case anyObject
  case list(Schema)
  case number(ClosedRange<UInt64>)
  case flag
  /// A text of a form (ECMA 262, anchored at both ends), with an example.
  case text(form: String, example: String)
  /// Any text.
  case words(example: String)
  case choice([String])
  /// One of several; the first gives the example.
  case either([Schema])
  case nothing
  /// Bytes that are not JSON.
  case bytes
  /// A struct by its field list.
  case fields(SchemaFields)
  /// A shape that the document shows once, under this name.
  case named(String, Schema)
}

/// A member of an object.
public struct SchemaMember: Sendable {
  var name: String
  var schema: Schema
  var isRequired: Bool
  var about: String

  static func must(_ name: String, _ schema: Schema, _ about: String = "") -> SchemaMember {
    SchemaMember(name: name, schema: schema, isRequired: true, about: about)
  }

  static func may(_ name: String, _ schema: Schema, _ about: String = "") -> SchemaMember {
    SchemaMember(name: name, schema: schema, isRequired: false, about: about)
  }
}

/// A struct and those that it holds, with the blank value for an example.
public struct SchemaFields: Sendable {
  var types: [TypeDescription]
  var example: JSONValue

  init<T: Fielded>(_ type: T.Type) {
    types = FieldDescriber.types(of: type)
    example = T().json
  }
}

// MARK: - The shapes that come again and again

extension Schema {
  static let anyNumber = Schema.number(0...UInt64.max)
  static let hash = Schema.text(
    form: "0x[0-9a-f]{64}", example: "0x" + String(repeating: "00", count: 32))
  static let address = Schema.text(
    form: "0x[0-9a-fA-F]{40}", example: "0x" + String(repeating: "00", count: 20))
  /// An address as a client may write it without a checksum.
  static let plainAddress = "0x([0-9a-f]{40}|[0-9A-F]{40})"
  static let payee = Schema.text(
    form: "0x(?!0{40})([0-9a-f]{40}|[0-9A-F]{40})",
    example: "0x" + String(repeating: "01", count: 20))
  static let hex = Schema.text(form: "0x([0-9a-f]{2})*", example: "0x00")
  static let anyText = Schema.words(example: "")

  static func row<T: Fielded>(_ type: T.Type) -> Schema { .fields(SchemaFields(type)) }

  /// The printed id of a kind.
  static func id(_ kind: String) -> Schema {
    .text(form: "\(kind)_[0-9a-hjkmnp-tv-z]{56}", example: PrintedID.full(kind, .zero))
  }

  /// An answer: the height that it reflects, then its members.
  static func answer(_ members: SchemaMember...) -> Schema {
    .object([.must("height", .anyNumber, "the block that the answer reflects")] + members)
  }

  /// A page of a list.
  static func page(_ name: String, of item: Schema) -> Schema {
    .answer(
      .must(name, .list(item)),
      .must("cursor", .either([.nothing, cursor]), "what asks for the next page; null at the end"))
  }

  static let cursor = Schema.text(
    form: "[0-9a-hjkmnp-tv-z]{15,440}", example: PageCursor.example)
}
