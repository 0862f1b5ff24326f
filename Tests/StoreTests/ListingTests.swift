// The lists as readers get them: the same lines that the projection makes, found by every filter.

import Archive
import Chain
import Kernel
import Market
import Primitives
import Simulator
import Testing

@testable import Store

@Suite("Listings")
struct ListingTests {
  @Test("every line is found by its id, and every list has exactly the lines that fit")
  func findsEverything() throws {
    let fixture = try ListingFixture()
    let seed = try fixture.seedWithDispute(from: 12)
    var walker = try Walker(seed: seed, cast: fixture.cast)
    var options = SQLiteListings.Options()
    options.batchBlocks = 7
    let lists = fixture.lists(options)
    // Read and written in turns, so that lines change across batches.
    for height in stride(from: UInt64(10), through: UInt64(ListingFixture.blocks), by: 20) {
      try fixture.walk(&walker, to: height)
      try fixture.catchUp(lists)
    }
    let expected = try WalkLines(fixture.log, fixture.cast.genesis)
    try compareLines(lists, expected)
    try compareLists(lists, expected)
    try compareFilters(lists, expected)
    #expect(expected.roads.count > 10)
    #expect(expected.games.count > 0)
    lists.close()
  }

  private func compareLines(_ lists: SQLiteListings, _ expected: WalkLines) throws {
    for (id, road) in expected.roads {
      #expect(try lists.road(id).value == road)
      #expect(try lists.moments(of: id) == expected.moments[id])
      if road.lease != .zero { #expect(try lists.road(of: road.lease).value == road) }
      // All of it in one reading, by either id.
      for object in [id, road.lease] where object != .zero {
        let lines = try #require(try lists.lines(of: object))
        #expect(lines.road == road)
        #expect(lines.moments == expected.moments[id])
        #expect(try lines.totals == lists.totals())
      }
    }
    for run in expected.runs {
      #expect(try lists.run(run.run).value == run)
      #expect(try lists.road(of: run.run).value?.id == run.road)
    }
    for (id, run) in expected.openRuns { #expect(try lists.road(of: id).value?.id == run.road) }
    for (id, game) in expected.games {
      #expect(try lists.game(id).value == game)
      #expect(try lists.road(of: id).value?.id == game.road)
      #expect(try lists.games(ofRun: game.run).contains(game))
    }
    for (id, offer) in expected.offers { #expect(try lists.offer(id).value == offer) }
    for (id, line) in expected.subjects { #expect(try lists.subject(id).value == line) }
    for (account, line) in expected.parties { #expect(try lists.party(account).value == line) }
    let nothing = Fixture.digest("nothing")
    #expect(try lists.road(nothing).value == nil)
    #expect(try lists.road(of: nothing).value == nil)
    #expect(try lists.lines(of: nothing)?.road == nil)
    #expect(try lists.moments(of: nothing).isEmpty)
    #expect(try lists.run(nothing).height == expected.progress.height)
  }

  private func compareLists(_ lists: SQLiteListings, _ expected: WalkLines) throws {
    var totals = try lists.totals()
    totals.escrow = 0
    #expect(totals == expected.progress.totals)
    let parties = try ListingFixture.all { try lists.parties(before: $0, limit: 3) }
    #expect(parties == expected.parties.values.sorted { $0.number > $1.number })
    let subjects = try ListingFixture.all { try lists.subjects(before: $0, limit: 1) }
    #expect(subjects == expected.subjects.values.sorted { $0.number > $1.number })
    let blocks = try ListingFixture.all { try lists.blocks(before: $0, limit: 7) }
    #expect(blocks == expected.blocks.reversed())
    let leaders = try lists.leaders(limit: 4)
    let served = expected.parties.values.filter { $0.served > 0 }
      .sorted { ($0.served, $0.number) > ($1.served, $1.number) }
    #expect(leaders == Array(served.prefix(4)))
  }

  private func compareFilters(_ lists: SQLiteListings, _ expected: WalkLines) throws {
    for filter in filters(expected) {
      let roads = try ListingFixture.all { try lists.roads(filter, before: $0, limit: 4) }
      #expect(
        roads
          == expected.roads.values.filter { road in
            (filter.buyer.map { $0 == road.buyer } ?? true)
              && (filter.provider.map { road.seats.contains($0) } ?? true)
              && (filter.subject.map { $0 == road.subject } ?? true)
              && (filter.check.map { $0 == road.check.kind } ?? true)
              && (filter.isAlive.map { $0 == (road.state != .over) } ?? true)
          }.sorted { $0.number > $1.number }, "\(filter)")
      let runs = try ListingFixture.all { try lists.runs(filter, before: $0, limit: 4) }
      #expect(
        runs
          == expected.runs.filter { run in
            (filter.buyer.map { $0 == run.buyer } ?? true)
              && (filter.provider.map { run.providers.contains($0) } ?? true)
              && (filter.subject.map { $0 == run.subject } ?? true)
              && (filter.check.map { $0 == run.check.kind } ?? true)
          }.reversed(), "\(filter)")
      let games = try ListingFixture.all { try lists.games(filter, before: $0, limit: 4) }
      #expect(
        games
          == expected.games.values.filter { game in
            (filter.buyer.map { $0 == game.challenger } ?? true)
              && (filter.provider.map { game.defenders.contains($0) } ?? true)
              && (filter.subject.map { $0 == expected.roads[game.road]?.subject } ?? true)
              && (filter.check.map { $0 == expected.roads[game.road]?.check.kind } ?? true)
              && (filter.isAlive.map { $0 == (game.state == .open) } ?? true)
          }.sorted { $0.number > $1.number }, "\(filter)")
      let offers = try ListingFixture.all { try lists.offers(filter, before: $0, limit: 4) }
      #expect(
        offers
          == expected.offers.values.filter { offer in
            (filter.provider.map { $0 == offer.provider } ?? true)
              && (filter.subject.map { $0 == offer.subject } ?? true)
              && (filter.check.map { $0 == offer.check.kind } ?? true)
              && (filter.isAlive.map { $0 == !offer.isWithdrawn } ?? true)
          }.sorted { $0.number > $1.number }, "\(filter)")
    }
  }

  /// Each field alone, and several together.
  private func filters(_ expected: WalkLines) -> [ListFilter] {
    let people = Array(expected.parties.keys.sorted().prefix(6))
    let subjects: [Bytes32?] = expected.subjects.keys.sorted().map { $0 } + [nil]
    var filters = [ListFilter(), ListFilter(isAlive: true), ListFilter(isAlive: false)]
    for check in ["open", "replicated", "disputable"] {
      filters.append(ListFilter(check: check))
      filters.append(ListFilter(check: check, isAlive: true))
    }
    for (place, person) in people.enumerated() {
      filters.append(ListFilter(buyer: person))
      filters.append(ListFilter(provider: person))
      let other = people[(place + 1) % people.count]
      filters.append(ListFilter(buyer: person, provider: other))
      filters.append(ListFilter(provider: person, subject: subjects[0], check: "open"))
    }
    for subject in subjects {
      filters.append(ListFilter(subject: subject, isAlive: false))
      filters.append(ListFilter(subject: subject, check: "disputable"))
    }
    filters.append(ListFilter(buyer: Fixture.address("nobody")))
    filters.append(ListFilter(subject: Fixture.digest("nothing")))
    filters.append(ListFilter(check: "no such check"))
    return filters
  }

  @Test("what lies in escrows is the sum over the rows of the state")
  func sumsEscrows() throws {
    let fixture = try ListingFixture()
    var walker = try Walker(seed: 9, cast: fixture.cast)
    try fixture.walk(&walker, to: 40)
    let lists = fixture.lists()
    try fixture.catchUp(lists)
    var sum: UInt64 = 0
    walker.state.kernel.ledger.forEachBalance { holder, asset, amount in
      if case .escrow = holder, asset == .dollar { sum += amount.units }
    }
    #expect(sum > 0)
    #expect(try lists.totals().escrow == sum)
    lists.close()
  }

  @Test("no statement reads through a table or sorts what it found")
  func findsByIndex() throws {
    let folder = TemporaryFolder()
    let connection = try ListingConnection(path: folder.path + "/lists", isWriter: true)
    try connection.execute(ListingSchema.tables)
    var searches = 0
    for query in ListingQuery.allCases {
      for line in try connection.plan(of: query) {
        #expect(!line.contains("SCAN"), "\(query): \(line)")
        #expect(!line.contains("TEMP B-TREE"), "\(query): \(line)")
        if line.contains("SEARCH") { searches += 1 }
      }
    }
    #expect(searches > 40)
    // The filters have an index each.
    for table in ListingTable.allCases {
      for (index, name) in [(ListingIndex.party, "Party"), (.subject, "Subject"), (.kind, "Kind")] {
        let plan = try connection.plan(of: .list(table, index)).joined()
        #expect(plan.contains("USING INDEX \(table.rawValue)\(name)"), "\(plan)")
      }
    }
    connection.close()
  }
}
