// Reading what somebody else knows the place of: the lists name heights and positions, and with
// them nothing has to be searched for.

public import Archive
import GRDB
public import Primitives

extension SQLiteLog {
  /// The era that the mentions of height `?1` are in.
  static let eraOfHeight = "SELECT era FROM era WHERE first <= ?1 ORDER BY first DESC LIMIT 1"

  /// The header of a height with its id; nil where there is no such block.
  public func head(at height: UInt64) throws(StoreError) -> Reading<BlockHead?> {
    try reading { db in
      guard height <= UInt64(Int64.max) else { return nil }
      let statement = try RawStatement(db, SQLiteLog.headColumns + " WHERE height = ?")
      defer { statement.reset() }
      try statement.bind(1, height)
      return try statement.step() ? try SQLiteLog.readHead(statement) : nil
    }
  }

  /// The message of that id, if the block of that height holds it.
  public func message(
    _ id: Bytes32, at height: UInt64
  ) throws(StoreError) -> Reading<StoredMessage?> {
    try reading { try SQLiteLog.message($0, id, at: height) }
  }

  /// Receipts that name `id` in the blocks of these heights, in the order of the log.
  public func receipts(
    of id: Bytes32, at heights: [UInt64], limit: Int = 1_000
  ) throws(StoreError) -> Reading<[StoredReceipt]> {
    try reading { try SQLiteLog.receipts($0, of: id, at: heights, limit: limit) }
  }

  /// The events at these places, in their order; a place that has none is left out.
  public func events(at places: [RecordedPlace]) throws(StoreError) -> Reading<[StoredEvent]> {
    try reading { try SQLiteLog.events($0, at: places) }
  }

  private static func message(
    _ db: Database, _ id: Bytes32, at height: UInt64
  ) throws -> StoredMessage? {
    try message(db, id, among: places(db, stem: Stem.of(id), kind: .message, at: height))
  }

  private static func receipts(
    _ db: Database, of id: Bytes32, at heights: [UInt64], limit: Int
  ) throws -> [StoredReceipt] {
    var found: [StoredReceipt] = []
    var parts = PartReader(db, .receipt)
    for height in heights {
      for place in try places(db, stem: Stem.of(id), kind: .receipt, at: height) {
        guard found.count < limit else { return found }
        let item = try parts.item(at: place)
        guard item.ids.contains(id) else { continue }
        found.append(StoredReceipt(height: place.height, position: place.position, item: item))
      }
    }
    return found
  }

  private static func events(_ db: Database, at places: [RecordedPlace]) throws -> [StoredEvent] {
    var found: [StoredEvent] = []
    found.reserveCapacity(places.count)
    var parts = PartReader(db, .event)
    for place in places
    where place.position < UInt64(Place.positionLimit) && place.height < 1 << 41 {
      let own = Place(height: place.height, kind: .event, position: Int(place.position))
      guard let item = try parts.find(own) else { continue }
      found.append(StoredEvent(height: own.height, position: own.position, item: item))
    }
    return found
  }

  /// The places of one stem in one block.
  static func places(
    _ db: Database, stem: Int64, kind: Place.Kind, at height: UInt64
  ) throws -> [Place] {
    guard height < 1 << 41 else { return [] }
    let statement = try RawStatement(
      db,
      "SELECT place FROM mention WHERE era = (" + SQLiteLog.eraOfHeight + ")"
        + " AND stem = ?2 AND place BETWEEN ?3 AND ?4 ORDER BY place")
    defer { statement.reset() }
    let range = Place.all(of: kind, at: height)
    try statement.bind(1, height)
    try statement.bind(2, stem)
    try statement.bind(3, range.lowerBound)
    try statement.bind(4, range.upperBound)
    var places: [Place] = []
    while try statement.step() { places.append(Place(number: statement.number(0))) }
    return places
  }
}
