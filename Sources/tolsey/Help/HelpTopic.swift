// `tolsey help WORD`: a command's help as ever, and where the word is a concept, its text.

import ArgumentParser
import Primitives

/// Finds out what somebody who types `tolsey help …` wants to read.
enum HelpTopic {
  static let schema = "help/1"

  /// The concept that is meant; nil where the parser's own help is.
  static func concept(in words: [String]) throws -> Concept? {
    let plain = words.filter { !$0.hasPrefix("-") }
    guard plain.first == "help", plain.count == 2, let word = plain.last else { return nil }
    // A command's own help is what its name has always meant.
    if isCommand(word) { return nil }
    if let concept = Concept.named(word) { return concept }
    throw Failure(
      .usage, code: "unknownTopic", "there is no command and no concept named \(word)",
      hint: near(word).map { "did you mean 'tolsey help \($0)'?" }
        ?? "see 'tolsey help' for commands and 'tolsey concepts' for concepts")
  }

  private static func isCommand(_ word: String) -> Bool {
    word == "help"
      || CommandList.groups.flatMap(\.subcommands).contains {
        $0.configuration.commandName == word
      }
  }

  /// A concept or command that begins as the word does.
  private static func near(_ word: String) -> String? {
    let start = word.lowercased().prefix(4)
    guard start.count >= 3 else { return nil }
    return Concept.all.map(\.name).first { $0.hasPrefix(start) || word.hasPrefix($0.prefix(5)) }
  }
}

struct ConceptsCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "concepts", abstract: "List the concepts that 'tolsey help CONCEPT' explains.")
  static let schema = "concepts/1"

  @OptionGroup var global: GlobalOptions

  func run(on console: Console) {
    let all = Concept.all
    let data: JSONValue = [
      "concepts": .array(
        all.map { ["concept": .string($0.name), "summary": .string($0.summary)] })
    ]
    console.result(Self.schema, data) { paint in
      var fields = TextFields()
      for concept in all { fields.add(concept.name, .init(concept.summary)) }
      return fields.text(paint) + "\n\nread one with " + paint(.handle, "tolsey help CONCEPT")
    }
  }
}
