// Which path shows what: one line a page.

import Primitives

extension Explorer {
  /// The page at a path; nil where the path is none of the site's.
  func sheet(for visit: Visit) async throws -> Sheet? {
    var parts = visit.path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
    guard !parts.isEmpty else { return try HomePage(house).sheet(visit) }
    let first = parts.removeFirst()
    let name = parts.first ?? ""
    switch (first, parts.count) {
    case ("docs", _): return try DocsPages(house).sheet(parts.joined(separator: "/"), visit)
    default: return nil
    }
  }
}
