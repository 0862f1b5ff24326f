// A seller of channels, a payer with keys, and a node that keeps their rows as the ledger would.

import Chain
import Kernel
import Market
import Payments
import Primitives
import Synchronization
import Testing

@testable import NetworkRoom

/// Keeps the rows of channels, refuses what the ledger refuses, and can fail.
final class FakeChannels: ChannelNode {
  struct Inside {
    var rows: [Bytes32: ChannelStanding] = [:]
    var salts: Set<Bytes32> = []
    var claims: [(claims: [VoucherClaim], root: Bytes32)] = []
    var refunds: [(channel: Bytes32, amount: Amount)] = []
    var deposits = 0
    /// What the facilitator was told of the last deposit.
    var offered: PaymentRequirements?
    /// Reads of rows.
    var reads = 0
    /// What the next deposits say instead of happening.
    var refuses: X402Reason?
    /// The next claims happen, and nobody is told.
    var losesClaims = false
    var isDown = false
    var watchers: [AsyncStream<Bytes32>.Continuation] = []
    /// Channels whose payers asked for their money back: one a block.
    var asked: [Bytes32] = []
    /// Happens once when a watch begins, before it sees anything.
    var beforeWatch: (@Sendable () -> Void)?
    var bond: DoorBond?
    /// Claims that were sent, also those that were refused.
    var sent = 0
    /// What the next claims are told instead of being held.
    var refusesClaims: Refusal?
    var openings: [RunOpening] = []
  }

  struct Down: Error {}

  let inside = Mutex(Inside())
  private let escrow: EIP712.Domain

  init(_ escrow: EIP712.Domain) { self.escrow = escrow }

  private func reach() throws {
    if inside.withLock({ $0.isDown }) { throw Down() }
  }

  func standings(of channels: [Bytes32]) async throws -> [ChannelStanding?] {
    try reach()
    return inside.withLock { inside in
      inside.reads += 1
      return channels.map { id in inside.rows[id].flatMap { $0.balance == .zero ? nil : $0 } }
    }
  }

  func deposit(_ payload: JSONValue, _ offer: PaymentRequirements) async throws -> DepositAnswer {
    try reach()
    guard
      case .deposit(let voucher, let deposit)? = payload["payload"].flatMap({
        ChannelPayload($0)
      }), let message = DepositToChannel(Head(), deposit, voucher.config)
    else {
      return DepositAnswer(.depositPayload)
    }
    return inside.withLock { inside in
      inside.offered = offer
      if let reason = inside.refuses { return DepositAnswer(reason) }
      let id = MerkleTree.leaf(message.salt.bytes)
      guard inside.salts.insert(message.salt).inserted else {
        return DepositAnswer(transaction: id, amount: message.amount)
      }
      inside.deposits += 1
      var row = inside.rows[voucher.channel] ?? ChannelStanding(balance: .zero, claimed: .zero)
      row.balance = Amount(row.balance.units + message.amount.units)
      inside.rows[voucher.channel] = row
      return DepositAnswer(transaction: id, amount: message.amount)
    }
  }

  func claim(_ claims: [VoucherClaim], root: Bytes32) async throws -> ChannelSending {
    try reach()
    return inside.withLock { inside in
      let id = MerkleTree.leaf(root.bytes + [UInt8(truncatingIfNeeded: inside.claims.count)])
      inside.sent += 1
      if let refusal = inside.refusesClaims { return .refused(refusal, id) }
      for claim in claims {
        guard let row = inside.rows[claim.channel] else {
          return .refused(Refusal("unknownChannel"), id)
        }
        guard claim.total <= claim.most else { return .refused(Refusal("claimAboveVoucher"), id) }
        guard claim.total <= row.balance else { return .refused(Refusal("claimAboveBalance"), id) }
        guard claim.total > row.claimed else { return .refused(Refusal("voucherClaimed"), id) }
        let signer = try? Signature(claim.signature).recover(digest: claim.digest(escrow))
        guard signer == ChannelMarket.payer.address else {
          return .refused(Refusal("notAVoucher"), id)
        }
      }
      if let refusal = inside.hold(claims, id, root: root) { return .refused(refusal, id) }
      for claim in claims { inside.rows[claim.channel]?.claimed = claim.total }
      inside.claims.append((claims, root))
      return inside.losesClaims ? .unknown : .done(id)
    }
  }

