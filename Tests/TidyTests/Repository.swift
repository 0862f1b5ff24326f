// The files that the rules look at, read once.

import Foundation

enum Repository {
  static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let swift: [SourceText] = files(endingIn: ".swift")
    .filter { !$0.hasPrefix("docs/") }
    .map { SourceText(path: $0, text: text($0)) }

  /// What each room declares as a Dictionary or a Set.
  static let hashedNames: [String: Set<String>] = swift.reduce(into: [:]) { names, file in
    guard let room = RoomMap.room(of: file.path) else { return }
    names[room.name, default: []].formUnion(Rules.hashedNames(in: file.tokens))
  }

  /// The types that have tables.
  static let tableGroups = swift.filter { RoomMap.room(of: $0.path) != nil }
    .reduce(into: Set<String>()) { $0.formUnion(Rules.tableGroups(in: $1.tokens)) }

  /// What each test target has for expecting something.
  static let expectingFunctions: [String: Set<String>] =
    Dictionary(grouping: swift.filter { $0.path.hasPrefix("Tests/") }) { testTarget($0.path) }
    .mapValues(Rules.expectingFunctions)

  static func testTarget(_ path: String) -> String {
    String(path.split(separator: "/").dropFirst().first ?? "")
  }

  /// Every function of every file of tests, behind the file's name; doors of the fuzzers too.
  static let tests: Set<String> = swift.reduce(into: []) { names, file in
    let parts = file.path.split(separator: "/")
    guard parts.first == "Tests" || parts.first == "Fuzz", let last = parts.last else { return }
    let suite = last.dropLast(".swift".count)
    let words = text(file.path).split { !$0.isLetter && !$0.isNumber && $0 != "\"" }
    for (word, next) in zip(words, words.dropFirst()) {
      if word == "func" { names.insert("\(suite).\(next)") }
      if word == "name", next.hasPrefix("\"") {
        names.insert("\(suite).\(next.filter(\.isLetter))")
      }
    }
  }

  static let documents: [String] = files(endingIn: ".md")
    .filter { !$0.hasPrefix("Tests/Vectors/") }

  static func text(_ path: String) -> String {
    (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
  }

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appending(path: path).path)
  }

  /// Paths from the root, sorted, without what builds leave behind.
  private static func files(endingIn suffix: String) -> [String] {
    let folders = ["Sources", "Tests", "docs", "Benchmarks", "Fuzz", "Snippets", "Examples"]
    var found = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
    for folder in folders {
      let inside = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
      while let path = inside?.nextObject() as? String {
        if path.split(separator: "/").contains(where: { $0.hasPrefix(".") }) { continue }
        found.append("\(folder)/\(path)")
      }
    }
    return found.filter { $0.hasSuffix(suffix) }.sorted()
  }
}
