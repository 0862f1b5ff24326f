// The seller's side of channels: takes vouchers, charges what was used, and keeps count.

import Chain
import Kernel
import Payments
public import Primitives
import Synchronization

/// What a seller risks, and when it claims.
public struct ChannelTerms: Sendable {
  /// Seconds between a payer's request to have its money back and the withdrawal.
  public var delay: UInt64 = 86_400
  /// Seconds after which what is owed is claimed.
  public var interval: UInt64 = 3_600
  /// What is owed by all channels when it is claimed at once.
  public var target = Amount(1_000_000)
  /// What may be owed by all channels; above it nothing more is sold on credit.
  public var most = Amount(10_000_000)
  /// Runs that are claimed at once, each some 600 bytes of memory; at ten times as many nothing
  /// more is sold on credit.
  public var runs = 20_000
  /// Less than this of a channel is not worth its part of a claim.
  public var least = Amount(20)
  /// How many prices a payer is asked to deposit, and the least that is carried.
  public var deposit: UInt64 = 10
  public var leastDeposit = Amount(1_000)
  /// Refunds a day, of all and of one payer; each costs the seller two tolls.
  public var refundsPerDay = 1_000
  public var refundsPerPayer = 8

  public init() {}
}

/// Takes payments of the scheme `batch-settlement` for one receiver, which claims and refunds by
/// messages of its own. The authorizer that it names keeps the channels of its doors apart.
public final class ChannelGate: Sendable {
  public let desk: ReceiptDesk
  public let terms: ChannelTerms
  let authorizer: Address
  let book: ChannelBook
  let signers = VoucherSigners()
  let node: any ChannelNode
  let archive: RunArchive?
  let now: @Sendable () -> UInt64
  let escrow: EIP712.Domain
  let refunds = Mutex(RefundCount())
  /// What stands behind the door, as it was seen last.
  let bond = Mutex<DoorBond?>(nil)
  let underWay = Mutex(SalesUnderWay())
  /// Who makes a sealed receipt; another core is left for sales.
  let sealing = Turns(most: 1)
  let sealed = Mutex(SealedFiles())
  /// The second in which old runs were removed last.
  let tidied: Mutex<UInt64>
  /// Whether the program is about to end.
  let isLeaving = Mutex(false)

  /// - Parameters:
  ///   - journal: what was charged, for the time after the next start.
  ///   - authorizer: the channels' `receiverAuthorizer`, whose key nobody but the receiver has; the
  ///     receiver itself if there is none.
  ///   - archive: where the runs behind claims are kept.
  ///   - now: seconds since 1970.
  public init(
    desk: ReceiptDesk, authorizer: Address? = nil, node: any ChannelNode,
    terms: ChannelTerms = ChannelTerms(),
    journal: ChannelJournal? = nil, archive: RunArchive? = nil,
    now: @escaping @Sendable () -> UInt64
  ) {
    self.desk = desk
    self.authorizer = authorizer ?? desk.address
    var terms = terms
    // Claims come more than twice before any withdrawal.
    terms.interval = min(terms.interval, terms.delay / 4)
    self.terms = terms
    self.node = node
    self.archive = archive
    self.now = now
    tidied = Mutex(now())
    escrow = BatchEscrow.domain(chainId: UInt256(desk.chainID))
    book = ChannelBook(escrow: escrow, journal: journal, least: terms.least, now: now())
    for (_, held) in book.debts(least: .zero) {
      for run in held.runs {
        if let signed = try? CBOR.decode(SignedRun.self, from: run.bytes) { desk.keep(signed) }
      }
    }
  }

  // MARK: - Opening

  /// A good voucher, whose channel serves nobody else until it ends.
  public final class Sale: OpenSale {
    public let payer: Address
    /// The channel.
    public let channel: Bytes32
    /// Its place among the runs of the channel.
    public let index: UInt64
    /// What it was made for, and the most that it may cost.
    let row: ChannelSaleRow
    let config: ChannelConfig
    let signature: [UInt8]
    let network: String
    let mimeType: String
    let receipts: String
    /// The deposit that came with it.
    let deposit: DepositAnswer?
    /// It was charged before and its answer is not kept: it is made again for what it cost.
    let isPaid: Bool
    let gate: ChannelGate

