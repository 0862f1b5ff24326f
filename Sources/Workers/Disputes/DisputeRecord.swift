// A finished dispute in one file: everything by which anybody can judge it again, offline.

public import Chain
public import Market
public import Primitives

/// One game with the claim that it is about and all moves, as they were signed.
public struct DisputeRecord: Fielded, Hashable {
  public static let typeName = "DisputeRecord"
  public static let currentFormat: UInt64 = 1
  public private(set) var format = DisputeRecord.currentFormat
  public var genesis = Genesis()
  public var game = GameKey()
  /// How it ended, as the node says: `won` or `lost` by the challenger, or `stopped`.
  public var state = ""
  public var reason = ""
  /// The canonical manifest of the model.
  public var manifest: [UInt8] = []
  /// The order, or the offer, whose spec names the model.
  public var promise = SignedMessage()
  /// The message that started the run, with the commitment to its input.
  public var start = SignedMessage()
  /// The message that carried the evidence; of several seats that share the answer, the first.
  public var evidence = SignedMessage()
  /// What was sealed, opened, disputed and moved about the run, in the order of the log; and the
  /// evidence of the other seats that gave this answer.
  public var moves: [SignedMessage] = []
  /// The receipt file of the run.
  public var receipt: [UInt8] = []

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("format", &format)
    try v("genesis", &genesis)
    try v("game", &game)
    try v("state", &state)
    try v("reason", &reason)
    try v("manifest", &manifest)
    try v("promise", &promise)
    try v("start", &start)
    try v("evidence", &evidence)
    try v("moves", &moves)
    try v("receipt", &receipt)
  }

  /// Reads a file; one of a newer format is refused by name.
  public init(bytes: [UInt8]) throws(Refusal) {
    self = try CBOR.decode(DisputeRecord.self, from: bytes)
    guard format == DisputeRecord.currentFormat else {
      throw Refusal("newerFormat", ["format": format, "known": DisputeRecord.currentFormat])
    }
  }

  /// Whether a message belongs into the moves.
  public static func isMove(_ message: Message) -> Bool {
    switch message {
    case .sealTrace, .unsealTrace, .challengeRun, .showTrace, .openVertex, .pickChild, .openStep:
      true
    default: false
    }
  }

  /// The output that a message shows as evidence; nil where it shows none.
  public static func output(in message: Message) -> Bytes32? {
    switch message {
    case .submitEvidence(let m): m.evidence.output.root
    case .unsealAnswer(let m): m.evidence.output.root
    default: nil
    }
  }

  /// Takes a message about the run from the log, in its place.
  public mutating func add(_ signed: SignedMessage) {
    switch signed.message {
    case .takeOffer, .sendInput: start = signed
    case .submitEvidence, .unsealAnswer:
      guard DisputeRecord.output(in: signed.message) == game.answer else { return }
      if evidence == SignedMessage() { evidence = signed } else { moves.append(signed) }
    // Beside this answer others may have been disputed, in games of their own.
    case .challengeRun(let m) where m.answer != game.answer: return
    case let message where message.game.map({ $0.answer != game.answer }) ?? false: return
    case let message where DisputeRecord.isMove(message): moves.append(signed)
    default: return
    }
  }
}
