// The documentation as the site shows it: whole, linked, harmless and searchable.

import Testing

@testable import Explorer

@Suite struct DocsTests {
  static func draw(_ source: String) -> String {
    DocsPaper(name: "a/b", source: source).markup { "/to/" + $0 }.body.text
  }

  @Test func blocksBecomeWhatTheyAre() {
    #expect(Self.draw("# A `b`") == "<h1 id=\"a-b\">A <code>b</code></h1>\n")
    #expect(Self.draw("one\ntwo\n\nthree") == "<p>one\ntwo</p>\n<p>three</p>\n")
    #expect(Self.draw("- a\n- b\n  more") == "<ul><li>a</li>\n<li>b\nmore</li>\n</ul>\n")
    #expect(Self.draw("1. a\n2. b") == "<ol><li>a</li>\n<li>b</li>\n</ol>\n")
    let code = "<pre tabindex=\"0\"><code>x &lt; y</code></pre>\n"
    #expect(Self.draw("```swift\nx < y\n```") == code)
    #expect(Self.draw("    x < y") == code)
    #expect(Self.draw("> so") == "<blockquote><p>so</p></blockquote>\n")
    let nested = "<ul><li>a<ul><li>b</li>\n</ul>\n</li>\n</ul>\n"
    #expect(Self.draw("- a\n  - b") == nested)
  }

  @Test func tablesKeepBarsThatAreText() {
    let table = Self.draw("| a | b |\n|---|---:|\n| x \\| y | 2 |")
    #expect(table.contains("<td class=\"wrap\">x | y</td><td class=\"n\">2</td>"))
    #expect(table.contains("<th scope=\"col\" class=\"n\">b</th>"))
  }

  @Test func wordsWithinALine() {
    let line = Self.draw("**s** *e* `c*d` [w](x.md) \\* 2 * 3")
    let link = "<a href=\"/to/x.md\">w</a>"
    #expect(line == "<p><strong>s</strong> <em>e</em> <code>c*d</code> \(link) * 2 * 3</p>\n")
  }

  @Test(arguments: [
    "<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](\"onerror=alert(1))",
    "`<img src=x onerror=alert(1)>`", "| <b> |\n|---|\n| <i onload=x> |", "# <svg onload=x>",
  ])
  func sourceIsNeverMarkup(_ source: String) {
    let shelf = DocsShelf(files: [("a.md", Array(source.utf8))])
    let paper = shelf.papers["a"]
    let page = paper?.markup { shelf.address(of: $0, on: paper!) }.body.text ?? ""
    for wrong in ["<script", "<img", "<svg", "<i ", "<b>", "javascript:"] {
      #expect(!page.contains(wrong) || wrong == "javascript:" && !page.contains("href"))
    }
  }

  @Test func noDepthOfNestingIsTooDeep() {
    let lists = (0..<2_000).map { String(repeating: "  ", count: $0) + "- x" }
    #expect(Self.draw(lists.joined(separator: "\n")).contains("x"))
    #expect(Self.draw(String(repeating: "*[", count: 1_000)).contains("["))
  }

  @Test func everyWordOfEveryPageIsShown() {
    for paper in DocsShelf.carried.papers.values {
      let page = paper.markup { DocsShelf.carried.address(of: $0, on: paper) }.body
      let shown = Self.words(Self.text(page.text))
      let fences = paper.source.split(separator: "\n").filter { !$0.hasPrefix("```") }
      let written = Self.words(Self.withoutTargets(fences.joined(separator: "\n")))
      #expect(shown == written, "\(paper.name): \(shown.count) of \(written.count) words")
    }
  }

  @Test func everyLinkLeadsSomewhere() {
    let shelf = DocsShelf.carried
    var anchors: [String: Set<String>] = [:]
    var links: [(from: String, to: String)] = []
    for paper in shelf.papers.values {
      let (_, headings) = paper.markup {
        let to = shelf.address(of: $0, on: paper)
        if let to { links.append((paper.name, to)) }
        let isOurs = !["http", "../CONTRIBUTING", "../CHANGELOG"].contains(where: $0.hasPrefix)
        #expect(to != nil || !isOurs, "\(paper.name) links to \($0)")
        return to
      }
      let path = paper.name == "README" ? "/docs" : "/docs/" + paper.name
      anchors[path] = Set(headings.map(\.anchor))
      #expect(anchors[path]?.count == headings.count, "\(paper.name) has a heading twice")
    }
    #expect(links.count > 50)
    for link in links where link.to.contains("#") {
      let parts = link.to.split(separator: "#", omittingEmptySubsequences: false)
      let path = parts[0].isEmpty ? "/docs/" + link.from : String(parts[0])
      #expect(anchors[path]?.contains(String(parts[1])) == true, "\(link.from): \(link.to)")
    }
  }

  @Test func theSearchFindsTitlesFirst() {
    let found = DocsIndex.carried.search("The draw")
    #expect(found.first.map { $0.paper + "#" + $0.anchor } == "concepts/court#the-draw")
    #expect(DocsIndex.carried.search("zzzz qqqq").isEmpty)
    #expect(DocsIndex.carried.search("<>&").isEmpty)
  }

  /// What a reader sees of a page, the words of pictures included.
  static func text(_ page: String) -> String {
    page.replacing(/<img[^>]*alt="([^"]*)"[^>]*>/) { " \($0.output.1) " }
      .replacing(/<[^>]*>/, with: " ").replacing("&lt;", with: "<").replacing("&gt;", with: ">")
      .replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&amp;", with: "&")
  }

  static func words(_ text: String) -> [Substring] {
    text.split { !$0.isLetter && !$0.isNumber }
  }

  /// The words of links stay, their targets and the numbers of items are not shown.
  static func withoutTargets(_ text: String) -> String {
    text.replacing(/\]\([^)]*\)/, with: "]")
      .replacing(#/^[0-9]+\. /#.anchorsMatchLineEndings(), with: "")
  }
}
