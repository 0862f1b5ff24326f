// Answers that have to pass a check: how they are asked for, what they cost, and who says what.

import Chain
import Foundation
import Logging
import Payments
import Primitives
import Synchronization
import Testing

@testable import NetworkRoom

/// Says a symbol a token; what is checked passes, fails, or waits, as the prompt tells.
private final class Checked: Speaker {
  let models = [
    SpokenModel(name: "terse", created: 7, owner: "tests"),
    SpokenModel(name: "llama:proved", created: 7, owner: "tests"),
  ]
  let talks = Mutex([Utterance]())
  let holds = Mutex(false)

  func checks(of model: String) -> [SpokenCheck] {
    guard model == "terse" else { return [] }
    return ["replicated", "proved(succinct)"].compactMap {
      SpokenCheck(
        $0, mostTokens: 4, once: Amount(1_000), each: Amount(200), isPublic: $0 != "replicated")
    }
  }

  func speak(
    _ asked: Utterance, emit: (String) async throws -> Void
  ) async throws -> Spoken {
    talks.withLock { $0.append(asked) }
    while holds.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
    guard let check = asked.check else {
      try await emit("said")
      return Spoken(promptTokens: 1, completionTokens: 1, stopped: true)
    }
    if asked.prompt == "fail" { throw SpeechProblem.checkFailed(check, "nobody answered") }
    for number in 0..<asked.most { try await emit("\(number)") }
    let passed = PassedCheck(check, runs: ["run_a", "run_b"], cost: Amount(700))
    return Spoken(promptTokens: 1, completionTokens: asked.most, stopped: false, passed: passed)
  }
}

@Suite struct CheckedDoorTests {
  let market = ChannelMarket()
  private let speaker = Checked()
  /// Once, four tokens, and what the door itself takes.
  private static let price: UInt64 = 1_000 + 4 * 200 + 100

  private func door<T>(
    isFree: Bool = false, _ body: (Int, ChannelGate) async throws -> T
  ) async throws -> T {
    let channels = market.channels()
    let price = SpeechPrice(
      Amount(100), per: .call, payTo: market.seller.address, chainID: market.chainID,
      gate: market.gate(channels))
    let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let server = try await Server.start(
      speaker, price: isFree ? nil : price, host: "127.0.0.1", port: 0, log: silent)
    do {
      let result = try await body(server.address.port, channels)
      await server.stop(grace: .milliseconds(200))
      return result
    } catch {
      await server.stop(grace: .milliseconds(200))
      throw error
    }
  }

