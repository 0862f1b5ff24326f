// How the world calls a door: by what a request says of it, or by the name that its owner gave it.

import Agents

/// The base of a door's URLs in what it asks for and lists.
///
/// Behind a proxy a request names the proxy's way to the door and not the world's way to the proxy.
/// `Forwarded` and `X-Forwarded-…` are not read: whoever reaches the door past the proxy could
/// write them, and a URL that is shown to wallets and lists is the owner's to say.
public struct DoorSite: Hashable, Sendable {
  /// Scheme, host, port and path, without a slash at the end; nil where requests say it.
  let base: String?
  /// The path of the base, which stands before the paths of links.
  let path: String

  /// A door that is reached directly.
  public init() { (base, path) = (nil, "") }

  /// Reads `https://shop.example` or `https://shop.example/gpt`; nil for what is no such URL.
  public init?(_ url: String) {
    guard let origin = Origin(url), url.utf8.count <= DoorSite.mostBytes else { return nil }
    let rest = url.drop { $0 != ":" }.dropFirst(3).drop { !["/", "?", "#", "\\"].contains($0) }
    guard rest.utf8.allSatisfy({ DoorSite.isPlain($0) }), !rest.contains("//"),
      !rest.contains("/.")
    else { return nil }
    path = rest.hasSuffix("/") ? String(rest.dropLast()) : String(rest)
    base = origin.text + path
  }

  private static let mostBytes = 512

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x2f, 0x5f, 0x7e: true
    default: false
    }
  }

  /// The URL of something here.
  ///
  /// - Parameter host: what the request names the door by.
  func url(_ target: String, host: String?) -> String {
    (base ?? "http://\(host ?? "localhost")") + target
  }
}
