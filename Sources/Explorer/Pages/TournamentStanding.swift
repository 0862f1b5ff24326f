// A tournament as it stands, read from its rows: for its pages, and for whoever sums it up.

public import Archive
import Arithmetic
public import Kernel
public import Primitives
public import Tournaments

/// A tournament with its board.
public struct TournamentStanding: Sendable {
  public var number: UInt64
  public var row: Tournament
  public var board: [Entry]
  public var sponsors: [Sponsorship]
  /// Market time, which its deadlines count.
  public var now: Time

  /// Reads a tournament; nil where there is none of that number.
  public init?(_ number: UInt64, in records: any Records, at now: Time) throws {
    guard let row = try Self.row(Tournament.self, records, "tournaments", number) else {
      return nil
    }
    self.number = number
    self.row = row
    self.now = now
    board = try (0..<row.entries).compactMap {
      try Self.row(Entry.self, records, "tournamentEntries", PlaceKey(number, $0))
    }
    sponsors = try (0..<row.sponsors).compactMap {
      try Self.row(Sponsorship.self, records, "tournamentSponsors", PlaceKey(number, $0))
    }
  }

  private static func row<Row: Fielded, Key: TableKey>(
    _ type: Row.Type, _ records: any Records, _ table: String, _ key: Key
  ) throws -> Row? {
    try records.row(table, key: key.keyBytes).value.map { try CBOR.decode(type, from: $0) }
  }
}

extension TournamentStanding {
  /// The payout factor as it would be now, in ppm: below one where stakes outgrow the purse.
  var factor: UInt64 {
    let terms = PayoutTerms(row)
    guard terms.atRisk > terms.threshold else { return 1_000_000 }
    return UInt64(clamping: (terms.threshold / terms.atRisk * Fixed64(1_000_000)).raw >> 64)
  }

  /// The truth once it is open.
  var truth: [Int] { row.source.values(in: row.truth, count: row.rules.values) ?? [] }

  func interval(of entry: Entry) -> CorrelationInterval? {
    guard row.state == .paid, entry.isRevealed else { return nil }
    return CorrelationInterval(
      billionths: (entry.isBelow ? -1 : 1) * Int(clamping: entry.score),
      count: Int(clamping: row.rules.values))
  }

  public var json: JSONValue {
    var members = Self.head(number, row)
    func id(_ digest: Bytes32) -> JSONValue { digest == .zero ? .null : .string("\(digest)") }
    members += [
      .init(name: "marketTime", value: .unsigned(now.milliseconds)),
      .init(name: "factor", value: .unsigned(factor)),
      .init(name: "run", value: id(row.run)), .init(name: "output", value: id(row.output)),
      .init(name: "truth", value: .array(truth.map { .integer(Int64($0)) })),
      .init(name: "rules", value: row.rules.json),
      .init(name: "source", value: row.source.json),
      .init(
        name: "board",
        value: .array(board.map { Self.line($0, interval(of: $0)) })),
      .init(
        name: "sponsors",
        value: .array(
          sponsors.map {
            [
              "account": .string($0.account.checksummed), "amount": .unsigned($0.amount.units),
            ]
          })),
    ]
    return .object(members)
  }

  private static func line(_ entry: Entry, _ interval: CorrelationInterval?) -> JSONValue {
    [
      "account": .string(entry.account.checksummed), "stake": .unsigned(entry.stake.units),
      "seal": .string("\(entry.seal)"), "entered": .unsigned(entry.entered.milliseconds),
      "revealed": .bool(entry.isRevealed),
      "forecast": .array(entry.forecast.map { .unsigned($0) }),
      "score": interval.map { .decimal($0.scoreText) } ?? .null,
      "interval": .array(
        interval.map { [.decimal($0.lowText), .decimal($0.highText)] } ?? []),
      "earned": .unsigned(entry.earned.units), "burnt": .unsigned(entry.burnt.units),
    ]
  }

  /// What lists and the tournament's own page say of it.
  static func head(_ number: UInt64, _ row: Tournament) -> [JSONValue.Member] {
    [
      .init(name: "number", value: .unsigned(number)),
      .init(name: "name", value: .string(row.name)),
      .init(name: "owner", value: .string(row.owner.checksummed)),
      .init(name: "state", value: .string("\(row.state)")),
      .init(name: "purse", value: .unsigned(row.purse.units)),
      .init(name: "entries", value: .unsigned(row.entries)),
      .init(name: "room", value: .unsigned(row.rules.entries)),
      .init(name: "staked", value: .unsigned(row.staked.units)),
      .init(name: "revealed", value: .unsigned(row.revealed)),
      .init(name: "closes", value: .unsigned(row.closes.milliseconds)),
      .init(name: "revealsBegin", value: .unsigned(row.revealsBegin.milliseconds)),
      .init(name: "revealsEnd", value: .unsigned(row.revealsEnd.milliseconds)),
      .init(name: "truthEnds", value: .unsigned(row.truthEnds.milliseconds)),
      .init(name: "paid", value: .unsigned(row.paid.units)),
      .init(name: "burnt", value: .unsigned(row.burnt.units)),
    ]
  }
}
