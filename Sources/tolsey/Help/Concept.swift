// What `tolsey help CONCEPT` says: a short text each, and the page to read on.

import Primitives

/// A word of the market that is no command, explained on a screen.
struct Concept: Sendable {
  let name: String
  /// One line for the list of concepts.
  let summary: String
  let text: String
  /// The page of the documentation that says all of it.
  let page: String
  /// Commands to try.
  let commands: [String]

  /// Other words under which people look for it.
  var aliases: [String] = []

  static func named(_ word: String) -> Concept? {
    let word = word.lowercased()
    return all.first { $0.name == word || $0.aliases.contains(word) }
  }

  static var all: [Concept] { road + court + money }

  var json: JSONValue {
    [
      "concept": .string(name), "summary": .string(summary), "text": .string(text),
      "page": .string(page), "commands": .array(commands.map { .string($0) }),
    ]
  }

  func text(_ paint: Paint) -> String {
    let tries = commands.map { "  " + paint(.handle, $0) }.joined(separator: "\n")
    return [
      paint(.strong, name) + ": " + summary, "", text, "", "Try:", tries, "",
      "Read on: " + paint(.handle, page),
    ].joined(separator: "\n")
  }
}
