// Rules about closed lists: who switches over one is named where a newcomer looks, and nobody
// switches over names instead.

/// A list of which everybody who switches over it does another thing for each of its cases.
struct ClosedList: Sendable, CustomStringConvertible {
  var name: String
  /// Where it is declared.
  var path: String

  static let all = [
    ClosedList(name: "KnownCheck", path: "Sources/Market/KnownCheck.swift"),
    ClosedList(name: "Outcome", path: "Sources/Market/Verdict.swift"),
    ClosedList(name: "Fate", path: "Sources/Market/Verdict.swift"),
    ClosedList(name: "Phase", path: "Sources/Market/Phase.swift"),
    ClosedList(name: "MessageKind", path: "Sources/Chain/MessageKind.swift"),
    ClosedList(name: "Kind", path: "Sources/Chain/Kinds.swift"),
  ]

  var description: String { name }
}

extension Rules {
  /// The cases of an enum, in order.
  static func cases(of name: String, in tokens: [Token]) -> [String] {
    guard
      let start = tokens.indices.dropLast().first(where: {
        tokens[$0].text == "enum" && tokens[$0 + 1].text == name
      })
    else { return [] }
    var depth = 0
    var found: [String] = []
    for index in tokens.indices[start...] {
      switch tokens[index].text {
      case "{": depth += 1
      case "}":
        depth -= 1
        if depth == 0 { return found }
      // Those of a switch begin with a dot.
      case "case" where depth == 1: found.append(tokens[index + 1].text)
      default: break
      }
    }
    return found
  }

  /// The files that name every one of these, as whoever switches over them must.
  static func switching(over cases: [String], in files: [SourceText]) -> [String] {
    files.filter { file in
      var rest = Set(cases)
      for (dot, word) in zip(file.tokens, file.tokens.dropFirst()) where dot.text == "." {
        rest.remove(word.text)
      }
      return rest.isEmpty
    }
    .map(\.path).sorted()
  }

  /// The row of a page that begins with the list's name has a path for each of those files, and
  /// for no other.
  static func listed(
    _ list: ClosedList, _ files: [SourceText], in page: String, at path: String
  ) -> [Violation] {
    guard let own = files.first(where: { $0.path == list.path }) else {
      return [Violation(list.path, 1, "\(list.name) is not there", remedy: "correct ClosedList")]
    }
    let cases = cases(of: list.name, in: own.tokens)
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
    guard !cases.isEmpty, let row = lines.firstIndex(where: { $0.hasPrefix("| `\(list.name)`") })
    else {
      return [
        Violation(path, 1, "no row for \(list.name)", remedy: "add one: | `\(list.name)` | … |")
      ]
    }
    let named = Set(
      lines[row].split(separator: "`").filter { $0.hasSuffix(".swift") }.map { "Sources/" + $0 })
    let wanted = Set(switching(over: cases, in: files)).union([list.path])
    return wanted.subtracting(named).sorted().map {
      Violation(path, row + 1, "\($0) switches over \(list.name)", remedy: "name it in the row")
    }
      + named.subtracting(wanted).sorted().map {
        Violation(path, row + 1, "\($0) does not switch over \(list.name)", remedy: "take it out")
      }
  }

  /// A switch over the name of a check has a `default`, in which a new check falls unseen.
  static func checksByName(_ file: SourceText) -> [Violation] {
    guard file.path.hasPrefix("Sources/") else { return [] }
    let tokens = file.tokens
    return tokens.indices.dropLast(3).filter { index in
      tokens[index].text == "case" && tokens[index + 1].text.hasSuffix("Check")
        && tokens[index + 2].text == "." && tokens[index + 3].text == "name"
    }
    .map {
      Violation(
        file.path, tokens[$0].line, "a switch over names of checks",
        remedy: "switch over `known`, and name every check")
    }
  }
}
