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

  /// Sees who asks for its money back. Before each watch all rows are read, so that nothing that
  /// happened in between is missed.
  private func watch() async {
    while !Task.isCancelled {
      // The others are looked at when they buy.
      book.beginWatch()
      let held = book.debts(least: .zero).map(\.id)
      if !held.isEmpty { try? await refresh(held) }
      await claim(held.filter { book.channel($0).map { $0.withdrawal > .zero } ?? false })
      try? await node.watch { channel in
        guard self.book.channel(channel) != nil else { return }
        try? await self.refresh([channel])
        await self.claim([channel])
      }
      do { try await Task.sleep(for: .seconds(2)) } catch { return }
    }
  }

  /// Claims everything if the oldest debt is old or all of it is much, and whatever is owed by who
  /// wants its money back.
  func claimWhatIsDue() async {
    await claim(book.debts(least: .zero).filter { $0.held.channel.withdrawal > .zero }.map(\.id))
    let isOld = book.since.map { now() >= $0 + terms.interval } ?? false
    let isMuch = book.unclaimed >= terms.target || book.runs >= terms.runs
    guard isOld || isMuch else { return }
    await claimAll()
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
      try await refresh(channels)
      let bills = channels.compactMap { isBonded ? bondedBill($0) : bill($0) }
      guard !bills.isEmpty else { return try await book.sync() }
      if case .refused = try await send(bills), bills.count > 1 {
        // One that the ledger refuses must not keep the others from being paid.
        for bill in bills { _ = try await send([bill]) }
      }
      try await book.sync()
    } catch { return }
  }

  /// A name for the turn of claims, which is no channel's.
  private static let claiming = Bytes32.zero

  private struct Bill {
    var id: Bytes32
    var claim: VoucherClaim
    var runs: [ClaimRun]
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
  /// its place in the claim, and what lies between would be paid for by none.
  private func bondedBill(_ id: Bytes32) -> Bill? {
    // Who cannot open its runs loses the bond with its first claim.
    guard archive != nil, let channel = book.channel(id) else { return nil }
    let most = min(channel.claimable, channel.balance, channel.most)
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
    do { try archive?.keep(runs.map(\.bytes), root: root) } catch { told = .zero }
    let sending = try await node.claim(bills.map(\.claim), root: told)
    guard case .done = sending else { return sending }
    for bill in bills {
      guard let config = book.channel(bill.id)?.config else { continue }
      book.change(bill.id, config, at: now()) {
        $0.claimed = max($0.claimed, bill.claim.total)
      }
    }
    return sending
  }
}
