// The progress bar: for whatever takes over a second, on a terminal only.

import Synchronization

/// One line on stderr that says how far something is, and is gone when it is done.
final class ProgressBar: Sendable {
  private struct State {
    var done: UInt64 = 0
    var label: String
    var drawn: ContinuousClock.Instant?
  }

  private let channel: Channel?
  private let total: UInt64?
  private let start = ContinuousClock.now
  private let state: Mutex<State>

  fileprivate init(_ channel: Channel?, label: String, total: UInt64?) {
    self.channel = channel
    self.total = total
    state = Mutex(State(label: label))
  }

  /// Says that more is done; the line is redrawn at most ten times a second.
  func advance(by count: UInt64 = 1, label: String? = nil) {
    change {
      $0.done &+= count
      if let label { $0.label = label }
    }
  }

  /// Says how much is done of parts whose number is said with it.
  func reach(_ done: Int, of all: Int) {
    change { $0.done = ProgressBar.part(done, of: all, total: total ?? 0) }
  }

  /// As much of the bar's total as is done of all parts.
  static func part(_ done: Int, of all: Int, total: UInt64) -> UInt64 {
    let all = UInt64(max(1, all))
    let done = min(UInt64(max(0, done)), all)
    return all.dividingFullWidth(total.multipliedFullWidth(by: done)).quotient
  }

  private func change(_ body: (inout State) -> Void) {
    guard let channel else { return }
    let now = ContinuousClock.now
    let line = state.withLock { state -> String? in
      body(&state)
      guard now - start > .seconds(1) else { return nil }
      if let drawn = state.drawn, now - drawn < .milliseconds(100) { return nil }
      state.drawn = now
      return ProgressBar.line(state.label, done: state.done, total: total)
    }
    if let line { channel.raw("\r\u{1B}[K" + line) }
  }

  fileprivate func finish() {
    guard let channel else { return }
    if state.withLock({ $0.drawn != nil }) { channel.raw("\r\u{1B}[K") }
  }

  /// `proving [######··············]  30% 3/10`
  static func line(_ label: String, done: UInt64, total: UInt64?) -> String {
    guard let total, total > 0 else { return "\(label) \(done)" }
    let done = min(done, total)
    // Full-width, so that counts near the end of their range do not overflow.
    let filled = Int(total.dividingFullWidth(done.multipliedFullWidth(by: 20)).quotient)
    let percent = total.dividingFullWidth(done.multipliedFullWidth(by: 100)).quotient
    let bar = String(repeating: "#", count: filled) + String(repeating: "·", count: 20 - filled)
    let share = String(repeating: " ", count: 3 - String(percent).count) + "\(percent)%"
    return "\(label) [\(bar)] \(share) \(done)/\(total)"
  }
}

extension Console {
  /// Runs `body` with a bar that appears after a second and is wiped at the end, whatever happens.
  func progress<T, E: Error>(
    _ label: String, total: UInt64? = nil, _ body: (ProgressBar) async throws(E) -> T
  ) async throws(E) -> T {
    let bar = ProgressBar(showsProgress ? err : nil, label: label, total: total)
    defer { bar.finish() }
    return try await body(bar)
  }

  private var showsProgress: Bool { err.isTerminal && !quiet && !json }
}
