// Rules about the pages: one title each, links that lead somewhere, tests that are there.

extension Rules {
  static func title(_ path: String, _ text: String) -> [Violation] {
    let titles = prose(text).filter { $0.line.hasPrefix("# ") }
    if titles.count == 1 { return [] }
    return [
      Violation(
        path, titles.dropFirst().first?.number ?? 1, "\(titles.count) titles",
        remedy: "a page has one line that begins with a single #")
    ]
  }

  /// `exists` answers for a path from the root of the repository.
  static func links(_ path: String, _ text: String, exists: (String) -> Bool) -> [Violation] {
    prose(text).flatMap { line, number in
      targets(line).compactMap { target -> Violation? in
        let bare = target.prefix { $0 != "#" }
        if bare.isEmpty || target.contains("://") || target.hasPrefix("mailto:") { return nil }
        if exists(resolve(String(bare), from: path)) { return nil }
        return Violation(
          path, number, "a link to \(target), which is not there",
          remedy: "correct the path; it is relative to the page")
      }
    }
  }

  /// `list` is the C file that puts the pages into the program.
  static func carried(
    _ documents: [String], _ list: String, exists: (String) -> Bool
  ) -> [Violation] {
    let path = "Sources/CDocs/docs.c"
    let remedy = "run scripts/embed-docs.py"
    let missing = documents.filter { $0.hasPrefix("docs/") }
      .filter { !list.contains("\n#embed \"../../\($0)\"\n") }
      .map { Violation(path, 1, "\($0) is not carried", remedy: remedy) }
    let gone = list.split(separator: "\n").filter { $0.hasPrefix("#embed") }
      .map { String($0.dropFirst(14).dropLast()) }.filter { !exists($0) }
      .map { Violation(path, 1, "\($0) is carried and not there", remedy: remedy) }
    return missing + gone
  }

  /// Swift that a page shows stands, line for line and in that order, in a snippet, which the
  /// build compiles.
  static func quotes(_ path: String, _ text: String, snippets: [String]) -> [Violation] {
    let known = snippets.map { snippet in snippet.split(separator: "\n").map(trimmed) }
    return swiftBlocks(text).compactMap { block, number in
      let lines = block.map(trimmed).filter { !$0.isEmpty }
      let isQuoted = known.contains { snippet in
        var rest = snippet[...]
        return lines.allSatisfy { line in
          guard let place = rest.firstIndex(of: line) else { return false }
          rest = rest[(place + 1)...]
          return true
        }
      }
      if isQuoted { return nil }
      return Violation(
        path, number, "Swift that no snippet holds", remedy: "quote a file of Snippets/")
    }
  }

  /// Tests that a table of a page names, in a last column headed "test", are there: as `name`, as
  /// `Suite.name`, or a whole suite. What does not look like either is prose.
  ///
  /// - Parameter tests: `Suite.name` of every function of a file of tests.
  static func namedTests(_ path: String, _ text: String, tests: Set<String>) -> [Violation] {
    let names = Set(tests.compactMap { $0.split(separator: ".").last.map(String.init) })
    let suites = Set(tests.compactMap { $0.split(separator: ".").first.map(String.init) })
    var isListing = false
    return prose(text).flatMap { line, number -> [Violation] in
      guard line.hasPrefix("|"), let cell = line.split(separator: "|").last else {
        isListing = false
        return []
      }
      if !isListing {
        isListing = cell.drop { $0 == " " }.hasPrefix("test")
        return []
      }
      return quoted(cell).filter { name in
        let parts = name.split(separator: ".")
        if parts.count == 2 { return !tests.contains(name) }
        if name.hasSuffix("Tests") { return !suites.contains(name) }
        let isName = name.first?.isLowercase == true && name.contains { $0.isUppercase }
        return isName && !names.contains(name)
      }
      .map {
        Violation(path, number, "the test \($0), which is not there", remedy: "name one that is")
      }
    }
  }

  /// Words between backticks, letters and points alone.
  private static func quoted(_ cell: Substring) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
      .filter { $0.allSatisfy { $0.isLetter || $0 == "." } }
  }

  private static func trimmed(_ line: Substring) -> Substring { line.drop { $0 == " " } }

  private static func swiftBlocks(_ text: String) -> [(lines: [Substring], number: Int)] {
    var found: [(lines: [Substring], number: Int)] = []
    var isOpen = false
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      if line.hasPrefix("```") {
        isOpen = line == "```swift"
        if isOpen { found.append(([], index + 1)) }
      } else if isOpen {
        found[found.count - 1].lines.append(line)
      }
    }
    return found
  }

  /// The lines outside fenced code.
  private static func prose(_ text: String) -> [(line: Substring, number: Int)] {
    var isCode = false
    return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .compactMap { index, line in
        if line.drop(while: { $0 == " " }).hasPrefix("```") {
          isCode.toggle()
          return nil
        }
        return isCode ? nil : (line, index + 1)
      }
  }

  /// What stands in the parentheses of `[text](target)`.
  private static func targets(_ line: Substring) -> [Substring] {
    var found: [Substring] = []
    var rest = line
    while let open = rest.firstRange(of: "](") {
      rest = rest[open.upperBound...]
      found.append(rest.prefix { $0 != ")" && $0 != " " })
    }
    return found
  }

  private static func resolve(_ target: String, from path: String) -> String {
    var parts = path.split(separator: "/").dropLast().map(String.init)
    for part in target.split(separator: "/") {
      if part == ".." {
        _ = parts.popLast()
      } else if part != "." {
        parts.append(String(part))
      }
    }
    return parts.joined(separator: "/")
  }
}
