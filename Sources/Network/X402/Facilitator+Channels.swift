// Whether a channel's deposit or voucher is good, in the order of x402's own facilitators.

import Kernel
public import Payments
public import Primitives

extension Facilitator {
  var escrow: EIP712.Domain { BatchEscrow.domain(chainId: UInt256(facts.chainID)) }

  /// Whether the deposit would be taken now, or the voucher could be claimed.
  func verify(_ request: ChannelRequest) throws -> PaymentVerdict {
    let payer = request.payload.payer
    do throws(ChannelFault) {
      try checkScheme(request)
      switch request.payload {
      case .deposit(let voucher, let deposit):
        try checkConfig(voucher, request.requirements)
        return try verify(deposit, voucher, request)
      case .voucher(let voucher):
        try checkConfig(voucher, request.requirements)
        return try verify(voucher, isRefund: false)
      case .refund(let voucher), .refundOrder(let voucher, _):
        try checkConfig(voucher, request.requirements)
        return try verify(voucher, isRefund: true)
      case .claim, .settle: throw .no(.channelPayload)
      }
    } catch {
      switch error {
      case .no(let reason, let message): return PaymentVerdict(reason, message, payer: payer)
      case .unreadable(let error): throw error
      }
    }
  }

  private func checkScheme(_ request: ChannelRequest) throws(ChannelFault) {
    let wanted = request.requirements
    guard wanted.scheme == X402.channelScheme else { throw .no(.channelScheme) }
    guard request.accepted.network == wanted.network else { throw .no(.channelNetwork) }
    guard wanted.network == network else {
      throw .no(.network, "this facilitator is \(network)")
    }
  }

  /// The channel is the one that the seller offered, and its id is this chain's.
  private func checkConfig(
    _ voucher: ChannelVoucher, _ wanted: PaymentRequirements
  ) throws(ChannelFault) {
    let config = voucher.config
    guard config.id(escrow) == voucher.channel else { throw .no(.channelID) }
    guard config.receiver == wanted.payTo else { throw .no(.channelReceiver) }
    guard let authorizer = wanted.receiverAuthorizer, authorizer != .zero,
      config.receiverAuthorizer == authorizer
    else { throw .no(.channelAuthorizer) }
    guard config.token == wanted.asset, config.token == DollarToken.address else {
      throw .no(.channelToken)
    }
    if let delay = wanted.withdrawDelay, delay != config.delay { throw .no(.channelDelay) }
    guard BatchEscrow.delays.contains(config.delay) else { throw .no(.channelDelayRange) }
  }

  // MARK: Vouchers

  private func checkSignature(_ voucher: ChannelVoucher) throws(ChannelFault) {
    guard let most = voucher.most.uint64 else { throw .no(.voucherAboveBalance) }
    let digest = Voucher(voucher.channel, Amount(most)).digest(domain: escrow)
    let signer = try? Signature(voucher.signature).recover(digest: digest)
    guard signer == voucher.config.voucherSigner else { throw .no(.voucherSignature) }
  }

  private func verify(
    _ voucher: ChannelVoucher, isRefund: Bool
  ) throws(ChannelFault) -> PaymentVerdict {
    try checkSignature(voucher)
    guard let row = try channel(voucher.channel), row.balance > .zero else {
      throw .no(.channelNotFound)
    }
    // What the payer asked back is spoken for: a voucher for it may come too late to be claimed.
    let left = isRefund ? row.balance : (try? row.balance.subtracting(row.withdrawal)) ?? .zero
    guard voucher.most <= UInt256(left.units) else { throw .no(.voucherAboveBalance) }
    let claimed = UInt256(row.claimed.units)
    guard voucher.most > claimed || isRefund && voucher.most == claimed else {
      throw .no(.voucherBelowClaimed)
    }
    return PaymentVerdict(payer: voucher.config.payer, channel: ChannelState(voucher.channel, row))
  }

  // MARK: Deposits

