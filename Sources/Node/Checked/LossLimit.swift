// What a door may lose in a day by answers that passed no check.

import Primitives
import Synchronization

/// A door pays for runs before it is paid, and nothing is charged where one of them did not pass.
/// So a client and a provider who are one could have it pay for all runs but the last, again and
/// again. What is under way counts as lost until it has passed.
final class LossLimit: Sendable {
  private struct Inside {
    var lost: UInt64 = 0
    var begin: ContinuousClock.Instant
  }

  private let most: Amount
  private let now: @Sendable () -> ContinuousClock.Instant
  private let inside: Mutex<Inside>

  private static let day = Duration.seconds(86_400)

  init(_ most: Amount, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
    self.most = most
    self.now = now
    inside = Mutex(Inside(begin: now()))
  }

  /// Counts an amount as lost; false, and nothing is counted, where it is too much for today.
  func take(_ amount: Amount) -> Bool {
    let now = now()
    return inside.withLock { inside in
      if now - inside.begin >= LossLimit.day { inside = Inside(begin: now) }
      let (sum, overflow) = inside.lost.addingReportingOverflow(amount.units)
      guard !overflow, sum <= most.units else { return false }
      inside.lost = sum
      return true
    }
  }

  /// So much of it was not lost.
  func giveBack(_ amount: Amount) {
    inside.withLock { $0.lost -= min($0.lost, amount.units) }
  }
}
