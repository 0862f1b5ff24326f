// Whether a form was sent from our own pages: no other site may buy in a visitor's name.

import Primitives

extension Visit {
  /// Refuses what another site sent.
  ///
  /// Browsers name the page that a form came from. Who sends none, or hides it, is no page of
  /// ours. A name that anybody can point at this machine is no name of ours either: only numbers
  /// and `localhost` are, and those that the operator gave (DNS rebinding).
  func requireOwnOrigin(_ names: [String]) throws(Missing) {
    guard let host, let origin, origin == "http://" + host || origin == "https://" + host,
      Visit.isOurs(host, names)
    else {
      throw Missing(
        403, "foreignOrigin", "that was sent from another site",
        hint: "open the page here and send it from there")
    }
  }

  /// - Parameter host: with or without a port.
  static func isOurs(_ host: String, _ names: [String]) -> Bool {
    let isBracketed = host.hasPrefix("[")
    let name: Substring
    if isBracketed {
      guard let end = host.firstIndex(of: "]") else { return false }
      name = host[...end]
    } else {
      name = host.prefix { $0 != ":" }
    }
    let port = host[name.endIndex...]
    guard port.isEmpty || port.first == ":" && UInt16(port.dropFirst()) != nil else { return false }
    if isBracketed { return name.dropFirst().dropLast().allSatisfy { $0.isHexDigit || $0 == ":" } }
    return name == "localhost" || names.contains(String(name)) || isNumber(name)
  }

  /// Four numbers: no name of another ends in digits alone.
  private static func isNumber(_ name: Substring) -> Bool {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
  }
}
