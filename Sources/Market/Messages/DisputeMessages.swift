// The moves of a dispute: a challenge, the trace, its vertices, the choices, and one block.

public import Kernel
public import Primitives

/// Names a game: one for each run, answer and challenger.
public struct GameKey: Fielded, Hashable {
  public static let typeName = "GameKey"
  public var run = RunKey()
  /// The output that is challenged.
  public var answer = Bytes32()
  public var challenger = Address()

  public init() {}
  public init(_ run: RunKey, _ answer: Bytes32, _ challenger: Address) {
    self.run = run
    self.answer = answer
    self.challenger = challenger
  }

  public var id: GameID {
    GameID(
      SHA256.hash(
        Array("tolsey/game/1".utf8) + run.id.digest.bytes + answer.bytes + challenger.bytes))
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("run", &run)
    try v("answer", &answer)
    try v("challenger", &challenger)
  }
}

/// Disputes an answer with a bond, in a game of one's own beside all others.
public struct ChallengeRun: MessageContent {
  public static let typeName = "ChallengeRun"
  public static let kind: UInt8 = 43
  public var head = Head()
  public var run = RunKey()
  public var answer = Bytes32()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("run", &run)
    try v("answer", &answer)
  }
}

/// The defender's first move where no audit has opened it: the root of its trace, tied to the
/// run's input and to its output. It serves every game about the answer.
public struct ShowTrace: MessageContent {
  public static let typeName = "ShowTrace"
  public static let kind: UInt8 = 44
  public var head = Head()
  public var game = GameKey()
  public var root = Bytes32()
  public var first: [Vertex] = []
  public var last: [Vertex] = []

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("game", &game)
    try v("root", &root)
    try v("first", &first)
    try v("last", &last)
  }
}

/// The defender's move: the children of the vertex that the game has come to. It serves every
/// game that comes there.
public struct OpenVertex: MessageContent {
  public static let typeName = "OpenVertex"
  public static let kind: UInt8 = 45
  public var head = Head()
  public var game = GameKey()
  public var children: [Bytes32] = []

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("game", &game)
    try v("children", &children)
  }
}

/// The challenger's move: the first child that differs from its own.
public struct PickChild: MessageContent {
  public static let typeName = "PickChild"
  public static let kind: UInt8 = 46
  public var head = Head()
  public var game = GameKey()
  /// How many picks were made before: a move that comes late is not taken for the next one.
  public var round: UInt64 = 0
  public var child: UInt64 = 0

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("game", &game)
    try v("round", &round)
    try v("child", &child)
  }
}

/// The defender's last move: all that one block is computed from. The ledger computes it again.
public struct OpenStep: MessageContent {
  public static let typeName = "OpenStep"
  public static let kind: UInt8 = 47
  public var head = Head()
  public var game = GameKey()
  /// What the kind of work reads; empty where another game opened the same block.
  public var opening: [UInt8] = []

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("game", &game)
    try v("opening", &opening)
  }

  /// The most bytes of an opening.
  public static let longest = 100_000
}