  func refund(
    _ channel: Bytes32, _ amount: Amount, nonce: UInt64
  ) async throws -> ChannelSending {
    try reach()
    return inside.withLock { inside in
      guard var row = inside.rows[channel], row.refundNonce == nonce,
        row.balance.units - row.claimed.units >= amount.units
      else { return .refused(Refusal("nothingToRefund"), .zero) }
      row.balance = Amount(row.balance.units - amount.units)
      row.refundNonce += 1
      inside.rows[channel] = row
      inside.refunds.append((channel, amount))
      return .done(MerkleTree.leaf(channel.bytes))
    }
  }

  func bond(behind door: Address) async throws -> DoorBond? {
    try reach()
    return inside.withLock { $0.bond }
  }

  func open(_ opening: RunOpening) async throws -> ChannelSending {
    try reach()
    inside.withLock { inside in
      inside.openings.append(opening)
      guard let place = inside.bond?.claims.firstIndex(where: { $0.id == opening.claim }) else {
        return
      }
      inside.bond?.claims[place].row.stage = ClaimStage.shown.rawValue
    }
    return .done(opening.claim)
  }

  func height() async throws -> UInt64 {
    try reach()
    return inside.withLock { UInt64($0.asked.count) }
  }

  func watch(
    after height: UInt64, _ seen: @escaping @Sendable (Bytes32) async -> Void
  ) async throws {
    let first = inside.withLock { inside in
      defer { inside.beforeWatch = nil }
      return inside.beforeWatch
    }
    first?()
    let (stream, inlet) = AsyncStream<Bytes32>.makeStream()
    inside.withLock { inside in
      for channel in inside.asked.dropFirst(Int(height)) { inlet.yield(channel) }
      inside.watchers.append(inlet)
    }
    for await channel in stream { await seen(channel) }
  }

  /// The payer asks for money back, and who watches sees it.
  func withdraw(_ channel: Bytes32, _ amount: UInt64, tells: Bool = true) {
    let watchers = inside.withLock { inside in
      inside.rows[channel]?.withdrawal = Amount(amount)
      inside.rows[channel]?.requestedAt = 1
      if tells { inside.asked.append(channel) }
      return tells ? inside.watchers : []
    }
    for each in watchers { each.yield(channel) }
  }
}

extension FakeChannels.Inside {
  /// Ties a slice of the bond, as the ledger does.
  mutating func hold(_ claims: [VoucherClaim], _ id: Bytes32, root: Bytes32) -> Refusal? {
    guard var bond else { return nil }
    if bond.row.isConvicted { return Refusal("sellerConvicted") }
    if root == .zero { return Refusal("rootNeeded") }
    var row = HeldClaim()
    row.root = root
    for claim in claims {
      let claimed = rows[claim.channel]?.claimed ?? .zero
      row.amount = Amount(row.amount.units + claim.total.units - claimed.units)
    }
    guard let slice = try? Bonds.sliceBond(claim: row.amount, terms: bond.terms),
      slice <= bond.row.free
    else { return Refusal("bondTied") }
    row.slice = slice
    bond.row.tied = Amount(bond.row.tied.units + slice.units)
    bond.claims.append(HeldClaimEntry(id: id, row: row))
    self.bond = bond
    return nil
  }

  /// All claims were audited.
  mutating func settleClaims() {
    bond?.claims = []
    bond?.row.tied = .zero
  }
}

