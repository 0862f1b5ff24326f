// Who is on the other end of a connection, as far as limits care.

import NIOCore

/// An address, and the channel by which it may be left.
struct Peer: Sendable {
  let channel: (any Channel)?
  /// The address; of IPv6 its first 64 bits, since whoever has one address there has them all.
  let name: String
  /// This machine.
  let isLocal: Bool

  init(name: String, isLocal: Bool) {
    channel = nil
    self.name = name
    self.isLocal = isLocal
  }

  init(_ channel: any Channel) {
    self.channel = channel
    let host = channel.remoteAddress?.ipAddress ?? ""
    switch channel.remoteAddress {
    case .v4:
      name = host
      isLocal = host.hasPrefix("127.")
    case .v6:
      // Addresses of the old kind on a socket of the new one are still those of the old kind.
      let old = host.hasPrefix("::ffff:") && host.contains(".")
      name = old ? String(host.dropFirst(7)) : Peer.network(of: host)
      isLocal = host == "::1" || host.hasPrefix("::ffff:127.")
    default:
      // A socket of this machine's file system.
      name = "local"
      isLocal = true
    }
  }

  /// Leaves: what is under way is cut off.
  func hangUp() { channel?.close(promise: nil) }

  /// The first four groups of an IPv6 address, written out.
  static func network(of host: String) -> String {
    let halves = host.split(separator: "%")[0].split(
      separator: ":", omittingEmptySubsequences: false
    ).map(String.init)
    guard let gap = halves.firstIndex(of: "") else {
      return halves.prefix(4).joined(separator: ":")
    }
    let before = halves[..<gap].filter { !$0.isEmpty }
    let after = halves[gap...].filter { !$0.isEmpty }
    let zeros = [String](repeating: "0", count: max(0, 8 - before.count - after.count))
    return (before + zeros + after).prefix(4).joined(separator: ":")
  }
}
