// The seam below the core: whatever puts messages in an order and keeps the blocks.

public import Primitives

/// A message on its way into the order: its id, and the bytes that the body will hold.
public struct Submission: Hashable, Sendable {
  public var id: Bytes32
  public var bytes: [UInt8]

  public init(id: Bytes32, bytes: [UInt8]) {
    self.id = id
    self.bytes = bytes
  }
}

/// Where a message ended up; the answer for its id, now and for ever.
public struct Placement: Hashable, Sendable {
  public var height: UInt64
  public var position: Int
  public var outcome: [UInt8]

  public init(height: UInt64, position: Int, outcome: [UInt8]) {
    self.height = height
    self.position = position
    self.outcome = outcome
  }
}

/// An engine that orders messages into blocks.
///
/// Embedded SQLite and a PostgreSQL cluster append by themselves; a consensus engine calls us.
/// All of them order the same blocks, so that whoever reads them cannot tell which one ran.
public protocol OrderedLog: Sendable {
  /// Hands over a message and waits until its block is durable. The same id again gives the
  /// same answer. Throws a `Refusal` when the message never entered a block, a `StoreError`
  /// when its fate has to be asked for by id.
  func submit(_ message: Submission) async throws -> Placement

  /// The blocks from `height` on, those of the past and then each new one. It never ends.
  func blocks(from height: UInt64) async -> BlockFeed
}

/// Durable blocks in order. A slow reader reads later; nothing piles up for it.
public struct BlockFeed: AsyncSequence, Sendable {
  public typealias Element = StoredBlock

  let log: SQLiteLog
  let start: UInt64
  /// One element whenever blocks were added; it forgets all but the last.
  let wakeups: AsyncStream<Void>

  public struct AsyncIterator: AsyncIteratorProtocol {
    let log: SQLiteLog
    var next: UInt64
    var wakeups: AsyncStream<Void>.AsyncIterator

    public mutating func next() async throws -> StoredBlock? {
      while !Task.isCancelled {
        if let block = try log.blocks(from: next, limit: 1).value.first {
          next = block.head.height + 1
          return block
        }
        guard await wakeups.next() != nil else { return nil }
      }
      return nil
    }
  }

  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(log: log, next: start, wakeups: wakeups.makeAsyncIterator())
  }
}
