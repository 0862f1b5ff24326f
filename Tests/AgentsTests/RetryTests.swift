// Requests that come again, and many at once: the same payment, to whom it was for, and no fourth.

import Agents
import Foundation
import Kernel
import NIOCore
import Payments
import Primitives
import Synchronization
import Testing

@testable import NetworkRoom

@Suite(.timeLimit(.minutes(60))) struct RetryTests {
  private static let none = FakeSeller.reply(200, #"{"data":[]}"#)

  private func payments(_ seller: FakeSeller) -> [String] {
    seller.seen.withLock { $0.compactMap { $0["PAYMENT-SIGNATURE"] } }
  }

  /// Asks by the scheme `exact` for so much, and does with payments what `paid` says.
  private func seller(
    lists: @escaping @Sendable () -> Bool = { true }, paid: @escaping @Sendable () -> String?
  ) throws -> FakeSeller {
    try FakeSeller { request, _ in
      if request.line.hasPrefix("GET") { return lists() ? FakeSeller.models : Self.none }
      if request["PAYMENT-SIGNATURE"] != nil { return paid() }
      return FakeSeller.reply(402, "{}", ["PAYMENT-REQUIRED: \(Demand.header(10_000))"])
    }
  }

  /// It takes the payment, closes, and is listed no more, or behind another: the same request
  /// goes to it with the same payment, and nobody else is paid.
  @Test(arguments: [true, false]) func aRetryGoesToWhoWasPaid(delists: Bool) async throws {
    let isOpen = Mutex((lists: true, answers: false))
    let first = try seller {
      isOpen.withLock { $0.lists }
    } paid: {
      isOpen.withLock { $0.answers } ? FakeSeller.reply(200, #"{"said":"at last"}"#) : nil
    }
    let second = try seller { FakeSeller.reply(200, #"{"said":"the other"}"#) }
    let agent = try ChannelDoor.agent()
    try await ChannelDoor.open(agent, first, second, usesChannels: false) { client, _ in
      let answer = try await client.chat("x", key: "k")
      #expect(answer.json?["error"]?["code"]?.string == "paymentUnknown")
    }
    isOpen.withLock { $0 = (lists: !delists, answers: true) }
    try await ChannelDoor.open(agent, second, first, usesChannels: false) { client, _ in
      let answer = try await client.chat("x", key: "k")
      #expect(answer.text == #"{"said":"at last"}"#)
      #expect(payments(second).isEmpty && Set(payments(first)).count == 1)
      // Another request is bought where it is sold.
      #expect(try await client.chat("x", key: "l").text == #"{"said":"the other"}"#)
    }
    #expect(payments(second).count == 1)
    #expect(try agent.allowed == 2)
  }

  /// Once it can be shown no more, and nobody knows what became of it, there is no other payment
  /// for the request, whoever sells and in whichever way.
  @Test func anOpenPaymentIsNotReplacedByAnotherSeller() async throws {
    let first = try seller { nil }
    let second = try ChannelDoor.seller(hasExact: true) { _ in FakeSeller.reply(200) }
    let agent = try ChannelDoor.agent()
    try await ChannelDoor.open(agent, first, usesChannels: false) { client, _ in
      _ = try await client.chat("x", key: "k")
    }
    agent.later(120)
    agent.pocket.inside.withLock { $0.fails = PocketProblem("noNode", "nobody answers") }
    try await ChannelDoor.open(agent, second) { client, _ in
      let answer = try await client.chat("x", key: "k")
      #expect(answer.status == 503 && answer.json?["error"]?["code"]?.string == "paymentEnding")
    }
    #expect(payments(second).isEmpty)
  }

  /// Requests that are made at once are as few as those that are made one after the other.
  @Test func eightAtOnceAreThreePaymentsWhereNobodyAnswers() async throws {
    let silent = try seller { nil }
    let agent = try ChannelDoor.agent()
    try await ChannelDoor.open(agent, silent, usesChannels: false) { client, _ in
      let asked = (0..<8).map { word in Task { try await client.code("\(word)") } }
      var codes: [String?] = []
      for each in asked { codes.append(try await each.value) }
      #expect(codes.count { $0 == "paymentUnknown" } == 3)
      #expect(codes.count { $0 == "answersOwed" } == 5)
    }
    #expect(Set(payments(silent)).count == 3)
    #expect(try agent.allowed == 3)
  }

  /// How many were open at once before the first was answered.
  private final class Counter: Sendable {
    private let state = Mutex((now: 0, first: 0, answered: 0))
    var first: Int { state.withLock { $0.first } }

    func enter() {
      state.withLock { state in
        state.now += 1
        if state.answered == 0 { state.first = max(state.first, state.now) }
      }
    }

    func answer() {
      state.withLock { state in
        state.now -= 1
        state.answered += 1
      }
    }
  }

  /// A seller that answers is asked by many at once: those that have no place yet wait for one.
  @Test func whoAnswersIsPaidByAllWhoWait() async throws {
    let agent = try FakeAgent { $0.perMinute = 1_000 }
    let teller = try agent.teller()
    let most = Counter()
    let waiting = (0..<12 as Range<UInt8>).map { number in
      Task {
        let payment = try await teller.pay(
          try Demand.of(1_000), for: SHA256.hash([number]), at: FakeAgent.shop)
        most.enter()
        for _ in 0..<100 { await Task.yield() }
        most.answer()
        await teller.close(payment, nil)
      }
    }
    for task in waiting { try await task.value }
    // Three, and one more for each answer.
    #expect(most.first <= 3)
    #expect(try agent.allowed == 12)
  }

  // MARK: - Clocks

  /// The agent's clock is fast: what has ended by it may still be carried.
  @Test func nothingHasEndedBeforeItHasOnTheLedger() async throws {
    let agent = try FakeAgent()
    let teller = try agent.teller()
    let payment = try await teller.pay(
      try Demand.of(10_000), for: SHA256.hash([1]), at: FakeAgent.shop)
    await teller.leave(payment)
    agent.pocket.inside.withLock { inside in
      inside.spent[payment.nonce] = false
      inside.behind = 30
    }
    agent.later(70)
    await teller.tidy()
    #expect(await teller.owed.map(\.nonce) == [payment.nonce])
    agent.later(30)
    await teller.tidy()
    #expect(await teller.owed.isEmpty)
  }

  @Test func aDateOfHTTPIsRead() {
    #expect(HTTPDate.seconds("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777)
    #expect(HTTPDate.seconds("Thu, 01 Jan 1970 00:00:00 GMT") == 0)
    #expect(HTTPDate.seconds("Tue, 29 Feb 2000 23:59:60 GMT") == 951_868_800)
    for bad in [
      "", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET",
      "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, +6 Nov 1994 08:49:37 GMT",
      "Sun, 06 Nov 0000 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
    ] { #expect(HTTPDate.seconds(bad) == nil, "\(bad)") }
  }

  // MARK: - Answers that nobody reads

  @Test func whoPutsIntoAPipeThatNobodyReadsCanBeCancelled() async throws {
    let pipe = NetworkRoom.Pipe()
    let putter = Task { while true { try await pipe.put(ByteBuffer(string: "x")) } }
    while await !pipe.isFull { await Task.yield() }
    putter.cancel()
    await #expect(throws: CancellationError.self) { try await putter.value }
  }

  /// A reply that is forgotten is read no further, and its connection ends.
  @Test func aReplyThatIsForgottenEndsItsConnection() async throws {
    let hasEnded = Mutex(false)
    let endless = try FakeSeller { _, send in
      _ = send("HTTP/1.1 200 x\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
      while send(String(repeating: "data: x\n\n", count: 4_096)) {}
      hasEnded.withLock { $0 = true }
      return nil
    }
    let seller = try #require(Seller("http://127.0.0.1:\(endless.port)", isNamed: true))
    var call = SellerCall.patient
    call.limits.bytes = .max
    do {
      let reply = try await call.send(.GET, "/", to: seller)
      #expect(reply.status == 200)
    }
    while !hasEnded.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
  }
}
