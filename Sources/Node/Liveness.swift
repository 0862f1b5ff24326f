// How long the node was down: a mark in a file, renewed every second while it runs.

import Foundation
import Glibc
import Primitives
import Synchronization

/// Records that the node lives, and what of its absence no header has told yet.
///
/// The mark is not flushed to the disk: a process that dies leaves it to the system. After a power
/// cut it may be older than it was, and the pause longer, but never longer than the time since
/// the last block, so that market time does not run backwards.
final class Liveness: Sendable {
  struct Mark: Equatable {
    /// When the node was last known to live.
    var time: Time
    /// Time it was down since block `height`, which the next header adds to its pauses.
    var pause: Time
    var height: UInt64
  }

  private let path: String
  private let mark: Mutex<Mark>

  /// Reads the mark and adds the absence that ends now.
  ///
  /// - Parameter last: time and height of the last block.
  init(path: String, now: Time, last: (time: Time, height: UInt64)) {
    self.path = path
    var pause: UInt64 = 0
    var seen = last.time
    if let old = Liveness.read(path) {
      if old.height == last.height { pause = old.pause.milliseconds }
      seen = max(seen, old.time)
    }
    if now > seen { pause += now.milliseconds - seen.milliseconds }
    mark = Mutex(Mark(time: max(now, seen), pause: Time(pause), height: last.height))
    write()
  }

  /// The pause that the next header has to tell.
  var pause: Time { mark.withLock { $0.pause } }

  func live(at now: Time) {
    mark.withLock { $0.time = max($0.time, now) }
    write()
  }

  /// A header has told it.
  func told(at height: UInt64, now: Time) {
    mark.withLock { $0 = Mark(time: max($0.time, now), pause: .zero, height: height) }
    write()
  }

  private static func read(_ path: String) -> Mark? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    let numbers = String(decoding: data, as: UTF8.self).split(separator: " ")
      .compactMap { UInt64($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    guard numbers.count == 3 else { return nil }
    return Mark(time: Time(numbers[0]), pause: Time(numbers[1]), height: numbers[2])
  }

  private func write() {
    let now = mark.withLock { $0 }
    // Fixed width, so that one write in place is never shorter than the last.
    let text =
      [now.time.milliseconds, now.pause.milliseconds, now.height]
      .map { String(repeating: "0", count: max(0, 20 - String($0).count)) + String($0) }
      .joined(separator: " ") + "\n"
    let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { return }
    defer { close(file) }
    _ = text.withCString { pwrite(file, $0, strlen($0), 0) }
  }
}
