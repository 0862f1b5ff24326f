// Where a demand for money came from: scheme, host and port of a URL, in one form.

public import Primitives

/// `https://api.example.com` or `http://127.0.0.1:7465`. Two texts that mean the same origin are
/// one value, and what is not plain ASCII is no origin: letters that look alike are different.
public struct Origin: Hashable, Sendable {
  public let text: String

  /// Reads an origin or a URL, whose path and query do not count. User names in a URL, which make
  /// one host look like another, are refused.
  public init?(_ url: String) {
    guard url.utf8.allSatisfy({ (0x21...0x7e).contains($0) }), url.utf8.count <= 2_048 else {
      return nil
    }
    let lower = url.lowercased()
    guard let scheme = ["https", "http"].first(where: { lower.hasPrefix($0 + "://") }) else {
      return nil
    }
    let rest = lower.dropFirst(scheme.count + 3)
    let authority = rest.prefix { !["/", "?", "#", "\\"].contains($0) }
    guard !authority.contains("@") else { return nil }
    let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, let host = parts.first, Origin.isHost(host) else { return nil }
    var port = ""
    if parts.count == 2 {
      guard let number = UInt16(parts[1]), number > 0, parts[1].first != "+" else { return nil }
      let usual: UInt16 = scheme == "https" ? 443 : 80
      if number != usual { port = ":\(number)" }
    }
    text = "\(scheme)://\(host)\(port)"
  }

  private static func isHost(_ host: Substring) -> Bool {
    guard (1...253).contains(host.utf8.count), host.first != ".", host.last != "." else {
      return false
    }
    return host.utf8.allSatisfy { letter in
      switch letter {
      case 0x30...0x39, 0x61...0x7a, 0x2d, 0x2e: true
      default: false
      }
    }
  }
}
