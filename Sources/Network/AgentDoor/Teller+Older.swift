// Rows that an older version wrote: it called a request by another digest, of which who was asked
// was a part. What lies open among them is found again, or stops what could be paid twice.

import Agents
import Kernel
import Primitives

extension Teller {
  /// Whom an older version asked for what lies open, or was answered lately.
  struct OlderRows: Sendable {
    /// Bases of URLs, as rows of channels have them.
    var urls: Set<String> = []
    /// Origins, of which rows of single payments had no more.
    var origins: Set<String> = []
    /// Those of them with a payment that lies open.
    var open: Set<String> = []

    var isEmpty: Bool { urls.isEmpty && origins.isEmpty }
  }

  /// - Parameter isRetry: whether what was answered counts too.
  func olderRows(isRetry: Bool) -> OlderRows {
    var rows = OlderRows()
    for row in channels.book.channels where row.payment.state != .asked {
      // A row of a channel does not say who wrote it: each is looked for by both names.
      if row.isUnanswered || isRetry && row.payment.state == .answered { rows.urls.insert(row.url) }
    }
    for payment in owed where payment.isOlder { rows.open.insert(payment.origin) }
    rows.origins = rows.open
    if isRetry {
      for payment in journal.book.remembered where payment.isOlder {
        rows.origins.insert(payment.origin)
      }
    }
    return rows
  }
}

extension AgentPayment {
  /// Whether an older version wrote it: this one has the base of the seller's URLs, which ends in
  /// a slash where it has no path.
  var isOlder: Bool { seller == origin }
}

extension Seller {
  /// What rows of payments have: never an origin alone.
  var written: String { base.isEmpty ? url + "/" : url }
}

extension AgentDoor {
  /// A request as its client sent it.
  struct Asked: Sendable {
    var path: String
    var body: [UInt8]
    /// What its client calls it.
    var key: String?
    /// Whether its client says that it sent the same before.
    var isRetry: Bool
    /// What the answer has to pass; nil where it need not pass anything.
    var check: String?

    var digest: Bytes32 { Relay.digest(path, body, key, check) }

    /// What an older version called the same request at this seller.
    func olderDigest(at url: String) -> Bytes32 { Relay.digest(url + path, body, key) }
  }

  /// What a request was given before, by this version or an older one. Throws where nobody knows
  /// whether it was given anything: there is no second payment until that is known.
  func earlier(_ asked: Asked) async throws -> ShownPayment? {
    if let tender = try await earlier(asked.digest, asked) { return tender }
    var rows = await teller.olderRows(isRetry: asked.isRetry)
    guard !rows.isEmpty else { return nil }
    for url in rows.urls.sorted() {
      if let tender = try await earlier(asked.olderDigest(at: url), asked) { return tender }
    }
    for origin in rows.origins.sorted() {
      for url in await bases(of: origin) {
        guard var tender = try await earlier(asked.olderDigest(at: url), asked) else { continue }
        tender.url = url
        return tender
      }
    }
    // Of a seller whom the owner did not name nobody knows any more which URL was asked. It may
    // have been for this request: the ledger says so, or the owner.
    let isUnknown = { origin in !named.contains { $0.origin.text == origin } }
    if rows.open.contains(where: isUnknown) {
      await teller.tidy()
      rows = await teller.olderRows(isRetry: false)
    }
    guard !rows.open.contains(where: isUnknown) else { throw SpeechProblem.olderPayment }
    return nil
  }

  private func earlier(_ digest: Bytes32, _ asked: Asked) async throws -> ShownPayment? {
    do { return try await teller.earlier(digest, isRetry: asked.isRetry) } catch Unpaid.unsettled {
      throw SpeechProblem.unsettled
    }
  }

  /// URLs under which an origin may have been asked: those that it is known by, and usual ones.
  private func bases(of origin: String) async -> [String] {
    var all = named.filter { $0.origin.text == origin }.map(\.url)
    for url in await book.urls(of: origin) + [origin + "/v1", origin] where !all.contains(url) {
      all.append(url)
    }
    return all
  }
}

extension SpeechProblem {
  static let olderPayment = SpeechProblem(
    503, "olderPayment",
    "an older version of this program left a payment open that may be for this request; nothing is "
      + "paid until the ledger shows that it was not carried, or the owner lets it go on the page "
      + "of the agent")
}
