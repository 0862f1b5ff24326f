// Whom the door of an agent asks: the base of a seller's URLs, in one form.

public import Agents

/// `http://host:port/v1`: what stands before `/chat/completions`.
public struct Seller: Hashable, Sendable {
  /// What a policy knows it by.
  public let origin: Origin
  public let host: String
  public let port: Int
  /// The path, without a slash at its end.
  public private(set) var base: String
  /// Whether the owner named it. Only then may it lie at a private address.
  public let isNamed: Bool

  /// What the URLs of one service end in.
  static let routes = ["/chat/completions", "/completions", "/responses", "/embeddings", "/models"]

  /// Reads the URL of a seller or of one of its resources. There is no TLS here: a URL of `https`
  /// is none that could be asked.
  public init?(_ url: String, isNamed: Bool) {
    guard let origin = Origin(url), origin.text.hasPrefix("http://") else { return nil }
    let authority = origin.text.dropFirst("http://".count)
    let parts = authority.split(separator: ":")
    let rest = url.dropFirst("http://".count).drop { !["/", "?", "#", "\\"].contains($0) }
    guard rest.allSatisfy({ Seller.isPlain($0) }) else { return nil }
    var path = String(rest)
    while path.hasSuffix("/") { path.removeLast() }
    if let end = Seller.routes.first(where: { path.hasSuffix($0) }) {
      path.removeLast(end.count)
    }
    guard !path.contains("//"), !path.contains("/."), parts.count <= 2 else { return nil }
    self.origin = origin
    host = String(parts[0])
    port = parts.count == 2 ? Int(parts[1]) ?? 80 : 80
    base = path
    self.isNamed = isNamed
  }

  /// The same seller without the path.
  var atRoot: Seller {
    var root = self
    root.base = ""
    return root
  }

  /// What needs no escapes: a path of a seller is a name and no riddle.
  private static func isPlain(_ letter: Character) -> Bool {
    guard let byte = letter.asciiValue else { return false }
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x2f, 0x5f, 0x7e: return true
    default: return false
    }
  }

  var authority: String { String(origin.text.dropFirst("http://".count)) }

  public var url: String { origin.text + base }
}
