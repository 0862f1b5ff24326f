// What a list's page was asked to show: filters and a place in the list, read from the query.

import Archive
import Market
import Primitives

extension Visit {
  func hash(_ name: String) throws(Missing) -> Bytes32? {
    guard let text = value(name), !text.isEmpty else { return nil }
    guard let hash = Bytes32(hex: text) else {
      throw Missing(400, "malformed", "\(name) is an id: 0x and 64 hex digits")
    }
    return hash
  }

  /// The name of a check that is known here.
  func check() throws(Missing) -> String? {
    guard let text = value("check"), !text.isEmpty else { return nil }
    guard Game.names.contains(where: { $0.name == text }) else {
      let known = Game.names.map(\.name).joined(separator: ", ")
      throw Missing(
        400, "unknownCheck", "no check of that name is known", hint: "known are \(known)")
    }
    return text
  }

  /// One of a few words.
  func choice(_ name: String, of words: [String]) throws(Missing) -> String? {
    guard let text = value(name), !text.isEmpty else { return nil }
    guard words.contains(text) else {
      throw Missing(400, "malformed", "\(name) is one of: \(words.joined(separator: ", "))")
    }
    return text
  }

  func filter() throws(Missing) -> ListFilter {
    let state = try choice("state", of: ["alive", "over"])
    return ListFilter(
      buyer: try address("buyer"), provider: try address("provider"), subject: try hash("model"),
      check: try check(), isAlive: state.map { $0 == "alive" })
  }
}
