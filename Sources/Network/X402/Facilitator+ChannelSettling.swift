// Carries deposits, claims and refunds of channels to the ledger.

import Chain
import Kernel
import Payments
import Primitives

extension Facilitator {
  /// Moves the money. A voucher moves none: it is the seller's until it is claimed.
  func settle(_ request: ChannelRequest) async throws -> PaymentOutcome {
    let wanted = request.requirements
    func no(_ reason: X402Reason, _ message: String? = nil) -> PaymentOutcome {
      PaymentOutcome(reason, message, payer: request.payload.payer, network: wanted.network)
    }
    guard wanted.scheme == X402.channelScheme else { return no(.channelScheme) }
    guard request.accepted.network == wanted.network else { return no(.channelNetwork) }
    guard wanted.network == network else { return no(.network, "this facilitator is \(network)") }
    switch request.payload {
    case .deposit(let voucher, let deposit): return try await settle(deposit, voucher, request)
    case .claim(let claims, let signature): return try await settle(claims, signature)
    case .refundOrder(let voucher, let order): return try await settle(order, voucher)
    // A claim pays the receiver at once: there is nothing left to sweep.
    case .settle: return PaymentOutcome(payer: nil, network: network, amount: .zero)
    case .voucher, .refund: return no(.channelPayload)
    }
  }

  // MARK: Deposits

  /// The same deposit again is answered with the first transaction: it went into one channel, and
  /// whoever sells from that counts vouchers.
  private func settle(
    _ deposit: ChannelDeposit, _ voucher: ChannelVoucher, _ request: ChannelRequest
  ) async throws -> PaymentOutcome {
    let payer = voucher.config.payer
    if let message = DepositToChannel(Head(), deposit, voucher.config) {
      let a = message.authorisation(escrow)
      if let spent = try ledger.spent(a.payer, a.nonce) {
        guard try ledger.deposit(spent).map({ $0.isSame(as: message) }) == true else {
          return PaymentOutcome(
            .depositRefused, "the salt was used before", payer: payer, network: network,
            transaction: spent.message)
        }
        return try deposited(voucher, message.amount, by: spent.message)
      }
    }
    let verdict = try verify(request)
    if let reason = verdict.reason {
      return PaymentOutcome(reason, verdict.message, payer: payer, network: network)
    }
    guard let message = DepositToChannel(Head(), deposit, voucher.config) else {
      return PaymentOutcome(.depositPayload, payer: payer, network: network)
    }
    let key = SpentNonce.key(payer, message.authorisation(escrow).nonce)
    var (outcome, isFirst) = await once(key) { await self.carry(message, voucher, request.word) }
    outcome.isFresh = isFirst && outcome.isDone
    return outcome
  }

  private func carry(
    _ deposit: DepositToChannel, _ voucher: ChannelVoucher, _ word: [UInt8]
  ) async -> PaymentOutcome {
    let payer = voucher.config.payer
    do {
      let isOpen = try ledger.channel(voucher.channel) != nil
      let end = Time(deposit.validBefore.multipliedReportingOverflow(by: 1_000).0)
      let whom = try depositing(into: voucher.config, word)
      let sending = await send(until: end, opening: isOpen ? 0 : 1, for: whom) { head in
        var message = deposit
        message.head = head
        return .depositToChannel(message)
      }
      if case .done(let id) = sending { return try deposited(voucher, deposit.amount, by: id) }
      return outcome(of: sending, refused: .depositFailed, payer: payer)
    } catch {
      return PaymentOutcome(
        .failed, "the ledger cannot be read", payer: payer, network: network)
    }
  }

  /// On whose behalf a deposit is carried.
  ///
  /// - Parameter word: the receiver's, that the authorizer is its own.
  func depositing(into config: ChannelConfig, _ word: [UInt8] = []) throws -> CarriedFor {
    var whom = try parties(of: config, word)
    whom.isDeposit = true
    return whom
  }

  private func parties(of config: ChannelConfig, _ word: [UInt8] = []) throws -> CarriedFor {
    let isReceivers =
      try config.receiverAuthorizer == config.receiver || ledger.isBonded(config)
      || AuthorizerWord.holds(word, of: config, network: facts.network)
    return .channel(config, isReceivers: isReceivers)
  }

  private func deposited(
    _ voucher: ChannelVoucher, _ amount: Amount, by id: Bytes32
  ) throws -> PaymentOutcome {
    let row = try ledger.channel(voucher.channel)
    return PaymentOutcome(
      payer: voucher.config.payer, network: network, transaction: id,
      amount: UInt256(amount.units), channel: row.map { ChannelState(voucher.channel, $0) })
  }

