// What a bonded door does at its limits: at its end, with a bond that is used up, in many small
// channels, with money within a run, on a full disk, and after its journal was lost.

import Chain
import Foundation
import Glibc
import Kernel
import Payments
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct BondedDoorTests {
  let market = ChannelMarket()
  let folder = NSTemporaryDirectory() + "bonded-\(UUID().uuidString)"

  init() throws {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
  }

  private var archive: RunArchive { RunArchive(folder: folder) }

  private var node: (totals: [[UInt64]], sent: Int, openings: [RunOpening]) {
    market.node.inside.withLock { inside in
      (inside.claims.map { $0.claims.map(\.total.units) }, inside.sent, inside.openings)
    }
  }

  /// The answer's status for the next run of a channel.
  private func buy(
    _ gate: PaymentGate, _ salt: UInt8, upTo most: UInt64, price: UInt64 = 1_000
  ) async throws -> Int {
    let payment = market.pay(try market.config(salt), most, price: price)
    return await market.ask(gate, payment, request: UInt8(most / 1_000)).status
  }

  // MARK: - At the end

  @Test func stoppingAnswersTheDraw() async throws {
    market.stand(capacity: 1_000_000)
    let channels = market.channels(archive: archive)
    let gate = market.gate(channels)
    try await market.sell(gate, runs: 3, channels: 1)
    await channels.claimAll()
    let status1 = try await buy(gate, 0, upTo: 4_000)
    #expect(status1 == 200)
    let inside = market.node
    await channels.finish(every: .milliseconds(1)) { count in
      #expect(count == 1)
      // The beacon draws while the program waits.
      inside.inside.withLock { inside in
        inside.bond?.claims[0].row.stage = ClaimStage.drawn.rawValue
        inside.bond?.claims[0].row.offset = 1_500
      }
    }
    #expect(node.openings.map(\.word.run.index) == [1])
    // Nothing new was claimed: nobody might be there to open it.
    #expect(node.totals == [[3_000]])
    let next = market.channels(archive: archive)
    await next.finish(every: .milliseconds(1)) { _ in Issue.record("nothing is waited for") }
  }

  @Test func whoLeavesAnywayIsLetGo() async throws {
    market.stand(capacity: 1_000_000)
    let channels = market.channels(archive: archive)
    try await market.sell(market.gate(channels), runs: 3, channels: 1)
    await channels.claimAll()
    let ending = Task { await channels.finish(every: .seconds(36_000)) }
    ending.cancel()
    await ending.value
    #expect(node.openings.isEmpty)
  }

  @Test func withoutABondTheEndClaimsAll() async throws {
    let channels = market.channels(archive: archive)
    try await market.sell(market.gate(channels), runs: 3, channels: 1)
    await channels.finish()
    #expect(node.totals == [[3_000]])
  }

  // MARK: - What the bond backs

  /// What was sold before there was a bond, or a bond that shrank.
  @Test func aDebtAboveTheBondIsClaimedInParts() async throws {
    let channels = market.channels(archive: archive)
    try await market.sell(market.gate(channels), runs: 4, channels: 2)
    market.stand(capacity: 5_500)
    await channels.claimAll()
    #expect(node.totals.count == 1 && node.totals[0].sorted() == [1_000, 4_000])
    // Nothing is free: nothing is sent.
    await channels.claimAll()
    #expect(node.sent == 1)
    market.node.inside.withLock { $0.settleClaims() }
    await channels.claimAll()
    #expect(node.totals.last == [4_000] && node.sent == 2)
    #expect(channels.book.unclaimed == .zero)
  }

  @Test func whatIsBeingSoldCountsAgainstTheBond() async throws {
    market.stand(capacity: 1_500)
    let channels = market.channels(archive: archive)
    await channels.audit()
    let gate = market.gate(channels)
    for salt: UInt8 in 0...1 { market.fund(try market.config(salt), 1_000_000) }
    let payment = market.pay(try market.config(0), 1_000, price: 1_000)
    let first = await gate.serve(
      market.resource(1_000, gate), request: SHA256.hash([1]), payment: payment
    ) {
      let status2 = try await buy(gate, 1, upTo: 1_000)
      #expect(status2 == 503)
      let facts = RunFacts(work: "text", spec: [], units: 1, input: [1], output: [1])
      return Product(price: Amount(400), facts: facts) { $0?.encoded ?? [] }
    }
    #expect(first.status == 200)
    // It came to less than it might have.
    let status3 = try await buy(gate, 1, upTo: 1_000)
    #expect(status3 == 200)
    let status4 = try await buy(gate, 1, upTo: 2_000)
    #expect(status4 == 503)
    #expect(channels.underWay.withLock { $0.sum } == .zero)
  }

  /// One run that costs more than the bond backs could never be claimed.
  @Test func whatTheBondNeverBacksIsNotSold() async throws {
    market.stand(capacity: 999)
    let channels = market.channels(archive: archive)
    await channels.audit()
    market.fund(try market.config(0), 1_000_000)
    let status5 = try await buy(market.gate(channels), 0, upTo: 1_000)
    #expect(status5 == 503)
  }

  // MARK: - Slices

  /// A bond of 3 slices: whoever has many channels with next to nothing in them ties one.
  @Test func tinyChannelsTieOneSlice() async throws {
    market.stand(capacity: 63_000, floor: 60_000)
    let channels = market.channels(archive: archive)
    try await market.sell(market.gate(channels), runs: 1, channels: 5)
    for salt: UInt8 in 0..<5 {
      let id = try market.config(salt).id(market.escrow)
      market.node.withdraw(id, 999_000, tells: false)
      market.node.inside.withLock { $0.rows[id]?.requestedAt = market.clock.now }
    }
    try await channels.refresh(try (0..<5).map { try market.config($0).id(market.escrow) })
    await channels.audit()
    await channels.claimWhatIsDue()
    #expect(node.sent == 0)
    market.clock.pass(channels.terms.delay / 4)
    await channels.claimWhatIsDue()
    #expect(node.totals == [[1_000, 1_000, 1_000, 1_000, 1_000]])
  }

  @Test func slicesAreCountedAsTheLedgerCountsThem() async throws {
    market.stand(capacity: 40_000, floor: 60_000)
    let channels = market.channels(archive: archive)
    let gate = market.gate(channels)
    try await market.sell(gate, runs: 1, channels: 1)
    await channels.claimAll()
    // 1,000 are held, of 40,000; but they tie 60,000 of 114,286.
    #expect(node.totals == [[1_000]])
    let status6 = try await buy(gate, 0, upTo: 2_000)
    #expect(status6 == 503)
    market.node.inside.withLock { $0.settleClaims() }
    await channels.audit()
    let status7 = try await buy(gate, 0, upTo: 2_000)
    #expect(status7 == 200)
  }

  @Test func aRefundTiesNoSlice() async throws {
    market.stand(capacity: 63_000, floor: 60_000)
    let channels = market.channels(archive: archive)
    let gate = market.gate(channels)
    await channels.audit()
    try await market.sell(gate, runs: 1, channels: 1)
    let config = try market.config(0)
    let answer = await market.ask(gate, market.refund(config, 1_000))
    #expect(answer.status == 200 && node.sent == 0)
    // What is owed stays in the channel, and is claimed with what else is owed.
    let row = market.node.inside.withLock { $0.rows[config.id(market.escrow)] }
    #expect(row?.balance == Amount(1_000))
    await channels.claimAll()
    #expect(node.totals == [[1_000]])
  }

  // MARK: - Refusals

  @Test(arguments: [("bondTied", 1), ("messageRate", 1), ("voucherClaimed", 6)])
  func onlyWhatIsAboutOneVoucherIsTriedOneByOne(code: String, sent: Int) async throws {
    market.stand(capacity: 1_000_000)
    let channels = market.channels(archive: archive)
    try await market.sell(market.gate(channels), runs: 1, channels: 5)
    market.node.inside.withLock { $0.refusesClaims = Refusal(code) }
    await channels.claimAll()
    #expect(node.sent == sent)
  }

  @Test func whoWasConvictedSendsNoClaims() async throws {
    let channels = market.channels(archive: archive)
    try await market.sell(market.gate(channels), runs: 1, channels: 5)
    market.stand(capacity: 1_000_000) { $0.convictedBy = SHA256.hash([1]) }
    await channels.claimAll()
    #expect(node.sent == 0)
  }

  // MARK: - Money within a run

  /// The deposits end within the third run: the rest of it is no debt that grows old.
  @Test func moneyWithinARunKillsNoDoor() async throws {
    market.stand(capacity: 1_000_000)
    let channels = market.channels(archive: archive)
    let gate = market.gate(channels)
    try await market.sell(gate, runs: 3, channels: 1)
    let id = try market.config(0).id(market.escrow)
    market.node.inside.withLock { $0.rows[id]?.balance = Amount(2_500) }
    await channels.claimAll()
    #expect(node.totals == [[2_000]])
    #expect(channels.book.unclaimed == .zero && channels.book.since == nil)
    market.clock.pass(channels.terms.delay)
    market.fund(try market.config(1), 1_000_000)
    let status8 = try await buy(gate, 1, upTo: 1_000)
    #expect(status8 == 200)
    // With a deposit more the third is whole again.
    market.node.inside.withLock { $0.rows[id]?.balance = Amount(9_000) }
    try await channels.refresh([id])
    #expect(channels.book.unclaimed == Amount(2_000))
  }

  /// Before there was a bond a part of a run was claimed: that channel is at its end.
  @Test func aChannelThatWasClaimedWithinARunSellsNoMore() async throws {
    let channels = market.channels(archive: archive)
    let gate = market.gate(channels)
    try await market.sell(gate, runs: 3, channels: 1)
    market.fund(try market.config(0), 1_000_000, claimed: 2_500)
    market.fund(try market.config(1), 1_000_000)
    market.stand(capacity: 1_000_000)
    await channels.claimAll()
    #expect(node.sent == 0 && channels.book.unclaimed == .zero)
    let status9 = try await buy(gate, 0, upTo: 4_000)
    #expect(status9 == 402)
    market.clock.pass(channels.terms.delay)
    let status10 = try await buy(gate, 1, upTo: 1_000)
    #expect(status10 == 200)
  }

  // MARK: - Disks

  /// On a full disk what was sold before is not made again: its receipt may be another one.
  @Test func nothingIsMadeAgainOnAFullDisk() async throws {
    let path = folder + "/door.channels"
    do {
      let first = market.channels(journal: try ChannelJournal(path))
      try await market.sell(market.gate(first), runs: 1, channels: 1)
    }
    let channels = market.channels(journal: try ChannelJournal(path))
    let gate = market.gate(channels)
    try fill(path)
    market.fund(try market.config(1), 1_000_000)
    let status11 = try await buy(gate, 1, upTo: 1_000)
    #expect(status11 == 500)
    #expect(channels.book.isBroken)
    let status12 = try await buy(gate, 0, upTo: 1_000)
    #expect(status12 == 503)
  }

  /// Behind an open file stands a disk without room.
  private func fill(_ path: String) throws {
    let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
    defer { close(full) }
    for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
      let link = "/proc/self/fd/\(name)"
      let target = try? FileManager.default.destinationOfSymbolicLink(atPath: link)
      guard target == path, let number = Int32(name) else { continue }
      #expect(dup2(full, number) == number)
    }
  }

  @Test func runsThatWereKeptStayWhole() async throws {
    market.stand(capacity: 1_000_000)
    let channels = market.channels(archive: archive)
    try await market.sell(market.gate(channels), runs: 3, channels: 1)
    let runs = channels.book.runs(of: try market.config(0).id(market.escrow))
    let root = try RunTree(runs.map(\.leaf)).root
    try archive.keep(runs.map(\.bytes), root: root)
    #expect(archive.runs(root: root)?.count == 3)
    // What cannot be written beside it leaves it as it is.
    try FileManager.default.createDirectory(
      atPath: "\(folder)/\(root).runs.new", withIntermediateDirectories: false)
    #expect(throws: ChannelJournal.Problem.self) {
      try archive.keep(runs.map(\.bytes), root: root)
    }
    #expect(archive.runs(root: root)?.count == 3)
    // And a claim whose runs cannot be kept is not sent.
    await channels.claimAll()
    #expect(node.sent == 0)
  }

  // MARK: - A lost journal

  @Test func aLostJournalIsANewDoor() throws {
    func find(_ fresh: String) throws -> DoorJournal {
      try DoorJournal.find(in: folder, stem: "net-0x1-run", ware: "run", fresh: fresh)
    }
    let first = try find("aa")
    #expect(first.isNew && first.name == "run aa")
    _ = try ChannelJournal(first.path)
    // Its next start is the same door.
    let again = try find("bb")
    #expect(!again.isNew && again.path == first.path && again.name == first.name)
    // Another ware's door is another.
    let other = try DoorJournal.find(in: folder, stem: "net-0x1-runs", ware: "runs", fresh: "cc")
    #expect(other.isNew && other.name == "runs cc")
    try FileManager.default.removeItem(atPath: first.path)
    let next = try find("dd")
    #expect(next.isNew && next.name == "run dd" && next.path != first.path)
    // A door from before doors had names keeps its own.
    try Data().write(to: URL(fileURLWithPath: "\(folder)/net-0x1-run.channels"))
    let old = try find("ee")
    #expect(old.name == "run")
  }
}
