// A door whose seller said two things: it says so, takes no voucher more, and pays no tolls.

import Chain
import Foundation
import Payments
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct ConvictedDoorTests {
  let market = ChannelMarket()
  let folder = NSTemporaryDirectory() + "convicted-\(UUID().uuidString)"

  init() throws {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
  }

  private func buy(
    _ gate: PaymentGate, upTo most: UInt64, salt: UInt8 = 0
  ) async throws -> GateAnswer {
    let payment = market.pay(try market.config(salt), most, price: 1_000)
    return await market.ask(gate, payment, request: UInt8(most / 1_000))
  }

  private func convict() {
    market.node.inside.withLock { $0.bond?.row.convictedBy = SHA256.hash([1]) }
  }

  @Test func itSaysSoAndNothingIsLost() async throws {
    market.stand(capacity: 1_000_000)
    let channels = market.channels(archive: RunArchive(folder: folder))
    let gate = market.gate(channels)
    try await market.sell(gate, runs: 2, channels: 1)
    let config = try market.config(0)
    convict()
    await channels.audit()
    let refused = try await buy(gate, upTo: 3_000)
    #expect(refused.status == 410 && refused.closure == .sellerConvicted)
    #expect(refused.headers["X-Should-Retry"] == "false")
    // A deposit is not carried either.
    let other = try market.config(1)
    let deposit = await market.ask(
      gate, market.deposit(other, 10_000, most: 1_000, price: 1_000))
    #expect(deposit.status == 410 && market.node.inside.withLock { $0.deposits } == 0)
    // Nobody who asks for the price is led to it.
    let asked = market.resource(1_000, gate)
    #expect(asked.offers.map(\.scheme) == [X402.scheme])
    // The payer's rest goes back at once.
    let back = await market.ask(gate, market.refund(config, 2_000))
    #expect(back.status == 200)
    #expect(market.node.inside.withLock { $0.refunds.map(\.amount) } == [Amount(998_000)])
  }

  /// The ledger takes no opening of it, so none is sent, and the program may end.
  @Test func itOpensNothingAndEnds() async throws {
    market.stand(capacity: 1_000_000)
    let channels = market.channels(archive: RunArchive(folder: folder))
    try await market.sell(market.gate(channels), runs: 2, channels: 1)
    await channels.claimAll()
    market.node.inside.withLock { inside in
      inside.bond?.claims[0].row.stage = ClaimStage.drawn.rawValue
      inside.bond?.claims[0].row.offset = 1_500
    }
    convict()
    #expect(await channels.audit() == 0)
    #expect(channels.left == .zero)
    await channels.finish(every: .milliseconds(1)) { _ in Issue.record("nothing is waited for") }
    #expect(market.node.inside.withLock { $0.openings.isEmpty && $0.sent == 1 })
  }

  /// Every closure has words of its own, and only the one that lasts says that it does.
  @Test func everyClosureIsTyped() throws {
    for closure in DoorClosure.allCases {
      let (problem, speech) = (closure.problem, closure.speechProblem)
      #expect(problem.code == closure.rawValue && problem.status == closure.status)
      #expect(problem.isTemporary == (closure != .sellerConvicted))
      #expect(speech.status == closure.status && speech.code.contains("_"))
      #expect(!problem.message.hasSuffix(".") && !problem.hint.isEmpty)
    }
    #expect(DoorClosure.sellerConvicted.speechProblem.code == "seller_convicted")
  }

  @Test func whatIsShortIsSaidByName() async throws {
    market.stand(capacity: 1_500)
    let channels = market.channels(archive: RunArchive(folder: folder))
    let gate = market.gate(channels)
    await channels.audit()
    market.fund(try market.config(0), 1_000_000)
    #expect(try await buy(gate, upTo: 1_000).status == 200)
    let short = try await buy(gate, upTo: 2_000)
    #expect(short.status == 503 && short.closure == .bondUsedUp)
    market.node.inside.withLock { $0.bond = nil }
    await channels.audit()
    market.clock.pass(channels.terms.delay)
    let late = try await buy(gate, upTo: 2_000)
    #expect(late.status == 503 && late.closure == .claimsLate)
  }

  /// Answers are kept for so many channels; the oldest give way, a quarter at once.
  @Test func answersOfTheLastChannelsAreKept() throws {
    let book = ChannelBook(escrow: market.escrow)
    let ids = (0..<UInt64(ChannelBook.mostAnswers + 1)).map { Bytes32(words: 1, 0, 0, $0) }
    let config = try market.config(0)
    func keep(_ id: Bytes32, _ bytes: Int = 1) {
      book.change(id, config, at: 0) { $0.balance = Amount(1) }
      book.keep(GateAnswer(200, [:], [UInt8](repeating: 1, count: bytes)), for: id, Amount(7))
    }
    func isKept(_ id: Bytes32) -> Bool { book.answer(id, Amount(7)) != nil }
    for id in ids.dropLast() { keep(id) }
    // The first is asked again, and so is no longer the oldest.
    keep(ids[0])
    #expect(isKept(ids[0]) && isKept(ids[1]))
    keep(ids[ids.count - 1])
    #expect(isKept(ids[0]) && isKept(ids[ids.count - 1]))
    #expect(!isKept(ids[1]) && !isKept(ids[ChannelBook.mostAnswers / 4]))
    #expect(isKept(ids[ChannelBook.mostAnswers / 2]))
    // A channel that buys again and again keeps its last answer alone.
    for _ in 0..<4 * ChannelBook.mostAnswers { keep(ids[0]) }
    #expect(isKept(ids[0]) && isKept(ids[ids.count - 1]))
    // Bytes count as well.
    keep(ids[2], ChannelBook.mostKept - 100)
    keep(ids[3], 200)
    #expect(!isKept(ids[2]) && isKept(ids[3]))
    keep(ids[4], ChannelBook.mostKept + 1)
    #expect(!isKept(ids[4]))
  }

  /// A channel with many runs is changed in place: each sale would otherwise copy all of them.
  @Test func aLongChannelIsCountedRun() async throws {
    let channels = market.channels(archive: RunArchive(folder: folder))
    let gate = market.gate(channels)
    market.fund(try market.config(0), 1_000_000)
    for run: UInt64 in 1...40 { #expect(try await buy(gate, upTo: run * 1_000).status == 200) }
    let id = try market.config(0).id(market.escrow)
    let runs = channels.book.runs(of: id)
    #expect(runs.map(\.index) == Array(0..<40) && channels.book.runs == 40)
    #expect(runs.allSatisfy { (try? CBOR.decode(SignedRun.self, from: $0.bytes)) != nil })
    await channels.claimAll()
    #expect(channels.book.runs == 0 && channels.book.runs(of: id).isEmpty)
  }
}
