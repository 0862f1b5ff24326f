// The closed list of checks: the one place that knows them all.

public import Primitives

/// The game of a run: one case a check.
///
/// A new check is one file in `Checks/`, a case here, and its line in every switch below, which
/// the compiler asks for.
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
  public static let names: [CheckName] = [
    CheckName(
      name: OpenCheck.name, numbers: OpenCheck.numbers,
      promise: "the buyer looks; silence accepts, a rejection burns the price: this is trust"),
    CheckName(
      name: ReplicatedCheck.name, numbers: ReplicatedCheck.numbers,
      promise: "more than half of k drawn seats answered the same bits, blindly"),
    CheckName(
      name: DisputableCheck.name, numbers: DisputableCheck.numbers,
      promise: "one seat answers under a bond; auditors are drawn, and anybody may dispute"),
    CheckName(
      name: ProvedCheck.name, numbers: ProvedCheck.numbers,
      promise: "one seat answers with a proof, which the ledger itself verifies"),
    CheckName(
      name: JudgedCheck.name, numbers: JudgedCheck.numbers,
      promise: "k drawn seats answer blindly, each paid for what the others and gold say"),
    CheckName(
      name: PanelCheck.name, numbers: PanelCheck.numbers,
      promise: "k drawn seats answer freely, and a drawn panel of bonded judges scores blindly"),
  ]

  /// What a check's terms ask of the market. Who is routed to members of a subnet buys at no posted
  /// price.
  static func shape(of terms: CheckTerms) throws(Refusal) -> CheckShape {
    var shape = try ownShape(of: terms)
    shape.subnet = terms.subnet
    shape.jury = terms.jury
    if shape.subnet != nil || shape.jury != nil { shape.offered = false }
    return shape
  }

  private static func ownShape(of terms: CheckTerms) throws(Refusal) -> CheckShape {
    switch terms.kind {
    case OpenCheck.name:
      try OpenCheck.shape(of: try terms.values(named: OpenCheck.numbers))
    case ReplicatedCheck.name:
      try ReplicatedCheck.shape(of: try terms.values(named: ReplicatedCheck.numbers))
    case DisputableCheck.name:
      try DisputableCheck.shape(of: try terms.values(named: DisputableCheck.numbers))
    case ProvedCheck.name:
      try ProvedCheck.shape(of: try terms.values(named: ProvedCheck.numbers))
    case JudgedCheck.name:
      try JudgedCheck.shape(of: try terms.values(named: JudgedCheck.numbers))
    case PanelCheck.name:
      try PanelCheck.shape(of: try terms.values(named: PanelCheck.numbers))
    default: throw .unknownCheck
    }
  }

  /// The game at its start.
  init(_ terms: CheckTerms) throws(Refusal) {
    switch terms.kind {
    case OpenCheck.name: self = .open(OpenCheck())
    case ReplicatedCheck.name: self = .replicated(ReplicatedCheck())
    case DisputableCheck.name: self = .disputable(DisputableCheck())
    case ProvedCheck.name:
      self = .proved(ProvedCheck(level: try terms.values(named: ProvedCheck.numbers)[0]))
    case JudgedCheck.name:
      let numbers = try terms.values(named: JudgedCheck.numbers)
      self = .judged(JudgedCheck(golden: numbers[1], par: numbers[2]))
    case PanelCheck.name:
      self = .panel(try PanelCheck(try terms.values(named: PanelCheck.numbers)))
    default: throw .unknownCheck
    }
  }

  mutating func begin(in t: Trial) throws(Refusal) -> Step {
    let step: Step
    switch self {
    case .open(var game):
      step = try game.begin(in: t)
      self = .open(game)
    case .replicated(var game):
      step = try game.begin(in: t)
      self = .replicated(game)
    case .disputable(var game):
      step = try game.begin(in: t)
      self = .disputable(game)
    case .proved(var game):
      step = try game.begin(in: t)
      self = .proved(game)
    case .judged(var game):
      step = try game.begin(in: t)
      self = .judged(game)
    case .panel(var game):
      step = try game.begin(in: t)
      self = .panel(game)
    }
    return step
  }

  mutating func play(_ m: Move, by p: Player, in t: Trial) throws(Refusal) -> Step {
    let step: Step
    switch self {
    case .open(var game):
      step = try game.play(m, by: p, in: t)
      self = .open(game)
    case .replicated(var game):
      step = try game.play(m, by: p, in: t)
      self = .replicated(game)
    case .disputable(var game):
      step = try game.play(m, by: p, in: t)
      self = .disputable(game)
    case .proved(var game):
      step = try game.play(m, by: p, in: t)
      self = .proved(game)
    case .judged(var game):
      step = try game.play(m, by: p, in: t)
      self = .judged(game)
    case .panel(var game):
      step = try game.play(m, by: p, in: t)
      self = .panel(game)
    }
    return step
  }

  mutating func expire(in t: Trial) throws(Refusal) -> Step {
    let step: Step
    switch self {
    case .open(var game):
      step = try game.expire(in: t)
      self = .open(game)
    case .replicated(var game):
      step = try game.expire(in: t)
      self = .replicated(game)
    case .disputable(var game):
      step = try game.expire(in: t)
      self = .disputable(game)
    case .proved(var game):
      step = try game.expire(in: t)
      self = .proved(game)
    case .judged(var game):
      step = try game.expire(in: t)
      self = .judged(game)
    case .panel(var game):
      step = try game.expire(in: t)
      self = .panel(game)
    }
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
    let own = (kind: kind, state: state)
    var (kind, state) = own
    try v("kind", &kind)
    try v("state", &state)
    if kind != own.kind || state != own.state { self = try Game(kind: kind, state: state) }
  }

  private var kind: UInt8 {
    switch self {
    case .open: 0
    case .replicated: 1
    case .disputable: 2
    case .proved: 3
    case .judged: 4
    case .panel: 5
    }
  }

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
    switch kind {
    case 0: self = .open(try CBOR.decode(OpenCheck.self, from: state))
    case 1: self = .replicated(try CBOR.decode(ReplicatedCheck.self, from: state))
    case 2: self = .disputable(try CBOR.decode(DisputableCheck.self, from: state))
    case 3: self = .proved(try CBOR.decode(ProvedCheck.self, from: state))
    case 4: self = .judged(try CBOR.decode(JudgedCheck.self, from: state))
    case 5: self = .panel(try CBOR.decode(PanelCheck.self, from: state))
    default: throw Refusal("unknownKind", ["kind": UInt64(kind)])
    }
  }
}
