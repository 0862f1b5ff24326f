// The log of a node that the command line runs: a line an entry, for people or machines.

import Foundation
import Logging
import Primitives

/// Writes each entry as one line, so that one order's lines, picked by its id, are its story.
struct NodeLog: LogHandler {
  enum Form: String, CaseIterable, Sendable {
    case text
    case json
  }

  let form: Form
  let write: @Sendable (String) -> Void
  var logLevel = Logger.Level.info
  var metadata: Logger.Metadata = [:]

  init(_ form: Form, level: Logger.Level, write: @escaping @Sendable (String) -> Void) {
    self.form = form
    self.write = write
    logLevel = level
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let about = metadata.merging(event.metadata ?? [:]) { _, new in new }
    let fields = about.sorted { $0.key < $1.key }
    switch form {
    case .text: write(text("\(event.message)", event.level, fields))
    case .json: write(json("\(event.message)", event.level, fields))
    }
  }

  private func text(
    _ message: String, _ level: Logger.Level, _ fields: [(key: String, value: Logger.MetadataValue)]
  ) -> String {
    let words = fields.map { "\($0.key)=\(NodeLog.quoted("\($0.value)"))" }
    return ([now, level.rawValue, message.harmless] + words).joined(separator: " ")
  }

  private func json(
    _ message: String, _ level: Logger.Level, _ fields: [(key: String, value: Logger.MetadataValue)]
  ) -> String {
    let head: [JSONValue.Member] = [
      .init(name: "time", value: .string(now)),
      .init(name: "level", value: .string(level.rawValue)),
      .init(name: "message", value: .string(message)),
    ]
    let rest = fields.map { JSONValue.Member(name: $0.key, value: NodeLog.value($0.value)) }
    return JSONValue.object(head + rest).text
  }

  private var now: String { Date().ISO8601Format(.iso8601(timeZone: .gmt)) }

  private static func value(_ value: Logger.MetadataValue) -> JSONValue {
    switch value {
    case .array(let items): .array(items.map(NodeLog.value))
    case .dictionary(let entries):
      .object(
        entries.sorted { $0.key < $1.key }.map {
          .init(name: $0.key, value: NodeLog.value($0.value))
        })
    default: .string("\(value)")
    }
  }

  private static func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\"") }
    return isPlain ? text : JSONValue.string(text.harmless).text
  }
}
