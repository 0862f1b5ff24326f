// Contents read behind their kind, a function for each room, so that none grows without end.

import Inference
import Kernel
import Market
import Payments
import Primitives
import Subnets
import Topics
import Tournaments

extension MessageKind {
  /// Reads a message of this kind through any door: CBOR and JSON share the switch.
  func read<R: MessageReader>(_ reader: R) throws(Refusal) -> Message {
    switch self {
    case .transfer: .transfer(try reader.read(Transfer.self))
    case .declare: .declare(try reader.read(Declare.self))
    case .publishKey: .publishKey(try reader.read(PublishKey.self))
    case .amendTerms: .amendTerms(try reader.read(AmendTerms.self))
    case .renewLinks: .renewLinks(try reader.read(RenewLinks.self))
    case .collectTolls: .collectTolls(try reader.read(CollectTolls.self))
    case .grantSession: .grantSession(try reader.read(GrantSession.self))
    case .revokeSession: .revokeSession(try reader.read(RevokeSession.self))
    case .placeOrder: .placeOrder(try reader.read(PlaceOrder.self))
    case .cancelOrder: .cancelOrder(try reader.read(CancelOrder.self))
    case .placeBid: .placeBid(try reader.read(PlaceBid.self))
    case .revealBid: .revealBid(try reader.read(RevealBid.self))
    case .drawSeats: .drawSeats(try reader.read(DrawSeats.self))
    case .honourSeat: .honourSeat(try reader.read(HonourSeat.self))
    case .postOffer: .postOffer(try reader.read(PostOffer.self))
    case .topUpOffer: .topUpOffer(try reader.read(TopUpOffer.self))
    case .withdrawOffer: .withdrawOffer(try reader.read(WithdrawOffer.self))
    case .takeOffer: .takeOffer(try reader.read(TakeOffer.self))
    case .sendInput: .sendInput(try reader.read(SendInput.self))
    case .sealAnswer: .sealAnswer(try reader.read(SealAnswer.self))
    case .unsealAnswer: .unsealAnswer(try reader.read(UnsealAnswer.self))
    case .submitEvidence: .submitEvidence(try reader.read(SubmitEvidence.self))
    case .acceptRun: .acceptRun(try reader.read(AcceptRun.self))
    case .rejectRun: .rejectRun(try reader.read(RejectRun.self))
    case .demandKey: .demandKey(try reader.read(DemandKey.self))
    case .postKey: .postKey(try reader.read(PostKey.self))
    case .showChunk: .showChunk(try reader.read(ShowChunk.self))
    case .closeLease: .closeLease(try reader.read(CloseLease.self))
    case .releaseFrozen: .releaseFrozen(try reader.read(ReleaseFrozen.self))
    case .publishModel: .publishModel(try reader.read(PublishModel.self))
    case .registerAuditor, .leaveAudits, .drawAudit, .sealTrace, .unsealTrace, .challengeRun,
      .showTrace, .openVertex, .pickChild, .openStep, .shareInput:
      try readOfCourt(reader)
    case .submitProof: .submitProof(try reader.read(SubmitProof.self))
    case .openAnswer: .openAnswer(try reader.read(OpenAnswer.self))
    case .openGold: .openGold(try reader.read(OpenGold.self))
    case .contestProof: .contestProof(try reader.read(ContestProof.self))
    case .payAuthorised, .cancelAuthorisation, .approve, .transferFrom, .carryPermit,
      .depositToChannel, .claimVouchers, .refundChannel, .withdrawFromChannel, .postStandingBond,
      .withdrawStandingBond, .showEquivocation, .openSoldRun, .proveSoldRun:
      try readOfPayments(reader)
    case .createSubnet, .registerMember, .stakeOn, .unstake, .setTake, .sealWeights,
      .revealWeights, .fundSubnet, .withdrawGrant, .closeSubnet, .setRoutingShare,
      .createTournament, .fundTournament, .enterTournament, .revealForecast, .nameTruth,
      .openTruth, .createTopic, .fundTopic, .withdrawTopicGrant, .joinTopic, .leaveTopic, .sealWork,
      .revealWork, .sealTruth, .revealTruth, .closeTopic, .issueAsset, .seedPool, .drainPool,
      .buyAsset, .sellAsset, .collectDividends, .fundRoot:
      try readOfInstitutions(reader)
    }
  }

  /// The kinds of audits and disputes; any other is none of theirs.
  private func readOfCourt<R: MessageReader>(_ reader: R) throws(Refusal) -> Message {
    switch self {
    case .registerAuditor: .registerAuditor(try reader.read(RegisterAuditor.self))
    case .leaveAudits: .leaveAudits(try reader.read(LeaveAudits.self))
    case .drawAudit: .drawAudit(try reader.read(DrawAudit.self))
    case .sealTrace: .sealTrace(try reader.read(SealTrace.self))
    case .unsealTrace: .unsealTrace(try reader.read(UnsealTrace.self))
    case .challengeRun: .challengeRun(try reader.read(ChallengeRun.self))
    case .showTrace: .showTrace(try reader.read(ShowTrace.self))
    case .openVertex: .openVertex(try reader.read(OpenVertex.self))
    case .pickChild: .pickChild(try reader.read(PickChild.self))
    case .openStep: .openStep(try reader.read(OpenStep.self))
    case .shareInput: .shareInput(try reader.read(ShareInput.self))
    default: throw .unknownMessage(kind: rawValue)
    }
  }

