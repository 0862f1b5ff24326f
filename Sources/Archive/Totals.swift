// The sums that a front page shows.

public import Primitives

/// Everything so far, counted.
public struct Totals: Fielded, Hashable {
  public static let typeName = "Totals"
  public var height: UInt64 = 0
  public var time = Time()
  public var messages: UInt64 = 0
  public var refused: UInt64 = 0
  public var roads: UInt64 = 0
  /// Roads that are not over, by `RoadState`: the count at index i is of the state i.
  public var alive: [UInt64] = []
  public var runs: UInt64 = 0
  public var good: UInt64 = 0
  /// Seats of settled runs whose answer was found wrong and whose bond was lost.
  public var lies: UInt64 = 0
  public var games: UInt64 = 0
  public var openGames: UInt64 = 0
  /// Offers that are not withdrawn.
  public var offers: UInt64 = 0
  public var accounts: UInt64 = 0
  /// To providers, from settlements.
  public var paid: UInt64 = 0
  /// Bonds that were lost.
  public var slashed: UInt64 = 0
  /// What lies in escrows now, bonds included.
  public var escrow: UInt64 = 0

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("height", &height)
    try v("time", &time)
    try v("messages", &messages)
    try v("refused", &refused)
    try v("roads", &roads)
    try v("alive", &alive)
    try v("runs", &runs)
    try v("good", &good)
    try v("lies", &lies)
    try v("games", &games)
    try v("openGames", &openGames)
    try v("offers", &offers)
    try v("accounts", &accounts)
    try v("paid", &paid)
    try v("slashed", &slashed)
    try v("escrow", &escrow)
  }
}
