// Every kind of message that the ledger takes: a closed choice, one case a kind.

public import Inference
public import Kernel
public import Market
public import Payments
import Primitives
public import Subnets
public import Topics
public import Tournaments

/// What somebody asks of the ledger. To add a kind, add a case here and in `MessageKind`; the
/// compiler then names every line that is missing.
///
/// It is indirect since the largest kind holds 600 bytes and a dozen arrays: a message is passed
/// on many times and looked into once.
public indirect enum Message: Equatable, Sendable {
  case transfer(Transfer)
  case declare(Declare)
  case publishKey(PublishKey)
  case amendTerms(AmendTerms)
  case renewLinks(RenewLinks)
  case collectTolls(CollectTolls)
  case grantSession(GrantSession)
  case revokeSession(RevokeSession)
  case placeOrder(PlaceOrder)
  case cancelOrder(CancelOrder)
  case placeBid(PlaceBid)
  case revealBid(RevealBid)
  case drawSeats(DrawSeats)
  case honourSeat(HonourSeat)
  case postOffer(PostOffer)
  case topUpOffer(TopUpOffer)
  case withdrawOffer(WithdrawOffer)
  case takeOffer(TakeOffer)
  case sendInput(SendInput)
  case sealAnswer(SealAnswer)
  case unsealAnswer(UnsealAnswer)
  case submitEvidence(SubmitEvidence)
  case acceptRun(AcceptRun)
  case rejectRun(RejectRun)
  case demandKey(DemandKey)
  case postKey(PostKey)
  case showChunk(ShowChunk)
  case closeLease(CloseLease)
  case releaseFrozen(ReleaseFrozen)
  case publishModel(PublishModel)
  case registerAuditor(RegisterAuditor)
  case leaveAudits(LeaveAudits)
  case drawAudit(DrawAudit)
  case sealTrace(SealTrace)
  case unsealTrace(UnsealTrace)
  case challengeRun(ChallengeRun)
  case showTrace(ShowTrace)
  case openVertex(OpenVertex)
  case pickChild(PickChild)
  case openStep(OpenStep)
  case shareInput(ShareInput)
  case submitProof(SubmitProof)
  case openAnswer(OpenAnswer)
  case openGold(OpenGold)
  case contestProof(ContestProof)
  case payAuthorised(PayAuthorised)
  case cancelAuthorisation(CancelAuthorisation)
  case approve(Approve)
  case transferFrom(TransferFrom)
  case carryPermit(CarryPermit)
  case depositToChannel(DepositToChannel)
  case claimVouchers(ClaimVouchers)
  case refundChannel(RefundChannel)
  case withdrawFromChannel(WithdrawFromChannel)
  case postStandingBond(PostStandingBond)
  case withdrawStandingBond(WithdrawStandingBond)
  case showEquivocation(ShowEquivocation)
  case openSoldRun(OpenSoldRun)
  case proveSoldRun(ProveSoldRun)
  case createSubnet(CreateSubnet)
  case registerMember(RegisterMember)
  case stakeOn(StakeOn)
  case unstake(Unstake)
  case setTake(SetTake)
  case sealWeights(SealWeights)
  case revealWeights(RevealWeights)
  case fundSubnet(FundSubnet)
  case withdrawGrant(WithdrawGrant)
  case closeSubnet(CloseSubnet)
  case setRoutingShare(SetRoutingShare)
  case createTournament(CreateTournament)
  case fundTournament(FundTournament)
  case enterTournament(EnterTournament)
  case revealForecast(RevealForecast)
  case nameTruth(NameTruth)
  case openTruth(OpenTruth)
  case createTopic(CreateTopic)
  case fundTopic(FundTopic)
  case withdrawTopicGrant(WithdrawTopicGrant)
  case joinTopic(JoinTopic)
  case leaveTopic(LeaveTopic)
  case sealWork(SealWork)
  case revealWork(RevealWork)
  case sealTruth(SealTruth)
  case revealTruth(RevealTruth)
  case closeTopic(CloseTopic)
  case issueAsset(IssueAsset)
  case seedPool(SeedPool)
  case drainPool(DrainPool)
  case buyAsset(BuyAsset)
  case sellAsset(SellAsset)
  case collectDividends(CollectDividends)
  case fundRoot(FundRoot)

  /// What the message says, whatever its kind.
  public var content: any MessageContent {
    switch self {
    case .transfer(let m): m
    case .declare(let m): m
    case .publishKey(let m): m
    case .amendTerms(let m): m
    case .renewLinks(let m): m
    case .collectTolls(let m): m
    case .grantSession(let m): m
    case .revokeSession(let m): m
    case .placeOrder(let m): m
    case .cancelOrder(let m): m
    case .placeBid(let m): m
    case .revealBid(let m): m
    case .drawSeats(let m): m
    case .honourSeat(let m): m
    case .postOffer(let m): m
    case .topUpOffer(let m): m
    case .withdrawOffer(let m): m
    case .takeOffer(let m): m
    case .sendInput(let m): m
    case .sealAnswer(let m): m
    case .unsealAnswer(let m): m
    case .submitEvidence(let m): m
    case .acceptRun(let m): m
    case .rejectRun(let m): m
    case .demandKey(let m): m
    case .postKey(let m): m
    case .showChunk(let m): m
    case .closeLease(let m): m
    case .releaseFrozen(let m): m
    case .publishModel(let m): m
    case .registerAuditor(let m): m
    case .leaveAudits(let m): m
    case .drawAudit(let m): m
    case .sealTrace(let m): m
    case .unsealTrace(let m): m
    case .challengeRun(let m): m
    case .showTrace(let m): m
    case .openVertex(let m): m
    case .pickChild(let m): m
    case .openStep(let m): m
    case .shareInput(let m): m
    case .submitProof(let m): m
    case .openAnswer(let m): m
    case .openGold(let m): m
    case .contestProof(let m): m
    case .payAuthorised(let m): m
    case .cancelAuthorisation(let m): m
    case .approve(let m): m
    case .transferFrom(let m): m
    case .carryPermit(let m): m
    case .depositToChannel(let m): m
    case .claimVouchers(let m): m
    case .refundChannel(let m): m
    case .withdrawFromChannel(let m): m
    case .postStandingBond(let m): m
    case .withdrawStandingBond(let m): m
    case .showEquivocation(let m): m
    case .openSoldRun(let m): m
    case .proveSoldRun(let m): m
    case .createSubnet(let m): m
    case .registerMember(let m): m
    case .stakeOn(let m): m
    case .unstake(let m): m
    case .setTake(let m): m
    case .sealWeights(let m): m
    case .revealWeights(let m): m
    case .fundSubnet(let m): m
    case .withdrawGrant(let m): m
    case .closeSubnet(let m): m
    case .setRoutingShare(let m): m
    case .createTournament(let m): m
    case .fundTournament(let m): m
    case .enterTournament(let m): m
    case .revealForecast(let m): m
    case .nameTruth(let m): m
    case .openTruth(let m): m
    case .createTopic(let m): m
    case .fundTopic(let m): m
    case .withdrawTopicGrant(let m): m
    case .joinTopic(let m): m
    case .leaveTopic(let m): m
    case .sealWork(let m): m
    case .revealWork(let m): m
    case .sealTruth(let m): m
    case .revealTruth(let m): m
    case .closeTopic(let m): m
    case .issueAsset(let m): m
    case .seedPool(let m): m
    case .drainPool(let m): m
    case .buyAsset(let m): m
    case .sellAsset(let m): m
    case .collectDividends(let m): m
    case .fundRoot(let m): m
    }
  }

  /// Sender, lane, sequence, expiry.
  public var head: Head { content.head }
}
