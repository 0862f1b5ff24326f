// The seller's side: no answer without money, no money without an answer, one price for one answer.

import Primitives
import Synchronization
import Testing

@testable import NetworkRoom

@Suite struct PaymentGateTests {
  let market = PayingMarket()
  let gate: PaymentGate
  let made = Made()

  /// Counts what was made.
  final class Made: Sendable {
    let count = Mutex(0)
    var times: Int { count.withLock { $0 } }

    func product(_ text: String) -> Product {
      count.withLock { $0 += 1 }
      let facts = RunFacts(work: "text", spec: [], units: 1, input: [], output: Array(text.utf8))
      return Product(price: Amount(10_000), facts: facts) { _ in Array(text.utf8) }
    }
  }

  init() { gate = PaymentGate(settler: market.facilitator) }

  private var resource: PaidResource {
    PaidResource(
      url: "http://shop.example/answer", description: "an answer", offers: [market.wanted])
  }

  private func header(
    nonce: UInt8 = 1, for wanted: PaymentRequirements? = nil
  ) throws -> String {
    let wanted = wanted ?? market.wanted
    let payment = try market.payment(wanted, nonce: nonce)
    return X402.header([
      "x402Version": 2, "accepted": wanted.json,
      "payload": [
        "signature": .string(Hex.encode(payment.signature)),
        "authorization": [
          "from": .string(payment.payer.checksummed), "to": .string(payment.to.checksummed),
          "value": .string("\(payment.value)"), "validAfter": .string("\(payment.validAfter)"),
          "validBefore": .string("\(payment.validBefore)"), "nonce": .string("\(payment.nonce)"),
        ],
      ],
    ])
  }

  private func ask(_ payment: String?, request: UInt8 = 1) async -> GateAnswer {
    let made = made
    return await gate.serve(resource, request: SHA256.hash([request]), payment: payment) {
      made.product("answer")
    }
  }

  /// The document in a header of an answer.
  private func told(_ answer: GateAnswer, _ name: String) throws -> JSONValue {
    try #require(answer.headers[name].flatMap { X402.document($0) })
  }

  @Test func asksForMoneyFirst() async throws {
    let answer = await ask(nil)
    #expect(answer.status == 402 && answer.headers["Cache-Control"] == "no-store")
    let challenge = try self.told(answer, "PAYMENT-REQUIRED")
    #expect(challenge["x402Version"]?.uint64 == 2)
    #expect(challenge["accepts"]?[0] == market.wanted.json)
    #expect(made.times == 0)
  }

  @Test func paidForItAnswersAndSaysWhatItTook() async throws {
    let answer = await ask(try header())
    #expect(answer.status == 200 && answer.body == Array("answer".utf8))
    #expect(answer.headers["Cache-Control"] == "private")
    let told = try self.told(answer, "PAYMENT-RESPONSE")
    #expect(told["success"]?.bool == true && told["amount"]?.string == "10000")
  }

  @Test func theSameRequestGetsTheSameAnswerAndAnotherGetsNone() async throws {
    let payment = try header()
    let first = await ask(payment)
    #expect(await ask(payment) == first)
    #expect(await ask(payment, request: 2).status == 409)
    #expect(made.times == 1)
    #expect(market.door.carried.withLock { $0.count } == 1)
  }

  @Test func aPriceFromTheEchoIsNoPrice() async throws {
    var cheap = market.wanted
    cheap.amount = UInt256(1)
    #expect(await ask(try header(for: cheap)).status == 402)
    #expect(await ask("not base64!").status == 400)
    #expect(made.times == 0)
  }

  @Test func atOnceOneIsServed() async throws {
    let payment = try header()
    let (gate, made, resource) = (gate, made, resource)
    let answers = await withTaskGroup(of: GateAnswer.self) { group in
      for request in 0..<8 as Range<UInt8> {
        group.addTask {
          await gate.serve(resource, request: SHA256.hash([request]), payment: payment) {
            try await Task.sleep(for: .milliseconds(20))
            return made.product("answer")
          }
        }
      }
      return await group.reduce(into: [GateAnswer]()) { $0.append($1) }
    }
    #expect(answers.count { $0.status == 200 } == 1)
    #expect(answers.count { $0.status == 409 } == 7)
    #expect(made.times == 1)
  }

  @Test func whatFailsTakesNothing() async throws {
    let payment = try header()
    let broken = await gate.serve(resource, request: SHA256.hash([1]), payment: payment) {
      throw Problem.broken
    }
    #expect(broken.status == 500 && market.door.carried.withLock { $0.isEmpty })
    #expect(await ask(payment).status == 200)
  }

  /// The settlement's answer was lost: no challenge, the hash, and the same payment is enough.
  @Test func anUnknownSettlementAsksForNoSecondPayment() async throws {
    let payment = try header()
    market.door.loses.withLock { $0 = .broken }
    let lost = await ask(payment)
    #expect(lost.status == 502 && lost.headers["PAYMENT-REQUIRED"] == nil)
    let told = try self.told(lost, "PAYMENT-RESPONSE")
    #expect(told["errorReason"]?.string == "settlement_pending")
    market.door.loses.withLock { $0 = nil }
    let found = await ask(payment)
    #expect(found.status == 200 && market.door.carried.withLock { $0.count } == 1)
    let paid = try self.told(found, "PAYMENT-RESPONSE")
    #expect(paid["transaction"] == told["transaction"])
  }
}
