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

  // MARK: - Answers that are made before they are paid

  /// Counts how often a payment is verified, and settles as it is told.
  private final class Counting: PaymentSettler {
    let base: any PaymentSettler
    let verified = Mutex(0)
    let fails = Mutex<X402Reason?>(nil)

    init(_ base: any PaymentSettler) { self.base = base }

    func verify(_ request: FacilitatorRequest) async throws -> PaymentVerdict {
      verified.withLock { $0 += 1 }
      return try await base.verify(request)
    }

    func settle(_ request: FacilitatorRequest) async throws -> PaymentOutcome {
      if let reason = fails.withLock({ $0 }) {
        return PaymentOutcome(reason, payer: nil, network: request.requirements.network)
      }
      return try await base.settle(request)
    }
  }

  /// A facilitator that verified one payment twice would take it for two sales, and not say a
  /// second time that it was settled.
  @Test func whatCouldNotBeMadeIsNotVerifiedAgain() async throws {
    let settler = Counting(market.facilitator)
    let gate = PaymentGate(settler: settler)
    let payment = try header()
    for _ in 0..<3 {
      let broken = await gate.serve(resource, request: SHA256.hash([1]), payment: payment) {
        throw Problem.broken
      }
      #expect(broken.status == 500)
    }
    settler.fails.withLock { $0 = .failed }
    let made = made
    func ask() async -> GateAnswer {
      await gate.serve(resource, request: SHA256.hash([1]), payment: payment) {
        made.product("answer")
      }
    }
    #expect(await ask().status == 402)
    settler.fails.withLock { $0 = nil }
    #expect(await ask().status == 200)
    #expect(settler.verified.withLock { $0 } == 1)
  }

  /// A payer whose money went away while its answer was made gets none made again.
  @Test func whatTheLedgerWouldNotPayIsMadeOnce() async throws {
    let settler = Counting(market.facilitator)
    let gate = PaymentGate(settler: settler)
    let (payment, made) = (try header(), made)
    settler.fails.withLock { $0 = .balance }
    for _ in 0..<5 {
      let answer = await gate.serve(resource, request: SHA256.hash([1]), payment: payment) {
        made.product("answer")
      }
      #expect(answer.status == 402)
    }
    #expect(made.times == 1)
  }

  /// How many are made at the same time.
  private final class AtOnce: Sendable {
    let count = Mutex((now: 0, most: 0))

    func begin() { count.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
    func end() { count.withLock { $0.now -= 1 } }
  }

  /// One balance, many payments: while one of them is unsettled no other is even judged.
  @Test func aPayerHasOneUnsettledPayment() async throws {
    let settler = Counting(market.facilitator)
    let gate = PaymentGate(settler: settler)
    let made = made
    let atOnce = AtOnce()
    let headers = try (1...6).map { try header(nonce: $0) }
    let resource = resource
    let answers = await withTaskGroup(of: GateAnswer.self) { group in
      for (number, payment) in headers.enumerated() {
        group.addTask {
          let request = SHA256.hash([UInt8(number)])
          let opened = await gate.open(resource, request: request, payment: payment)
          guard case .sale(let sale) = opened else { return .busy }
          return await sale.complete {
            atOnce.begin()
            for _ in 0..<50 { await Task.yield() }
            atOnce.end()
            return made.product("answer")
          }
        }
      }
      return await group.reduce(into: [GateAnswer]()) { $0.append($1) }
    }
    #expect(answers.allSatisfy { $0.status == 200 })
    #expect(atOnce.count.withLock { $0.most } == 1 && made.times == 6)
    // Who is turned away gives its turn back.
    let none = await gate.open(resource, request: SHA256.hash([9]), payment: try header(nonce: 9)) {
      false
    }
    guard case .answer(let busy) = none else {
      Issue.record("sold without room")
      return
    }
    #expect(busy.status == 429)
    #expect(await ask(try header(nonce: 10)).status == 200)
  }

  @Test func aPaymentThatEndsBeforeItsAnswerIsNotTaken() async throws {
    let payment = try header()
    let json = try #require(X402.document(payment).flatMap { ExactPayment($0) })
    let end = try #require(json.validBefore.uint64)
    let margin = market.wanted.timeout / 2
    let clock = Mutex(end - margin + 1)
    let gate = PaymentGate(settler: market.facilitator, now: { clock.withLock { $0 } })
    let made = made
    func ask() async -> GateAnswer {
      await gate.serve(resource, request: SHA256.hash([1]), payment: payment) {
        made.product("answer")
      }
    }
    let late = await ask()
    #expect(late.status == 402 && made.times == 0)
    #expect(
      try told(late, "PAYMENT-REQUIRED")["error"]?.string == X402Reason.validBefore.rawValue)
    clock.withLock { $0 = end - margin }
    #expect(await ask().status == 200)
  }
}
