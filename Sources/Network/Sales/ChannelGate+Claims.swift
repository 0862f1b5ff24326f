// Claims what vouchers allow: by the hour, when it is much, at the end, and at once where a payer
// asks for its money back.

import Payments
import Primitives

extension ChannelGate {
  /// Claims until it is cancelled.
  public func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.watch() }
      group.addTask {
        while !Task.isCancelled {
          await self.audit()
          await self.claimWhatIsDue()
          let pause = max(1, min(self.terms.interval / 4, 30))
          do { try await Task.sleep(for: .seconds(pause)) } catch { return }
        }
      }
    }
  }

  /// Sees who asks for its money back. A watch begins at a height that was there before the rows
  /// were read, so that nothing that happened in between is missed.
  private func watch() async {
    while !Task.isCancelled {
      let height = try? await node.height()
      // The others are looked at when they buy.
      book.beginWatch()
      let held = book.debts(least: .zero).map(\.id)
      if !held.isEmpty { try? await refresh(held) }
      await claimWhatLeaves()
      if let height {
        try? await node.watch(after: height) { channel in
          guard self.book.channel(channel) != nil else { return }
          try? await self.refresh([channel])
          // A bonded door's claims wait for one another: the next look takes them.
          if !self.isBonded { await self.claimWhatLeaves() }
        }
      }
      do { try await Task.sleep(for: .seconds(2)) } catch { return }
    }
  }

  /// Claims everything if the oldest debt is old or all of it is much, and whatever is owed by who
  /// wants its money back.
  func claimWhatIsDue() async {
    await claimWhatLeaves()
    let isOld = book.since.map { now() >= $0 + terms.interval } ?? false
    let isMuch = book.unclaimed >= terms.target || book.runs >= terms.runs
    guard isOld || isMuch else { return }
    await claimAll()
  }

  /// Claims what is owed by who wants its money back. Each claim of a bonded door ties a slice,
  /// however little it is for: so it waits for others while there is time, and takes all with it.
  func claimWhatLeaves() async {
    let leaving = book.debts(least: terms.least).filter { $0.held.channel.withdrawal > .zero }
    guard let bond = self.bond.withLock({ $0 }) else { return await claim(leaving.map(\.id)) }
    let sum = leaving.reduce(UInt64(0)) { sum, debt in
      sum.addingReportingOverflow(debt.held.channel.unclaimed.units).partialValue
    }
    let first = leaving.map(\.held.channel.requestedAt).min() ?? .max
    let isTime = first < .max && now() >= first + terms.delay / 4
    let isMuch = sum > 0 && sum >= bond.leastSlice.units
    if isTime || isMuch { await claimAll() }
  }

  /// Claims what is worth a claim; at the end of a program, all of it.
  public func claimAll() async {
    let debts = book.debts(least: terms.least).map(\.id)
    for start in stride(from: 0, to: debts.count, by: ClaimVouchers.most) {
      await claim(Array(debts[start..<min(start + ClaimVouchers.most, debts.count)]))
    }
  }

  func refresh(_ channels: [Bytes32]) async throws {
    let began = book.watches
    for (id, standing) in zip(channels, try await node.standings(of: channels)) {
      guard let held = book.channel(id) else { continue }
      book.change(id, held.config, at: now()) { $0.learn(standing ?? held.emptied) }
      book.look(at: id, since: began)
    }
  }

  /// Claims channels in one message, whose root says for which runs. What was claimed by a message
  /// whose answer was lost is seen in the rows.
  func claim(_ channels: [Bytes32]) async {
    guard !channels.isEmpty, await book.enter(ChannelGate.claiming) else { return }
    defer {
      book.measure()
      book.leave(ChannelGate.claiming)
    }
    do {
      try await lookAtBond()
      var room = bond.withLock { $0?.room }
      if room == .zero || room != nil && isLeaving.withLock({ $0 }) { return }
      try await refresh(channels)
      let bills = channels.compactMap { bill($0, within: &room) }
      // No claim is made for a charge that a crash could take back; nor is a look at rows lost.
      try await book.sync()
      guard !bills.isEmpty else { return }
      if case .refused(let refusal, _) = try await send(bills), bills.count > 1,
        ChannelGate.aboutOne.contains(refusal.code)
      {
        // One that the ledger refuses must not keep the others from being paid.
        for bill in bills {
          if case .refused(let refusal, _) = try await send([bill]),
            !ChannelGate.aboutOne.contains(refusal.code)
          {
            break
          }
        }
      }
      try await book.sync()
    } catch { return }
  }

  /// A name for the turn of claims, which is no channel's.
  static let claiming = Bytes32.zero

  /// Refusals of one voucher among many. Any other would meet each of them alone, and cost a toll
  /// each time.
  private static let aboutOne: Set = [
    "unknownChannel", "notTheReceivers", "notAVoucher", "voucherClaimed", "claimAboveVoucher",
    "claimBelowClaimed", "claimAboveBalance",
  ]

  private struct Bill {
    var id: Bytes32
    var claim: VoucherClaim
    var runs: [ClaimRun]
  }

  /// - Parameter room: what the bond backs beside the bills before; nil where there is none.
  private func bill(_ id: Bytes32, within room: inout Amount?) -> Bill? {
    guard let left = room else { return bill(id) }
    let bill = bondedBill(id, within: left)
    let sum = bill?.runs.reduce(Amount.zero) { (try? $0.adding($1.leaf.sum)) ?? left }
    room = (try? left.subtracting(sum ?? .zero)) ?? .zero
    return bill
  }

  private func bill(_ id: Bytes32) -> Bill? {
    guard let channel = book.channel(id) else { return nil }
    let total = min(channel.claimable, channel.balance)
    guard total > channel.claimed, total <= channel.most else { return nil }
    let runs = book.runs(of: id).filter { $0.through <= total }
    return Bill(
      id: id,
      claim: VoucherClaim(id, most: channel.most, total: total, signature: channel.signature),
      runs: runs)
  }

  /// A bonded claim is for whole runs, one after the other from what was claimed before: each has
  /// its place in the claim, and what lies between would be paid for by none. What the bond does
  /// not back now waits for a later one.
  private func bondedBill(_ id: Bytes32, within room: Amount) -> Bill? {
    // Who cannot open its runs loses the bond with its first claim.
    guard archive != nil, let channel = book.channel(id) else { return nil }
    let end = (try? channel.claimed.adding(room)) ?? Amount(.max)
    let most = min(channel.claimable, channel.balance, channel.most, end)
    var runs: [ClaimRun] = []
    var total = channel.claimed
    for run in book.runs(of: id) {
      guard (try? total.adding(run.leaf.sum)) == run.through, run.through <= most else { break }
      runs.append(run)
      total = run.through
    }
    guard total > channel.claimed else { return nil }
    return Bill(
      id: id,
      claim: VoucherClaim(id, most: channel.most, total: total, signature: channel.signature),
      runs: runs)
  }

  private func send(_ bills: [Bill]) async throws -> ChannelSending {
    let runs = bills.flatMap(\.runs)
    let root = try RunTree(runs.map(\.leaf)).root
    var told = root
    // A disk that keeps nothing must not keep the seller from its money.
    do { try archive?.keep(runs.map(\.bytes), root: root) } catch {
      // But a bond would be lost by a claim whose runs are gone.
      if isBonded { throw error }
      told = .zero
    }
    let sending = try await node.claim(bills.map(\.claim), root: told)
    guard case .done = sending else { return sending }
    bond.withLock { $0?.tie(runs.reduce(.zero) { (try? $0.adding($1.leaf.sum)) ?? $0 }) }
    for bill in bills {
      guard let config = book.channel(bill.id)?.config else { continue }
      book.change(bill.id, config, at: now()) {
        $0.claimed = max($0.claimed, bill.claim.total)
      }
    }
    return sending
  }
}
