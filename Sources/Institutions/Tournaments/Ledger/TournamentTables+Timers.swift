// What happens in tournaments at its time: the end of reveals, scoring, a truth that never came.

public import Kernel
public import Primitives

/// The deadlines of this room: one a tournament, and its state says what for.
public enum TournamentTimer {
  public static let room: UInt8 = 9

  static func key(_ number: UInt64) -> TimerKey {
    TimerKey(room: room, kind: 1, id: Tournament.escrow(number), sub: number)
  }
}

extension TournamentTables {
  /// Lets a deadline act. False says that the entry was stale.
  public mutating func fire(
    _ key: TimerKey, at deadline: Time, _ k: inout KernelTables
  ) throws(Refusal) -> Bool {
    let number = key.sub
    guard var row = tournaments[number], row.deadline == deadline,
      key == TournamentTimer.key(number)
    else { return false }
    guard hasRoom(units(for: row), k) else {
      k.timers.postpone(key, at: deadline)
      return true
    }
    switch row.state {
    case .open:
      // Entries are counted, not reveals: who sees that it loses does not undo the round.
      if row.entries < row.rules.quorum {
        try void(number, row, bond: .account(row.owner), &k)
        return true
      }
      row.state = .waiting
      row.deadline = row.truthEnds
      tournaments[number] = row
      k.timers.set(key, at: row.deadline)
    case .waiting:
      // A truth that came and could not be scored is not the owner's fault.
      let isSilent = row.truth.isEmpty
      try void(number, row, bond: isSilent ? .treasury : .account(row.owner), &k)
    case .scoring:
      try pay(number, row, &k)
    case .paid, .void:
      forget(number, row)
    }
    return true
  }

  /// A tournament whose timer was refused: what cannot be scored is given back, and only what
  /// cannot be given back either stands still.
  public mutating func freeze(
    _ key: TimerKey, because refusal: Refusal, _ k: inout KernelTables
  ) {
    if var row = tournaments[key.sub] {
      let wasScoring = row.state == .scoring
      if wasScoring { row.state = .waiting }
      row.deadline = wasScoring ? k.now : .never
      tournaments[key.sub] = row
      if wasScoring { k.timers.set(key, at: row.deadline) }
    }
    k.emit(Event("stuck", subject: key.id, numbers: refusal.numbers))
  }

  /// What timers computed in the block of this height, in units of work.
  public func work(at height: UInt64) -> UInt64 { work.charged(at: height) }

  /// Sets the deadlines of all rows after a restart.
  public func rebuildTimers(into k: inout KernelTables) {
    var due: [(key: TimerKey, at: Time)] = []
    tournaments.forEach { due.append((TournamentTimer.key($0), $1.deadline)) }
    for timer in due where timer.at != .never { k.timers.set(timer.key, at: timer.at) }
  }

  /// What a deadline of a tournament costs.
  func units(for row: Tournament) -> UInt64 {
    let rows = row.entries + row.sponsors
    switch row.state {
    case .open: return row.entries < row.rules.quorum ? TournamentWork.payment * rows : 0
    case .waiting: return TournamentWork.payment * rows
    case .scoring:
      return TournamentWork.board(values: row.rules.values, revealed: row.revealed, rows: rows)
    case .paid, .void: return TournamentWork.removal * rows
    }
  }

  /// Whether the block still has room for so much; the first always has.
  private mutating func hasRoom(_ units: UInt64, _ k: borrowing KernelTables) -> Bool {
    units == 0 || work.hasRoom(for: units, of: TournamentWork.unitsOfBlock, at: k.height)
  }
}
