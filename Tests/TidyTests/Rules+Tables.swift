// The rule that a table is in its room's list: what is not would be neither undone nor stored.

extension Rules {
  /// Every table, and every part that has tables of its own, is visited in the file that declares
  /// it.
  static func tableLists(_ file: SourceText, groups: Set<String>) -> [Violation] {
    guard RoomMap.room(of: file.path)?.isCore == true else { return [] }
    let isListed = !tableGroups(in: file.tokens).isEmpty
    return declarations(file.tokens).compactMap { declared in
      let isTable = declared.type.starts(with: ["Table", "<"])
      let isPart = isListed && !groups.isDisjoint(with: declared.type)
      guard isTable || isPart, !visits(file.tokens, declared.name) else { return nil }
      return Violation(
        file.path, declared.line, "\(declared.name) is in no list of tables",
        remedy: "visit it in `tables(_ v:)`: v(&\(declared.name))")
    }
  }

  /// The types that a file makes groups of tables.
  static func tableGroups(in tokens: [Token]) -> Set<String> {
    var found: Set<String> = []
    for index in tokens.indices.dropFirst(2) where tokens[index].text == "TableGroup" {
      if tokens[index - 1].text == ":", tokens[index - 2].isWord {
        found.insert(tokens[index - 2].text)
      }
    }
    return found
  }

  private struct Declaration {
    var name: String
    var line: Int
    /// What stands after the name, to the end of the line.
    var type: [String]
  }

  /// What is stored: a variable that goes on with a brace is computed.
  private static func declarations(_ tokens: [Token]) -> [Declaration] {
    tokens.indices.compactMap { index in
      guard tokens[index].text == "var", index + 3 < tokens.count,
        [":", "="].contains(tokens[index + 2].text)
      else { return nil }
      let line = tokens[index].line
      let type = tokens[(index + 3)...].prefix { $0.line == line }.map(\.text)
      if type.contains("{") { return nil }
      return Declaration(name: tokens[index + 1].text, line: line, type: type)
    }
  }

  private static func visits(_ tokens: [Token], _ name: String) -> Bool {
    let wanted = ["v", "(", "&", name]
    return tokens.indices.contains { index in
      index + wanted.count <= tokens.count
        && tokens[index..<index + wanted.count].map(\.text) == wanted
    }
  }
}
