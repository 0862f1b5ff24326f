// All channels of a seller: who is served on which, what was charged, and what is to be claimed.

import Chain
import Payments
import Primitives
import Synchronization

/// Keeps the channels in memory and writes each change to the journal, in the order of changes.
final class ChannelBook: Sendable {
  struct Held {
    var channel: SoldChannel
    /// Runs that were not claimed, in order of their index.
    var runs: [ClaimRun] = []
    /// The second from which something waits to be claimed.
    var since: UInt64?
    var answer: KeptAnswer?
    /// How often the last run's answer was made again, and that run.
    var remade: (run: UInt64, count: Int) = (0, 0)
    /// The watch during which the ledger's row was looked at; 0 is none.
    var seen = 0

    /// What can be claimed by whole runs, one after the other from what was claimed before.
    var wholeRuns: Amount {
      guard let first = runs.first, first.before == channel.claimed else { return .zero }
      // That every run is there is the rule; the balance ends within them if money went elsewhere.
      if channel.claimable <= channel.balance { return channel.unclaimed }
      let last = runs.last { $0.through <= channel.balance }
      return (try? last?.through.subtracting(channel.claimed)) ?? .zero
    }

    /// Whether what was claimed ends within a run: that run can never be claimed, nor what
    /// follows it, since each has its one place.
    var isStuck: Bool { runs.first.map { $0.before < channel.claimed } ?? false }
  }

  /// The answer to the last sale, for who did not get it.
  struct KeptAnswer {
    var most: Amount
    var answer: GateAnswer
    /// Tells it from an answer that was kept for the same channel before.
    var stamp: UInt64
  }

  private struct Inside {
    var channels: [Bytes32: Held] = [:]
    var queues: [Bytes32: [CheckedContinuation<Void, Never>]] = [:]
    /// Answers that were kept, oldest first. One that gave way to another of its channel stays
    /// here until its turn comes: to look for it would cost each sale a walk through all of them.
    var kept: [(id: Bytes32, stamp: UInt64)] = []
    var stamp: UInt64 = 0
    var keptCount = 0
    var keptBytes = 0
    var unclaimed: UInt64 = 0
    /// Runs that are not claimed.
    var runs = 0
    /// No debt is older; looked up again after each claim.
    var since: UInt64?
    /// How often somebody began to watch for withdrawals.
    var watches = 0
    /// Whether claims are for whole runs, as those of a bonded door are.
    var isByRuns = false
    /// How many strangers are turned away before a full book is looked through again.
    var sweepAfter = 0

    /// What of a channel waits for its claim.
    func owed(_ held: Held) -> UInt64 {
      isByRuns ? held.wholeRuns.units : held.channel.unclaimed.units
    }

    mutating func forget(_ id: Bytes32) {
      guard let old = channels[id]?.answer else { return }
      channels[id]?.answer = nil
      keptBytes -= old.answer.body.count
      keptCount -= 1
    }

    mutating func countRemade(_ id: Bytes32, _ run: UInt64) {
      guard let before = channels[id]?.remade else { return }
      channels[id]?.remade = (run, (before.run == run ? before.count : 0) + 1)
    }

    mutating func keep(_ answer: GateAnswer, for id: Bytes32, _ most: Amount) {
      forget(id)
      stamp += 1
      channels[id]?.answer = KeptAnswer(most: most, answer: answer, stamp: stamp)
      kept.append((id, stamp))
      keptBytes += answer.body.count
      keptCount += 1
      let isFull = keptBytes > ChannelBook.mostKept || keptCount > ChannelBook.mostAnswers
      guard isFull || kept.count > 3 * ChannelBook.mostAnswers else { return }
      kept.removeAll { channels[$0.id]?.answer?.stamp != $0.stamp }
      // A quarter at once, so that the next sales need not look again.
      var dropped = 0
      let least = isFull ? kept.count / 4 + 1 : 0
      while dropped < kept.count, dropped < least || keptBytes > ChannelBook.mostKept {
        forget(kept[dropped].id)
        dropped += 1
      }
      kept.removeFirst(dropped)
    }
  }

  let escrow: EIP712.Domain
  private let journal: ChannelJournal?
  private let least: Amount
  private let inside = Mutex(Inside())

  /// Channels that are held, each some 600 bytes. Of as many those are let go of which nothing is
  /// left to sell or to claim.
  private let most: Int
  /// Requests that wait for the one before on their channel.
  static let mostWaiting = 8
  /// Answers that are kept, and bytes of them.
  static let mostAnswers = 4_096
  static let mostKept = 32 << 20

