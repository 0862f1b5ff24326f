// What happens on the producer's queue: letting in, cutting, writing, answering.

import Archive
import Chain
import Dispatch
import Kernel
import NetworkRoom
import Primitives
import Store

extension Producer {
  /// Lets in what came and cuts blocks until nothing is left to do.
  func pump() {
    chamber.withLock { chamber in
      while true {
        takeArrivals(&chamber)
        let isCut = clock.map { cutIfDue(&chamber, $0.now) } ?? false
        if !isCut, endPumping(&chamber) { break }
      }
      schedule(&chamber)
    }
  }

  /// False when more came in the meantime.
  private func endPumping(_ chamber: inout Chamber) -> Bool {
    let isStuck = chamber.failure != nil || chamber.unwritten != nil
    let now = clock?.now
    return door.withLock { door in
      door.waitingSince = isStuck ? door.waitingSince ?? now : nil
      guard door.arrivals.isEmpty else { return false }
      door.isPumping = false
      return true
    }
  }

  func takeArrivals(_ chamber: inout Chamber) {
    let arrivals = door.withLock { door in
      defer { door.arrivals = [] }
      if !door.arrivals.isEmpty, door.waitingSince == nil { door.waitingSince = clock?.now }
      return door.arrivals
    }
    for arrival in arrivals { admit(arrival, &chamber) }
    sweepIfDue(&chamber)
  }

  private func admit(_ arrival: Arrival, _ chamber: inout Chamber) {
    let id = arrival.message.signed.id
    if chamber.room.join(arrival) {
      if !arrival.waits { arrival.answer.resume(returning: .success(.waiting)) }
      return
    }
    if let reason = closedBecause(chamber) {
      arrival.answer.resume(returning: known(id).map { .success(.done($0)) } ?? .failure(reason))
      return
    }
    let now = clock?.now ?? chamber.state.kernel.blockTime
    do throws(Refusal) {
      let toll = try chamber.state.check(arrival.message, now: now, chamber.room.spokenFor)
      try makeShare(for: arrival.message, &chamber)
      guard makeRoom(for: arrival.message, &chamber) else {
        return arrival.answer.resume(returning: .failure(.busy(chamber.room.count)))
      }
      try chamber.room.admit(
        arrival.message, answers: arrival.waits ? [arrival.answer] : [], toll: toll, at: now)
      door.withLock { _ = $0.waiting.insert(id) }
      if !arrival.waits { arrival.answer.resume(returning: .success(.waiting)) }
    } catch {
      // A message that a block holds has used up its place; its answer stays what it was.
      arrival.answer.resume(
        returning: known(id).map { .success(.done($0)) } ?? .failure(problem(error)))
    }
  }

  private func closedBecause(_ chamber: borrowing Chamber) -> Problem? {
    if let failure = chamber.failure {
      return Problem(503, failure.code, failure.message, hint: failure.hint)
    }
    if chamber.unwritten != nil {
      let full = StoreError.full
      return Problem(503, full.code, full.message, hint: full.hint)
    }
    return nil
  }

  private func known(_ id: Bytes32) -> RecordedMessage? {
    do { return try records.message(id).value } catch {
      log.error("the store cannot be read", metadata: ["error": "\(error)"])
      return nil
    }
  }

  func refuse(_ guest: WaitingRoom.Guest, _ reason: Problem) {
    door.withLock { _ = $0.waiting.remove(guest.message.signed.id) }
    for answer in guest.answers { answer.resume(returning: .failure(reason)) }
  }
}

// MARK: - Cutting

extension Producer {
  /// Cuts a block when messages wait or a deadline is due. False says that there was no reason.
  private func cutIfDue(_ chamber: inout Chamber, _ now: Time) -> Bool {
    guard chamber.failure == nil else { return false }
    if chamber.unwritten != nil {
      guard write(&chamber) else { return false }
    }
    let time = max(Time(chamber.state.kernel.blockTime.milliseconds + 1), now)
    let pause = pause(at: time, chamber)
    let paused = chamber.state.kernel.clock.paused.milliseconds + pause.milliseconds
    let isDue = chamber.state.nextDeadline.map { $0.milliseconds + paused <= time.milliseconds }
    let ready = readyMessages(chamber) { $0.number < $1.number }
    guard isDue == true || !ready.isEmpty else { return false }
    return cut(&chamber, at: time, pause: pause, ready)
  }

  func readyMessages(
    _ chamber: borrowing Chamber, _ before: (WaitingRoom.Guest, WaitingRoom.Guest) -> Bool
  ) -> [VerifiedMessage] {
    chamber.room.ready(
      limit: Producer.batchLimit,
      next: { chamber.state.kernel.accounts.nextSequence(signer: $0.signer, lane: $0.lane) },
      before: before)
  }

  /// How much of the time since the last block does not count.
  private func pause(at time: Time, _ chamber: borrowing Chamber) -> Time {
    let gap = time.milliseconds - chamber.state.kernel.blockTime.milliseconds
    if chamber.wasFull { return Time(gap) }
    return Time(min(gap, liveness.pause.milliseconds))
  }

