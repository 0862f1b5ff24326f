// The keys that may spend for an account, with what the ledger lets each of them move.

import Archive
import Kernel
import Primitives

/// Who reads it learns what the ledger knows: caps and sums. What an agent's wallet decided,
/// at whom it bought and what was denied is its owner's, and stands nowhere here.
struct AccountSessions {
  let all: [Session]
  /// Where older ones may be; nil where there are none.
  let before: UInt64?
  private let address: Address

  /// Sessions that are shown at once: the newest.
  private static let most = 16

  /// - Parameter end: those granted before this block.
  init(_ house: House, _ address: Address, before end: UInt64) throws {
    self.address = address
    let grants = try OwnGrants(
      house.records, of: address, before: end, most: AccountSessions.most)
    before = grants.before
    all = try grants.ids.compactMap { id in
      try house.row(Session.self, "sessions", id.keyBytes)
    }
  }

  func json(at now: Time) -> JSONValue {
    .array(
      all.map { session in
        [
          "session": session.json,
          "left": .unsigned((try? session.left(at: now).units) ?? 0),
        ]
      })
  }

  func body(at now: Time) -> Markup {
    guard !all.isEmpty || before != nil else { return "" }
    let list = all.markup { Parts.fields(AccountSessions.fields($0, now)) }
    return """
      <h2>Keys that may spend for it</h2>
      <p>The ledger counts what each of them moves, tolls included, and refuses what is above its \
      bounds. What a key’s program decided is not known here.</p>
      \(Parts.live("live-sessions", list))\(older)
      """
  }

  /// The way to those that were granted before.
  private var older: Markup {
    guard let before else { return "" }
    let path = "/accounts/\(address.checksummed)?\(AccountSessions.cursor)=\(before)"
    return """
      <p><a href="\(path)">Keys that were let before block \(Formats.grouped(before))</a></p>
      """
  }

  /// What of the query names the block before which is looked.
  static let cursor = "granted"

  /// When the period of a session is over; the end of time where that leaves 64 bits, as the ledger
  /// lets an owner say.
  private static func end(of session: Session) -> Time {
    let (length, isLong) = session.limits.period.multipliedReportingOverflow(by: 1_000)
    let (end, isLate) = session.periodBegan.milliseconds.addingReportingOverflow(length)
    return isLong || isLate ? .never : Time(end)
  }

  private static func fields(
    _ session: Session, _ now: Time
  ) -> [(name: String, value: Markup)] {
    let limits = session.limits
    let left = (try? session.left(at: now).units) ?? 0
    var fields: [(name: String, value: Markup)] = [
      ("Key", Parts.whole(session.key.checksummed)),
      (
        "May move now", limits.expires < now ? "nothing: it has ended" : Parts.money(left)
      ),
      ("Moved", "\(Parts.money(session.used.units)) of \(Parts.money(limits.total.units))"),
    ]
    if limits.period > 0 {
      // A period that is over counts no more, also where nobody has turned it yet.
      let fresh = now >= AccountSessions.end(of: session)
      fields.append(
        (
          "Moved this period",
          """
          \(Parts.money(fresh ? 0 : session.periodUsed.units)) of \
          \(Parts.money(limits.perPeriod.units)) in \(Formats.grouped(limits.period)) seconds
          """
        ))
    }
    return fields
  }
}