  /// - Parameter least: a smaller debt is not claimed, and so cannot be late.
  init(
    escrow: EIP712.Domain, journal: ChannelJournal? = nil, least: Amount = .zero, now: UInt64 = 0,
    most: Int = 200_000
  ) {
    self.escrow = escrow
    self.most = most
    self.least = max(least, Amount(1))
    self.journal = journal
    for line in journal?.found ?? [] { take(line) }
    inside.withLock { inside in
      for id in inside.channels.keys {
        inside.channels[id]?.channel.reopen()
        guard let held = inside.channels[id] else { continue }
        inside.unclaimed += held.channel.unclaimed.units
        inside.runs += held.runs.count
        if held.channel.unclaimed >= self.least {
          inside.channels[id]?.since = now
          inside.since = now
        }
      }
    }
  }

  private func take(_ line: ChannelLine) {
    let id = line.channel.config.id(escrow)
    inside.withLock { inside in
      var held = inside.channels[id] ?? Held(channel: line.channel)
      held.channel = line.channel
      if let signed = try? CBOR.decode(SignedRun.self, from: line.run) {
        held.runs.append(ClaimRun(signed))
      }
      held.runs.removeAll { $0.isPaid(of: line.channel) }
      inside.channels[id] = held
    }
  }

  // MARK: - Turns

  /// Waits for the requests before on this channel; false where too many wait already.
  func enter(_ id: Bytes32) async -> Bool {
    enum Way { case free, full, waits }
    let way = inside.withLock { inside -> Way in
      guard let queue = inside.queues[id] else {
        inside.queues[id] = []
        return .free
      }
      return queue.count < ChannelBook.mostWaiting ? .waits : .full
    }
    switch way {
    case .free: return true
    case .full: return false
    case .waits:
      await withCheckedContinuation { continuation in
        let isFree = inside.withLock { inside -> Bool in
          guard inside.queues[id] != nil else {
            inside.queues[id] = []
            return true
          }
          inside.queues[id]?.append(continuation)
          return false
        }
        if isFree { continuation.resume() }
      }
      return true
    }
  }

  func leave(_ id: Bytes32) {
    let next = inside.withLock { inside -> CheckedContinuation<Void, Never>? in
      guard var queue = inside.queues[id], !queue.isEmpty else {
        inside.queues[id] = nil
        return nil
      }
      let first = queue.removeFirst()
      inside.queues[id] = queue
      return first
    }
    next?.resume()
  }

  // MARK: - Channels

  func channel(_ id: Bytes32) -> SoldChannel? { read(id) { $0.channel } }

  /// Whether a channel that is held has this configuration; nil where none is held.
  func isHeld(_ id: Bytes32, as config: ChannelConfig) -> Bool? {
    read(id) { $0.channel.config == config }
  }

  /// What was charged to a channel that is held.
  func charged(_ id: Bytes32) -> Amount? { read(id) { $0.channel.charged } }

  /// Reads what is held of a channel where it lies: a copy would hold its runs and its answer too.
  private func read<T: Sendable>(_ id: Bytes32, _ body: (borrowing Held) -> T) -> T? {
    inside.withLock { inside in
      inside.channels.index(forKey: id).map { body(inside.channels.values[$0]) }
    }
  }

  /// Lets go of channels that are at their end where no other fits; false where none is.
  func makesRoom() -> Bool {
    inside.withLock { inside in
      guard inside.channels.count >= most else { return true }
      // A look at all of them makes room for many, or the next look is not worth it at once.
      if inside.sweepAfter > 0 {
        inside.sweepAfter -= 1
        return false
      }
      inside.channels = inside.channels.filter { id, held in
        inside.queues[id] != nil || held.answer != nil || !held.runs.isEmpty
          || !held.channel.isSpent
      }
      guard inside.channels.count >= most else { return true }
      inside.sweepAfter = most / 64
      return false
    }
  }

  /// What all channels owe together.
  var unclaimed: Amount { inside.withLock { Amount($0.unclaimed) } }

  /// The second from which the oldest of it waits, or one before.
  var since: UInt64? { inside.withLock { $0.unclaimed == 0 ? nil : $0.since } }

  /// Runs that wait for their claim.
  var runs: Int { inside.withLock { $0.runs } }

  /// Looks for the oldest debt again.
  func measure() {
    inside.withLock { $0.since = $0.channels.values.compactMap(\.since).min() }
  }