  private func outcome(
    of sending: Sending, refused reason: X402Reason, payer: Address?
  ) -> PaymentOutcome {
    switch sending {
    case .done(let id): PaymentOutcome(payer: payer, network: network, transaction: id)
    case .refused(let refusal, let id):
      PaymentOutcome(reason, refusal.message, payer: payer, network: network, transaction: id)
    case .unknown(let id):
      PaymentOutcome(
        .pending, "ask for the message by this hash", payer: payer, network: network,
        transaction: id)
    case .notSent(let why): PaymentOutcome(.failed, why, payer: payer, network: network)
    }
  }

  // MARK: Claims

  private func settle(
    _ claims: [ClaimedVoucher], _ signature: [UInt8]
  ) async throws -> PaymentOutcome {
    let carried = claims.map { $0.claim(escrow) }
    if let refusal = try refusal(of: claims, carried, signature) { return refusal }
    let (until, opening) = (try end(), try openings(of: claims))
    let parties = CarriedFor(payees: Set(claims.map(\.config.receiver)))
    let sending = await send(until: until, opening: opening, for: parties) { head in
      .claimVouchers(ClaimVouchers(head, carried, signature: signature))
    }
    return outcome(of: sending, refused: .claimFailed, payer: nil)
  }

  /// Nil where the claims may be carried.
  private func refusal(
    of claims: [ClaimedVoucher], _ carried: [VoucherClaim], _ signature: [UInt8]
  ) throws -> PaymentOutcome? {
    func no(_ reason: X402Reason, _ message: String? = nil) -> PaymentOutcome {
      PaymentOutcome(reason, message, payer: nil, network: network)
    }
    guard !claims.isEmpty else { return no(.claimPayload) }
    guard !signature.isEmpty else { return no(.noAuthorizer) }
    let (why, value) = try judge(claims, carried, signature)
    if let why { return no(.claimRefused, why) }
    let cost = try toll { head in
      .claimVouchers(ClaimVouchers(head, carried, signature: signature))
    }
    return value < cost ? no(.claimRefused, Facilitator.belowToll(value, cost)) : nil
  }

  /// What the ledger would refuse, and what is not worth its toll, so that nobody makes this
  /// facilitator pay for nothing.
  ///
  /// - Parameter refund: the channel that a refund is for: its claim may be old, since there is the
  ///   refund to carry.
  /// - Returns: what is wrong, and else how much the claims bring beyond what was claimed before.
  private func judge(
    _ claims: [ClaimedVoucher], _ carried: [VoucherClaim], _ signature: [UInt8],
    refund: Bytes32? = nil
  ) throws -> (fault: String?, value: Amount) {
    let digest = ClaimBatch(carried).digest(domain: escrow)
    let authorizer = try? Signature(signature).recover(digest: digest)
    guard Set(carried.map(\.channel)).count == carried.count else {
      return ("a channel is claimed twice", .zero)
    }
    var value = Amount.zero
    for (claim, voucher) in zip(claims, carried) {
      guard let row = try ledger.channel(voucher.channel) else {
        return ("there is no such channel", .zero)
      }
      let mayBeOld = voucher.channel == refund
      if let why = try fault(of: claim, voucher, row, authorizer, mayBeOld: mayBeOld) {
        return (why, .zero)
      }
      value = try value.adding(claim.total.subtracting(row.claimed))
    }
    return (nil, value)
  }

  private func fault(
    of claim: ClaimedVoucher, _ voucher: VoucherClaim, _ row: Channel, _ authorizer: Address?,
    mayBeOld: Bool
  ) throws -> String? {
    // The ledger takes such a claim from its seller only, with a root.
    if try ledger.isBonded(row.config) {
      return "a bond stands behind the channel: its seller claims by itself"
    }
    guard authorizer == row.config.receiverAuthorizer else {
      return "the claims are not signed by the receiver's authorizer"
    }
    let isNew = mayBeOld ? claim.total >= row.claimed : claim.total > row.claimed
    guard isNew, claim.total <= claim.most, claim.total <= row.balance else {
      return "a claim is not above what was claimed, or above its voucher or the balance"
    }
    let signer = try? Signature(claim.signature).recover(digest: voucher.digest(escrow))
    guard signer == row.config.voucherSigner else { return "a voucher is not the payer's" }
    guard try mayPay(row.config.receiver, CarriedFor(payees: [row.config.receiver])) else {
      return "the receiver's account is not open here: send it some dollars first"
    }
    return nil
  }

