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
}
