// `tolsey docs`: the reference of messages, refusals and routes, made from the code itself.

import ArgumentParser
import Chain
import NetworkRoom
import Primitives

struct DocsCommand: ConsoleCommand {
  enum Page: String, CaseIterable, ExpressibleByArgument {
    case api, messages, refusals
  }

  static let configuration = CommandConfiguration(
    commandName: "docs", abstract: "Print a page of the reference in Markdown.",
    shouldDisplay: false)
  static let schema = "docs/1"

  @OptionGroup var global: GlobalOptions
  @Argument(help: "Which page.") var page: Page

  func run(on console: Console) {
    let text =
      switch page {
      case .api: RoutesPage.text
      case .messages: MessagesPage.text
      case .refusals: RefusalsPage.text
      }
    console.result(Self.schema, ["page": .string(text)]) { _ in text }
  }
}

/// Every kind of message with its fields, in the order in which they are signed.
enum MessagesPage {
  static var text: String {
    var lines = [
      "# Messages", "",
      "Made from the program by `make docs`; do not edit it by hand.", "",
      "A message travels as CBOR: its number, then its fields in this order. Its EIP-712 type has "
        + "the",
      "same name and the same fields, so that any wallet shows what it signs. Its id is the "
        + "SHA-256 of",
      "the CBOR without the signature.", "",
    ]
    for kind in MessageKind.allCases { lines += section(kind) }
    lines += ["## Structs", ""]
    for type in structs { lines += ["### \(type.name)", ""] + table(type.fields) }
    return lines.joined(separator: "\n")
  }

  private static func section(_ kind: MessageKind) -> [String] {
    ["## \(kind.name)", "", "Number \(kind.rawValue).", ""] + table(kind.fields)
  }

  private static func table(_ fields: [FieldDescription]) -> [String] {
    ["| field | type |", "|---|---|"]
      + fields.map { "| `\($0.name)` | `\($0.type)` |" } + [""]
  }

  /// The structs that messages hold, each once, by name.
  private static var structs: [TypeDescription] {
    var found: [TypeDescription] = []
    for kind in MessageKind.allCases {
      for type in types(kind.contentType).dropFirst()
      where !found.contains(where: { $0.name == type.name }) {
        found.append(type)
      }
    }
    return found.sorted { $0.name < $1.name }
  }

  private static func types<T: Fielded>(_ type: T.Type) -> [TypeDescription] {
    FieldDescriber.types(of: type)
  }
}

/// Every refusal with its sentence and its hint.
enum RefusalsPage {
  static var text: String {
    var lines = [
      "# Refusals", "",
      "Made from the program by `make docs`; do not edit it by hand.", "",
      "A refusal has a stable code and named numbers. Command line and API show the sentence with "
        + "the", "numbers in it; programs compare the code.", "",
      "| code | sentence | hint |", "|---|---|---|",
    ]
    for text in RefusalTexts.all {
      lines.append("| `\(text.code)` | \(cell(text.template)) | \(cell(text.hint)) |")
    }
    return (lines + [""]).joined(separator: "\n")
  }

  private static func cell(_ text: String) -> String {
    text.replacing("|", with: "\\|").replacing("<", with: "&lt;")
  }
}
