// The pocket of an agent: the account of its session key, filled from the agent's by the session.

import Agents
import Chain
import Kernel
import NetworkRoom
import Node
import Payments
import Primitives

/// Pays small sums. What moves into it the ledger counts against the session, so whoever steals the
/// key has the pocket and what is left of the cap.
struct AgentPocket: Pocket {
  let agent: AgentFolder
  let link: NodeLink
  let chainID: UInt64

  /// What is moved at once where less would do, as a part of the period's budget: each move costs a
  /// toll and a block.
  private static let portion: UInt64 = 20
  /// What a message's toll comes to at most.
  private static let toll = Amount(1_000)

  init(_ agent: AgentFolder, _ link: NodeLink) async throws {
    self.agent = agent
    self.link = link
    let genesis = try await link.ask { client throws(ClientError) in try await client.genesis() }
    chainID = genesis.chainId
  }

  var address: Address { agent.session.address }
  var account: Address { agent.account }

  func rehearse(_ amount: Amount, to payee: Address) async -> Rehearsed? {
    try? await agent.rehearse(link) { .transfer(Transfer($0, to: payee, amount)) }
  }

  func sign(_ authorisation: TransferAuthorisation) -> TransferAuthorisation {
    authorisation.signed(by: agent.session, token: DollarToken.domain(chainId: chainID))
  }

  func sign(_ channel: Bytes32, _ most: Amount) -> [UInt8] {
    let escrow = BatchEscrow.domain(chainId: UInt256(chainID))
    return agent.session.sign(digest: Voucher(channel, most).digest(domain: escrow)).bytes
  }

  func secret(_ words: [UInt8]) -> Bytes32 {
    HMAC.sha256(key: agent.session.secret, message: Array("tolsey/agent-channel/1 ".utf8) + words)
  }

  // MARK: - Channels

  func channel(_ id: Bytes32) async throws -> ChannelStanding? {
    do { return try await link.client.standings(of: [id]).first ?? nil } catch {
      throw PocketProblem("noNode", "no node tells what lies in the channel", isTemporary: true)
    }
  }

  func withdraw(_ channel: Bytes32, _ amount: Amount) async throws {
    do {
      try await requireToll()
      _ = try await Wallet(link, agent.session).send {
        .withdrawFromChannel(WithdrawFromChannel($0, channel, amount))
      }
    } catch let failure as Failure { throw PocketProblem(failure) }
  }

  /// A session that ended fills no pocket: then its owner does, whose key may be here.
  private func requireToll() async throws {
    guard try await balance < AgentPocket.toll else { return }
    if await hasSession() == true { return try await fill(to: AgentPocket.toll) }
    let key = address
    _ = try await Wallet(link, try agent.purseKey()).send {
      .transfer(Transfer($0, to: key, AgentPocket.toll))
    }
  }

  // MARK: - Filling

  func require(_ amount: Amount) async throws {
    do {
      let lies = try await balance
      if lies >= amount { return }
      _ = try await source(of: try amount.subtracting(lies))
    } catch let failure as Failure { throw PocketProblem(failure) }
  }

  func fill(to amount: Amount) async throws {
    do {
      let lies = try await balance
      if lies >= amount { return }
      let lacks = try amount.subtracting(lies)
      let (account, session, left) = try await source(of: lacks)
      let usual = Amount(session.limits.perPeriod.units / AgentPocket.portion)
      let most = min(left, account).units
      let spare = most - min(most, AgentPocket.toll.units)
      let moved = Amount(max(lacks.units, min(usual.units, spare)))
      let key = address
      let settlement = try await agent.send(link) { .transfer(Transfer($0, to: key, moved)) }
      try agent.asking { wallet throws(WalletFault) in
        _ = try wallet.note(.sent, "pocket", object: settlement.id, now: WallClock().now)
      }
    } catch let failure as Failure { throw PocketProblem(failure) }
  }

