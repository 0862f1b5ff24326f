// Keeps a bucket for each address and account that asked lately, in bounded memory.

import Primitives
import Synchronization

/// Counts what each asks. Buckets that are full again are forgotten; where even that leaves too
/// many, newcomers share one bucket, so that nobody can make the node remember without end.
final class RateGuard: Sendable {
  static let mostBuckets = 65_536
  /// Connections of everybody.
  static let mostConnections = 4_096

  private struct Shelf {
    var buckets: [String: TokenBucket] = [:]
    var sweptAt: ContinuousClock.Instant?
  }

  private struct Inside {
    var requests = Shelf()
    var bytes = Shelf()
    var accounts = Shelf()
    var connections: [String: Int] = [:]
    var allConnections = 0
  }

  let limits: RequestLimits
  private let most: Int
  private let inside = Mutex(Inside())

  init(_ limits: RequestLimits, mostBuckets: Int = RateGuard.mostBuckets) {
    self.limits = limits
    most = mostBuckets
  }

  private func isFree(_ peer: Peer) -> Bool { peer.isLocal && !limits.limitsLocal }

  /// Counts a request.
  func request(
    of peer: Peer, now: ContinuousClock.Instant = .now
  ) throws(Problem) {
    guard !isFree(peer) else { return }
    try take(1, peer.name, limits.requests, \.requests, now)
  }

  /// Counts bytes that an address sends.
  func bytes(
    _ count: Int, of peer: Peer, now: ContinuousClock.Instant = .now
  ) throws(Problem) {
    guard !isFree(peer) else { return }
    try take(UInt64(clamping: count), peer.name, limits.bytes, \.bytes, now)
  }

  /// Counts what an account signed. It is counted once the signature was found to be its own:
  /// otherwise anybody could use up what another has left.
  func signed(
    by account: Address, from peer: Peer, now: ContinuousClock.Instant = .now
  ) throws(Problem) {
    guard !isFree(peer) else { return }
    try take(1, "\(account)", limits.account, \.accounts, now)
  }

  /// Refuses who has nothing left, and counts nothing.
  func mayStillSign(
    _ account: Address, from peer: Peer, now: ContinuousClock.Instant = .now
  ) throws(Problem) {
    guard !isFree(peer), limits.account.perSecond > 0 else { return }
    let rate = limits.account
    let wait = inside.withLock { inside -> UInt64? in
      guard var bucket = inside.accounts.buckets["\(account)"] else { return nil }
      return bucket.take(1, rate, now: now)
    }
    if let wait { throw .slowDown(wait) }
  }

  private func take(
    _ count: UInt64, _ name: String, _ rate: RequestLimits.Rate,
    _ shelf: WritableKeyPath<Inside, Shelf> & Sendable, _ now: ContinuousClock.Instant
  ) throws(Problem) {
    guard rate.perSecond > 0 else { return }
    let most = most
    let wait = inside.withLock { inside -> UInt64? in
      RateGuard.makeRoom(&inside[keyPath: shelf], rate, most, now)
      let isKnown = inside[keyPath: shelf].buckets[name] != nil
      let isCrowded = inside[keyPath: shelf].buckets.count >= most
      let name = isKnown || !isCrowded ? name : ""
      return inside[keyPath: shelf].buckets[name, default: TokenBucket(rate, now: now)]
        .take(count, rate, now: now)
    }
    if let wait { throw .slowDown(wait) }
  }

  /// Forgets full buckets, at most once a second and only where there are many.
  private static func makeRoom(
    _ shelf: inout Shelf, _ rate: RequestLimits.Rate, _ most: Int, _ now: ContinuousClock.Instant
  ) {
    guard shelf.buckets.count >= most else { return }
    if let last = shelf.sweptAt, now - last < .seconds(1) { return }
    shelf.sweptAt = now
    shelf.buckets = shelf.buckets.filter { !$0.value.isFull(rate, now: now) }
  }
}

// MARK: - Connections

extension RateGuard {
  /// Whether an address may open one more connection; it is counted if so.
  func open(_ peer: Peer) -> Bool {
    let isFree = isFree(peer) || limits.connections == 0
    return inside.withLock { inside in
      let open = inside.connections[peer.name] ?? 0
      guard inside.allConnections < RateGuard.mostConnections else { return false }
      guard isFree || open < limits.connections else { return false }
      inside.allConnections += 1
      inside.connections[peer.name] = open + 1
      return true
    }
  }

  func close(_ peer: Peer) {
    inside.withLock { inside in
      guard let open = inside.connections[peer.name] else { return }
      inside.allConnections -= 1
      inside.connections[peer.name] = open > 1 ? open - 1 : nil
    }
  }
}
