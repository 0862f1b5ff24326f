// Judges JSON by a schema of the document: the part of JSON Schema 2020-12 that the document uses.

import Foundation
import Primitives

/// A schema with the document that its references point into.
struct SchemaReader {
  let document: JSONValue

  /// What does not fit, by its place; empty where all does.
  func faults(_ value: JSONValue, _ schema: JSONValue, at place: String = "$") -> [String] {
    if let name = schema["$ref"]?.string {
      guard let inner = component(name) else { return ["\(place): no \(name)"] }
      return faults(value, inner, at: place)
    }
    if let choices = schema["anyOf"]?.array {
      let found = choices.map { faults(value, $0, at: place) }
      return found.contains { $0.isEmpty }
        ? []
        : ["\(place): none of \(choices.count) fits"]
          + (found.min { $0.count < $1.count } ?? [])
    }
    if let words = schema["enum"]?.array, !words.contains(value) { return ["\(place): no choice"] }
    return byType(value, schema, place)
  }

  private func component(_ reference: String) -> JSONValue? {
    let name = reference.split(separator: "/").last.map(String.init) ?? ""
    return document["components"]?["schemas"]?[name]
  }

  private func byType(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> [String] {
    switch schema["type"]?.string {
    case "object": return object(value, schema, place)
    case "array":
      guard let items = value.array, let item = schema["items"] else {
        return ["\(place): no list"]
      }
      return items.enumerated().flatMap { faults($0.element, item, at: "\(place)[\($0.offset)]") }
    case "string":
      guard let text = value.string else { return ["\(place): no text"] }
      guard let form = schema["pattern"]?.string else { return [] }
      return text.range(of: form, options: .regularExpression) == nil
        ? ["\(place): \(text) is not \(form)"] : []
    case "integer":
      guard let number = value.uint64 else { return ["\(place): no number"] }
      let isBelow = schema["minimum"]?.uint64.map { number < $0 } ?? false
      let isAbove = schema["maximum"]?.uint64.map { number > $0 } ?? false
      return isBelow || isAbove ? ["\(place): \(number) is out of range"] : []
    case "boolean": return value.bool == nil ? ["\(place): no flag"] : []
    case "null": return value == .null ? [] : ["\(place): not null"]
    default: return ["\(place): a schema without a type"]
    }
  }

  private func object(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> [String] {
    guard let members = value.members else { return ["\(place): no object"] }
    let properties = schema["properties"]
    var faults: [String] = []
    for member in members {
      if let inner = properties?[member.name] {
        faults += self.faults(member.value, inner, at: "\(place).\(member.name)")
      } else if schema["additionalProperties"]?.bool == false {
        faults.append("\(place).\(member.name): unknown")
      }
    }
    for name in (schema["required"]?.array ?? []).compactMap(\.string)
    where value[name] == nil {
      faults.append("\(place).\(name): missing")
    }
    return faults
  }

  /// The schema of an answer.
  func answer(_ method: String, _ template: String, _ status: Int) -> JSONValue? {
    let content = document["paths"]?[template]?[method]?["responses"]?["\(status)"]?["content"]
    return content?.members?.first?.value["schema"]
  }
}
