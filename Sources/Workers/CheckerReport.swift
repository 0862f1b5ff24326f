// What a checker did, what it earned and what it cost.

public import Primitives

/// The accounts of one checker since it was started.
public struct CheckerReport: Hashable, Sendable {
  /// Audits that it was called to.
  public var called: UInt64 = 0
  /// Runs that it did again: audits, and what it looked at of its own accord.
  public var audited: UInt64 = 0
  public var sampled: UInt64 = 0
  /// Runs it would have looked at, had it been let read their inputs.
  public var unreadable: UInt64 = 0
  /// Answers that it found to be false.
  public var lies: UInt64 = 0
  /// Games that it began, and how they ended.
  public var games: UInt64 = 0
  public var won: UInt64 = 0
  public var lost: UInt64 = 0
  /// What it was paid for looking where nobody cheated.
  public var fees = Amount()
  /// Its shares of bonds that fell.
  public var prizes = Amount()
  /// Bonds that it lost.
  public var forfeited = Amount()
  /// Time of the processor for all runs, in nanoseconds.
  public var cpuNanoseconds: UInt64 = 0

  public init() {}

  public var json: JSONValue {
    [
      "called": .unsigned(called), "audited": .unsigned(audited), "sampled": .unsigned(sampled),
      "unreadable": .unsigned(unreadable), "lies": .unsigned(lies), "games": .unsigned(games),
      "won": .unsigned(won), "lost": .unsigned(lost), "fees": .unsigned(fees.units),
      "prizes": .unsigned(prizes.units), "forfeited": .unsigned(forfeited.units),
      "cpuMicroseconds": .unsigned(cpuNanoseconds / 1_000),
    ]
  }
}
