// The folder of an agent: policy, log and lock, and each decision under the lock.

import Glibc
public import Primitives
import Synchronization

/// A wallet with a will of its own: it decides by its policy and writes down what it decided
/// before anything is signed.
public struct AgentWallet: Sendable {
  public let folder: String
  public let disk: WalletDisk
  private let memory = WalletMemory()

  public init(folder: String, disk: WalletDisk = .real) {
    self.folder = folder
    self.disk = disk
  }

  public var policyFile: String { folder + "/policy.json" }
  public var logFile: String { folder + "/log.jsonl" }
  public var markFile: String { folder + "/log.head" }

  /// The policy, read anew each time: a changed file counts from the next decision on.
  public func policy() throws(WalletFault) -> Policy {
    let bytes = try disk.read(policyFile)
    do throws(Refusal) { return try Policy(file: bytes) } catch { throw .policy(error) }
  }

  /// The whole log, checked.
  public func log() throws(WalletFault) -> [WalletEntry] {
    try locked { () throws(WalletFault) in try entries() }
  }

  /// The sums of the log. Where nobody else has touched its files since the last look, no line of
  /// it is read again.
  public func tally() throws(WalletFault) -> WalletTally {
    try locked { () throws(WalletFault) in try known().tally }
  }

  /// What the wallet would say now; nothing is written down.
  public func rehearse(
    _ intent: Intent, isCovered: Bool = false, now: Time
  ) throws(WalletFault) -> Decision {
    var tally = try tally()
    return try policy().decide(intent, &tally, isCovered: isCovered, now: now)
  }

  /// What could be put into a channel for a payee now.
  ///
  /// - Parameter locked: what lies in channels already and is charged to nobody.
  public func room(
    for payee: Address, beside locked: LockedMoney = LockedMoney(), now: Time
  ) throws(WalletFault) -> Amount {
    var tally = try tally()
    return try policy().room(for: payee, beside: locked, &tally, now: now)
  }

  /// Signs, under the lock and only while nobody has stopped the agent: whoever stops it finds what
  /// was signed before in the journals, and nothing is signed afterwards. Nil where it is stopped.
  public func signing<T>(
    _ body: () throws(WalletFault) -> T
  ) throws(WalletFault) -> T? {
    try locked { () throws(WalletFault) -> T? in try known().tally.isStopped ? nil : try body() }
  }

  /// Decides about an intent and writes it down. Two processes of one agent decide one after the
  /// other, so that they do not both spend the last dollar.
  ///
  /// - Parameters:
  ///   - isCovered: an intent of nothing is no mistake: what it lets be taken was charged before.
  ///   - plan: is told the line of an allowed payment before it is written; where it throws
  ///     nothing is written.
  public func decide(
    _ intent: Intent, isCovered: Bool = false, now: Time,
    plan: (WalletEntry) throws(WalletFault) -> Void = { _ in }
  ) throws(WalletFault) -> (decision: Decision, number: UInt64) {
    try locked { () throws(WalletFault) in
      var known = try known()
      let policy = try policy()
      let decision = policy.decide(intent, &known.tally, isCovered: isCovered, now: now)
      // A question that waits is asked once.
      if decision.kind == .asked, let open = decision.about { return (decision, open) }
      // A storm is written down once a minute, or it would fill the log.
      if decision.reason == .perMinute, let same = known.tally.storm(of: intent.origin) {
        return (decision, same)
      }
      let entry = known.next(
        WalletEntry(
          decision.kind, decision.reason.rawValue, intent, about: decision.about,
          object: policy.hash), now)
      if decision.kind == .allowed { try plan(entry) }
      return (decision, try append(entry, to: known).number)
    }
  }

  /// The owner's word on a line that waits.
  public func answer(_ number: UInt64, isYes: Bool, now: Time) throws(WalletFault) -> WalletEntry {
    try locked { () throws(WalletFault) in
      let known = try known()
      let since = now.milliseconds - min(now.milliseconds, Policy.hour)
      guard let open = known.tally.pending.first(where: { $0.number == number }),
        open.time.milliseconds > since
      else { throw .notWaiting(number) }
      let entry = WalletEntry(
        isYes ? .approved : .rejected, "owner", open.intent, about: number,
        object: try policy().hash)
      return try append(known.next(entry, now), to: known)
    }
  }

  /// Writes down what the owner did, or what became of a payment.
  @discardableResult
  public func note(
    _ kind: EntryKind, _ reason: String, about: UInt64? = nil, object: Bytes32 = .zero, now: Time
  ) throws(WalletFault) -> WalletEntry {
    try locked { () throws(WalletFault) in
      let known = try known()
      let entry = WalletEntry(kind, reason, about: about, object: object)
      return try append(known.next(entry, now), to: known)
    }
  }

