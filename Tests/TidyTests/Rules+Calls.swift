// Rules about words that may not appear: calls that trap, print, or differ between machines.

extension Rules {
  /// Rules for every source file.
  static func bannedCalls(_ file: SourceText) -> [Violation] {
    let isConsole = file.path.hasPrefix("Sources/tolsey/Console")
    return file.tokens.indices.compactMap { index in
      let word = file.tokens[index].text
      let next = index + 1 < file.tokens.count ? file.tokens[index + 1].text : ""
      let previous = index > 0 ? file.tokens[index - 1].text : ""
      if word == "try", next == "!" {
        return Violation(
          file.path, file.tokens[index].line, "try! ends the program on an error",
          remedy: "let the error go up, or show with a guard that it cannot come")
      }
      let prints = ["print", "debugPrint", "puts", "fputs", "NSLog"].contains(word) && next == "("
      let isFree = !["func", "."].contains(previous) || isQualifiedSwift(file.tokens, index)
      let handles = word == "standardOutput" || word == "standardError"
      if !isConsole, file.path.hasPrefix("Sources/"), prints && isFree || handles && next != ":" {
        // The root command hands the two streams to the console by these names.
        if handles, file.path == "Sources/tolsey/Tolsey.swift" { return nil }
        return Violation(
          file.path, file.tokens[index].line, "\(word) goes past the console",
          remedy: "use console.result, note or warn")
      }
      return nil
    }
  }

  private static func isQualifiedSwift(_ tokens: [Token], _ index: Int) -> Bool {
    index > 1 && tokens[index - 1].text == "." && tokens[index - 2].text == "Swift"
  }

  /// Rules for the core: no floating point, no clock, no chance, no waiting, no giving up.
  static func purity(_ file: SourceText) -> [Violation] {
    guard RoomMap.room(of: file.path)?.isCore == true else { return [] }
    return file.tokens.indices.compactMap { index in
      let word = file.tokens[index].text
      let next = index + 1 < file.tokens.count ? file.tokens[index + 1].text : ""
      guard let remedy = remedy(for: word, before: next) else { return nil }
      return Violation(
        file.path, file.tokens[index].line, "\(word) has no place in a core room", remedy: remedy)
    }
  }

  private static func remedy(for word: String, before next: String) -> String? {
    switch word {
    case "Double", "Float", "Float16", "Float32", "Float64", "Float80", "CGFloat":
      "use integers: Amount, Rate, parts per million"
    case "async", "await", "Task", "actor":
      "the core is synchronous; wait in Store, Network or Node"
    case "Date", "ContinuousClock", "SuspendingClock", "DispatchTime":
      "take the time from the block header (Time)"
    case "random", "randomElement", "shuffled", "shuffle", "SystemRandomNumberGenerator":
      next == "(" ? "draw from the beacon (Draw)" : nil
    case "Locale", "String.format", "NumberFormatter":
      "write numbers with String(_:)"
    case "fatalError" where next == "(":
      "throw a Refusal, or state what the caller must guarantee as a precondition"
    default: nil
    }
  }

  /// The order of a Dictionary or a Set differs from run to run.
  static func hashOrder(_ file: SourceText) -> [Violation] {
    guard RoomMap.room(of: file.path)?.isCore == true else { return [] }
    let hashed = hashedNames(in: file.tokens)
    return file.tokens.indices.compactMap { index in
      guard file.tokens[index].text == "for", let walked = sequence(file.tokens, after: index),
        walks(walked, hashed), !isMarkedOrdered(file, file.tokens[index].line)
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

  private static func walks(_ words: [String], _ hashed: Set<String>) -> Bool {
    if words.contains("sorted") { return false }
    for (index, word) in words.enumerated() where word == "keys" || word == "values" {
      guard index > 0, words[index - 1] == "." else { continue }
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
  private static func hashedNames(in tokens: [Token]) -> Set<String> {
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
