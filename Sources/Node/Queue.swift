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
///
/// Tolls are paid in blocks, so a place here costs nothing. What is no account's turn therefore
/// never stands in the way of what is, and no account fills the room by itself.
struct WaitingRoom {
  struct Guest {
    var message: VerifiedMessage
    var toll: Amount
    /// The order in which messages came.
    var number: UInt64
    var came: Time
    var answers: [Arrival.Answer]
  }

  /// A guest whose turn has not come, and the sequence that it waits for.
  struct Early: Hashable {
    var id: Bytes32
    var next: UInt64
  }

  let limits: WaitingLimits
  private(set) var spokenFor = WaitingMessages()
  private(set) var guests: [Bytes32: Guest] = [:]
  private var lanes: [LaneKey: [UInt64: Bytes32]] = [:]
  private var arrivals: UInt64 = 0
  private var load = WaitingLoad()
  /// What waits at each account's cost, and the part of it that session keys signed.
  private var shares: [Address: WaitingLoad] = [:]
  private var sessionShares: [Address: WaitingLoad] = [:]

  init(_ limits: WaitingLimits = WaitingLimits()) { self.limits = limits }

  var count: Int { load.count }
  var bytes: Int { load.bytes }

  /// Whether there is room for a message.
  func takes(_ message: VerifiedMessage) -> Bool { load.takes(message.size, within: limits.all) }

  /// Holds an account to its share of the room, and the keys of its sessions to half of that: so
  /// whoever steals one cannot keep the owner's own messages out.
  func checkShare(of message: VerifiedMessage) throws(Refusal) {
    let payer = message.signed.head.from
    let own = shares[payer] ?? WaitingLoad()
    let sessions = sessionShares[payer] ?? WaitingLoad()
    let isWithin =
      !isBySession(message) || sessions.takes(message.size, within: limits.ofSessions)
    guard isWithin, own.takes(message.size, within: limits.ofAccount) else {
      throw .accountWaits(messages: own.count, bytes: own.bytes)
    }
  }

  mutating func admit(
    _ message: VerifiedMessage, answers: [Arrival.Answer] = [], toll: Amount, at now: Time
  ) throws(Refusal) {
    try spokenFor.add(message, toll: toll)
    arrivals += 1
    guests[message.signed.id] = Guest(
      message: message, toll: toll, number: arrivals, came: now, answers: answers)
    lanes[WaitingRoom.lane(of: message), default: [:]][message.signed.head.sequence] =
      message.signed.id
    count(message) { $0.add(message.size) }
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
    count(message) { $0.remove(message.size) }
    return guest
  }

  private func isBySession(_ message: VerifiedMessage) -> Bool {
    message.signer != message.signed.head.from
  }

  private mutating func count(_ message: VerifiedMessage, _ change: (inout WaitingLoad) -> Void) {
    let payer = message.signed.head.from
    change(&load)
    change(&shares[payer, default: WaitingLoad()])
    if shares[payer]?.count == 0 { shares[payer] = nil }
    guard isBySession(message) else { return }
    change(&sessionShares[payer, default: WaitingLoad()])
    if sessionShares[payer]?.count == 0 { sessionShares[payer] = nil }
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

  /// Whether everything before a message in its lane has happened or waits here.
  func isReady(_ message: VerifiedMessage, next: UInt64) -> Bool {
    let sequence = message.signed.head.sequence
    guard sequence > next else { return true }
    let places = lanes[WaitingRoom.lane(of: message)] ?? [:]
    return (next..<sequence).allSatisfy { places[$0] != nil }
  }

  /// Guests whose turn has not come, the latest first, so that what they owe shrinks from the end.
  func early(_ next: (LaneKey) -> UInt64) -> [Early] {
    var found: [(number: UInt64, early: Early)] = []
    for (lane, places) in lanes {
      var sequence = next(lane)
      while places[sequence] != nil { sequence += 1 }
      for (place, id) in places where place > sequence {
        found.append((guests[id]?.number ?? 0, Early(id: id, next: sequence)))
      }
    }
    return found.sorted { $0.number > $1.number }.map(\.early)
  }

  /// Takes guests out until a message finds room, and a part of the room more, so that not every
  /// newcomer has to look for some. Those of accounts that hold most go first.
  mutating func giveWay(_ early: [Bytes32], to message: VerifiedMessage) -> [Guest] {
    let held = early.compactMap { id -> (id: Bytes32, part: Int)? in
      guard let payer = guests[id]?.message.signed.head.from, let share = shares[payer] else {
        return nil
      }
      return (id, max(share.count * limits.all.bytes, share.bytes * limits.all.count))
    }
    // Among equals the latest goes first, as they stand.
    let order = held.enumerated().sorted { left, right in
      (right.element.part, left.offset) < (left.element.part, right.offset)
    }
    let wanted = limits.all.less(limits.ofAccount)
    var gone: [Guest] = []
    for (_, one) in order {
      if load.takes(message.size, within: wanted) { break }
      if let guest = remove(one.id) { gone.append(guest) }
    }
    return gone
  }

  static func lane(of message: VerifiedMessage) -> LaneKey {
    LaneKey(message.signer, message.signed.head.lane)
  }
}