  private func body(
    _ model: String, prompt: String = "x", most: Int? = nil, streams: Bool = false
  ) -> [UInt8] {
    let rest = (streams ? #","stream":true"# : "") + (most.map { ",\"max_tokens\":\($0)" } ?? "")
    return Array(
      #"{"model":"\#(model)","messages":[{"role":"user","content":"\#(prompt)"}]\#(rest)}"#.utf8)
  }

  private func ask(
    _ port: Int, _ body: [UInt8], _ payment: String? = nil, check: String? = nil,
    path: String = "/v1/chat/completions"
  ) async throws -> RawReply {
    let fields =
      (payment.map { ["Payment-Signature: \($0)"] } ?? [])
      + (check.map { ["Tolsey-Check: \($0)"] } ?? [])
    return try await RawHTTP.ask(port, "POST", path, fields: fields, body: body)
  }

  private func error(_ reply: RawReply) -> String { reply.json?["error"]?["code"]?.string ?? "" }

  private func charged(_ reply: RawReply) -> String? {
    reply["PAYMENT-RESPONSE"].flatMap { X402.document($0) }?["extra"]?["chargedAmount"]?.string
  }

  @Test func checksAreNamedInManyWays() {
    let known = [
      "open": "open", "replicated": "replicated(3)", "replicated3": "replicated(3)",
      "Replicated(5)": "replicated(5)", "replicated-7": "replicated(7)",
      "proved": "proved(open)", "provedsuccinct": "proved(succinct)",
      "proved(private)": "proved(private)", "disputable": "disputable",
    ]
    for (word, name) in known.sorted(by: { $0.key < $1.key }) {
      #expect(SpokenCheck.named(word) == name, "\(word)")
    }
    for word in ["", "replicated4", "optimistic", "replicated3, open", "prövéd", "open\n"] {
      #expect(SpokenCheck.named(word) == nil, "\(word)")
    }
  }

  /// Who asks for a check is never sold what nobody checked.
  @Test func whatIsNotSoldIsRefusedBeforeItIsPaid() async throws {
    try await door { port, _ in
      let asked: [(model: String, check: String?, status: Int, code: String)] = [
        ("terse:disputable", nil, 400, "check_not_sold"),
        ("terse", "replicated(5)", 400, "check_not_sold"),
        ("terse", "sworn", 400, "unknown_check"),
        ("terse:replicated3", "open", 400, "two_checks"),
        ("terse:sworn", nil, 404, "model_not_found"),
        ("other:replicated3", nil, 404, "model_not_found"),
        ("llama:proved", "proved(open)", 400, "check_not_sold"),
        ("llama:proved", nil, 402, "payment_required"),
      ]
      for each in asked {
        let reply = try await ask(port, body(each.model), check: each.check)
        #expect(
          reply.status == each.status && error(reply) == each.code,
          "\(each.model) \(each.check ?? "-"): \(reply.status) \(reply.text)")
      }
      let long = try await ask(port, body("terse:replicated3", most: 5))
      #expect(long.status == 400 && long.json?["error"]?["param"] == "max_tokens")
      #expect(speaker.talks.withLock { $0.isEmpty })
    }
    // Nobody pays for the market where nothing is paid.
    try await door(isFree: true) { port, _ in
      #expect(try await ask(port, body("terse")).status == 200)
      let free = try await ask(port, body("terse:replicated3"))
      #expect(error(free) == "check_not_sold")
    }
  }

  @Test func checkedModelsAreListed() async throws {
    try await door { port, _ in
      let list = try await RawHTTP.ask(port, "GET", "/v1/models").json?["data"]?.array ?? []
      #expect(
        list.compactMap { $0["id"]?.string } == [
          "terse", "terse:replicated3", "terse:provedsuccinct", "llama:proved",
        ])
      let one = try await RawHTTP.ask(port, "GET", "/v1/models/terse:replicated3")
      #expect(one.status == 200 && one.json?["id"] == "terse:replicated3")
    }
  }

  @Test func theDemandSaysCheckAndPriceAndTakesVouchersOnly() async throws {
    try await door { port, _ in
      for (model, check) in [("terse:replicated3", nil), ("terse", "replicated(3)")] {
        let reply = try await ask(port, body(model), check: check)
        let demand = try #require(reply["PAYMENT-REQUIRED"].flatMap { X402.document($0) })
        #expect(reply.status == 402 && reply["Tolsey-Check"] == "replicated(3)")
        let offers = (demand["accepts"]?.array ?? []).compactMap { PaymentRequirements($0) }
        #expect(offers.map(\.scheme) == [X402.channelScheme])
        #expect(offers.first?.amount == UInt256(Self.price))
        #expect(demand["resource"]?["description"]?.string?.contains("replicated(3)") == true)
      }
      let open = try await ask(port, body("terse"))
      #expect(open["Tolsey-Check"] == "open")
      let shown = try await ask(port, body("terse:proved(succinct)"))
      let words = shown["PAYMENT-REQUIRED"].flatMap { X402.document($0) }
      #expect(words?["resource"]?["description"]?.string?.contains("everybody can read") == true)
    }
  }

