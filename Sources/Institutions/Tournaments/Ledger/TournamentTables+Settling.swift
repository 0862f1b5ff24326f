// The end of a tournament: forecasts are scored and paid, or everybody has its money back.

public import Arithmetic
import Kernel
public import Primitives

extension TournamentTables {
  /// Scores every revealed forecast and pays the board.
  mutating func pay(
    _ number: UInt64, _ old: Tournament, _ k: inout KernelTables
  ) throws(Refusal) {
    var row = old
    let truth = row.source.values(in: row.truth, count: row.rules.values) ?? []
    let board = Scoring.Board(truth: Scoring.scaled(truth))
    let terms = PayoutTerms(row)
    for place in 0..<row.entries {
      let key = PlaceKey(number, place)
      guard var entry = entries[key] else { continue }
      if entry.isRevealed {
        let score = board.score(entry.forecast)
        entry.score = UInt64(clamping: (score.magnitude * Fixed64(1_000_000_000)).raw >> 64)
        entry.isBelow = score < .zero
        let payout = terms.payout(entry.stake, score)
        let amount = Amount(UInt64(clamping: payout.magnitude.raw >> 64))
        if payout < .zero { entry.burnt = amount } else { entry.earned = amount }
      } else {
        // No forecast can lose more: to keep one shut is never better than to show it.
        entry.burnt = try entry.stake.ppmUp(row.rules.limit)
      }
      entries[key] = entry
      let purse = Holder.escrow(Tournament.escrow(number))
      try k.ledger.post(from: purse, to: .treasury, entry.burnt)
      let back = try entry.stake.subtracting(entry.burnt).adding(entry.earned)
      try k.ledger.post(from: purse, to: .account(entry.account), back)
      row.paid = try row.paid.adding(entry.earned)
      row.burnt = try row.burnt.adding(entry.burnt)
    }
    try end(number, row, as: .paid, bond: .account(row.owner), &k)
  }

  /// Nothing is scored: too few entered, or no truth came. Stakes and purse go back; the bond does
  /// where the owner is not to blame. Where a truth came, who stayed shut loses as it does on a
  /// board.
  mutating func void(
    _ number: UInt64, _ old: Tournament, bond: Holder, _ k: inout KernelTables
  ) throws(Refusal) {
    var row = old
    let purse = Holder.escrow(Tournament.escrow(number))
    for place in 0..<row.entries {
      let key = PlaceKey(number, place)
      guard var entry = entries[key] else { continue }
      if !row.truth.isEmpty && !entry.isRevealed {
        entry.burnt = try entry.stake.ppmUp(row.rules.limit)
        entries[key] = entry
        row.burnt = try row.burnt.adding(entry.burnt)
        try k.ledger.post(from: purse, to: .treasury, entry.burnt)
      }
      let back = try entry.stake.subtracting(entry.burnt)
      try k.ledger.post(from: purse, to: .account(entry.account), back)
    }
    try end(number, row, as: .void, bond: bond, &k)
  }

  /// What is left of the purse goes back to who put it in, by parts, and the bond where it belongs.
  private mutating func end(
    _ number: UInt64, _ old: Tournament, as state: TournamentState, bond: Holder,
    _ k: inout KernelTables
  ) throws(Refusal) {
    var row = old
    let escrow = Holder.escrow(Tournament.escrow(number))
    let left = try row.purse.subtracting(row.paid)
    var returned = Amount.zero
    for place in 0..<row.sponsors {
      guard let sponsor = sponsors[PlaceKey(number, place)] else { continue }
      let part = try left.scaledDown(sponsor.amount.units, over: row.purse.units)
      returned = try returned.adding(part)
      try k.ledger.post(from: escrow, to: .account(sponsor.account), part)
    }
    // What does not divide is nobody's.
    try k.ledger.post(from: escrow, to: .treasury, left.subtracting(returned))
    try k.ledger.post(from: escrow, to: bond, row.rules.bond)
    if row.run != .zero { awaited[row.run] = nil }
    row.state = state
    row.deadline = try k.now.after(seconds: Tournament.keepTime)
    tournaments[number] = row
    k.timers.set(TournamentTimer.key(number), at: row.deadline)
    k.emit(
      Event(
        state == .paid ? "tournamentPaid" : "tournamentVoid",
        subject: Tournament.escrow(number), parties: [row.owner],
        numbers: [
          Number("tournament", number), Number("paid", row.paid.units),
          Number("burnt", row.burnt.units), Number("returned", returned.units),
        ]))
  }

  /// Rows that only readers want go after a while; the log keeps what happened.
  mutating func forget(_ number: UInt64, _ row: Tournament) {
    for place in 0..<row.entries {
      guard let entry = entries[PlaceKey(number, place)] else { continue }
      places[EntryKey(number, entry.account)] = nil
      entries[PlaceKey(number, place)] = nil
    }
    for place in 0..<row.sponsors { sponsors[PlaceKey(number, place)] = nil }
    tournaments[number] = nil
  }
}

/// How scores become money, so that no purse is ever overdrawn.
///
/// With the limit `l`, the purse `P` and all stakes `A`: a stake earns `stake · f · clip(score,
/// ±l)` with `f = min(1, P / (l A))`, and loses by the same rule. It is the rule of numerai/docs,
/// staking.md, with the threshold `P / l` and the limit `f l`. All stakes count, also those whose
/// forecasts stay shut: what is final when entries close nobody can move by staying silent. All
/// that can be won is `A · f · l ≤ P`, and every quotient and product here is rounded down.
public struct PayoutTerms: Hashable, Sendable {
  public let threshold: Fixed64
  public let limit: Fixed64
  public let atRisk: Fixed64

  public init(_ row: Tournament) {
    let most = Fixed64(Int(clamping: row.rules.limit), over: 1_000_000)
    threshold = Fixed64(clamping: row.purse.units) / most
    atRisk = Fixed64(clamping: row.staked.units)
    limit = atRisk > threshold ? most * (threshold / atRisk) : most
  }

  /// What a stake earns, or loses where it is negative, in millionths of a dollar.
  public func payout(_ stake: Amount, _ score: Fixed64) -> Fixed64 {
    Scoring.payout(
      stake: Fixed64(clamping: stake.units), score: score, atRisk: atRisk, threshold: threshold,
      limit: limit)
  }
}
