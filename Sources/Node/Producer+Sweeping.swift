// Who leaves the waiting room without a block: for want of time, of money, or of room for others.

import Chain
import Kernel
import NetworkRoom
import Primitives

extension Producer {
  /// How often everything that waits is looked through. What a block finds too late it refuses by
  /// itself, so nothing is carried out for looking seldom.
  static let sweepPace: UInt64 = 1_000

  /// Sees to it that an account has not more than its share. What is its turn does not wait for its
  /// own messages whose turn has not come.
  func makeShare(for message: VerifiedMessage, _ chamber: inout Chamber) throws(Refusal) {
    do throws(Refusal) { return try chamber.room.checkShare(of: message) } catch {
      let lane = WaitingRoom.lane(of: message)
      guard chamber.room.isReady(message, next: chamber.state.nextSequence(of: lane)) else {
        throw error
      }
      let payer = message.signed.head.from
      for early in chamber.room.early({ chamber.state.nextSequence(of: $0) }) {
        guard let guest = chamber.room.guests[early.id],
          guest.message.signed.head.from == payer
        else { continue }
        _ = chamber.room.remove(early.id)
        refuse(guest, problem(error))
      }
      try chamber.room.checkShare(of: message)
    }
  }

  /// Whether a message finds a place. Where it is its turn, those whose turn has not come go.
  func makeRoom(for message: VerifiedMessage, _ chamber: inout Chamber) -> Bool {
    if chamber.room.takes(message) { return true }
    let lane = WaitingRoom.lane(of: message)
    guard chamber.room.isReady(message, next: chamber.state.nextSequence(of: lane)) else {
      return false
    }
    let early = chamber.room.early { chamber.state.nextSequence(of: $0) }
    let count = chamber.room.count
    for guest in chamber.room.giveWay(early.map(\.id), to: message) {
      refuse(guest, .busy(count))
    }
    return chamber.room.takes(message)
  }

  /// Sends away whose time is over, and who cannot pay any more. Steps have no strangers, and time
  /// that leaps: only last moments count there.
  func sweepIfDue(_ chamber: inout Chamber) {
    let now = clock?.now ?? chamber.state.kernel.blockTime
    if clock != nil, let last = chamber.sweptAt, now >= last,
      now.milliseconds - last.milliseconds < Producer.sweepPace
    {
      return
    }
    chamber.sweptAt = now
    for id in chamber.room.expired(at: now) {
      guard let guest = chamber.room.remove(id) else { continue }
      let refusal = Refusal.expired(validUntil: guest.message.signed.head.validUntil, now: now)
      refuse(guest, problem(refusal))
    }
    if clock != nil { sweepEarly(&chamber, now) }
  }

  /// A message that waits for one before it holds its place only for a while, and only as long as
  /// its toll is there: it was never paid.
  private func sweepEarly(_ chamber: inout Chamber, _ now: Time) {
    // What the state took for a block that is not on the disk yet would be counted twice.
    guard chamber.failure == nil, chamber.unwritten == nil else { return }
    for early in chamber.room.early({ chamber.state.nextSequence(of: $0) }) {
      guard let guest = chamber.room.guests[early.id] else { continue }
      guard let refusal = reason(against: guest, waitingFor: early.next, chamber, now) else {
        continue
      }
      _ = chamber.room.remove(early.id)
      refuse(guest, problem(refusal))
    }
  }

  private func reason(
    against guest: WaitingRoom.Guest, waitingFor next: UInt64, _ chamber: borrowing Chamber,
    _ now: Time
  ) -> Refusal? {
    let patience = chamber.room.limits.gap.milliseconds
    let (end, isNever) = guest.came.milliseconds.addingReportingOverflow(patience)
    if !isNever, now.milliseconds >= end {
      return .gapTooLong(
        sequence: guest.message.signed.head.sequence, next: next, seconds: patience / 1_000)
    }
    do throws(Refusal) {
      try chamber.state.checkAgain(guest.message, now: now, chamber.room.spokenFor)
      return nil
    } catch { return error }
  }
}
