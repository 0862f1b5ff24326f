// Limits of one address and one account: buckets, their memory, and whose they are.

import Primitives
import Testing

@testable import NetworkRoom

@Suite struct RateTests {
  let rate = RequestLimits.Rate(perSecond: 10, atOnce: 3)
  let start = ContinuousClock.now

  @Test func aBucketGivesWhatItHoldsAndFillsWithTime() {
    var bucket = TokenBucket(rate, now: start)
    for _ in 0..<3 { #expect(bucket.take(1, rate, now: start) == nil) }
    #expect(bucket.take(1, rate, now: start) == 101)
    #expect(bucket.take(1, rate, now: start + .milliseconds(99)) != nil)
    #expect(bucket.take(1, rate, now: start + .milliseconds(100)) == nil)
    #expect(bucket.take(1, rate, now: start + .milliseconds(100)) != nil)
    // It never holds more than its brim.
    let later = start + .seconds(3600)
    #expect(bucket.isFull(rate, now: later))
    for _ in 0..<3 { #expect(bucket.take(1, rate, now: later) == nil) }
    #expect(bucket.take(1, rate, now: later) != nil)
    // Time that runs backwards gives nothing.
    #expect(bucket.take(1, rate, now: start) != nil)
  }

  @Test func moreThanTheBrimIsTakenWhenItIsFull() {
    var bucket = TokenBucket(rate, now: start)
    #expect(bucket.take(1_000, rate, now: start) == nil)
    #expect(bucket.take(.max, rate, now: start) != nil)
    let none = RequestLimits.Rate(perSecond: .max, atOnce: .max)
    var endless = TokenBucket(none, now: start)
    #expect(endless.take(5, none, now: start + .seconds(1)) == nil)
  }

  @Test func oneAddressDoesNotUseUpAnothers() throws {
    var limits = RequestLimits()
    limits.requests = rate
    let guardian = RateGuard(limits)
    let one = Peer(name: "192.0.2.1", isLocal: false)
    let other = Peer(name: "192.0.2.2", isLocal: false)
    for _ in 0..<3 { try guardian.request(of: one, now: start) }
    #expect { try guardian.request(of: one, now: start) } throws: {
      let problem = $0 as? Problem
      return problem?.status == 429 && problem?.retryAfter == 1
    }
    try guardian.request(of: other, now: start)
    // Who asks from the machine itself is free, unless the operator says otherwise.
    for _ in 0..<10 { try guardian.request(of: Peer(name: "::1", isLocal: true), now: start) }
    limits.limitsLocal = true
    let strict = RateGuard(limits)
    for _ in 0..<3 { try strict.request(of: Peer(name: "::1", isLocal: true), now: start) }
    #expect(throws: Problem.self) {
      try strict.request(of: Peer(name: "::1", isLocal: true), now: start)
    }
  }

  @Test func onlyTheAccountItselfUsesUpItsShare() throws {
    var limits = RequestLimits()
    limits.account = rate
    let guardian = RateGuard(limits)
    let peer = Peer(name: "192.0.2.1", isLocal: false)
    let account = PrivateKey(seed: [1]).address
    // Asking takes nothing; only what was signed counts.
    for _ in 0..<10 { try guardian.mayStillSign(account, from: peer, now: start) }
    for _ in 0..<3 { try guardian.signed(by: account, from: peer, now: start) }
    #expect(throws: Problem.self) { try guardian.mayStillSign(account, from: peer, now: start) }
    #expect(throws: Problem.self) { try guardian.signed(by: account, from: peer, now: start) }
    try guardian.mayStillSign(PrivateKey(seed: [2]).address, from: peer, now: start)
  }

  @Test func aFloodOfAddressesTakesNoMemory() throws {
    var limits = RequestLimits()
    limits.requests = rate
    let guardian = RateGuard(limits, mostBuckets: 4)
    for number in 0..<4 {
      try guardian.request(of: Peer(name: "a\(number)", isLocal: false), now: start)
    }
    // Newcomers share one bucket.
    for number in 4..<7 {
      try guardian.request(of: Peer(name: "a\(number)", isLocal: false), now: start)
    }
    #expect(throws: Problem.self) {
      try guardian.request(of: Peer(name: "a8", isLocal: false), now: start)
    }
    // Who was there keeps its own, and rest makes room.
    try guardian.request(of: Peer(name: "a0", isLocal: false), now: start)
    try guardian.request(of: Peer(name: "a9", isLocal: false), now: start + .seconds(60))
  }

  @Test func connectionsOfOneAddressAreCounted() {
    var limits = RequestLimits()
    limits.connections = 2
    let guardian = RateGuard(limits)
    let peer = Peer(name: "192.0.2.1", isLocal: false)
    #expect(guardian.open(peer) && guardian.open(peer))
    #expect(!guardian.open(peer))
    guardian.close(peer)
    #expect(guardian.open(peer))
    #expect(guardian.open(Peer(name: "192.0.2.2", isLocal: false)))
  }

  @Test func addressesOfOneNetworkAreOne() {
    let cases = [
      ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"), ("2001:db8::1", "2001:db8:0:0"),
      ("::1", "0:0:0:0"), ("fe80::1%eth0", "fe80:0:0:0"), ("2001:db8:1:2::", "2001:db8:1:2"),
    ]
    for (host, network) in cases { #expect(Peer.network(of: host) == network) }
  }

  @Test func whoAsksTooOftenIsToldWhenToComeBack() async throws {
    let node = FakeNode { services in
      services.limits.requests = RequestLimits.Rate(perSecond: 1, atOnce: 3)
      services.limits.limitsLocal = true
    }
    try await node.run { port async throws in
      // In one stroke, so that no second passes in between.
      let replies = try await RawHTTP.apart {
        let connection = try RawHTTP(port)
        connection.send(
          String(repeating: "GET /health HTTP/1.1\r\nHost: node\r\n\r\n", count: 40))
        return try (0..<40).map { _ in try connection.reply() }
      }
      #expect(replies.prefix(3).allSatisfy { $0.status == 200 })
      let refused = try #require(replies.first { $0.status == 429 })
      #expect(refused["Retry-After"].flatMap { Int($0) } ?? 0 >= 1)
      #expect(refused.code == "tooManyRequests")
    }
  }

  @Test func bytesAreCountedToo() async throws {
    let node = FakeNode { services in
      services.limits.bytes = RequestLimits.Rate(perSecond: 1, atOnce: 1_000)
      services.limits.limitsLocal = true
    }
    try await node.run { port async throws in
      let body = [UInt8](repeating: 0x20, count: 900)
      let type = ["Content-Type: application/json"]
      let first = try await RawHTTP.ask(port, "POST", "/api/messages", fields: type, body: body)
      #expect(first.status == 400)
      let second = try await RawHTTP.ask(port, "POST", "/api/messages", fields: type, body: body)
      #expect(second.status == 429)
    }
  }
}
