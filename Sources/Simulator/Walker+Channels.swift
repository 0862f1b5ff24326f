// Channels of a walk: deposits, vouchers, refunds and withdrawals, and what thieves make of them.

import Chain
import Kernel
import Payments
import Primitives

extension Walker {
  private var escrow: EIP712.Domain {
    BatchEscrow.domain(chainId: UInt256(cast.genesis.chainId))
  }

  /// What some could do with channels now, several in a block, so that what one writes often meets
  /// what another did.
  mutating func useChannels() -> [any MessageContent] {
    var open: [(Bytes32, Channel)] = []
    state.payments.forEachChannel { open.append(($0, $1)) }
    var acts: [any MessageContent] = []
    for _ in 0..<4 { acts.append(useChannel(open)) }
    return acts
  }

  private mutating func useChannel(_ open: [(Bytes32, Channel)]) -> any MessageContent {
    guard let (id, channel) = random.pick(open), random.chance(85) else {
      return deposit(into: config())
    }
    switch random.below(10) {
    case 0..<2: return deposit(into: channel.config)
    case 2..<6: return claim(id, channel, open)
    case 6..<8: return withdraw(id, channel)
    default: return refund(id, channel)
    }
  }

  private mutating func config() -> ChannelConfig {
    var config = ChannelConfig()
    config.payer = person()
    config.payerAuthorizer = random.chance(70) ? config.payer : person()
    if random.chance(20) { config.payerAuthorizer = .zero }
    config.receiver = person()
    config.receiverAuthorizer = person()
    config.token = DollarToken.address
    let delay: UInt64 = random.chance(90) ? 900 : UInt64(random.below(1_000))
    config.withdrawDelay = (try? UInt40(delay)) ?? UInt40()
    config.salt = Bytes32(words: 0, 0, 0, UInt64(random.below(2)))
    return config
  }

  mutating func deposit(
    into config: ChannelConfig, _ amount: Amount? = nil
  ) -> DepositToChannel {
    let now = state.kernel.blockTime.milliseconds / 1_000
    let salt = Cast.secret(Array("deposit".utf8), [UInt8(random.below(9))])
    var m = DepositToChannel(
      head(person()), config, amount ?? Amount(UInt64(1 + random.below(900_000))),
      validBefore: now + UInt64(60 + random.below(7_000)), salt: salt)
    let token = DollarToken.domain(chainId: cast.genesis.chainId)
    m.signature = signed(by: config.payer, m.authorisation(escrow).digest(token: token))
    return m
  }

  private func signed(by account: Address, _ digest: Bytes32) -> [UInt8] {
    cast.keys[account]?.sign(digest: digest).bytes ?? []
  }

  /// A voucher above what was claimed, mostly within the balance.
  private mutating func voucher(_ id: Bytes32, _ channel: Channel) -> VoucherClaim {
    let rest = channel.free.units + (random.chance(10) ? 5_000 : 0)
    let most = channel.claimed.units + UInt64(random.below(Int(rest) + 1))
    let total = random.chance(70) ? most : min(most, channel.claimed.units + 1)
    var claim = VoucherClaim(id, most: Amount(most), total: Amount(total), signature: [])
    claim.signature = signed(by: channel.config.voucherSigner, claim.digest(escrow))
    return claim
  }

  /// By the receiver, often of all its channels; or carried, with the authorizer's signature.
  private mutating func claim(
    _ id: Bytes32, _ channel: Channel, _ open: [(Bytes32, Channel)]
  ) -> ClaimVouchers {
    var claims = [voucher(id, channel)]
    if random.chance(6) {
      let count = random.chance(50) ? 0 : ClaimVouchers.most + 1
      claims = [VoucherClaim](repeating: claims[0], count: count)
      return ClaimVouchers(head(channel.config.receiver), claims)
    }
    if random.chance(50) {
      for (other, row) in open where other != id && row.config.receiver == channel.config.receiver {
        claims.append(voucher(other, row))
      }
      return ClaimVouchers(head(channel.config.receiver), claims, root: Cast.secret(id.bytes))
    }
    let speaker = channel.config.receiverAuthorizer
    if random.chance(40) { return ClaimVouchers(head(speaker), claims) }
    let batch = ClaimBatch(claims).digest(domain: escrow)
    return ClaimVouchers(head(person()), claims, signature: signed(by: speaker, batch))
  }

