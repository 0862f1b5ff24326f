// Pays by vouchers: one deposit into a channel, then a greater sum for each answer.

import Agents
import Kernel
import Payments
import Primitives

extension Teller {
  /// Milliseconds for which a voucher without an answer keeps its channel for the same request.
  static let reserved: UInt64 = 60_000
  /// Milliseconds for which a seller that took no voucher is paid in another way.
  static let refusal: UInt64 = 600_000
  /// Requests that wait for a channel.
  private static let mostWaiting = 16
  /// Channels that one seller may have had, where their journal was lost.
  private static let mostProbed: UInt64 = 32

  var escrow: EIP712.Domain { BatchEscrow.domain(chainId: UInt256(pocket.chainID)) }

  // MARK: - Paying

  /// The voucher that a request shows, which was decided about, written down and signed before it
  /// is returned. Nil where the seller is to be paid in another way. Throws an `Unpaid`.
  ///
  /// - Parameter hasOther: whether there is another way.
  func pay(
    _ demand: ChannelDemand, for request: Bytes32, at seller: Seller, _ path: String,
    hasOther: Bool
  ) async throws -> ShownPayment? {
    while true {
      await take()
      guard let busy = busyChannel(demand, for: request, seller, hasOther) else { break }
      giveBack()
      if hasOther { return nil }
      try await wait(for: busy)
    }
    defer { giveBack() }
    if let same = voucher(again: request, isRetry: false) { return same }
    if hasNoSession { throw Unpaid.pocket(.noSession) }
    if hasOther, let until = refusing[seller.origin.text], clock() < until { return nil }
    let rows = channels.book.channels.filter { $0.seller == seller.origin.text }
    // Who contradicted itself once is trusted with no other channel.
    if rows.contains(where: { $0.stage == .broken }) {
      if hasOther { return nil }
      throw Unpaid.pocket(.brokenChannel)
    }
    // Nobody else has the row from here on: what is read of it before the first wait may be written
    // after the last.
    let number = openChannel(demand, seller)?.number ?? UInt64(channels.book.channels.count)
    let debts = debts(of: seller.origin.text, besides: number)
    guard debts < Teller.mostOwed else { throw Unpaid.owed(debts) }
    let claim = claim(number)
    var isShown = false
    defer { if !isShown { release(number, claim) } }
    var row = try await channel(for: demand, seller, path)
    if [.decided, .signed].contains(row.payment.state) { row = try reclaim(row) }
    if row.deposit > .zero {
      row = try await refresh(row)
      // A second one might be carried beside it.
      guard row.deposit == .zero else {
        if hasOther { return nil }
        throw Unpaid.pocket(.depositUnderWay)
      }
    }
    guard row.isOpen else { return nil }
    do {
      let shown = try await sell(row, demand, for: request)
      isShown = true
      return ShownPayment(shown, claim: claim)
    } catch {
      // A price may be in reach where a deposit is not.
      guard hasOther, case Unpaid.pocket = error else { throw error }
      return nil
    }
  }

  /// The number of the channel that would be used and serves another request.
  private func busyChannel(
    _ demand: ChannelDemand, for request: Bytes32, _ seller: Seller, _ hasOther: Bool
  ) -> UInt64? {
    guard let row = openChannel(demand, seller) else { return nil }
    if busyChannels[row.number] != nil { return row.number }
    guard hasOther, row.isUnanswered, row.payment.request != request else { return nil }
    let until = row.payment.since.milliseconds.addingReportingOverflow(Teller.reserved)
    return clock().milliseconds < until.partialValue ? row.number : nil
  }

  private func openChannel(_ demand: ChannelDemand, _ seller: Seller) -> AgentChannel? {
    channels.book.channels.first {
      $0.isOpen && $0.seller == seller.origin.text && demand.isFor($0.config)
    }
  }

  private func wait(for channel: UInt64) async throws {
    let waiting = channelQueues[channel]?.count ?? 0
    guard waiting < Teller.mostWaiting else { throw Unpaid.pocket(.channelBusy) }
    await withCheckedContinuation { channelQueues[channel, default: []].append($0) }
  }

  /// Nobody else uses the channel until it is released.
  func claim(_ channel: UInt64) -> UInt64 {
    claims += 1
    busyChannels[channel] = claims
    return claims
  }

  /// Does nothing where somebody else has it meanwhile.
  func release(_ channel: UInt64, _ claim: UInt64) {
    guard busyChannels[channel] == claim else { return }
    busyChannels[channel] = nil
    for each in channelQueues.removeValue(forKey: channel) ?? [] { each.resume() }
  }

