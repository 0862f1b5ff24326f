// Finding words in the documentation: sections that hold all of them, titles first.

/// A section that was found.
struct DocsFinding: Sendable, Equatable {
  var paper: String
  var title: String
  var heading: String
  var anchor: String
  /// Words around the first match.
  var excerpt: String
  var score: Int
}

extension DocsShelf {
  /// A search looks at no more words than these.
  static let mostWords = 8

  func search(_ query: String, limit: Int = 20) -> [DocsFinding] {
    let words = query.lowercased().split { !$0.isLetter && !$0.isNumber }
      .prefix(DocsShelf.mostWords).map(String.init)
    guard !words.isEmpty else { return [] }
    var found: [DocsFinding] = []
    for paper in papers.values.sorted(by: { $0.name < $1.name }) {
      for section in DocsShelf.sections(of: paper) {
        guard let finding = DocsShelf.finding(words, section, paper) else { continue }
        found.append(finding)
      }
    }
    let best = found.sorted {
      ($1.score, $0.paper, $0.anchor) < ($0.score, $1.paper, $1.anchor)
    }
    return Array(best.prefix(limit))
  }

  private static func sections(of paper: DocsPaper) -> [(heading: String, text: String)] {
    var sections: [(heading: String, text: String)] = []
    for line in paper.source.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("#"), let space = line.firstIndex(of: " ") {
        sections.append((String(line[line.index(after: space)...]), ""))
      } else if !sections.isEmpty {
        sections[sections.count - 1].text += line + "\n"
      }
    }
    return sections
  }

  private static func finding(
    _ words: [String], _ section: (heading: String, text: String), _ paper: DocsPaper
  ) -> DocsFinding? {
    let heading = section.heading.lowercased()
    let text = section.text.lowercased()
    var score = paper.name.hasPrefix("reference") || paper.name.hasPrefix("decisions") ? 0 : 2
    for word in words {
      guard heading.contains(word) || text.contains(word) else { return nil }
      score += heading.contains(word) ? 10 : 1
    }
    return DocsFinding(
      paper: paper.name, title: paper.title, heading: MarkdownText.plain(section.heading),
      anchor: DocsPaper.anchor(section.heading),
      excerpt: excerpt(section.text, around: words[0]), score: score)
  }

  private static func excerpt(_ text: String, around word: String) -> String {
    let plain = MarkdownText.plain(text).split { $0 == "\n" || $0 == " " }
    let hit = plain.firstIndex { $0.lowercased().contains(word) } ?? 0
    let start = max(0, hit - 12)
    let shown = plain[start..<min(plain.count, hit + 24)].joined(separator: " ")
    return (start > 0 ? "… " : "") + shown
  }
}
