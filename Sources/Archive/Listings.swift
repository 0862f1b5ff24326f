// What readers find by something else than an id: lists, newest first, and sums.

public import Primitives

/// A page of a list, newest first.
public struct Listed<Line: Sendable>: Sendable {
  public var lines: [Line]
  /// Ask again before this number; nil where the list is over.
  public var next: UInt64?
  /// The last block that the lists know.
  public var height: UInt64

  public init(_ lines: [Line], next: UInt64?, height: UInt64) {
    self.lines = lines
    self.next = next
    self.height = height
  }
}

/// Which lines a reader wants; what is nil does not matter. A list ignores what does not fit it.
public struct ListFilter: Hashable, Sendable {
  /// The buyer of a road or run; the challenger of a game.
  public var buyer: Address?
  /// One of the seats; the provider of an offer; a defender of a game.
  public var provider: Address?
  public var subject: Bytes32?
  /// The name of the check.
  public var check: String?
  /// Roads that are not over, offers that are not withdrawn, games that are open; or the others.
  public var isAlive: Bool?

  public init(
    buyer: Address? = nil, provider: Address? = nil, subject: Bytes32? = nil,
    check: String? = nil, isAlive: Bool? = nil
  ) {
    self.buyer = buyer
    self.provider = provider
    self.subject = subject
    self.check = check
    self.isAlive = isAlive
  }
}

/// What a road's page shows of the lists, all of one moment.
public struct RoadLines: Sendable {
  public var road: Road
  /// What happened on it, in order.
  public var moments: [Moment]
  public var totals: Totals

  public init(road: Road, moments: [Moment], totals: Totals) {
    self.road = road
    self.moments = moments
    self.totals = totals
  }
}

/// Lists over everything that ever happened, made from the log and never ahead of it.
///
/// Every list is found by an index. A filter of several fields uses the index of the rarest and
/// looks at a bounded number of lines, so a page may be short and still name a `next`.
public protocol Listings: Sendable {
  func totals() throws -> Totals
  func road(_ id: Bytes32) throws -> AsOf<Road?>
  /// The road that a lease, run or game belongs to.
  func road(of object: Bytes32) throws -> AsOf<Road?>
  /// What happened on a road, in order.
  func moments(of road: Bytes32) throws -> [Moment]
  /// A road by its own id or by that of its lease, with what its page shows.
  func lines(of object: Bytes32) throws -> RoadLines?
  func roads(_ filter: ListFilter, before: UInt64?, limit: Int) throws -> Listed<Road>
  /// Settled runs.
  func runs(_ filter: ListFilter, before: UInt64?, limit: Int) throws -> Listed<RunLine>
  func run(_ id: Bytes32) throws -> AsOf<RunLine?>
  func games(_ filter: ListFilter, before: UInt64?, limit: Int) throws -> Listed<GameLine>
  func games(ofRun run: Bytes32) throws -> [GameLine]
  func game(_ id: Bytes32) throws -> AsOf<GameLine?>
  func offers(_ filter: ListFilter, before: UInt64?, limit: Int) throws -> Listed<OfferLine>
  func offer(_ id: Bytes32) throws -> AsOf<OfferLine?>
  func subjects(before: UInt64?, limit: Int) throws -> Listed<SubjectLine>
  func subject(_ id: Bytes32) throws -> AsOf<SubjectLine?>
  func parties(before: UInt64?, limit: Int) throws -> Listed<PartyLine>
  /// The parties that served most, at most `limit`: who stands on a leaderboard.
  func leaders(limit: Int) throws -> [PartyLine]
  func party(_ account: Address) throws -> AsOf<PartyLine?>
  func blocks(before: UInt64?, limit: Int) throws -> Listed<BlockLine>
}

extension Listings {
  /// One after the other, for lists that know no better.
  public func lines(of object: Bytes32) throws -> RoadLines? {
    var road = try road(object).value
    if road == nil, let other = try self.road(of: object).value, other.lease == object {
      road = other
    }
    guard let road else { return nil }
    return RoadLines(road: road, moments: try moments(of: road.id), totals: try totals())
  }
}
