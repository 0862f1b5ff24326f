// A node's records and lists in memory, for pages without a node.

import Archive
import Chain
import Kernel
import Market
import Primitives

/// The log and the rows as they were put in.
struct MemoryRecords: Records {
  var height: UInt64 = 0
  var tables: [String: [[UInt8]: [UInt8]]] = [:]
  var log: [RecordedMessage] = []
  var blocks: [RecordedBlock] = []
  var settledRuns: [RecordedRun] = [] {
    didSet {
      for entry in settledRuns.dropFirst(decodedRuns.count) {
        decodedRuns.append((try? CBOR.decode(SettledRun.self, from: entry.bytes)) ?? SettledRun())
      }
    }
  }
  var recordedEvents: [RecordedEvent] = [] {
    didSet {
      for entry in recordedEvents.dropFirst(decodedEvents.count) {
        decodedEvents.append((try? CBOR.decode(Event.self, from: entry.bytes)) ?? Event())
      }
    }
  }
  var receipts: [Bytes32: [UInt8]] = [:]
  /// The same as decoded: a crawl asks for them a thousand times.
  private var decodedRuns: [SettledRun] = []
  private var decodedEvents: [Event] = []
  /// Of the network, for receipts that are made when they are asked for.
  var genesis = Genesis()

  mutating func put<Key: TableKey, Row: Fielded>(_ table: String, _ key: Key, _ row: Row) {
    tables[table, default: [:]][key.keyBytes] = row.encoded
  }

  func row(_ table: String, key: [UInt8]) throws -> AsOf<[UInt8]?> {
    AsOf(tables[table]?[key], height: height)
  }

  func rows(_ table: String, after: [UInt8]?, limit: Int) throws -> AsOf<[RecordedRow]> {
    let all = (tables[table] ?? [:]).sorted { $0.key.lexicographicallyPrecedes($1.key) }
    let rest = all.filter { pair in after.map { $0.lexicographicallyPrecedes(pair.key) } ?? true }
    return AsOf(
      rest.prefix(limit).map { RecordedRow(key: $0.key, row: $0.value) }, height: height)
  }

  func message(_ id: Bytes32) throws -> AsOf<RecordedMessage?> {
    AsOf(log.first { $0.id == id }, height: height)
  }

  func block(_ height: UInt64) throws -> AsOf<RecordedBlock?> {
    AsOf(blocks.first { $0.height == height }, height: self.height)
  }

  func messages(at height: UInt64) throws -> [RecordedMessage] {
    log.filter { $0.height == height }
  }

  func settled(_ id: Bytes32) throws -> AsOf<[RecordedRun]> {
    let found = zip(settledRuns, decodedRuns).filter { _, run in
      run.run.digest == id || run.lease.digest == id || run.order == id
    }
    return AsOf(found.map(\.0), height: height)
  }

  func events(
    after height: UInt64?, _ filter: EventsFilter, limit: Int
  ) throws -> AsOf<EventsPage> {
    var found: [RecordedEvent] = []
    for (entry, event) in zip(recordedEvents, decodedEvents)
    where height.map({ entry.height > $0 }) ?? true {
      let named = [event.subject, event.order, event.lease] + event.objects
      let all = named + event.parties.map(\.padded)
      guard filter.names.isEmpty || filter.names.contains(event.name) else { continue }
      guard filter.subjects.isEmpty || all.contains(where: filter.subjects.contains) else {
        continue
      }
      if found.count >= limit, found.last?.height != entry.height {
        return AsOf(
          EventsPage(events: found, through: found.last?.height ?? 0), height: self.height)
      }
      found.append(entry)
    }
    return AsOf(EventsPage(events: found, through: self.height), height: self.height)
  }

  func resolve(_ stem: IDStem, limit: Int) throws -> [Bytes32] {
    var found: [Bytes32] = []
    let ids =
      log.map(\.id) + decodedRuns.flatMap { [$0.run.digest, $0.lease.digest] }
      + decodedEvents.flatMap { [$0.subject, $0.lease] + $0.objects }
    for id in ids where id != .zero && stem.matches(id) && !found.contains(id) { found.append(id) }
    return Array(found.sorted().prefix(limit))
  }

  func receipt(_ id: Bytes32) throws -> AsOf<[UInt8]?> {
    AsOf(try receipts[id] ?? madeReceipt(id), height: height)
  }

  /// A receipt as a node makes it, from the block that settled the run.
  private func madeReceipt(_ id: Bytes32) throws -> [UInt8]? {
    for stored in blocks {
      let runs = try stored.settled.map { try CBOR.decode(SettledRun.self, from: $0) }
      guard let index = runs.firstIndex(where: { $0.run.digest == id }) else { continue }
      var block = Block()
      block.header = try CBOR.decode(Header.self, from: stored.header)
      block.signature = stored.signature
      block.results.outcomes = stored.outcomes
      block.results.settled = runs
      return try? Receipt(of: index, in: block, genesis: genesis) { id throws(Refusal) in
        guard let found = log.first(where: { $0.id == id }) else { return nil }
        return try CBOR.decode(SignedMessage.self, from: found.bytes)
      }.bytes
    }
    return nil
  }
}