  /// Writes down that a step of the end is done, and those before it. What stands already is not
  /// written again; of two processes that stop an agent each may finish it.
  ///
  /// - Returns: whether it was the first to say so.
  @discardableResult
  public func end(
    _ step: Ending, _ reason: String, object: Bytes32 = .zero, now: Time
  ) throws(WalletFault) -> Bool {
    try locked { () throws(WalletFault) in
      let known = try known()
      guard let kind = step.kind, known.tally.ending < step,
        step == .stopped || known.tally.isStopped
      else { return false }
      _ = try append(known.next(WalletEntry(kind, reason, object: object), now), to: known)
      return true
    }
  }

  /// Takes a charge back for which nothing was shown to anybody. A line that never came to be, or
  /// whose charge was taken back before, is left as it is.
  ///
  /// - Parameter hash: the line's: another process may have written another one in its place.
  public func takeBack(
    _ number: UInt64, hash: Bytes32, _ reason: String, now: Time
  ) throws(WalletFault) {
    try locked { () throws(WalletFault) in
      let log = try entries()
      guard number < UInt64(log.count), log[Int(number)].hash == hash,
        !log.contains(where: { $0.kind == .takenBack && $0.about == number })
      else { return }
      let known = try known()
      let entry = WalletEntry(.takenBack, reason, about: number)
      _ = try append(known.next(entry, now), to: known)
    }
  }

  /// Puts a policy in force: its line first, so that no decision is made by a policy that the log
  /// does not name, and under the lock, so that none is made in between.
  public func set(_ policy: Policy, now: Time) throws(WalletFault) {
    do throws(Refusal) { try policy.check() } catch { throw .policy(error) }
    try locked { () throws(WalletFault) in
      let known = try known()
      let entry = WalletEntry(.policy, "set", object: policy.hash)
      _ = try append(known.next(entry, now), to: known)
      try disk.replace(policyFile, with: policy.file)
    }
  }
}

/// What a process remembers of a log between two looks at it.
final class WalletMemory: Sendable {
  struct Known {
    var tally = WalletTally()
    /// Bytes of the lines.
    var bytes = 0
    var stamp: FileStamp

    /// The line that would follow now.
    func next(_ entry: WalletEntry, _ now: Time) -> WalletEntry {
      var entry = entry
      entry.number = tally.count
      entry.previous = tally.hash
      entry.time = max(now, tally.time)
      if entry.about == .max { entry.about = entry.number }
      return entry
    }
  }

  let known = Mutex<Known?>(nil)
}

extension AgentWallet {
  private func entries() throws(WalletFault) -> [WalletEntry] {
    let text = try disk.readIfThere(logFile)
    return try WalletLog.read(
      String(decoding: text, as: UTF8.self),
      mark: String(decoding: try disk.readIfThere(markFile), as: UTF8.self))
  }

  private var stamp: FileStamp { FileStamp(logFile, markFile) }

  private func known() throws(WalletFault) -> WalletMemory.Known {
    let stamp = stamp
    if let known = memory.known.withLock({ $0 }), known.stamp == stamp { return known }
    let log = try entries()
    let bytes = log.map { WalletLog.line($0).utf8.count }.reduce(0, +)
    let known = WalletMemory.Known(tally: WalletTally(log), bytes: bytes, stamp: stamp)
    memory.known.withLock { $0 = known }
    return known
  }

  /// First the line, then the mark, both on the disk before anybody acts on them. What could not
  /// be written whole is taken back: a line without its mark would be a charge that nobody knows.
  private func append(
    _ entry: WalletEntry, to known: WalletMemory.Known
  ) throws(WalletFault) -> WalletEntry {
    memory.known.withLock { $0 = nil }
    // A line that was cut off when the machine went down is written over.
    let line = WalletLog.line(entry)
    try disk.append(line, to: logFile, after: known.bytes)
    var known = known
    let before = WalletLog.mark(known.tally)
    known.tally.take(entry)
    do throws(WalletFault) {
      try disk.replace(markFile, with: WalletLog.mark(known.tally))
    } catch {
      // The mark may stand already, where only its folder is not known to be on the disk.
      let mark = try disk.readIfThere(markFile)
      if mark.isEmpty || mark == Array(before.utf8) { try? disk.cut(logFile, to: known.bytes) }
      throw error
    }
    known.bytes += line.utf8.count
    known.stamp = stamp
    memory.known.withLock { [known] in $0 = known }
    return entry
  }

  private func locked<T>(
    _ body: () throws(WalletFault) -> T
  ) throws(WalletFault) -> T {
    let path = folder + "/lock"
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw .file(path: path, errno: errno) }
    defer { close(file) }
    while flock(file, LOCK_EX) != 0 {
      guard errno == EINTR else { throw .file(path: path, errno: errno) }
    }
    return try body()
  }
}
