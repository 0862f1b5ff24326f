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
