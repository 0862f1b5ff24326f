// Doors that are paid by x402, over HTTP: text for OpenAI's clients, and runs with signed receipts.

import Chain
import Foundation
import Logging
import Payments
import Primitives
import Synchronization
import Testing

@testable import NetworkRoom

/// Says the seed that it was given, once for each token asked for, and counts its talks.
private final class Oracle: Speaker {
  let talks = Mutex(0)
  let models = [SpokenModel(name: "oracle", created: 7, owner: "tests")]

  func speak(
    _ asked: Utterance, emit: (String) async throws -> Void
  ) async throws -> Spoken {
    talks.withLock { $0 += 1 }
    if asked.prompt == "fail" { throw CancellationError() }
    for _ in 0..<asked.most { try await emit("\(asked.seed ?? 0) ") }
    return Spoken(promptTokens: 1, completionTokens: asked.most, stopped: false)
  }
}

/// Doubles every byte.
private struct Doubler: RunSeller {
  let wares = [
    RunWare(
      name: "double", description: "twice", work: "inference", spec: [1, 2], units: 1,
      price: Amount(10_000))
  ]

  func input(_ body: [UInt8], for ware: RunWare) throws(Refusal) -> [UInt8] {
    guard !body.isEmpty else { throw Refusal("malformedInput", ["offset": 0]) }
    return body
  }

  func run(_ input: [UInt8], of ware: RunWare) throws(Refusal) -> MadeRun {
    MadeRun(
      output: input.map { $0 &* 2 },
      members: [.init(name: "size", value: .unsigned(UInt64(input.count)))])
  }
}

@Suite struct PaidDoorTests {
  let market = PayingMarket()
  private let oracle = Oracle()

  private var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

  private func price(_ unit: SpeechUnit, file: SaleFile? = nil) -> SpeechPrice {
    SpeechPrice(
      Amount(unit == .call ? 10_000 : 2_500), per: unit, payTo: market.seller,
      chainID: market.node.services.facts.chainID,
      gate: PaymentGate(settler: market.facilitator, file: file))
  }

  /// Opens a door, asks, and closes it.
  private func speech<T>(
    _ unit: SpeechUnit = .call, file: SaleFile? = nil, _ body: (Int) async throws -> T
  ) async throws -> T {
    let server = try await Server.start(
      oracle, price: price(unit, file: file), host: "127.0.0.1", port: 0, log: silent)
    do {
      let result = try await body(server.address.port)
      await server.stop(grace: .milliseconds(200))
      return result
    } catch {
      await server.stop(grace: .milliseconds(200))
      throw error
    }
  }

