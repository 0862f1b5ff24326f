// What a paid door remembers: no payment is asked for twice, and none buys work for ever.

import Foundation
import Kernel
import Payments
import Primitives
import Synchronization
import Testing

@testable import NetworkRoom

@Suite struct SaleMemoryTests {
  let market = PayingMarket()
  let made = PaymentGateTests.Made()

  private var resource: PaidResource {
    PaidResource(url: "http://shop.example/answer", offers: [market.wanted])
  }

  private func header(_ number: UInt64, signedBy key: PrivateKey? = nil) throws -> String {
    let payment = try market.payment(market.wanted, signedBy: key) {
      $0.nonce = SHA256.hash(number.keyBytes)
    }
    return X402.header(payment.json)
  }

  private func ask(
    _ gate: PaymentGate, _ payment: String, request: UInt64 = 1, bytes: Int = 1
  ) async -> GateAnswer {
    let made = made
    return await gate.serve(resource, request: SHA256.hash(request.keyBytes), payment: payment) {
      made.product(String(repeating: "x", count: bytes))
    }
  }

  /// What its answer was pushed out by others is not forgotten: nobody pays for it a second time.
  @Test func afterAThousandOthersThePaymentIsStillKnown() async throws {
    let gate = PaymentGate(settler: market.facilitator)
    let payment = try header(1)
    let first = await ask(gate, payment)
    #expect(first.status == 200)
    for number in 2...1_026 as ClosedRange<UInt64> {
      #expect(await ask(gate, try header(number), request: number).status == 200)
    }
    let again = await ask(gate, payment)
    #expect(again.status == 200 && again.body == first.body)
    #expect(again.headers["PAYMENT-REQUIRED"] == nil)
    #expect(again.headers["PAYMENT-RESPONSE"] == first.headers["PAYMENT-RESPONSE"])
    let nonce = SHA256.hash(UInt64(1).keyBytes)
    let carried = market.door.carried.withLock { $0.count { $0.authorisation.nonce == nonce } }
    #expect(carried == 1)
    #expect(await ask(gate, payment, request: 2).status == 409)
  }

  /// Who pushes its own answer out again and again does not have it made for ever.
  @Test func anAnswerIsMadeThreeTimesForOnePrice() async throws {
    let gate = PaymentGate(settler: market.facilitator)
    let payment = try header(1)
    for round in 0..<4 as Range<UInt64> {
      let answer = await ask(gate, payment)
      #expect(answer.status == (round < 3 ? 200 : 409))
      if round == 3 {
        #expect(answer.headers["X-Should-Retry"] == "false")
        #expect(answer.headers["PAYMENT-REQUIRED"] == nil)
      }
      // An answer that fits beside no other.
      let flood = try header(100 + round)
      #expect(await ask(gate, flood, request: 100 + round, bytes: 32 << 20).status == 200)
    }
    #expect(made.times == 3 + 4)
  }

  /// What failed after it was paid is no answer, and is tried as often as it takes.
  @Test func whatWasPaidAndNotAnsweredIsMadeInTheEnd() async throws {
    let gate = PaymentGate(settler: market.facilitator)
    let payment = try header(1)
    do {
      let opened = await gate.open(resource, request: SHA256.hash([7]), payment: payment)
      guard case .sale(let sale) = opened, case .paid = await sale.begin() else {
        Issue.record("not sold")
        return
      }
    }
    for _ in 0..<5 {
      let broken = await gate.serve(resource, request: SHA256.hash([7]), payment: payment) {
        throw Problem.broken
      }
      #expect(broken.status == 500)
    }
    let made = made
    let answer = await gate.serve(resource, request: SHA256.hash([7]), payment: payment) {
      made.product("answer")
    }
    #expect(answer.status == 200 && market.door.carried.withLock { $0.count } == 1)
  }

