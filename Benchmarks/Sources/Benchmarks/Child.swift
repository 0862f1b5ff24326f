// Programs that a benchmark starts, with what they printed and what they cost.

import Foundation

enum Child {
  struct Result {
    var output: String
    /// The most memory that was resident at any time, in megabytes (10^6 bytes).
    var peakMegabytes: Double
    var seconds: Double
  }

  /// Runs a program, by default this one, and waits for its end.
  static func run(_ arguments: [String], program: String? = nil) throws -> Result {
    let process = Process()
    // The link of this process is followed, a Python's is not: it would leave its environment.
    let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.executableURL = program.map { URL(fileURLWithPath: $0) } ?? own
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.standardError
    let watch = Stopwatch()
    try process.run()
    let watcher = PeakWatcher(process.processIdentifier)
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    let peak = watcher.stop()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BenchmarkFailure(
        description: "\(arguments.first ?? "?") ended with \(process.terminationStatus)")
    }
    return Result(
      output: String(decoding: output, as: UTF8.self), peakMegabytes: peak,
      seconds: watch.seconds)
  }
}

/// Reads the high-water mark of a process while it lives: afterwards nobody can.
final class PeakWatcher: @unchecked Sendable {
  private let lock = NSLock()
  private var peak = 0.0
  private var isStopped = false

  init(_ process: Int32) {
    Thread { [self] in
      while true {
        let seen = Machine.residentMegabytes(of: "\(process)", field: "VmHWM")
        lock.lock()
        peak = max(peak, seen)
        let stop = isStopped
        lock.unlock()
        if stop { return }
        Thread.sleep(forTimeInterval: 0.01)
      }
    }.start()
  }

  func stop() -> Double {
    lock.lock()
    defer { lock.unlock() }
    isStopped = true
    return peak
  }
}