  private mutating func withdraw(_ id: Bytes32, _ channel: Channel) -> WithdrawFromChannel {
    let most = Int(channel.free.units)
    let amount = random.chance(30) ? most : random.below(most + 2)
    return WithdrawFromChannel(head(channel.config.payer), id, Amount(UInt64(amount)))
  }

  private mutating func refund(_ id: Bytes32, _ channel: Channel) -> RefundChannel {
    let amount = Amount(UInt64(random.below(Int(channel.free.units) + 2)))
    var m = RefundChannel(
      head(channel.config.receiver), id, amount, nonce: channel.refundNonce)
    if random.chance(50) { m.claims = [voucher(id, channel)] }
    if random.chance(40) {
      let speaker = channel.config.receiverAuthorizer
      m.head.from = person()
      m.signature = signed(by: speaker, m.digest(escrow))
      if !m.claims.isEmpty {
        m.claimsSignature = signed(by: speaker, ClaimBatch(m.claims).digest(domain: escrow))
      }
    }
    return m
  }
}

// MARK: - Rules

extension Walker {
  /// Every channel's escrow is what went in, less what was claimed and given back.
  func oweChannels(_ owed: inout [Bytes32: UInt64]) {
    state.payments.forEachChannel { id, channel in owed[id] = channel.free.units }
  }

  /// A withdrawal that was asked for is paid at a moment to come; none waits without being asked.
  func checkWithdrawals(_ check: (Time, String) -> Void) {
    state.payments.forEachChannel { id, channel in
      if channel.claimed > channel.balance { check(.zero, "channel \(id) is overdrawn") }
      let isAsked = channel.withdrawal > .zero
      if isAsked != (channel.withdrawsAt != .never) || isAsked != (channel.requestedAt > 0) {
        check(.zero, "channel \(id) asks for \(channel.withdrawal.units)")
      }
      if isAsked { check(channel.withdrawsAt, "withdrawal from \(id)") }
    }
  }
}

// MARK: - Thieves

extension Walker {
  mutating func spoil(_ deposit: DepositToChannel, _ noise: Bytes32) -> DepositToChannel {
    var m = deposit
    switch random.below(8) {
    case 0: m.amount = .zero
    case 1: m.amount = Amount(.max)
    case 2: m.channel.token = person()
    case 3: m.channel.receiver = .zero
    case 4: m.channel.receiver = person()
    case 5: m.salt = noise
    case 6: m.channel.withdrawDelay = UInt40()
    default: m.signature = noise.bytes
    }
    return m
  }

  mutating func spoil(_ claim: ClaimVouchers, _ noise: Bytes32) -> ClaimVouchers {
    var m = claim
    guard !m.claims.isEmpty else { return m }
    switch random.below(9) {
    case 0: m.claims = []
    case 8:
      let bare = VoucherClaim(noise, most: .zero, total: .zero, signature: [])
      m.claims = [VoucherClaim](repeating: bare, count: ClaimVouchers.most + 1)
    case 1: m.claims[0].channel = noise
    case 2: m.claims[0].total = Amount(.max)
    case 3: m.claims[0].total = .zero
    case 4: m.claims[0].signature = noise.bytes
    case 5: m.claims.append(m.claims[0])
    case 6: (m.root, m.signature) = (noise, noise.bytes)
    default: m.signature = noise.bytes
    }
    return m
  }

  mutating func spoil(_ refund: RefundChannel, _ noise: Bytes32) -> RefundChannel {
    var m = refund
    switch random.below(5) {
    case 0: m.nonce &+= 1
    case 1: m.channel = noise
    case 2: m.amount = .zero
    case 3: m.signature = noise.bytes
    default: m.head.from = person()
    }
    return m
  }

  mutating func spoil(_ request: WithdrawFromChannel, _ noise: Bytes32) -> WithdrawFromChannel {
    var m = request
    switch random.below(4) {
    case 0: m.channel = noise
    case 1: m.amount = .zero
    case 2: m.amount = Amount(.max)
    default: m.head.from = person()
    }
    return m
  }
}
