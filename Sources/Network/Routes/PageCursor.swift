// Cursors of lists: opaque to readers, and refused where they were not given out for this list.

import Archive
import Primitives

/// Where the next page of a list begins. It is bound to the network, the list and the filters, so
/// that a cursor that was mistyped or taken from elsewhere is a 400 and not a wrong page. It is no
/// secret: whoever makes one up by hand only chooses a place to begin.
struct PageCursor {
  /// The list with its filters, which the cursor is for.
  var scope: String
  var network: Bytes32

  private static let tagBytes = 8
  private static let longestKey = 256

  init(_ asked: Asked, _ network: Bytes32) {
    self.network = network
    // Page sizes may differ from page to page, filters may not.
    let filters = asked.query.filter { !["cursor", "limit", "at-least"].contains($0.key) }
      .map { $0.key + "=" + $0.value.joined(separator: ",") }.sorted()
    scope = ([asked.route.path] + filters + asked.path.values.sorted()).joined(separator: "\n")
  }

  func text(after key: [UInt8]) -> String { Base32.encode(tag(key) + key) }

  /// The key after which the page begins.
  func key(in text: String) throws(Problem) -> [UInt8] {
    guard PageCursor.looksRight(text), let bytes = Base32.decode(text) else { throw .badCursor }
    let key = Array(bytes.dropFirst(PageCursor.tagBytes))
    guard Array(bytes.prefix(PageCursor.tagBytes)) == tag(key) else { throw .badCursor }
    return key
  }

  private func tag(_ key: [UInt8]) -> [UInt8] {
    var hasher = SHA256()
    hasher.update("tolsey/cursor/1")
    hasher.update(network.bytes)
    hasher.update(SHA256.hash(Array(scope.utf8)).bytes)
    hasher.update(key)
    return Array(hasher.finalize().bytes.prefix(PageCursor.tagBytes))
  }

  static func looksRight(_ text: String) -> Bool {
    let count = (text.utf8.count * 5) / 8
    return (tagBytes + 1...tagBytes + longestKey).contains(count)
      && Base32.decode(text) != nil
  }

  static let example = Base32.encode([UInt8](repeating: 0, count: 28))
}

extension Problem {
  static let badCursor = Problem(
    400, "badCursor", "the cursor is not one of this list with these filters",
    hint: "send the cursor of the page before, or none to begin anew")
}
