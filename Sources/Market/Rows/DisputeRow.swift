// What disputes keep: the claim they are about, what its defender has opened, and each game.

public import Primitives

/// An answer that may be challenged, with all that its games share.
public struct Claim: Fielded, Hashable {
  public static let typeName = "Claim"
  public var run = RunKey()
  /// The output that is claimed.
  public var answer = Bytes32()
  /// The roots that its defenders showed, in that order, and which of them have shown one. Seats
  /// that share an answer may not trust each other, so each may stand by a root of its own.
  public var roots: [Bytes32] = []
  public var shown: [Address] = []
  /// It lost a game; then there are no other games about it.
  public var fell = false
  /// Who won it, in which block, with what at stake; a volunteer's bond lies in the game's escrow.
  public var victor = Address()
  public var victorBond = Amount()
  public var fellAt: UInt64 = 0
  /// Games that were begun, and those that are not over.
  public var begun: UInt64 = 0
  public var open: UInt64 = 0
  /// Tolls of the moves of games that the challenger has not lost.
  public var tolls = Amount()
  /// The game that began last; each names the one before it.
  public var lastGame = GameID()
  /// What was opened last; each opening names the one before it.
  public var lastOpening = Bytes32()
  /// The run is settled: what is left goes block by block.
  public var isOver = false
  /// When the next of it goes.
  public var clearsAt = Time()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("run", &run)
    try v("answer", &answer)
    try v("roots", &roots)
    try v("shown", &shown)
    try v("fell", &fell)
    try v("victor", &victor)
    try v("victorBond", &victorBond)
    try v("fellAt", &fellAt)
    try v("begun", &begun)
    try v("open", &open)
    try v("tolls", &tolls)
    try v("lastGame", &lastGame)
    try v("lastOpening", &lastOpening)
    try v("isOver", &isOver)
    try v("clearsAt", &clearsAt)
  }

  /// The first root; zero until one is shown.
  public var root: Bytes32 { roots.first ?? .zero }

  public static func id(_ run: RunKey, _ answer: Bytes32) -> Bytes32 {
    SHA256.hash(Array("tolsey/claim/1".utf8) + run.id.digest.bytes + answer.bytes)
  }
}

/// What a defender opened at one place of its trace: given once, for every game.
public struct Opening: Fielded, Hashable {
  public static let typeName = "Opening"
  /// The children of a vertex; empty at the last step.
  public var children: [Bytes32] = []
  public var at = Time()
  /// The last step was computed again, and held.
  public var held = false
  public var previous = Bytes32()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("children", &children)
    try v("at", &at)
    try v("held", &held)
    try v("previous", &previous)
  }

  /// The name of a place in a trace that was shown for a claim.
  public static func id(_ claim: Bytes32, _ root: Bytes32, _ picks: [UInt8]) -> Bytes32 {
    SHA256.hash(Array("tolsey/opening/1".utf8) + claim.bytes + root.bytes + picks)
  }
}

/// One game of one challenger.
public struct Dispute: Fielded, Hashable {
  public static let typeName = "Dispute"
  public var key = GameKey()
  /// The drawn auditor plays with its tied bond, a seat with its own; anybody else has locked one
  /// for the game.
  public var isAuditor = false
  public var isSeat = false
  /// Over: it stays until the run is settled, so that nobody challenges twice.
  public var isOver = false
  /// The challenger lost it.
  public var isLost = false
  public var endedAt: UInt64 = 0
  public var bond = Amount()
  public var began: UInt64 = 0
  /// Which of the claim's roots is played about; those before it have fallen in this game.
  public var rootIndex: UInt64 = 0
  /// The choices so far, from the root down.
  public var picks: [UInt8] = []
  /// The hash that is disputed, and the sums before it that both sides agree on.
  public var disputed = Bytes32()
  public var before = Bytes32()
  /// When the game came to where it is.
  public var since = Time()
  public var deadline = Time()
  /// What is left on the two clocks.
  public var defenderLeft = Time()
  public var challengerLeft = Time()
  public var tolls = Amount()
  public var previous = GameID()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("key", &key)
    try v("isAuditor", &isAuditor)
    try v("isSeat", &isSeat)
    try v("isOver", &isOver)
    try v("isLost", &isLost)
    try v("endedAt", &endedAt)
    try v("bond", &bond)
    try v("began", &began)
    try v("rootIndex", &rootIndex)
    try v("picks", &picks)
    try v("disputed", &disputed)
    try v("before", &before)
    try v("since", &since)
    try v("deadline", &deadline)
    try v("defenderLeft", &defenderLeft)
    try v("challengerLeft", &challengerLeft)
    try v("tolls", &tolls)
    try v("previous", &previous)
  }
}
