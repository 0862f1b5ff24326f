// What a message does, said after its sender's name, and which objects it is about.

import Chain
import Kernel
import Market
import Primitives

enum MessageWords {
  static func text(_ kind: MessageKind?) -> String {
    guard let kind else { return unknown }
    return switch kind {
    case .transfer, .declare, .publishKey, .amendTerms, .renewLinks, .collectTolls, .grantSession,
      .revokeSession:
      textOfKernel(kind)
    case .placeOrder: "put an order on the market and locked its highest price"
    case .cancelOrder: "took an order back"
    case .placeBid: "made a sealed bid, with a bond"
    case .revealBid: "opened a sealed bid"
    case .drawSeats: "opened the salt that draws the seats"
    case .honourSeat: "locked a seat's bond"
    case .postOffer: "posted an offer at a price"
    case .topUpOffer: "added slots to an offer"
    case .withdrawOffer: "took an offer off the market"
    case .takeOffer: "took an offer, locked its price and handed over the input"
    case .sendInput: "handed over the input of a run"
    case .sealAnswer: "sealed an answer, so that nobody can copy it"
    case .unsealAnswer, .openAnswer: "opened a sealed answer"
    case .submitEvidence: "answered a run, with a commitment to the output"
    case .submitProof: "answered a run, with a proof of it"
    case .openGold: "opened the answers that it knew beforehand"
    case .contestProof: "showed the input that a proof should have been about"
    case .acceptRun: "accepted an output"
    case .rejectRun: "rejected an output, which burns the price"
    case .demandKey: "demanded the key of a blob"
    case .postKey: "posted the key of a blob, as was demanded"
    case .showChunk: "showed a piece of a blob that does not open to its commitment"
    case .closeLease: "ended a lease between two runs"
    case .releaseFrozen: "released what could not be carried out"
    case .publishModel: "published a model"
    case .registerAuditor, .leaveAudits, .drawAudit, .sealTrace, .unsealTrace, .challengeRun,
      .showTrace, .openVertex, .pickChild, .openStep, .shareInput:
      textOfCourt(kind)
    case .payAuthorised, .cancelAuthorisation, .approve, .transferFrom, .carryPermit,
      .depositToChannel, .claimVouchers, .refundChannel, .withdrawFromChannel,
      .postStandingBond, .withdrawStandingBond, .showEquivocation, .openSoldRun, .proveSoldRun:
      textOfPayments(kind)
    case .createSubnet, .registerMember, .stakeOn, .unstake, .setTake, .sealWeights, .revealWeights,
      .fundSubnet, .withdrawGrant, .closeSubnet, .setRoutingShare, .createTournament,
      .fundTournament, .enterTournament, .revealForecast, .nameTruth, .openTruth:
      textOfInstitutions(kind)
    case .createTopic, .fundTopic, .withdrawTopicGrant, .joinTopic, .leaveTopic, .sealWork,
      .revealWork, .sealTruth, .revealTruth, .closeTopic:
      textOfTopics(kind)
    case .issueAsset, .seedPool, .drainPool, .buyAsset, .sellAsset, .collectDividends,
      .fundRoot:
      textOfAssets(kind)
    }
  }

  private static func textOfCourt(_ kind: MessageKind) -> String {
    switch kind {
    case .registerAuditor: "stands ready to audit, with a bond"
    case .leaveAudits: "gave notice as an auditor"
    case .drawAudit: "opened the salt that says whether a run is audited"
    case .sealTrace: "sealed the trace of a run"
    case .unsealTrace: "opened the sealed trace of a run"
    case .challengeRun: "disputed an answer, with a bond"
    case .showTrace: "showed the trace that its answer came from"
    case .openVertex: "opened a place of its trace"
    case .pickChild: "picked the first part that differs from its own"
    case .openStep: "showed everything that the disputed step is computed from"
    case .shareInput: "handed the input's key to the auditor"
    default: unknown
    }
  }

  private static func textOfKernel(_ kind: MessageKind) -> String {
    switch kind {
    case .transfer: "sent money"
    case .declare: "named who runs it"
    case .publishKey: "published a key that others can seal content to"
    case .amendTerms: "announced new terms"
    case .renewLinks: "renewed the links of the beacon"
    case .collectTolls: "took tolls out of the till"
    case .grantSession: "let another key spend, within limits"
    case .revokeSession: "took a session key's right back"
    default: unknown
    }
  }

  private static func textOfPayments(_ kind: MessageKind) -> String {
    switch kind {
    case .payAuthorised: "carried a payment that its payer authorised"
    case .cancelAuthorisation: "carried a payer's word that an authorisation is void"
    case .approve: "said how much of its money another may move"
    case .transferFrom: "moved money that its owner allowed it to move"
    case .carryPermit: "carried an owner's word of how much another may move"
    case .depositToChannel: "carried a payer's deposit into a channel"
    case .claimVouchers: "claimed what vouchers allow"
    case .refundChannel: "gave back what was left in a channel"
    case .withdrawFromChannel: "asked for its money back out of a channel"
    case .postStandingBond: "put a bond behind what it sells by voucher"
    case .withdrawStandingBond: "asked the bond behind its vouchers back"
    case .showEquivocation: "showed two runs that one seller signed for one place"
    case .openSoldRun: "opened the run of a claim that was drawn"
    case .proveSoldRun: "proved the run of a claim that was drawn"
    default: unknown
    }
  }

