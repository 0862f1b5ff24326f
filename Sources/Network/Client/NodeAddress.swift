// Where a node listens: the parts of its URL.

/// `http://host:port`, taken apart.
public struct NodeAddress: Hashable, Sendable, CustomStringConvertible {
  public static let standardPort = 7465

  public var host: String
  public var port: Int

  public init(host: String = "127.0.0.1", port: Int = NodeAddress.standardPort) {
    self.host = host
    self.port = port
  }

  /// Reads `http://host[:port][/]`; a bare `host:port` will do. There is no TLS of our own: a
  /// proxy in front of the node has it.
  public init?(_ text: String) {
    var rest = Substring(text)
    if rest.hasPrefix("http://") {
      rest = rest.dropFirst(7)
    } else if rest.contains("://") {
      return nil
    }
    if rest.hasSuffix("/") { rest = rest.dropLast() }
    guard !rest.isEmpty, !rest.contains("/"), !rest.contains("@") else { return nil }
    guard rest.hasPrefix("[") == rest.contains("]") else { return nil }
    let colon = rest.lastIndex(of: ":")
    if rest.hasPrefix("["), let close = rest.firstIndex(of: "]") {
      host = String(rest[rest.index(after: rest.startIndex)..<close])
      rest = rest[rest.index(after: close)...]
      guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
      rest = rest.dropFirst()
    } else if let colon {
      host = String(rest[..<colon])
      rest = rest[rest.index(after: colon)...]
      guard !rest.isEmpty else { return nil }
    } else {
      host = String(rest)
      rest = ""
    }
    guard !host.isEmpty else { return nil }
    guard let port = rest.isEmpty ? NodeAddress.standardPort : Int(rest),
      (1...65_535).contains(port)
    else { return nil }
    self.port = port
  }

  /// The host as a URL and the `Host` field have it.
  var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  public var description: String { "http://\(authority)" }
}
