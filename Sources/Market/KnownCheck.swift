// The closed list of checks that everybody reads who must say something about each of them.

/// A check by its number in the rows of runs. Numbers are never used again for another.
///
/// Whoever does one thing under one check and another under the next switches over this list and
/// has no `default`: a new check then does not compile before each of them has said what it does.
public enum KnownCheck: UInt8, CaseIterable, Sendable {
  case open = 0
  case replicated = 1
  case disputable = 2
  case proved = 3
  case judged = 4
  case panel = 5

  /// The rules, each in a file of its own.
  var rules: any Check.Type {
    switch self {
    case .open: OpenCheck.self
    case .replicated: ReplicatedCheck.self
    case .disputable: DisputableCheck.self
    case .proved: ProvedCheck.self
    case .judged: JudgedCheck.self
    case .panel: PanelCheck.self
    }
  }

  public var name: String { rules.name }

  /// Nil where no check has that name.
  public init?(name: String) {
    guard let own = KnownCheck.allCases.first(where: { $0.name == name }) else { return nil }
    self = own
  }

  /// Whether a run under it can end so, as far as the outcome tells.
  public func canEnd(_ outcome: Outcome) -> Bool {
    switch outcome {
    // Before there was anything to check, or by the rules of keys.
    case .inputWithheld, .demandExpired, .notHonoured: true
    default: rules.outcomes.contains(outcome)
    }
  }
}

extension CheckTerms {
  /// The check that is meant; nil where none of that name is known here.
  public var known: KnownCheck? { KnownCheck(name: kind) }
}
