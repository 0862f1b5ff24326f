// What a message leaves in the state for ever, by its kind: who signs for gas pays for it too.

import Payments
public import Primitives

extension Message {
  /// What its sender is charged for beside the toll. Every kind is named, so that a new one says
  /// what it costs before it can be sent for gas.
  public var leaves: Lasting {
    switch self {
    case .transfer(let m): .account(m.to)
    case .collectTolls(let m): .account(m.to)
    case .payAuthorised(let m): .account(m.authorisation.to)
    case .claimVouchers(let m): .receivers(of: m.claims.map(\.channel))
    case .refundChannel(let m): .receivers(of: m.claims.map(\.channel))
    case .transferFrom(let m): .account(m.to)
    case .publishModel, .cancelAuthorisation: .rows(1)
    // Whoever sets an allowance anew, tops a channel or a bond up, or grants a key again, shows
    // more gas than is taken.
    case .approve, .depositToChannel, .grantSession, .postStandingBond: .rows(1)
    // The allowance, and the count of its owner's permits.
    case .carryPermit: .rows(2)
    case .declare, .publishKey, .amendTerms, .renewLinks, .revokeSession,
      .placeOrder, .cancelOrder, .placeBid, .revealBid, .drawSeats, .honourSeat, .postOffer,
      .topUpOffer, .withdrawOffer, .takeOffer, .sendInput, .sealAnswer, .unsealAnswer,
      .submitEvidence, .acceptRun, .rejectRun, .demandKey, .postKey, .showChunk, .closeLease,
      .releaseFrozen, .registerAuditor, .leaveAudits, .drawAudit, .sealTrace, .unsealTrace,
      .challengeRun, .showTrace, .openVertex, .pickChild, .openStep, .shareInput, .submitProof,
      .openAnswer, .openGold, .contestProof,
      .withdrawFromChannel, .withdrawStandingBond, .showEquivocation, .openSoldRun, .proveSoldRun,
      .createSubnet, .registerMember, .stakeOn, .unstake, .setTake, .sealWeights, .revealWeights,
      .fundSubnet, .withdrawGrant, .closeSubnet, .setRoutingShare,
      .createTournament, .fundTournament, .enterTournament, .revealForecast, .nameTruth, .openTruth,
      .createTopic, .fundTopic, .withdrawTopicGrant, .joinTopic, .leaveTopic, .sealWork,
      .revealWork, .sealTruth, .revealTruth, .closeTopic,
      .issueAsset, .seedPool, .drainPool, .buyAsset, .sellAsset, .collectDividends, .fundRoot:
      .nothing
    }
  }

  public enum Lasting: Hashable, Sendable {
    case nothing
    /// An account, if nobody has opened it.
    case account(Address)
    /// So many rows at most, each of which costs what an account costs.
    case rows(Int)
    /// The accounts of those whom channels pay, where nobody has opened them.
    case receivers(of: [Bytes32])
  }

  /// The most rows that it leaves, each at the price of an account.
  public func rowsLeft<Failure: Error>(
    isOpen: (Address) throws(Failure) -> Bool,
    receiver: (Bytes32) throws(Failure) -> Address?
  ) throws(Failure) -> Int {
    switch leaves {
    case .nothing: return 0
    case .rows(let count): return count
    case .account(let address): return try isOpen(address) ? 0 : 1
    case .receivers(let channels):
      var seen: Set<Address> = []
      var count = 0
      for channel in channels {
        guard let address = try receiver(channel), seen.insert(address).inserted else { continue }
        let isThere = try isOpen(address)
        if !isThere { count += 1 }
      }
      return count
    }
  }
}

extension State {
  /// The most that a message takes off its sender beside what it moves: its toll, and what stays.
  ///
  /// The operator's own accounts cost it nothing; its rows may.
  public func mostTaken(by message: Message, toll: Amount) throws(Refusal) -> Amount {
    let isFree = message.head.from == kernel.charter.operator
    let rows = message.rowsLeft(
      isOpen: { isFree || kernel.accounts.isOpen($0) },
      receiver: { payments.channel($0)?.config.receiver })
    let price = Amount(kernel.terms.current.tollAccount)
    var most = toll
    for _ in 0..<rows { most = try most.adding(price) }
    return most
  }

  /// Whether a transaction's gas pays for what its message costs: whoever signed it said how much
  /// may be taken, and no more is.
  func checkGas(
    _ most: Amount, of message: Message, toll: Amount
  ) throws(Refusal) {
    let needs = try mostTaken(by: message, toll: toll)
    guard most >= needs else { throw .feeTooLow(offered: most, needs: needs) }
  }
}
