// A ledger of one block a claim, so that a seller's door and a node's route can seal runs.

import Archive
import Chain
import Kernel
import Market
import Payments
import Primitives
import Synchronization

@testable import NetworkRoom

/// Answers as `FakeChannels` does, and puts each claim that is done into a block of its own.
final class SealingNode: ChannelNode {
  let channels: FakeChannels
  let genesis: Genesis
  let seller: PrivateKey
  let `operator` = PrivateKey(seed: Array("operator".utf8))
  let blocks = Mutex<[Block]>([])
  /// The node tells of another block than it has.
  let lies = Mutex(false)

  init(_ channels: FakeChannels, seller: PrivateKey) {
    self.channels = channels
    self.seller = seller
    var genesis = Genesis()
    genesis.chainId = 7
    genesis.operator = `operator`.address
    self.genesis = genesis
  }

  func claim(_ claims: [VoucherClaim], root: Bytes32) async throws -> ChannelSending {
    let before = channels.inside.withLock { $0.rows }
    let sending = try await channels.claim(claims, root: root)
    guard case .done = sending else { return sending }
    let head = Head(
      from: seller.address, sequence: UInt64(blocks.withLock { $0.count }), validUntil: .never)
    let message = SignedMessage.signing(
      .claimVouchers(ClaimVouchers(head, claims, root: root)), with: seller,
      domain: genesis.domain)
    let events = claims.map { claim in
      let claimed = before[claim.channel]?.claimed.units ?? 0
      return Event(
        "vouchersClaimed", subject: claim.channel,
        parties: [ChannelMarket.payer.address, seller.address],
        numbers: [
          Number("amount", claim.total.units - claimed), Number("claimed", claim.total.units),
        ])
    }
    grow([message], events)
    return .done(message.id)
  }

  /// Another block, signed by the operator.
  func grow(_ body: [SignedMessage], _ events: [Event]) {
    var block = Block()
    block.body = body
    block.results.outcomes = body.map {
      MessageOutcome(id: $0.id, refusal: nil, toll: Amount(40))
    }
    block.results.events = events
    block.header.network = genesis.network
    block.header.height = UInt64(blocks.withLock { $0.count }) + 1
    block.header.bodyRoot = Block.bodyRoot(of: body)
    block.header.receiptsRoot = block.results.receiptsRoot
    block.header.eventsRoot = block.results.eventsRoot
    block.sign(with: `operator`)
    blocks.withLock { [block] in $0.append(block) }
  }

  func sealedClaim(of channel: Bytes32, at value: UInt64) async throws -> SealedClaim? {
    for block in blocks.withLock({ $0 }) {
      let place = block.results.events.firstIndex { event in
        event.subject == channel
          && event.numbers.first { $0.name == "claimed" }.map { value < $0.value } == true
      }
      guard let place else { continue }
      var sealed = SealedClaim(channel, by: place, in: block, genesis: genesis)
      if lies.withLock({ $0 }) { sealed?.header.height += 1 }
      return sealed
    }
    return nil
  }

  func standings(of channels: [Bytes32]) async throws -> [ChannelStanding?] {
    try await self.channels.standings(of: channels)
  }

  func deposit(_ payload: JSONValue, _ offer: PaymentRequirements) async throws -> DepositAnswer {
    try await channels.deposit(payload, offer)
  }

  func refund(
    _ channel: Bytes32, _ amount: Amount, nonce: UInt64
  ) async throws -> ChannelSending {
    try await channels.refund(channel, amount, nonce: nonce)
  }

  func height() async throws -> UInt64 { try await channels.height() }

  func watch(
    after height: UInt64, _ seen: @escaping @Sendable (Bytes32) async -> Void
  ) async throws {
    try await channels.watch(after: height, seen)
  }
}
