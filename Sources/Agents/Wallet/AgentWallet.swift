// The folder of an agent: policy, log and lock, and each decision under the lock.

import Glibc
public import Primitives

/// A wallet with a will of its own: it decides by its policy and writes down what it decided
/// before anything is signed.
public struct AgentWallet: Sendable {
  public let folder: String

  public init(folder: String) { self.folder = folder }

  public var policyFile: String { folder + "/policy.json" }
  public var logFile: String { folder + "/log.jsonl" }
  public var markFile: String { folder + "/log.head" }

  /// The policy, read anew each time: a changed file counts from the next decision on.
  public func policy() throws(WalletFault) -> Policy {
    let bytes = try WalletFile.read(policyFile)
    do throws(Refusal) { return try Policy(file: bytes) } catch { throw .policy(error) }
  }

  /// The whole log, checked.
  public func log() throws(WalletFault) -> [WalletEntry] {
    try locked { () throws(WalletFault) in try entries() }
  }

  /// Decides about an intent and writes it down. Two processes of one agent decide one after the
  /// other, so that they do not both spend the last dollar.
  public func decide(
    _ intent: Intent, now: Time
  ) throws(WalletFault) -> (decision: Decision, number: UInt64) {
    try locked { () throws(WalletFault) in
      let log = try entries()
      let policy = try policy()
      let decision = policy.decide(intent, log: log, now: now)
      // A question that waits is asked once.
      if decision.kind == .asked, let open = decision.about { return (decision, open) }
      // A storm is written down once a minute, or it would fill the log.
      if decision.reason == .perMinute, let same = log.storm(of: intent.origin, before: now) {
        return (decision, same)
      }
      let entry = WalletEntry(
        decision.kind, decision.reason.rawValue, intent, about: decision.about,
        object: policy.hash)
      return (decision, try append(entry, to: log, now: now).number)
    }
  }

  /// The owner's word on a line that waits.
  public func answer(_ number: UInt64, isYes: Bool, now: Time) throws(WalletFault) -> WalletEntry {
    try locked { () throws(WalletFault) in
      let log = try entries()
      guard let open = log.pending.first(where: { $0.number == number }) else {
        throw .notWaiting(number)
      }
      let entry = WalletEntry(
        isYes ? .approved : .rejected, "owner", open.intent, about: number,
        object: try policy().hash)
      return try append(entry, to: log, now: now)
    }
  }

  /// Writes down what the owner did, or what became of a payment.
  @discardableResult
  public func note(
    _ kind: EntryKind, _ reason: String, about: UInt64? = nil, object: Bytes32 = .zero, now: Time
  ) throws(WalletFault) -> WalletEntry {
    try locked { () throws(WalletFault) in
      let entry = WalletEntry(kind, reason, about: about, object: object)
      return try append(entry, to: try entries(), now: now)
    }
  }

  /// Puts a policy in force.
  public func set(_ policy: Policy, now: Time) throws(WalletFault) {
    do throws(Refusal) { try policy.check() } catch { throw .policy(error) }
    try WalletFile.replace(policyFile, with: policy.file)
    try note(.policy, "set", object: policy.hash, now: now)
  }
}

extension AgentWallet {
  private func entries() throws(WalletFault) -> [WalletEntry] {
    let text = try WalletFile.readIfThere(logFile)
    return try WalletLog.read(
      String(decoding: text, as: UTF8.self),
      mark: String(decoding: try WalletFile.readIfThere(markFile), as: UTF8.self))
  }

  /// First the line, then the mark, both on the disk before anybody acts on them.
  private func append(
    _ entry: WalletEntry, to log: [WalletEntry], now: Time
  ) throws(WalletFault) -> WalletEntry {
    var entry = entry
    entry.number = UInt64(log.count)
    entry.previous = log.last?.hash ?? .zero
    entry.time = max(now, log.last?.time ?? .zero)
    if entry.about == .max { entry.about = entry.number }
    // A line that was cut off when the machine went down is written over.
    let kept = log.map { WalletLog.line($0).utf8.count }.reduce(0, +)
    try WalletFile.append(WalletLog.line(entry), to: logFile, after: kept)
    try WalletFile.replace(markFile, with: WalletLog.mark(log + [entry]))
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

/// Small files for their owner alone.
enum WalletFile {
  static func read(_ path: String) throws(WalletFault) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else { throw .file(path: path, errno: errno) }
    defer { close(file) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(file, &part, part.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .file(path: path, errno: errno) }
      if count == 0 { return bytes }
      bytes += part[..<count]
    }
  }

  static func readIfThere(_ path: String) throws(WalletFault) -> [UInt8] {
    access(path, F_OK) == 0 ? try read(path) : []
  }

  static func append(
    _ text: String, to path: String, after kept: Int
  ) throws(WalletFault) {
    let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw .file(path: path, errno: errno) }
    defer { close(file) }
    guard ftruncate(file, kept) == 0, lseek(file, kept, SEEK_SET) == kept else {
      throw .file(path: path, errno: errno)
    }
    try write(text, into: file, path)
  }

  static func replace(_ path: String, with text: String) throws(WalletFault) {
    let draft = "\(path).part"
    let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw .file(path: draft, errno: errno) }
    do throws(WalletFault) {
      defer { close(file) }
      try write(text, into: file, draft)
    } catch {
      unlink(draft)
      throw error
    }
    guard rename(draft, path) == 0 else { throw .file(path: path, errno: errno) }
    try syncFolder(of: path)
  }

  /// A name is on the disk when its folder is.
  static func syncFolder(of path: String) throws(WalletFault) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { throw .file(path: folder, errno: errno) }
    defer { close(opened) }
    guard fsync(opened) == 0 else { throw .file(path: folder, errno: errno) }
  }

  private static func write(
    _ text: String, into file: Int32, _ path: String
  ) throws(WalletFault) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .file(path: path, errno: errno) }
      rest = rest.dropFirst(count)
    }
    guard fsync(file) == 0 else { throw .file(path: path, errno: errno) }
  }
}