    /// Its price was set aside before, unless it is paid.
    init(
      _ voucher: ChannelVoucher, _ row: ChannelSaleRow, index: UInt64, isPaid: Bool,
      _ deposit: DepositAnswer?, _ offer: PaymentRequirements, _ resource: PaidResource,
      at gate: ChannelGate
    ) {
      payer = voucher.config.payer
      channel = voucher.channel
      self.index = index
      self.row = row
      self.isPaid = isPaid
      self.deposit = deposit
      config = voucher.config
      signature = voucher.signature
      network = offer.network
      mimeType = resource.mimeType
      receipts = resource.receipts
      self.gate = gate
    }

    deinit {
      if !isPaid { gate.release(row.price) }
      gate.book.leave(channel)
    }
  }

  func open(
    _ json: JSONValue, _ offer: PaymentRequirements, _ resource: PaidResource, request: Bytes32,
    _ admit: () -> Bool
  ) async -> SaleOpening {
    guard let payload = json["payload"].flatMap({ ChannelPayload($0) }) else {
      return .answer(resource.asking(X402Reason.channelPayload.rawValue))
    }
    switch payload {
    case .voucher(let voucher):
      return await open(voucher, nil, offer, resource, request, admit)
    case .deposit(let voucher, let deposit):
      return await open(voucher, (deposit, json), offer, resource, request, admit)
    case .refund(let voucher):
      return .answer(await refund(voucher, json["payload"]?["amount"], offer, resource))
    case .refundOrder, .claim, .settle:
      return .answer(resource.asking(X402Reason.channelPayload.rawValue))
    }
  }

  func open(
    _ voucher: ChannelVoucher, _ deposit: (part: ChannelDeposit, whole: JSONValue)?,
    _ offer: PaymentRequirements, _ resource: PaidResource, _ request: Bytes32,
    _ admit: () -> Bool
  ) async -> SaleOpening {
    if isConvicted { return .answer(DoorClosure.sellerConvicted.answer) }
    if let reason = fault(of: voucher, offer) { return .answer(resource.asking(reason.rawValue)) }
    if let part = deposit?.part, let reason = fault(of: part, into: voucher.config) {
      return .answer(resource.asking(reason.rawValue))
    }
    guard await book.enter(voucher.channel) else {
      return .answer(resource.asking(X402Reason.channelBusy.rawValue))
    }
    do {
      let step = try await judge(voucher, deposit?.whole, offer, resource, request, admit)
      // A sale gives the channel back when it ends.
      if case .answer = step { book.leave(voucher.channel) }
      return step
    } catch {
      book.leave(voucher.channel)
      return .answer(.empty(503))
    }
  }

  /// What can be said without a look at any row.
  func fault(of voucher: ChannelVoucher, _ offer: PaymentRequirements) -> X402Reason? {
    let config = voucher.config
    guard config.receiver == offer.payTo else { return .channelReceiver }
    guard config.receiverAuthorizer == offer.receiverAuthorizer else { return .channelAuthorizer }
    guard config.token == offer.asset else { return .channelToken }
    guard config.delay == terms.delay else { return .channelDelay }
    let isHeld = book.isHeld(voucher.channel, as: config)
    guard isHeld ?? (config.id(escrow) == voucher.channel) else { return .channelID }
    guard let most = voucher.most.uint64 else { return .voucherAboveBalance }
    let digest = Voucher(voucher.channel, Amount(most)).digest(domain: escrow)
    guard let signature = try? Signature(voucher.signature),
      signers.check(signature, of: digest, by: config.voucherSigner)
    else { return .voucherSignature }
    return nil
  }

