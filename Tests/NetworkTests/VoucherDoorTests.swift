// Text by vouchers over HTTP: what was said is charged, and every answer names its receipt.

import Chain
import Foundation
import Logging
import Payments
import Primitives
import Synchronization
import Testing

@testable import NetworkRoom

/// Says as many words as it is asked for, but never more than three; waits where it is told to.
private final class Terse: Speaker {
  let models = [SpokenModel(name: "terse", created: 7, owner: "tests")]
  let holds = Mutex(false)
  let talks = Mutex(0)

  func speak(
    _ asked: Utterance, emit: (String) async throws -> Void
  ) async throws -> Spoken {
    talks.withLock { $0 += 1 }
    let count = min(asked.most, 3)
    for number in 0..<count {
      try await emit("w\(number) ")
      while asked.prompt == "hold", holds.withLock({ $0 }) {
        try await Task.sleep(for: .milliseconds(1))
      }
      if asked.prompt == "fail" { throw CancellationError() }
    }
    return Spoken(promptTokens: 1, completionTokens: count, stopped: count < asked.most)
  }
}

@Suite struct VoucherDoorTests {
  let market = ChannelMarket()
  private let terse = Terse()

  private func door<T>(_ body: (Int, ChannelGate) async throws -> T) async throws -> T {
    let channels = market.channels()
    let price = SpeechPrice(
      Amount(100), per: .token, payTo: market.seller.address, chainID: market.chainID,
      gate: market.gate(channels), specs: ["terse": [1, 2, 3]])
    let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let server = try await Server.start(
      terse, price: price, host: "127.0.0.1", port: 0, log: silent)
    do {
      let result = try await body(server.address.port, channels)
      await server.stop(grace: .milliseconds(200))
      return result
    } catch {
      await server.stop(grace: .milliseconds(200))
      throw error
    }
  }

