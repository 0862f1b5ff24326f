// An account's keys on its page: their caps and what they moved, and nothing of what they decided.

import Archive
import Chain
import Kernel
import Primitives
import Testing

@testable import Explorer

@Suite struct AccountSessionsTests {
  private static let key = PrivateKey(seed: Array("agent".utf8)).address

  private func house(
    _ owner: Address, _ change: (inout Session) -> Void = { _ in }
  ) throws -> House {
    var records = Specimen.shared.records
    var session = Session()
    session.owner = owner
    session.key = Self.key
    session.limits.total = Amount(30_000_000)
    session.limits.perPeriod = Amount(1_000_000)
    session.limits.period = 86_400
    session.limits.expires = Time(Specimen.shared.now.milliseconds + 1_000)
    session.used = Amount(2_500_000)
    session.periodUsed = Amount(400_000)
    session.periodBegan = Time(Specimen.shared.now.milliseconds - 5)
    change(&session)
    let id = Sessions.id(of: owner, Self.key)
    records.put("sessions", id, session)
    let event = Event("sessionGranted", subject: id, parties: [owner, Self.key])
    records.recordedEvents.append(
      RecordedEvent(height: records.height, index: 900, bytes: event.encoded))
    var house = Specimen.shared.house
    house.records = records
    return house
  }

  private func page(_ house: House, _ path: String) async throws -> String {
    let answer = try #require(await Explorer(house).answer(Visit(path: path)))
    #expect(answer.status == 200)
    return String(decoding: answer.body, as: UTF8.self)
  }

  @Test func itShowsCapsAndWhatWasMoved() async throws {
    let ben = Specimen.address("ben")
    let house = try house(ben)
    let text = try await page(house, "/accounts/\(ben.checksummed)")
    #expect(text.contains("Keys that may spend for it") && text.contains(Self.key.checksummed))
    #expect(HTMLCheck(text).faults == [])
    let twin = try JSONValue(
      parsing: Array(try await page(house, "/accounts/\(ben.checksummed).json").utf8))
    let shown = try #require(twin["sessions"]?.array?.first)
    #expect(shown["left"]?.uint64 == 600_000)
    #expect(shown["session"]?["used"]?.uint64 == 2_500_000)
    // A key is nobody who lets a key spend.
    let other = try await page(Specimen.shared.house, "/accounts/\(ben.checksummed)")
    #expect(!other.contains("Keys that may spend"))
  }

  /// The longest period that the ledger lets an owner say ends behind what 64 bits hold.
  @Test func aPeriodWithoutEndIsShown() async throws {
    let ben = Specimen.address("ben")
    let house = try house(ben) { $0.limits.period = UInt64.max / 1_000 }
    #expect(try await page(house, "/accounts/\(ben.checksummed)").contains("Moved this period"))
  }

  @Test func oneThatEndedMovesNothing() async throws {
    let ben = Specimen.address("ben")
    let house = try house(ben) { $0.limits.expires = .zero }
    let text = try await page(house, "/accounts/\(ben.checksummed)")
    #expect(text.contains("it has ended"))
  }

  // MARK: - Many grants

  private static let owner = Specimen.address("ben")

  /// A log in which others named the owner as their key, and the owner let keys spend.
  private func records(
    _ own: [UInt64], foreign: ClosedRange<UInt64>, height: UInt64
  ) -> MemoryRecords {
    var records = MemoryRecords()
    records.height = height
    var events: [RecordedEvent] = []
    for block in 1...height {
      var all: [Event] = []
      if foreign.contains(block) {
        let other = Address(lastBytesOf: SHA256.hash(block.keyBytes))
        all.append(
          Event(
            "sessionGranted", subject: Sessions.id(of: other, Self.owner),
            parties: [other, Self.owner]))
      }
      for _ in own.filter({ $0 == block }) {
        let id = SHA256.hash(block.keyBytes + UInt64(all.count).keyBytes)
        all.append(Event("sessionGranted", subject: id, parties: [Self.owner, Self.key]))
      }
      for (index, event) in all.enumerated() {
        events.append(
          RecordedEvent(height: block, index: UInt64(index), bytes: event.encoded))
      }
    }
    records.recordedEvents = events
    return records
  }

  @Test func grantsOfOthersHideNoneOfItsOwn() throws {
    let records = records([3], foreign: 4...3_000, height: 3_000)
    let found = try OwnGrants(records, of: Self.owner, before: 3_001, most: 16)
    #expect(found.ids.count == 1 && found.before == nil)
  }

  @Test func theNewestComeFirstAndTheOthersFollow() throws {
    let own = (1...60).map { UInt64($0) * 7 } + [420, 420]
    let records = records(own, foreign: 1...500, height: 500)
    var end: UInt64? = 501
    var pages: [[Bytes32]] = []
    while let before = end {
      let found = try OwnGrants(records, of: Self.owner, before: before, most: 16)
      pages.append(found.ids)
      end = found.before
    }
    #expect(pages.first?.count == 16)
    let all = pages.flatMap(\.self)
    #expect(all.count == 62 && Set(all).count == 62)
    let newest = records.recordedEvents.reversed().compactMap { entry -> Bytes32? in
      let event = try? CBOR.decode(Event.self, from: entry.bytes)
      return event?.parties.first == Self.owner ? event?.subject : nil
    }
    #expect(all == newest)
  }

  @Test func thePageLinksToOlderOnes() async throws {
    let house = try house(Self.owner)
    let text = try await page(house, "/accounts/\(Self.owner.checksummed)")
    #expect(!text.contains("Keys that were let before block"))
    let answer = try #require(
      await Explorer(house).answer(
        Visit(
          path: "/accounts/\(Self.owner.checksummed)", query: [("granted", "x")])))
    #expect(answer.status == 400)
  }
}
