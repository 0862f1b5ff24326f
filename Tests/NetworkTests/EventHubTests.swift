// One reading of the log for all listeners, and what becomes of those who do not listen.

import Archive
import Foundation
import Kernel
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct EventHubTests {
  private func event(_ number: Int, name: String = "news") -> Event {
    Event(
      name, subject: SHA256.hash(Array("\(number)".utf8)), numbers: [Number("n", UInt64(number))])
  }

  private func page(_ count: Int, height: UInt64) -> EventsPage {
    EventsPage(
      events: (0..<count).map {
        RecordedEvent(height: height, index: UInt64($0), bytes: CBOR.encode(event($0)))
      }, through: height)
  }

  /// The events of a feed that ends, by their numbers, and the last id.
  private func heard(_ text: String) throws -> (numbers: [UInt64], last: String) {
    var reader = EventFrameReader()
    var numbers: [UInt64] = []
    var last = ""
    for frame in try reader.read(text.utf8) {
      if !frame.id.isEmpty { last = frame.id }
      guard !frame.data.isEmpty else { continue }
      let json = try JSONValue(parsing: frame.data)
      numbers.append(json["numbers"]?[0]?["value"]?.uint64 ?? .max)
    }
    return (numbers, last)
  }

  /// Reads a feed up to an event with that number, or to its end.
  private static func listen(_ feed: RawHTTP, until number: Int? = nil) -> String {
    let wanted = number.map { Array("\"value\":\($0)}".utf8) }
    var bytes: [UInt8] = []
    while wanted.map({ bytes.suffix(65_536).firstRange(of: $0) == nil }) ?? true {
      let more = feed.receive()
      guard !more.isEmpty else { break }
      bytes += more
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func open(_ port: Int, _ query: String = "", lines: String = "") throws -> RawHTTP
  {
    let feed = try RawHTTP(port)
    feed.send("GET /api/events\(query) HTTP/1.1\r\nHost: node\r\n\(lines)\r\n")
    return feed
  }

  @Test func theLogIsReadOnceHoweverManyListen() async throws {
    let node = FakeNode()
    try await node.run { port async throws in
      let feeds = try await RawHTTP.apart {
        let feeds = try (0..<12).map { _ in try EventHubTests.open(port) }
        // The first bytes say that the feed has begun at this height.
        for feed in feeds { #expect(!feed.receive().isEmpty) }
        return feeds
      }
      let before = node.records.inside.withLock { $0.eventReads }
      for number in 0..<5 { node.grow([event(number)]) }
      let texts = try await RawHTTP.apart { feeds.map { EventHubTests.listen($0, until: 4) } }
      for text in texts { #expect(try heard("\n" + text).numbers.suffix(5) == [0, 1, 2, 3, 4]) }
      let reads = node.records.inside.withLock { $0.eventReads } - before
      #expect((1...5).contains(reads), "\(reads) reads for 12 listeners")
    }
  }

  @Test func storeAndHubGiveTheSameEvents() async throws {
    let node = FakeNode()
    let object = SHA256.hash([1])
    let order = SHA256.hash([2])
    let alice = PrivateKey(seed: [1]).address
    // A bid in an order's event is no object of a filter, an object of another event is.
    let events = [
      Event("a", subject: order, order: order, objects: [object], numbers: [Number("n", 0)]),
      Event("b", subject: SHA256.hash([3]), objects: [object], numbers: [Number("n", 1)]),
      Event("a", subject: SHA256.hash([4]), parties: [alice], numbers: [Number("n", 2)]),
      Event("end", subject: SHA256.hash([5]), numbers: [Number("n", 3)]),
    ]
    try await node.run { port async throws in
      let filters = [
        ("?object=\(object)&name=b,end", [1]), ("?account=\(alice)", [2]), ("?name=a", [0, 2]),
        ("?object=\(order)", [0]), ("", [0, 1, 2, 3]),
      ]
      let feeds = try await RawHTTP.apart {
        try filters.map { query, _ in
          let feed = try EventHubTests.open(port, query)
          #expect(!feed.receive().isEmpty)
          return feed
        }
      }
      node.grow(events)
      for (place, (query, wanted)) in filters.enumerated() {
        let live = try await RawHTTP.apart {
          EventHubTests.listen(feeds[place], until: wanted[wanted.count - 1])
        }
        #expect(try heard("\n" + live).numbers == wanted.map { UInt64($0) })
        let separator = query.isEmpty ? "?" : "&"
        let stored = try await RawHTTP.ask(
          port, "GET", "/api/events\(query)\(separator)after=0&wait=0",
          fields: ["Connection: close"])
        #expect(stored.status == 200)
        #expect(try heard(stored.text).numbers == wanted.map { UInt64($0) }, "\(query)")
      }
    }
  }

  @Test func whoComesBackMissesNothing() async throws {
    let node = FakeNode()
    for number in 0..<4 { node.grow([event(2 * number), event(2 * number + 1)]) }
    try await node.run { port async throws in
      for (last, first) in [("0", 0), ("1", 2), ("2.0", 3), ("2.1", 4), ("3", 6), ("4", 8)] {
        let reply = try await RawHTTP.ask(
          port, "GET", "/api/events?wait=0",
          fields: ["Last-Event-ID: \(last)", "Connection: close"])
        #expect(try heard(reply.text).numbers == (first..<8).map { UInt64($0) }, "\(last)")
      }
      for (last, status) in [("5", 409), ("x", 400), ("1.2.3", 400), ("-1", 400)] {
        let reply = try await RawHTTP.ask(
          port, "GET", "/api/events", fields: ["Last-Event-ID: \(last)"])
        #expect(reply.status == status)
      }
    }
  }

  @Test func onlyWhoStandsStillAndMissesMuchIsLetGo() throws {
    let node = FakeNode()
    let hub = EventHub()
    let slow = hub.join(Peer(name: "192.0.2.1", isLocal: false), node.services)
    let quick = hub.join(Peer(name: "192.0.2.2", isLocal: false), node.services)
    let reader = hub.join(Peer(name: "192.0.2.3", isLocal: false), node.services)
    hub.beginWrite(slow, through: 0)
    // Reads old events from the store: nobody counts those.
    hub.beginWrite(reader, through: nil)
    #expect(try hub.publish(page(1_001, height: 1)) == 0, "a great block alone lets nobody go")
    hub.beginWrite(quick, through: 1_001)
    hub.endWrite(quick)
    #expect(try hub.publish(page(1, height: 2)) == 1)
    hub.endWrite(slow)
    hub.beginWrite(slow, through: 2)
    #expect(try hub.publish(page(1, height: 3)) == 0, "a new write is another one")
  }

  @Test func oldLinesGoAndTheStoreHasThem() throws {
    let node = FakeNode()
    let hub = EventHub()
    _ = hub.join(Peer(name: "a", isLocal: true), node.services)
    for height in 1...5 { _ = try hub.publish(page(EventHub.kept / 2, height: UInt64(height))) }
    #expect(hub.lines(after: FeedCursor(height: 1)) == nil)
    let rest = try #require(hub.lines(after: FeedCursor(height: 4, index: 7)))
    #expect(rest.lines.first?.height == 4 && rest.lines.first?.index == 8)
    #expect(rest.through == 5 && rest.lines.last?.height == 5)
    #expect(hub.lines(after: FeedCursor(height: 6)) == nil)
  }

  @Test func feedsOfOneAddressAreCounted() {
    let node = FakeNode()
    let hub = EventHub()
    let peer = Peer(name: "192.0.2.1", isLocal: false)
    var last: UInt64 = 0
    for _ in 0..<EventHub.mostFeedsOfOne { last = hub.join(peer, node.services) }
    #expect(!hub.hasRoom(for: peer))
    #expect(hub.hasRoom(for: Peer(name: "192.0.2.2", isLocal: false)))
    hub.leave(last)
    #expect(hub.hasRoom(for: peer))
  }

  /// Nothing is read from the connection, so that its buffers fill and the write stands still. The
  /// last case is what nodes do, in blocks of a hundred events.
  @Test(arguments: [(10, 1), (Int(RequestLimits.standard.undelivered), 100)])
  func whoDoesNotReadIsCutOffAndResumes(most: Int, inBlock: Int) async throws {
    let node = FakeNode { $0.limits.undelivered = UInt64(most) }
    let long = String(repeating: "x", count: 60_000 / min(10, inBlock))
    try await node.run { port async throws in
      let feed = try await RawHTTP.apart {
        let feed = try RawHTTP(port, receiveBuffer: 4_096)
        feed.send("GET /api/events HTTP/1.1\r\nHost: node\r\n\r\n")
        #expect(!feed.receive().isEmpty)
        return feed
      }
      var count = 0
      while node.services.metrics.counts.listenersDropped == 0, count < 3_000 * inBlock {
        let before = node.records.inside.withLock { $0.eventReads }
        node.grow((count..<count + inBlock).map { event($0, name: long) })
        count += inBlock
        // One block at a time, as they come: the next when the hub has read this one.
        try await until { node.records.inside.withLock { $0.eventReads } > before }
      }
      #expect(node.services.metrics.counts.listenersDropped == 1)
      let first = try await RawHTTP.apart { EventHubTests.listen(feed) }
      let end = try #require(first.range(of: "\n\n", options: .backwards)).upperBound
      let (seen, last) = try heard("\n" + first[..<end])
      #expect(seen == (0..<UInt64(seen.count)).map { $0 })
      #expect(seen.count < count - most, "\(count - seen.count) were missed, not more than \(most)")
      let rest = try await RawHTTP.ask(
        port, "GET", "/api/events?wait=0",
        fields: ["Last-Event-ID: \(last)", "Connection: close"])
      #expect(try seen + heard(rest.text).numbers == (0..<UInt64(count)).map { $0 })
    }
  }
}
