// Rules about tests: each expects something, and none needs a machine of its own.

extension Rules {
  static func expectations(_ file: SourceText) -> [Violation] {
    guard file.path.hasPrefix("Tests/") else { return [] }
    let functions = functions(in: file.tokens)
    return file.tokens.indices.compactMap { index in
      guard file.tokens[index].text == "@Test",
        let test = functions.first(where: { $0.start > index && $0.isFunc }),
        !file.tokens[test.body].contains(where: { expects($0.text) })
      else { return nil }
      return Violation(
        file.path, test.line, "\(test.name) expects nothing, so it cannot fail",
        remedy: "use #expect or #require, or call a function whose name begins with expect")
    }
  }

  private static func expects(_ word: String) -> Bool {
    ["#expect", "#require", "Issue", "confirmation"].contains(word) || word.hasPrefix("expect")
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
