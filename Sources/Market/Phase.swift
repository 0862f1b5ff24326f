// How a run that is under way looks to whoever only reads it, whatever its check.

public import Primitives

/// Where a game stands. Every check says it in these words, so that pages, commands and workers
/// that only look need not know the checks.
public enum Phase: Hashable, Sendable, CaseIterable {
  /// The seats work.
  case working
  /// Some seat has sealed its answer, others still work.
  case sealing
  /// The buyer looks at what was answered.
  case looking
  /// The beacon of the next block is awaited for the lot of the audit.
  case beacon
  /// The buyer's salt for that lot is awaited.
  case salt
  /// An auditor is called, and the provider seals its trace first.
  case called
  /// The auditor runs the work again.
  case auditing
  /// Both sides of the audit have sealed; the provider opens first.
  case committed
  /// The provider has opened; the auditor opens.
  case confirming
  /// The seats open the answers that they sealed.
  case opening
  /// The judges of a panel score.
  case scoring
  /// They open the scores that they sealed.
  case showing
  /// The buyer opens what it knew beforehand, and the jury judges.
  case gold
  /// Anybody may challenge.
  case window
  /// The window is over; games are still played.
  case playing

  /// Whether evidence lies and an auditor may still be called over it.
  public var mayCall: Bool {
    switch self {
    case .beacon, .salt, .called, .auditing, .committed, .confirming: true
    case .working, .sealing, .looking, .opening, .scoring, .showing, .gold, .window, .playing:
      false
    }
  }
}

/// What a seat has shown so far.
public enum SeatView: Hashable, Sendable {
  case nothing
  case sealed(Bytes32)
  case shown(SeatVerdict)

  /// The answer, where it lies open.
  public var answer: SeatVerdict? {
    guard case .shown(let answer) = self else { return nil }
    return answer
  }
}

extension Game {
  public var phase: Phase { check.phase }

  /// What each seat has shown so far, in the order of the seats.
  public var seats: [SeatView] { check.seats }

  /// The answers that lie open.
  public var shown: [SeatVerdict] { seats.compactMap(\.answer) }

  /// The auditors that were called, in order.
  public var called: [Address] { check.called }

  /// The seats that stand for an answer which may be challenged now.
  public func defenders(of answer: Bytes32) -> [Int] { check.defenders(of: answer) }
}
