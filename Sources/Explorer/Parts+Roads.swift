// Pieces that the pages of a road share: the way through a page, its sections, and its raw end.

import Archive
import Chain
import Kernel
import Market
import Primitives

extension Parts {
  /// Links to the sections of a long page.
  static func tabs(_ sections: [(id: String, name: String)]) -> Markup {
    let links = sections.markup { "<li><a href=\"#\($0.id)\">\($0.name)</a></li>" }
    return "<nav class=\"tabs\" aria-label=\"Sections\"><ul>\(links)</ul></nav>"
  }

  static func section(_ id: String, _ title: String, _ body: Markup) -> Markup {
    """
    <section id="\(id)" aria-labelledby="\(id)-title"><h2 id="\(id)-title">\(title)</h2>\
    \(body)</section>
    """
  }

  /// What a page is about, above its sentence: the noun, and the id in full.
  static func heading(_ noun: String, _ id: String) -> Markup {
    "<p class=\"over\">\(noun)</p><h1 class=\"object\">\(whole(id))</h1>"
  }

  /// The same as JSON, folded, for who wants to see every field.
  static func raw(_ name: String, _ json: JSONValue) -> Markup {
    "<details><summary>\(name)</summary><pre>\(RawText.of(json))</pre></details>"
  }

  /// A command to be typed.
  static func command(_ line: String) -> Markup {
    "<pre class=\"command\"><code data-copy>\(line)</code></pre>"
  }

  static func accountList(_ accounts: [Address]) -> Markup {
    guard let last = accounts.last else { return none }
    let rest = accounts.dropLast()
    if rest.isEmpty { return account(last) }
    let start = rest.enumerated().markup { index, each in
      (index > 0 ? ", " : "") + account(each)
    }
    return start + " and " + account(last)
  }
}

/// JSON with a member a line, long strings cut: a page is not the place for a model's bytes.
enum RawText {
  static let longest = 400
  /// Elements of an array that are shown.
  private static let mostElements = 64

  /// Its punctuation is markup of ours, its names and values are text like any other.
  static func of(_ json: JSONValue) -> Markup {
    var text = Markup()
    write(json, indent: 0, to: &text)
    return text
  }

  private static func write(_ json: JSONValue, indent: Int, to text: inout Markup) {
    switch json {
    case .object(let members) where !members.isEmpty:
      text += "{"
      for (index, member) in members.enumerated() {
        line(index, indent + 1, to: &text)
        text += quote
        text.append(text: member.name)
        text += nameEnd
        write(member.value, indent: indent + 1, to: &text)
      }
      line(0, indent, to: &text)
      text += "}"
    case .array(let values) where !values.isEmpty:
      text += "["
      for (index, value) in values.prefix(mostElements).enumerated() {
        line(index, indent + 1, to: &text)
        write(value, indent: indent + 1, to: &text)
      }
      if values.count > mostElements {
        line(1, indent + 1, to: &text)
        text += "… \(values.count - mostElements) more"
      }
      line(0, indent, to: &text)
      text += "]"
    case .string(let value) where value.utf8.count > longest:
      text += "\"\(value.prefix(80))…\" (\(value.utf8.count) characters)"
    case .string(let value) where isPlain(value):
      text += quote
      text.append(text: value)
      text += quote
    default: text.append(text: json.text)
    }
  }

  private static let quote: Markup = "\""
  private static let nameEnd: Markup = "\": "
  private static let comma: Markup = ","
  private static let lineBreak: Markup = "\n"
  private static let space: Markup = "  "

  /// Letters, digits and the like: what JSON writes as it is.
  private static func isPlain(_ value: String) -> Bool {
    value.utf8.allSatisfy { $0 > 0x22 && $0 < 0x7f && $0 != 0x5c }
  }

  /// A new line, after a comma where it is not the first.
  private static func line(_ index: Int, _ indent: Int, to text: inout Markup) {
    if index > 0 { text += comma }
    text += lineBreak
    for _ in 0..<indent { text += space }
  }
}
