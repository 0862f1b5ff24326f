// The small pieces that pages are put together from.

import Kernel
import Primitives

/// Pieces that look the same everywhere.
enum Parts {
  /// A moment with its age beside it; the script keeps nothing, the age is that of the page.
  static func time(_ time: Time) -> Markup {
    let moment = Formats.Moment(time)
    return "<time datetime=\"\(iso: moment)\">\(utc: moment)</time>"
  }

  static func age(_ time: Time, now: Time) -> Markup {
    let moment = Formats.Moment(time)
    return """
      <time datetime="\(iso: moment)" title="\(utc: moment)">\
      \(Formats.age(time, now: now))</time>
      """
  }

  static func money(_ units: UInt64) -> Markup {
    "<span class=\"money\">\(dollars: units)</span>"
  }

  /// An id as a link: its short form, whole on copying. `kind` is the prefix of its printed form.
  static func link(_ kind: String, _ id: Bytes32, to folder: String) -> Markup {
    if id == .zero { return none }
    let whole = PrintedID.full(kind, id)
    let short = whole.prefix(kind.utf8.count + 1 + PrintedID.shortLetters)
    return """
      <a class="id" href="/\(folder)/\(whole)" title="\(whole)">\(short)</a>
      """
  }

  static func road(_ id: Bytes32) -> Markup { link("order", id, to: "orders") }
  static func lease(_ id: Bytes32) -> Markup { link("lease", id, to: "leases") }
  static func run(_ id: Bytes32) -> Markup { link("run", id, to: "runs") }
  static func game(_ id: Bytes32) -> Markup { link("game", id, to: "disputes") }
  static func offer(_ id: Bytes32) -> Markup { link("offer", id, to: "offers") }

  /// An offer under a word of the sentence.
  static func offer(_ id: Bytes32, _ word: String) -> Markup {
    "<a href=\"/offers/\(PrintedID.full("offer", id))\">\(word)</a>"
  }

  static func model(_ id: Bytes32) -> Markup {
    if id == .zero { return none }
    return hex(id, in: "models")
  }

  static func message(_ id: Bytes32) -> Markup {
    if id == .zero { return none }
    return hex(id, in: "messages")
  }

  private static func hex(_ id: Bytes32, in folder: String) -> Markup {
    let whole = id.description
    return """
      <a class="id" href="/\(folder)/\(whole)" title="\(whole)">\(whole.prefix(10))…</a>
      """
  }

  static func account(_ address: Address) -> Markup {
    if address == Address() { return none }
    return AccountLinks.of(address)
  }

  /// Where in the log, for a sentence.
  static func inBlock(_ height: UInt64) -> Markup {
    height == 0 ? "at genesis" : "in block \(block(height))"
  }

  static func block(_ height: UInt64) -> Markup {
    if height == 0 { return "genesis" }
    return "<a class=\"number\" href=\"/blocks/\(height)\">\(grouped: height)</a>"
  }

  /// An id in full with a button that copies it; without a script it is there to be selected.
  static func whole(_ text: String) -> Markup {
    "<code class=\"whole\" data-copy>\(text)</code>"
  }

  static let none: Markup = "<span class=\"none\">none</span>"

  /// What kind of word a badge says; never by its colour alone.
  enum Tone: String { case plain, good, bad, wait }

  static func badge(_ word: String, _ tone: Tone = .plain) -> Markup {
    "<span class=\"badge \(tone.rawValue)\">\(word)</span>"
  }

  /// Names and values, one a line: the body of an object's page.
  static func fields(_ rows: [(name: String, value: Markup)]) -> Markup {
    """
    <dl class="fields">\(rows.markup { "<div><dt>\($0.name)</dt><dd>\($0.value)</dd></div>" })</dl>
    """
  }

  /// A table: where the screen is narrow each line becomes a block of its own, with the heads as
  /// labels; where it is wide and still too narrow, the table scrolls by itself.
  ///
  /// - Parameter columns: the heads; one that begins with `#` is of numbers.
  static func table(
    _ caption: String, _ columns: [String], _ rows: [[Markup]], empty: String
  ) -> Markup {
    guard !rows.isEmpty else { return "<p class=\"empty\">\(empty)</p>" }
    let heads = columns.map { name -> (cell: Markup, head: Markup) in
      let isNumber = name.hasPrefix("#")
      let text = isNumber ? String(name.dropFirst()) : name
      let style: Markup = isNumber ? " class=\"n\"" : ""
      return (
        "<td\(style) data-label=\"\(text)\">", "<th scope=\"col\"\(style)>\(text)</th>"
      )
    }
    let (line, cellEnd, lineEnd): (Markup, Markup, Markup) = ("<tr>", "</td>", "</tr>")
    var lines = Markup()
    lines.reserve(rows.reduce(0) { $1.reduce($0 + 16) { $0 + $1.count + 48 } })
    // Sentences stand one below the other, short values side by side.
    var isProse = false
    for row in rows {
      lines += line
      for (cell, head) in zip(row, heads) {
        isProse = isProse || cell.begins(with: "<span class=\"prose\"")
        lines += head.cell
        lines += cell
        lines += cellEnd
      }
      lines += lineEnd
    }
    let style = isProse ? "told" : "listed"
    return """
      <div class="scroll \(style)" tabindex="0" role="region" aria-label="\(caption)"><table>
      <caption class="unseen">\(caption)</caption>
      <thead><tr>\(heads.map(\.head))</tr></thead>
      <tbody>\(lines)</tbody></table></div>
      """
  }

  /// Links to the pages of a list.
  static func pager(_ path: String, _ visit: Visit, next: UInt64?) -> Markup {
    let kept = visit.query.filter { $0.name != "before" && !$0.value.isEmpty }
    let base = kept.map { "\(Escape.component($0.name))=\(Escape.component($0.value))" }
    let isFirst = visit.value("before") == nil
    let first: Markup =
      isFirst ? "" : "<a href=\"\(address(path, base))\" rel=\"first\">Newest</a>"
    let older: Markup =
      next.map { "<a href=\"\(address(path, base + ["before=\($0)"]))\" rel=\"next\">Older</a>" }
      ?? ""
    return isFirst && next == nil
      ? "" : "<nav class=\"pager\" aria-label=\"Pages\">\(first) \(older)</nav>"
  }

  private static func address(_ path: String, _ query: [String]) -> String {
    query.isEmpty ? path : path + "?" + query.joined(separator: "&")
  }
}
