// What waits for a block: messages that were let in, and whoever waits for their answer.

import Chain
import Kernel
import NetworkRoom
import Primitives

/// A message at the door, with those who wait to hear of it.
struct Arrival: Sendable {
  typealias Answer = CheckedContinuation<Result<Delivery, Problem>, Never>

  var message: VerifiedMessage
  /// Whether the answer comes after the block, or as soon as the message is let in.
  var waits: Bool
  var answer: Answer
}

/// The waiting room, owned by the producer. It hands out messages in lanes' order.
struct WaitingRoom {
  struct Guest {
    var message: VerifiedMessage
    var toll: Amount
    /// The order in which messages came.
    var number: UInt64
    var answers: [Arrival.Answer]
  }

  /// Messages and bytes that may wait, all senders together.
  static let countLimit = 20_000
  static let byteLimit = 64 << 20

  private(set) var spokenFor = WaitingMessages()
  private(set) var guests: [Bytes32: Guest] = [:]
  private var lanes: [LaneKey: [UInt64: Bytes32]] = [:]
  private var arrivals: UInt64 = 0
  private(set) var bytes = 0

  var count: Int { guests.count }
  var isFull: Bool { count >= WaitingRoom.countLimit || bytes >= WaitingRoom.byteLimit }

  mutating func admit(
    _ arrival: Arrival, toll: Amount
  ) throws(Refusal) {
    let message = arrival.message
    try spokenFor.add(message, toll: toll)
    arrivals += 1
    guests[message.signed.id] = Guest(
      message: message, toll: toll, number: arrivals,
      answers: arrival.waits ? [arrival.answer] : [])
    lanes[WaitingRoom.lane(of: message), default: [:]][message.signed.head.sequence] =
      message.signed.id
    bytes += message.size
  }

  /// Lets one more wait for a message that is here; false when it is not.
  mutating func join(_ arrival: Arrival) -> Bool {
    let id = arrival.message.signed.id
    guard guests[id] != nil else { return false }
    if arrival.waits { guests[id]?.answers.append(arrival.answer) }
    return true
  }

  mutating func remove(_ id: Bytes32) -> Guest? {
    guard let guest = guests.removeValue(forKey: id) else { return nil }
    let message = guest.message
    let lane = WaitingRoom.lane(of: message)
    spokenFor.remove(message, toll: guest.toll)
    lanes[lane]?[message.signed.head.sequence] = nil
    if lanes[lane]?.isEmpty == true { lanes[lane] = nil }
    bytes -= message.size
    return guest
  }

  /// Every message whose turn in its lane has come, at most `limit` of them.
  ///
  /// They come in the order of `before`, except that those of a lane take the places of their
  /// lane in the order of their sequences.
  func ready(
    limit: Int, next: (LaneKey) -> UInt64, before: (Guest, Guest) -> Bool
  ) -> [VerifiedMessage] {
    var chosen: [(guest: Guest, lane: LaneKey)] = []
    for (lane, places) in lanes {
      var sequence = next(lane)
      while let id = places[sequence], let guest = guests[id] {
        chosen.append((guest, lane))
        sequence += 1
      }
    }
    chosen.sort { before($0.guest, $1.guest) }
    var queues: [LaneKey: [VerifiedMessage]] = [:]
    for entry in chosen { queues[entry.lane, default: []].append(entry.guest.message) }
    for lane in queues.keys {
      // Backwards, so that each is taken from the end.
      queues[lane]?.sort { $0.signed.head.sequence > $1.signed.head.sequence }
    }
    var ordered: [VerifiedMessage] = []
    for entry in chosen.prefix(limit) {
      if let message = queues[entry.lane]?.popLast() { ordered.append(message) }
    }
    return ordered
  }

  /// Messages whose last moment is over.
  func expired(at now: Time) -> [Bytes32] {
    guests.values.filter { $0.message.signed.head.validUntil < now }
      .map { $0.message.signed.id }.sorted()
  }

  static func lane(of message: VerifiedMessage) -> LaneKey {
    LaneKey(message.signer, message.signed.head.lane)
  }
}
