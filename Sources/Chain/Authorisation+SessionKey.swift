// Messages that a session key signed: what such a key may say, beside what it may spend.

public import Kernel
import Market
public import Primitives

extension Authorisation {
  /// Whether a key signed to which the sender gave a session.
  var isBySession: Bool { kind == AuthorisationKind.sessionKey.rawValue }
}

extension SignedMessage {
  /// The number of the kind.
  var number: UInt8 { get throws(Refusal) { try CBOR.kind(of: bytes) } }

  /// Signs with a session key of the account that the message is from.
  public static func signing(
    _ message: Message, withSession key: PrivateKey, domain: EIP712.Domain
  ) -> SignedMessage {
    var signed = signing(message, with: key, domain: domain)
    signed.authorisation.kind = AuthorisationKind.sessionKey.rawValue
    return signed
  }
}

extension VerifiedMessage {
  /// Who acts for the sender; nil where it signed itself.
  var session: SessionSigner? {
    signer == head.from ? nil : SessionSigner(owner: head.from, key: signer)
  }
}

extension MessageKind {
  /// The kinds that an owner may allow.
  ///
  /// A session buys. Whatever it begins is paid out of the account at once, so that the cap sees
  /// it, and what it says later is about purchases of its own. It does not sell: what a seller
  /// says can cost bonds that were locked long before. Nor does it touch keys, operators, terms,
  /// or other sessions.
  public static let forSessions: [MessageKind] = [
    .transfer, .placeOrder, .cancelOrder, .drawSeats, .takeOffer, .sendInput, .acceptRun,
    .rejectRun, .demandKey, .postKey, .showChunk, .closeLease, .drawAudit, .shareInput,
    .contestProof,
  ]
}

extension State {
  /// Whether each of the kinds is one that a session may have.
  static func checkGrant(_ m: GrantSession) throws(Refusal) {
    for kind in m.limits.kinds {
      let known = UInt8(exactly: kind).flatMap { MessageKind(rawValue: $0) }
      guard let known, MessageKind.forSessions.contains(known) else {
        throw .kindNotForSessions(kind)
      }
    }
  }

  /// What a session's message is about, before its body: a purchase of its own, or a new one
  /// from whom it may pay. Every kind that is not named here is refused.
  func checkSession(_ message: Message, of signer: SessionSigner) throws(Refusal) {
    let session = kernel.sessions.session(of: signer.owner, key: signer.key) ?? Session()
    switch message {
    case .transfer(let m): try session.require(payees: [m.to])
    case .placeOrder(let m): try session.require(payees: m.request.lists.only)
    case .takeOffer(let m):
      // An offer that does not exist is its room's to refuse.
      if let provider = market.provider(of: m.offer) { try session.require(payees: [provider]) }
    case .cancelOrder(let m): try session.require(own: m.order.digest)
    case .drawSeats(let m): try session.require(own: m.order.digest)
    case .sendInput(let m): try requireOwn(m.run.lease, session)
    case .acceptRun(let m): try requireOwn(m.run.lease, session)
    case .rejectRun(let m): try requireOwn(m.run.lease, session)
    case .demandKey(let m): try requireOwn(m.run.lease, session)
    case .postKey(let m): try requireOwn(m.run.lease, session)
    case .showChunk(let m): try requireOwn(m.run.lease, session)
    case .drawAudit(let m): try requireOwn(m.run.lease, session)
    case .shareInput(let m): try requireOwn(m.run.lease, session)
    // Else every purchase of an agent could be lied to: its key stands in the log.
    case .contestProof(let m): try requireOwn(m.run.lease, session)
    case .closeLease(let m): try requireOwn(m.lease, session)
    case .revokeSession(let m):
      guard m.key == signer.key else { throw .sessionForeign }
    default: throw .sessionKind(type(of: message.content).kind)
    }
  }

  /// The lease's money lies where the session put it. A lease that is not there is its room's to
  /// refuse.
  private func requireOwn(_ id: LeaseID, _ session: Session) throws(Refusal) {
    if let escrow = market.escrow(of: id) { try session.require(own: escrow) }
  }
}

extension Session {
  fileprivate func require(own purchase: Bytes32) throws(Refusal) {
    guard purchases.contains(purchase) else { throw .sessionForeign }
  }

  /// Where the owner named payees, nobody else is paid, and an order says who may serve it.
  fileprivate func require(payees named: [Address]) throws(Refusal) {
    if limits.payees.isEmpty { return }
    guard !named.isEmpty, named.allSatisfy({ limits.payees.contains($0) }) else {
      throw .sessionPayee
    }
  }
}