  /// The channel that is open to a seller, or one that the ledger may know though nothing is
  /// written down about it here: its salt follows from the pocket's key.
  private func channel(
    for demand: ChannelDemand, _ seller: Seller, _ path: String
  ) async throws -> AgentChannel {
    if let row = openChannel(demand, seller) { return row }
    var row = AgentChannel()
    row.number = UInt64(channels.book.channels.count)
    (row.seller, row.url, row.path) = (seller.origin.text, seller.url, path)
    row.isNamed = seller.isNamed
    for place in 0..<Teller.mostProbed {
      let salt = pocket.secret(Array("\(seller.origin.text) \(place)".utf8))
      guard
        let config = try? ChannelConfig(
          payer: pocket.address, payerAuthorizer: pocket.address, receiver: demand.payee,
          receiverAuthorizer: demand.authorizer, withdrawDelay: demand.delay, salt: salt)
      else { break }
      let id = config.id(escrow)
      if channels.book.channels.contains(where: { $0.id == id }) { continue }
      let standing = try await inPocket { try await pocket.channel(id) }
      if let standing, standing.requestedAt > 0 { continue }
      (row.config, row.id) = (config, id)
      row.learn(standing)
      (row.signed, row.counted) = (row.claimed, row.claimed)
      return row
    }
    throw Unpaid.pocket(.tooManyChannels)
  }

  /// Decides about a voucher for a price, puts money into the channel where it lacks, and signs.
  /// Whoever calls has claimed the channel.
  func sell(
    _ channel: AgentChannel, _ demand: ChannelDemand, for request: Bytes32
  ) async throws -> AgentChannel {
    var row = channel
    guard let most = try? row.counted.adding(demand.price) else {
      throw Unpaid.pocket(.tooMuch)
    }
    (row.base, row.most) = (row.counted, most)
    let more = (try? most.subtracting(row.signed)) ?? .zero
    let weight = try inFolder { () throws(WalletFault) in
      try wallet.policy().weight(of: demand.price, adding: more)
    }
    let deposit = try deposit(into: row, demand, weight)
    let needed = try held(with: deposit)
    let isNew = row.payment.state == .asked
    var payment = AgentPayment()
    payment.number = isNew ? row.payment.number : row.payment.number + 1
    payment.request = request
    (payment.seller, payment.payee) = (row.seller, demand.payee)
    payment.amount = demand.price
    row.payment = payment
    row = try await decide(row, weight, needed)
    do {
      try await inPocket { try await pocket.fill(to: needed) }
      return try sign(standing(row), demand, deposit)
    } catch {
      // Nobody has seen a signature, so it costs nothing.
      _ = try? reclaim(row)
      throw error
    }
  }

  /// The row as it stands by now: the owner may have let something go of it meanwhile.
  private func standing(_ row: AgentChannel) -> AgentChannel {
    let rows = channels.book.channels
    return row.number < UInt64(rows.count) ? rows[Int(row.number)] : row
  }

  /// What goes into the channel now: as much as the seller likes to see, within what the policy
  /// would let its payee have without a question beside all that lies in channels, and no less than
  /// the voucher needs.
  private func deposit(
    into row: AgentChannel, _ demand: ChannelDemand, _ weight: Amount
  ) throws -> Amount {
    guard let lacks = try? row.most.subtracting(row.balance), lacks > .zero else { return .zero }
    let room = try inFolder { () throws(WalletFault) in
      try wallet.room(for: demand.payee, beside: locked(besides: row), now: clock())
    }
    let wanted = max(demand.deposit, lacks)
    let deposit = max(lacks, min(wanted, room))
    guard deposit <= max(room, weight) else { throw Unpaid.pocket(.depositTooLarge) }
    return deposit
  }

  /// What lies in other channels and is charged to nobody.
  private func locked(besides row: AgentChannel) -> LockedMoney {
    var (there, all) = (UInt64(0), UInt64(0))
    for other in channels.book.channels where other.number != row.number {
      let units = other.uncharged.units
      all = Amount.clamped(all, plus: units)
      if other.seller == row.seller || other.config.receiver == row.config.receiver {
        there = Amount.clamped(there, plus: units)
      }
    }
    var locked = LockedMoney()
    (locked.there, locked.all) = (Amount(there), Amount(all))
    return locked
  }

  /// The payment is written down before the line of the log that charges it. A voucher by which
  /// nothing more can be taken has a line of nothing: whom it pays, who asks and how often is
  /// judged all the same, and where the owner has to be asked it is about the whole price.
  private func decide(
    _ asked: AgentChannel, _ weight: Amount, _ needed: Amount
  ) async throws -> AgentChannel {
    var row = asked
    guard let origin = Origin(row.seller) else { throw Unpaid.pocket(.tooMuch) }
    let isCovered = weight == .zero
    var intent = Intent.pay(row.config.receiver, weight, origin: origin)
    func rehearse() throws -> Decision {
      try inFolder { () throws(WalletFault) in
        try wallet.rehearse(intent, isCovered: isCovered, now: clock())
      }
    }
    var rehearsed = try rehearse()
    if isCovered, rehearsed.kind == .asked {
      intent.amount = row.payment.amount
      rehearsed = try rehearse()
    }
    if rehearsed.kind == .allowed { try await inPocket { try await pocket.require(needed) } }
    row.owed = standing(row).owed
    let now = clock()
    let decided: (decision: Decision, number: UInt64)
    do throws(WalletFault) {
      decided = try wallet.decide(
        intent, isCovered: isCovered, now: now
      ) { entry throws(WalletFault) in
        row.payment.line = entry.number
        row.payment.lineHash = entry.hash
        row = row.become(.decided, now)
        try channels.put(row)
      }
    } catch {
      // The line may stand though it is not known to be on the disk.
      _ = try? reclaim(row)
      throw Unpaid.folder(error)
    }
    guard decided.decision.kind == .allowed else {
      throw Unpaid.decided(decided.decision, line: decided.number)
    }
    return row
  }

