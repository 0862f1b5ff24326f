// Strangers that a node lists, and that dawdle: nobody waits for them who need not.

import NIOCore
import Primitives
import Synchronization
import Testing

@testable import Agents
@testable import NetworkRoom

@Suite(.timeLimit(.minutes(60))) struct SellerBookTests {
  /// Says nothing until it is let go.
  private final class Gate: Sendable {
    private struct Inside {
      var isOpen = false
      var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(Inside())

    var waiting: Int { state.withLock { $0.waiting.count } }

    func pass() async {
      await withCheckedContinuation { continuation in
        let isOpen = state.withLock { state -> Bool in
          if !state.isOpen { state.waiting.append(continuation) }
          return state.isOpen
        }
        if isOpen { continuation.resume() }
      }
    }

    func open() {
      let waiting = state.withLock { state in
        state.isOpen = true
        defer { state.waiting = [] }
        return state.waiting
      }
      for each in waiting { each.resume() }
    }
  }

  private func list(_ models: String...) throws -> FakeSeller {
    let all = models.map { #"{"id":"\#($0)"}"# }.joined(separator: ",")
    return try FakeSeller { _, _ in FakeSeller.reply(200, #"{"data":[\#(all)]}"#) }
  }

  private func seller(_ server: FakeSeller) throws -> Seller {
    try #require(Seller("http://127.0.0.1:\(server.port)/v1", isNamed: true))
  }

  /// Sellers are given so long that a test which waits for a stranger does not end.
  private func call(_ resolve: @escaping PublicAddress.Resolver) -> SellerCall {
    var limits = SellerLimits()
    (limits.brief, limits.connecting) = (.seconds(3_600), .seconds(3_600))
    return SellerCall(limits: limits, resolve: resolve)
  }

  @Test func nobodyWaitsForStrangersWhereANamedSellerHasTheModel() async throws {
    let named = try list("m")
    let gate = Gate()
    defer { gate.open() }
    let book = SellerBook(
      [try seller(named)],
      call { _, _ in
        await gate.pass()
        return []
      }, discovery: { [ListedSeller("http://slow.example/v1/chat/completions")] })
    #expect(try await book.seller(of: "m") == seller(named))
    while gate.waiting == 0 { await Task.yield() }
    // Nor while the stranger is being asked.
    #expect(try await book.seller(of: "m") == seller(named))
  }

  @Test func nobodyWaitsForTheListOfStrangers() async throws {
    let named = try list("m")
    let gate = Gate()
    let book = SellerBook([try seller(named)], call { _, _ in [] }) {
      await gate.pass()
      return []
    }
    #expect(try await book.seller(of: "m") == seller(named))
    let unknown = Task { try await book.seller(of: "other") }
    while gate.waiting == 0 { await Task.yield() }
    gate.open()
    await #expect(throws: SpeechProblem.unknownModel("other")) { try await unknown.value }
  }

  /// A name that answers never costs so much time and no more, and holds up no address.
  @Test func aLookUpHasAnEnd() async throws {
    let gate = Gate()
    defer { gate.open() }
    let slow = try #require(Seller("http://slow.example/v1", isNamed: false))
    await #expect(throws: SpeechProblem.sellerSilent) {
      try await PublicAddress.of(slow, within: .milliseconds(1)) { _, _ in
        await gate.pass()
        return []
      }
    }
    let literal = try #require(Seller("http://192.0.2.1:80", isNamed: true))
    let place = try await PublicAddress.of(literal, within: .seconds(3_600)) { _, _ in
      await gate.pass()
      return []
    }
    #expect(place.ipAddress == "192.0.2.1")
  }

  @Test func atOnceEachSellerIsAskedOnce() async throws {
    let named = try list("m", "n")
    let book = SellerBook([try seller(named)], SellerCall.patient, discovery: nil)
    try await withThrowingTaskGroup(of: Seller.self) { group in
      for number in 0..<16 {
        group.addTask { try await book.seller(of: number % 2 == 0 ? "m" : "n") }
      }
      for try await found in group { #expect(found.isNamed) }
    }
    #expect(named.seen.withLock { $0.count } == 1)
    #expect(await book.models().count == 2)
  }

  /// The same numbers each time.
  private struct Counted: RandomNumberGenerator, Sendable {
    var state: UInt64 = 7
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state
    }
  }

  private func book(_ named: [Seller] = []) -> SellerBook {
    SellerBook(named, SellerCall.patient, random: Counted(), discovery: nil)
  }

  @Test func strangersComeByWhatStandsBehindThem() async throws {
    let paid = ListedSeller("http://paid.example/v1", backing: .payment)
    let bond = ListedSeller("http://bond.example/v1", backing: .bond)
    let known = ListedSeller("http://known.example/v1")
    let free = (0..<40).map { ListedSeller("http://free\($0).example/v1") }
    let found = await book().strangers(free + [paid, known, bond], paid: ["http://known.example"])
    #expect(found.count == 16)
    #expect(
      found.prefix(3).map(\.url) == [
        "http://known.example/v1", "http://bond.example/v1", "http://paid.example/v1",
      ])
    // Those of one rank come in no order that they could choose.
    #expect(found.dropFirst(3).map(\.url) != free.prefix(13).map(\.url))
  }

  @Test func oneOriginAndOnePayeeHaveFourPlaces() async throws {
    let payee = PrivateKey(seed: [1]).address
    let own = try #require(Seller("http://mall.example/named/v1", isNamed: true))
    let mall = (0..<9).map { ListedSeller("http://mall.example/\($0)/v1") }
    let same = ListedSeller("http://mall.example/named/v1/chat/completions")
    let loud = (0..<9).map { ListedSeller("http://loud\($0).example/v1", payee: payee) }
    let found = await book([own]).strangers(mall + [same, mall[0]] + loud, paid: [])
    #expect(found.count(where: { $0.host == "mall.example" }) == 4)
    #expect(found.count(where: { $0.host.hasPrefix("loud") }) == 4)
    #expect(!found.contains { $0.base == "/named/v1" } && Set(found).count == found.count)
  }

  /// A bond stands behind the account with which a seller is listed, and behind no other.
  @Test func aStrangerMayAskForItsOwnAccountOnly() async throws {
    let (payee, other) = (PrivateKey(seed: [1]).address, PrivateKey(seed: [2]).address)
    let book = book()
    let found = await book.strangers(
      [
        ListedSeller("http://shop.example/v1", payee: payee, backing: .bond),
        ListedSeller("http://plain.example/v1"),
      ], paid: [])
    let shop = try #require(found.first)
    #expect(await book.isListed(shop, with: payee))
    #expect(await !book.isListed(shop, with: other))
    #expect(await book.isListed(found[1], with: other))
    let named = try #require(Seller("http://shop.example/v1", isNamed: true))
    #expect(await book.isListed(named, with: other))
  }
}
