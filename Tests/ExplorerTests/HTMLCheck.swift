// Reads a page the way a strict parser would: balanced tags, quoted attributes, ids once, order of
// headings, and what a table, an input and a picture owe to those who cannot see.

@testable import Explorer

/// What is wrong with a page; empty where nothing is.
struct HTMLCheck {
  private(set) var faults: [String] = []
  private(set) var links: [String] = []
  private(set) var ids: Set<String> = []
  private(set) var title = ""
  /// Everything that is shown, tags left out.
  private(set) var text = ""

  private static let void: Set = [
    "meta", "link", "input", "br", "hr", "img",
  ]

  private var open: [String] = []
  private var lastHeading = 0
  private var labelled: Set<String> = []
  private var inputs: [(id: String, isWithinLabel: Bool)] = []

  init(_ page: String) {
    let bytes = Array(page.utf8)
    var at = 0
    if page.hasPrefix("<!doctype html>") { at = 15 } else { fault("no doctype") }
    while let start = bytes[at...].firstIndex(of: UInt8(ascii: "<")) {
      take(text: String(decoding: bytes[at..<start], as: UTF8.self))
      guard let end = HTMLCheck.end(of: bytes, from: start) else {
        fault(
          "a tag that never ends: \(String(decoding: bytes[start...].prefix(40), as: UTF8.self))")
        return
      }
      tag(String(decoding: bytes[(start + 1)..<end], as: UTF8.self)[...])
      at = end + 1
      // Nothing but our own sheet, whole.
      if open.last == "style", !bytes[at...].starts(with: Asset.style.bytes + "</style>".utf8) {
        fault("a style within the page")
        return
      }
      if open.last == "script", !bytes[at...].starts(with: "</script>".utf8) {
        fault("a script within the page")
        return
      }
    }
    take(text: String(decoding: bytes[at...], as: UTF8.self))
    if !open.isEmpty { fault("never closed: \(open.joined(separator: " "))") }
    if title.isEmpty { fault("no title") }
    for input in inputs where !input.isWithinLabel && !labelled.contains(input.id) {
      fault("an input without a label: \(input.id)")
    }
  }

  /// What is wrong with a piece of a page.
  static func fragment(_ piece: String) -> [String] {
    HTMLCheck("<!doctype html><title>x</title>" + piece).faults
  }

  private mutating func fault(_ text: String) { faults.append(text) }

  /// The end of a tag: the first `>` outside of quotes.
  private static func end(of bytes: [UInt8], from start: Int) -> Int? {
    var isQuoted = false
    for index in start..<bytes.count {
      if bytes[index] == UInt8(ascii: "\"") { isQuoted.toggle() }
      if bytes[index] == UInt8(ascii: ">"), !isQuoted { return index }
    }
    return nil
  }

  private mutating func take(text piece: String) {
    text += piece
    if open.last == "title", title.isEmpty { title = piece }
    guard piece.utf8.contains(UInt8(ascii: "&")) else { return }
    for part in piece.split(separator: "&", omittingEmptySubsequences: false).dropFirst() {
      let known = ["amp;", "lt;", "gt;", "quot;", "#39;"].contains { part.hasPrefix($0) }
      if !known { fault("a bare & in \(part.prefix(12))") }
    }
  }

  private mutating func tag(_ inner: Substring) {
    if inner.hasPrefix("/") {
      let name = String(inner.dropFirst())
      if open.last == name {
        open.removeLast()
      } else {
        fault("</\(name)> closes <\(open.last ?? "")>")
      }
      return
    }
    let isClosed = inner.hasSuffix("/")
    let (name, attributes) = HTMLCheck.parts(isClosed ? inner.dropLast() : inner)
    if attributes.contains(where: { $0.name.hasPrefix("on") || $0.name == "style" }) {
      fault("<\(name)> has a handler or a style")
    }
    let values = Dictionary(attributes.map { ($0.name, $0.value) }) { first, _ in first }
    if values.count != attributes.count { fault("<\(name)> has an attribute twice") }
    look(at: name, values)
    if !isClosed, !HTMLCheck.void.contains(name) { open.append(name) }
  }

  private mutating func look(at name: String, _ values: [String: String]) {
    if let id = values["id"], !ids.insert(id).inserted { fault("the id \(id) twice") }
    if let level = name.first == "h" ? Int(name.dropFirst()) : nil, name.count == 2 {
      if level > lastHeading + 1 { fault("<\(name)> after a heading of \(lastHeading)") }
      lastHeading = level
    }
    switch name {
    case "a":
      if let link = values["href"] { links.append(link) }
      if open.contains("a") { fault("a link within a link") }
    case "label": if let id = values["for"] { labelled.insert(id) }
    case "input", "select", "textarea":
      if values["type"] != "hidden" {
        inputs.append((values["id"] ?? "", open.contains("label")))
      }
    case "th": if values["scope"] == nil { fault("<th> without scope") }
    case "svg":
      if values["role"] != "img", values["aria-hidden"] != "true" { fault("<svg> says nothing") }
    case "img": if values["alt"] == nil { fault("<img> without alt") }
    case "p" where open.contains("p"): fault("<p> within <p>")
    case "div", "ul", "ol", "dl", "table", "figure", "h1", "h2", "h3", "section", "details":
      if open.contains("p") { fault("<\(name)> within <p>") }
    default: break
    }
  }

  private static func parts(
    _ inner: Substring
  ) -> (name: String, attributes: [(name: String, value: String)]) {
    let name = inner.prefix { !$0.isWhitespace }
    var rest = inner.dropFirst(name.count)
    var attributes: [(name: String, value: String)] = []
    while true {
      rest = rest.drop { $0.isWhitespace }
      let key = rest.prefix { !$0.isWhitespace && $0 != "=" }
      guard !key.isEmpty else { break }
      rest = rest.dropFirst(key.count)
      guard rest.hasPrefix("=\"") else {
        attributes.append((String(key), rest.hasPrefix("=") ? "unquoted" : ""))
        if rest.hasPrefix("=") { attributes.append(("onunquoted", "")); break }
        continue
      }
      rest = rest.dropFirst(2)
      let value = rest.prefix { $0 != "\"" }
      attributes.append((String(key), String(value)))
      rest = rest.dropFirst(value.count + 1)
    }
    return (String(name), attributes)
  }
}