  private static func textOfInstitutions(_ kind: MessageKind) -> String {
    switch kind {
    case .createSubnet: "made a subnet, with a deposit"
    case .registerMember: "took a seat in a subnet"
    case .stakeOn: "put stake behind a validator of a subnet"
    case .unstake: "asked stake of a subnet back"
    case .setTake: "changed what it keeps of its delegators' dividends"
    case .sealWeights: "sealed weights, so that nobody can copy them"
    case .revealWeights: "opened sealed weights"
    case .fundSubnet: "pays a subnet's epochs"
    case .withdrawGrant: "stopped paying a subnet"
    case .closeSubnet: "closes a subnet"
    case .setRoutingShare: "said what share of routed prices buyers pay to its subnet"
    case .createTournament: "made a tournament, with a purse and a bond"
    case .fundTournament: "added to the purse of a tournament"
    case .enterTournament: "entered a tournament: a stake, and a forecast under seal"
    case .revealForecast: "revealed its forecast"
    case .nameTruth: "named the run that says the truth of a tournament"
    case .openTruth: "opened the truth of a tournament"
    default: unknown
    }
  }

  private static func textOfAssets(_ kind: MessageKind) -> String {
    switch kind {
    case .issueAsset: "gave a subnet an asset of its own"
    case .seedPool: "began the pool of a subnet's asset"
    case .drainPool: "asked back what lies in a pool, with notice"
    case .buyAsset: "bought a subnet's asset"
    case .sellAsset: "sold a subnet's asset"
    case .collectDividends: "took dividends in a subnet's asset"
    case .fundRoot: "gave dollars to the root fund"
    default: unknown
    }
  }

  private static func textOfTopics(_ kind: MessageKind) -> String {
    switch kind {
    case .createTopic: "made a topic, with a deposit"
    case .fundTopic: "pays a topic's epochs"
    case .withdrawTopicGrant: "stopped paying a topic"
    case .joinTopic: "put a stake behind a place in a topic"
    case .leaveTopic: "gives its place in a topic up"
    case .sealWork: "sealed its work for a topic"
    case .revealWork: "showed its sealed work for a topic"
    case .sealTruth: "sealed what it says was the truth of a topic"
    case .revealTruth: "showed what it says was the truth of a topic"
    case .closeTopic: "closes a topic"
    default: unknown
    }
  }

  private static let unknown = "sent a message of a kind that is unknown here"
}

extension MessageBody {
  /// The objects that a message is about, as links.
  static func objects(_ message: Message) -> [(name: String, value: Markup)] {
    switch message {
    case .cancelOrder(let m): [("Order", Parts.road(m.order.digest))]
    case .placeBid(let m): [("Order", Parts.road(m.order.digest))]
    case .revealBid(let m): [("Order", Parts.road(m.order.digest))]
    case .drawSeats(let m): [("Order", Parts.road(m.order.digest))]
    case .honourSeat(let m): [("Lease", Parts.lease(m.lease.digest))]
    case .closeLease(let m): [("Lease", Parts.lease(m.lease.digest))]
    case .topUpOffer(let m): [("Offer", Parts.offer(m.offer.digest))]
    case .withdrawOffer(let m): [("Offer", Parts.offer(m.offer.digest))]
    // It makes its lease and its run: they stand among what came of it.
    case .takeOffer: []
    default:
      if let game = game(message) {
        [("Dispute", Parts.game(game.id.digest)), ("Run", Parts.run(game.run.id.digest))]
      } else if let run = message.run {
        [("Run", Parts.run(run.id.digest)), ("Lease", Parts.lease(run.lease.digest))]
      } else {
        []
      }
    }
  }

  /// The game that a message plays.
  static func game(_ message: Message) -> GameKey? {
    switch message {
    case .challengeRun(let m): GameKey(m.run, m.answer, m.head.from)
    case .showTrace(let m): m.game
    case .openVertex(let m): m.game
    case .pickChild(let m): m.game
    case .openStep(let m): m.game
    default: nil
    }
  }

  /// Ids of the objects that a message is about, for finding its events.
  static func ids(_ message: Message) -> [Bytes32] {
    switch message {
    case .cancelOrder(let m): [m.order.digest]
    case .placeBid(let m): [m.order.digest]
    case .revealBid(let m): [m.order.digest]
    case .drawSeats(let m): [m.order.digest]
    case .honourSeat(let m): [m.lease.digest]
    case .closeLease(let m): [m.lease.digest]
    case .topUpOffer(let m): [m.offer.digest]
    case .withdrawOffer(let m): [m.offer.digest]
    case .takeOffer(let m): [m.offer.digest]
    default:
      if let game = game(message) {
        [game.id.digest]
      } else if let run = message.run {
        [run.id.digest]
      } else {
        []
      }
    }
  }
}
