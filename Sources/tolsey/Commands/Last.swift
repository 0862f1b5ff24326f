// `@last`: the order, lease, run or receipt that this home made last, so that nobody copies ids.

import Glibc
import Primitives

/// What was made last, kept in `$TOLSEY_HOME/last`: a line each of a noun and what it stands for.
enum Last {
  static let word = "@last"
  /// Which command means which noun by `@last`.
  private static let nouns: [String: String] = [
    "order": "order", "bid": "order", "lease": "lease", "run": "run", "dispute": "run",
    "receipt": "receipt", "verify": "receipt",
  ]

  private static func path() throws -> String { try HomeFolder.path() + "/last" }

  /// Remembers what a purchase made; what is not named stays as it was.
  static func note(_ made: [(noun: String, name: String)]) throws {
    var known = try read()
    for (noun, name) in made {
      known.removeAll { $0.noun == noun }
      known.append((noun, name))
    }
    let lines = known.sorted { $0.noun < $1.noun }.map { "\($0.noun) \($0.name)\n" }
    let home = try HomeFolder.path()
    if !LocalFile.exists(home) { try LocalFile.makeFolder(home, mode: 0o700) }
    try LocalFile.write(Array(lines.joined().utf8), to: try path(), mode: 0o600)
  }

  private static func read() throws -> [(noun: String, name: String)] {
    let path = try path()
    guard LocalFile.exists(path) else { return [] }
    let text = String(decoding: try LocalFile.read(path, limit: 65_536), as: UTF8.self)
    return text.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: " ", maxSplits: 1)
      return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }
  }

  /// A path that means the same from any folder.
  static func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), let here = getcwd(nil, 0) else { return path }
    defer { free(here) }
    return String(cString: here) + "/" + path
  }

  /// Puts what was made last in the place of each `@last`, by the command that it is said to.
  static func replaced(in words: [String]) throws -> [String] {
    guard words.contains(word) else { return words }
    return try replaced(in: words, by: try read())
  }

  static func replaced(
    in words: [String], by known: [(noun: String, name: String)]
  ) throws -> [String] {
    guard let noun = words.first.flatMap({ nouns[$0] }) else {
      throw Failure(
        .usage, code: "noLast", "\(words.first ?? "this") has nothing to do with \(word)",
        hint: "\(word) stands for an order, lease, run or receipt")
    }
    guard let name = known.first(where: { $0.noun == noun })?.name else {
      throw Failure(
        .usage, code: "noLast", "no \(noun) was made here yet",
        hint: "'tolsey buy' makes one; or name it by its id")
    }
    return words.map { $0 == word ? name : $0 }
  }
}
