// Writes what blocks changed of the lists, within the transaction of a batch.

import Archive
import Market
import Primitives

struct ListingWriter {
  let connection: ListingConnection
  let changes: LineChanges
  /// How far the file had come before: a line with a greater number is new.
  let before: Progress
  private let source: ListingSource
  private var parties: [Address: UInt64] = [:]
  private var subjects: [Bytes32: UInt64] = [:]

  init(_ connection: ListingConnection, _ changes: LineChanges, after before: Progress) {
    self.connection = connection
    self.changes = changes
    self.before = before
    source = ListingSource(connection: connection)
  }

  mutating func write(_ progress: Progress) throws {
    try writeParties()
    try writeSubjects()
    try writeRoads()
    try writeRuns()
    try writeGames()
    try writeOffers()
    try writeMoments()
    try writeTrades()
    let block = try connection(.addBlock)
    for line in changes.blocks {
      try block.bind(1, line.height)
      try block.bind(2, ListingBody.seal(line))
      try block.run()
    }
    let put = try connection(.putProgress)
    try put.bind(1, progress.height)
    try put.bind(2, ListingBody.seal(progress))
    try put.run()
  }

  // MARK: - Numbers

  /// The number of an account's line; 0, which no line has, where it has none.
  private mutating func number(of account: Address) throws -> UInt64 {
    if let known = parties[account] { return known }
    let number =
      try changes.parties[account]?.number ?? source.party(account)?.number ?? 0
    parties[account] = number
    return number
  }

  private mutating func number(ofSubject id: Bytes32) throws -> UInt64 {
    if let known = subjects[id] { return known }
    let number = try changes.subjects[id]?.number ?? source.subject(id)?.number ?? 0
    subjects[id] = number
    return number
  }

  /// The code of a check; 0 where its name cannot be entered.
  private func kind(_ check: CheckTerms) throws -> Int64 { try connection.enter(check.kind) ?? 0 }

  // MARK: - Lines

  private func writeParties() throws {
    let (add, change) = (try connection(.addParty), try connection(.changeParty))
    for line in changes.parties.lines {
      if line.number > before.totals.accounts {
        try add.bind(1, line.number)
        try add.bind(2, Stem.of(line.account.padded))
        try add.bind(3, line.served)
        try add.bind(4, ListingBody.seal(line))
        try add.run()
      } else {
        try change.bind(1, line.number)
        try change.bind(2, line.served)
        try change.bind(3, ListingBody.seal(line))
        try change.run()
      }
    }
  }

  private func writeSubjects() throws {
    let (add, change) = (try connection(.addSubject), try connection(.changeSubject))
    for line in changes.subjects.lines {
      if line.number > before.subjects {
        try add.bind(1, line.number)
        try add.bind(2, Stem.of(line.subject))
        try add.bind(3, ListingBody.seal(line))
        try add.run()
      } else {
        try change.bind(1, line.number)
        try change.bind(2, ListingBody.seal(line))
        try change.run()
      }
    }
  }

  private mutating func writeRoads() throws {
    let (add, change) = (try connection(.addRoad), try connection(.changeRoad))
    for line in changes.roads.lines {
      let statement = line.number > before.totals.roads ? add : change
      let alive: Int64 = line.state == .over ? 0 : 1
      try statement.bind(1, line.number)
      if statement === change {
        try bind(lease: line, 2, change)
        try change.bind(3, alive)
        try change.bind(4, ListingBody.seal(line))
      } else {
        try add.bind(2, Stem.of(line.id))
        try bind(lease: line, 3, add)
        try add.bind(4, try number(of: line.buyer))
        try add.bind(5, try number(ofSubject: line.subject))
        try add.bind(6, try kind(line.check))
        try add.bind(7, alive)
        try add.bind(8, ListingBody.seal(line))
      }
      try statement.run()
    }
    let (sit, rise) = (try connection(.addSeat(.road)), try connection(.dropSeat(.road)))
    for seating in changes.seatings {
      let statement = seating.isSeated ? sit : rise
      try statement.bind(1, try number(of: seating.provider))
      try statement.bind(2, seating.road)
      try statement.run()
    }
  }

  private func bind(lease line: Road, _ index: Int32, _ statement: ListingStatement) throws {
    if line.lease == .zero {
      try statement.bindNull(index)
    } else {
      try statement.bind(index, Stem.of(line.lease))
    }
  }

  private mutating func writeRuns() throws {
    let (add, sit) = (try connection(.addRun), try connection(.addSeat(.run)))
    for line in changes.runs {
      try add.bind(1, line.number)
      try add.bind(2, Stem.of(line.run))
      try add.bind(3, try number(of: line.buyer))
      try add.bind(4, try number(ofSubject: line.subject))
      try add.bind(5, try kind(line.check))
      try add.bind(6, ListingBody.seal(line))
      try add.run()
      for provider in line.providers {
        try sit.bind(1, try number(of: provider))
        try sit.bind(2, line.number)
        try sit.run()
      }
    }
    let (put, drop) = (try connection(.putOpenRun), try connection(.dropOpenRun))
    for (key, line) in zip(changes.openRuns.keys, changes.openRuns.lines) {
      if let line {
        try put.bind(1, key.bytes)
        try put.bind(2, ListingBody.seal(line))
        try put.run()
      } else {
        try drop.bind(1, key.bytes)
        try drop.run()
      }
    }
  }