  /// Changes a channel, and puts the change into the journal; what was there before.
  @discardableResult
  func change(
    _ id: Bytes32, _ config: ChannelConfig, run: ClaimRun? = nil, at now: UInt64,
    _ body: (inout SoldChannel) -> Void
  ) -> SoldChannel? {
    inside.withLock { inside in
      let old = inside.channels[id]?.channel
      // Taken out while it changes: with a second holder each change would copy all its runs.
      var held = inside.channels.removeValue(forKey: id) ?? Held(channel: SoldChannel(config))
      inside.unclaimed -= min(inside.unclaimed, inside.owed(held))
      let before = held.runs.count
      body(&held.channel)
      if let run { held.runs.append(run) }
      // What the ledger paid is paid, whoever told it.
      let paid = held.runs.prefix { $0.through <= held.channel.claimed }
      if let last = paid.last {
        held.channel.claimedRuns = last.index + 1
        held.runs.removeFirst(paid.count)
      }
      inside.runs += held.runs.count - before
      inside.unclaimed += inside.owed(held)
      held.since = inside.owed(held) >= least.units ? held.since ?? now : nil
      if let since = held.since { inside.since = min(inside.since ?? since, since) }
      inside.channels[id] = held
      if run != nil || held.channel != old {
        journal?.add(ChannelLine(held.channel, run: run?.bytes ?? []))
      }
      return old
    }
  }

  /// Takes a charge back whose journal failed: it is nobody's answer.
  func takeBack(_ id: Bytes32, to channel: SoldChannel?, run index: UInt64) {
    inside.withLock { inside in
      guard var held = inside.channels[id], let channel else { return }
      inside.unclaimed -= min(inside.unclaimed, inside.owed(held))
      let before = held.runs.count
      held.channel = channel
      held.runs.removeAll { $0.index == index }
      inside.runs += held.runs.count - before
      inside.unclaimed += inside.owed(held)
      inside.channels[id] = held
    }
  }

  /// Says whether claims are for whole runs, and counts again where that is new.
  func countWholeRuns(_ isByRuns: Bool, at now: UInt64) {
    inside.withLock { inside in
      guard inside.isByRuns != isByRuns else { return }
      inside.isByRuns = isByRuns
      inside.unclaimed = 0
      for (id, held) in inside.channels {
        let owed = inside.owed(held)
        inside.unclaimed += owed
        inside.channels[id]?.since = owed >= least.units ? held.since ?? now : nil
      }
      inside.since = inside.channels.values.compactMap(\.since).min()
    }
  }

  /// What a channel can still pay for, as it is known here.
  struct Room {
    /// What vouchers may come to, and what was claimed of it.
    var available: Amount
    var claimed: Amount
    /// Whether no claim by whole runs goes on from what was claimed.
    var isStuck: Bool
    /// Whether the ledger's row was looked at since the watch began; a seller that does not watch
    /// is its own risk.
    var isFresh: Bool
  }

  func room(of id: Bytes32) -> Room? {
    inside.withLock { inside in
      guard let place = inside.channels.index(forKey: id) else { return nil }
      func room(_ held: borrowing Held) -> Room {
        Room(
          available: held.channel.available, claimed: held.channel.claimed,
          isStuck: inside.isByRuns && held.isStuck, isFresh: held.seen >= inside.watches)
      }
      return room(inside.channels.values[place])
    }
  }

  // MARK: - Looks at the ledger

  var watches: Int { inside.withLock { $0.watches } }

  func beginWatch() { inside.withLock { $0.watches += 1 } }

  func look(at id: Bytes32, since watch: Int) {
    inside.withLock { $0.channels[id]?.seen = watch }
  }

  /// Whether nothing can be written down any more.
  var isBroken: Bool { journal?.isBroken ?? false }

  /// Returns once all changes so far are on the disk.
  func sync() async throws { try await journal?.sync() }

  // MARK: - Answers

  /// - Parameter run: which one was made again without charge, where it was.
  func keep(_ answer: GateAnswer, for id: Bytes32, _ most: Amount, remade run: UInt64? = nil) {
    inside.withLock { inside in
      guard inside.channels[id] != nil else { return }
      if let run { inside.countRemade(id, run) }
      inside.keep(answer, for: id, most)
    }
  }

  func answer(_ id: Bytes32, _ most: Amount) -> GateAnswer? {
    inside.withLock { inside in
      guard let kept = inside.channels[id]?.answer, kept.most == most else { return nil }
      return kept.answer
    }
  }

  /// How often a run's answer was made again.
  func remakes(of id: Bytes32, run: UInt64) -> Int {
    inside.withLock { inside in
      guard let remade = inside.channels[id]?.remade, remade.run == run else { return 0 }
      return remade.count
    }
  }

  // MARK: - Claims

  /// Channels that owe something, and what for.
  func debts(least: Amount) -> [(id: Bytes32, held: Held)] {
    inside.withLock { inside in
      inside.channels
        .filter { inside.owed($0.value) >= max(least.units, 1) }
        .map { ($0.key, $0.value) }
        .sorted { $0.0 < $1.0 }
    }
  }

  func runs(of id: Bytes32) -> [ClaimRun] { inside.withLock { $0.channels[id]?.runs ?? [] } }
}
