// What x402 sellers let themselves be found by: resources that were paid through this facilitator.

import Foundation
import Primitives
import Synchronization

/// Resources by URL, in bounded memory. A seller asks to be listed by the extension `bazaar` in a
/// payment that settles: to be found costs a sale. What is listed is the buyer's and the seller's
/// word and nobody else's.
public final class DiscoveryBook: Sendable {
  static let most = 10_000
  /// Bytes of one entry.
  static let mostBytes = 8 << 10
  /// Entries of one payee: whoever pays himself does not push out the others.
  static let mostOfOne = 16

  struct Entry: Sendable {
    var url: String
    var requirements: PaymentRequirements
    /// As JSON text: a tree of small values takes many times its bytes.
    var resource: [UInt8]
    var bazaar: [UInt8]
    /// The resource in small letters, for whoever looks for words.
    var letters: [UInt8]
    var seen: Time

    var bytes: Int { url.utf8.count + resource.count + bazaar.count + letters.count }
  }

  private struct Shelf {
    var entries: [Entry] = []
    var bytes = 0

    mutating func remove(at index: Int) { bytes -= entries.remove(at: index).bytes }
  }

  private let shelf = Mutex(Shelf())
  /// Bytes of all entries.
  private let mostInAll: Int

  public init(bytes: Int = 32 << 20) { mostInAll = max(bytes, 4 * DiscoveryBook.mostBytes) }

  /// Takes in what a payment says of what it bought, when it was carried and not when somebody asks
  /// for it again.
  func learn(_ payload: JSONValue, _ requirements: PaymentRequirements, at now: Time) {
    guard let bazaar = payload["extensions"]?["bazaar"], let resource = payload["resource"],
      let url = resource["url"]?.string, DiscoveryBook.isPublic(url)
    else { return }
    let entry = Entry(
      url: url, requirements: requirements, resource: resource.bytes, bazaar: bazaar.bytes,
      letters: Array(resource.text.lowercased().utf8), seen: now)
    guard entry.resource.count + entry.bazaar.count <= DiscoveryBook.mostBytes else { return }
    shelf.withLock { shelf in
      func own(_ other: Entry) -> Bool { other.requirements.payTo == requirements.payTo }
      if let same = shelf.entries.firstIndex(where: { $0.url == url && own($0) }) {
        shelf.remove(at: same)
      } else if shelf.entries.count(where: own) >= DiscoveryBook.mostOfOne,
        let oldest = shelf.entries.firstIndex(where: own)
      {
        shelf.remove(at: oldest)
      }
      while shelf.entries.count >= DiscoveryBook.most
        || shelf.bytes + entry.bytes > mostInAll
      {
        shelf.remove(at: 0)
      }
      shelf.entries.append(entry)
      shelf.bytes += entry.bytes
    }
  }

  /// ISO 8601, in whole seconds.
  static func date(_ time: Time) -> String {
    Date(timeIntervalSince1970: TimeInterval(time.milliseconds / 1_000)).ISO8601Format()
  }

  static func isPublic(_ url: String) -> Bool {
    url.utf8.count <= 2_048 && (url.hasPrefix("https://") || url.hasPrefix("http://"))
  }

  /// Newest first, those that fit every filter.
  func find(_ query: DiscoveryQuery) -> [Entry] {
    shelf.withLock { $0.entries }.reversed().filter { query.fits($0) }
  }
}

/// What is looked for.
struct DiscoveryQuery: Sendable {
  var type: String?
  var payTo: Address?
  var scheme: String?
  var network: String?
  var extensions: String?
  var words: [String] = []

  func fits(_ entry: DiscoveryBook.Entry) -> Bool {
    if let type, type != "http" { return false }
    if let payTo, payTo != entry.requirements.payTo { return false }
    if let scheme, scheme != entry.requirements.scheme { return false }
    if let network, network != entry.requirements.network { return false }
    if let extensions, extensions != "bazaar" { return false }
    return words.allSatisfy { entry.letters.contains(Array($0.utf8)) }
  }
}

extension DiscoveryBook.Entry {
  var json: JSONValue {
    let resource = (try? JSONValue(parsing: resource)) ?? .null
    let bazaar = (try? JSONValue(parsing: bazaar)) ?? .null
    return X402.object([
      ("resource", .string(url)), ("type", "http"), ("x402Version", .unsigned(X402.version)),
      ("accepts", [requirements.json]), ("lastUpdated", .string(DiscoveryBook.date(seen))),
      ("description", resource["description"]), ("mimeType", resource["mimeType"]),
      ("serviceName", resource["serviceName"]), ("tags", resource["tags"]),
      ("extensions", ["bazaar": bazaar]),
    ])
  }
}
