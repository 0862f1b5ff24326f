// Rehearsals are free for who asks: what they may take of the queue that writes blocks.

import Primitives
import Testing

@testable import NetworkRoom

@Suite struct RehearsalTurnTests {
  private func account(_ number: UInt64) -> Address {
    PrivateKey(seed: Array("signer".utf8) + number.keyBytes).address
  }

  @Test func oneSignerHasFewAndAllHaveAnEnd() throws {
    let turns = RehearsalTurns()
    let now = ContinuousClock.now
    func take(_ signer: UInt64, isKnown: Bool = true) throws -> RehearsalTurns.Turn {
      try turns.take(account(signer), isKnown: isKnown, now: now)
    }
    var held = try (0..<RehearsalTurns.mostOfOne).map { _ in try take(1) }
    #expect(throws: Problem.self) { try take(1) }
    for signer in 2...4 as ClosedRange<UInt64> {
      for _ in 0..<RehearsalTurns.mostOfOne { held.append(try take(signer)) }
    }
    #expect(held.count == RehearsalTurns.most)
    #expect(throws: Problem.self) { try take(5) }
    held = []
    held.append(try take(5))
  }

  @Test func aStormOfOneLeavesTheOthersTheirs() throws {
    let turns = RehearsalTurns()
    let now = ContinuousClock.now
    func storm(
      _ signers: ClosedRange<UInt64>, isKnown: Bool, at now: ContinuousClock.Instant
    ) -> Int {
      signers.count { (try? turns.take(account($0), isKnown: isKnown, now: now)) != nil }
    }
    let own = Int(RehearsalTurns.rateOfOne.atOnce)
    #expect((0..<1_000).count { _ in storm(1...1, isKnown: true, at: now) == 1 } == own)
    // Keys that the ledger does not know are one signer, however many they are.
    #expect(storm(1_000...1_999, isKnown: false, at: now) == own)
    #expect(storm(2...2, isKnown: true, at: now) == 1)
    let all = Int(RehearsalTurns.rate.atOnce)
    #expect(storm(3_000...3_999, isKnown: true, at: now) == all - 2 * own - 1)
    #expect(storm(1...1, isKnown: true, at: now + .seconds(1)) == 1)
  }
}
