// A bonded seller: what it claims, what it sells on its bond, and how it answers an audit.

import Chain
import Foundation
import Payments
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct ChannelAuditTests {
  let market = ChannelMarket()
  let folder = NSTemporaryDirectory() + "audits-\(UUID().uuidString)"

  init() throws {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
  }

  private var archive: RunArchive { RunArchive(folder: folder) }

  private func stand(capacity: UInt64, _ change: (inout StandingBond) -> Void = { _ in }) {
    market.stand(capacity: capacity, change)
  }

  /// The last claim is held, and the ledger drew a millionth of it.
  private func draw(_ offset: UInt64) -> Bytes32 {
    let claim = SHA256.hash([9])
    market.node.inside.withLock { inside in
      var row = HeldClaim()
      row.root = inside.claims.last?.root ?? .zero
      row.stage = ClaimStage.drawn.rawValue
      row.offset = offset
      row.amount = Amount(1_000)
      inside.bond?.claims = [HeldClaimEntry(id: claim, row: row)]
    }
    return claim
  }

  private var openings: [RunOpening] { market.node.inside.withLock { $0.openings } }
  private var claims: [(claims: [VoucherClaim], root: Bytes32)] {
    market.node.inside.withLock { $0.claims }
  }

  private func holds(_ opening: RunOpening, _ root: Bytes32) -> Range<UInt64>? {
    RunTree.interval(
      of: RunTree.leaf(opening.word.run), at: opening.index, of: opening.count,
      path: opening.path, root: root)
  }

  @Test func everyDrawnRunIsOpened() async throws {
    stand(capacity: 3_500_000)
    let channels = market.channels(archive: archive)
    try await market.sell(market.gate(channels), runs: 3, channels: 2)
    await channels.claimAll()
    #expect(claims.count == 1)
    for offset: UInt64 in [0, 999, 1_000, 2_999, 3_000, 5_999] {
      let claim = draw(offset)
      await channels.audit()
      let opening = try #require(openings.last)
      #expect(opening.claim == claim)
      #expect(holds(opening, claims[0].root)?.contains(offset) == true)
    }
    // What the draw cannot give is not opened.
    _ = draw(6_000)
    await channels.audit()
    #expect(openings.count == 6)
  }

  /// The seller was killed after its claim: its next start finds the runs by the claim's root.
  @Test func anAuditIsAnsweredAfterARestart() async throws {
    stand(capacity: 3_500_000)
    let first = market.channels(archive: archive)
    try await market.sell(market.gate(first), runs: 4, channels: 1)
    await first.claimAll()
    _ = draw(2_500)
    let next = market.channels(archive: archive)
    await next.audit()
    #expect(openings.count == 1 && openings[0].word.run.index == 2)
    _ = draw(2_500)
    // A node that is down is asked again.
    market.node.inside.withLock { $0.isDown = true }
    await next.audit()
    market.node.inside.withLock { $0.isDown = false }
    await next.audit()
    #expect(openings.count == 2)
  }

  /// A file that was torn or changed opens nothing, since its runs are not the claim's.
  @Test func aBrokenArchiveOpensNothing() async throws {
    stand(capacity: 3_500_000)
    let channels = market.channels(archive: archive)
    try await market.sell(market.gate(channels), runs: 4, channels: 1)
    await channels.claimAll()
    _ = draw(10)
    let path = "\(folder)/\(claims[0].root).runs"
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    for bytes in [Data(), whole.dropLast(), whole + Data([0])] {
      try bytes.write(to: URL(fileURLWithPath: path))
      await channels.audit()
    }
    #expect(openings.isEmpty)
    try whole.write(to: URL(fileURLWithPath: path))
    await channels.audit()
    #expect(openings.count == 1)
  }

  /// Runs that could not be opened are not claimed: one of them would cost the bond.
  @Test func nothingIsClaimedThatCannotBeOpened() async throws {
    stand(capacity: 3_500_000)
    let bare = market.channels()
    try await market.sell(market.gate(bare), runs: 2, channels: 1)
    await bare.claimAll()
    #expect(claims.isEmpty)
  }

  /// The deposits cover two and a half runs: two are claimed, where no bond is all that is there.
  @Test(arguments: [true, false])
  func aBondedClaimIsForWholeRuns(isBonded: Bool) async throws {
    if isBonded { stand(capacity: 3_500_000) }
    let channels = market.channels(archive: archive)
    try await market.sell(market.gate(channels), runs: 3, channels: 1)
    let id = try market.config(0).id(market.escrow)
    market.node.inside.withLock { $0.rows[id]?.balance = Amount(2_500) }
    await channels.claimAll()
    #expect(claims.flatMap(\.claims).map(\.total) == [Amount(isBonded ? 2_000 : 2_500)])
  }

  @Test func noMoreIsSoldThanTheBondBacks() async throws {
    stand(capacity: 3_000)
    let channels = market.channels(archive: archive)
    await channels.audit()
    let gate = market.gate(channels)
    let config = try market.config(0)
    market.fund(config, 1_000_000)
    for run: UInt64 in 1...3 {
      let answer = await market.ask(
        gate, market.pay(config, run * 1_000, price: 1_000), request: UInt8(run))
      #expect(answer.status == 200)
    }
    let fourth = market.pay(config, 4_000, price: 1_000)
    let refused = await market.ask(gate, fourth, request: 4)
    #expect(refused.status == 503)
    // Claimed and under audit it is still sold.
    await channels.claimAll()
    _ = draw(0)
    await channels.audit()
    let held = await market.ask(gate, fourth, request: 4)
    #expect(held.status == 503)
    market.node.inside.withLock { $0.settleClaims() }
    await channels.audit()
    let settled = await market.ask(gate, fourth, request: 4)
    #expect(settled.status == 200)
  }

  @Test func aConvictedSellerSellsNothingOnCredit() async throws {
    stand(capacity: 3_500_000) { $0.convictedBy = SHA256.hash([1]) }
    let channels = market.channels(archive: archive)
    await channels.audit()
    let config = try market.config(0)
    market.fund(config, 1_000_000)
    let answer = await market.ask(
      market.gate(channels), market.pay(config, 1_000, price: 1_000))
    #expect(answer.status == 410)
  }
}
