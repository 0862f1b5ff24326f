// What stands within a line: code, links, pictures, strong and stressed words.

/// Turns the text of a block into markup.
struct MarkdownText {
  /// Where a link of the page leads on this site; nil shows its words without a link.
  let resolve: (String) -> String?

  func markup(_ text: String) -> Markup { markup(Substring(text), depth: 0) }

  private func markup(_ text: Substring, depth: Int) -> Markup {
    var out = Markup()
    var plain = ""
    var rest = text
    while let letter = rest.first {
      if let (piece, after) = piece(at: letter, rest, depth) {
        out += "\(plain)\(piece)"
        plain = ""
        rest = after
      } else {
        plain.append(letter)
        rest = rest.dropFirst()
      }
    }
    return out + "\(plain)"
  }

  /// What begins here, and what comes after it; nil where the letter is only a letter.
  private func piece(
    at letter: Character, _ text: Substring, _ depth: Int
  ) -> (Markup, Substring)? {
    guard depth < 4 else { return nil }
    switch letter {
    case "\\":
      guard let next = text.dropFirst().first, next.isPunctuation || next == "|" else { return nil }
      return ("\(String(next))", text.dropFirst(2))
    case "`":
      guard let (inner, after) = enclosed(text, "`") else { return nil }
      return ("<code>\(inner)</code>", after)
    case "*":
      if let (inner, after) = enclosed(text, "**") {
        return ("<strong>\(markup(inner, depth: depth + 1))</strong>", after)
      }
      guard let (inner, after) = enclosed(text, "*"), inner.first != " " else { return nil }
      return ("<em>\(markup(inner, depth: depth + 1))</em>", after)
    case "!":
      guard let (words, target, after) = link(text.dropFirst()), let path = resolve(target) else {
        return nil
      }
      return ("<img src=\"\(path)\" alt=\"\(words)\" loading=\"lazy\">", after)
    case "[":
      guard let (words, target, after) = link(text) else { return nil }
      let inner = markup(words, depth: depth + 1)
      guard let path = resolve(target) else { return (inner, after) }
      return ("<a href=\"\(path)\">\(inner)</a>", after)
    default: return nil
    }
  }

  private func enclosed(_ text: Substring, _ mark: String) -> (Substring, Substring)? {
    guard text.hasPrefix(mark) else { return nil }
    let inner = text.dropFirst(mark.count)
    guard let end = inner.firstRange(of: mark), end.lowerBound > inner.startIndex else {
      return nil
    }
    return (inner[..<end.lowerBound], inner[end.upperBound...])
  }

  private func link(_ text: Substring) -> (Substring, String, Substring)? {
    guard text.first == "[", let close = text.firstRange(of: "](") else { return nil }
    let words = text[text.index(after: text.startIndex)..<close.lowerBound]
    let rest = text[close.upperBound...]
    guard let end = rest.firstIndex(of: ")") else { return nil }
    return (words, String(rest[..<end]), rest[rest.index(after: end)...])
  }

  /// The words alone, for titles and for the search.
  static func plain(_ text: String) -> String {
    let page = MarkdownText { _ in nil }.markup(text).text
    var out = ""
    var isTag = false
    for letter in page {
      switch letter {
      case "<": isTag = true
      case ">": isTag = false
      default: if !isTag { out.append(letter) }
      }
    }
    return out.replacing("&lt;", with: "<").replacing("&gt;", with: ">")
      .replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&amp;", with: "&")
  }
}
