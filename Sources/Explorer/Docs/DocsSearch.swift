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

/// Every section in small letters, made ready once: a search looks at bytes and nothing else.
struct DocsIndex: Sendable {
  private struct Section: Sendable {
    var paper: DocsPaper
    var heading: String
    var text: String
    var smallHeading: [UInt8]
    var smallText: [UInt8]
  }

  /// Of what the program carries.
  static let carried = DocsIndex(.carried)

  /// A search looks at no more words than these.
  static let mostWords = 8

  private let sections: [Section]

  init(_ shelf: DocsShelf) {
    sections = shelf.papers.values.sorted { $0.name < $1.name }.flatMap(DocsIndex.sections)
  }

  private static func sections(of paper: DocsPaper) -> [Section] {
    var found: [(heading: String, text: String)] = []
    for line in paper.source.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("#"), let space = line.firstIndex(of: " ") {
        found.append((String(line[line.index(after: space)...]), ""))
      } else if !found.isEmpty {
        found[found.count - 1].text += line + "\n"
      }
    }
    return found.map { heading, text in
      Section(
        paper: paper, heading: heading, text: text, smallHeading: Array(heading.lowercased().utf8),
        smallText: Array(text.lowercased().utf8))
    }
  }

  func search(_ query: String, limit: Int = 20) -> [DocsFinding] {
    let words = query.lowercased().split { !$0.isLetter && !$0.isNumber }
      .prefix(DocsIndex.mostWords).map { Array($0.utf8) }
    guard !words.isEmpty else { return [] }
    var found: [(place: Int, score: Int)] = []
    for place in sections.indices {
      if let score = DocsIndex.score(words, sections[place]) { found.append((place, score)) }
    }
    let best = found.sorted { ($1.score, $0.place) < ($0.score, $1.place) }
    return best.prefix(limit).map { finding($0.place, $0.score, words[0]) }
  }

  /// How well a section fits; nil where it lacks a word.
  private static func score(_ words: [[UInt8]], _ section: Section) -> Int? {
    let name = section.paper.name
    var score = name.hasPrefix("reference") || name.hasPrefix("decisions") ? 0 : 2
    for word in words {
      if section.smallHeading.holds(word) {
        score += 10
      } else if section.smallText.holds(word) {
        score += 1
      } else {
        return nil
      }
    }
    return score
  }

  private func finding(_ place: Int, _ score: Int, _ word: [UInt8]) -> DocsFinding {
    let section = sections[place]
    return DocsFinding(
      paper: section.paper.name, title: section.paper.title,
      heading: MarkdownText.plain(section.heading), anchor: DocsPaper.anchor(section.heading),
      excerpt: DocsIndex.excerpt(section.text, around: word), score: score)
  }

  private static func excerpt(_ text: String, around word: [UInt8]) -> String {
    let words = text.split(separator: "\n").filter { !$0.hasPrefix("|---") }.joined(separator: "\n")
    let plain = MarkdownText.plain(words).split { $0 == "\n" || $0 == " " || $0 == "|" }
    let hit = plain.firstIndex { Array($0.lowercased().utf8).holds(word) } ?? 0
    let start = max(0, hit - 12)
    let shown = plain[start..<min(plain.count, hit + 24)].joined(separator: " ")
    return (start > 0 ? "… " : "") + shown
  }
}

extension [UInt8] {
  /// Whether a word, which is not empty, stands somewhere in it.
  fileprivate func holds(_ word: [UInt8]) -> Bool {
    guard let first = word.first, word.count <= count else { return false }
    return withUnsafeBufferPointer { bytes in
      word.withUnsafeBufferPointer { word in
        for start in 0...bytes.count - word.count where bytes[start] == first {
          var place = 1
          while place < word.count, bytes[start + place] == word[place] { place += 1 }
          if place == word.count { return true }
        }
        return false
      }
    }
  }
}
