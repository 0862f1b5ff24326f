// The documentation as pages: what the repository's docs/ say, searchable.

import Primitives

struct DocsPages {
  let house: House
  var shelf = DocsShelf.carried

  init(_ house: House) { self.house = house }

  /// - Parameter path: below `/docs`.
  func sheet(_ path: String, _ visit: Visit) throws -> Sheet {
    if let query = visit.value("q"), !query.isEmpty { return try found(query) }
    guard let paper = shelf.paper(path) else { throw Missing.unknown("page of the docs") }
    let height = try house.listings.totals().height
    let shelf = shelf
    return Sheet(
      title: paper.title, section: .docs, height: height,
      body: {
        let (body, headings) = paper.markup { shelf.address(of: $0, on: paper) }
        return DocsPages.frame(shelf, paper.name, body, headings)
      },
      twin: {
        [
          .init(name: "page", value: .string(paper.name)),
          .init(name: "title", value: .string(paper.title)),
          .init(name: "markdown", value: .string(paper.source)),
        ]
      })
  }

  /// A picture of the docs at a path of the site; nil where there is none.
  func picture(_ path: String) -> Answer? {
    guard path.hasPrefix("/docs/"), let bytes = shelf.pictures[String(path.dropFirst(6))] else {
      return nil
    }
    let type = path.hasSuffix(".svg") ? "image/svg+xml" : "image/png"
    return Answer(
      headers: Explorer.shared + [("content-type", type), ("cache-control", "max-age=3600")],
      body: bytes)
  }

  /// What programs read, at a path of the site; nil where there is nothing for them.
  func program(_ path: String) -> Answer? {
    shelf.programText(path).map { type, text in
      Answer(
        headers: Explorer.shared + [("content-type", type), ("cache-control", "max-age=3600")],
        body: Array(text.utf8))
    }
  }

  private func found(_ query: String) throws -> Sheet {
    let findings = DocsIndex.carried.search(query)
    let height = try house.listings.totals().height
    let shelf = shelf
    return Sheet(
      title: "Docs: \(query.prefix(60))", section: .docs, height: height,
      body: {
        let list = findings.markup { finding in
          """
          <li><h3><a href="/docs/\(finding.paper)#\(finding.anchor)">\(finding.heading)</a></h3>
          <p class="over">\(finding.title)</p><p>\(finding.excerpt)</p></li>

          """
        }
        let none: Markup = "<p class=\"empty\">No section has all of these words.</p>"
        let body: Markup = """
          <h1>Docs with “\(String(query.prefix(60)))”</h1>
          \(findings.isEmpty ? none : "<ol class=\"findings\">\(list)</ol>")
          """
        return DocsPages.frame(shelf, "", body, [])
      },
      twin: {
        let list = findings.map { finding -> JSONValue in
          [
            "page": .string(finding.paper), "title": .string(finding.title),
            "heading": .string(finding.heading), "anchor": .string(finding.anchor),
            "excerpt": .string(finding.excerpt),
          ]
        }
        return [.init(name: "findings", value: .array(list))]
      })
  }

  /// The page between the list of pages and the list of its sections.
  private static func frame(
    _ shelf: DocsShelf, _ current: String, _ body: Markup, _ headings: [DocsPaper.Heading]
  ) -> Markup {
    let menu = DocsShelf.folders.markup { folder, title in
      let isOpen: Markup = current.hasPrefix(folder) ? " open" : ""
      let links = shelf.papers(in: folder).markup { paper in
        let mark: Markup = paper.name == current ? " aria-current=\"page\"" : ""
        return "<li><a href=\"/docs/\(paper.name)\"\(mark)>\(paper.title)</a></li>"
      }
      return "<details\(isOpen)><summary>\(title)</summary><ul>\(links)</ul></details>"
    }
    let sections = headings.filter { $0.level == 2 }
    let links = sections.markup { "<li><a href=\"#\($0.anchor)\">\($0.title)</a></li>" }
    let outline: Markup = """
      <nav class="outline" aria-label="On this page"><p class="over">On this page</p>\
      <ul>\(links)</ul></nav>
      """
    return """
      <div class="docs">
      <nav class="menu" aria-label="Docs"><form action="/docs" role="search">
      <label class="unseen" for="docs-q">Search the docs</label>
      <input id="docs-q" name="q" type="search" placeholder="search the docs" maxlength="80">
      </form>\(menu)</nav>
      <article class="paper">\(body)</article>
      \(sections.count < 3 ? "" : outline)
      </div>
      """
  }
}