/// A gate for vouchers, and what its clients send.
struct ChannelMarket: Sendable {
  static let payer = PrivateKey(seed: Array("payer".utf8))
  static let now: UInt64 = 1_800_000_000
  let seller = PrivateKey(seed: Array("seller".utf8))
  let network = Bytes32(words: 1, 2, 3, 4)
  let chainID: UInt64 = 7
  let node: FakeChannels
  let clock = SharedClock()

  /// A clock that a test moves.
  final class SharedClock: Sendable {
    private let second = Mutex(ChannelMarket.now)
    var now: UInt64 { second.withLock { $0 } }
    func pass(_ seconds: UInt64) { second.withLock { $0 += seconds } }
  }

  var escrow: EIP712.Domain { BatchEscrow.domain(chainId: UInt256(chainID)) }
  var payer: PrivateKey { ChannelMarket.payer }

  init() { node = FakeChannels(BatchEscrow.domain(chainId: UInt256(7))) }

  func channels(
    _ terms: ChannelTerms = ChannelTerms(), journal: ChannelJournal? = nil,
    archive: RunArchive? = nil
  ) -> ChannelGate {
    let clock = clock
    return ChannelGate(
      desk: ReceiptDesk(key: seller, network: network, chainID: chainID), node: node,
      terms: terms, journal: journal, archive: archive, now: { clock.now })
  }

  func gate(_ channels: ChannelGate) -> PaymentGate {
    PaymentGate(settler: NoSettler(), channels: channels)
  }

  /// Single payments are not these tests'.
  struct NoSettler: PaymentSettler {
    func verify(_ request: FacilitatorRequest) async throws -> PaymentVerdict {
      PaymentVerdict(.failed, payer: nil)
    }
    func settle(_ request: FacilitatorRequest) async throws -> PaymentOutcome {
      PaymentOutcome(.failed, payer: nil, network: "")
    }
  }

  func resource(_ price: UInt64, _ gate: PaymentGate) -> PaidResource {
    PaidResource(
      url: "http://shop.example/answer",
      offers: gate.offers(
        PaymentRequirements(chainID: chainID, Amount(price), payTo: seller.address)))
  }

  func offer(_ price: UInt64, delay: UInt64 = 86_400) -> PaymentRequirements {
    var offer = PaymentRequirements(chainID: chainID, Amount(price), payTo: seller.address)
    offer.scheme = X402.channelScheme
    offer.receiverAuthorizer = seller.address
    offer.withdrawDelay = delay
    return offer
  }

  func config(
    _ salt: UInt8 = 0, _ change: (inout ChannelConfig) -> Void = { _ in }
  ) throws -> ChannelConfig {
    var config = try ChannelConfig(
      payer: payer.address, payerAuthorizer: payer.address, receiver: seller.address,
      receiverAuthorizer: seller.address, withdrawDelay: 86_400, salt: SHA256.hash([salt]))
    change(&config)
    return config
  }

  func json(_ config: ChannelConfig) -> JSONValue {
    [
      "payer": .string(config.payer.checksummed),
      "payerAuthorizer": .string(config.payerAuthorizer.checksummed),
      "receiver": .string(config.receiver.checksummed),
      "receiverAuthorizer": .string(config.receiverAuthorizer.checksummed),
      "token": .string(config.token.checksummed), "withdrawDelay": .unsigned(config.delay),
      "salt": .string("\(config.salt)"),
    ]
  }

  func voucher(
    _ config: ChannelConfig, _ most: UInt64, by key: PrivateKey? = nil, chain: UInt64? = nil
  ) -> JSONValue {
    let escrow = chain.map { BatchEscrow.domain(chainId: UInt256($0)) } ?? escrow
    let id = config.id(self.escrow)
    let signature = (key ?? payer).sign(
      digest: Voucher(config.id(escrow), Amount(most)).digest(domain: escrow))
    return [
      "channelId": .string("\(id)"), "maxClaimableAmount": .string("\(most)"),
      "signature": .string(Hex.encode(signature.bytes)),
    ]
  }

