// Strangers that a node lists, and that dawdle: nobody waits for them who need not.

import NIOCore
import Primitives
import Synchronization
import Testing

@testable import Agents
@testable import NetworkRoom

@Suite(.timeLimit(.minutes(1))) struct SellerBookTests {
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
      }, discovery: { ["http://slow.example/v1/chat/completions"] })
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
    let book = SellerBook([try seller(named)], SellerCall(), discovery: nil)
    try await withThrowingTaskGroup(of: Seller.self) { group in
      for number in 0..<16 {
        group.addTask { try await book.seller(of: number % 2 == 0 ? "m" : "n") }
      }
      for try await found in group { #expect(found.isNamed) }
    }
    #expect(named.seen.withLock { $0.count } == 1)
    #expect(await book.models().count == 2)
  }
}
