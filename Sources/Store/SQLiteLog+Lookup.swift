// Finding: receipts of an object, events for a filter, and all ids that begin alike.

import GRDB
public import Primitives

/// A settled run with the place of its receipt.
public struct StoredReceipt: Hashable, Sendable {
  public var height: UInt64
  /// Its place among the block's settled runs.
  public var position: Int
  public var item: LogItem
}

/// An event with the place it has in the feed.
public struct StoredEvent: Hashable, Sendable {
  public var height: UInt64
  public var position: Int
  public var item: LogItem
}

/// Which events a reader wants.
public struct EventFilter: Hashable, Sendable {
  /// Any of these names; empty: every name.
  public var names: [String]
  /// Any of these objects or padded accounts; empty: all.
  public var subjects: [Bytes32]

  public init(names: [String] = [], subjects: [Bytes32] = []) {
    self.names = names
    self.subjects = subjects
  }

  func accepts(_ item: LogItem) -> Bool {
    (names.isEmpty || names.contains(item.name))
      && (subjects.isEmpty || item.ids.contains { subjects.contains($0) })
  }
}

/// Events of whole blocks, and how far the search got.
public struct EventPage: Hashable, Sendable {
  public var events: [StoredEvent]
  /// Nothing up to this height is missing: the height to resume after. Nil: no block yet.
  public var through: UInt64?
}

/// An id that begins with what was typed, and where it was first met.
public struct IDMatch: Hashable, Sendable {
  /// Where an id stands in a block.
  public enum Source: Hashable, Sendable { case message, receipt, event }

  public var id: Bytes32
  public var source: Source
  /// Its place in the item's list of ids.
  public var slot: Int
  public var name: String
  public var height: UInt64
  public var position: Int
}

extension SQLiteLog {
  /// Blocks that one call looks through for events.
  public static let blocksPerPage = 256

  /// Receipts that name `id`: its run, lease or order. In the order of the log.
  public func receipts(
    of id: Bytes32, limit: Int = 1_000
  ) throws(StoreError) -> Reading<[StoredReceipt]> {
    try reading { db in
      var found: [StoredReceipt] = []
      var parts = PartReader(db, .receipt)
      for place in try SQLiteLog.places(db, stem: Stem.of(id), kind: .receipt, sieve) {
        let item = try parts.item(at: place)
        guard item.ids.contains(id) else { continue }
        found.append(
          StoredReceipt(height: place.height, position: place.position, item: item))
        if found.count == limit { break }
      }
      return found
    }
  }

  /// Events after `height` that `filter` lets through: those of whole blocks, until there are
  /// `limit` of them or a page of blocks was searched. Ask again after `through`.
  public func events(
    after height: UInt64?, filter: EventFilter = EventFilter(), limit: Int = 1_000
  ) throws(StoreError) -> Reading<EventPage> {
    let start = height.map { $0 == .max ? $0 : $0 + 1 } ?? 0
    return try reading { db in
      let candidates =
        filter.subjects.isEmpty
        ? try SQLiteLog.heights(db, from: start, limit: SQLiteLog.blocksPerPage)
        : try SQLiteLog.heights(db, from: start, mentioning: filter.subjects, sieve)
      var page = EventPage(events: [], through: height)
      for candidate in candidates {
        if page.events.count >= limit { return page }
        let items = try PartReader.all(db, .event, at: candidate)
        for (position, item) in items.enumerated() where filter.accepts(item) {
          page.events.append(StoredEvent(height: candidate, position: position, item: item))
        }
        page.through = candidate
      }
      if candidates.count < SQLiteLog.blocksPerPage {
        let head = try SQLiteLog.head(db)?.height
        page.through = [page.through, head].compactMap { $0 }.max()
      }
      return page
    }
  }