  /// What is said of a deposit tells of the channel before it, as x402's own facilitators do.
  private func verify(
    _ deposit: ChannelDeposit, _ voucher: ChannelVoucher, _ request: ChannelRequest
  ) throws(ChannelFault) -> PaymentVerdict {
    let message = try checkAuthorisation(deposit, voucher, request.requirements)
    try checkSignature(voucher)
    let row = try channel(voucher.channel)
    let payer = voucher.config.payer
    guard try balance(payer) >= message.amount else { throw .no(.depositBalance) }
    let before = row ?? Channel(voucher.config)
    let left = (try? before.balance.subtracting(before.withdrawal)) ?? .zero
    guard let after = try? left.adding(message.amount) else { throw .no(.depositPayload) }
    guard voucher.most <= UInt256(after.units) else { throw .no(.voucherAboveBalance) }
    guard voucher.most > UInt256(before.claimed.units) else { throw .no(.voucherBelowClaimed) }
    guard try spent(message) == nil else {
      throw .no(.depositRefused, "the salt was used before")
    }
    guard message.amount >= limits.least else {
      throw .no(.depositRefused, "the least that is carried is \(limits.least.units) millionths")
    }
    let whom: CarriedFor
    do {
      whom = try depositing(into: voucher.config, request.word)
    } catch { throw .unreadable(error) }
    guard row != nil || mayOpen(whom) else {
      throw .no(.depositRefused, "this facilitator opens no more channels today")
    }
    return PaymentVerdict(payer: payer, channel: ChannelState(voucher.channel, before))
  }

  /// The EIP-3009 part: for this token, in time, signed by the payer.
  private func checkAuthorisation(
    _ deposit: ChannelDeposit, _ voucher: ChannelVoucher, _ wanted: PaymentRequirements
  ) throws(ChannelFault) -> DepositToChannel {
    guard let a = deposit.authorisation else { throw .no(.depositAuthorisation) }
    guard let name = wanted.name, let version = wanted.version else { throw .no(.channelDomain) }
    let second = try time().milliseconds / 1_000
    guard a.validBefore >= UInt256(second + Facilitator.margin) else {
      throw .no(.depositValidBefore)
    }
    guard a.validBefore <= UInt256(second + SpentNonce.horizon) else {
      throw .no(.depositValidBefore, "it ends more than \(SpentNonce.horizon) s ahead")
    }
    guard a.validAfter < UInt256(second) else { throw .no(.depositValidAfter) }
    guard let message = DepositToChannel(Head(), deposit, voucher.config) else {
      throw .no(.depositBalance)
    }
    guard message.amount > .zero else { throw .no(.depositPayload) }
    let token = EIP712.Domain(
      name: name, version: version, chainId: facts.chainID, verifyingContract: wanted.asset)
    let digest = message.authorisation(escrow).digest(token: token)
    let signer = try? Signature(a.signature).recover(digest: digest)
    guard signer == voucher.config.payer,
      name == DollarToken.name, version == DollarToken.version
    else { throw .no(.depositSignature) }
    return message
  }

  // MARK: The ledger's rows

  private func time() throws(ChannelFault) -> Time {
    do { return try max(now(), ledger.blockTime()) } catch { throw .unreadable(error) }
  }

  private func channel(_ id: Bytes32) throws(ChannelFault) -> Channel? {
    do { return try ledger.channel(id) } catch { throw .unreadable(error) }
  }

  private func balance(_ account: Address) throws(ChannelFault) -> Amount {
    do { return try ledger.balance(account) } catch { throw .unreadable(error) }
  }

  private func spent(_ m: DepositToChannel) throws(ChannelFault) -> SpentNonce? {
    let a = m.authorisation(escrow)
    do { return try ledger.spent(a.payer, a.nonce) } catch { throw .unreadable(error) }
  }
}

/// Why there is no good verdict: the payment's fault, or the store's.
enum ChannelFault: Error {
  case no(X402Reason, String? = nil)
  case unreadable(any Error)
}

extension DepositToChannel {
  /// As the ledger takes it; nil where a number leaves the ledger's range.
  init?(_ head: Head, _ deposit: ChannelDeposit, _ config: ChannelConfig) {
    guard let a = deposit.authorisation, let amount = deposit.amount.uint64,
      let after = a.validAfter.uint64, let before = a.validBefore.uint64
    else { return nil }
    self.init(
      head, config, Amount(amount), validAfter: after, validBefore: before, salt: a.salt,
      signature: a.signature)
  }
}

/// The state of a channel as x402 tells it. What was charged is the seller's to know.
public struct ChannelState: Hashable, Sendable {
  public var id: Bytes32
  /// All deposits, less what went back to the payer.
  public var balance: Amount
  public var claimed: Amount
  /// The second in which the payer asked for its money; zero where it did not.
  public var requestedAt: UInt64
  public var refundNonce: UInt64

  public init(_ id: Bytes32, _ row: Channel) {
    self.id = id
    balance = row.balance
    claimed = row.claimed
    requestedAt = row.requestedAt
    refundNonce = row.refundNonce
  }

  var json: JSONValue {
    [
      "channelId": .string("\(id)"), "balance": .string("\(balance.units)"),
      "totalClaimed": .string("\(claimed.units)"), "withdrawRequestedAt": .unsigned(requestedAt),
      "refundNonce": .string("\(refundNonce)"),
    ]
  }
}
