// Work split over the cores before or beside what is measured.

import Dispatch

/// Runs a body for parts of a range, one part a core, and gives the seconds until all are done.
func onAllCores(_ count: Int, _ body: @Sendable (Range<Int>) -> Void) -> Double {
  let cores = Machine.cores
  return Stopwatch.seconds {
    DispatchQueue.concurrentPerform(iterations: cores) { core in
      body(count * core / cores..<count * (core + 1) / cores)
    }
  }
}

/// An array that threads fill side by side, each its own places.
final class Slots<Element: Sendable>: @unchecked Sendable {
  private let buffer: UnsafeMutableBufferPointer<Element?>

  init(_ count: Int) {
    buffer = .allocate(capacity: count)
    buffer.initialize(repeating: nil)
  }

  deinit {
    buffer.deinitialize()
    buffer.deallocate()
  }

  subscript(_ place: Int) -> Element? {
    get { buffer[place] }
    set { buffer[place] = newValue }
  }

  var all: [Element] { buffer.compactMap { $0 } }
}
