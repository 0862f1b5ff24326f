// More of something than anybody should read at once: every reading has an end.

import Archive
import Chain
import Kernel
import Market
import Primitives
import Testing

@testable import Store

@Suite("Bounds of listings")
struct ListingBoundTests {
  let fixture: ListingFixture
  let lists: SQLiteListings

  init() throws {
    fixture = try ListingFixture()
    lists = fixture.lists()
  }

  private func append(_ blocks: [CommittedBlock]) throws {
    for block in blocks { try fixture.log.append(block) }
  }

  @Test("a road of thousands of runs shows its last moments, in order")
  func manyRuns() throws {
    var script = ListingScript(network: fixture.cast.genesis.network)
    let runs: UInt64 = 3_000
    let road = ScriptedRoad(&script, runs: runs)
    try append(road.beginning)
    for index in stride(from: UInt64(0), to: runs, by: 500) {
      var settled: [SettledRun] = []
      var events: [Event] = []
      for run in index..<(index + 500) {
        if run > 0 { events.append(road.start(run)) }
        let (record, event) = road.settle(run)
        settled.append(record)
        events.append(event)
      }
      try append([script.block(settled: settled, events: events)])
    }
    try fixture.catchUp(lists)
    let line = try #require(try lists.road(road.id).value)
    #expect(line.settled == runs)
    #expect(line.paid == 990 * runs)
    let moments = try lists.moments(of: road.id)
    #expect(moments.count <= SQLiteListings.momentPages * MomentPage.capacity)
    #expect(moments.count > 1_900)
    let last = RunID.of(road.lease, index: runs - 1).digest
    #expect(moments.last?.subject == last)
    #expect(moments.last?.name == "runSettled")
    #expect(moments.last?.party == road.buyer)
    for (one, next) in zip(moments, moments.dropFirst()) {
      #expect((one.height, one.position) < (next.height, next.position))
    }
    // A moment of a run takes some twenty bytes.
    let connection = try #require(lists.writer.withLock { $0.connection })
    let bytes = try connection.number("SELECT sum(length(body)) FROM moment")
    #expect(bytes < 24 * Int64(2 * runs), "\(bytes)")
    let page = try lists.runs(ListFilter(), before: nil, limit: 1_000_000)
    #expect(page.lines.count == SQLiteListings.longestPage)
    #expect(page.next != nil)
    lists.close()
  }

  @Test("ten thousand games on a run are shown in part, and all of them stop with it")
  func manyGames() throws {
    var script = ListingScript(network: fixture.cast.genesis.network)
    let road = ScriptedRoad(&script, runs: 1)
    try append(road.beginning)
    let (evidence, submitted) = road.submit(0, &script)
    try append([script.block([evidence], events: [submitted])])
    for begin in stride(from: 0, to: 10_000, by: 2_500) {
      let made = (begin..<begin + 2_500).map { road.challenge($0, &script) }
      try append([script.block(made.map(\.0), events: made.map(\.1))])
    }
    try fixture.catchUp(lists)
    let run = RunID.of(road.lease, index: 0).digest
    #expect(try lists.totals().openGames == 10_000)
    #expect(try lists.games(ofRun: run).count == SQLiteListings.gamesOfRun)
    #expect(try lists.games(ofRun: run).first?.defenders == [road.provider])
    let open = try lists.games(ListFilter(isAlive: true), before: nil, limit: 50)
    #expect(open.lines.count == 50)
    // Nothing fits: the page is empty, and says where to go on.
    let over = try lists.games(ListFilter(isAlive: false), before: nil, limit: 50)
    #expect(over.lines.isEmpty)
    #expect(over.next == 10_000 - UInt64(SQLiteListings.mostLooked) + 1)
    let (record, settled) = road.settle(0)
    let ended = Event(
      "leaseServed", subject: road.lease.digest, lease: road.lease.digest, parties: [road.buyer])
    try append([script.block(settled: [record], events: [settled, ended])])
    try fixture.catchUp(lists)
    #expect(try lists.totals().openGames == 0)
    #expect(try lists.games(ofRun: run).allSatisfy { $0.state == .stopped })
    #expect(try lists.road(road.id).value?.ending == "leaseServed")
    lists.close()
  }