  private mutating func writeGames() throws {
    let (add, change) = (try connection(.addGame), try connection(.changeGame))
    let sit = try connection(.addSeat(.game))
    for line in changes.games.lines {
      let alive: Int64 = line.state == .open ? 1 : 0
      guard line.number > before.totals.games else {
        try change.bind(1, line.number)
        try change.bind(2, alive)
        try change.bind(3, ListingBody.seal(line))
        try change.run()
        continue
      }
      let road = try changes.roads[line.road] ?? source.road(line.road) ?? Road()
      try add.bind(1, line.number)
      try add.bind(2, Stem.of(line.game))
      try add.bind(3, Stem.of(line.run))
      try add.bind(4, try number(of: line.challenger))
      try add.bind(5, try number(ofSubject: road.subject))
      try add.bind(6, try kind(road.check))
      try add.bind(7, alive)
      try add.bind(8, ListingBody.seal(line))
      try add.run()
      for defender in line.defenders {
        try sit.bind(1, try number(of: defender))
        try sit.bind(2, line.number)
        try sit.run()
      }
    }
  }

  private mutating func writeOffers() throws {
    let (add, change) = (try connection(.addOffer), try connection(.changeOffer))
    for line in changes.offers.lines {
      let alive: Int64 = line.isWithdrawn ? 0 : 1
      guard line.number > before.postedOffers else {
        try change.bind(1, line.number)
        try change.bind(2, alive)
        try change.bind(3, ListingBody.seal(line))
        try change.run()
        continue
      }
      try add.bind(1, line.number)
      try add.bind(2, Stem.of(line.offer))
      try add.bind(3, try number(of: line.provider))
      try add.bind(4, try number(ofSubject: line.subject))
      try add.bind(5, try kind(line.check))
      try add.bind(6, alive)
      try add.bind(7, ListingBody.seal(line))
      try add.run()
    }
  }

  private func writeTrades() throws {
    let put = try connection(.putTrade)
    for (key, paid) in zip(changes.trades.keys, changes.trades.lines) {
      try put.bind(1, key.provider)
      try put.bind(2, key.buyer)
      try put.bind(3, paid)
      try put.run()
    }
  }

  // MARK: - Moments

  private mutating func writeMoments() throws {
    var added: [Bytes32: [RoadMoment]] = [:]
    var order: [Bytes32] = []
    for moment in changes.moments {
      if added[moment.road] == nil { order.append(moment.road) }
      added[moment.road, default: []].append(moment)
    }
    for id in order {
      guard let road = try changes.roads[id] ?? source.road(id) else {
        throw StoreError.corrupt(detail: "the moments of no road")
      }
      try append(added[id] ?? [], to: road)
    }
  }

  private mutating func append(_ moments: [RoadMoment], to road: Road) throws {
    var (number, page) = (Int64(0), MomentPage())
    if road.number <= before.totals.roads {
      let last = try connection(.lastMoments)
      defer { last.reset() }
      try last.bind(1, road.number)
      try last.bind(2, Int64(1))
      if try last.step() {
        number = last.number(0)
        page = try MomentPage(ListingBody.open(last.bytes(1)))
      }
    }
    for moment in moments {
      if page.entries.count == MomentPage.capacity {
        try put(page, number, road)
        number += 1
        page = MomentPage()
      }
      page.entries.append(try entry(moment, road))
    }
    try put(page, number, road)
  }

  private func put(_ page: MomentPage, _ number: Int64, _ road: Road) throws {
    let put = try connection(.putMoments)
    try put.bind(1, road.number)
    try put.bind(2, number)
    try put.bind(3, ListingBody.seal(page.encoded))
    try put.run()
  }

  private mutating func entry(_ one: RoadMoment, _ road: Road) throws -> MomentPage.Entry {
    let moment = one.moment
    let event = moment.event
    var entry = MomentPage.Entry()
    (entry.code, entry.name) = try code(of: event.name)
    entry.height = moment.height
    entry.position = moment.position
    entry.time = moment.time.milliseconds
    entry.subject = subject(event.subject, one.run, road)
    entry.parties = try event.parties.map { account in
      if account == .zero { return .nobody }
      let number = try number(of: account)
      return number == 0 ? .other(account) : .known(number)
    }
    entry.isWhole = moment.isWhole
    guard moment.isWhole else { return entry }
    if event.order != .zero { entry.order = subject(event.order, one.run, road) }
    if event.lease != .zero { entry.lease = subject(event.lease, one.run, road) }
    entry.objects = event.objects.map { subject($0, one.run, road) }
    entry.numbers = try event.numbers.map {
      let (code, name) = try code(of: $0.name)
      return MomentPage.Count(code: code, name: name, value: $0.value)
    }
    return entry
  }

  /// The code of a name; a name that has none is kept itself.
  private func code(of name: String) throws -> (code: UInt64, name: String) {
    if let code = try connection.enter(name) { return (UInt64(code), "") }
    return (0, name)
  }

  private func subject(_ id: Bytes32, _ run: UInt64?, _ road: Road) -> MomentPage.Subject {
    switch id {
    // What the road does not have yet, it may have later.
    case .zero: return .other(id)
    case road.id: return .road
    case road.lease: return .lease
    case road.offer: return .offer
    default:
      if let run, RunID.of(LeaseID(road.lease), index: run).digest == id { return .run(run) }
      return .other(id)
    }
  }
}
