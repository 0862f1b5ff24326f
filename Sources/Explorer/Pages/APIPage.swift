// The HTTP API as a page: every route of the OpenAPI document, with what it takes and gives.

import Primitives

struct APIPage {
  let house: House

  init(_ house: House) { self.house = house }

  func sheet(_ visit: Visit) throws -> Sheet {
    guard let document = house.api() else {
      throw Missing(404, "noDocument", "this node describes no API")
    }
    let height = try house.listings.totals().height
    return Sheet(
      title: "The API", section: .docs, height: height, body: { draw(document) },
      twin: { document.members ?? [] })
  }

  private func draw(_ document: JSONValue) -> Markup {
    let routes = APIPage.routes(of: document)
    let tags = (document["tags"]?.array ?? []).compactMap { $0["name"]?.string }
    let menu = tags.markup { "<li><a href=\"#tag-\($0)\">\($0)</a></li>" }
    let parts = tags.markup { tag in
      """
      <section><h2 id="tag-\(tag)">\(tag)</h2>
      \(routes.filter { $0.tag == tag }.markup { $0.markup(in: document) })</section>
      """
    }
    return """
      <p class="over">Docs</p>
      <h1>The API</h1>
      <p class="lead">\(document["info"]?["summary"]?.string ?? "")</p>
      <p>This page is made from the <a href="/api/openapi.json">OpenAPI document</a>, and that from
      the declarations that the server answers by. How to sign, page and listen stands in
      <a href="/docs/reference/api">the reference</a>.</p>
      <nav aria-label="Parts of the API"><ul class="inline">\(menu)</ul></nav>
      \(parts)
      """
  }

  private static func routes(of document: JSONValue) -> [RouteCard] {
    (document["paths"]?.members ?? []).flatMap { path in
      (path.value.members ?? []).map {
        RouteCard(method: $0.name.uppercased(), path: path.name, operation: $0.value)
      }
    }
  }
}

/// One route.
private struct RouteCard {
  let method: String
  let path: String
  let operation: JSONValue

  var tag: String { operation["tags"]?[0]?.string ?? "" }

  func markup(in document: JSONValue) -> Markup {
    let name = operation["operationId"]?.string ?? ""
    return """
      <details class="route" id="\(name)">
      <summary><span class="badge">\(method)</span> <code>\(path)</code>
      <span class="about">\(operation["summary"]?.string ?? "")</span></summary>
      \(parameters)\(body(in: document))\(answers(in: document))
      </details>

      """
  }

  private var parameters: Markup {
    let rows = (operation["parameters"]?.array ?? []).map { parameter -> [Markup] in
      let isNeeded = parameter["required"]?.bool == true
      return [
        "<code>\(parameter["name"]?.string ?? "")</code>",
        "\(parameter["in"]?.string ?? "")\(isNeeded ? ", needed" : "")",
        "\(parameter["description"]?.string ?? "")",
        "<code>\(parameter["example"].map(RouteCard.short) ?? "")</code>",
      ]
    }
    if rows.isEmpty { return "" }
    return Parts.table(
      "Parameters of \(method) \(path)", ["Parameter", "In", "Is", "Such as"], rows, empty: "")
  }

  private func body(in document: JSONValue) -> Markup {
    guard let body = operation["requestBody"] else { return "" }
    return """
      <h3>Body</h3><p>\(body["description"]?.string ?? "")</p>\(content(body, in: document))
      """
  }

  private func answers(in document: JSONValue) -> Markup {
    (operation["responses"]?.members ?? []).markup { answer in
      let isGood = answer.name.hasPrefix("2")
      let codes = RouteCard.codes(of: answer.value)
      let list: Markup =
        codes.isEmpty
        ? "" : "<ul class=\"inline\">\(codes.markup { "<li><code>\($0)</code></li>" })</ul>"
      return """
        <h3>\(answer.name) <small>\(answer.value["description"]?.string ?? "")</small></h3>
        \(list)\(isGood ? content(answer.value, in: document) : "")
        """
    }
  }

  /// The codes of the problems that a status may carry.
  private static func codes(of answer: JSONValue) -> [String] {
    let media = answer["content"]?.members?.first?.value
    return (media?["examples"]?.members ?? []).map(\.name)
  }

  private func content(_ holder: JSONValue, in document: JSONValue) -> Markup {
    (holder["content"]?.members ?? []).markup { media in
      let example: Markup =
        media.value["example"].map {
          "<pre tabindex=\"0\"><code>\(RouteCard.pretty($0, depth: 0))</code></pre>"
        } ?? ""
      return "<p><code>\(media.name)</code></p>\(example)"
    }
  }

  private static func short(_ value: JSONValue) -> String {
    let text = value.string ?? value.text
    return text.count > 40 ? text.prefix(40) + "…" : text
  }

  /// An example over several lines, cut where it would be a wall.
  private static func pretty(_ value: JSONValue, depth: Int) -> String {
    let pad = String(repeating: "  ", count: depth + 1)
    let end = String(repeating: "  ", count: depth)
    if let members = value.members, !members.isEmpty, depth < 4 {
      let lines = members.map { pad + "\"\($0.name)\": " + pretty($0.value, depth: depth + 1) }
      return "{\n" + lines.joined(separator: ",\n") + "\n" + end + "}"
    }
    if let items = value.array, !items.isEmpty, depth < 4 {
      let lines = items.prefix(3).map { pad + pretty($0, depth: depth + 1) }
      return "[\n" + lines.joined(separator: ",\n") + "\n" + end + "]"
    }
    let text = value.text
    return text.count > 160 ? text.prefix(160) + "…" : text
  }
}