  /// What it would cost to carry a message, with the widest head: any signature is as long.
  private func toll(_ message: (Head) -> Message) throws -> Amount {
    let head = Head(from: address, lane: .max, sequence: .max, validUntil: .never)
    let blank = Signature(r: .zero, s: .zero, v: 27)
    return try toll(of: SignedMessage(message(head), Authorisation(blank)))
  }

  private static func belowToll(_ value: Amount, _ cost: Amount) -> String {
    "it moves \(value.units) millionths and costs \(cost.units) to carry"
  }

  // MARK: Refunds

  private func settle(
    _ order: RefundOrder, _ voucher: ChannelVoucher
  ) async throws -> PaymentOutcome {
    let (id, payer) = (voucher.channel, voucher.config.payer)
    func no(_ reason: X402Reason, _ message: String? = nil) -> PaymentOutcome {
      PaymentOutcome(reason, message, payer: payer, network: network)
    }
    guard voucher.config.id(escrow) == id else { return no(.channelID) }
    guard let before = try ledger.channel(id) else { return no(.channelNotFound) }
    guard !order.signature.isEmpty, order.claims.isEmpty || !order.claimsSignature.isEmpty else {
      return no(.noAuthorizer)
    }
    let claims = order.claims.map { $0.claim(escrow) }
    let message = RefundChannel(
      Head(), id, order.amount, nonce: order.nonce, signature: order.signature, claims: claims,
      claimsSignature: order.claimsSignature)
    let signer = try? Signature(order.signature).recover(digest: message.digest(escrow))
    guard signer == before.config.receiverAuthorizer else {
      return no(.refundRefused, "the refund is not signed by the receiver's authorizer")
    }
    guard order.nonce == before.refundNonce else {
      return no(.refundRefused, "the channel's next refund has number \(before.refundNonce)")
    }
    var value = Amount.zero
    if !claims.isEmpty {
      let (why, new) = try judge(order.claims, claims, order.claimsSignature, refund: id)
      if let why { return no(.refundRefused, why) }
      value = new
    }
    let claimed = claims.filter { $0.channel == id }.map(\.total).max() ?? .zero
    let left = (try? before.balance.subtracting(max(claimed, before.claimed))) ?? .zero
    guard left > .zero, order.amount > .zero else { return no(.refundNothing) }
    let back = min(left, order.amount)
    guard back >= limits.least else {
      return no(.refundRefused, "the least that is carried is \(limits.least.units) millionths")
    }
    let cost = try toll { head in
      var refund = message
      refund.head = head
      return .refundChannel(refund)
    }
    guard let moved = try? value.adding(back), moved >= cost else {
      return no(.refundRefused, Facilitator.belowToll(back, cost))
    }
    var whom = try parties(of: before.config)
    whom.isRefund = true
    return try await carry(message, opening: try openings(of: order.claims), of: before, whom)
  }

  private func carry(
    _ refund: RefundChannel, opening count: Int, of before: Channel, _ whom: CarriedFor
  ) async throws -> PaymentOutcome {
    let sending = await send(until: try end(), opening: count, for: whom) {
      var message = refund
      message.head = $0
      return .refundChannel(message)
    }
    var result = outcome(of: sending, refused: .refundFailed, payer: before.config.payer)
    if result.isDone, let after = try ledger.channel(refund.channel) {
      result.amount = UInt256(before.balance.units - min(before.balance.units, after.balance.units))
      result.channel = ChannelState(refund.channel, after)
    }
    return result
  }

  /// How many receivers' accounts are not open yet.
  private func openings(of claims: [ClaimedVoucher]) throws -> Int {
    var closed: Set<Address> = []
    for claim in claims where try ledger.isOpen(claim.config.receiver) == false {
      closed.insert(claim.config.receiver)
    }
    return closed.count
  }

  /// Claims and refunds name no moment of their own.
  private func end() throws -> Time { try max(now(), ledger.blockTime()).after(seconds: 60) }
}

extension DepositToChannel {
  /// Whether the payer signed the same.
  func isSame(as other: DepositToChannel) -> Bool {
    channel == other.channel && amount == other.amount && salt == other.salt
      && validAfter == other.validAfter && validBefore == other.validBefore
  }
}
