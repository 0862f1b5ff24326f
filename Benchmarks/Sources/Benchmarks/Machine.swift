// The machine that the numbers belong to, and what a process costs on it.

import Foundation
import Glibc

enum Machine {
  static var cores: Int { ProcessInfo.processInfo.processorCount }

  static var processor: String {
    let lines = read("/proc/cpuinfo").split(separator: "\n")
    let model = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last
    return model.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
  }

  /// Runnable processes on average over the last minute: others' work beside ours.
  static var load: String {
    read("/proc/loadavg").split(separator: " ").first.map(String.init) ?? "?"
  }

  static var date: String {
    let format = ISO8601DateFormatter()
    return format.string(from: Date())
  }

  static var facts: [String: Any] {
    ["processor": processor, "cores": cores, "load": load, "date": date]
  }

  /// Memory of a process that is resident, in megabytes (10^6 bytes).
  static func residentMegabytes(of process: String = "self", field: String = "VmRSS") -> Double {
    let line = read("/proc/\(process)/status").split(separator: "\n")
      .first { $0.hasPrefix(field + ":") }
    let kilobytes = line?.split(whereSeparator: { $0 == " " || $0 == "\t" })
      .compactMap { Double($0) }.first
    return (kilobytes ?? 0) * 1024 / 1_000_000
  }

  /// CPU time that this process has used, all its threads together.
  static var processSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The same of the thread that asks.
  static var threadSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private static func read(_ path: String) -> String {
    (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }
}

/// Time that passed, in seconds.
struct Stopwatch {
  private let start = ContinuousClock.now

  var seconds: Double {
    let span = (ContinuousClock.now - start).components
    return Double(span.seconds) + Double(span.attoseconds) * 1e-18
  }

  static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let watch = Stopwatch()
    try body()
    return watch.seconds
  }
}

/// CPU time that the calling thread has used.
func threadSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

extension [Double] {
  /// The value below which this share of the values lies, by rank.
  func percentile(_ share: Double) -> Double {
    guard !isEmpty else { return .nan }
    let sorted = self.sorted()
    return sorted[Swift.min(count - 1, Int((Double(count) * share).rounded(.up)) - 1)]
  }
}

/// A folder that is taken away when the holder goes.
final class ScratchFolder {
  let path: String

  /// Beside the working folder, so that the disk is the one that a node would use.
  init() throws {
    path = FileManager.default.currentDirectoryPath + "/.build-bench-data-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
