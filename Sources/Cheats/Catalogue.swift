// The catalogue of cheats: every row, judged by its exact expectation.

public enum Catalogue {
  /// Every row, by family, in the order of the facts.
  public static let cheats: [Cheat] =
    Providers.cheats + Provers.cheats + Callers.cheats + Buyers.cheats + Shills.cheats
    + Labellers.cheats + Judges.cheats + Checkers.cheats + Challengers.cheats + Operators.cheats
    + Coalitions.cheats + Reviewers.cheats + TopicMembers.cheats + RoutedMembers.cheats
    + SubnetMembers.cheats + TournamentEntrants.cheats + AssetTraders.cheats

  /// Judges every row in a setting; `runs` below two simulates nothing.
  public static func judge(
    in setting: Setting = Setting(), runs: Int, seed: UInt64
  ) throws -> [Judgement] {
    try cheats.map { try Judgement($0, in: setting, runs: runs, seed: seed) }
  }
}

/// What a row earns, and whether it may.
public struct Judgement: Sendable {
  public enum Verdict: String, Sendable {
    /// Below zero.
    case loses
    /// Not below zero, and not above the bound that the row states.
    case bounded
    /// Not below zero, and no bound is stated.
    case pays
    /// Above the bound that the row states.
    case exceeds
  }

  public let cheat: Cheat
  /// In millionths of a dollar, exact.
  public let exact: Fraction
  public let limit: Fraction?
  public let simulation: Simulation?

  public init(_ cheat: Cheat, in setting: Setting, runs: Int, seed: UInt64) throws {
    self.cheat = cheat
    exact = try cheat.expectation(in: setting)
    limit = try cheat.limit(in: setting)
    simulation = try Simulation(cheat, in: setting, runs: runs, seed: seed)
  }

  public var verdict: Verdict {
    if exact < 0 { return .loses }
    guard let limit else { return .pays }
    return exact <= limit ? .bounded : .exceeds
  }

  public var holds: Bool { verdict == .loses || verdict == .bounded }

  /// Whether chance alone could show the other sign: the simulation then says nothing about it.
  public var isWide: Bool {
    guard let simulation else { return false }
    return simulation.halfWidth >= exact.magnitude
  }

  /// Whether ours rounds to what the facts print; nil where they print nothing.
  public var agrees: Bool? { cheat.figure?.isMet(by: exact) }
}
