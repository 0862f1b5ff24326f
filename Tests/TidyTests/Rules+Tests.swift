// Rules about tests: each expects something, and none needs a machine of its own.

extension Rules {
  /// `helpers` are functions of the same test target that expect something themselves.
  static func expectations(_ file: SourceText, helpers: Set<String> = []) -> [Violation] {
    guard file.path.hasPrefix("Tests/") else { return [] }
    let functions = functions(in: file.tokens)
    return file.tokens.indices.compactMap { index in
      guard file.tokens[index].text == "@Test",
        let test = functions.first(where: { $0.start > index && $0.isFunc }),
        !expects(file.tokens[test.body], helpers)
      else { return nil }
      return Violation(
        file.path, test.line, "\(test.name) expects nothing, so it cannot fail",
        remedy: "use #expect or #require")
    }
  }

  /// The names of the functions that expect something, by themselves or through one another.
  static func expectingFunctions(in files: [SourceText]) -> Set<String> {
    let bodies = files.flatMap { file in
      functions(in: file.tokens).filter(\.isFunc).map { ($0.name, file.tokens[$0.body]) }
    }
    var names: Set<String> = []
    while true {
      let more = bodies.filter { !names.contains($0.0) && expects($0.1, names) }.map(\.0)
      if more.isEmpty { return names }
      names.formUnion(more)
    }
  }

  private static func expects(_ body: ArraySlice<Token>, _ helpers: Set<String>) -> Bool {
    let words: Set = ["#expect", "#require", "Issue", "confirmation"]
    return body.contains {
      words.contains($0.text) || helpers.contains($0.text) || $0.text.hasPrefix("expect")
    }
  }

  /// The folders of one machine are not there on another.
  static func machinePaths(_ file: SourceText) -> [Violation] {
    let folders = ["/work" + "/", "/home" + "/", "/Users" + "/"]
    return file.lines.indices.compactMap { index in
      guard let folder = folders.first(where: file.lines[index].contains) else { return nil }
      return Violation(
        file.path, index + 1, "\(folder) is a folder of one machine",
        remedy: "find files from #filePath, or take the path as an option")
    }
  }
}