  private func body(_ most: Int, prompt: String = "x", streams: Bool = false) -> [UInt8] {
    let rest = streams ? #","stream":true"# : ""
    return Array(
      #"{"model":"terse","prompt":"\#(prompt)","max_tokens":\#(most)\#(rest)}"#.utf8)
  }

  private func ask(_ port: Int, _ body: [UInt8], _ payment: String) async throws -> RawReply {
    try await RawHTTP.ask(
      port, "POST", "/v1/completions", fields: ["Payment-Signature: \(payment)"], body: body)
  }

  private func charged(_ reply: RawReply) -> String? {
    reply["PAYMENT-RESPONSE"].flatMap { X402.document($0) }?["extra"]?["chargedAmount"]?.string
  }

  private func receipt(_ reply: RawReply, _ port: Int) async throws -> SignedRun {
    let path = try #require(reply["Tolsey-Receipt"])
    return try SignedRun.verify(try await RawHTTP.ask(port, "GET", path).body)
  }

  @Test func whatWasSaidIsChargedAndSigned() async throws {
    try await door { port, channels in
      let config = try market.config()
      market.fund(config, 100_000)
      let whole = try await ask(port, body(10), market.pay(config, 1_000, price: 1_000))
      #expect(whole.status == 200 && charged(whole) == "300")
      let first = try await receipt(whole, port)
      #expect(first.run.price == Amount(300) && first.run.units == 3 && first.run.work == "text")
      #expect(first.isInput(body(10)) && first.isOutput(Array("w0 w1 w2 ".utf8)))
      let stream = try await ask(
        port, body(10, streams: true), market.pay(config, 1_300, price: 1_000))
      #expect(stream.text.hasSuffix("data: [DONE]\n\n") && charged(stream) == "1000")
      let second = try await receipt(stream, port)
      #expect(second.run.price == Amount(300) && second.run.before == Amount(300))
      #expect(second.run.index == 1)
      #expect(second.isOutput(Array("w0 w1 w2 ".utf8)))
      #expect(channels.book.unclaimed == Amount(600))
      // The next is told that it costs less by what the stream did not say.
      let third = try await ask(port, body(10), market.pay(config, 2_300, price: 1_000))
      #expect(third.status == 200 && charged(third) == "0")
      #expect(channels.book.unclaimed == Amount(900))
      let name = try #require(whole["Tolsey-Receipt"]).dropLast() + "x"
      #expect(try await RawHTTP.ask(port, "GET", String(name)).status == 404)
    }
  }

  @Test func aStreamThatBreaksCostsNothing() async throws {
    try await door { port, channels in
      let config = try market.config()
      market.fund(config, 100_000)
      let broken = try? await ask(
        port, body(10, prompt: "fail", streams: true), market.pay(config, 1_000, price: 1_000))
      #expect(broken?.text.hasSuffix("data: [DONE]\n\n") != true)
      let id = config.id(market.escrow)
      try await until { channels.book.channel(id)?.last.isEmpty != false }
      #expect(channels.book.unclaimed == .zero)
      // Its client may count what it was told, or nothing.
      let after = try await ask(port, body(10), market.pay(config, 1_000, price: 1_000))
      #expect(after.status == 200 && channels.book.unclaimed == Amount(300))
    }
  }

  /// Who waits on a channel takes nobody's room.
  @Test func oneChannelDoesNotShutTheDoor() async throws {
    try await door { port, _ in
      let (config, other) = (try market.config(0), try market.config(1))
      market.fund(config, 100_000)
      market.fund(other, 100_000)
      terse.holds.withLock { $0 = true }
      let payment = market.pay(config, 1_000, price: 1_000)
      async let first = ask(port, body(10, prompt: "hold"), payment)
      while terse.talks.withLock({ $0 }) == 0 { try await Task.sleep(for: .milliseconds(1)) }
      let (waiting, most) = (6, body(9))
      let late = market.pay(config, 900, price: 900)
      let crowd = Task {
        try await withThrowingTaskGroup(of: Int.self) { group in
          for _ in 0..<waiting { group.addTask { try await ask(port, most, late).status } }
          return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
      }
      try await Task.sleep(for: .milliseconds(100))
      let stranger = try await ask(port, body(10), market.pay(other, 1_000, price: 1_000))
      #expect(stranger.status == 200)
      terse.holds.withLock { $0 = false }
      #expect(try await first.status == 200)
      #expect(try await crowd.value.allSatisfy { $0 == 402 })
    }
  }

  @Test func aPriceIsAskedByGetAndMoneyBackIsGivenSo() async throws {
    try await door { port, _ in
      let config = try market.config()
      market.fund(config, 100_000)
      let probe = try await RawHTTP.ask(port, "GET", "/v1/completions")
      let challenge = try #require(probe["PAYMENT-REQUIRED"].flatMap { X402.document($0) })
      #expect(probe.status == 402)
      let offer = try #require(challenge["accepts"]?[1].flatMap { PaymentRequirements($0) })
      #expect(offer.amount == UInt256(25_600))
      _ = try await ask(port, body(10), market.pay(config, 1_000, price: 1_000))
      // x402's client refunds under the offer that it was shown.
      let payload: JSONValue = [
        "type": "refund", "channelConfig": market.json(config),
        "voucher": market.voucher(config, 300),
      ]
      let back = try await RawHTTP.ask(
        port, "GET", "/v1/completions",
        fields: ["Payment-Signature: \(market.header(payload, offer))"])
      #expect(back.status == 200)
      #expect(market.node.inside.withLock { $0.refunds.map(\.amount) } == [Amount(99_700)])
      // Nothing is sold by GET.
      let config2 = try market.config(2)
      market.fund(config2, 100_000)
      let sold = try await RawHTTP.ask(
        port, "GET", "/v1/completions",
        fields: ["Payment-Signature: \(market.pay(config2, 25_600, price: 25_600))"])
      #expect(sold.status == 402 && terse.talks.withLock { $0 } == 1)
    }
  }
}