  /// From the moment that the journal has it, the signature counts as shown.
  private func sign(
    _ row: AgentChannel, _ demand: ChannelDemand, _ deposit: Amount
  ) throws -> AgentChannel {
    try going(row.payment.line) { () throws(WalletFault) in
      let steps = signed(row, demand, deposit)
      try channels.put(steps.signed, steps.shown)
      return steps.shown
    }
  }

  private func signed(
    _ row: AgentChannel, _ demand: ChannelDemand, _ deposit: Amount
  ) -> (signed: AgentChannel, shown: AgentChannel) {
    var signed = row.become(.signed, clock())
    signed.payment.nonce = Voucher(row.id, row.most).digest(domain: escrow)
    var money: SignedDeposit?
    var word = TransferAuthorisation()
    if deposit > .zero {
      let salt = Teller.random()
      word = pocket.sign(
        TransferAuthorisation(
          .receive, payer: pocket.address, to: BatchEscrow.collector, deposit,
          validBefore: seconds + demand.seconds, nonce: DepositToChannel.nonce(row.id, salt)))
      money = SignedDeposit(authorisation: word, salt: salt)
    }
    let voucher = SignedVoucher(
      channel: row.id, most: row.most, signature: pocket.sign(row.id, row.most))
    signed.payment.header = demand.payment(row.config, voucher, money)
    var shown = signed.become(.shown, clock())
    // A line that is cut off before this one has given nothing away.
    shown.signed = max(row.signed, row.most)
    if money != nil {
      (shown.deposit, shown.depositNonce) = (deposit, word.nonce)
      shown.depositUntil = word.validBefore
    }
    return (signed, shown)
  }

  // MARK: - Requests that come again

  /// The voucher that a request was shown and that has no answer yet; of a client that says that
  /// it asks again also the one that was answered last.
  func voucher(again request: Bytes32, isRetry: Bool) -> ShownPayment? {
    let now = clock().milliseconds
    let since = Time(now - min(now, Teller.repeats * 1_000))
    let found = channels.book.channels.last { row in
      guard row.payment.request == request, busyChannels[row.number] == nil else { return false }
      if row.isUnanswered { return true }
      return isRetry && row.payment.state == .answered && row.payment.since >= since
    }
    guard let found else { return nil }
    return ShownPayment(found, claim: claim(found.number))
  }

  // MARK: - What became of it

  /// The row of a tender, as long as it is about this very voucher.
  func row(of tender: ShownPayment) -> AgentChannel? {
    guard let number = tender.voucher?.number, number < UInt64(channels.book.channels.count) else {
      return nil
    }
    let row = channels.book.channels[Int(number)]
    return row.payment.number == tender.payment.number ? row : nil
  }

  /// What the seller says that it charged counts, as far as the voucher allows it. Whoever says
  /// more, or takes back what it said, is signed nothing more.
  func charge(_ tender: ShownPayment, _ told: String?) {
    guard var row = row(of: tender), [.shown, .unknown].contains(row.payment.state) else { return }
    let answer = ChannelAnswer(header: told)
    row = row.become(.carried, clock())
    row.payment.transaction = answer?.transaction ?? .zero
    row.counted = row.most
    if let state = answer?.state {
      let isRight =
        state.channel == row.id && state.charged >= row.base
        && state.charged <= row.most
      if isRight { row.counted = state.charged } else { row.stage = .broken }
    }
    if let charged = answer?.charged, charged > row.payment.amount { row.stage = .broken }
    // What cannot be written down is counted by the sum that was signed.
    try? channels.put(row)
  }

  func closeVoucher(_ tender: ShownPayment) {
    defer { release(tender) }
    guard let row = row(of: tender), row.isUnanswered else { return }
    guard (try? channels.put(row.become(.answered, clock()))) != nil else { return }
    guard row.payment.lineHash != .zero else { return }
    _ = try? wallet.note(.sent, "voucher", about: row.payment.line, object: row.id, now: clock())
  }

  func leaveVoucher(_ tender: ShownPayment) {
    defer { release(tender) }
    guard let row = row(of: tender), row.payment.state == .shown else { return }
    try? channels.put(row.become(.unknown, clock()))
  }

  func release(_ tender: ShownPayment) {
    if let voucher = tender.voucher { release(voucher.number, voucher.claim) }
  }
}
