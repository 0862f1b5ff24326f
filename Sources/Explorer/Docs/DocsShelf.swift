// The documentation that the program carries, and how its pages find each other.

import CDocs

/// Every file of `docs/` by its path.
struct DocsShelf: Sendable {
  let papers: [String: DocsPaper]
  /// Pictures, as they are.
  let pictures: [String: [UInt8]]

  /// What the compiler put into the program.
  static let carried = DocsShelf(files: DocsShelf.files())

  init(files: [(path: String, bytes: [UInt8])]) {
    var papers: [String: DocsPaper] = [:]
    var pictures: [String: [UInt8]] = [:]
    for file in files {
      if file.path.hasSuffix(".md") {
        let name = String(file.path.dropLast(3))
        papers[name] = DocsPaper(name: name, source: String(decoding: file.bytes, as: UTF8.self))
      } else {
        pictures[file.path] = file.bytes
      }
    }
    self.papers = papers
    self.pictures = pictures
  }

  private static func files() -> [(path: String, bytes: [UInt8])] {
    let pages = UnsafeBufferPointer(start: cdocs_first(), count: cdocs_count)
    return pages.map { page in
      (String(cString: page.path), Array(UnsafeBufferPointer(start: page.bytes, count: page.size)))
    }
  }

  /// The page at a path of the site below `/docs`; a folder is its README.
  func paper(_ path: String) -> DocsPaper? {
    if path.isEmpty { return papers["README"] }
    return papers[path] ?? papers[path + "/README"] ?? papers[path + "/index"]
  }

  /// Where a link leads that stands on a page; nil where the site has no such place.
  func address(of target: String, on paper: DocsPaper) -> String? {
    if target.hasPrefix("#") { return target }
    if target.hasPrefix("https://") || target.hasPrefix("http://") { return nil }
    let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    var folders = paper.name.split(separator: "/").dropLast().map(String.init)
    for step in parts[0].split(separator: "/") {
      if step == ".." {
        guard folders.popLast() != nil else { return nil }
      } else if step != "." {
        folders.append(String(step))
      }
    }
    var path = folders.joined(separator: "/")
    if pictures[path] != nil { return "/docs/" + path }
    if path.hasSuffix(".md") { path = String(path.dropLast(3)) }
    guard papers[path] != nil else { return nil }
    let anchor = parts.count > 1 ? "#" + parts[1] : ""
    return (path == "README" ? "/docs" : "/docs/" + path) + anchor
  }

  /// Titles by folder, in the order in which a newcomer meets them.
  static let folders = [
    ("tutorial", "Learn"), ("howto", "Do"), ("concepts", "Understand"),
    ("reference", "Look up"), ("decisions", "Decisions"),
  ]

  func papers(in folder: String) -> [DocsPaper] {
    papers.values.filter { $0.name.hasPrefix(folder + "/") }.sorted { $0.name < $1.name }
  }
}
