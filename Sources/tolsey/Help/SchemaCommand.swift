// `tolsey schema`: the shape of each command's `data`, as JSON Schema.

import ArgumentParser
import Primitives

struct SchemaCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "The shapes of what --json answers.",
    subcommands: [SchemaList.self, SchemaShow.self])
}

struct SchemaList: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the schemas by the name that the envelope has.")
  static let schema = "schema.list/1"

  @OptionGroup var global: GlobalOptions

  func run(on console: Console) {
    let names = DataSchemas.names
    let data: JSONValue = ["schemas": .array(names.map { .string($0) })]
    console.result(Self.schema, data) { _ in names.joined(separator: "\n") }
  }
}

struct SchemaShow: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print a JSON Schema (2020-12) of a whole envelope.",
    discussion: """
      The schema describes one line of output: schema, ok, data, errors, warnings. Where a command \
      fails without an answer, data is null.
      """)
  static let schema = "schema.show/1"

  @Argument(help: "Its name, such as order.list/1.", completion: .list(DataSchemas.names))
  var name: String
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) throws {
    guard let data = DataSchemas.all[name] ?? DataSchemas.all[name + "/1"] else {
      throw Failure(
        .usage, code: "unknownSchema", "there is no schema named \(name)",
        hint: "see 'tolsey schema list'")
    }
    let full = name.contains("/") ? name : name + "/1"
    let schema = EnvelopeSchema.json(full, data)
    console.result(Self.schema, schema) { _ in schema.prettyText }
  }
}
