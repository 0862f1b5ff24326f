// The documentation for readers that are programs: `/llms.txt`, and every page as it was written.

extension DocsShelf {
  /// The index of the docs in the form of llmstxt.org, made from the one that people read: whatever
  /// that does not name stands in the section that may be left out.
  var programIndex: String {
    var lines = DocsShelf.programHead
    var listed: Set<String> = ["README"]
    if let index = papers["README"] {
      for line in index.source.split(separator: "\n") {
        if line.hasPrefix("## ") {
          lines += ["", String(line), ""]
        } else if line.hasPrefix("- ") {
          lines.append(resolved(String(line), on: index, &listed))
        } else if line.hasPrefix("  "), !lines.isEmpty {
          // An item of several lines is one line here.
          let rest = line.drop { $0 == " " }
          lines[lines.count - 1] += " " + resolved(String(rest), on: index, &listed)
        }
      }
    }
    let others = papers.values.filter { !listed.contains($0.name) }.sorted { $0.name < $1.name }
    if !others.isEmpty { lines += ["", "## Optional", ""] }
    lines += others.map { "- [\($0.title)](/docs/\($0.name).md)" }
    return lines.joined(separator: "\n") + "\n"
  }

  private static let programHead = [
    "# Tolsey", "",
    "> The market house with a court in it: software agents buy AI work here, say how it is to be",
    "> checked, pay for it, and get a receipt that anybody can verify offline.", "",
    "This is a node. Every page of its site has a twin for programs at the same path with `.json`.",
    "Pages of the docs are Markdown at the same path with `.md`.", "",
    "## Ask this node", "",
    "- [HTTP API](/api/openapi.json): every route as an OpenAPI 3.1 document",
    "- [Status](/api/status): network, operator, height, limits",
    "- [Offers](/api/offers): what is sold at a posted price",
    "- [Models](/api/models): what is sold at all",
  ]

  /// A line with its links led to Markdown on this site; a link that leads out of the docs is left
  /// as its words.
  private func resolved(
    _ line: String, on paper: DocsPaper, _ listed: inout Set<String>
  ) -> String {
    var found: [String] = []
    let text = line.replacing(/\[([^\]]*)\]\(([^)]*)\)/) { link in
      guard let address = address(of: String(link.output.2), on: paper) else {
        return String(link.output.1)
      }
      let name = String(address.dropFirst("/docs/".count).prefix { $0 != "#" })
      guard papers[name] != nil else { return "[\(link.output.1)](\(address))" }
      found.append(name)
      return "[\(link.output.1)](/docs/\(name).md)"
    }
    listed.formUnion(found)
    return text
  }

  /// What a program gets at a path; nil where there is nothing for it.
  func programText(_ path: String) -> (type: String, text: String)? {
    if path == "/llms.txt" { return ("text/plain; charset=utf-8", programIndex) }
    guard path.hasPrefix("/docs/"), path.hasSuffix(".md") else { return nil }
    return papers[String(path.dropFirst(6).dropLast(3))]
      .map { ("text/markdown; charset=utf-8", $0.source) }
  }
}