  /// The kinds that payments take; any other that comes here is about bonds.
  private func readOfPayments<R: MessageReader>(_ reader: R) throws(Refusal) -> Message {
    switch self {
    case .payAuthorised: .payAuthorised(try reader.read(PayAuthorised.self))
    case .cancelAuthorisation: .cancelAuthorisation(try reader.read(CancelAuthorisation.self))
    case .approve: .approve(try reader.read(Approve.self))
    case .transferFrom: .transferFrom(try reader.read(TransferFrom.self))
    case .carryPermit: .carryPermit(try reader.read(CarryPermit.self))
    case .depositToChannel: .depositToChannel(try reader.read(DepositToChannel.self))
    case .claimVouchers: .claimVouchers(try reader.read(ClaimVouchers.self))
    case .refundChannel: .refundChannel(try reader.read(RefundChannel.self))
    case .withdrawFromChannel: .withdrawFromChannel(try reader.read(WithdrawFromChannel.self))
    default: try readOfBonds(reader)
    }
  }

  /// The kinds about what stands behind vouchers; any other is none of theirs.
  private func readOfBonds<R: MessageReader>(_ reader: R) throws(Refusal) -> Message {
    switch self {
    case .postStandingBond: .postStandingBond(try reader.read(PostStandingBond.self))
    case .withdrawStandingBond: .withdrawStandingBond(try reader.read(WithdrawStandingBond.self))
    case .showEquivocation: .showEquivocation(try reader.read(ShowEquivocation.self))
    case .openSoldRun: .openSoldRun(try reader.read(OpenSoldRun.self))
    case .proveSoldRun: .proveSoldRun(try reader.read(ProveSoldRun.self))
    default: throw .unknownMessage(kind: rawValue)
    }
  }

  /// The kinds that subnets, tournaments and topics take; any other is none of theirs.
  private func readOfInstitutions<R: MessageReader>(_ reader: R) throws(Refusal) -> Message {
    switch self {
    case .createSubnet: .createSubnet(try reader.read(CreateSubnet.self))
    case .registerMember: .registerMember(try reader.read(RegisterMember.self))
    case .stakeOn: .stakeOn(try reader.read(StakeOn.self))
    case .unstake: .unstake(try reader.read(Unstake.self))
    case .setTake: .setTake(try reader.read(SetTake.self))
    case .sealWeights: .sealWeights(try reader.read(SealWeights.self))
    case .revealWeights: .revealWeights(try reader.read(RevealWeights.self))
    case .fundSubnet: .fundSubnet(try reader.read(FundSubnet.self))
    case .withdrawGrant: .withdrawGrant(try reader.read(WithdrawGrant.self))
    case .closeSubnet: .closeSubnet(try reader.read(CloseSubnet.self))
    case .setRoutingShare: .setRoutingShare(try reader.read(SetRoutingShare.self))
    case .createTournament: .createTournament(try reader.read(CreateTournament.self))
    case .fundTournament: .fundTournament(try reader.read(FundTournament.self))
    case .enterTournament: .enterTournament(try reader.read(EnterTournament.self))
    case .revealForecast: .revealForecast(try reader.read(RevealForecast.self))
    case .nameTruth: .nameTruth(try reader.read(NameTruth.self))
    case .openTruth: .openTruth(try reader.read(OpenTruth.self))
    default: try readOfTopics(reader)
    }
  }

  /// The kinds about subnets' own assets and the root; any other is none of theirs.
  private func readOfAssets<R: MessageReader>(_ reader: R) throws(Refusal) -> Message {
    switch self {
    case .issueAsset: .issueAsset(try reader.read(IssueAsset.self))
    case .seedPool: .seedPool(try reader.read(SeedPool.self))
    case .drainPool: .drainPool(try reader.read(DrainPool.self))
    case .buyAsset: .buyAsset(try reader.read(BuyAsset.self))
    case .sellAsset: .sellAsset(try reader.read(SellAsset.self))
    case .collectDividends: .collectDividends(try reader.read(CollectDividends.self))
    case .fundRoot: .fundRoot(try reader.read(FundRoot.self))
    default: throw .unknownMessage(kind: rawValue)
    }
  }

  /// The kinds that topics take; any other that comes here is about own assets.
  private func readOfTopics<R: MessageReader>(_ reader: R) throws(Refusal) -> Message {
    switch self {
    case .createTopic: .createTopic(try reader.read(CreateTopic.self))
    case .fundTopic: .fundTopic(try reader.read(FundTopic.self))
    case .withdrawTopicGrant: .withdrawTopicGrant(try reader.read(WithdrawTopicGrant.self))
    case .joinTopic: .joinTopic(try reader.read(JoinTopic.self))
    case .leaveTopic: .leaveTopic(try reader.read(LeaveTopic.self))
    case .sealWork: .sealWork(try reader.read(SealWork.self))
    case .revealWork: .revealWork(try reader.read(RevealWork.self))
    case .sealTruth: .sealTruth(try reader.read(SealTruth.self))
    case .revealTruth: .revealTruth(try reader.read(RevealTruth.self))
    case .closeTopic: .closeTopic(try reader.read(CloseTopic.self))
    default: try readOfAssets(reader)
    }
  }
}

/// A source of one content: canonical bytes, or JSON.
protocol MessageReader {
  func read<M: MessageContent>(_ type: M.Type) throws(Refusal) -> M
}
