// Verifies messages of coming blocks on all cores while the block before is carried out.

import Chain
import Foundation
import Primitives

/// Messages as bytes, verified block after block by worker threads that run ahead of the reader.
///
/// It stands for the door of a node, where each message is decoded and its signer recovered on the
/// caller's task, on whatever core is free, while the producer's queue makes the block before.
final class Verification: @unchecked Sendable {
  /// How many blocks the workers may be ahead: a node's waiting room is no larger either.
  static let lead = 3
  static let chunk = 125

  private let blocks: [[[UInt8]]]
  private let domain: EIP712.Domain
  private let network: Bytes32
  private let condition = NSCondition()
  private var done: [[VerifiedMessage?]]
  private var missing: [Int]
  private var next = (block: 0, message: 0)
  private var reading = 0
  private var failure: (any Error)?
  private var workSeconds = 0.0

  init(_ blocks: [[[UInt8]]], _ genesis: Genesis, workers: Int = Machine.cores) {
    self.blocks = blocks
    domain = genesis.domain
    network = genesis.network
    done = blocks.map { Array(repeating: nil, count: $0.count) }
    missing = blocks.map(\.count)
    for _ in 0..<workers {
      let thread = Thread { [self] in work() }
      thread.stackSize = 1 << 20
      thread.start()
    }
  }

  /// The messages of the next block, once all of them are verified.
  func take() throws -> [VerifiedMessage] {
    condition.lock()
    defer { condition.unlock() }
    while missing[reading] > 0, failure == nil { condition.wait() }
    if let failure { throw failure }
    let messages = done[reading].compactMap { $0 }
    done[reading] = []
    reading += 1
    condition.broadcast()
    return messages
  }

  /// CPU time that the workers used, all of them together.
  var seconds: Double {
    condition.lock()
    defer { condition.unlock() }
    return workSeconds
  }

  private func work() {
    while let (block, range) = claim() {
      let start = threadSeconds()
      var made: [VerifiedMessage] = []
      made.reserveCapacity(range.count)
      do {
        for bytes in blocks[block][range] {
          let signed = try CBOR.decode(SignedMessage.self, from: bytes)
          made.append(try VerifiedMessage(signed, domain: domain, network: network))
        }
      } catch { return fail(error) }
      finish(block, range, made, threadSeconds() - start)
    }
  }

  private func claim() -> (Int, Range<Int>)? {
    condition.lock()
    defer { condition.unlock() }
    while failure == nil, next.block < blocks.count, next.block > reading + Verification.lead {
      condition.wait()
    }
    guard failure == nil, next.block < blocks.count else { return nil }
    let (block, first) = next
    let end = min(first + Verification.chunk, blocks[block].count)
    next = end == blocks[block].count ? (block + 1, 0) : (block, end)
    return (block, first..<end)
  }

  private func finish(
    _ block: Int, _ range: Range<Int>, _ made: [VerifiedMessage], _ seconds: Double
  ) {
    condition.lock()
    for (offset, message) in made.enumerated() { done[block][range.lowerBound + offset] = message }
    missing[block] -= made.count
    workSeconds += seconds
    condition.broadcast()
    condition.unlock()
  }

  private func fail(_ error: any Error) {
    condition.lock()
    failure = error
    condition.broadcast()
    condition.unlock()
  }
}