  /// Makes a block, signs it and makes it durable. False when that failed.
  func cut(
    _ chamber: inout Chamber, at time: Time, pause: Time, _ messages: [VerifiedMessage]
  ) -> Bool {
    guard let link = chamber.links.next(chamber.state.kernel.beacon.state) else {
      return fail(&chamber, .wrongLinks)
    }
    let start = ContinuousClock.now
    do throws(Refusal) {
      let plan = BlockPlan(time: time, pause: pause, link: link)
      let made = try chamber.state.produce(plan, messages)
      chamber.wasFull = made.isFull
      for (index, refusal) in made.refused where refusal.code != "futureSequence" {
        let id = messages[index].signed.id
        if let guest = chamber.room.remove(id) { refuse(guest, problem(refusal)) }
      }
      var block = made.block
      block.sign(with: operatorKey)
      chamber.unwritten = CommittedBlock(block, changes: made.changes)
      guard write(&chamber) else { return false }
      renewLinksIfDue(&chamber)
      let spent = (ContinuousClock.now - start) / .microseconds(1)
      witness.saw(block, microseconds: UInt64(max(0, spent)))
      return true
    } catch {
      return fail(&chamber, error.code == "wrongLink" ? .wrongLinks : .stateDiffers(error.code))
    }
  }

  /// Makes the last block durable and answers those who wait for it.
  private func write(_ chamber: inout Chamber) -> Bool {
    guard let block = chamber.unwritten else { return true }
    do throws(StoreError) {
      try store.open().append(block)
    } catch {
      log.error("a block is not durable", metadata: ["error": "\(error.message)"])
      let reason = Problem(503, error.code, error.message, hint: "ask for the message by its id")
      for message in block.messages { settle(message.ids[0], .failure(reason), &chamber) }
      if case .full = error { return false }
      return fail(&chamber, .store(error))
    }
    chamber.unwritten = nil
    liveness.told(at: block.height, now: clock?.now ?? .zero)
    gate.advance(to: block.height)
    for (index, message) in block.messages.enumerated() {
      guard let outcome = try? CBOR.decode(MessageOutcome.self, from: block.outcomes[index])
      else { continue }
      let record = RecordedMessage(
        id: message.ids[0], height: block.height, bytes: message.bytes, outcome: outcome)
      settle(message.ids[0], .success(.done(record)), &chamber)
    }
    return true
  }

  private func settle(
    _ id: Bytes32, _ result: Result<Delivery, Problem>, _ chamber: inout Chamber
  ) {
    guard let guest = chamber.room.remove(id) else { return }
    door.withLock { _ = $0.waiting.remove(id) }
    for answer in guest.answers { answer.resume(returning: result) }
  }

  /// Nothing more is made here: everybody who waits is told, and the node has to start again.
  private func fail(_ chamber: inout Chamber, _ failure: NodeError) -> Bool {
    log.critical("no more blocks", metadata: ["error": "\(failure.message)"])
    chamber.failure = failure
    sendAway(&chamber, Problem(503, failure.code, failure.message, hint: failure.hint))
    return false
  }

  func sendAway(_ chamber: inout Chamber, _ reason: Problem) {
    for id in chamber.room.guests.keys.sorted() {
      if let guest = chamber.room.remove(id) { refuse(guest, reason) }
    }
  }
}

// MARK: - Waking and stopping

extension Producer {
  /// Wakes the queue for the earliest deadline, or soon when something waits for better times.
  private func schedule(_ chamber: inout Chamber) {
    guard let now = clock?.now, chamber.failure == nil else { return }
    var wake: UInt64?
    if let deadline = chamber.state.nextDeadline {
      let paused = chamber.state.kernel.clock.paused.milliseconds + liveness.pause.milliseconds
      let (due, isNever) = deadline.milliseconds.addingReportingOverflow(paused)
      if !isNever { wake = due }
    }
    if chamber.unwritten != nil || chamber.room.count > 0 {
      wake = min(wake ?? .max, now.milliseconds + 1000)
    }
    guard let wake else { return }
    if let planned = chamber.nextWake, planned.milliseconds <= wake, planned > now { return }
    chamber.nextWake = Time(wake)
    let delay = wake > now.milliseconds ? min(wake - now.milliseconds, 86_400_000) : 0
    queue.asyncAfter(deadline: .now() + .milliseconds(Int(delay))) { [weak self] in
      self?.kick()
    }
  }

  /// Refuses newcomers, finishes what is ready, and sends the rest away.
  func stop() async {
    door.withLock { $0.isStopping = true }
    await withCheckedContinuation { done in
      queue.async {
        self.pump()
        self.chamber.withLock { chamber in
          self.sendAway(&chamber, .stopping)
          // A deadline that comes due from here on is for the next start.
          chamber.failure = chamber.failure ?? .store(.stopped)
        }
        done.resume()
      }
    }
  }
}
