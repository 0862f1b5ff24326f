// The standard terms are those of the facts, in range, and listed once each.

import Primitives
import Testing

@testable import Kernel

/// Writes down what it is shown.
private struct Recorder: FieldVisitor {
  var seen: [(name: String, value: UInt64)] = []
  var add: UInt64 = 0

  mutating func callAsFunction(_ name: StaticString, _ x: inout UInt64) {
    seen.append((name.description, x))
    x &+= add
  }
  mutating func callAsFunction(_ name: StaticString, _ x: inout Bool) { wrong(name) }
  mutating func callAsFunction(_ name: StaticString, _ x: inout UInt8) { wrong(name) }
  mutating func callAsFunction(_ name: StaticString, _ x: inout UInt32) { wrong(name) }
  mutating func callAsFunction(_ name: StaticString, _ x: inout UInt256) { wrong(name) }
  mutating func callAsFunction(_ name: StaticString, _ x: inout Bytes32) { wrong(name) }
  mutating func callAsFunction(_ name: StaticString, _ x: inout Address) { wrong(name) }
  mutating func callAsFunction(_ name: StaticString, _ x: inout [UInt8]) { wrong(name) }
  mutating func callAsFunction(_ name: StaticString, _ x: inout String) { wrong(name) }
  mutating func callAsFunction(_ name: StaticString, _ x: inout [UInt64]) { wrong(name) }
  mutating func callAsFunction(_ name: StaticString, _ x: inout [Bytes32]) { wrong(name) }
  mutating func callAsFunction(_ name: StaticString, _ x: inout [Address]) { wrong(name) }
  mutating func callAsFunction(_ name: StaticString, _ x: inout [String]) { wrong(name) }
  mutating func callAsFunction<T: Fielded>(_ name: StaticString, _ x: inout T) { wrong(name) }
  mutating func callAsFunction<T: Fielded>(_ name: StaticString, _ x: inout [T]) { wrong(name) }

  private func wrong(_ name: StaticString) {
    Issue.record("\(name) is no number")
  }
}

@Suite struct TermsTests {
  @Test func fieldsAndRangesListTheSameTermsInOneOrder() throws {
    var terms = Terms.standard
    var recorder = Recorder()
    try terms.fields(&recorder)
    #expect(recorder.seen.map(\.name) == Terms.ranges.map(\.name))
    #expect(recorder.seen.map(\.value) == Terms.ranges.map { terms[keyPath: $0.path] })
    #expect(Set(recorder.seen.map(\.name)).count == recorder.seen.count)
    // Every stored number is among the fields: 64 bits each, nothing beside them.
    #expect(MemoryLayout<Terms>.size == recorder.seen.count * 8)
  }

  @Test func everyFieldReachesItsOwnTerm() throws {
    var terms = Terms.standard
    var recorder = Recorder(add: 1)
    try terms.fields(&recorder)
    for range in Terms.ranges {
      #expect(terms[keyPath: range.path] == Terms.standard[keyPath: range.path] + 1)
    }
  }

  @Test func standardLiesInRange() {
    for range in Terms.ranges {
      let value = Terms.standard[keyPath: range.path]
      #expect(range.least <= value && value <= range.most, "\(range.name)")
    }
  }

  /// The defaults again, written out a second time from the table of the facts.
  @Test func defaultsAreThoseOfTheFacts() throws {
    let facts: [String: UInt64] = [
      "audit": 50_000, "coalition": 300_000, "winner": 500_000, "minority": 3,
      "courtFloor": 60_000, "auditBase": 500, "auditTurns": 3, "auditOperators": 4,
      "bidBond": 100_000,
      "bidBondFloor": 1_000, "replicas": 3, "bidFactor": 2, "saltForfeit": 1, "take": 2_500,
      "idle": 100_000, "standingBond": 10_000_000, "claimTarget": 1_000_000,
      "minClaim": 25_000, "maxCall": 100_000, "withdrawDelay": 86_400, "unbonding": 604_800,
      "tollBase": 20, "tollBytes": 16, "tollAccount": 10_000, "acceptWindow": 3_600,
      "bidWindow": 30, "revealWindow": 30, "honourWindow": 300, "saltWindow": 600,
      "inputWindow": 600, "auditWindow": 600, "disputeWindow": 600, "chess": 3_600,
      "sealWindow": 3_600, "demandWindow": 3_600, "weightFloor": 970_000,
      "weightPrior": 10_000_000, "fault": 100_000, "maxRejection": 100_000,
      "blockBytes": 4 * 1_024 * 1_024, "blockTimers": 10_000, "amendDelay": 7 * 86_400,
      "blobRetention": 7 * 86_400,
    ]
    for (name, value) in facts.sorted(by: { $0.key < $1.key }) {
      let range = try #require(Terms.ranges.first { $0.name == name }, "\(name)")
      #expect(Terms.standard[keyPath: range.path] == value, "\(name)")
    }
  }

  @Test func tollsAreThoseOfTheFacts() throws {
    let terms = Terms.standard
    for (bytes, toll) in [(0, 20), (1, 21), (16, 21), (17, 22), (200, 33), (400, 45)] {
      #expect(try Toll.price(bytes: bytes, terms: terms) == Amount(UInt64(toll)))
    }
    #expect(try Toll.priceOpening(bytes: 100_000, terms: terms) == Amount(16_270))
    #expect(try Toll.game(terms: terms) == Amount(13_970))
    #expect(try Toll.blob(bytes: 4_097, terms: terms) == Amount(2))
    #expect(throws: Refusal.overflow) { try Toll.price(bytes: -1, terms: terms) }
    var broken = terms
    broken.tollBytes = 0
    #expect(throws: Refusal.overflow) { try Toll.price(bytes: 1, terms: broken) }
    broken = terms
    broken.tollBase = .max
    #expect(throws: Refusal.overflow) { try Toll.price(bytes: 1, terms: broken) }
  }
}
