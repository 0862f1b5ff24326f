// The rule against loops in the order of a hash table, which differs from run to run.

extension Rules {
  /// The order of a Dictionary or a Set differs from run to run.
  ///
  /// `elsewhere` are names that other files of the room declare as such; they count only before
  /// `.values`, since a short name alone may be another thing in another file.
  static func hashOrder(_ file: SourceText, elsewhere: Set<String> = []) -> [Violation] {
    guard RoomMap.room(of: file.path)?.isCore == true else { return [] }
    let hashed = hashedNames(in: file.tokens)
    return file.tokens.indices.compactMap { index in
      guard file.tokens[index].text == "for", let walked = sequence(file.tokens, after: index),
        walks(walked, hashed, elsewhere), !isMarkedOrdered(file, file.tokens[index].line)
      else { return nil }
      return Violation(
        file.path, file.tokens[index].line, "a loop in the order of a hash table",
        remedy: "sort first; if it is an array, say so in a comment: // ordered: …")
    }
  }

  private static func isMarkedOrdered(_ file: SourceText, _ line: Int) -> Bool {
    [line - 1, line].contains { number in
      number >= 1 && file.comments[number - 1].contains("ordered:")
    }
  }

  /// The tokens between `in` and `{` of a loop.
  private static func sequence(_ tokens: [Token], after start: Int) -> [String]? {
    var depth = 0
    var from: Int?
    for index in (start + 1)..<min(start + 80, tokens.count) {
      let text = tokens[index].text
      if ["(", "["].contains(text) { depth += 1 }
      if [")", "]"].contains(text) { depth -= 1 }
      if depth == 0, from == nil, text == "in" { from = index + 1 }
      if depth == 0, let from, text == "{" || text == "where" {
        return tokens[from..<index].map(\.text)
      }
    }
    return nil
  }

  private static func walks(
    _ words: [String], _ hashed: Set<String>, _ elsewhere: Set<String>
  ) -> Bool {
    if words.contains("sorted") { return false }
    for (index, word) in words.enumerated() where word == "keys" || word == "values" {
      guard index > 1, words[index - 1] == "." else { continue }
      let owner = words[index - 2]
      // Tensors too have values; keys are a dictionary's.
      guard word == "keys" || hashed.contains(owner) || elsewhere.contains(owner) else { continue }
      let isLast = index == words.count - 1
      let after = index + 2 < words.count && words[index + 1] == "." ? words[index + 2] : ""
      if isLast || ["enumerated", "map", "filter", "lazy", "reversed"].contains(after) {
        return true
      }
    }
    let bare = words.first == "self" && words.count == 3 ? [words[2]] : words
    return bare.count == 1 && hashed.contains(bare[0])
  }

  /// Names that this file declares as a Dictionary or a Set.
  static func hashedNames(in tokens: [Token]) -> Set<String> {
    var names: Set<String> = []
    for index in tokens.indices where ["let", "var"].contains(tokens[index].text) {
      guard index + 3 < tokens.count, [":", "="].contains(tokens[index + 2].text) else { continue }
      let type = tokens[index + 3].text
      if ["Set", "Dictionary"].contains(type)
        || (type == "[" && hasColon(tokens, from: index + 3))
      {
        names.insert(tokens[index + 1].text)
      }
    }
    return names
  }

  private static func hasColon(_ tokens: [Token], from open: Int) -> Bool {
    var depth = 0
    var colon = false
    for index in open..<tokens.count {
      let text = tokens[index].text
      if ["[", "(", "{"].contains(text) { depth += 1 }
      if depth == 1, text == ":" { colon = true }
      if ["]", ")", "}"].contains(text) {
        depth -= 1
        if depth == 0 { return colon }
      }
    }
    return false
  }
}
