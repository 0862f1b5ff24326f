// Messages that an agent's keys sign: its owner's for the account, its own within the session.

import Agents
import Chain
import Ciphers
import Kernel
import Market
import NetworkRoom
import Node
import Primitives

extension AgentFolder {
  /// Lets others seal to the agent, and grants the session. The agent reads what is sealed to the
  /// account, so the sealing key that the account publishes is the agent's.
  func open(_ limits: SessionLimits, with purse: PrivateKey, _ link: NodeLink) async throws {
    let wallet = Wallet(link, purse)
    let sealing = SealingKey(of: session).published
    _ = try await wallet.send { .publishKey(PublishKey($0, sealingKey: sealing)) }
    let key = session.address
    _ = try await wallet.send { .grantSession(GrantSession($0, key: key, limits)) }
  }

  /// Opens the account that payments by x402 come out of.
  func openPocket(with purse: PrivateKey, _ link: NodeLink) async throws {
    let key = session.address
    _ = try await Wallet(link, purse).send { .transfer(Transfer($0, to: key, Amount(1))) }
  }

  /// The session as the ledger has it; nil where it has none.
  func standing(_ link: NodeLink) async throws -> Session? {
    let id = Sessions.id(of: account, session.address)
    let json = try await link.get("/api/sessions/\(id)")
    guard let row = json["session"], row != .null else { return nil }
    do throws(Refusal) { return try Session(json: row) } catch { throw Failure(error) }
  }

  /// Refuses an agent whose session may contest nothing: it was granted before that could be.
  func requireContests(_ link: NodeLink) async throws {
    let kinds = try await standing(link)?.limits.kinds ?? []
    guard kinds.contains(UInt64(MessageKind.contestProof.rawValue)) else {
      throw Failure(
        .refused, code: "noContest", "the session of this agent may not contest a proof",
        hint: "'tolsey agent create' makes one whose session may")
    }
  }

  /// Ends the session on the ledger: with the account's key, or, where that is not here, with the
  /// session's own.
  func revoke(_ link: NodeLink) async throws -> NetworkRoom.Settlement {
    let key = session.address
    if let purse = try? purseKey() {
      return try await Wallet(link, purse).send { .revokeSession(RevokeSession($0, key: key)) }
    }
    return try await send(link, evenStopped: true) { .revokeSession(RevokeSession($0, key: key)) }
  }

  /// A message of the session's, with its place in the key's lane.
  private func message(
    _ link: NodeLink, _ write: (Head) throws -> Message
  ) async throws -> Message {
    let signer = session.address
    let status = try await link.ask { client throws(ClientError) in
      try await client.account(signer)
    }
    return try write(
      Head(
        from: account, lane: Wallet.lane, sequence: status.nextSequence(lane: Wallet.lane),
        validUntil: try await link.now().time.after(seconds: Wallet.patience)))
  }

  /// What the ledger would make of a message of the session's.
  func rehearse(
    _ link: NodeLink, _ write: (Head) throws -> Message
  ) async throws -> Rehearsed {
    let (message, time) = (try await message(link, write), WallClock().now)
    return try await link.ask { client throws(ClientError) in
      try await client.rehearse(message, by: session, at: time)
    }
  }

  /// Rehearses, signs with the session key and waits for the block. What the ledger would refuse
  /// is not signed, and costs no toll. Nothing is signed for an agent that was stopped, but the end
  /// of its session.
  func send(
    _ link: NodeLink, evenStopped: Bool = false, _ write: (Head) throws -> Message
  ) async throws -> NetworkRoom.Settlement {
    let message = try await message(link, write)
    let time = WallClock().now
    // A node that rehearses nothing judges it when it comes.
    if let seen = try? await link.client.rehearse(message, by: session, at: time), !seen.isDone {
      throw Failure(
        .refused, code: seen.code, "the ledger would refuse it: \(seen.message)",
        hint: "see 'tolsey agent show \(name)'")
    }
    let genesis = try await link.ask { client throws(ClientError) in try await client.genesis() }
    func sign() -> SignedMessage {
      SignedMessage.signing(message, withSession: session, domain: genesis.domain)
    }
    let allowed: SignedMessage?
    if evenStopped {
      allowed = sign()
    } else {
      allowed = try asking { wallet throws(WalletFault) in try wallet.signing { sign() } }
    }
    guard let signed = allowed else {
      throw Failure(
        .denied, code: Reason.stopped.rawValue, "\(name) may not: \(Reason.stopped.text)",
        hint: "see 'tolsey agent show \(name)'")
    }
    let settlement = try await link.ask { client throws(ClientError) in
      try await client.submit(signed)
    }
    if let refusal = settlement.outcome.refusal { throw Failure(refusal) }
    return settlement
  }

  func balance(_ link: NodeLink) async throws -> Amount {
    let account = account
    return try await link.ask { client throws(ClientError) in
      try await client.account(account).balance
    }
  }
}

extension NodeLink {
  /// The node as an origin, which policies name.
  var origin: Agents.Origin {
    get throws {
      guard let origin = Agents.Origin("\(client.node)") else {
        throw Failure(.usage, code: "badNode", "\(client.node) is no origin")
      }
      return origin
    }
  }
}

extension AgentFolder {
  /// Asks the policy about a purchase. An offer that was decided about is taken from its provider
  /// and nobody else.
  func allow(
    _ want: inout Want, at offered: (offer: Listed<Offer>, price: Amount)?, _ most: Amount,
    _ link: NodeLink, _ console: Console
  ) async throws {
    let intent: Intent
    if let offer = offered?.offer {
      want.lists.only = [offer.row.provider]
      intent = .take(offer.id, of: offer.row.provider, most, node: try link.origin)
    } else {
      let only = want.lists.only.count == 1 ? want.lists.only[0] : nil
      intent = .order(
        most, subject: SHA256.hash(want.spec), only: only, node: try link.origin)
    }
    await goOnEnding(link)
    _ = try allow(intent, balance: try await balance(link), console)
  }
}