/// Lists as they were put in: oldest first, numbered from 1.
struct MemoryListings: Listings {
  var sums = Totals()
  var allRoads: [Road] = []
  var allMoments: [Bytes32: [Moment]] = [:]
  var allRuns: [RunLine] = []
  var allGames: [GameLine] = []
  var allOffers: [OfferLine] = []
  var allSubjects: [SubjectLine] = []
  var allParties: [PartyLine] = []
  var allBlocks: [BlockLine] = []

  private func page<Line: Sendable>(
    _ lines: [Line], _ number: (Line) -> UInt64, before: UInt64?, limit: Int,
    _ fits: (Line) -> Bool = { _ in true }
  ) -> Listed<Line> {
    let all = lines.reversed().filter { line in
      (before.map { number(line) < $0 } ?? true) && fits(line)
    }
    let shown = Array(all.prefix(limit))
    return Listed(
      shown, next: all.count > limit ? shown.last.map(number) : nil, height: sums.height)
  }

  func totals() throws -> Totals { sums }

  func road(_ id: Bytes32) throws -> AsOf<Road?> {
    AsOf(allRoads.first { $0.id == id }, height: sums.height)
  }

  func road(of object: Bytes32) throws -> AsOf<Road?> {
    let game = allGames.first { $0.game == object }?.road
    let found = allRoads.first { road in
      guard road.id != object, road.id != game else { return true }
      guard road.lease != .zero else { return false }
      let runs = (0..<road.started).map { RunID.of(LeaseID(road.lease), index: $0).digest }
      return road.lease == object || runs.contains(object)
    }
    return AsOf(found, height: sums.height)
  }

  func moments(of road: Bytes32) throws -> [Moment] { allMoments[road] ?? [] }

  func roads(_ filter: ListFilter, before: UInt64?, limit: Int) throws -> Listed<Road> {
    page(allRoads, \.number, before: before, limit: limit) { road in
      (filter.buyer.map { $0 == road.buyer } ?? true)
        && (filter.provider.map(road.seats.contains) ?? true)
        && (filter.subject.map { $0 == road.subject } ?? true)
        && (filter.check.map { $0 == road.check.kind } ?? true)
        && (filter.isAlive.map { $0 == (road.state != .over) } ?? true)
    }
  }

  func runs(_ filter: ListFilter, before: UInt64?, limit: Int) throws -> Listed<RunLine> {
    page(allRuns, \.number, before: before, limit: limit) { run in
      (filter.buyer.map { $0 == run.buyer } ?? true)
        && (filter.provider.map(run.providers.contains) ?? true)
        && (filter.subject.map { $0 == run.subject } ?? true)
        && (filter.check.map { $0 == run.check.kind } ?? true)
    }
  }

  func run(_ id: Bytes32) throws -> AsOf<RunLine?> {
    AsOf(allRuns.first { $0.run == id }, height: sums.height)
  }

  func games(_ filter: ListFilter, before: UInt64?, limit: Int) throws -> Listed<GameLine> {
    page(allGames, \.number, before: before, limit: limit) { game in
      (filter.buyer.map { $0 == game.challenger } ?? true)
        && (filter.provider.map(game.defenders.contains) ?? true)
        && (filter.isAlive.map { $0 == (game.state == .open) } ?? true)
    }
  }

  func games(ofRun run: Bytes32) throws -> [GameLine] { allGames.filter { $0.run == run } }

  func game(_ id: Bytes32) throws -> AsOf<GameLine?> {
    AsOf(allGames.first { $0.game == id }, height: sums.height)
  }

  func offers(_ filter: ListFilter, before: UInt64?, limit: Int) throws -> Listed<OfferLine> {
    page(allOffers, \.number, before: before, limit: limit) { offer in
      (filter.provider.map { $0 == offer.provider } ?? true)
        && (filter.subject.map { $0 == offer.subject } ?? true)
        && (filter.check.map { $0 == offer.check.kind } ?? true)
        && (filter.isAlive.map { $0 != offer.isWithdrawn } ?? true)
    }
  }

  func offer(_ id: Bytes32) throws -> AsOf<OfferLine?> {
    AsOf(allOffers.first { $0.offer == id }, height: sums.height)
  }

  func subjects(before: UInt64?, limit: Int) throws -> Listed<SubjectLine> {
    page(allSubjects, \.number, before: before, limit: limit)
  }

  func subject(_ id: Bytes32) throws -> AsOf<SubjectLine?> {
    AsOf(allSubjects.first { $0.subject == id }, height: sums.height)
  }

  func parties(before: UInt64?, limit: Int) throws -> Listed<PartyLine> {
    page(allParties, \.number, before: before, limit: limit)
  }

  func leaders(limit: Int) throws -> [PartyLine] {
    Array(
      allParties.filter { $0.served > 0 }
        .sorted { ($1.served, $0.number) < ($0.served, $1.number) }.prefix(limit))
  }

  func party(_ account: Address) throws -> AsOf<PartyLine?> {
    AsOf(allParties.first { $0.account == account }, height: sums.height)
  }

  func blocks(before: UInt64?, limit: Int) throws -> Listed<BlockLine> {
    page(allBlocks, \.height, before: before, limit: limit)
  }
}
