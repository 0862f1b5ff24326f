// An agent's journals as an older version wrote them: what lies open is not paid a second time.

import Foundation
import Kernel
import NIOCore
import Payments
import Primitives
import Synchronization
import Testing

@testable import Agents
@testable import NetworkRoom

@Suite(.timeLimit(.minutes(60))) struct OlderJournalTests {
  private func payments(_ seller: FakeSeller) -> [String] {
    seller.seen.withLock { $0.compactMap { $0["PAYMENT-SIGNATURE"] } }
  }

  private func seller(_ paid: @escaping @Sendable () -> String?) throws -> FakeSeller {
    try FakeSeller { request, _ in
      if request.line.hasPrefix("GET") { return FakeSeller.models }
      if request["PAYMENT-SIGNATURE"] != nil { return paid() }
      return FakeSeller.reply(402, "{}", ["PAYMENT-REQUIRED: \(Demand.header(10_000))"])
    }
  }

  /// The digest that the older version had of the test client's request, named `k`.
  private func older(_ url: String) -> Bytes32 {
    Relay.digest(
      url + "/chat/completions",
      Array(#"{"model":"m","messages":[{"role":"user","content":"x"}]}"#.utf8), "k")
  }

  /// Writes a journal anew, line by line, each tied to the one before.
  private func rewrite<Line: Fielded>(
    _ agent: FakeAgent, _ name: String, _ change: (inout Line, Bytes32) -> Void
  ) throws {
    let path = agent.wallet.folder + "/" + name
    var (text, last) = ("", Bytes32.zero)
    for words in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
      let json = try #require(words.split(separator: " ", maxSplits: 1).last)
      var line = try Line(json: JSONValue(parsing: String(json)))
      change(&line, last)
      last = SHA256.hash(CBOR.encode(line))
      text += "\(last) \(line.json.text)\n"
    }
    #expect(!text.isEmpty)
    try text.write(toFile: path, atomically: false, encoding: .utf8)
  }

  private func makeOlder(_ agent: FakeAgent, base: String = "/v1") throws {
    try rewrite(agent, "payments.journal") { (line: inout PaymentLine, last: Bytes32) in
      line.previous = last
      line.payment.seller = line.payment.origin
      line.payment.request = older(line.payment.origin + base)
    }
  }

  /// An agent with one open payment at a seller that never answered.
  private func agent(_ silent: FakeSeller, base: String = "/v1") async throws -> FakeAgent {
    let agent = try ChannelDoor.agent()
    try await ChannelDoor.open(agent, silent, usesChannels: false) { client, _ in
      let answer = try await client.chat("x", key: "k")
      #expect(answer.json?["error"]?["code"]?.string == "paymentUnknown")
    }
    try makeOlder(agent, base: base)
    return agent
  }

  @Test func whatLiesOpenIsShownAgain() async throws {
    let answers = AgentFlag()
    let shop = try seller { answers.isSet ? FakeSeller.reply(200, #"{"said":"at last"}"#) : nil }
    let agent = try await agent(shop)
    answers.set()
    try await ChannelDoor.open(agent, shop, usesChannels: false) { client, _ in
      let answer1 = try await client.chat("x", key: "k")
      #expect(answer1.text == #"{"said":"at last"}"#)
      #expect(Set(payments(shop)).count == 1)
      // Another request is another purchase.
      let answer2 = try await client.chat("x", key: "l")
      #expect(answer2.status == 200)
    }
    #expect(Set(payments(shop)).count == 2)
    #expect(try agent.allowed == 2)
  }

  /// What was answered just before the upgrade is shown once more to who asks again.
  @Test func whatWasAnsweredIsShownOnceMore() async throws {
    let shop = try seller { FakeSeller.reply(200, #"{"said":"so"}"#) }
    let agent = try ChannelDoor.agent()
    try await ChannelDoor.open(agent, shop, usesChannels: false) { client, _ in
      let answer3 = try await client.chat("x", key: "k")
      #expect(answer3.status == 200)
    }
    try makeOlder(agent)
    try await ChannelDoor.open(agent, shop, usesChannels: false) { client, _ in
      let answer4 = try await client.chat("x", key: "k")
      #expect(answer4.status == 200)
    }
    #expect(Set(payments(shop)).count == 1 && payments(shop).count == 2)
    #expect(try agent.allowed == 1)
  }

  /// Of a seller that is known no more nobody knows which URL was asked.
  @Test(arguments: [true, false])
  func whatCannotBeFoundStopsUntilItIsSettled(byOwner: Bool) async throws {
    let (first, second) = (try seller { nil }, try seller { FakeSeller.reply(200, "{}") })
    let agent = try await agent(first, base: "/odd")
    try await ChannelDoor.open(agent, second, usesChannels: false) { client, teller in
      for key in ["k", "l"] {
        let answer = try await client.chat("x", key: key)
        #expect(answer.status == 503)
        #expect(answer.json?["error"]?["code"]?.string == "olderPayment")
      }
      #expect(payments(second).isEmpty)
      let owed = await teller.owed
      let nonce = try #require(owed.first?.nonce)
      if byOwner {
        let isGone = await teller.letGo(nonce)
        #expect(isGone)
      } else {
        agent.pocket.inside.withLock { $0.spent[nonce] = false }
        agent.later(600)
      }
      let answer5 = try await client.chat("x", key: "k")
      #expect(answer5.status == 200)
    }
    #expect(payments(second).count == 1)
  }

  /// A row of this version never stops anybody: a seller without a path that keeps the money and
  /// goes away harms itself alone.
  @Test func rowsOfThisVersionStopNobody() async throws {
    #expect(Seller("http://127.0.0.1:80", isNamed: true)?.written == "http://127.0.0.1/")
    #expect(Seller("http://127.0.0.1:81/v1", isNamed: true)?.written == "http://127.0.0.1:81/v1")
    let (first, second) = (try seller { nil }, try seller { FakeSeller.reply(200, "{}") })
    let agent = try ChannelDoor.agent()
    try await ChannelDoor.open(agent, first, usesChannels: false) { client, _ in
      _ = try await client.chat("x", key: "k")
    }
    try rewrite(agent, "payments.journal") { (line: inout PaymentLine, last: Bytes32) in
      line.previous = last
      line.payment.seller = line.payment.origin + "/"
    }
    try await ChannelDoor.open(agent, second, usesChannels: false) { client, _ in
      let answer6 = try await client.chat("x", key: "l")
      #expect(answer6.status == 200)
    }
    #expect(payments(second).count == 1)
  }

  @Test func aVoucherThatLiesOpenIsShownAgain() async throws {
    let silent = try ChannelDoor.seller { _ in nil }
    let agent = try ChannelDoor.agent()
    try await ChannelDoor.open(agent, silent) { client, _ in
      let answer7 = try await client.chat("x", key: "k")
      #expect(answer7.status != 200)
    }
    try rewrite(agent, "channels.journal") { (line: inout AgentChannelLine, last: Bytes32) in
      line.previous = last
      if line.channel.payment.state != .asked {
        line.channel.payment.request = older(line.channel.url)
      }
    }
    let before = Set(payments(silent))
    try await ChannelDoor.open(agent, silent) { client, _ in
      let answer8 = try await client.chat("x", key: "k")
      #expect(answer8.status != 200)
    }
    #expect(!before.isEmpty && Set(payments(silent)) == before)
    #expect(try agent.allowed == 1)
  }
}

/// Something that a test turns on once.
private final class AgentFlag: Sendable {
  private let state = Mutex(false)
  var isSet: Bool { state.withLock { $0 } }
  func set() { state.withLock { $0 = true } }
}
