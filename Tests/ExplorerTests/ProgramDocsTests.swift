// What programs read of the documentation: an index without gaps, and pages as they were written.

import Testing

@testable import Explorer

@Suite struct ProgramDocsTests {
  static let shelf = DocsShelf.carried
  static let site = Explorer(Specimen.shared.house)

  static func answer(_ path: String) async throws -> (type: String?, text: String) {
    let answer = try #require(await site.answer(Visit(path: path)), "\(path) is not there")
    #expect(answer.status == 200, "\(path): \(answer.status)")
    return (
      answer.headers.first { $0.name == "content-type" }?.value,
      String(decoding: answer.body, as: UTF8.self)
    )
  }

  static func links(_ text: String) -> [String] {
    text.matches(of: /\]\(([^)]*)\)/).map { String($0.output.1) }
  }

  @Test func theIndexNamesEveryPageOnce() async throws {
    let (type, index) = try await Self.answer("/llms.txt")
    #expect(type == "text/plain; charset=utf-8")
    #expect(index.hasPrefix("# Tolsey\n\n> "))
    let links = Self.links(index)
    for name in Self.shelf.papers.keys where name != "README" {
      let count = links.count { $0 == "/docs/\(name).md" }
      #expect(count == 1, "\(name) stands there \(count) times")
    }
  }

  @Test func everyLinkOfTheIndexIsThere() async throws {
    let links = Self.links(Self.shelf.programIndex)
    #expect(links.count > 50)
    for link in links where !link.hasPrefix("/api/") {
      let (type, text) = try await Self.answer(link)
      #expect(type == "text/markdown; charset=utf-8")
      #expect(text == Self.shelf.papers[String(link.dropFirst(6).dropLast(3))]?.source)
    }
  }

  @Test func theSectionsAreThoseThatPeopleRead() throws {
    func titles(_ text: String) -> [Substring] {
      text.split(separator: "\n").filter { $0.hasPrefix("## ") }
    }
    let people = titles(try #require(Self.shelf.papers["README"]).source)
    #expect(
      titles(Self.shelf.programIndex) == ["## Ask this node"] + people + ["## Optional"])
  }

  @Test func aPageThatTheIndexForgetsIsOptional() {
    let shelf = DocsShelf(files: [
      ("README.md", Array("# D\n\n## Do\n\n- [A](a.md),\n  and [out](../B.md)\n".utf8)),
      ("a.md", Array("# A".utf8)), ("c/d.md", Array("# The d".utf8)),
    ])
    let tail = "## Do\n\n- [A](/docs/a.md), and out\n\n## Optional\n\n- [The d](/docs/c/d.md)\n"
    #expect(shelf.programIndex.hasSuffix(tail))
  }

  @Test(arguments: ["/docs/../README.md", "/docs/nothing.md", "/docs/.md", "/llms.txt.md", "/a.md"])
  func nothingElseIsServed(_ path: String) {
    #expect(Self.shelf.programText(path) == nil)
  }
}