  /// Whoever brings a deposit that its payer did not sign takes no room from who pays.
  private func fault(of deposit: ChannelDeposit, into config: ChannelConfig) -> X402Reason? {
    guard deposit.authorisation != nil else { return .depositAuthorisation }
    guard let message = DepositToChannel(Head(), deposit, config) else { return .depositBalance }
    let token = DollarToken.domain(chainId: desk.chainID)
    let digest = message.authorisation(escrow).digest(token: token)
    let signer = try? Signature(message.signature).recover(digest: digest)
    return signer == config.payer ? nil : .depositSignature
  }

  private func judge(
    _ voucher: ChannelVoucher, _ deposit: JSONValue?, _ offer: PaymentRequirements,
    _ resource: PaidResource, _ request: Bytes32, _ admit: () -> Bool
  ) async throws -> SaleOpening {
    guard let most = voucher.most.uint64.map({ Amount($0) }),
      let price = offer.amount.uint64.map({ Amount($0) })
    else { return .answer(resource.asking(X402Reason.voucherAboveBalance.rawValue)) }
    guard let channel = try await known(voucher, isOpening: deposit != nil) else {
      return .answer(resource.asking(X402Reason.channelNotFound.rawValue))
    }
    let last = channel.last.first { $0.most == most && $0.request == request }
    guard last != nil || channel.isNext(most, price: price) else {
      return .answer(correction(channel, voucher.channel, resource))
    }
    if deposit == nil, let last, let answer = book.answer(voucher.channel, last.most) {
      return .answer(answer)
    }
    guard admit() else { return .answer(.busy) }
    var carried: DepositAnswer?
    if let deposit {
      let answer = try await node.deposit(deposit, told(offer))
      if let refused = try refusal(of: answer, last != nil, resource, offer) {
        return .answer(refused)
      }
      carried = answer.reason == nil ? answer : nil
      try await refresh(voucher)
    }
    // Where nothing can be written down nothing more is made, also not again.
    guard !book.isBroken else { return .answer(DoorClosure.journalBroken.answer) }
    if let last { return again(last, voucher, channel, carried, offer, resource) }
    if let reason = try await fault(of: voucher, most) {
      return .answer(resource.asking(reason.rawValue))
    }
    guard !isOverdue else { return .answer(DoorClosure.claimsLate.answer) }
    var row = ChannelSaleRow()
    row.request = request
    row.most = most
    row.base = try most.subtracting(price)
    row.before = book.charged(voucher.channel) ?? channel.charged
    row.price = price
    row.transaction = carried?.transaction ?? .zero
    guard reserve(price) else { return .answer(DoorClosure.bondUsedUp.answer) }
    signers.countSale(to: voucher.config.voucherSigner)
    return .sale(
      Sale(
        voucher, row, index: channel.count, isPaid: false, carried, offer, resource, at: self))
  }

  /// A sale that was charged: its answer as it was, or made again for the same money.
  private func again(
    _ last: ChannelSaleRow, _ voucher: ChannelVoucher, _ channel: SoldChannel,
    _ carried: DepositAnswer?, _ offer: PaymentRequirements, _ resource: PaidResource
  ) -> SaleOpening {
    if let answer = book.answer(voucher.channel, last.most) { return .answer(answer) }
    guard !last.isOpen || reserve(last.price) else {
      return .answer(DoorClosure.bondUsedUp.answer)
    }
    let index = last.isOpen ? channel.count : channel.count - min(channel.count, 1)
    guard last.isOpen || book.remakes(of: voucher.channel, run: index) < PaymentMemory.mostRemade
    else { return .answer(.givenOut) }
    return .sale(
      Sale(
        voucher, last, index: index, isPaid: !last.isOpen, carried, offer, resource, at: self))
  }

  /// What a facilitator is told that is asked for: that the authorizer is the seller's own, it
  /// could not see.
  private func told(_ offer: PaymentRequirements) -> PaymentRequirements {
    guard authorizer != desk.address else { return offer }
    var offer = offer
    offer.more.append(
      AuthorizerWord.said(of: authorizer, network: desk.network, by: desk.key))
    return offer
  }

