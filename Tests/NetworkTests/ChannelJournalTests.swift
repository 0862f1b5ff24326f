// What a seller that was killed still knows, and what its journal becomes.

import Chain
import Foundation
import Payments
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct ChannelJournalTests {
  let market = ChannelMarket()
  let folder = NSTemporaryDirectory() + "channels-\(UUID().uuidString)"

  init() throws {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
  }

  private func ask(
    _ gate: PaymentGate, _ payment: String, request: UInt8 = 1, costs: UInt64 = 1_000
  ) async -> GateAnswer {
    await market.ask(gate, payment, request: request, costs: costs)
  }

  private var rows: (claims: [(claims: [VoucherClaim], root: Bytes32)], reads: Int) {
    market.node.inside.withLock { ($0.claims, $0.reads) }
  }

  @Test func whatWasChargedIsKnownToTheNextSeller() async throws {
    let path = folder + "/journal"
    let config = try market.config()
    market.fund(config, 100_000)
    var journal: ChannelJournal? = try ChannelJournal(path)
    #expect(throws: ChannelJournal.Problem.inUse) { _ = try ChannelJournal(path) }
    var gate: PaymentGate? = market.gate(market.channels(journal: journal))
    _ = await ask(try #require(gate), market.pay(config, 1_000, price: 1_000), costs: 400)
    let payment = market.pay(config, 1_400, price: 1_000)
    let first = await ask(try #require(gate), payment, request: 2)
    (gate, journal) = (nil, nil)
    // The line that was being written when the program ended was nobody's answer.
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.seekToEnd()
    try file.write(contentsOf: Data("abc".utf8))
    try file.close()
    let channels = market.channels(journal: try ChannelJournal(path))
    let next = market.gate(channels)
    #expect(channels.book.unclaimed == Amount(1_400))
    // The same voucher buys the same answer, for what it cost, under the same receipt.
    let again = await ask(next, payment, request: 2)
    #expect(again.body == first.body && channels.book.unclaimed == Amount(1_400))
    #expect(await ask(next, payment, request: 3).status == 402)
    let run = try SignedRun.verify(first.body).run
    let name = channels.desk.name(run.payment, run.index)
    #expect(channels.desk.find(name) == first.body)
    await channels.claimAll()
    #expect(rows.claims[0].claims[0].total == Amount(1_400))
    #expect(rows.claims[0].root == (try RunTree(tree(first, market)).root))
  }

  /// What a seller was told before counts as it did, and how it came to be takes no place.
  @Test func aLongJournalIsWrittenAnew() async throws {
    let path = folder + "/journal"
    var journal: ChannelJournal? = try ChannelJournal(path)
    let config = try market.config(0)
    let id = config.id(market.escrow)
    let (state, last) = try await aDay(journal, config)
    // As many lines as a busy day leaves, of which the last says all.
    for _ in 0..<2_000 { journal?.add(ChannelLine(state)) }
    try await journal?.sync()
    journal = nil
    try await reopened(path, id, state, last)
  }

  private func aDay(
    _ journal: ChannelJournal?, _ config: ChannelConfig
  ) async throws -> (SoldChannel, GateAnswer) {
    let channels = market.channels(journal: journal)
    let gate = market.gate(channels)
    try await market.sell(gate, runs: 3, channels: 2)
    await channels.claimAll()
    let last = await ask(gate, market.pay(config, 4_000, price: 1_000), request: 77)
    #expect(last.status == 200)
    return (try #require(channels.book.channel(config.id(market.escrow))), last)
  }

  private func reopened(
    _ path: String, _ id: Bytes32, _ state: SoldChannel, _ last: GateAnswer
  ) async throws {
    func size() throws -> Int { try Data(contentsOf: URL(fileURLWithPath: path)).count }
    let long = try size()
    // A program that ended in the middle of it left this.
    try Data("half".utf8).write(to: URL(fileURLWithPath: path + ".new"))
    var journal: ChannelJournal? = try ChannelJournal(path)
    #expect(try size() < long / 100)
    #expect(!FileManager.default.fileExists(atPath: path + ".new"))
    #expect(throws: ChannelJournal.Problem.inUse) { _ = try ChannelJournal(path) }
    let short = try size()
    do {
      let channels = market.channels(journal: journal)
      #expect(channels.book.channel(id) == state)
      #expect(channels.book.unclaimed == Amount(1_000))
      #expect(channels.book.runs(of: id).map(\.bytes) == [last.body])
      channels.book.change(id, state.config, at: 0) { $0.refundNonce = 9 }
      try await channels.book.sync()
    }
    journal = nil
    #expect(try size() > short)
    let channels = market.channels(journal: try ChannelJournal(path))
    #expect(channels.book.channel(id)?.refundNonce == 9)
    await channels.claimAll()
    #expect(rows.claims.last?.claims.map(\.total) == [Amount(4_000)])
  }

  /// A server behind the door need not say the same twice. Its seller signs one run for a place.
  @Test func anotherAnswerAfterTheStartHasNoReceipt() async throws {
    let path = folder + "/journal"
    let config = try market.config()
    market.fund(config, 100_000)
    var journal: ChannelJournal? = try ChannelJournal(path)
    let payment = market.pay(config, 1_000, price: 1_000)
    let first = await ask(market.gate(market.channels(journal: journal)), payment)
    #expect(first.headers["Tolsey-Receipt"] != nil)
    journal = nil
    let channels = market.channels(journal: try ChannelJournal(path))
    let gate = market.gate(channels)
    let again = await gate.serve(
      market.resource(1_000, gate), request: SHA256.hash([1]), payment: payment
    ) {
      let facts = RunFacts(work: "text", spec: [], units: 1, input: [1], output: [99])
      return Product(price: Amount(1_000), facts: facts) { $0?.encoded ?? [99] }
    }
    #expect(again.status == 200 && again.body == [99])
    #expect(again.headers["Tolsey-Receipt"] == nil)
    let run = try SignedRun.verify(first.body).run
    #expect(channels.desk.find(channels.desk.name(run.payment, run.index)) == first.body)
    await channels.claimAll()
    #expect(rows.claims[0].root == (try RunTree([RunTree.leaf(run)]).root))
  }

  private func tree(_ last: GateAnswer, _ market: ChannelMarket) throws -> [RunTree.Node] {
    let desk = ReceiptDesk(
      key: market.seller, network: market.network, chainID: market.chainID)
    let facts = RunFacts(work: "text", spec: [], units: 1, input: [1], output: [1])
    let first = try desk.sign(
      facts,
      RunPayment(
        payment: try market.config().id(market.escrow), buyer: market.payer.address,
        price: Amount(400)))
    return [RunTree.leaf(first.run), RunTree.leaf(try SignedRun.verify(last.body).run)]
  }

  /// Killed while it made an answer: nothing was charged, and the voucher is as good as before.
  @Test func killedBetweenVerifyAndCharge() async throws {
    let path = folder + "/journal"
    let config = try market.config()
    market.fund(config, 100_000)
    var journal: ChannelJournal? = try ChannelJournal(path)
    let payment = market.pay(config, 1_000, price: 1_000)
    do {
      let gate = market.gate(market.channels(journal: journal))
      guard
        case .sale(let open) = await gate.open(
          market.resource(1_000, gate), request: SHA256.hash([1]), payment: payment),
        let sale = open as? ChannelGate.Sale
      else { throw Refusal("malformed") }
      #expect(sale.index == 0)
    }
    journal = nil
    let channels = market.channels(journal: try ChannelJournal(path))
    #expect(channels.book.unclaimed == .zero)
    #expect(await ask(market.gate(channels), payment).status == 200)
    #expect(channels.book.unclaimed == Amount(1_000))
  }

  /// Killed while it said a stream: its buyer pays for what he gets to the end, once.
  @Test func killedInAStream() async throws {
    let path = folder + "/journal"
    let config = try market.config()
    market.fund(config, 100_000)
    var journal: ChannelJournal? = try ChannelJournal(path)
    let payment = market.pay(config, 1_000, price: 1_000)
    do {
      let gate = market.gate(market.channels(journal: journal))
      let opened = await gate.open(
        market.resource(1_000, gate), request: SHA256.hash([1]), payment: payment)
      guard case .sale(let sale) = opened, case .paid = await sale.begin() else {
        throw Refusal("malformed")
      }
    }
    journal = nil
    let channels = market.channels(journal: try ChannelJournal(path))
    let gate = market.gate(channels)
    #expect(channels.book.unclaimed == .zero)
    // Its client counts a thousand, which buys on.
    let id = config.id(market.escrow)
    #expect(channels.book.channel(id)?.told == Amount(1_000))
    let resumed = await gate.open(
      market.resource(1_000, gate), request: SHA256.hash([1]), payment: payment)
    guard case .sale(let open) = resumed, let sale = open as? ChannelGate.Sale,
      case .paid(let fields, _) = await sale.begin()
    else { throw Refusal("malformed") }
    let facts = RunFacts(work: "text", spec: [], units: 1, input: [1], output: [1])
    try await sale.end(
      Product(price: Amount(250), facts: facts) { _ in [7] }, fields, nil)
    #expect(channels.book.unclaimed == Amount(250))
    #expect(sale.index == 0 && channels.book.channel(id)?.count == 1)
  }

  @Test func aStreamThatCostLessIsTakenOffTheNext() async throws {
    let channels = market.channels()
    let gate = market.gate(channels)
    let config = try market.config()
    market.fund(config, 100_000)
    func charged(_ fields: [String: String]) -> String? {
      fields["PAYMENT-RESPONSE"].flatMap { X402.document($0) }?["extra"]?["chargedAmount"]?
        .string
    }
    do {
      let opened = await gate.open(
        market.resource(1_000, gate), request: SHA256.hash([1]),
        payment: market.pay(config, 1_000, price: 1_000))
      guard case .sale(let sale) = opened, case .paid(let fields, _) = await sale.begin()
      else { throw Refusal("malformed") }
      #expect(charged(fields) == "1000")
      let facts = RunFacts(work: "text", spec: [], units: 1, input: [1], output: [1])
      try await sale.end(
        Product(price: Amount(250), facts: facts) { _ in [7] }, fields, nil)
    }
    #expect(channels.book.unclaimed == Amount(250))
    let next = await ask(gate, market.pay(config, 2_000, price: 1_000), request: 2, costs: 1_000)
    #expect(next.status == 200 && charged(next.headers) == "250")
    #expect(channels.book.unclaimed == Amount(1_250))
    let third = await ask(gate, market.pay(config, 2_250, price: 1_000), request: 3)
    #expect(charged(third.headers) == "1000" && channels.book.unclaimed == Amount(2_250))
  }
}
