// The feed of a running node: order, filters, and coming back after a cut.

import Archive
import Chain
import Kernel
import NetworkRoom
import Node
import Primitives
import Testing

@Suite struct FeedTests {
  /// Makes blocks with one event each: every transfer opens an account.
  private func openAccounts(
    _ test: TestNode, _ client: NodeClient, _ range: Range<UInt64>
  ) async throws {
    for sequence in range {
      let address = PrivateKey(seed: [UInt8(sequence)]).address
      let answer = try await client.submit(
        test.transfer(10, from: TestNode.alice, to: address, sequence: sequence))
      #expect(answer.outcome.isDone)
    }
  }

  private func events(
    _ client: NodeClient, after cursor: FeedCursor, _ count: Int,
    _ filter: EventsFilter = EventsFilter()
  ) async throws -> [FeedEvent] {
    var events: [FeedEvent] = []
    try await client.follow(after: cursor, filter: filter) { event in
      events.append(event)
      return events.count < count
    }
    return events
  }

  @Test func eventsComeInOrderAndResumeAtEveryHeight() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      try await openAccounts(test, client, 0..<5)
      let all = try await events(client, after: FeedCursor(height: 0), 5)
      #expect(all.map(\.height) == [1, 2, 3, 4, 5])
      #expect(all.allSatisfy { $0.event.name == "accountOpened" })
      for (place, event) in all.enumerated() where place < 4 {
        let rest = try await events(client, after: event.cursor, 4 - place)
        #expect(rest == Array(all[(place + 1)...]))
      }
    }
  }

  @Test func whoListensHearsWhatComesLater() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      async let heard = events(client, after: FeedCursor(height: 0), 3)
      try await openAccounts(test, client, 0..<3)
      #expect(try await heard.map(\.height) == [1, 2, 3])
    }
  }

  @Test func manyEventsOfOneBlockResumeWithinIt() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      let batch = (0..<8).map { index in
        test.transfer(
          10, from: TestNode.alice, to: PrivateKey(seed: [9, UInt8(index)]).address,
          sequence: 0, lane: UInt8(index))
      }
      _ = try await client.submit(batch: batch)
      let all = try await events(client, after: FeedCursor(height: 0), 8)
      #expect(Set(all.map(\.event.subject)).count == 8)
      let rest = try await events(client, after: all[3].cursor, 4)
      #expect(rest == Array(all[4...]))
    }
  }

  @Test func filtersLetThroughWhatWasAskedFor() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      try await openAccounts(test, client, 0..<4)
      let third = PrivateKey(seed: [2]).address
      let found = try await events(
        client, after: FeedCursor(height: 0), 1, EventsFilter(subjects: [third.padded]))
      #expect(found.map(\.height) == [3])
      let named = try await events(
        client, after: FeedCursor(height: 2), 2, EventsFilter(names: ["accountOpened"]))
      #expect(named.map(\.height) == [3, 4])
    }
  }

  @Test func aCursorOfAnotherNetworkIsRefused() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      await #expect {
        _ = try await events(client, after: FeedCursor(height: 7), 1)
      } throws: { ($0 as? ClientError)?.code == "cursorAhead" }
    }
  }

  @Test func aFollowerOutlivesARestart() async throws {
    let test = try TestNode()
    var configuration = test.configuration()
    let first = try await Node.start(configuration)
    configuration.port = first.address.port
    let client = NodeClient(patient: first.address)
    async let heard = events(client, after: FeedCursor(height: 0), 4)
    try await openAccounts(test, client, 0..<2)
    await first.stop()
    let second = try await Node.start(configuration)
    try await openAccounts(test, client, 2..<4)
    #expect(try await heard.map(\.height) == [1, 2, 3, 4])
    await second.stop()
  }
}
