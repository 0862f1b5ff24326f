// Ends an agent: stop, session, channels and pocket as one act, whoever else is at it.

import Agents
import Chain
import Kernel
import NetworkRoom
import Node
import Payments
import Primitives

extension AgentFolder {
  /// What was done of an end.
  struct End {
    /// The message that ended the session, where this command sent it.
    var settlement: NetworkRoom.Settlement?
    /// What lies in channels and comes back later.
    var left: Amount
  }

  /// Stops the agent for good. First its log says so, which everybody reads before anything is
  /// signed; then the session ends on the ledger; then the money comes home. A door that serves the
  /// agent finishes its own channels.
  func end(_ reason: String, _ node: NodeOptions, _ console: Console) async throws -> End {
    // A log that somebody tampered with denies everything as it is, and stops nothing of the rest.
    var fault: Failure?
    do {
      try asking { wallet throws(WalletFault) in
        _ = try wallet.end(.stopped, reason, now: WallClock().now)
      }
    } catch let failure as Failure { fault = failure }
    let link = try await node.connect(console)
    let settlement = try await revokeIfItStands(link)
    if let settlement {
      _ = try? wallet.end(.revoked, "session", object: settlement.id, now: WallClock().now)
    }
    let left = try await finish(link)
    if let fault { throw fault }
    if left > .zero {
      console.note(
        "\(Dollars.text(left)) of \(name) lie in channels and come back into its pocket when their "
          + "delays are over; run 'tolsey agent stop \(name)' then to have them in its account")
    }
    return End(settlement: settlement, left: left)
  }

  /// Goes on with an end that somebody began, and that died with whoever carried it out.
  func goOnEnding(_ link: NodeLink) async {
    guard let step = try? wallet.tally().ending, step != .none, step != .closed,
      let pocket = try? await AgentPocket(self, link),
      let teller = try? Teller(wallet, pocket, clock: { WallClock().now })
    else { return }
    _ = try? await teller.end()
  }

  /// Ends the session. Nil where there is none, also where somebody else was quicker.
  func revokeIfItStands(_ link: NodeLink) async throws -> NetworkRoom.Settlement? {
    guard try await standing(link) != nil else { return nil }
    do { return try await revoke(link) } catch {
      if try await standing(link) == nil { return nil }
      throw error
    }
  }

  /// What a door under way has, in seconds, to take its channels home.
  private static let patience = 30

  /// Takes the money home and returns what comes later.
  private func finish(_ link: NodeLink) async throws -> Amount {
    let pocket = try await AgentPocket(self, link)
    for _ in 0..<(AgentFolder.patience * 4) {
      do {
        let teller = try Teller(wallet, pocket, clock: { WallClock().now })
        return try await teller.end().left
      } catch let fault as WalletFault {
        guard fault == .inUse, !isLeft else { break }
      } catch Unpaid.pocket(let problem) { throw AgentFolder.undone(problem) }
      try await Task.sleep(for: .milliseconds(250))
    }
    // Nobody can be asked whose journals are not this one's, but the ledger.
    let left = await withdraw((try? ChannelsJournal.look(wallet)) ?? [], pocket)
    do { try await pocket.empty(keeping: .zero) } catch let problem as PocketProblem {
      throw AgentFolder.undone(problem)
    }
    return left
  }

  private static func undone(_ problem: PocketProblem) -> Failure {
    Failure(
      problem.isTemporary ? .tryAgain : .refused, code: problem.code, problem.message,
      hint: "run it again; what was done stands")
  }

  /// Whether a door under way has left all channels, as far as its journal says.
  private var isLeft: Bool {
    let ending = (try? wallet.tally().ending) ?? .none
    let rows = (try? ChannelsJournal.look(wallet)) ?? []
    return ending == .closed
      || ending == .revoked && rows.allSatisfy { $0.isEmpty || $0.isLeaving }
  }

  private func withdraw(_ rows: [AgentChannel], _ pocket: AgentPocket) async -> Amount {
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