  private var balance: Amount {
    get async throws {
      let key = address
      return try await link.ask { client throws(ClientError) in
        try await client.account(key).balance
      }
    }
  }

  /// Where so much would come from; thrown is why it does not.
  private func source(
    of lacks: Amount
  ) async throws -> (account: Amount, session: Session, left: Amount) {
    let now = try await link.now().time
    guard let session = try await agent.standing(link), session.limits.expires >= now else {
      throw Failure(
        .denied, code: "noSession", "\(agent.name) has no session on the ledger any more",
        hint: "make another agent with 'tolsey agent create'")
    }
    guard session.limits.kinds.contains(UInt64(MessageKind.transfer.rawValue)) else {
      throw Failure(
        .denied, code: "noTransfers", "the session of \(agent.name) may not send money",
        hint: "make an agent without --no-transfers")
    }
    let left = try session.left(at: now)
    guard lacks <= left else {
      throw Failure(
        .denied, code: "budgetUsed",
        "the session of \(agent.name) may draw \(Dollars.text(left)) now and would need "
          + Dollars.text(lacks), hint: "wait for its next period")
    }
    let account = try await agent.balance(link)
    guard lacks <= account else {
      throw Failure(
        .denied, code: "noMoney",
        "the account of \(agent.name) has \(Dollars.text(account)) and would need "
          + Dollars.text(lacks), hint: "tolsey agent fund \(agent.name) 1.00")
    }
    return (account, session, left)
  }

  // MARK: - What is known

  func isSpent(_ nonce: Bytes32) async -> Bool? {
    try? await link.client.isSpent(nonce, of: address)
  }

  func standing() async -> PocketStanding? {
    guard let account = try? await agent.balance(link), let lies = try? await balance else {
      return nil
    }
    let session = try? await agent.standing(link)
    let now = try? await link.now().time
    let left = session.flatMap { session in now.flatMap { try? session.left(at: $0) } }
    return PocketStanding(account: account, pocket: lies, left: left)
  }

  // MARK: - The end

  func ledgerSeconds() async -> UInt64? { try? await link.client.ledgerSeconds() }

  func hasSession() async -> Bool? {
    do {
      guard let session = try await agent.standing(link) else { return false }
      return session.limits.expires >= (try await link.now().time)
    } catch { return nil }
  }

  func revoke() async throws -> Bytes32? {
    do { return try await agent.revokeIfItStands(link)?.id } catch let failure as Failure {
      throw PocketProblem(failure)
    }
  }

  /// Another process of the agent's may do the same: what counts is what lies there afterwards.
  func empty(keeping rest: Amount) async throws {
    do {
      let kept = try rest.adding(AgentPocket.toll)
      let lies = try await balance
      guard lies > kept else { return }
      let (account, back) = (account, try lies.subtracting(kept))
      do {
        _ = try await Wallet(link, agent.session).send {
          .transfer(Transfer($0, to: account, back))
        }
      } catch {
        guard try await balance <= kept else { throw error }
      }
    } catch let failure as Failure { throw PocketProblem(failure) }
  }
}

extension AgentFolder {
  /// The agent that a command means where none is named: the only one there is.
  static func named(_ name: String?) throws -> AgentFolder {
    if let name { return try open(name) }
    let names = try LocalFile.names(in: try HomeFolder.folder("agents"))
    guard names.count > 1 else { return try open(names.first ?? usual) }
    throw Failure(
      .usage, code: "whichAgent", "you have \(names.count) agents",
      hint: "name one of them: " + names.prefix(8).joined(separator: ", "))
  }

  /// What an agent is called whose owner says nothing.
  static let usual = "agent"
}

extension PocketProblem {
  init(_ failure: Failure) {
    let hint = failure.hint.map { "; \($0)" } ?? ""
    self.init(
      failure.code, failure.message + hint,
      isTemporary: failure.status == .tryAgain || failure.status == .unreachable)
  }
}
