// The files beside the pages: one style, one script, one icon, under names that change with them.

import Primitives

/// A file that never changes under its name.
public struct Asset: Sendable {
  let path: String
  let type: String
  let bytes: [UInt8]

  init(_ name: String, _ ending: String, type: String, _ text: String) {
    bytes = Array(text.utf8)
    let hash = Hex.encode(SHA256.hash(bytes).bytes).dropFirst(2).prefix(12)
    path = "/assets/\(name)-\(hash).\(ending)"
    self.type = type
  }

  /// SHA-256 in base 64, as policies name a text that may stand in a page.
  var fingerprint: String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    let hash = SHA256.hash(bytes).bytes
    var text: [UInt8] = []
    for start in stride(from: 0, to: hash.count, by: 3) {
      let three = (start..<start + 3).reduce(0) { sum, place in
        sum << 8 | (place < hash.count ? Int(hash[place]) : 0)
      }
      for place in 0..<4 {
        let isThere = start + place <= hash.count
        text.append(isThere ? letters[three >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  static let style = Asset("tolsey", "css", type: "text/css; charset=utf-8", Style.text)
  static let script = Asset("tolsey", "js", type: "text/javascript; charset=utf-8", Script.text)
  static let buying = Asset("buy", "js", type: "text/javascript; charset=utf-8", Script.buying)
  static let icon = Asset("tolsey", "svg", type: "image/svg+xml", Icon.text)

  static let all: [String: Asset] = Dictionary(
    uniqueKeysWithValues: [style, script, buying, icon].map { ($0.path, $0) })

  var answer: Answer {
    Answer(
      headers: Explorer.shared + [
        ("content-type", type), ("cache-control", "public, max-age=31536000, immutable"),
      ], body: bytes)
  }
}

enum Icon {
  static let text = """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" \
    rx="6" fill="#0e4f52"/><path d="M5 11h22M16 11v15" stroke="#f4efe3" stroke-width="3.4" \
    stroke-linecap="round"/><circle cx="16" cy="11" r="4.6" fill="#d9a441"/></svg>
    """
}