  /// Every id in the log that begins with `prefix`, by id; cut off after `limit` places.
  public func resolve(
    _ prefix: IDPrefix, limit: Int = 256
  ) throws(StoreError) -> Reading<[IDMatch]> {
    try reading { db in
      var matches: [IDMatch] = []
      var seen: Set<Bytes32> = []
      var caches = (PartReader(db, .message), PartReader(db, .receipt), PartReader(db, .event))
      for place in try SQLiteLog.places(db, stems: Stem.range(of: prefix), limit: limit) {
        let item: LogItem
        let source: IDMatch.Source
        switch place.kind {
        case .message: (item, source) = (try caches.0.item(at: place), .message)
        case .receipt: (item, source) = (try caches.1.item(at: place), .receipt)
        case .event: (item, source) = (try caches.2.item(at: place), .event)
        case .outcome: throw StoreError.corrupt(detail: "the index of block \(place.height)")
        }
        for (slot, id) in item.ids.enumerated()
        where prefix.matches(id) && seen.insert(id).inserted {
          matches.append(
            IDMatch(
              id: id, source: source, slot: slot, name: item.name, height: place.height,
              position: place.position))
        }
      }
      return matches.sorted { $0.id < $1.id }
    }
  }
}

// MARK: - The index

extension SQLiteLog {
  /// The places of one stem, in the order of the log: blocks do not share an era.
  static func places(
    _ db: Database, stem: Int64, kind: Place.Kind, _ sieve: EraSieve
  ) throws -> [Place] {
    let last = try LogSchema.number(db, "SELECT max(era) FROM era")
    let statement = try RawStatement(
      db, "SELECT place FROM mention WHERE era = ? AND stem = ? ORDER BY place")
    defer { statement.reset() }
    var places: [Place] = []
    for era in sieve.eras(of: stem, through: last) {
      try statement.bind(1, era)
      try statement.bind(2, stem)
      while try statement.step() {
        let place = Place(number: statement.number(0))
        if place.kind == kind { places.append(place) }
      }
      statement.reset()
    }
    return places
  }

  static func places(
    _ db: Database, stems: ClosedRange<Int64>, limit: Int
  ) throws -> [Place] {
    let statement = try RawStatement(
      db,
      "SELECT place FROM era CROSS JOIN mention USING (era) WHERE stem BETWEEN ? AND ? LIMIT ?")
    defer { statement.reset() }
    try statement.bind(1, stems.lowerBound)
    try statement.bind(2, stems.upperBound)
    try statement.bind(3, Int64(max(0, limit)))
    var places: [Place] = []
    while try statement.step() { places.append(Place(number: statement.number(0))) }
    return places.sorted()
  }

  /// At most a page of heights from `start` on which mention one of `subjects`, whether by an
  /// event or by something whose mention stands for the event's.
  static func heights(
    _ db: Database, from start: UInt64, mentioning subjects: [Bytes32], _ sieve: EraSieve
  ) throws -> [UInt64] {
    let bounds = try RawStatement(
      db, "SELECT coalesce((" + SQLiteLog.eraOfHeight + "), 0), (SELECT max(era) FROM era)")
    defer { bounds.reset() }
    try bounds.bind(1, min(start, UInt64(Int64.max)))
    guard try bounds.step() else { return [] }
    let statement = try RawStatement(
      db, "SELECT place FROM mention WHERE era = ? AND stem = ? AND place >= ? ORDER BY place")
    defer { statement.reset() }
    var heights: Set<UInt64> = []
    for subject in subjects {
      let stem = Stem.of(subject)
      // Eras follow each other as blocks do: those of this subject come in order.
      var own = 0
      var last: UInt64?
      search: for era in sieve.eras(of: stem, from: bounds.number(0), through: bounds.number(1)) {
        try statement.bind(1, era)
        try statement.bind(2, stem)
        try statement.bind(3, Place.start(of: start))
        while try statement.step() {
          let height = Place(number: statement.number(0)).height
          if height == last { continue }
          guard own < blocksPerPage else { break search }
          heights.insert(height)
          (last, own) = (height, own + 1)
        }
        statement.reset()
      }
      statement.reset()
    }
    return Array(heights.sorted().prefix(blocksPerPage))
  }
}
