// Rules about the shape of files: their first sentence, their lengths, their names.

/// The house rules; each takes a file and says what is wrong in it.
enum Rules {
  static let fileLimit = 400
  static let functionLimit = 60
  static let columnLimit = 100

  static func opensWithSentence(_ file: SourceText) -> [Violation] {
    var lines = file.lines[...]
    if lines.first?.hasPrefix("// swift-tools-version") == true { lines = lines.dropFirst() }
    let opening = lines.prefix { $0.hasPrefix("//") }
      .map { $0.drop { $0 == "/" } }
      .joined(separator: " ")
    let words = opening.split(separator: " ")
    if words.count >= 4, words.last?.hasSuffix(".") == true { return [] }
    return [
      Violation(
        file.path, 1, "no sentence says what the file is for",
        remedy: "open it with a // comment of one sentence that ends in a full stop")
    ]
  }

  static func fileLength(_ file: SourceText) -> [Violation] {
    guard file.lines.count > fileLimit, !isVectorTable(file.path) else { return [] }
    return [
      Violation(
        file.path, fileLimit + 1, "\(file.lines.count) lines, the limit is \(fileLimit)",
        remedy: "split it by capability into Type+Capability.swift")
    ]
  }

  static func lineLength(_ file: SourceText) -> [Violation] {
    guard !isVectorTable(file.path) else { return [] }
    return file.lines.indices.compactMap { index in
      let line = file.lines[index]
      // Counting bytes first keeps the common case cheap.
      guard line.utf8.count > columnLimit, line.count > columnLimit else { return nil }
      // An address or a long constant cannot be broken.
      let longest = line.split(separator: " ").map(\.count).max() ?? 0
      guard !line.contains("://"), longest < 60 else { return nil }
      return Violation(
        file.path, index + 1, "\(line.count) columns, the limit is \(columnLimit)",
        remedy: "break the line")
    }
  }

  static func fileName(_ file: SourceText) -> [Violation] {
    let name = file.path.split(separator: "/").last ?? ""
    guard let word = ["Utils", "Helpers", "Common", "Manager"].first(where: name.contains) else {
      return []
    }
    return [
      Violation(
        file.path, 1, "\(word) says nothing about what is inside",
        remedy: "name the file for the one noun that it holds")
    ]
  }

  static func functionLength(_ file: SourceText) -> [Violation] {
    functions(in: file.tokens).compactMap { function in
      let length = function.lastLine - function.line + 1
      guard length > functionLimit, !isVectorTable(file.path) else { return nil }
      return Violation(
        file.path, function.line,
        "\(function.name) has \(length) lines, the limit is \(functionLimit)",
        remedy: "give a part of it a name of its own")
    }
  }

  static func unfinished(_ file: SourceText) -> [Violation] {
    file.comments.indices.compactMap { index in
      let words = file.comments[index].split { !$0.isLetter }
      guard words.contains(where: { ["TODO", "FIXME", "XXX", "HACK"].contains($0) }) else {
        return nil
      }
      return Violation(
        file.path, index + 1, "a marker of unfinished work",
        remedy: "finish it, or write an issue and take the marker out")
    }
  }

  /// Tables of test vectors may be long and wide.
  private static func isVectorTable(_ path: String) -> Bool {
    path.hasSuffix("Vectors.swift") || path.hasPrefix("Tests/Vectors/")
  }
}
