// The keys that may spend for an account, with what the ledger lets each of them move.

import Archive
import Kernel
import Primitives

/// Who reads it learns what the ledger knows: caps and sums. What an agent's wallet decided,
/// at whom it bought and what was denied is its owner's, and stands nowhere here.
struct AccountSessions {
  let all: [Session]

  /// Grants that are looked through, and sessions that are shown: the newest.
  private static let mostGrants = 500
  private static let most = 16

  init(_ house: House, _ address: Address) throws {
    let filter = EventsFilter(names: ["sessionGranted"], subjects: [address.padded])
    let grants = try house.records.events(after: nil, filter, limit: AccountSessions.mostGrants)
    var ids: [Bytes32] = []
    for grant in grants.value.events {
      let event = try CBOR.decode(Event.self, from: grant.bytes)
      // Who is the key of somebody else's session is party to its grant, too.
      guard event.parties.first == address else { continue }
      ids.removeAll { $0 == event.subject }
      ids.append(event.subject)
    }
    all = try ids.suffix(AccountSessions.most).reversed().compactMap { id in
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
    guard !all.isEmpty else { return "" }
    let list = all.markup { Parts.fields(AccountSessions.fields($0, now)) }
    return """
      <h2>Keys that may spend for it</h2>
      <p>The ledger counts what each of them moves, tolls included, and refuses what is above its \
      bounds. What a key’s program decided is not known here.</p>
      \(Parts.live("live-sessions", list))
      """
  }

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
