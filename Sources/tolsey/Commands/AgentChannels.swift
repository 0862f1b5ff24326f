// What an agent has in channels, taken back by its owner.

import Agents
import Chain
import Kernel
import NetworkRoom
import Node
import Payments
import Primitives

extension AgentFolder {
  /// Takes back what lies in channels: from their sellers at once where nobody serves the agent
  /// now, else by the ledger when the channels' delays are over.
  func leaveChannels(_ link: NodeLink, _ console: Console) async throws {
    let rows = (try? ChannelsJournal.look(wallet)) ?? []
    guard !rows.isEmpty else { return }
    let pocket = try await AgentPocket(self, link)
    try await payTolls(of: rows.count, from: pocket, link)
    let left: Amount
    if let teller = try? Teller(wallet, pocket, clock: { WallClock().now }) {
      left = await ChannelKeeper(teller).close()
    } else {
      left = try await withdraw(rows, pocket)
    }
    guard left > .zero else { return }
    console.note(
      "\(Dollars.text(left)) of \(name) lie in channels and come back into its pocket when their "
        + "delays are over; run 'tolsey agent stop \(name)' then to have them in its account")
  }

  /// A session that ended fills no pocket, and each request to withdraw has its toll.
  private func payTolls(of count: Int, from pocket: AgentPocket, _ link: NodeLink) async throws {
    let needed = Amount(UInt64(count) * 1_000)
    guard let purse = try? purseKey(), let standing = await pocket.standing(),
      standing.pocket < needed, standing.account > needed
    else { return }
    let key = session.address
    _ = try await Wallet(link, purse).send { .transfer(Transfer($0, to: key, needed)) }
  }

  private func withdraw(_ rows: [AgentChannel], _ pocket: AgentPocket) async throws -> Amount {
    var left: UInt64 = 0
    for row in rows {
      guard let standing = try? await pocket.channel(row.id),
        let free = try? standing.balance.subtracting(standing.claimed), free > .zero
      else { continue }
      if standing.requestedAt == 0 { try? await pocket.withdraw(row.id, free) }
      left += free.units
    }
    return Amount(left)
  }
}
