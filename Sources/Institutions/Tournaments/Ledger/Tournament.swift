// A tournament as it stands: its rules, its deadlines, its purse, and what is known of the truth.

public import Primitives

/// How far a tournament has come.
public enum TournamentState: UInt8, ByteChoice {
  /// Forecasts are sealed until `closes`, and revealed after it.
  case open = 0
  /// All that were to be revealed are; the truth is awaited.
  case waiting = 1
  /// The truth is open; the next block with room scores and pays.
  case scoring = 2
  case paid = 3
  /// Nothing was scored: too few entered, or the truth never came. Stakes and purse are back.
  case void = 4
}

/// The row of a tournament.
public struct Tournament: Fielded, Hashable {
  public static let typeName = "Tournament"
  public var owner = Address.zero
  public var name = ""
  public var rules = TournamentRules()
  public var source = TruthSource()
  public var state = TournamentState.open
  public var created = Time.zero
  /// When entries close and the purse is final; when reveals begin, which is at once but where a
  /// run is to be named; when they end; when the truth is too late.
  public var closes = Time.never
  public var revealsBegin = Time.never
  public var revealsEnd = Time.never
  public var truthEnds = Time.never
  /// The next moment at which silence has a consequence.
  public var deadline = Time.never
  /// What owner and sponsors put in, and how many they are.
  public var purse = Amount()
  public var sponsors: UInt64 = 0
  /// Entries, what they stake together, and how many are revealed.
  public var entries: UInt64 = 0
  public var staked = Amount()
  public var revealed: UInt64 = 0
  /// The run that says the truth, and its output's commitment once it settled well.
  public var run = Bytes32.zero
  public var output = Bytes32.zero
  /// The truth; empty until it is opened.
  public var truth: [UInt8] = []
  /// What was paid out of the purse, and what of the stakes was burnt.
  public var paid = Amount()
  public var burnt = Amount()

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("owner", &owner)
    try v("name", &name)
    try v("rules", &rules)
    try v("source", &source)
    try v("state", &state)
    try v("created", &created)
    try v("closes", &closes)
    try v("revealsBegin", &revealsBegin)
    try v("revealsEnd", &revealsEnd)
    try v("truthEnds", &truthEnds)
    try v("deadline", &deadline)
    try v("purse", &purse)
    try v("sponsors", &sponsors)
    try v("entries", &entries)
    try v("staked", &staked)
    try v("revealed", &revealed)
    try v("run", &run)
    try v("output", &output)
    try v("truth", &truth)
    try v("paid", &paid)
    try v("burnt", &burnt)
  }

  /// Under which the ledger holds purse, stakes and bond; also the subject of its events.
  public static func escrow(_ number: UInt64) -> Bytes32 {
    var hasher = SHA256()
    hasher.update("tolsey/tournament/1")
    hasher.update(number)
    return hasher.finalize()
  }

  /// Whether money of it still lies in the escrow.
  public var isAlive: Bool { state == .open || state == .waiting || state == .scoring }

  /// Rows of a tournament that is over stay so long, in seconds, for those who read them.
  static let keepTime: UInt64 = 30 * 86_400
  /// One pays a part of the bond, which no purse outgrows: so many sponsors there are at most.
  static let mostSponsors: UInt64 = 64
  static let leastSponsorship: UInt64 = 1_000_000
}

/// One forecast: its seal, its stake, and what came of it.
public struct Entry: Fielded, Hashable {
  public static let typeName = "Entry"
  public var account = Address.zero
  public var seal = Bytes32.zero
  public var stake = Amount()
  public var entered = Time.zero
  /// The values, 0…65,535; empty until they are revealed.
  public var forecast: [UInt64] = []
  /// The correlation in billionths, and whether it lies below nothing.
  public var score: UInt64 = 0
  public var isBelow = false
  public var earned = Amount()
  public var burnt = Amount()

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("account", &account)
    try v("seal", &seal)
    try v("stake", &stake)
    try v("entered", &entered)
    try v("forecast", &forecast)
    try v("score", &score)
    try v("isBelow", &isBelow)
    try v("earned", &earned)
    try v("burnt", &burnt)
  }

  public var isRevealed: Bool { !forecast.isEmpty }

  /// What seals a forecast: bound to the tournament and the account, so that nobody can enter with
  /// another's seal and reveal after it.
  public static func seal(
    tournament: UInt64, by account: Address, forecast: [UInt64], salt: Bytes32
  ) -> Bytes32 {
    var hasher = SHA256()
    hasher.update("tolsey/forecast/1")
    hasher.update(tournament)
    hasher.update(account)
    hasher.update(UInt64(forecast.count))
    for value in forecast { hasher.update(value) }
    hasher.update(salt)
    return hasher.finalize()
  }
}

/// What somebody put into a purse.
public struct Sponsorship: Fielded, Hashable {
  public static let typeName = "Sponsorship"
  public var account = Address.zero
  public var amount = Amount()

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("account", &account)
    try v("amount", &amount)
  }
}

/// Which tournament awaits a run.
public struct AwaitedRun: Fielded, Hashable {
  public static let typeName = "AwaitedRun"
  public var tournament: UInt64 = 0

  public init() {}
  init(_ tournament: UInt64) { self.tournament = tournament }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("tournament", &tournament)
  }
}

/// How many tournaments there have been.
public struct TournamentCounts: Fielded, Hashable {
  public static let typeName = "TournamentCounts"
  /// The number that the next one gets; none is used twice.
  public var next: UInt64 = 1

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("next", &next)
  }
}

/// What the scores of one block may compute.
///
/// A unit is about 16 nanoseconds of a server's processor, as those of subnets and topics are:
/// `Benchmarks --only epochs` measures what a unit takes of full boards, long and short.
enum TournamentWork {
  /// Beyond that the rest waits for the next block. The first board always has room, so that a full
  /// one has a block of its own.
  static let unitsOfBlock = board(values: 256, revealed: 256, rows: 256)
  /// What four values of a forecast cost.
  static let fourValues: UInt64 = 14
  /// What the two quantiles of a value's ranks cost beside the value of one forecast.
  static let quantile: UInt64 = 60
  /// What it costs to pay one entry or sponsor, and to take its row away.
  static let payment: UInt64 = 128
  static let removal: UInt64 = 64

  static func board(values: UInt64, revealed: UInt64, rows: UInt64) -> UInt64 {
    (revealed + quantile) * values * fourValues / 4 + payment * rows
  }
}