  @Test func aPaymentIsForgottenADayAfterItsEnd() {
    var memory = PaymentMemory()
    let (key, request) = (SHA256.hash([1]), SHA256.hash([2]))
    let end: UInt64 = 1_000_000
    memory.recall(SaleFile.Sale(payment: key, request: request, until: end))
    let last = end + SaleFile.horizon
    #expect(memory.reserve(key, request, until: end, now: last) == .resumed(nil))
    memory.release(key, .reopen)
    #expect(memory.reserve(key, request, until: end, now: last + 1) == .fresh)
    memory.release(key, .forget)
    // One that is being served outlives its day.
    memory.recall(SaleFile.Sale(payment: key, request: request, until: end))
    #expect(memory.reserve(key, request, until: end, now: last) == .resumed(nil))
    #expect(
      memory.reserve(key, request, until: end, now: last + 9) == .answered(.underWay))
  }

  // MARK: - Strangers

  /// Answers what is good, and never comes back from anything else.
  private final class Stuck: PaymentSettler {
    let base: Facilitator
    let asked = Mutex(0)
    let payer: Address

    init(_ base: Facilitator, for payer: Address) { (self.base, self.payer) = (base, payer) }

    func verify(_ request: FacilitatorRequest) async throws -> PaymentVerdict {
      asked.withLock { $0 += 1 }
      let verdict = try base.verify(request)
      if !verdict.isValid { try await Task.sleep(for: .seconds(1 << 30)) }
      return verdict
    }

    func settle(_ request: FacilitatorRequest) async throws -> PaymentOutcome {
      try await base.settle(request)
    }
  }

  /// Who knows an address has neither its turn nor anybody's place.
  @Test func forgedPaymentsDoNotLockTheirVictimOut() async throws {
    let settler = Stuck(market.facilitator, for: market.payer.address)
    let gate = PaymentGate(settler: settler)
    let thief = PrivateKey(seed: Array("thief".utf8))
    let resource = resource
    let rooms = Mutex(0)
    for number in 0..<40 as Range<UInt64> {
      let opened = await gate.open(
        resource, request: SHA256.hash([1]), payment: try header(number, signedBy: thief)
      ) {
        rooms.withLock { $0 += 1 }
        return true
      }
      guard case .answer(let answer) = opened else {
        Issue.record("sold to a thief")
        continue
      }
      #expect(answer.status == 402)
      let told = answer.headers["PAYMENT-REQUIRED"].flatMap { X402.document($0) }
      #expect(told?["error"]?.string == X402Reason.signature.rawValue)
    }
    #expect(await ask(gate, try header(100)).status == 200)
    #expect(settler.asked.withLock { $0 } == 1 && rooms.withLock { $0 } == 0)
  }

  /// Payer and nonce stand on the ledger for everybody to read.
  @Test func whoKnowsTheNonceDoesNotGetTheAnswer() async throws {
    let gate = PaymentGate(settler: market.facilitator)
    #expect(await ask(gate, try header(1)).status == 200)
    let thief = PrivateKey(seed: Array("thief".utf8))
    let forged = await ask(gate, try header(1, signedBy: thief))
    #expect(forged.status == 402 && made.times == 1)
    // Values that no authorisation can hold are nobody's either.
    var payment = try market.payment(market.wanted)
    payment.value = UInt256(decimal: "18446744073709551616") ?? .zero
    #expect(payment.signatureFault(market.wanted) == .value)
    payment.signature = []
    #expect(payment.signatureFault(market.wanted) == .signature)
    payment.signature = [UInt8](repeating: 1, count: 90)
    #expect(payment.signatureFault(market.wanted) == .smartWallet)
  }

  // MARK: - Channels

  @Test func aDepositThatIsNotThePayersTakesNoRoom() async throws {
    let market = ChannelMarket()
    let channels = market.channels()
    let gate = market.gate(channels)
    let thief = PrivateKey(seed: Array("thief".utf8))
    let config = try market.config()
    let rooms = Mutex(0)
    let opened = await gate.open(
      market.resource(1_000, gate), request: SHA256.hash([1]),
      payment: market.deposit(config, 5_000, most: 1_000, price: 1_000, by: thief)
    ) {
      rooms.withLock { $0 += 1 }
      return true
    }
    guard case .answer(let answer) = opened else {
      Issue.record("sold to a thief")
      return
    }
    let told = answer.headers["PAYMENT-REQUIRED"].flatMap { X402.document($0) }
    #expect(told?["error"]?.string == X402Reason.depositSignature.rawValue)
    #expect(rooms.withLock { $0 } == 0 && market.node.inside.withLock { $0.deposits } == 0)
    let good = await market.ask(
      gate, market.deposit(config, 5_000, most: 1_000, price: 1_000))
    #expect(good.status == 200)
  }

  @Test func theLastVoucherBuysItsAnswerThreeTimes() async throws {
    let market = ChannelMarket()
    let channels = market.channels()
    let gate = market.gate(channels)
    let (config, other) = (try market.config(1), try market.config(2))
    for each in [config, other] { market.fund(each, 100_000) }
    _ = await market.ask(gate, market.pay(other, 1_000, price: 1_000))
    let large = GateAnswer(200, [:], [UInt8](repeating: 0, count: 33 << 20))
    for sum in [1_000, 2_000] as [UInt64] {
      let payment = market.pay(config, sum, price: 1_000)
      for round in 0..<4 {
        let answer = await market.ask(gate, payment)
        #expect(answer.status == (round < 3 ? 200 : 409))
        if round == 3 { #expect(answer.headers["X-Should-Retry"] == "false") }
        channels.book.keep(large, for: other.id(market.escrow), Amount(9))
      }
    }
    #expect(channels.book.channel(config.id(market.escrow))?.charged == Amount(2_000))
  }

  // MARK: - Room

  /// A channel as it stands after a run, which cost so much, of what was put in and claimed.
  private func channel(
    _ market: ChannelMarket, _ salt: UInt8, balance: UInt64, claimed: UInt64, price: UInt64
  ) throws -> SoldChannel {
    var channel = SoldChannel(try market.config(salt))
    channel.balance = Amount(balance)
    channel.claimed = Amount(claimed)
    var row = ChannelSaleRow()
    row.before = Amount(1_000)
    row.price = Amount(price)
    row.most = Amount(1_000 + price)
    channel.charge(row, [1], index: 1)
    channel.claimedRuns = 2
    return channel
  }

  /// Channels without money take no room from those that have some, and what anybody could still
  /// ask for is kept.
  @Test func channelsAtTheirEndMakeRoom() throws {
    let market = ChannelMarket()
    let spent = try channel(market, 1, balance: 2_000, claimed: 2_000, price: 1_000)
    #expect(spent.isSpent)
    let others = [
      try channel(market, 2, balance: 2_001, claimed: 2_000, price: 1_000),
      try channel(market, 3, balance: 2_000, claimed: 1_999, price: 1_000),
      // A run that cost nothing stands where the next one would.
      try channel(market, 4, balance: 1_000, claimed: 1_000, price: 0),
    ]
    #expect(others.allSatisfy { !$0.isSpent })
    let book = ChannelBook(escrow: market.escrow, most: 4)
    for each in others + [spent] {
      #expect(book.makesRoom())
      book.change(each.config.id(market.escrow), each.config, at: 1) { $0 = each }
    }
    let id = spent.config.id(market.escrow)
    book.keep(GateAnswer(200), for: id, spent.charged)
    #expect(!book.makesRoom(), "its answer may still be asked for")
    let one = others[0].config.id(market.escrow)
    book.keep(GateAnswer(200, [:], [UInt8](repeating: 0, count: 33 << 20)), for: one, Amount(1))
    #expect(book.makesRoom() && book.channel(id) == nil)
    #expect(others.allSatisfy { book.channel($0.config.id(market.escrow)) != nil })
    #expect(book.unclaimed == Amount(1))
  }

  /// What was let go is not in the next journal, and what begins anew after it owes no old run.
  @Test func aJournalLeavesOutWhatIsAtItsEnd() async throws {
    let market = ChannelMarket()
    let channels = market.channels()
    let gate = market.gate(channels)
    let config = try market.config(1)
    market.fund(config, 2_000)
    var runs: [[UInt8]] = []
    for run in 1...2 as ClosedRange<UInt64> {
      let answer = await market.ask(gate, market.pay(config, run * 1_000, price: 1_000))
      runs.append(answer.body)
    }
    await channels.claimAll()
    let id = config.id(market.escrow)
    let spent = try #require(channels.book.channel(id))
    #expect(spent.isSpent)
    let lines = runs.map { ChannelLine(spent, run: $0) } + [ChannelLine(spent)]
    #expect(ChannelJournal.condensed(lines, mostSpent: 0).isEmpty)
    #expect(ChannelJournal.condensed(lines, mostSpent: 1) == [ChannelLine(spent)])
    // The payer puts more in, and the seller counts on from what the ledger says.
    var anew = SoldChannel(config)
    anew.learn(ChannelStanding(balance: Amount(9_000), claimed: Amount(2_000)))
    #expect(
      ChannelJournal.condensed(lines + [ChannelLine(anew)], mostSpent: 0) == [ChannelLine(anew)])
  }

  @Test func runsOfClaimsThatWereSettledGoInTheEnd() throws {
    let folder = NSTemporaryDirectory() + "runs-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let archive = RunArchive(folder: folder)
    let now: UInt64 = 1_800_000_000
    func file(_ name: String, age: UInt64) throws {
      let path = "\(folder)/\(name)"
      try Data("x".utf8).write(to: URL(fileURLWithPath: path))
      let date = Date(timeIntervalSince1970: Double(now - age))
      try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    }
    let (old, held, new) = (SHA256.hash([1]), SHA256.hash([2]), SHA256.hash([3]))
    let month = RunArchive.lasts
    try file("\(old).runs", age: month + 1)
    try file("\(held).runs", age: month + 1)
    try file("\(new).runs", age: month)
    try file("exact.sales", age: 2 * month)
    try file("mine.runs", age: 2 * month)
    archive.tidy(now: now, keeping: [held])
    let left = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(left == ["\(held).runs", "\(new).runs", "exact.sales", "mine.runs"].sorted())
  }
}
