// Which run a message is about: what readers of the log group messages by.

public import Market

extension Message {
  /// The run that the message starts, moves or disputes; nil where it is about none.
  ///
  /// A message that takes an offer starts the first run of the lease that it makes.
  public var run: RunKey? {
    switch self {
    case .takeOffer: RunKey(LeaseID.of(take: id), 0)
    case .sendInput(let m): m.run
    case .sealAnswer(let m): m.run
    case .unsealAnswer(let m): m.run
    case .submitEvidence(let m): m.run
    case .submitProof(let m): m.run
    case .openAnswer(let m): m.run
    case .openGold(let m): m.run
    case .contestProof(let m): m.run
    case .acceptRun(let m): m.run
    case .rejectRun(let m): m.run
    case .demandKey(let m): m.run
    case .postKey(let m): m.run
    case .showChunk(let m): m.run
    case .drawAudit(let m): m.run
    case .sealTrace(let m): m.run
    case .unsealTrace(let m): m.run
    case .shareInput(let m): m.run
    case .challengeRun(let m): m.run
    case .showTrace, .openVertex, .pickChild, .openStep: game?.run
    default: nil
    }
  }

  /// The game that the message is a move of; nil where it is none.
  public var game: GameKey? {
    switch self {
    case .showTrace(let m): m.game
    case .openVertex(let m): m.game
    case .pickChild(let m): m.game
    case .openStep(let m): m.game
    default: nil
    }
  }
}
