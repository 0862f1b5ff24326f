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

  static func of(_ json: JSONValue, indent: Int = 0) -> String {
    let space = String(repeating: "  ", count: indent)
    switch json {
    case .object(let members) where !members.isEmpty:
      let lines = members.map {
        "\(space)  \"\($0.name)\": \(of($0.value, indent: indent + 1))"
      }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(space)}"
    case .array(let values) where !values.isEmpty:
      let shown = values.prefix(64).map { "\(space)  \(of($0, indent: indent + 1))" }
      let rest = values.count > 64 ? ",\n\(space)  … \(values.count - 64) more" : ""
      return "[\n" + shown.joined(separator: ",\n") + rest + "\n\(space)]"
    case .string(let text) where text.utf8.count > longest:
      return "\"\(text.prefix(80))…\" (\(text.utf8.count) characters)"
    default: return json.text
    }
  }
}