  /// `PAYMENT-SIGNATURE` of any payload.
  func header(_ payload: JSONValue, _ accepted: PaymentRequirements) -> String {
    X402.header(["x402Version": 2, "accepted": accepted.json, "payload": payload])
  }

  /// The voucher of a sum for a price.
  func pay(
    _ config: ChannelConfig, _ most: UInt64, price: UInt64, by key: PrivateKey? = nil,
    chain: UInt64? = nil
  ) -> String {
    header(
      [
        "type": "voucher", "channelConfig": json(config),
        "voucher": voucher(config, most, by: key, chain: chain),
      ], offer(price))
  }

  func deposit(
    _ config: ChannelConfig, _ amount: UInt64, most: UInt64, price: UInt64, salt: UInt8 = 1,
    by key: PrivateKey? = nil
  ) -> String {
    let message = DepositToChannel(
      Head(), config, Amount(amount), validBefore: ChannelMarket.now + 60,
      salt: SHA256.hash([salt]))
    let digest = message.authorisation(escrow).digest(token: DollarToken.domain(chainId: chainID))
    let signature = (key ?? payer).sign(digest: digest)
    return header(
      [
        "type": "deposit", "channelConfig": json(config), "voucher": voucher(config, most),
        "deposit": [
          "amount": .string("\(amount)"),
          "authorization": [
            "erc3009Authorization": [
              "validAfter": "0", "validBefore": .string("\(ChannelMarket.now + 60)"),
              "salt": .string("\(SHA256.hash([salt]))"),
              "signature": .string(Hex.encode(signature.bytes)),
            ]
          ],
        ],
      ], offer(price))
  }

  func refund(_ config: ChannelConfig, _ most: UInt64, amount: String? = nil) -> String {
    var members: [(String, JSONValue?)] = [
      ("type", "refund"), ("channelConfig", json(config)), ("voucher", voucher(config, most)),
    ]
    members.append(("amount", amount.map { .string($0) }))
    return header(X402.object(members), offer(1_000))
  }

  func fund(_ config: ChannelConfig, _ balance: UInt64, claimed: UInt64 = 0) {
    let row = ChannelStanding(balance: Amount(balance), claimed: Amount(claimed))
    node.inside.withLock { $0.rows[config.id(escrow)] = row }
  }
}

extension ChannelMarket {
  /// Asks for an answer that costs so much; it is the signed run itself.
  func ask(
    _ gate: PaymentGate, _ payment: String, request: UInt8 = 1, costs: UInt64 = 1_000
  ) async -> GateAnswer {
    await gate.serve(
      resource(1_000, gate), request: SHA256.hash([request]), payment: payment
    ) {
      let facts = RunFacts(work: "text", spec: [], units: 1, input: [request], output: [1])
      return Product(price: Amount(costs), facts: facts) { $0?.encoded ?? [] }
    }
  }

  /// Sells so many runs on so many channels.
  func sell(_ gate: PaymentGate, runs: UInt64, channels: UInt8) async throws {
    for salt in 0..<channels {
      let config = try config(salt)
      fund(config, 1_000_000)
      for run in 1...runs {
        let answer = await ask(
          gate, pay(config, run * 1_000, price: 1_000), request: UInt8(run))
        #expect(answer.status == 200)
      }
    }
  }
}

extension ChannelMarket {
  /// The door has a bond of which so much can be sold, with slices that have no floor.
  func stand(
    capacity: UInt64, floor: UInt64 = 1, _ change: (inout StandingBond) -> Void = { _ in }
  ) {
    var terms = Terms()
    terms.courtFloor = floor
    var row = StandingBond()
    row.seller = seller.address
    row.door = seller.address
    row.bond = (try? Bonds.sliceBond(claim: Amount(capacity), terms: terms)) ?? .zero
    change(&row)
    let bond = DoorBond(row: row, claims: [], terms: terms)
    node.inside.withLock { $0.bond = bond }
  }
}
