// Claims of vouchers: when they are sent, for what, and who is claimed at once.

import Chain
import Foundation
import Payments
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct ChannelClaimTests {
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

  // MARK: - Claims

  @Test func manyChannelsAreClaimedInOneMessageWithTheRootOfTheirRuns() async throws {
    let channels = market.channels(archive: RunArchive(folder: folder))
    let gate = market.gate(channels)
    try await market.sell(gate, runs: 3, channels: 5)
    await channels.claimWhatIsDue()
    #expect(rows.claims.isEmpty)
    market.clock.pass(3_601)
    await channels.claimWhatIsDue()
    #expect(rows.claims.count == 1 && rows.claims[0].claims.count == 5)
    #expect(rows.claims[0].claims.allSatisfy { $0.total == Amount(3_000) })
    #expect(channels.book.unclaimed == .zero)
    // Every run can be called up from the root.
    let path = "\(folder)/\(rows.claims[0].root).runs"
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    let archived = try CBOR.decode(ClaimedRuns.self, from: bytes, limit: 1 << 20)
    let tree = try RunTree(archived.runs.map { RunTree.leaf($0.run) })
    #expect(tree.root == rows.claims[0].root && tree.count == 15 && tree.sum == Amount(15_000))
    // Nothing is claimed twice, and what follows is claimed by itself.
    await channels.claimAll()
    #expect(rows.claims.count == 1)
    let next = await ask(
      gate, market.pay(try market.config(0), 4_000, price: 1_000), request: 9)
    #expect(next.status == 200)
    await channels.claimAll()
    #expect(rows.claims.count == 2 && rows.claims[1].claims.map(\.total) == [Amount(4_000)])
  }

  @Test func muchIsClaimedAtOnce() async throws {
    var terms = ChannelTerms()
    terms.target = Amount(5_000)
    let channels = market.channels(terms)
    try await market.sell(market.gate(channels), runs: 4, channels: 1)
    await channels.claimWhatIsDue()
    #expect(rows.claims.isEmpty)
    let config = try market.config(0)
    _ = await ask(market.gate(channels), market.pay(config, 5_000, price: 1_000), request: 8)
    await channels.claimWhatIsDue()
    #expect(rows.claims.count == 1)
  }

  @Test func whatIsNotWorthItsTollWaits() async throws {
    let channels = market.channels()
    let config = try market.config()
    market.fund(config, 10_000)
    _ = await ask(
      market.gate(channels), market.pay(config, 1_000, price: 1_000), costs: 19)
    await channels.claimAll()
    #expect(rows.claims.isEmpty)
  }

  /// The claim happened and its answer was lost: the rows say so, and nothing is asked twice.
  @Test func aClaimWhoseAnswerWasLost() async throws {
    let channels = market.channels()
    try await market.sell(market.gate(channels), runs: 2, channels: 2)
    market.node.inside.withLock { $0.losesClaims = true }
    await channels.claimAll()
    #expect(channels.book.unclaimed == Amount(4_000))
    market.node.inside.withLock { $0.losesClaims = false }
    await channels.claimAll()
    #expect(channels.book.unclaimed == .zero && rows.claims.count == 1)
  }

  /// One channel lost its money; the others are paid all the same.
  @Test func oneBadChannelDoesNotKeepTheOthersFromBeingPaid() async throws {
    let channels = market.channels()
    try await market.sell(market.gate(channels), runs: 2, channels: 3)
    let gone = try market.config(1).id(market.escrow)
    market.node.inside.withLock { $0.rows[gone]?.balance = Amount(1_500) }
    await channels.claimAll()
    let totals = rows.claims.flatMap(\.claims).map(\.total.units).sorted()
    #expect(totals == [1_500, 2_000, 2_000])
  }

  // MARK: - Withdrawals

  @Test func whoAsksForItsMoneyBackIsClaimedAtOnce() async throws {
    let channels = market.channels()
    let gate = market.gate(channels)
    try await market.sell(gate, runs: 2, channels: 2)
    let config = try market.config(1)
    let task = Task { await channels.run() }
    while market.node.inside.withLock({ $0.watchers.isEmpty }) { await Task.yield() }
    market.node.withdraw(config.id(market.escrow), 998_000)
    while rows.claims.isEmpty { await Task.yield() }
    #expect(rows.claims[0].claims.map(\.channel) == [config.id(market.escrow)])
    task.cancel()
    for each in market.node.inside.withLock({ $0.watchers }) { each.finish() }
    // What it asked back buys nothing more.
    let late = await ask(gate, market.pay(config, 3_000, price: 1_000), request: 7)
    #expect(late.status == 402)
    let challenge = late.headers["PAYMENT-REQUIRED"].flatMap { X402.document($0) }
    #expect(challenge?["error"]?.string == X402Reason.voucherAboveBalance.rawValue)
  }

  /// The request was made while nobody watched.
  @Test func aWithdrawalThatNobodySawIsFoundAtTheStart() async throws {
    let path = folder + "/journal"
    var journal: ChannelJournal? = try ChannelJournal(path)
    try await market.sell(
      market.gate(market.channels(journal: journal)), runs: 2, channels: 1)
    journal = nil
    let config = try market.config(0)
    market.node.withdraw(config.id(market.escrow), 998_000, tells: false)
    let channels = market.channels(journal: try ChannelJournal(path))
    let task = Task { await channels.run() }
    while rows.claims.isEmpty { await Task.yield() }
    #expect(rows.claims[0].claims.map(\.total) == [Amount(2_000)])
    while market.node.inside.withLock({ $0.watchers.isEmpty }) { await Task.yield() }
    task.cancel()
    for each in market.node.inside.withLock({ $0.watchers }) { each.finish() }
  }

  /// The request was made after the rows were read and before anybody watched.
  @Test func aWithdrawalBeforeTheWatchBeginsIsSeen() async throws {
    let channels = market.channels()
    try await market.sell(market.gate(channels), runs: 2, channels: 1)
    let id = try market.config(0).id(market.escrow)
    let node = market.node
    node.inside.withLock { $0.beforeWatch = { node.withdraw(id, 998_000) } }
    let task = Task { await channels.run() }
    while rows.claims.isEmpty { await Task.yield() }
    #expect(rows.claims[0].claims.map(\.total) == [Amount(2_000)])
    while node.inside.withLock({ $0.watchers.isEmpty }) { await Task.yield() }
    task.cancel()
    for each in node.inside.withLock({ $0.watchers }) { each.finish() }
  }

  // MARK: - Exposure

  @Test func nothingMoreIsSoldOnCreditThatIsNotClaimed() async throws {
    var terms = ChannelTerms()
    terms.most = Amount(3_000)
    let channels = market.channels(terms)
    let gate = market.gate(channels)
    try await market.sell(gate, runs: 3, channels: 1)
    let config = try market.config(0)
    #expect(await ask(gate, market.pay(config, 4_000, price: 1_000), request: 9).status == 503)
    await channels.claimAll()
    #expect(await ask(gate, market.pay(config, 4_000, price: 1_000), request: 9).status == 200)
    // Half of the delay without a claim is as bad.
    market.clock.pass(43_200)
    #expect(await ask(gate, market.pay(config, 5_000, price: 1_000), request: 8).status == 503)
  }

  // MARK: - What is gone, and what is not worth a claim

  /// A channel that was refunded whole has no row any more, and buys nothing.
  @Test func nothingIsSoldOnWhatWasRefunded() async throws {
    let channels = market.channels()
    let gate = market.gate(channels)
    let config = try market.config(0)
    market.fund(config, 100_000)
    let refund = await ask(gate, market.refund(config, 0), request: 1)
    #expect(refund.status == 200)
    #expect(await ask(gate, market.pay(config, 1_000, price: 1_000), request: 2).status == 402)
    #expect(channels.book.unclaimed == .zero)
  }

  /// A few millionths that are never claimed must not shut the door half a delay later.
  @Test func whatIsNotWorthAClaimIsNotLate() async throws {
    let channels = market.channels()
    let gate = market.gate(channels)
    let config = try market.config(0)
    market.fund(config, 100_000)
    let payment = market.pay(config, 1_000, price: 1_000)
    #expect(await ask(gate, payment, request: 1, costs: 7).status == 200)
    market.clock.pass(50_000)
    await channels.claimAll()
    #expect(rows.claims.isEmpty)
    let next = market.pay(config, 1_007, price: 1_000)
    #expect(await ask(gate, next, request: 2, costs: 7).status == 200)
  }

  /// One payer's refunds are not all of a day's.
  @Test func onePayerHasAFewRefundsADay() async throws {
    let gate = market.gate(market.channels())
    let config = try market.config(0)
    market.fund(config, 1_000_000)
    var answers: [Int] = []
    for request in UInt8(0)..<10 {
      let asked = market.refund(config, 0, amount: "1000")
      answers.append(await ask(gate, asked, request: request).status)
    }
    #expect(answers == [Int](repeating: 200, count: 8) + [402, 402])
  }

  /// Looking costs no line: who asks for nothing fills no disk.
  @Test func looksThatChangeNothingAreNotWrittenDown() async throws {
    let path = folder + "/looks"
    let channels = market.channels(journal: try ChannelJournal(path))
    let gate = market.gate(channels)
    let config = try market.config(0)
    market.fund(config, 100_000)
    for request in UInt8(0)..<50 { _ = await ask(gate, market.refund(config, 7), request: request) }
    try await channels.book.sync()
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    #expect(text.count { $0 == "\n" } <= 2)
  }

  // MARK: - Runs

  @Test(arguments: 1...9) func everyRunStandsUnderTheRootWithItsInterval(count: Int) throws {
    let leaves = (0..<count).map { RunTree.Node(SHA256.hash([UInt8($0)]), Amount(UInt64($0) * 7)) }
    let tree = try RunTree(leaves)
    var before: UInt64 = 0
    for (index, leaf) in leaves.enumerated() {
      let path = try #require(tree.path(to: index))
      let interval = RunTree.interval(
        of: leaf, at: UInt64(index), of: UInt64(count), path: path, root: tree.root)
      #expect(interval == before..<before + leaf.sum.units)
      if leaf.sum > .zero {
        #expect(tree.index(at: before) == index)
        #expect(tree.index(at: before + leaf.sum.units - 1) == index)
      }
      before += leaf.sum.units
      // Another price, place or count is another tree.
      for (changed, place, all) in [
        (RunTree.Node(leaf.hash, Amount(leaf.sum.units + 1)), index, count),
        (leaf, index + 1, count + 1),
      ] {
        #expect(
          RunTree.interval(
            of: changed, at: UInt64(place), of: UInt64(all), path: path, root: tree.root) == nil)
      }
    }
    #expect(tree.sum.units == before && tree.index(at: before) == nil)
    // A sum that is moved between siblings changes the root.
    if count > 2 {
      var moved = leaves
      moved[1].sum = Amount(moved[1].sum.units + 1)
      moved[2].sum = Amount(moved[2].sum.units - 1)
      #expect(try RunTree(moved).root != tree.root)
    }
  }
}
