// What x402 sellers let themselves be found by: resources that were paid through this facilitator.

import Foundation
import Primitives
import Synchronization

/// Resources by URL, in bounded memory. A seller asks to be listed by the extension `bazaar` in a
/// payment that settles: to be found costs a sale.
public final class DiscoveryBook: Sendable {
  static let most = 10_000
  static let mostBytes = 8 << 10

  struct Entry: Sendable {
    var url: String
    var requirements: PaymentRequirements
    var resource: JSONValue
    var extensions: JSONValue
    var seen: Time
  }

  private let entries = Mutex<[Entry]>([])

  public init() {}

  /// Takes in what a settled payment says of what it bought.
  func learn(_ payload: JSONValue, _ requirements: PaymentRequirements, at now: Time) {
    guard let bazaar = payload["extensions"]?["bazaar"], let resource = payload["resource"],
      let url = resource["url"]?.string, DiscoveryBook.isPublic(url),
      bazaar.bytes.count + resource.bytes.count <= DiscoveryBook.mostBytes
    else { return }
    let entry = Entry(
      url: url, requirements: requirements, resource: resource,
      extensions: ["bazaar": bazaar], seen: now)
    entries.withLock { entries in
      entries.removeAll { $0.url == url && $0.requirements.payTo == requirements.payTo }
      if entries.count >= DiscoveryBook.most { entries.removeFirst() }
      entries.append(entry)
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
    entries.withLock { $0 }.reversed().filter { query.fits($0) }
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
    if let extensions, entry.extensions[extensions] == nil { return false }
    if words.isEmpty { return true }
    let text = entry.resource.text.lowercased()
    return words.allSatisfy { text.contains($0) }
  }
}

extension DiscoveryBook.Entry {
  var json: JSONValue {
    X402.object([
      ("resource", .string(url)), ("type", "http"), ("x402Version", .unsigned(X402.version)),
      ("accepts", [requirements.json]), ("lastUpdated", .string(DiscoveryBook.date(seen))),
      ("description", resource["description"]), ("mimeType", resource["mimeType"]),
      ("serviceName", resource["serviceName"]), ("tags", resource["tags"]),
      ("extensions", extensions),
    ])
  }
}
