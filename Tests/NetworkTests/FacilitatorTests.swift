// A facilitator: verdicts in the order of x402's own, and one transaction a payment.

import Chain
import Kernel
import Payments
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct FacilitatorTests {
  let market = PayingMarket()

  private func reason(
    _ wanted: PaymentRequirements, signedBy key: PrivateKey? = nil,
    _ change: (inout TransferAuthorisation) -> Void = { _ in }
  ) throws -> X402Reason? {
    let payment = try market.payment(wanted, signedBy: key, change)
    return try market.facilitator.verify(FacilitatorRequest(payment, wanted)).reason
  }

  @Test func aGoodPaymentIsGood() throws {
    #expect(try reason(market.wanted) == nil)
    let verdict = try market.facilitator.verify(try market.request())
    #expect(verdict.json["payer"]?.string == market.payer.address.checksummed)
  }

  @Test func eachFaultHasItsReason() throws {
    let now = PayingMarket.now
    let wanted = market.wanted
    func asked(_ change: (inout PaymentRequirements) -> Void) -> PaymentRequirements {
      var other = wanted
      change(&other)
      return other
    }
    #expect(try reason(asked { $0.scheme = "upto" }) == .scheme)
    #expect(try reason(asked { $0.network = "eip155:1" }) == .network)
    #expect(try reason(asked { $0.name = nil }) == .noDomain)
    #expect(try reason(wanted) { $0.to = market.payer.address } == .recipient)
    #expect(try reason(wanted) { $0.value = Amount(10_001) } == .value)
    #expect(try reason(wanted) { $0.value = Amount(9_999) } == .value)
    #expect(try reason(wanted) { $0.validBefore = now + 5 } == .validBefore)
    #expect(try reason(wanted) { $0.validBefore = now + 6 } == nil)
    #expect(try reason(wanted) { $0.validBefore = now + SpentNonce.horizon } == nil)
    #expect(try reason(wanted) { $0.validBefore = now + SpentNonce.horizon + 1 } == .validBefore)
    #expect(try reason(wanted) { $0.validAfter = now } == .validAfter)
    #expect(try reason(wanted, signedBy: PrivateKey(seed: [3])) == .signature)
    let lookAlike = asked { $0.asset = DollarToken.canonical(2) }
    #expect(try reason(lookAlike) == .asset)
    #expect(try reason(asked { $0.name = "USD Coin" }) == .tokenName)
    #expect(try reason(asked { $0.version = "2" }) == .tokenVersion)
    #expect(try reason(asked { $0.amount = UInt256(1_000_001) }) == .balance)
    let stranger = asked { $0.payTo = PrivateKey(seed: [9]).address }
    #expect(try reason(stranger) == .recipient)
  }

  @Test func theNetworkOfTheEchoIsTheOneAsked() throws {
    var other = market.wanted
    other.network = "eip155:1"
    let payment = try market.payment(other)
    let verdict = try market.facilitator.verify(FacilitatorRequest(payment, market.wanted))
    #expect(verdict.reason == .networkMismatch)
  }

  @Test func itOpensSoManyAccountsADay() async throws {
    let market = PayingMarket(accountsPerDay: 2)
    for (nonce, isDone) in [(1, true), (2, true), (3, false)] as [(UInt8, Bool)] {
      let payer = PrivateKey(seed: [7, nonce])
      market.fund(payer.address, 1_000_000)
      var wanted = market.wanted
      wanted.payTo = PrivateKey(seed: [9, nonce]).address
      let payment = try market.payment(wanted, nonce: nonce, signedBy: payer) {
        $0.payer = payer.address
      }
      let request = FacilitatorRequest(payment, wanted)
      #expect(try await market.facilitator.settle(request).isDone == isDone)
    }
  }

  @Test func settledTwiceItIsTheFirstTransaction() async throws {
    let request = try market.request()
    #expect(try market.facilitator.verify(request).isValid)
    let first = try await market.facilitator.settle(request)
    let again = try await market.facilitator.settle(request)
    #expect(first.isDone && again.json == first.json)
    #expect(first.isFresh && !again.isFresh)
    #expect(market.door.carried.withLock { $0.count } == 1)
    #expect(try market.facilitator.verify(request).reason == .nonceUsed)
  }

  /// Two sellers, or one that is asked twice at once, verify one payment: one of them is paid.
  @Test func twoSalesOfOnePaymentAreOne() async throws {
    let request = try market.request()
    #expect(try market.facilitator.verify(request).isValid)
    #expect(try market.facilitator.verify(request).isValid)
    let first = try await market.facilitator.settle(request)
    let second = try await market.facilitator.settle(request)
    #expect(first.isDone && second.reason == .nonceUsed)
    #expect(second.transaction == first.transaction)
  }

  /// A seller that looks at payments by itself and only settles: it is told once.
  @Test func whoNeverVerifiesIsToldOnce() async throws {
    let request = try market.request()
    let first = try await market.facilitator.settle(request)
    let second = try await market.facilitator.settle(request)
    #expect(first.isDone && second.reason == .nonceUsed)
    #expect(second.transaction == first.transaction)
  }

  /// Two naive sellers ask at the same moment.
  @Test func ofTwoAtOnceWhoNeverVerifiedOneIsTold() async throws {
    let market = market
    for round in 0..<200 as Range<UInt8> {
      let request = try market.request(nonce: round)
      let told = try await withThrowingTaskGroup(of: PaymentOutcome.self) { group in
        for _ in 0..<2 { group.addTask { try await market.facilitator.settle(request) } }
        return try await group.reduce(into: [PaymentOutcome]()) { $0.append($1) }
      }
      #expect(told.count(where: \.isDone) == 1)
      #expect(Set(told.map(\.transaction)).count == 1)
    }
    #expect(market.door.carried.withLock { $0.count } == 200)
  }

  @Test func whatAFloodPushedOutIsNotSoldAgain() {
    let payment = SHA256.hash([1])
    var book = SaleBook(most: 8)
    #expect(book.mayRepeat(payment), "the answer may have been lost in an earlier life")
    book.noteVerified(payment)
    #expect(book.mayRepeat(payment))
    book.noteVerified(payment)
    #expect(!book.mayRepeat(payment))
    for other in 2..<12 as Range<UInt8> { book.noteVerified(SHA256.hash([other])) }
    #expect(!book.mayRepeat(payment))
  }

  /// Who holds what was signed may carry it, too: the money has moved, so the sale stands.
  @Test func somebodyElseMayCarryIt() async throws {
    let request = try market.request()
    #expect(try market.facilitator.verify(request).isValid)
    let other = PrivateKey(seed: Array("other carrier".utf8))
    let authorisation = try #require(request.payment.authorisation)
    market.door.isAhead.withLock { $0 = (other, authorisation) }
    let outcome = try await market.facilitator.settle(request)
    #expect(outcome.isDone)
    #expect(market.door.carried.withLock { $0.first?.head.from } == other.address)
    #expect(outcome.transaction != nil)
  }

  @Test func whatIsNotWorthItsTollIsNotCarried() async throws {
    var wanted = market.wanted
    wanted.amount = UInt256(49)
    let dust = FacilitatorRequest(try market.payment(wanted), wanted)
    #expect(try market.facilitator.verify(dust).reason == .value)
    #expect(try await market.facilitator.settle(dust).isDone == false)
    #expect(market.door.carried.withLock { $0.isEmpty })
  }

  /// What the ledger refuses has cost its toll all the same.
  @Test func aRefusalIsSpent() async throws {
    var limits = FacilitatorLimits()
    limits.tollsPerDay = Amount(100)
    limits.payees = [market.seller]
    let market = PayingMarket(limits: limits)
    let first = try market.request(nonce: 1)
    let other = PrivateKey(seed: Array("other carrier".utf8))
    let authorisation = try #require(first.payment.authorisation)
    market.door.isAhead.withLock { $0 = (other, authorisation) }
    _ = try await market.facilitator.settle(first)
    #expect(try await market.facilitator.settle(try market.request(nonce: 2)).isDone)
    let third = try await market.facilitator.settle(try market.request(nonce: 3))
    #expect(third.reason == .failed && third.message?.contains("today") == true)
  }

  /// Many at once open no more accounts than are allowed, and what fails gives its place back.
  @Test func openingsAreTakenBeforeTheyAreSpent() async throws {
    let market = PayingMarket(accountsPerDay: 1)
    func stranger(_ nonce: UInt8) throws -> FacilitatorRequest {
      var wanted = market.wanted
      wanted.payTo = PrivateKey(seed: [9, nonce]).address
      return FacilitatorRequest(try market.payment(wanted, nonce: nonce), wanted)
    }
    market.door.refuses.withLock { $0 = .busy(9) }
    #expect(try await market.facilitator.settle(try stranger(0)).isDone == false)
    market.door.refuses.withLock { $0 = nil }
    let done = try await withThrowingTaskGroup(of: Bool.self) { group in
      for nonce in 1..<40 as Range<UInt8> {
        let request = try stranger(nonce)
        group.addTask { try await market.facilitator.settle(request).isDone }
      }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(done == 1)
  }

  @Test func anotherPaymentOverTheNonceIsNotTheFirst() async throws {
    _ = try await market.facilitator.settle(try market.request())
    let other = PrivateKey(seed: [8]).address
    market.fund(other, 1)
    var wanted = market.wanted
    wanted.payTo = other
    let second = FacilitatorRequest(try market.payment(wanted), wanted)
    let outcome = try await market.facilitator.settle(second)
    #expect(outcome.reason == .nonceUsed)
  }

  /// The answer of the door was lost: the hash comes back, and asking again finds the payment.
  @Test func anUnknownOutcomeNamesTheMessage() async throws {
    market.door.loses.withLock { $0 = .broken }
    let request = try market.request()
    let lost = try await market.facilitator.settle(request)
    #expect(lost.reason == .pending)
    let carried = market.door.carried.withLock { $0.first }
    let id = try Message(try #require(carried)).id
    #expect(lost.transaction == id)
    market.door.loses.withLock { $0 = nil }
    let found = try await market.facilitator.settle(request)
    #expect(found.isDone && found.transaction == id)
  }

  @Test func whatNeverEnteredIsNoPendingPayment() async throws {
    market.door.refuses.withLock { $0 = .busy(9) }
    let request = try market.request()
    #expect(try await market.facilitator.settle(request).reason == .failed)
    market.door.refuses.withLock {
      $0 = Problem(Refusal("insufficient", ["has": 0, "needs": 40]), status: 402)
    }
    let poor = try await market.facilitator.settle(request)
    #expect(poor.reason == .failed && poor.message?.contains("facilitator") == true)
    market.door.refuses.withLock { $0 = nil }
    #expect(try await market.facilitator.settle(request).isDone)
  }

  /// More at once than there are lanes, each in order on its own.
  @Test func manyAtOnceEachPayOnce() async throws {
    let market = market
    let outcomes = try await withThrowingTaskGroup(of: PaymentOutcome.self) { group in
      for nonce in 0..<100 as Range<UInt8> {
        let request = try market.request(nonce: nonce)
        #expect(try market.facilitator.verify(request).isValid)
        group.addTask { try await market.facilitator.settle(request) }
        group.addTask { try await market.facilitator.settle(request) }
      }
      return try await group.reduce(into: [PaymentOutcome]()) { $0.append($1) }
    }
    #expect(outcomes.contains { !$0.isDone } == false)
    #expect(Set(outcomes.map(\.transaction)).count == 100)
    #expect(market.door.carried.withLock { $0.count } == 100)
  }

  @Test func aNodeWithoutOneSaysSo() async throws {
    try await FakeNode().run { port async throws in
      let reply = try await RawHTTP.ask(port, "GET", "/x402/supported")
      #expect(reply.status == 404 && reply.code == "noFacilitator")
    }
  }

  @Test func theDoorAnswersVerdictsNotErrors() async throws {
    let market = market
    let node = FakeNode { $0.facilitator = market.facilitator }
    try await node.run { port async throws in
      let supported = try await RawHTTP.ask(port, "GET", "/x402/supported")
      #expect(supported.json?["kinds"]?[0]?["network"]?.string == "eip155:7")
      let listed = try await RawHTTP.ask(port, "GET", "/x402/discovery/resources?limit=5")
      #expect(listed.json?["pagination"]?["total"]?.uint64 == 0)
    }
  }

  /// Pages of what can be found follow each other, and one beyond the end is empty.
  @Test func whatIsFoundComesInPages() async throws {
    let market = market
    let node = FakeNode { $0.facilitator = market.facilitator }
    for number in 0..<7 {
      let payload: JSONValue = [
        "resource": ["url": .string("https://shop.example/\(number)"), "description": "digits"],
        "extensions": ["bazaar": ["info": [[0], [0]]]],
      ]
      market.facilitator.discovery.learn(payload, market.wanted, at: .zero)
    }
    try await node.run { port async throws in
      func page(_ query: String) async throws -> [String] {
        let reply = try await RawHTTP.ask(port, "GET", "/x402/discovery/resources" + query)
        #expect(reply.json?["pagination"]?["total"]?.uint64 == 7)
        return (reply.json?["items"]?.array ?? []).compactMap { $0["resource"]?.string }
      }
      let all = try await page("")
      #expect(Set(all).count == 7)
      var joined: [String] = []
      for offset in [0, 3, 6] { joined += try await page("?limit=3&offset=\(offset)") }
      #expect(joined == all)
      #expect(try await page("?limit=3&offset=7").isEmpty)
      #expect(try await page("?offset=1000000").isEmpty)
      for query in ["?limit=0", "?limit=x", "?offset=1000001"] {
        let reply = try await RawHTTP.ask(port, "GET", "/x402/discovery/resources" + query)
        #expect(reply.status == 400, "\(query)")
      }
    }
  }
}
