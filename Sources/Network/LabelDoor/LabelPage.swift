// Draws the page at which a person labels: the item, the choices with their keys, what was earned.

import Agents
import Foundation
import Primitives

/// HTML in which every foreign text is escaped. It works without the script, which only lets keys
/// choose.
enum LabelPage {
  static func front(_ view: LabelDesk.View, item asked: Int?, root: String) -> String {
    guard let batch = view.batch else { return waiting(view) }
    let all = batch.items.indices
    let item = asked.flatMap { all.contains($0) ? $0 : nil } ?? view.next
    let body = item.map { one(batch, view, $0, root) } ?? over(batch, view, root)
    return page(
      item.map { "\($0 + 1) of \(all.count)" } ?? "All \(all.count) seen",
      "\(progress(view, all.count))\(body)\(records(view))", refresh: false)
  }

  static func message(_ text: String) -> String {
    page("Labels", "<p role=alert>\(escape(text))</p>", refresh: false)
  }

  private static func waiting(_ view: LabelDesk.View) -> String {
    let words =
      view.isClosed
      ? "<p class=lead>That is all. You can close this page.</p>"
      : "<p class=lead role=status>Nothing to label right now. This page looks again by itself.</p>"
    return page("Labels", words + records(view), refresh: !view.isClosed)
  }

  // MARK: - One item

  private static func one(
    _ batch: DeskBatch, _ view: LabelDesk.View, _ item: Int, _ root: String
  ) -> String {
    let chosen = view.answers[item]
    let keys = keys(of: batch.question.choices)
    let buttons = batch.question.choices.enumerated().map { place, choice in
      let key = keys[place].map(String.init) ?? ""
      let mark = key.isEmpty ? "" : "<kbd>\(key)</kbd> "
      let state = Int(chosen) == place + 1
      let press = key.isEmpty ? "" : " data-key=\"\(key)\""
      return "<button name=choice value=\(place + 1)\(press) "
        + "aria-pressed=\(state)><bdi>\(mark)\(escape(choice))</bdi></button>"
    }
    let back =
      item > 0
      ? "<a href=\"\(root)?item=\(item - 1)\" data-key=ArrowLeft><kbd>←</kbd> Back</a>" : ""
    return """
      <h1>\(escape(batch.question.text))</h1>
      <figure>\(shown(batch.items[item], view.number, item, root))</figure>
      <form method=post action="\(root)answer">
      <input type=hidden name=batch value=\(view.number)><input type=hidden name=item value=\(item)>
      <fieldset><legend>\(legend(chosen, batch))</legend>
      <div class=choices>\(buttons.joined())</div></fieldset>
      <p class=ways>\(back)
      <button class=quiet name=choice value=0 data-key=ArrowRight>Cannot tell <kbd>→</kbd></button>
      </p></form>
      """
  }

  private static func legend(_ chosen: UInt8, _ batch: DeskBatch) -> String {
    chosen == 0
      ? "Choose one" : "You chose <bdi>\(escape(batch.question.choices[Int(chosen) - 1]))</bdi>"
  }

  /// What an item's bytes are shown as: text is text whatever it says, and a picture comes as an
  /// answer of its own that can do nothing.
  private static func shown(
    _ bytes: [UInt8], _ batch: UInt64, _ item: Int, _ root: String
  ) -> String {
    switch LabelMedia(of: bytes) {
    case .text?:
      return "<pre dir=auto tabindex=0>\(escape(String(decoding: bytes, as: UTF8.self)))</pre>"
    case .png?, .jpeg?:
      guard LabelPicture.mayBeShown(bytes) else {
        return "<p>A picture whose size is not known or too large is not shown: leave it open.</p>"
      }
      return "<img src=\"\(root)picture?batch=\(batch)&amp;item=\(item)\" "
        + "alt=\"Item \(item + 1), to be labelled\">"
    case nil: return "<p>\(bytes.count) bytes that cannot be shown: leave it open.</p>"
    }
  }

  // MARK: - Around it

  private static func progress(_ view: LabelDesk.View, _ count: Int) -> String {
    let until = view.batch?.until ?? ""
    return """
      <p class=progress><progress max=\(count) value=\(view.given) aria-label="Items answered">\
      </progress><span>\(view.given) of \(count) answered\
      \(view.skipped.isEmpty ? "" : ", \(view.skipped.count) left open")\
      \(until.isEmpty ? "" : " · until \(escape(until))")</span></p>
      """
  }

