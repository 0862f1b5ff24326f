// How many rehearsals a node makes: each takes the time of the queue that writes blocks, and costs
// its asker nothing.

import Primitives
import Synchronization

/// Counts rehearsals, under way and lately, of each signer and of all.
final class RehearsalTurns: Sendable {
  /// Under way at once: a block waits for no more than these.
  static let most = 16
  /// Of them, by one signer. An owner's page asks for a few.
  static let mostOfOne = 4
  static let rate = RequestLimits.Rate(perSecond: 200, atOnce: 400)
  static let rateOfOne = RequestLimits.Rate(perSecond: 10, atOnce: 40)
  /// Signers that are remembered. Each is known to the ledger, and paid for that.
  static let mostSigners = 4_096

  private struct Inside {
    var all: TokenBucket?
    var lately: [Address: TokenBucket] = [:]
    var underWay: [Address: Int] = [:]
    var count = 0
  }

  private let inside = Mutex(Inside())

  /// Gives the turn back when nobody holds it any more.
  final class Turn: Sendable {
    private let turns: RehearsalTurns
    private let signer: Address

    fileprivate init(_ turns: RehearsalTurns, _ signer: Address) {
      (self.turns, self.signer) = (turns, signer)
    }

    deinit { turns.end(signer) }
  }

  /// - Parameter isKnown: whether the ledger knows the signer. Keys are free, so all whom it does
  ///   not know are one: they leave the others their part.
  func take(
    _ signer: Address, isKnown: Bool, now: ContinuousClock.Instant = .now
  ) throws(Problem) -> Turn {
    let signer = isKnown ? signer : .zero
    let wait = inside.withLock { inside -> UInt64? in
      let own = inside.underWay[signer] ?? 0
      guard inside.count < RehearsalTurns.most, own < RehearsalTurns.mostOfOne else { return 100 }
      // What is refused to one takes nothing from all.
      var mine = inside.lately[signer] ?? TokenBucket(RehearsalTurns.rateOfOne, now: now)
      if let wait = mine.take(1, RehearsalTurns.rateOfOne, now: now) { return wait }
      var all = inside.all ?? TokenBucket(RehearsalTurns.rate, now: now)
      if let wait = all.take(1, RehearsalTurns.rate, now: now) { return wait }
      if inside.lately.count >= RehearsalTurns.mostSigners {
        inside.lately = inside.lately.filter {
          !$0.value.isFull(RehearsalTurns.rateOfOne, now: now)
        }
      }
      (inside.lately[signer], inside.all) = (mine, all)
      inside.underWay[signer] = own + 1
      inside.count += 1
      return nil
    }
    if let wait { throw .slowDown(wait) }
    return Turn(self, signer)
  }

  private func end(_ signer: Address) {
    inside.withLock { inside in
      let own = inside.underWay[signer] ?? 0
      inside.underWay[signer] = own > 1 ? own - 1 : nil
      inside.count -= 1
    }
  }
}
