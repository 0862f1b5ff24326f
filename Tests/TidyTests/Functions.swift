// Where functions begin and end, found by counting braces over tokens.

/// A function, initialiser or subscript that has a body.
struct Function {
  var name: String
  var isFunc: Bool
  var line: Int
  var lastLine: Int
  /// Index of its `func` among the tokens.
  var start: Int
  /// The tokens between its braces.
  var body: Range<Int>
}

private let declarations: Set = [
  "func", "init", "deinit", "subscript", "var", "let", "case", "typealias", "associatedtype",
  "struct", "class", "enum", "protocol", "extension", "static", "import", "mutating", "public",
  "private", "fileprivate", "internal", "package", "override", "nonisolated", "@Test",
]

func functions(in tokens: [Token]) -> [Function] {
  var found: [Function] = []
  for start in tokens.indices {
    guard ["func", "init", "deinit", "subscript"].contains(tokens[start].text) else { continue }
    // `.init(…)` and `self.init(…)` are calls.
    if start > 0, tokens[start - 1].text == "." { continue }
    guard let open = bodyStart(in: tokens, after: start),
      let close = closing(in: tokens, from: open)
    else { continue }
    let isNamed = tokens[start].text == "func" && start + 1 < tokens.count
    found.append(
      Function(
        name: isNamed ? tokens[start + 1].text : tokens[start].text, isFunc: isNamed,
        line: tokens[start].line, lastLine: tokens[close].line, start: start, body: open + 1..<close
      ))
  }
  return found
}

/// The `{` of the body; none for a requirement of a protocol.
private func bodyStart(in tokens: [Token], after start: Int) -> Int? {
  var depth = 0
  var index = start + 1
  while index < tokens.count {
    let text = tokens[index].text
    if text == "(" || text == "[" {
      depth += 1
    } else if text == ")" || text == "]" {
      depth -= 1
    } else if depth == 0 {
      if text == "{" { return index }
      // A name may be a word that is kept for declarations elsewhere, as in `func init`.
      if text == "}" || (declarations.contains(text) && index > start + 1) { return nil }
    }
    index += 1
  }
  return nil
}

private func closing(in tokens: [Token], from open: Int) -> Int? {
  var depth = 0
  for index in open..<tokens.count {
    if tokens[index].text == "{" { depth += 1 }
    if tokens[index].text == "}" {
      depth -= 1
      if depth == 0 { return index }
    }
  }
  return nil
}