  private static func over(_ batch: DeskBatch, _ view: LabelDesk.View, _ root: String) -> String {
    let open = view.skipped.sorted().prefix(200).map { item in
      "<a href=\"\(root)?item=\(item)\">\(item + 1)</a>"
    }
    let last = batch.items.count - 1
    return """
      <h1>All seen</h1>
      <p>\(view.given) of \(batch.items.count) have an answer. What you left open counts as no \
      answer.\(open.isEmpty ? "" : " Left open: \(open.joined(separator: " "))")</p>
      <form method=post action="\(root)hand-in">
      <input type=hidden name=batch value=\(view.number)>
      <p class=ways><a href="\(root)?item=\(last)" data-key=ArrowLeft><kbd>←</kbd> Back</a>
      <button data-key=Enter>Hand it in <kbd>Enter</kbd></button></p></form>
      """
  }

  private static func records(_ view: LabelDesk.View) -> String {
    guard !view.records.isEmpty else { return "" }
    let rows = view.records.prefix(100).map { record in
      let state =
        switch record.isAccepted {
        case true?: "<span class=good>accepted</span>"
        case false?: "<span class=bad>not accepted</span>"
        case nil: "<span class=wait>waits</span>"
        }
      return "<tr><td data-name=Batch><code>\(escape(record.title))</code>"
        + "<td data-name=Items>\(record.items)<td data-name=Result>\(state)"
        + "<td data-name=Why>\(escape(record.why))"
        + "<td data-name=Earned>\(DollarWords.text(record.earned))"
    }
    return """
      <section aria-label="Handed in"><h2>Handed in</h2>
      <p>Earned so far: <strong>\(DollarWords.text(view.earned))</strong></p>
      <table><thead><tr><th>Batch<th>Items<th>Result<th>Why<th>Earned</thead>
      <tbody>\(rows.joined())</tbody></table></section>
      """
  }

  /// In the order in which they lie.
  private static let allKeys = Array("1234567890qwertyuiopasdfghjklzxcvbnm")

  /// A key for each choice, as far as there are any: a choice of one letter or digit has that, the
  /// others what is left.
  static func keys(of choices: [String]) -> [Character?] {
    let own = choices.map { choice -> Character? in
      let text = choice.lowercased()
      return text.count == 1 ? text.first.flatMap { allKeys.contains($0) ? $0 : nil } : nil
    }
    var rest = allKeys.filter { !own.contains($0) }[...]
    return own.map { $0 ?? rest.popFirst() }
  }

  // MARK: - The frame

  private static func page(_ title: String, _ body: String, refresh: Bool) -> String {
    """
    <!doctype html><html lang=en><meta charset=utf-8>\
    <meta name=viewport content="width=device-width,initial-scale=1">\
    <meta name=color-scheme content="light dark">\
    \(refresh ? "<meta http-equiv=refresh content=3>" : "")\
    <title>\(escape(title)) · Labels</title><style>\(LabelLook.style)</style>\
    <main>\(body)</main><script>\(LabelLook.script)</script></html>
    """
  }

  /// What the page lets in: its own style, its own script, its own pictures, and its own forms.
  static let policy =
    "default-src 'none'; style-src '\(hash(LabelLook.style))'; "
    + "script-src '\(hash(LabelLook.script))'; img-src 'self'; form-action 'self'; "
    + "base-uri 'none'; frame-ancestors 'none'"

  static func hash(_ text: String) -> String {
    "sha256-" + Data(SHA256.hash(Array(text.utf8)).bytes).base64EncodedString()
  }

  /// Signs of markup as entities, and a mark for what would not be seen or turn the line.
  static func escape(_ text: String) -> String {
    var safe = ""
    for letter in text.unicodeScalars {
      switch letter {
      case "&": safe += "&amp;"
      case "<": safe += "&lt;"
      case ">": safe += "&gt;"
      case "\"": safe += "&quot;"
      case "'": safe += "&#39;"
      case "\n", "\t": safe.unicodeScalars.append(letter)
      case "\r": break
      default: safe.unicodeScalars.append(LabelName.isUnseen(letter) ? "\u{FFFD}" : letter)
      }
    }
    return safe
  }
}
