// Where each kind of message goes, and who learns what came of it.

import Kernel
import Market
import Payments
import Primitives
import Reputation
import Subnets
import Topics
import Tournaments

extension State {
  /// Hands a message to its room. One line a kind; what a room concludes goes to the learners
  /// within the same message.
  mutating func dispatch(_ message: Message, as id: Bytes32) throws(Refusal) {
    switch message {
    case .transfer, .declare, .publishKey, .amendTerms, .renewLinks, .collectTolls, .grantSession,
      .revokeSession:
      try dispatchToKernel(message, as: id)
    case .placeOrder(let m):
      try market.apply(m, as: id, &kernel, works, reputation, boxedSubnets.value)
    case .cancelOrder(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .placeBid(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .revealBid(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .drawSeats(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .honourSeat(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .postOffer(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .topUpOffer(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .withdrawOffer(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .takeOffer(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .sendInput(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .sealAnswer(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .unsealAnswer(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .submitEvidence(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .acceptRun(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .rejectRun(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .demandKey(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .postKey(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .showChunk(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .closeLease(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .releaseFrozen(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .publishModel(let m): try works.inference.apply(m, as: id, &kernel)
    case .registerAuditor, .leaveAudits, .drawAudit, .sealTrace, .unsealTrace, .challengeRun,
      .showTrace, .openVertex, .pickChild, .openStep, .shareInput:
      try dispatchToCourt(message, as: id)
    case .submitProof(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .openAnswer(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .openGold(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .contestProof(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .payAuthorised, .cancelAuthorisation, .approve, .transferFrom, .carryPermit,
      .depositToChannel, .claimVouchers, .refundChannel, .withdrawFromChannel,
      .postStandingBond, .withdrawStandingBond, .showEquivocation, .openSoldRun, .proveSoldRun:
      try dispatchToPayments(message, as: id)
    case .createSubnet, .registerMember, .stakeOn, .unstake, .setTake, .sealWeights,
      .revealWeights, .fundSubnet, .withdrawGrant, .closeSubnet, .setRoutingShare,
      .createTournament, .fundTournament, .enterTournament, .revealForecast, .nameTruth,
      .openTruth:
      try dispatchToInstitutions(message, as: id)
    case .createTopic, .fundTopic, .withdrawTopicGrant, .joinTopic, .leaveTopic, .sealWork,
      .revealWork, .sealTruth, .revealTruth, .closeTopic:
      try dispatchToTopics(message, as: id)
    case .issueAsset, .seedPool, .drainPool, .buyAsset, .sellAsset, .collectDividends, .fundRoot:
      try dispatchToAssets(message, as: id)
    }
    conclude()
  }

  private mutating func dispatchToCourt(_ message: Message, as id: Bytes32) throws(Refusal) {
    switch message {
    case .registerAuditor(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .leaveAudits(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .drawAudit(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .sealTrace(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .unsealTrace(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .challengeRun(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .showTrace(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .openVertex(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .pickChild(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .openStep(let m): try market.apply(m, as: id, &kernel, works, reputation)
    case .shareInput(let m): try market.apply(m, as: id, &kernel, works, reputation)
    default: throw .unknownMessage(kind: type(of: message.content).kind)
    }
  }

  private mutating func dispatchToKernel(_ message: Message, as id: Bytes32) throws(Refusal) {
    switch message {
    case .transfer(let m): try kernel.apply(m, as: id)
    case .declare(let m): try kernel.apply(m, as: id)
    case .publishKey(let m): try kernel.apply(m, as: id)
    case .amendTerms(let m):
      let floor = TermsCheck.messages(of: m.terms, after: kernel.terms.current)
      try kernel.apply(m, as: id)
      try TermsCheck.refusal(of: m.terms)
      try TermsCheck.require([floor])
    case .renewLinks(let m): try kernel.apply(m, as: id)
    case .collectTolls(let m): try kernel.apply(m, as: id)
    case .grantSession(let m):
      try State.checkGrant(m)
      try kernel.apply(m, as: id)
    case .revokeSession(let m): try kernel.apply(m, as: id)
    default: throw .unknownMessage(kind: type(of: message.content).kind)
    }
  }

  private mutating func dispatchToPayments(
    _ message: Message, as id: Bytes32
  ) throws(Refusal) {
    switch message {
    case .payAuthorised(let m): try payments.apply(m, as: id, &kernel)
    case .cancelAuthorisation(let m): try payments.apply(m, as: id, &kernel)
    case .approve(let m): try payments.apply(m, as: id, &kernel)
    case .transferFrom(let m): try payments.apply(m, as: id, &kernel)
    case .carryPermit(let m): try payments.apply(m, as: id, &kernel)
    case .depositToChannel(let m): try payments.apply(m, as: id, &kernel)
    case .claimVouchers(let m): try payments.apply(m, as: id, &kernel)
    case .refundChannel(let m): try payments.apply(m, as: id, &kernel)
    case .withdrawFromChannel(let m): try payments.apply(m, as: id, &kernel)
    case .postStandingBond(let m): try payments.apply(m, as: id, &kernel, works)
    case .withdrawStandingBond(let m): try payments.apply(m, as: id, &kernel)
    case .showEquivocation(let m): try payments.apply(m, as: id, &kernel)
    case .openSoldRun(let m): try payments.apply(m, as: id, &kernel)
    case .proveSoldRun(let m): try payments.apply(m, as: id, &kernel, works)
    default: throw .unknownMessage(kind: type(of: message.content).kind)
    }
  }

  private mutating func dispatchToInstitutions(
    _ message: Message, as id: Bytes32
  ) throws(Refusal) {
    switch message {
    case .createSubnet(let m): try boxedSubnets.value.apply(m, as: id, &kernel)
    case .registerMember(let m): try boxedSubnets.value.apply(m, as: id, &kernel)
    case .stakeOn(let m): try boxedSubnets.value.apply(m, as: id, &kernel)
    case .unstake(let m): try boxedSubnets.value.apply(m, as: id, &kernel)
    case .setTake(let m): try boxedSubnets.value.apply(m, as: id, &kernel)
    case .sealWeights(let m): try boxedSubnets.value.apply(m, as: id, &kernel)
    case .revealWeights(let m): try boxedSubnets.value.apply(m, as: id, &kernel)
    case .fundSubnet(let m): try boxedSubnets.value.apply(m, as: id, &kernel)
    case .withdrawGrant(let m): try boxedSubnets.value.apply(m, as: id, &kernel)
    case .closeSubnet(let m): try boxedSubnets.value.apply(m, as: id, &kernel)
    case .setRoutingShare(let m): try boxedSubnets.value.apply(m, as: id, &kernel)
    case .createTournament(let m): try boxedTournaments.value.apply(m, as: id, &kernel)
    case .fundTournament(let m): try boxedTournaments.value.apply(m, as: id, &kernel)
    case .enterTournament(let m): try boxedTournaments.value.apply(m, as: id, &kernel)
    case .revealForecast(let m): try boxedTournaments.value.apply(m, as: id, &kernel)
    case .nameTruth(let m): try boxedTournaments.value.apply(m, as: id, &kernel, market)
    case .openTruth(let m): try boxedTournaments.value.apply(m, as: id, &kernel)
    default: throw .unknownMessage(kind: type(of: message.content).kind)
    }
  }

  private mutating func dispatchToAssets(
    _ message: Message, as id: Bytes32
  ) throws(Refusal) {
    switch message {
    case .issueAsset(let m): try boxedSubnets.value.apply(m, as: id, &kernel)
    case .seedPool(let m): try boxedSubnets.value.apply(m, as: id, &kernel)
    case .drainPool(let m): try boxedSubnets.value.apply(m, as: id, &kernel)
    case .buyAsset(let m): try boxedSubnets.value.apply(m, as: id, &kernel)
    case .sellAsset(let m): try boxedSubnets.value.apply(m, as: id, &kernel)
    case .collectDividends(let m): try boxedSubnets.value.apply(m, as: id, &kernel)
    case .fundRoot(let m): try boxedSubnets.value.apply(m, as: id, &kernel)
    default: throw .unknownMessage(kind: type(of: message.content).kind)
    }
  }

  private mutating func dispatchToTopics(
    _ message: Message, as id: Bytes32
  ) throws(Refusal) {
    switch message {
    case .createTopic(let m): try boxedTopics.value.apply(m, as: id, &kernel)
    case .fundTopic(let m): try boxedTopics.value.apply(m, as: id, &kernel)
    case .withdrawTopicGrant(let m): try boxedTopics.value.apply(m, as: id, &kernel)
    case .joinTopic(let m): try boxedTopics.value.apply(m, as: id, &kernel)
    case .leaveTopic(let m): try boxedTopics.value.apply(m, as: id, &kernel)
    case .sealWork(let m): try boxedTopics.value.apply(m, as: id, &kernel)
    case .revealWork(let m): try boxedTopics.value.apply(m, as: id, &kernel)
    case .sealTruth(let m): try boxedTopics.value.apply(m, as: id, &kernel)
    case .revealTruth(let m): try boxedTopics.value.apply(m, as: id, &kernel)
    case .closeTopic(let m): try boxedTopics.value.apply(m, as: id, &kernel)
    default: throw .unknownMessage(kind: type(of: message.content).kind)
    }
  }

  /// Lets the room of a timer act. False says that the entry was stale.
  mutating func fire(_ key: TimerKey, at deadline: Time) throws(Refusal) -> Bool {
    let didAct: Bool
    switch key.room {
    case 0:
      didAct = kernel.fire(key, at: deadline)
      if didAct { reputation.terms = kernel.terms.current }
    case 1: didAct = try market.fire(key, at: deadline, &kernel, works, reputation)
    case 2: didAct = try payments.fire(key, at: deadline, &kernel)
    case SubnetTimer.room:
      didAct = try boxedSubnets.value.fire(key, at: deadline, &kernel)
    case TournamentTimer.room:
      didAct = try boxedTournaments.value.fire(key, at: deadline, &kernel)
    case TopicTimer.room:
      didAct = try boxedTopics.value.fire(key, at: deadline, &kernel)
    default: didAct = false
    }
    conclude()
    return didAct
  }

  /// Tells the learners, in fixed order: reputation, tournaments, subnets. They refuse nothing.
  private mutating func conclude() {
    for conclusion in market.takeConclusions() {
      reputation.conclude(conclusion)
      boxedTournaments.value.conclude(conclusion, &kernel)
      boxedSubnets.value.conclude(conclusion, &kernel)
      if case .settled(let run) = conclusion { results.settled.append(run) }
    }
  }
}
