// What blocks changed of the lists, each line once, in an order that nothing but the blocks decide.

public import Primitives

/// Lines by key, in the order of their first change. The order of a dictionary is never seen.
public struct Touched<Key: Hashable & Sendable, Line: Sendable>: Sendable {
  public private(set) var lines: [Line] = []
  /// The keys of the lines, in the same order.
  public private(set) var keys: [Key] = []
  private var places: [Key: Int] = [:]

  public init() {}

  public subscript(key: Key) -> Line? { places[key].map { lines[$0] } }

  public func contains(_ key: Key) -> Bool { places[key] != nil }

  mutating func put(_ line: Line, as key: Key) {
    if let place = places[key] {
      lines[place] = line
    } else {
      places[key] = lines.count
      lines.append(line)
      keys.append(key)
    }
  }

  /// Changes a line where it lies. False: it is not here.
  mutating func change(_ key: Key, _ body: (inout Line) -> Void) -> Bool {
    guard let place = places[key] else { return false }
    body(&lines[place])
    return true
  }
}

/// Somebody took a seat of a road, or lost it.
public struct Seating: Hashable, Sendable {
  public var road: UInt64
  public var provider: Address
  public var isSeated: Bool
}

/// A provider and a buyer, by the numbers of their lines.
public struct TradeKey: Hashable, Sendable {
  public var provider: UInt64
  public var buyer: UInt64

  public init(provider: UInt64, buyer: UInt64) {
    self.provider = provider
    self.buyer = buyer
  }
}

/// A moment with the road that it belongs to.
public struct RoadMoment: Hashable, Sendable {
  public var road: Bytes32
  public var moment: Moment
  /// Which run of the lease the moment's subject is; nil where it is none.
  public var run: UInt64?
}

/// How far the lists have come, with all that is counted.
public struct Progress: Fielded, Hashable {
  public static let typeName = "Progress"
  /// The last block that they know, and its id: a log that has another there is another log.
  public var height: UInt64 = 0
  public var id = Bytes32()
  public var totals = Totals()
  /// Lines so far, of which the next has the number after.
  public var postedOffers: UInt64 = 0
  public var subjects: UInt64 = 0

  public init() { totals.alive = [UInt64](repeating: 0, count: Int(RoadState.over.rawValue)) }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("height", &height)
    try v("id", &id)
    try v("totals", &totals)
    try v("postedOffers", &postedOffers)
    try v("subjects", &subjects)
  }
}

/// Everything that one or several blocks changed.
public struct LineChanges: Sendable {
  public var roads = Touched<Bytes32, Road>()
  /// Settled runs, which never change again.
  public var runs: [RunLine] = []
  public var games = Touched<Bytes32, GameLine>()
  public var offers = Touched<Bytes32, OfferLine>()
  public var subjects = Touched<Bytes32, SubjectLine>()
  public var parties = Touched<Address, PartyLine>()
  public var blocks: [BlockLine] = []
  public var moments: [RoadMoment] = []
  public var seatings: [Seating] = []
  /// What providers were paid by buyers, from the beginning.
  public var trades = Touched<TradeKey, UInt64>()
  /// Runs under way; nil once settled.
  public var openRuns = Touched<Bytes32, OpenRun?>()
  /// Roads by their leases, of the leases that were made.
  var leases: [Bytes32: Bytes32] = [:]
  /// Games that were begun, by their runs.
  var begunGames: [Bytes32: [Bytes32]] = [:]

  public init() {}
}

/// The lines as they were before the changes.
public protocol LineSource {
  func road(_ id: Bytes32) throws -> Road?
  func road(ofLease lease: Bytes32) throws -> Road?
  func openRun(_ id: Bytes32) throws -> OpenRun?
  func game(_ id: Bytes32) throws -> GameLine?
  /// Games about the run that are not over, in the order of their numbers.
  func openGames(ofRun run: Bytes32) throws -> [GameLine]
  func offer(_ id: Bytes32) throws -> OfferLine?
  func subject(_ id: Bytes32) throws -> SubjectLine?
  func party(_ account: Address) throws -> PartyLine?
  /// What one was paid by the other so far; 0 where they never met.
  func paid(_ trade: TradeKey) throws -> UInt64
}

/// A block that does not fit the lines: the log and the lists are not of one network, or damaged.
public struct ProjectionFault: Error, Hashable, Sendable {
  public var height: UInt64
  public var detail: String

  public init(height: UInt64, detail: String) {
    self.height = height
    self.detail = detail
  }
}
