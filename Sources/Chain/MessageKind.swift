// The one list of message kinds, which decoding, the command line, the API and the docs read.

import Inference
public import Kernel
import Market
import Payments
public import Primitives
import Subnets
import Topics
import Tournaments

/// A kind by its number on the wire. Numbers are never used again for another kind.
public enum MessageKind: UInt8, CaseIterable, Sendable {
  case transfer = 1
  case declare = 2
  case publishKey = 3
  case amendTerms = 4
  case renewLinks = 5
  case collectTolls = 6
  case grantSession = 7
  case revokeSession = 8
  case placeOrder = 16
  case cancelOrder = 17
  case placeBid = 18
  case revealBid = 19
  case drawSeats = 20
  case honourSeat = 21
  case postOffer = 22
  case topUpOffer = 23
  case withdrawOffer = 24
  case takeOffer = 25
  case sendInput = 26
  case sealAnswer = 27
  case unsealAnswer = 28
  case submitEvidence = 29
  case acceptRun = 30
  case rejectRun = 31
  case demandKey = 32
  case postKey = 33
  case showChunk = 34
  case closeLease = 35
  case releaseFrozen = 36
  case publishModel = 37
  case registerAuditor = 38
  case leaveAudits = 39
  case drawAudit = 40
  case sealTrace = 41
  case unsealTrace = 42
  case challengeRun = 43
  case showTrace = 44
  case openVertex = 45
  case pickChild = 46
  case openStep = 47
  case shareInput = 48
  case submitProof = 49
  case openAnswer = 50
  case openGold = 51
  case contestProof = 56
  case payAuthorised = 64
  case cancelAuthorisation = 65
  case approve = 66
  case transferFrom = 67
  case carryPermit = 68
  case depositToChannel = 69
  case claimVouchers = 70
  case refundChannel = 71
  case withdrawFromChannel = 72
  case postStandingBond = 73
  case withdrawStandingBond = 74
  case showEquivocation = 75
  case openSoldRun = 76
  case proveSoldRun = 77
  case createSubnet = 80
  case registerMember = 81
  case stakeOn = 82
  case unstake = 83
  case setTake = 84
  case sealWeights = 85
  case revealWeights = 86
  case fundSubnet = 87
  case withdrawGrant = 88
  case closeSubnet = 89
  case createTournament = 90
  case fundTournament = 91
  case enterTournament = 92
  case revealForecast = 93
  case nameTruth = 94
  case openTruth = 95
  case setRoutingShare = 96
  case createTopic = 98
  case fundTopic = 99
  case withdrawTopicGrant = 100
  case joinTopic = 101
  case leaveTopic = 102
  case sealWork = 103
  case revealWork = 104
  case sealTruth = 105
  case revealTruth = 106
  case closeTopic = 107
  case issueAsset = 160
  case seedPool = 161
  case drainPool = 162
  case buyAsset = 163
  case sellAsset = 164
  case collectDividends = 165
  case fundRoot = 166

