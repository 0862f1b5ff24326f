// Links to accounts, each written once: a page names the same few again and again.

import Primitives
import Synchronization

/// The checksum of an address costs a hash, and a road's page has a hundred links to a dozen
/// accounts. What a link looks like depends on nothing but its address.
enum AccountLinks {
  /// More than these are written anew.
  static let most = 16_384

  private struct Written {
    var link: Markup
    var brief: String
  }

  private static let written = Mutex<[Address: Written]>([:])

  static func of(_ address: Address) -> Markup { entry(address).link }

  /// `0x12ab…cd34`.
  static func brief(_ address: Address) -> String { entry(address).brief }

  private static func entry(_ address: Address) -> Written {
    if let known = written.withLock({ $0[address] }) { return known }
    let text = address.checksummed
    let link: Markup = """
      <a class="id" href="/accounts/\(text)" title="\(text)">\
      \(text.prefix(8))…\(text.suffix(4))</a>
      """
    let entry = Written(link: link.kept, brief: text.prefix(6) + "…" + text.suffix(4))
    written.withLock { written in
      if written.count >= most { written.removeAll(keepingCapacity: true) }
      written[address] = entry
    }
    return entry
  }
}
