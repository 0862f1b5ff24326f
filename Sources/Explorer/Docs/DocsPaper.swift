// One page of the documentation: its title, its sections and its drawing.

/// A page as the shelf keeps it.
struct DocsPaper: Sendable {
  /// Within `docs/`, without `.md`: `concepts/road`.
  let name: String
  let source: String

  struct Heading: Sendable, Equatable {
    var level: Int
    var title: String
    var anchor: String
  }

  var title: String {
    let first = source.prefix { $0 != "\n" }
    return first.hasPrefix("# ") ? MarkdownText.plain(String(first.dropFirst(2))) : name
  }

  /// - Parameter resolve: the address of a link, given the page it stands on.
  func markup(_ resolve: @escaping (String) -> String?) -> (body: Markup, headings: [Heading]) {
    let text = MarkdownText(resolve: resolve)
    var headings: [Heading] = []
    let body = MarkdownReader.blocks(of: source).markup { draw($0, text, &headings) }
    return (body, headings)
  }

  private func draw(
    _ block: MarkdownBlock, _ text: MarkdownText, _ headings: inout [Heading]
  ) -> Markup {
    switch block {
    case .heading(let level, let words):
      let anchor = DocsPaper.anchor(words)
      headings.append(Heading(level: level, title: MarkdownText.plain(words), anchor: anchor))
      let inner = text.markup(words)
      switch level {
      case 1: return "<h1 id=\"\(anchor)\">\(inner)</h1>\n"
      case 2: return "<h2 id=\"\(anchor)\">\(inner)</h2>\n"
      case 3: return "<h3 id=\"\(anchor)\">\(inner)</h3>\n"
      default: return "<h4 id=\"\(anchor)\">\(inner)</h4>\n"
      }
    case .paragraph(let words): return "<p>\(text.markup(words))</p>\n"
    case .code(let code): return "<pre tabindex=\"0\"><code>\(code)</code></pre>\n"
    case .quote(let words): return "<blockquote><p>\(text.markup(words))</p></blockquote>\n"
    case .rule: return "<hr>\n"
    case .list(let isOrdered, let items):
      let inner = items.markup { "<li>\(item($0, text, &headings))</li>\n" }
      return isOrdered ? "<ol>\(inner)</ol>\n" : "<ul>\(inner)</ul>\n"
    case .table(let heads, let isNumber, let rows): return table(heads, isNumber, rows, text)
    }
  }

  /// An item's only paragraph needs no room around it.
  private func item(
    _ blocks: [MarkdownBlock], _ text: MarkdownText, _ headings: inout [Heading]
  ) -> Markup {
    var out = Markup()
    for (index, block) in blocks.enumerated() {
      if index == 0, case .paragraph(let words) = block {
        out += text.markup(words)
      } else {
        out += draw(block, text, &headings)
      }
    }
    return out
  }

  private func table(
    _ heads: [String], _ isNumber: [Bool], _ rows: [[String]], _ text: MarkdownText
  ) -> Markup {
    func mark(_ column: Int) -> Markup {
      column < isNumber.count && isNumber[column] ? " class=\"n\"" : " class=\"wrap\""
    }
    let head = heads.enumerated().markup {
      "<th scope=\"col\"\(mark($0.offset))>\(text.markup($0.element))</th>"
    }
    let body = rows.markup { row in
      let cells = row.enumerated().markup {
        "<td\(mark($0.offset))>\(text.markup($0.element))</td>"
      }
      return "<tr>\(cells)</tr>\n"
    }
    let name = heads.map(MarkdownText.plain).filter { !$0.isEmpty }.joined(separator: ", ")
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="Table: \(name)"><table>
      <thead><tr>\(head)</tr></thead><tbody>\(body)</tbody></table></div>

      """
  }

  /// As the usual renderers make it, so that the same links work there and here.
  static func anchor(_ heading: String) -> String {
    var text = ""
    for letter in MarkdownText.plain(heading).lowercased() {
      if letter.isLetter || letter.isNumber || letter == "-" || letter == "_" {
        text.append(letter)
      } else if letter == " " {
        text.append("-")
      }
    }
    return text
  }
}
