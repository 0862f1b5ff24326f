// A Swift file taken apart: its code without comments and strings, its comments, its tokens.

/// One Swift file as the rules see it.
struct SourceText: Sendable {
  /// Path from the root of the repository.
  let path: String
  let lines: [Substring]
  /// The lines with comments and the contents of strings replaced by blanks.
  let code: [Substring]
  /// The lines with everything but comments replaced by blanks.
  let comments: [Substring]
  let tokens: [Token]

  init(path: String, text: String) {
    self.path = path
    var splitter = Splitter(Array(text.utf8))
    splitter.run()
    lines = SourceText.lines(text)
    code = SourceText.lines(String(decoding: splitter.code, as: UTF8.self))
    comments = SourceText.lines(String(decoding: splitter.comments, as: UTF8.self))
    tokens = Token.all(in: splitter.code)
  }

  private static func lines(_ text: String) -> [Substring] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}

/// A word (with `@` or `#` before it) or one sign.
struct Token: Equatable, Sendable {
  var text: String
  var line: Int

  var isWord: Bool { text.utf8.first.map(Token.isWordByte) ?? false || text.utf8.count > 1 }

  static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }

  static func all(in code: [UInt8]) -> [Token] {
    var tokens: [Token] = []
    var line = 1
    var at = 0
    while at < code.count {
      let byte = code[at]
      let marks = byte == UInt8(ascii: "@") || byte == UInt8(ascii: "#")
      if byte == UInt8(ascii: "\n") {
        line += 1
        at += 1
      } else if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == 13 {
        at += 1
      } else if isWordByte(byte) || (marks && at + 1 < code.count && isWordByte(code[at + 1])) {
        var end = at + 1
        while end < code.count, isWordByte(code[end]) { end += 1 }
        tokens.append(Token(text: String(decoding: code[at..<end], as: UTF8.self), line: line))
        at = end
      } else {
        tokens.append(Token(text: String(UnicodeScalar(byte)), line: line))
        at += 1
      }
    }
    return tokens
  }
}

/// Tells code, comments and strings apart, with nested comments, raw strings and interpolations.
private struct Splitter {
  private enum Mode {
    case code(parentheses: Int)
    case string(hashes: Int, multiline: Bool)
  }

  private let text: [UInt8]
  private(set) var code: [UInt8]
  private(set) var comments: [UInt8]
  private var at = 0
  private var modes: [Mode] = [.code(parentheses: 0)]

  init(_ text: [UInt8]) {
    self.text = text
    // Blanks of the same length keep every line and column where it was.
    code = text.map { $0 == UInt8(ascii: "\n") ? $0 : UInt8(ascii: " ") }
    comments = code
  }

  mutating func run() {
    while at < text.count {
      switch modes[modes.count - 1] {
      case .code(let parentheses): stepCode(parentheses)
      case .string(let hashes, let multiline): stepString(hashes, multiline)
      }
    }
  }

  private func sees(_ word: StaticString, at place: Int) -> Bool {
    guard place + word.utf8CodeUnitCount <= text.count else { return false }
    for offset in 0..<word.utf8CodeUnitCount where text[place + offset] != word.utf8Start[offset] {
      return false
    }
    return true
  }

  private func countHashes(from place: Int) -> Int {
    var count = 0
    while place + count < text.count, text[place + count] == UInt8(ascii: "#") { count += 1 }
    return count
  }

  private mutating func stepCode(_ parentheses: Int) {
    if sees("//", at: at) {
      while at < text.count, text[at] != UInt8(ascii: "\n") { keepComment() }
      return
    }
    if sees("/*", at: at) {
      keepBlockComment()
      return
    }
    let hashes = countHashes(from: at)
    if sees("\"", at: at + hashes) {
      let multiline = sees("\"\"\"", at: at + hashes)
      at += hashes + (multiline ? 3 : 1)
      modes.append(.string(hashes: hashes, multiline: multiline))
      return
    }
    let byte = text[at]
    if byte == UInt8(ascii: "(") {
      modes[modes.count - 1] = .code(parentheses: parentheses + 1)
    } else if byte == UInt8(ascii: ")") {
      if parentheses == 0 && modes.count > 1 {
        modes.removeLast()
        at += 1
        return
      }
      modes[modes.count - 1] = .code(parentheses: parentheses - 1)
    }
    code[at] = byte
    at += 1
  }

  private mutating func stepString(_ hashes: Int, _ multiline: Bool) {
    if sees("\\", at: at), countHashes(from: at + 1) >= hashes {
      at += 1 + hashes
      if sees("(", at: at) { modes.append(.code(parentheses: 0)) }
      at += 1
      return
    }
    let closes = multiline ? sees("\"\"\"", at: at) : sees("\"", at: at)
    let length = multiline ? 3 : 1
    if closes, countHashes(from: at + length) >= hashes {
      at += length + hashes
      modes.removeLast()
    } else if !multiline, text[at] == UInt8(ascii: "\n") {
      // A string that does not end on its line is no string; go on with what follows.
      modes.removeLast()
    } else {
      at += 1
    }
  }

  private mutating func keepBlockComment() {
    var depth = 0
    while at < text.count {
      if sees("/*", at: at) {
        depth += 1
        keepComment()
        keepComment()
      } else if sees("*/", at: at) {
        depth -= 1
        keepComment()
        keepComment()
        if depth == 0 { return }
      } else {
        keepComment()
      }
    }
  }

  private mutating func keepComment() {
    comments[at] = text[at]
    at += 1
  }
}
