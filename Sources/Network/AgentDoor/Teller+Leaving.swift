// Takes an agent's money out of channels: from its sellers at once, else from the ledger in time.

public import Agents
import Kernel
import Payments
public import Primitives

/// What an owner is shown of one channel.
public struct ChannelView: Hashable, Sendable {
  public var id: Bytes32
  public var seller: String
  public var payee: Address
  public var isBroken: Bool
  /// It comes back by itself when the channel's delay is over.
  public var isLeaving: Bool
  /// What lies in it and was not taken.
  public var free: Amount
  /// How much of that its seller may take by vouchers.
  public var atRisk: Amount
  public var owed: UInt64

  /// - Parameter isLeft: whether its last voucher has no answer and is not being served; who only
  ///   looks at the journal cannot tell the second.
  public init(_ row: AgentChannel, isLeft: Bool? = nil) {
    id = row.id
    seller = row.seller
    payee = row.config.receiver
    isBroken = row.stage == .broken
    isLeaving = row.isLeaving
    free = row.free
    atRisk = row.atRisk
    owed = row.owed + (isLeft ?? (row.payment.state == .unknown) ? 1 : 0)
  }
}

extension Teller {
  /// How long nobody buys on a channel before its money is taken back.
  static let idle: UInt64 = 1_800_000
  /// Sellers that are asked at once for what they have.
  private static let mostLeaving = 8

  /// All channels, by their numbers.
  var channelRows: [AgentChannel] { channels.book.channels }

  /// What lies in channels, as it was seen last.
  public var channelViews: [ChannelView] {
    channelRows.map { ChannelView($0, isLeft: isLeft($0)) }
  }

  /// Looks whether deposits are on the ledger by now.
  func tidyChannels() async {
    for number in channels.book.channels.indices {
      await take()
      let row = channels.book.channels[number]
      if row.deposit > .zero, busyChannels[row.number] == nil { _ = try? await refresh(row) }
      giveBack()
    }
  }

  /// Takes back what lies idle, or where a seller broke its word.
  func keepChannels(_ call: SellerCall) async {
    await tidyChannels()
    let isStopped = (try? wallet.tally().isStopped) ?? true
    let numbers = channels.book.channels.filter { row in
      let isIdle = clock().milliseconds >= row.payment.since.milliseconds + Teller.idle
      return !row.isEmpty && (isIdle || isStopped || hasNoSession || !row.isOpen)
    }
    await leave(numbers.map(\.number), call)
  }

  /// Takes back all that can be. What is left the ledger gives back when the channels' delays are
  /// over, and what it is comes back.
  ///
  /// - Parameter patience: how long an answer under way is waited for, and then its channel is left
  ///   nevertheless. Nil leaves it for the next time.
  func leaveChannels(_ call: SellerCall, patience: Duration? = nil) async -> Amount {
    await leave(channels.book.channels.map(\.number), call, patience)
    return Amount(channels.book.channels.map(\.free.units).reduce(0, Amount.clamped(_:plus:)))
  }

  /// Sellers are asked side by side, since each may dawdle; what they keep is asked of the ledger
  /// one after the other, since each message follows the last of its key.
  private func leave(
    _ numbers: [UInt64], _ call: SellerCall, _ patience: Duration? = nil
  ) async {
    var kept: [(number: UInt64, claim: UInt64)] = []
    await withTaskGroup(of: (number: UInt64, claim: UInt64)?.self) { group in
      var rest = numbers[...]
      func begin() {
        guard let number = rest.popFirst() else { return }
        group.addTask { await self.takeBack(number, call, patience) }
      }
      for _ in 0..<Teller.mostLeaving { begin() }
      for await each in group {
        if let each { kept.append(each) }
        begin()
      }
    }
    for each in kept.sorted(by: { $0.number < $1.number }) {
      await withdraw(each.number)
      stopLeaving(each.number, each.claim)
    }
  }

  /// Takes a channel out of service and asks its seller for what is left. What is returned is still
  /// claimed: its seller kept something.
  private func takeBack(
    _ number: UInt64, _ call: SellerCall, _ patience: Duration?
  ) async -> (number: UInt64, claim: UInt64)? {
    if let patience { await untilServed(number, patience) }
    await take()
    let isServed = busyChannels[number] != nil
    // Two do not leave one channel; one that is served is only left where nobody waits for it.
    guard !leaving.contains(number), !isServed || patience != nil else {
      giveBack()
      return nil
    }
    let claim = claim(number)
    leaving.insert(number)
    giveBack()
    guard let row = try? reclaim(channels.book.channels[Int(number)]),
      let seen = try? await refresh(row), seen.free > .zero, !seen.isLeaving
    else {
      // What was asked back already comes by itself.
      stopLeaving(number, claim)
      return nil
    }
    let left = await askBack(seen, call)
    if left.free > .zero, !left.isLeaving { return (number, claim) }
    stopLeaving(number, claim)
    return nil
  }

  /// What its seller keeps is asked of the ledger.
  private func withdraw(_ number: UInt64) async {
    let row = channels.book.channels[Int(number)]
    guard (try? await pocket.withdraw(row.id, row.free)) != nil else { return }
    // Its answer may have ended meanwhile.
    var asked = channels.book.channels[Int(number)]
    asked.isLeaving = true
    try? channels.put(asked)
  }

  private func stopLeaving(_ number: UInt64, _ claim: UInt64) {
    leaving.remove(number)
    release(number, claim)
  }

  /// Waits until nobody is served on a channel, or no longer.
  private func untilServed(_ number: UInt64, _ patience: Duration) async {
    let end = ContinuousClock.now + patience
    while busyChannels[number] != nil, !leaving.contains(number), ContinuousClock.now < end {
      guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { return }
    }
  }

  /// Asks the seller for what is left. The voucher beside it allows no more than was signed before,
  /// and only what the ledger shows afterwards counts.
  private func askBack(_ asked: AgentChannel, _ call: SellerCall) async -> AgentChannel {
    var row = asked
    guard let seller = Seller(row.url, isNamed: row.isNamed) else { return row }
    var payment: String?
    for _ in 0..<3 {
      let fields = payment.map { [(name: "PAYMENT-SIGNATURE", value: $0)] } ?? []
      guard let reply = try? await call.quick.send(.GET, row.path, to: seller, fields: fields)
      else { break }
      await reply.drop()
      guard reply.status == 402, let header = reply.field("payment-required"),
        let demand = ChannelDemand(header: header, chainID: pocket.chainID),
        demand.isFor(row.config)
      else { break }
      if payment != nil {
        // A seller that counts otherwise, within what was signed, is asked by its own count.
        guard let said = demand.correction, said.channel == row.id, said.charged != row.counted,
          said.charged <= row.signed
        else { break }
        row.counted = said.charged
      }
      let voucher = SignedVoucher(
        channel: row.id, most: row.counted, signature: pocket.sign(row.id, row.counted))
      payment = demand.refund(row.config, voucher)
    }
    return (try? await refresh(row)) ?? row
  }
}
