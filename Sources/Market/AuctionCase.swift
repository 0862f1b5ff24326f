// An auction as a file describes it, run by the same function as every award.

public import Primitives

/// One worked auction: bids as `[id, bid, weight, tiebreak]`, `k`, the limit as `reserve`.
public struct AuctionCase: Sendable {
  /// Who wins, the best first, and what each is paid; empty when too few bids are valid.
  public let winners: [NamedAmount]
  /// What the file expects; nil where it says nothing.
  public let expected: [NamedAmount]?

  /// The reason that stands in place of an award.
  public static let tooFew = "not enough valid bids"

  /// Reads and runs an auction; a malformed one is refused by the path to the field.
  public init(json: JSONValue) throws(Refusal) {
    let reader = try CaseReader(json)
    try reader.require(only: ["name", "bids", "k", "reserve", "winners", "payments", "reason"])
    var ids: [String] = []
    var bids: [ScoredBid] = []
    for (index, entry) in try reader.array("bids").enumerated() {
      let (id, bid) = try AuctionCase.bid(entry, path: "bids.\(index)")
      if ids.contains(id) { throw .duplicateField("bids.\(index).0") }
      ids.append(id)
      bids.append(bid)
    }
    guard let k = Int(exactly: try reader.number("k")), k > 0 else {
      throw .badField("k", wants: "count")
    }
    let award = Auction.run(bids: bids, k: k, limit: try reader.amount("reserve"))
    winners =
      award.map { award in
        zip(award.winners, award.payments).map { NamedAmount(ids[$0], $1) }
      } ?? []
    expected = reader.optional("winners") == nil ? nil : try AuctionCase.expectation(reader)
  }

  /// The auctions of a file: a list, an object with `scoring`, or one auction.
  public static func all(in json: JSONValue) throws(Refusal) -> [AuctionCase] {
    let list = json.array ?? json["scoring"]?.array ?? [json]
    var cases: [AuctionCase] = []
    for one in list { cases.append(try AuctionCase(json: one)) }
    return cases
  }

  /// Whether winners and payments are the expected ones; nil where none are expected.
  public var isMet: Bool? { expected.map { $0 == winners } }

  private static func bid(
    _ entry: JSONValue, path: String
  ) throws(Refusal) -> (String, ScoredBid) {
    guard let parts = entry.array, parts.count == 4 else {
      throw .badField(path, wants: "[id, bid, weight, tiebreak]")
    }
    guard let id = parts[0].string else { throw .badField(path + ".0", wants: "string") }
    var numbers: [UInt64] = []
    for index in 1..<4 {
      guard let number = parts[index].uint64 else {
        throw .badField("\(path).\(index)", wants: "uint64")
      }
      numbers.append(number)
    }
    let tie = Bytes32(words: 0, 0, 0, numbers[2])
    return (id, ScoredBid(bid: Amount(numbers[0]), weight: numbers[1], tie: tie))
  }

  private static func expectation(_ reader: CaseReader) throws(Refusal) -> [NamedAmount] {
    let names = try reader.array("winners")
    let sums = try reader.array("payments")
    guard names.count == sums.count else { throw .badField("payments", wants: "one a winner") }
    var list: [NamedAmount] = []
    for (index, name) in names.enumerated() {
      guard let id = name.string else { throw .badField("winners.\(index)", wants: "string") }
      guard let units = sums[index].uint64 else {
        throw .badField("payments.\(index)", wants: "uint64")
      }
      list.append(NamedAmount(id, Amount(units)))
    }
    return list
  }
}
