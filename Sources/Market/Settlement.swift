// The arithmetic of settlement: what every rule shares. One file beside it for each rule.

import Kernel
public import Primitives

/// Payouts as pure functions of what happened. Payouts are rounded down, what is owed is rounded
/// up, and the remainder goes to the treasury.
public enum Settlement {
  /// What is left of a price after the network's take.
  static func paid(_ price: Amount, _ terms: Terms) throws(Refusal) -> Amount {
    try price.subtracting(try Bonds.take(of: price, terms: terms))
  }

  /// What the winner of a game gets of a lost bond: its share of what the tolls leave.
  static func prize(
    of bond: Amount, less tolls: Amount, _ terms: Terms
  ) throws(Refusal) -> Amount {
    try bond.subtracting(min(bond, tolls)).ppmDown(terms.winner)
  }
}

extension Settlement {
  /// Who plays against a claim.
  public enum Challenger: Hashable, Sendable {
    /// The drawn auditor, whose answer differs.
    case auditor
    /// A seat of the same run.
    case seat(Int)
    /// Anybody else, with a bond of its own.
    case volunteer(Int)

    var party: Party {
      switch self {
      case .auditor: .auditor
      case .seat(let index): .seat(index)
      case .volunteer(let index): .challenger(index)
      }
    }
  }

  /// How a game ended for the challenger.
  public enum GameResult: Hashable, Sendable {
    case won
    case lost
    /// The claim fell, or its provider left, while this game was still running.
    case stopped
  }

  /// A game that was played about a run, in the order of the challenges.
  public struct PlayedGame: Hashable, Sendable {
    public var by: Challenger
    /// The answer that was challenged; zero where there is only one.
    public var against: Bytes32
    public var result: GameResult
    /// When it ended: a height, or any number that grows.
    public var end: UInt64
    /// Of both sides, reserved in their bonds; the loser's pays.
    public var tolls: Amount
    /// What the challenger had at stake in it.
    public var bond: Amount

    public init(
      by: Challenger, against: Bytes32 = .zero, result: GameResult, end: UInt64 = 0,
      tolls: Amount, bond: Amount
    ) {
      self.by = by
      self.against = against
      self.result = result
      self.end = end
      self.tolls = tolls
      self.bond = bond
    }
  }

  /// Who is rewarded when a claim falls: a drawn auditor who differed and has not lost, then
  /// whoever's game ended first, then the order of the challenges.
  static func victor(of games: [PlayedGame]) -> Challenger? {
    guard games.contains(where: { $0.result == .won }) else { return nil }
    if games.contains(where: { $0.by == .auditor && $0.result != .lost }) { return .auditor }
    var first: PlayedGame?
    for game in games where game.result == .won {
      if let best = first, best.end <= game.end { continue }
      first = game
    }
    return first?.by
  }
}

extension Refusal {
  /// What is said to have happened cannot have happened together.
  static func impossibleCase(_ what: String) -> Refusal {
    Refusal("impossibleCase", [Number(what, 0)])
  }
}
