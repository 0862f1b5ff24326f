// The default engine: one process cuts blocks and appends them to SQLite by itself.

import Dispatch
public import Primitives

/// What the state machine made of a batch.
public struct BuiltBlock: Sendable {
  /// Nil when nothing of the batch was admitted and no timer fired.
  public var block: CommittedBlock?
  /// Messages that never entered the block, with the reason.
  public var refused: [Bytes32: Refusal]

  public init(block: CommittedBlock?, refused: [Bytes32: Refusal] = [:]) {
    self.block = block
    self.refused = refused
  }
}

/// Orders messages as they come, and makes a block durable before anybody is answered.
///
/// A block is cut when messages wait and the last commit is done, or when `cut` is called because
/// a deadline is due. Messages that come during a commit go together into the next block.
public actor EmbeddedLog: OrderedLog {
  /// Applies a batch to the state and gives the block. Called for one batch at a time; a block
  /// that it gave is never built again, but appended until the disk takes it.
  public typealias Build = @Sendable (_ batch: [Submission]) async -> BuiltBlock

  public struct Limits: Sendable {
    public var messages = 10_000
    public var bytes = 4 << 20
    /// Messages that may wait; a door that brings more is told to come back.
    public var waiting = 50_000

    public init() {}
  }

  public nonisolated let log: SQLiteLog
  private let limits: Limits
  private let build: Build
  private let disk = DispatchQueue(label: "store.append")
  private var waiting: [Submission] = []
  private var answers: [Bytes32: [CheckedContinuation<Placement, any Error>]] = [:]
  private var followers: [UInt64: AsyncStream<Void>.Continuation] = [:]
  private var followerCount: UInt64 = 0
  /// Applied to the state, not yet on the disk.
  private var pending: CommittedBlock?
  private var isCutting = false

  public init(log: SQLiteLog, limits: Limits = Limits(), build: @escaping Build) {
    self.log = log
    self.limits = limits
    self.build = build
  }

  public func submit(_ message: Submission) async throws -> Placement {
    if answers[message.id] == nil {
      if let known = try log.message(message.id).value {
        return Placement(height: known.height, position: known.position, outcome: known.outcome)
      }
      guard pending == nil || isCutting else {
        // The disk was full. Each newcomer tries whether there is room again.
        try await cut(evenIfEmpty: false)
        return try await submit(message)
      }
      guard waiting.count < limits.waiting else {
        throw Refusal("busy", ["waiting": UInt64(waiting.count)])
      }
      waiting.append(message)
    }
    return try await withCheckedThrowingContinuation { answer in
      answers[message.id, default: []].append(answer)
      if !isCutting { Task { try? await self.cut(evenIfEmpty: false) } }
    }
  }

  /// Cuts blocks until nothing waits. `evenIfEmpty` asks the state machine once although no
  /// message waits, since a deadline is due.
  public func cut(evenIfEmpty: Bool) async throws(StoreError) {
    guard !isCutting else { return }
    isCutting = true
    defer { isCutting = false }
    if let block = pending { try await append(block) }
    var isAsked = !evenIfEmpty
    while !waiting.isEmpty || !isAsked {
      isAsked = true
      let batch = takeBatch()
      let built = await build(batch)
      for (id, refusal) in built.refused.sorted(by: { $0.key < $1.key }) {
        settle(id, .failure(refusal))
      }
      putBack(batch, after: built)
      if let block = built.block { try await append(block) }
    }
  }

  /// What found no room in the block waits for the next one. Without a block there is none to
  /// wait for, so that nobody waits for ever.
  private func putBack(_ batch: [Submission], after built: BuiltBlock) {
    var done = Set(built.refused.keys)
    for message in built.block?.messages ?? [] { done.formUnion(message.ids) }
    let left = batch.filter { !done.contains($0.id) }
    if built.block == nil {
      for message in left { settle(message.id, .failure(Refusal("notOrdered"))) }
    } else {
      waiting = left + waiting
    }
  }

  private func takeBatch() -> [Submission] {
    var bytes = 0
    var count = 0
    while count < waiting.count, count < limits.messages {
      bytes += waiting[count].bytes.count
      if count > 0, bytes > limits.bytes { break }
      count += 1
    }
    let batch = Array(waiting.prefix(count))
    waiting.removeFirst(count)
    return batch
  }

  /// Writes on a thread of its own, so that no task waits for the disk on a shared one.
  private func append(_ block: CommittedBlock) async throws(StoreError) {
    pending = block
    let log = log
    let failure: StoreError? = await withCheckedContinuation { done in
      disk.async {
        do throws(StoreError) {
          try log.append(block)
          done.resume(returning: nil)
        } catch { done.resume(returning: error) }
      }
    }
    if let failure {
      // Those who wait learn that their answer is unknown; the block stays to be appended.
      for message in block.messages { settle(message.ids.first, .failure(failure)) }
      for message in waiting { settle(message.id, .failure(failure)) }
      waiting.removeAll()
      throw failure
    }
    pending = nil
    for (position, message) in block.messages.enumerated() {
      let outcome = block.outcomes[position]
      settle(
        message.ids.first,
        .success(Placement(height: block.height, position: position, outcome: outcome)))
    }
    for key in followers.keys.sorted() { followers[key]?.yield() }
  }

  private func settle(_ id: Bytes32?, _ result: Result<Placement, any Error>) {
    guard let id, let waiters = answers.removeValue(forKey: id) else { return }
    for waiter in waiters { waiter.resume(with: result) }
  }

  public func blocks(from height: UInt64) -> BlockFeed {
    followerCount += 1
    let key = followerCount
    let (stream, continuation) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    continuation.onTermination = { [weak self] _ in
      Task { [weak self] in await self?.forget(key) }
    }
    followers[key] = continuation
    return BlockFeed(log: log, start: height, wakeups: stream)
  }

  private func forget(_ key: UInt64) { followers[key] = nil }
}
