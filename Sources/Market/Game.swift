// The closed list of checks: the one place that knows them all.

public import Primitives

/// The game of a run: one case a check.
///
/// A new check is one file in `Checks/`, a case in `KnownCheck`, and a case and four lines here.
public enum Game: Hashable, Sendable {
  case open(OpenCheck)
  case replicated(ReplicatedCheck)
  case disputable(DisputableCheck)
  case proved(ProvedCheck)
  case judged(JudgedCheck)
  case panel(PanelCheck)
}

/// What command line, API and docs list.
public struct CheckName: Hashable, Sendable {
  public let name: String
  public let numbers: [String]
  public let promise: String
}

extension Game {
  /// The table of checks, in the order in which they are listed.
  public static let names: [CheckName] = KnownCheck.allCases.map {
    CheckName(name: $0.name, numbers: $0.rules.numbers, promise: $0.rules.promise)
  }

  /// What a check's terms ask of the market. Who is routed to members of a subnet buys at no posted
  /// price.
  static func shape(of terms: CheckTerms) throws(Refusal) -> CheckShape {
    let (rules, numbers) = try read(terms)
    var shape = try rules.shape(of: numbers)
    shape.subnet = terms.subnet
    shape.jury = terms.jury
    if shape.subnet != nil || shape.jury != nil { shape.offered = false }
    return shape
  }

  /// The game at its start.
  init(_ terms: CheckTerms) throws(Refusal) {
    let (rules, numbers) = try Game.read(terms)
    self = try rules.init(numbers).game
  }

  private static func read(
    _ terms: CheckTerms
  ) throws(Refusal) -> (rules: any Check.Type, numbers: [UInt64]) {
    guard let rules = terms.known?.rules else { throw .unknownCheck }
    return (rules, try terms.values(named: rules.numbers))
  }

  mutating func begin(in t: Trial) throws(Refusal) -> Step {
    var check = check
    let step = try check.begin(in: t)
    self = check.game
    return step
  }

  mutating func play(_ m: Move, by p: Player, in t: Trial) throws(Refusal) -> Step {
    var check = check
    let step = try check.play(m, by: p, in: t)
    self = check.game
    return step
  }

  mutating func expire(in t: Trial) throws(Refusal) -> Step {
    var check = check
    let step = try check.expire(in: t)
    self = check.game
    return step
  }

  var check: any Check {
    switch self {
    case .open(let game): game
    case .replicated(let game): game
    case .disputable(let game): game
    case .proved(let game): game
    case .judged(let game): game
    case .panel(let game): game
    }
  }
}

extension Game: Fielded {
  public static let typeName = "Game"

  /// The blank game is the first of the list.
  public init() { self = .open(OpenCheck()) }

  /// A choice travels as its number and the canonical bytes of its own value, so that a new
  /// check changes no row of another.
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    let own = (kind: known.rawValue, state: state)
    var (kind, state) = own
    try v("kind", &kind)
    try v("state", &state)
    if kind != own.kind || state != own.state { self = try Game(kind: kind, state: state) }
  }

  var known: KnownCheck {
    switch self {
    case .open: .open
    case .replicated: .replicated
    case .disputable: .disputable
    case .proved: .proved
    case .judged: .judged
    case .panel: .panel
    }
  }

  /// Written out, since rows are encoded in every block.
  private var state: [UInt8] {
    switch self {
    case .open(let game): game.encoded
    case .replicated(let game): game.encoded
    case .disputable(let game): game.encoded
    case .proved(let game): game.encoded
    case .judged(let game): game.encoded
    case .panel(let game): game.encoded
    }
  }

  private init(kind: UInt8, state: [UInt8]) throws(Refusal) {
    guard let known = KnownCheck(rawValue: kind) else {
      throw Refusal("unknownKind", ["kind": UInt64(kind)])
    }
    switch known {
    case .open: self = .open(try CBOR.decode(OpenCheck.self, from: state))
    case .replicated: self = .replicated(try CBOR.decode(ReplicatedCheck.self, from: state))
    case .disputable: self = .disputable(try CBOR.decode(DisputableCheck.self, from: state))
    case .proved: self = .proved(try CBOR.decode(ProvedCheck.self, from: state))
    case .judged: self = .judged(try CBOR.decode(JudgedCheck.self, from: state))
    case .panel: self = .panel(try CBOR.decode(PanelCheck.self, from: state))
    }
  }
}