  private func say(_ rest: String = "", prompt: String = "x", most: Int = 4) -> [UInt8] {
    Array(#"{"model":"oracle","prompt":"\#(prompt)","max_tokens":\#(most)\#(rest)}"#.utf8)
  }

  private func ask(
    _ port: Int, _ body: [UInt8], pay: ExactPayment? = nil, path: String = "/v1/completions"
  ) async throws -> RawReply {
    let fields = pay.map { ["Payment-Signature: \(X402.header($0.json))"] } ?? []
    return try await RawHTTP.ask(port, "POST", path, fields: fields, body: body)
  }

  /// What a reply asks for.
  private func wanted(_ reply: RawReply) throws -> PaymentRequirements {
    let challenge = try #require(reply["PAYMENT-REQUIRED"].flatMap { X402.document($0) })
    return try #require(challenge["accepts"]?[0].flatMap { PaymentRequirements($0) })
  }

  private var carried: Int { market.door.carried.withLock { $0.count } }

  @Test func textIsPaidForFirst() async throws {
    try await speech { port in
      let unpaid = try await ask(port, say())
      #expect(unpaid.status == 402)
      #expect(unpaid.json?["error"]?["code"] == "payment_required")
      let offer = try wanted(unpaid)
      #expect(offer.amount == UInt256(10_000) && offer.payTo == market.seller)
      #expect(oracle.talks.withLock { $0 } == 0)
      let payment = try market.payment(offer)
      let paid = try await ask(port, say(), pay: payment)
      #expect(paid.status == 200)
      #expect(paid["PAYMENT-RESPONSE"].flatMap { X402.document($0) }?["success"] == true)
      let again = try await ask(port, say(), pay: payment)
      #expect(again.body == paid.body)
      #expect(oracle.talks.withLock { $0 } == 1 && carried == 1)
      // Another body, another path: the payment is spent.
      #expect(try await ask(port, say(most: 5), pay: payment).status == 409)
      let elsewhere = try await ask(port, say(), pay: payment, path: "/v1/completions?a=b")
      #expect(elsewhere.status == 409)
      #expect(elsewhere["X-Should-Retry"] == "false")
      #expect(carried == 1)
    }
  }

  @Test func nobodyPaysForWhatCannotBeAnswered() async throws {
    try await speech { port in
      #expect(try await ask(port, Array("{".utf8)).status == 400)
      #expect(try await ask(port, Array(#"{"model":"no","prompt":"x"}"#.utf8)).status == 404)
      #expect(try await RawHTTP.ask(port, "GET", "/v1/models").status == 200)
      let offer = try wanted(try await ask(port, say(prompt: "fail")))
      for (nonce, rest) in [(UInt8(1), ""), (2, #","stream":true"#)] {
        let payment = try market.payment(offer, nonce: nonce)
        let failed = try await ask(port, say(rest, prompt: "fail"), pay: payment)
        #expect(failed.status == 500)
      }
      #expect(carried == 0)
    }
  }

  @Test func aPriceByTokenIsForWhatTheRequestAllows() async throws {
    try await speech(.token) { port in
      let few = try wanted(try await ask(port, say(most: 4)))
      #expect(few.amount == UInt256(10_000))
      #expect(try wanted(try await ask(port, say(most: 8))).amount == UInt256(20_000))
      // Who pays for four tokens gets no eight.
      let payment = try market.payment(few)
      #expect(try await ask(port, say(most: 8), pay: payment).status == 402)
      #expect(try await ask(port, say(most: 4), pay: payment).status == 200)
    }
  }

  @Test func aStreamIsSettledBeforeItsFirstByteAndKept() async throws {
    try await speech { port in
      let body = say(#","stream":true"#, most: 50)
      let payment = try market.payment(try wanted(try await ask(port, body)))
      let stream = try await ask(port, body, pay: payment)
      #expect(stream.status == 200 && stream["Content-Type"] == "text/event-stream")
      #expect(stream["PAYMENT-RESPONSE"] != nil && carried == 1)
      #expect(stream.text.hasSuffix("data: [DONE]\n\n"))
      var again = try await ask(port, body, pay: payment)
      try await until {
        if again.status == 409 { again = try await ask(port, body, pay: payment) }
        return again.status != 409
      }
      #expect(again.body == stream.body)
      #expect(oracle.talks.withLock { $0 } == 1 && carried == 1)
    }
  }

  /// A payer whose money is gone when it is to be settled reads nothing.
  @Test func aStreamThatDoesNotSettleSaysNothing() async throws {
    try await speech { port in
      let body = say(#","stream":true"#)
      let payment = try market.payment(try wanted(try await ask(port, body)))
      market.door.refuses.withLock { $0 = Problem(409, "insufficient", "no money") }
      let refused = try await ask(port, body, pay: payment)
      #expect(refused.status == 402 && !refused.text.contains("choices"))
      market.door.refuses.withLock { $0 = nil }
      market.door.loses.withLock { $0 = .broken }
      let second = try market.payment(try wanted(try await ask(port, body)), nonce: 2)
      let lost = try await ask(port, body, pay: second)
      #expect(lost.status == 502 && lost["PAYMENT-REQUIRED"] == nil)
      market.door.loses.withLock { $0 = nil }
      #expect(try await ask(port, body, pay: second).status == 200)
      #expect(carried == 1)
    }
  }

  /// The seller is killed after it took the money: the same payment gets the same answer from the
  /// next one, and another request nothing.
  @Test func whatWasPaidIsRememberedByTheNextSeller() async throws {
    let path = NSTemporaryDirectory() + "sales-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let now = PayingMarket.now
    var file: SaleFile? = try SaleFile(path, now: now)
    #expect(throws: SaleFile.Problem.inUse) { _ = try SaleFile(path, now: now) }
    var payment: ExactPayment?
    let first = try await speech(file: file) { port in
      payment = try market.payment(try wanted(try await ask(port, say())))
      return try await ask(port, say(), pay: payment)
    }
    file = nil
    let next = try await settled { try SaleFile(path, now: now) }
    #expect(next.found.count == 1)
    try await speech(file: next) { port in
      #expect(try await ask(port, say(most: 3), pay: payment).status == 409)
      let again = try await ask(port, say(), pay: payment)
      #expect(again.status == 200 && again.body == first.body)
      #expect(carried == 1)
    }
  }

  /// A server that was stopped lets go of its gate a little later.
  private func settled(_ open: () throws -> SaleFile) async throws -> SaleFile {
    var file: SaleFile?
    try await until {
      do { file = try open() } catch SaleFile.Problem.inUse {}
      return file != nil
    }
    return try #require(file)
  }

  @Test func aFileOfSalesThatWasTornOrIsOld() throws {
    let path = NSTemporaryDirectory() + "sales-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    do {
      let file = try SaleFile(path, now: 100)
      try file.note(payment: SHA256.hash([1]), request: SHA256.hash([2]), until: 150)
      try file.note(payment: SHA256.hash([3]), request: SHA256.hash([4]), until: 500_000)
    }
    let whole = try String(contentsOfFile: path, encoding: .utf8)
    try (whole + "0x12").write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try SaleFile(path, now: 160).found.count == 2)
    #expect(try SaleFile(path, now: 400_000).found.map(\.until) == [500_000])
    try ("tolsey sales 1\nnonsense\n").write(toFile: path, atomically: true, encoding: .utf8)
    #expect(throws: SaleFile.Problem.unreadable(line: 2)) { _ = try SaleFile(path, now: 1) }
  }

  // MARK: - Runs

  @Test func aRunComesWithItsSignedReceipt() async throws {
    let key = PrivateKey(seed: Array("seller".utf8))
    let facts = market.node.services.facts
    let desk = ReceiptDesk(key: key, network: facts.network, chainID: facts.chainID)
    let till = RunTill(
      desk: desk, gate: PaymentGate(settler: market.facilitator, desk: desk))
    let server = try await Server.start(
      Doubler(), till: till, host: "127.0.0.1", port: 0, log: silent)
    let (port, path) = (server.address.port, "/runs/double")
    let list = try await RawHTTP.ask(port, "GET", "/runs")
    #expect(list.json?["runs"]?[0]?["price"]?.uint64 == 10_000)
    #expect(try await ask(port, [], path: path).status == 400)
    #expect(try await ask(port, [1], path: "/runs/other").status == 404)
    let unpaid = try await ask(port, [1, 2], path: path)
    #expect(unpaid.status == 402 && unpaid.code == "paymentRequired")
    let payment = try market.payment(try wanted(unpaid))
    let paid = try await ask(port, [1, 2], pay: payment, path: path)
    #expect(paid.status == 200 && paid.json?["size"]?.uint64 == 2)
    let text = try #require(paid.json?["receipt"]?.string)
    let receipt = try SignedRun.verify(Array(try #require(Data(base64Encoded: text))))
    #expect(receipt.run.provider == key.address && receipt.run.buyer == market.payer.address)
    #expect(receipt.run.network == facts.network && receipt.run.price == Amount(10_000))
    #expect(receipt.isInput([1, 2]) && receipt.isOutput([2, 4]))
    let told = paid["PAYMENT-RESPONSE"].flatMap { X402.document($0) }?["transaction"]?.string
    #expect(told == "\(receipt.run.transaction)")
    #expect(try await ask(port, [1, 2], pay: payment, path: path).body == paid.body)
    #expect(try await ask(port, [1, 3], pay: payment, path: path).status == 409)
    await server.stop(grace: .milliseconds(200))
  }
}
