// What x402 sellers let themselves be found by: resources that were paid through this facilitator.

import Foundation
import Primitives
import Synchronization

/// Resources by service and payee, in bounded memory. A seller asks to be listed by the extension
/// `bazaar` in a payment that settles: to be found costs a sale. What is listed is the buyer's and
/// the seller's word and nobody else's: nobody signs the URL. So one payee's listing never takes
/// the place of another's, and each payee's newest stand before anybody's second. Before that
/// counts what stands behind a listing: a bond first, then a payment, and last what cost nothing.
public final class DiscoveryBook: Sendable {
  static let most = 10_000
  /// Bytes of one entry.
  static let mostBytes = 8 << 10
  /// Entries of one payee: whoever pays himself does not push out the others.
  static let mostOfOne = 16

  /// Words that are looked for at once, and bytes of listings that are read for them.
  static let mostWords = 4
  static let mostSearched = 4 << 20
  /// Bytes of one listing that are read for words.
  static let mostLetters = 1_024

  struct Entry: Sendable {
    var url: String
    /// The service: the URL up to what the paths of one service end in.
    var service: String
    var requirements: PaymentRequirements
    /// As JSON text: a tree of small values takes many times its bytes.
    var resource: [UInt8]
    var bazaar: [UInt8]
    /// The resource in small letters, for whoever looks for words.
    var letters: [UInt8]
    var seen: Time
    /// What it was listed by; a bond may have gone since.
    var backing: ListingBacking

    var bytes: Int {
      url.utf8.count + service.utf8.count + resource.count + bazaar.count + letters.count
    }
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
  ///
  /// - Parameter backing: a bond, or what was carried.
  func learn(
    _ payload: JSONValue, _ requirements: PaymentRequirements, at now: Time,
    backing: ListingBacking = .payment
  ) {
    guard let bazaar = payload["extensions"]?["bazaar"], let resource = payload["resource"],
      let url = resource["url"]?.string, DiscoveryBook.isPublic(url)
    else { return }
    let entry = Entry(
      url: url, service: DiscoveryBook.service(url), requirements: requirements,
      resource: resource.bytes, bazaar: bazaar.bytes,
      letters: Array(resource.text.lowercased().utf8.prefix(DiscoveryBook.mostLetters)), seen: now,
      backing: backing)
    guard entry.resource.count + entry.bazaar.count <= DiscoveryBook.mostBytes else { return }
    shelf.withLock { shelf in
      func own(_ other: Entry) -> Bool { other.requirements.payTo == requirements.payTo }
      if let same = shelf.entries.firstIndex(where: {
        $0.service == entry.service && own($0)
      }) {
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

  /// What the resources of one seller have in common: `/v1/chat/completions` and `/v1/models` are
  /// found once.
  static func service(_ url: String) -> String {
    if let seller = Seller(url, isNamed: false) { return seller.url }
    return String(url.prefix { $0 != "?" && $0 != "#" })
  }

  /// Those that fit every filter, by what stands behind them; among equals of each payee the
  /// newest, then of each the second, and so on. False where so much was read for words that some
  /// were left out.
  ///
  /// - Parameter isBonded: whether a bond still stands behind what is asked for.
  func find(
    _ query: DiscoveryQuery, isBonded: (PaymentRequirements) throws -> Bool
  ) rethrows -> (found: [Entry], isWhole: Bool) {
    let words = query.words.map { Array($0.utf8) }
    var left = DiscoveryBook.mostSearched
    var ranks = [[[Entry]]](repeating: [], count: ListingBacking.allCases.count)
    var count: [Address: Int] = [:]
    var bonds: [[Address]: Bool] = [:]
    func ranked() -> [Entry] { ranks.flatMap { $0.flatMap(\.self) } }
    for var entry in shelf.withLock({ $0.entries }).reversed() where query.fits(entry) {
      if !words.isEmpty {
        left -= entry.letters.count * words.count
        guard left >= 0 else { return (ranked(), false) }
        guard words.allSatisfy({ DiscoveryBook.contains($0, in: entry.letters) }) else { continue }
      }
      let wanted = entry.requirements
      if entry.backing == .bond {
        let door = [wanted.payTo, wanted.receiverAuthorizer ?? .zero]
        let stands = try bonds[door] ?? isBonded(wanted)
        bonds[door] = stands
        // What was bought there was paid all the same, into a channel at least.
        if !stands { entry.backing = .nothing }
      }
      let rank = count[wanted.payTo, default: 0]
      count[wanted.payTo] = rank + 1
      let shelf = entry.backing.rank
      while ranks[shelf].count <= rank { ranks[shelf].append([]) }
      ranks[shelf][rank].append(entry)
    }
    return (ranked(), true)
  }

  /// The same, where every bond is taken to stand.
  func find(_ query: DiscoveryQuery) -> (found: [Entry], isWhole: Bool) {
    find(query) { _ in true }
  }

  private static func contains(_ word: [UInt8], in letters: [UInt8]) -> Bool {
    guard let first = word.first else { return true }
    return letters.withUnsafeBytes { text in
      var rest = text[...]
      while rest.count >= word.count, let place = rest.firstIndex(of: first) {
        rest = rest[place...]
        if rest.starts(with: word) { return true }
        rest = rest.dropFirst()
      }
      return false
    }
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

  /// Whether it passes all filters but the words.
  func fits(_ entry: DiscoveryBook.Entry) -> Bool {
    if let type, type != "http" { return false }
    if let payTo, payTo != entry.requirements.payTo { return false }
    if let scheme, scheme != entry.requirements.scheme { return false }
    if let network, network != entry.requirements.network { return false }
    if let extensions, extensions != "bazaar" { return false }
    return true
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
      ("extensions", ["bazaar": bazaar, "tolsey": ["backing": .string(backing.rawValue)]]),
    ])
  }
}
