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

  public init(_ row: AgentChannel) {
    id = row.id
    seller = row.seller
    payee = row.config.receiver
    isBroken = row.stage == .broken
    isLeaving = row.isLeaving
    free = row.free
    atRisk = row.atRisk
    owed = row.owed
  }
}

extension Teller {
  /// How long nobody buys on a channel before its money is taken back.
  static let idle: UInt64 = 1_800_000

  /// All channels, by their numbers.
  var channelRows: [AgentChannel] { channels.book.channels }

  /// What lies in channels, as it was seen last.
  public var channelViews: [ChannelView] { channelRows.map { ChannelView($0) } }

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
    for number in channels.book.channels.indices {
      let row = channels.book.channels[number]
      let isIdle = clock().milliseconds >= row.payment.since.milliseconds + Teller.idle
      let hasMoney = row.free > .zero || row.deposit > .zero
      guard hasMoney, isIdle || isStopped || !row.isOpen else { continue }
      await leave(UInt64(number), call)
    }
  }

  /// Takes back all that can be. What is left the ledger gives back when the channels' delays are
  /// over, and what it is comes back.
  func leaveChannels(_ call: SellerCall) async -> Amount {
    for number in channels.book.channels.indices { await leave(UInt64(number), call) }
    let left = channels.book.channels.reduce(UInt64(0)) { sum, row in
      sum.addingReportingOverflow(row.free.units).partialValue
    }
    return Amount(left)
  }

  /// A channel that is served now is left for the next time.
  private func leave(_ number: UInt64, _ call: SellerCall) async {
    await take()
    guard busyChannels[number] == nil else { return giveBack() }
    let claim = claim(number)
    giveBack()
    defer { release(number, claim) }
    var row = channels.book.channels[Int(number)]
    if [.decided, .signed].contains(row.payment.state) {
      guard let free = try? reclaim(row) else { return }
      row = free
    }
    guard let seen = try? await refresh(row) else { return }
    // What was asked back already comes by itself.
    guard seen.free > .zero, !seen.isLeaving else { return }
    row = await askBack(seen, call)
    guard row.free > .zero, !row.isLeaving else { return }
    guard (try? await pocket.withdraw(row.id, row.free)) != nil else { return }
    row.isLeaving = true
    try? channels.put(row)
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

/// Looks after the channels of an agent's door while it is open, and when it closes.
public struct ChannelKeeper: Sendable {
  private let teller: Teller
  private let call: SellerCall
  private static let pause = Duration.seconds(30)

  public init(_ teller: Teller, limits: SellerLimits = SellerLimits()) {
    self.teller = teller
    call = SellerCall(limits: limits)
  }

  /// Until it is cancelled.
  public func run() async {
    while !Task.isCancelled {
      await teller.keepChannels(call)
      do { try await Task.sleep(for: ChannelKeeper.pause) } catch { return }
    }
  }

  /// Takes back all that can be; what comes back later is returned.
  public func close() async -> Amount { await teller.leaveChannels(call) }
}
