// The rows of the court within the scopes of the market's tables.

public import Kernel
public import Primitives

/// Positions in the undo lists of the court.
struct CourtMark: Sendable {
  let auditors: Int
  let auditorLists: Int
  let claims: Int
  let openings: Int
  let disputes: Int
}

extension MarketTables {
  func courtMark() -> CourtMark {
    CourtMark(
      auditors: auditors.mark(), auditorLists: auditorLists.mark(), claims: claims.mark(),
      openings: openings.mark(), disputes: disputes.mark())
  }

  mutating func rollbackCourt(to mark: CourtMark) {
    auditors.rollback(to: mark.auditors)
    auditorLists.rollback(to: mark.auditorLists)
    claims.rollback(to: mark.claims)
    openings.rollback(to: mark.openings)
    disputes.rollback(to: mark.disputes)
  }

  func listCourt(since mark: CourtMark, into changes: inout [RowChange]) {
    auditors.list(since: mark.auditors, into: &changes)
    auditorLists.list(since: mark.auditorLists, into: &changes)
    claims.list(since: mark.claims, into: &changes)
    openings.list(since: mark.openings, into: &changes)
    disputes.list(since: mark.disputes, into: &changes)
  }

  mutating func forgetCourtUndo() {
    auditors.forgetUndo()
    auditorLists.forgetUndo()
    claims.forgetUndo()
    openings.forgetUndo()
    disputes.forgetUndo()
  }

  mutating func drainCourt(into changes: inout [RowChange]) {
    auditors.drain(into: &changes)
    auditorLists.drain(into: &changes)
    claims.drain(into: &changes)
    openings.drain(into: &changes)
    disputes.drain(into: &changes)
  }

  mutating func loadCourt(
    table: String, key: [UInt8], row: [UInt8]
  ) throws(Refusal) -> Bool {
    switch table {
    case auditors.name: try auditors.load(key: key, row: row)
    case auditorLists.name: try auditorLists.load(key: key, row: row)
    case claims.name: try claims.load(key: key, row: row)
    case openings.name: try openings.load(key: key, row: row)
    case disputes.name: try disputes.load(key: key, row: row)
    default: return false
    }
    return true
  }

  public func forEachAuditor(_ body: (Address, Auditor) -> Void) { auditors.forEach(body) }
  public func forEachAuditorList(_ body: (Bytes32, AuditorList) -> Void) {
    auditorLists.forEach(body)
  }
  public func forEachClaim(_ body: (Bytes32, Claim) -> Void) { claims.forEach(body) }
  public func forEachOpening(_ body: (Bytes32, Opening) -> Void) { openings.forEach(body) }
  public func forEachDispute(_ body: (GameID, Dispute) -> Void) { disputes.forEach(body) }
}