  /// The type of the content.
  public var contentType: any MessageContent.Type {
    switch self {
    case .transfer: Transfer.self
    case .declare: Declare.self
    case .publishKey: PublishKey.self
    case .amendTerms: AmendTerms.self
    case .renewLinks: RenewLinks.self
    case .collectTolls: CollectTolls.self
    case .grantSession: GrantSession.self
    case .revokeSession: RevokeSession.self
    case .placeOrder: PlaceOrder.self
    case .cancelOrder: CancelOrder.self
    case .placeBid: PlaceBid.self
    case .revealBid: RevealBid.self
    case .drawSeats: DrawSeats.self
    case .honourSeat: HonourSeat.self
    case .postOffer: PostOffer.self
    case .topUpOffer: TopUpOffer.self
    case .withdrawOffer: WithdrawOffer.self
    case .takeOffer: TakeOffer.self
    case .sendInput: SendInput.self
    case .sealAnswer: SealAnswer.self
    case .unsealAnswer: UnsealAnswer.self
    case .submitEvidence: SubmitEvidence.self
    case .acceptRun: AcceptRun.self
    case .rejectRun: RejectRun.self
    case .demandKey: DemandKey.self
    case .postKey: PostKey.self
    case .showChunk: ShowChunk.self
    case .closeLease: CloseLease.self
    case .releaseFrozen: ReleaseFrozen.self
    case .publishModel: PublishModel.self
    case .registerAuditor: RegisterAuditor.self
    case .leaveAudits: LeaveAudits.self
    case .drawAudit: DrawAudit.self
    case .sealTrace: SealTrace.self
    case .unsealTrace: UnsealTrace.self
    case .challengeRun: ChallengeRun.self
    case .showTrace: ShowTrace.self
    case .openVertex: OpenVertex.self
    case .pickChild: PickChild.self
    case .openStep: OpenStep.self
    case .shareInput: ShareInput.self
    case .submitProof: SubmitProof.self
    case .openAnswer: OpenAnswer.self
    case .openGold: OpenGold.self
    case .contestProof: ContestProof.self
    case .payAuthorised: PayAuthorised.self
    case .cancelAuthorisation: CancelAuthorisation.self
    case .approve: Approve.self
    case .transferFrom: TransferFrom.self
    case .carryPermit: CarryPermit.self
    case .depositToChannel: DepositToChannel.self
    case .claimVouchers: ClaimVouchers.self
    case .refundChannel: RefundChannel.self
    case .withdrawFromChannel: WithdrawFromChannel.self
    case .postStandingBond: PostStandingBond.self
    case .withdrawStandingBond: WithdrawStandingBond.self
    case .showEquivocation: ShowEquivocation.self
    case .openSoldRun: OpenSoldRun.self
    case .proveSoldRun: ProveSoldRun.self
    case .createSubnet: CreateSubnet.self
    case .registerMember: RegisterMember.self
    case .stakeOn: StakeOn.self
    case .unstake: Unstake.self
    case .setTake: SetTake.self
    case .sealWeights: SealWeights.self
    case .revealWeights: RevealWeights.self
    case .fundSubnet: FundSubnet.self
    case .withdrawGrant: WithdrawGrant.self
    case .closeSubnet: CloseSubnet.self
    case .setRoutingShare: SetRoutingShare.self
    case .createTournament: CreateTournament.self
    case .fundTournament: FundTournament.self
    case .enterTournament: EnterTournament.self
    case .revealForecast: RevealForecast.self
    case .nameTruth: NameTruth.self
    case .openTruth: OpenTruth.self
    case .createTopic: CreateTopic.self
    case .fundTopic: FundTopic.self
    case .withdrawTopicGrant: WithdrawTopicGrant.self
    case .joinTopic: JoinTopic.self
    case .leaveTopic: LeaveTopic.self
    case .sealWork: SealWork.self
    case .revealWork: RevealWork.self
    case .sealTruth: SealTruth.self
    case .revealTruth: RevealTruth.self
    case .closeTopic: CloseTopic.self
    case .issueAsset: IssueAsset.self
    case .seedPool: SeedPool.self
    case .drainPool: DrainPool.self
    case .buyAsset: BuyAsset.self
    case .sellAsset: SellAsset.self
    case .collectDividends: CollectDividends.self
    case .fundRoot: FundRoot.self
    }
  }

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

extension MessageKind {
  /// The name that the number stands for, as wallets show it: `PlaceOrder`.
  public var name: String { contentType.typeName }

  /// The fields of the content, in order, beginning with the four of every message.
  public var fields: [FieldDescription] { MessageKind.fields(contentType) }

  private static func fields<M: MessageContent>(_ type: M.Type) -> [FieldDescription] {
    FieldDescriber.fields(of: type)
  }

  /// The kind of that name.
  public init?(name: String) {
    guard let known = MessageKind.allCases.first(where: { $0.name == name }) else { return nil }
    self = known
  }
}

extension Message {
  /// Every kind, by number.
  public static var kinds: [MessageKind] { MessageKind.allCases }

  /// Which kind this is. A case without a number on the wire could never be sent, so every
  /// content's number is one of the list; a test holds both lists against each other.
  public var kind: MessageKind? { MessageKind(rawValue: Swift.type(of: content).kind) }
}

/// A source of one content: canonical bytes, or JSON.
protocol MessageReader {
  func read<M: MessageContent>(_ type: M.Type) throws(Refusal) -> M
}
