// A block as the lists are made from it: messages as bytes, what came of them, runs and events.

public import Chain
public import Kernel
public import Market
public import Primitives

/// A message of a block. Most are only looked at for their sender.
public struct ProjectedMessage: Sendable {
  public var id: Bytes32
  /// The canonical bytes of the signed message.
  public var bytes: [UInt8]
  public var isDone: Bool

  public init(id: Bytes32, bytes: [UInt8], isDone: Bool) {
    self.id = id
    self.bytes = bytes
    self.isDone = isDone
  }

  /// The kind's number and the sender, read where they stand, without the rest of the message.
  func glance() throws -> (kind: UInt8, sender: Address) {
    if let found = quickGlance { return found }
    let message = try decoded()
    return (message.kind?.rawValue ?? 0, message.head.from)
  }

  func decoded() throws -> Message { try CBOR.decode(SignedMessage.self, from: bytes).message }

  /// An envelope begins with the array of two and the head of the message's byte string; the
  /// message with the array of two, its kind, the array of its fields, and the sender.
  private var quickGlance: (kind: UInt8, sender: Address)? {
    guard bytes.count > 40, bytes[0] == 0x82 else { return nil }
    var at = 1
    switch bytes[1] {
    case 0x58: at += 2
    case 0x59: at += 3
    case 0x5a: at += 5
    default: return nil
    }
    guard bytes[at] == 0x82 else { return nil }
    at += 1
    var kind = bytes[at]
    if kind == 24 {
      at += 1
      kind = bytes[at]
    } else if kind > 24 {
      return nil
    }
    at += 1
    guard (0x84...0x97).contains(bytes[at]), bytes[at + 1] == 0x54, bytes.count > at + 22,
      let sender = Address(bytes[(at + 2)..<(at + 22)])
    else { return nil }
    return (kind, sender)
  }
}

/// Everything of a block that the lists are made from.
public struct ProjectedBlock: Sendable {
  public var id: Bytes32
  public var header: Header
  public var messages: [ProjectedMessage]
  public var settled: [SettledRun]
  public var events: [Event]

  public init(
    id: Bytes32, header: Header, messages: [ProjectedMessage], settled: [SettledRun],
    events: [Event]
  ) {
    self.id = id
    self.header = header
    self.messages = messages
    self.settled = settled
    self.events = events
  }

  public init(_ block: Block) {
    var messages: [ProjectedMessage] = []
    for (signed, outcome) in zip(block.body, block.results.outcomes) {
      messages.append(
        ProjectedMessage(id: signed.id, bytes: signed.encoded, isDone: outcome.isDone))
    }
    self.init(
      id: block.id, header: block.header, messages: messages, settled: block.results.settled,
      events: block.results.events)
  }
}

/// What events do not say and the messages that caused them do.
struct BlockBody {
  struct Answer: Hashable {
    var run: Bytes32
    var sender: Address
  }

  var orders: [Bytes32: PlaceOrder] = [:]
  var offers: [Bytes32: PostOffer] = [:]
  /// By the lease that it makes.
  var takes: [Bytes32: (id: Bytes32, message: TakeOffer)] = [:]
  /// Slots of each top-up of an offer, in the order of the block.
  var slots: [Bytes32: [UInt64]] = [:]
  var outputs: [Answer: Bytes32] = [:]
  /// Answers that were challenged, by the game.
  var challenges: [Bytes32: Bytes32] = [:]
  /// The message that published a model.
  var models: [Bytes32: Bytes32] = [:]

  /// Enters a message that was carried out.
  mutating func enter(_ message: ProjectedMessage, kind: UInt8) throws {
    switch MessageKind(rawValue: kind) {
    case .placeOrder, .postOffer, .takeOffer, .topUpOffer, .submitEvidence, .submitProof,
      .unsealAnswer, .openAnswer, .challengeRun, .publishModel:
      break
    default: return
    }
    switch try message.decoded() {
    case .placeOrder(let m): orders[message.id] = m
    case .postOffer(let m): offers[message.id] = m
    case .takeOffer(let m): takes[LeaseID.of(take: message.id).digest] = (message.id, m)
    case .topUpOffer(let m): slots[m.offer.digest, default: []].append(m.slots)
    case .submitEvidence(let m):
      outputs[Answer(run: m.run.id.digest, sender: m.head.from)] = m.evidence.output.root
    case .submitProof(let m):
      outputs[Answer(run: m.run.id.digest, sender: m.head.from)] = m.evidence.output.root
    case .unsealAnswer(let m):
      outputs[Answer(run: m.run.id.digest, sender: m.head.from)] = m.evidence.output.root
    case .openAnswer(let m):
      outputs[Answer(run: m.run.id.digest, sender: m.head.from)] = SHA256.hash(m.answer)
    case .challengeRun(let m):
      challenges[GameKey(m.run, m.answer, m.head.from).id.digest] = m.answer
    case .publishModel(let m): models[SHA256.hash(m.manifest)] = message.id
    default: break
    }
  }
}