  @Test func anAnswerSaysWhatItPassedAndCostsWhatItTook() async throws {
    try await door { port, channels in
      let config = try market.config()
      market.fund(config, 100_000)
      let price = Self.price
      let whole = try await ask(
        port, body("terse:replicated3"), market.pay(config, price, price: price))
      #expect(whole.status == 200 && whole["Tolsey-Check"] == "replicated(3)", "\(whole.text)")
      #expect(charged(whole) == "800")
      #expect(whole.json?["model"] == "terse:replicated3")
      #expect(whole.json?["tolsey"]?["check"] == "replicated(3)")
      #expect(whole.json?["tolsey"]?["runs"] == ["run_a", "run_b"])
      let stream = try await ask(
        port, body("terse", streams: true), market.pay(config, 800 + price, price: price),
        check: "replicated3")
      #expect(stream["Tolsey-Check"] == "replicated(3)")
      #expect(stream.text.contains(#""tolsey":{"check":"replicated(3)""#))
      #expect(stream.text.hasSuffix("data: [DONE]\n\n"))
      #expect(channels.book.unclaimed == Amount(1_600))
      let responses = Array(#"{"model":"terse:replicated3","input":"x"}"#.utf8)
      let third = try await ask(
        port, responses, market.pay(config, 1_600 + price, price: price), path: "/v1/responses")
      #expect(third.json?["tolsey"]?["check"] == "replicated(3)", "\(third.text)")
    }
  }

  @Test func whatPassesNothingCostsNothingAndSaysWhy() async throws {
    try await door { port, channels in
      let config = try market.config()
      market.fund(config, 100_000)
      let payment = market.pay(config, Self.price, price: Self.price)
      for streams in [false, true] {
        let failed = try await ask(
          port, body("terse:replicated3", prompt: "fail", streams: streams), payment)
        #expect(failed.status == 424 && error(failed) == "check_failed", "\(failed.text)")
        #expect(failed["Tolsey-Check"] == nil)
      }
      #expect(channels.book.unclaimed == .zero)
      // The same voucher pays for the next one.
      let next = try await ask(port, body("terse:replicated3"), payment)
      #expect(next.status == 200 && charged(next) == "800")
    }
  }

  /// A voucher for the price of one check buys nothing under another, nor for less.
  @Test func aCheaperPaymentBuysNoCheck() async throws {
    try await door { port, channels in
      let config = try market.config()
      market.fund(config, 100_000)
      let cheap = try await ask(
        port, body("terse:replicated3"), market.pay(config, 100, price: 100))
      #expect(cheap.status == 402 && channels.book.unclaimed == .zero)
      // The very body that was paid for, but its field asks for a check.
      let open = market.pay(config, 100, price: 100)
      #expect(try await ask(port, body("terse"), open).status == 200)
      let other = try await ask(port, body("terse"), open, check: "replicated(3)")
      #expect(other.status == 402 && other["Tolsey-Check"] == "replicated(3)")
    }
  }

  /// Who leaves has it paid: it could have the door buy for nothing, again and again.
  @Test func whoLeavesPaysForWhatWasBought() async throws {
    try await door { port, channels in
      let config = try market.config()
      market.fund(config, 100_000)
      speaker.holds.withLock { $0 = true }
      let payment = market.pay(config, Self.price, price: Self.price)
      let request = body("terse:replicated3")
      do {
        let gone = try RawHTTP(port)
        gone.send(
          "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nPayment-Signature: \(payment)\r\n"
            + "Content-Length: \(request.count)\r\n\r\n" + String(decoding: request, as: UTF8.self))
        while speaker.talks.withLock({ $0.isEmpty }) {
          try await Task.sleep(for: .milliseconds(1))
        }
      }
      try await Task.sleep(for: .milliseconds(20))
      speaker.holds.withLock { $0 = false }
      try await until { channels.book.unclaimed != .zero }
      #expect(channels.book.unclaimed == Amount(800))
      // It is kept for who asks again.
      let again = try await ask(port, request, payment)
      #expect(again.status == 200 && speaker.talks.withLock { $0.count } == 1)
    }
  }

  /// The same sale has the same number, by which the speaker knows what it bought for it.
  @Test func aSaleThatIsBegunAgainHasItsNumber() async throws {
    try await door { port, _ in
      let config = try market.config()
      market.fund(config, 100_000)
      let payment = market.pay(config, Self.price, price: Self.price)
      for _ in 0..<2 {
        _ = try await ask(port, body("terse:replicated3", prompt: "fail"), payment)
      }
      let sales = speaker.talks.withLock { $0.map(\.sale) }
      #expect(sales.count == 2 && sales[0] != nil && sales[0] == sales[1])
    }
  }
}
