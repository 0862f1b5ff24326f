// Samples of how the node does, for the page that draws its last hour.

import Archive
import NetworkRoom
import Primitives
import Synchronization

/// Keeps an hour of samples, one every fifteen seconds.
final class VitalSigns: Sendable {
  private struct Inside {
    var signs: [Vital] = []
    var last = Metrics.Counts()
    var lastAt: Time?
  }

  static let pace = Duration.seconds(15)
  static let most = 240

  private let inside = Mutex(Inside())

  var signs: [Vital] { inside.withLock { $0.signs } }

  /// What was counted since the sample before, and how things stand.
  func sample(_ counts: Metrics.Counts, height: UInt64, waiting: Int, at now: Time) {
    let memory = ProcessFacts.residentBytes
    inside.withLock { inside in
      defer {
        inside.last = counts
        inside.lastAt = now
      }
      guard let lastAt = inside.lastAt, lastAt < now else { return }
      var sign = Vital()
      sign.at = now
      sign.span = Time(now.milliseconds - lastAt.milliseconds)
      sign.height = height
      sign.messages = VitalSigns.messages(counts) - VitalSigns.messages(inside.last)
      sign.requests = counts.requests.total - inside.last.requests.total
      sign.commit = counts.commits.since(inside.last.commits).bound(perMille: 990) ?? 0
      sign.waiting = UInt64(clamping: waiting)
      sign.listeners = counts.listeners
      sign.memory = memory
      inside.signs.append(sign)
      if inside.signs.count > VitalSigns.most { inside.signs.removeFirst() }
    }
  }

  private static func messages(_ counts: Metrics.Counts) -> UInt64 {
    counts.done.values.reduce(0, +) + counts.refused.values.reduce(0, +)
  }
}
