// What a rule says about a file: where, what, and how to put it right.

struct Violation: CustomStringConvertible, Equatable, Sendable {
  var path: String
  var line: Int
  var what: String
  var remedy: String

  init(_ path: String, _ line: Int, _ what: String, remedy: String) {
    self.path = path
    self.line = line
    self.what = what
    self.remedy = remedy
  }

  var description: String { "\(path):\(line): \(what); \(remedy)" }
}

extension [Violation] {
  /// All of them, one a line; empty where all is well.
  var report: String { map(\.description).joined(separator: "\n") }
}
