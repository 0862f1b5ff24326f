// Each event in a person's words, and the station of the road that it belongs to.

public import Chain

/// The one table from an event's name to words for people.
public enum EventWords {
  /// What happened, in a few words; the event's own name where there are none.
  public static func text(_ name: String) -> String { all[name]?.words ?? name }

  /// Where on the road it happened; nil for what is no road's.
  public static func station(_ name: String) -> Station? { all[name]?.station }

  /// After these nothing more happens on a road.
  public static let endings: Set = [
    "orderCancelled", "orderNoMatch", "orderSaltWithheld", "orderReleased", "leaseServed",
    "leaseBroken", "leaseLeft", "leaseNotHonoured", "leaseInputWithheld", "leaseReleased",
  ]

  static let all: [String: (station: Station?, words: String)] = [
    "accountOpened": (nil, "an account was opened"),
    "operatorDeclared": (nil, "an account named who runs it"),
    "keyPublished": (nil, "an account published a sealing key"),
    "termsAnnounced": (nil, "new terms were announced"),
    "termsInForce": (nil, "new terms are in force"),
    "linksRenewed": (nil, "the operator renewed its links"),
    "tollsCollected": (nil, "the operator took tolls out of the till"),
    "sessionGranted": (nil, "an account let another key spend, within limits"),
    "sessionRevoked": (nil, "a session was taken back"),
    "sessionEnded": (nil, "a session came to its end"),
    "paymentCarried": (nil, "a payment that its payer authorised was carried"),
    "authorisationCancelled": (nil, "a payer took an authorisation back"),
    "channelFunded": (nil, "a payer's deposit went into a channel"),
    "vouchersClaimed": (nil, "a receiver claimed what the vouchers of a channel allow"),
    "channelRefunded": (nil, "a receiver gave back what was left in a channel"),
    "withdrawalRequested": (nil, "a payer asked for its money back out of a channel"),
    "channelWithdrawn": (nil, "a payer got its money back out of a channel"),
    "orderPlaced": (.order, "the order stands, its escrow is locked"),
    "bidPlaced": (.bid, "a sealed bid came in"),
    "orderRevealing": (.bid, "bids are closed and being opened"),
    "bidRevealed": (.bid, "a bid was opened"),
    "bidDisplaced": (.bid, "a bid gave way to one of a greater weight"),
    "bidNotRevealed": (.bid, "a bid was not opened and lost its bond"),
    "orderClosed": (.bid, "the bids are fixed"),
    "orderDrawing": (.bid, "the buyer's salt is awaited for the draw"),
    "orderCancelled": (.order, "the order was cancelled"),
    "orderNoMatch": (.bid, "too few bids fitted; the escrow went back"),
    "orderSaltWithheld": (.bid, "the buyer withheld the salt of the draw"),
    "orderReleased": (.order, "the operator released the order"),
    "offerPosted": (.bid, "an offer was posted"),
    "offerToppedUp": (.bid, "an offer was topped up"),
    "offerTaken": (.lease, "the offer was taken, the price is locked"),
    "offerWithdrawn": (.bid, "an offer was withdrawn"),
    "leaseAwarded": (.lease, "the seats are awarded; bonds are awaited"),
    "seatHonoured": (.lease, "a provider locked its bond"),
    "seatNotHonoured": (.lease, "a provider did not lock its bond"),
    "seatCalled": (.lease, "a provider of the reserve is called"),
    "leaseFunded": (.lease, "every bond is locked; the input is awaited"),
    "leaseServed": (.receipt, "every run is settled"),
    "leaseBroken": (.receipt, "a seat lost its bond; no further run starts"),
    "leaseLeft": (.receipt, "the buyer left the lease"),
    "leaseNotHonoured": (.lease, "too few providers locked their bonds"),
    "leaseInputWithheld": (.run, "the buyer did not hand over the input"),
    "leaseReleased": (.lease, "the operator released the lease"),
    "runStarted": (.run, "the input is handed over, the run has begun"),
    "runSealed": (.evidence, "a provider sealed its answer"),
    "runUnsealed": (.evidence, "a provider opened its answer"),
    "runSubmitted": (.evidence, "the answer is in"),
    "runDemanded": (.evidence, "a content key is demanded"),
    "runKeyPosted": (.evidence, "the demanded key was posted"),
    "runAccepted": (.verdict, "the buyer accepted"),
    "runRejected": (.verdict, "the buyer rejected"),
    "auditorRegistered": (nil, "an auditor registered"),
    "auditorLeaves": (nil, "an auditor gave notice"),
    "auditorLeft": (nil, "an auditor left"),
    "runDrawn": (.verdict, "the lot of the audit is opened"),
    "auditorCalled": (.verdict, "an auditor is called"),
    "auditorSilent": (.verdict, "the auditor was silent"),
    "inputShared": (.verdict, "the auditor was given the input"),
    "traceSealed": (.verdict, "a trace is sealed"),
    "traceOpened": (.verdict, "a trace is opened"),
    "runOpen": (.verdict, "anybody may dispute the answer now"),
    "gameBegun": (.verdict, "the answer is disputed"),
    "traceShown": (.verdict, "the provider showed its trace"),
    "rootFell": (.verdict, "an answer fell"),
    "vertexOpened": (.verdict, "the provider opened a place of its trace"),
    "childPicked": (.verdict, "the challenger picked where to look"),
    "gameLost": (.verdict, "a dispute was lost by its challenger"),
    "gameWon": (.verdict, "a dispute was won by its challenger"),
    "runSettled": (.receipt, "the run is settled, its receipt can be fetched"),
    "modelPublished": (nil, "a model was published"),
    "stuck": (nil, "something could not be carried out and is frozen"),
  ]
}