  // MARK: - Rows

  /// The channel as it is known here, or as the ledger has it.
  private func known(
    _ voucher: ChannelVoucher, isOpening: Bool
  ) async throws -> SoldChannel? {
    if let channel = book.channel(voucher.channel) { return channel }
    guard book.makesRoom() else { throw Problem.broken }
    var channel = SoldChannel(voucher.config)
    if let standing = try await node.standings(of: [voucher.channel]).first ?? nil {
      channel.learn(standing)
      return channel
    }
    return isOpening ? channel : nil
  }

  /// Looks at the ledger's row; a channel that has one is held from now on. Of one that was held
  /// and is empty there, nothing is left to sell on.
  func refresh(_ voucher: ChannelVoucher) async throws {
    let began = book.watches
    let found = try await node.standings(of: [voucher.channel]).first ?? nil
    guard let standing = found ?? book.channel(voucher.channel)?.emptied else { return }
    book.change(voucher.channel, voucher.config, at: now()) { $0.learn(standing) }
    book.look(at: voucher.channel, since: began)
  }

  /// Whether the ledger would pay the voucher. What is known may be old: it is looked up before
  /// anybody is refused.
  private func fault(of voucher: ChannelVoucher, _ most: Amount) async throws -> X402Reason? {
    func reason(_ room: ChannelBook.Room?) -> X402Reason? {
      guard let room else { return .channelNotFound }
      guard most <= room.available else { return .voucherAboveBalance }
      // No claim could go on from there by whole runs: it is left for another channel.
      guard !room.isStuck else { return .channelNotFound }
      return most > room.claimed ? nil : .voucherBelowClaimed
    }
    let room = book.room(of: voucher.channel)
    // Since the watch began anew somebody may have asked for his money back unseen.
    if let room, room.isFresh, reason(room) == nil { return nil }
    try await refresh(voucher)
    return reason(book.room(of: voucher.channel))
  }

  /// What is owed too long was not claimed although it was tried; to sell on would be a gift.
  private var isOverdue: Bool {
    if book.unclaimed >= terms.most || book.runs >= 10 * terms.runs { return true }
    guard let since = book.since else { return false }
    return now() >= since + max(terms.delay / 2, 1)
  }

  private func refusal(
    of answer: DepositAnswer, _ isRepeated: Bool, _ resource: PaidResource,
    _ offer: PaymentRequirements
  ) throws -> GateAnswer? {
    guard let reason = answer.reason else { return nil }
    // Whoever repeats what was paid needs no second deposit.
    if isRepeated { return nil }
    if reason == .pending {
      let told = PaymentOutcome(.pending, answer.message, payer: nil, network: offer.network)
      return GateAnswer.unknown.with(["PAYMENT-RESPONSE": X402.header(told.json)])
    }
    return resource.asking(reason.rawValue)
  }

  /// The corrective 402: from it, and from the ledger, a client finds its count again.
  func correction(
    _ channel: SoldChannel, _ id: Bytes32, _ resource: PaidResource
  ) -> GateAnswer {
    var more: [JSONValue.Member] = [
      .init(name: "channelState", value: channel.state(id, told: channel.charged))
    ]
    if !channel.signature.isEmpty {
      more.append(
        .init(
          name: "voucherState",
          value: [
            "signedMaxClaimable": .string("\(channel.most.units)"),
            "signature": .string(Hex.encode(channel.signature)),
          ]))
    }
    return resource.asking(X402Reason.voucherMismatch.rawValue, more, of: scheme)
  }
}

extension SoldChannel {
  /// As x402 tells it to clients.
  func state(_ id: Bytes32, told: Amount) -> JSONValue {
    [
      "channelId": .string("\(id)"), "balance": .string("\(balance.units)"),
      "totalClaimed": .string("\(claimed.units)"), "withdrawRequestedAt": .unsigned(requestedAt),
      "refundNonce": .string("\(refundNonce)"),
      "chargedCumulativeAmount": .string("\(told.units)"),
    ]
  }
}