  @Test("names that nobody expects fill neither memory nor the dictionary")
  func hostileNames() throws {
    var script = ListingScript(network: fixture.cast.genesis.network)
    let road = ScriptedRoad(&script, runs: 1)
    try append(road.beginning)
    let fixed = [
      "", "a\u{0}b", "'; DROP TABLE road; --", "\u{202e}<script>",
      String(repeating: "x", count: 64),
    ]
    let many = (0..<2_000).map { "name \($0)" }
    let events = (fixed + many).map {
      Event($0, subject: road.id, lease: road.lease.digest, parties: [road.buyer])
    }
    try append([script.block(events: events)])
    try append([
      script.block(events: [
        Event(String(repeating: "long", count: 20_000), lease: road.lease.digest)
      ])
    ])
    try fixture.catchUp(lists)
    let moments = try lists.moments(of: road.id)
    #expect(moments.suffix(many.count + 1).dropLast().map(\.name) == many)
    #expect(moments.last?.name.utf8.count == 255)
    #expect(try lists.road(road.id).value?.state == .running)
    let connection = try #require(lists.writer.withLock { $0.connection })
    let words = try connection.number("SELECT count(*) FROM word")
    #expect(words <= ListingConnection.mostWords)
    lists.close()
  }

  @Test("an event that is longer than any of the ledger's is left to the log")
  func longEvents() throws {
    var script = ListingScript(network: fixture.cast.genesis.network)
    let road = ScriptedRoad(&script, runs: 1)
    try append(road.beginning)
    let own = Event(
      "auctionHeld", subject: road.id, order: road.id, lease: road.lease.digest,
      parties: [road.buyer, .zero], objects: [.zero, road.id, Fixture.digest("bid")],
      numbers: [Number("amount", .max), Number("", 0)])
    var (crowded, wordy, counted) = (own, own, own)
    crowded.parties = Array(repeating: road.buyer, count: Moment.mostParts + 1)
    wordy.name = String(repeating: "w", count: Moment.longestName + 1)
    counted.numbers = [Number(String(repeating: "n", count: Moment.longestName + 1), 1)]
    try append([script.block(events: [own, crowded, wordy, counted])])
    try fixture.catchUp(lists)
    let moments = try lists.moments(of: road.id).suffix(4)
    #expect(moments.map(\.isWhole) == [true, false, false, false])
    #expect(moments.first?.event == own)
    for (moment, event) in zip(moments, [own, crowded, wordy, counted]).dropFirst() {
      #expect(moment.name == event.name && moment.subject == road.id)
      #expect(moment.event.parties == [road.buyer] && moment.event.numbers.isEmpty)
    }
    lists.close()
  }

  @Test("moments come back from their pages, whatever they hold")
  func pages() throws {
    var page = MomentPage()
    let ids = (0..<3).map { Fixture.digest("bid \($0)") }
    for place in 0..<40 {
      var entry = MomentPage.Entry()
      entry.code = UInt64(place % 5)
      entry.name = entry.code == 0 ? "name \(place)" : ""
      entry.height = UInt64(place / 3) * 1_000_000
      entry.position = UInt64(place % 3) * 300
      entry.time = UInt64(place / 3) * 77_777
      switch place % 5 {
      case 0: entry.subject = .road
      case 1: entry.subject = .lease
      case 2: entry.subject = .run(UInt64(place) << 40)
      case 3: entry.subject = .other(ids[place % 3])
      default: entry.subject = .offer
      }
      switch place % 3 {
      case 0: entry.parties = []
      case 1: entry.parties = [.known(UInt64(place) * 1_000_003)]
      default: entry.parties = [.other(Fixture.address("somebody")), .nobody]
      }
      entry.isWhole = place % 4 != 0
      if entry.isWhole {
        entry.order = place % 2 == 0 ? .road : nil
        entry.lease = place % 7 == 0 ? .lease : place % 7 == 1 ? .other(ids[2]) : nil
        entry.objects = ids.prefix(place % 4).map { .other($0) }
        entry.numbers = (0..<place % 17).map {
          MomentPage.Count(code: UInt64($0), name: $0 == 0 ? "amount" : "", value: 1 << UInt64($0))
        }
      }
      page.entries.append(entry)
    }
    let bytes = page.encoded
    #expect(try MomentPage(bytes) == page)
    // Torn anywhere it is shorter or damaged, and never a crash.
    for count in bytes.indices {
      if let torn = try? MomentPage(Array(bytes.prefix(count))) {
        #expect(torn.entries.count < page.entries.count)
      }
    }
  }
}
