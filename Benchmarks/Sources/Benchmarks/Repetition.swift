// Short operations, timed as the best of many rounds.

import Foundation

enum Repetition {
  /// Microseconds of one call: the best of many short rounds, since the machine is shared.
  static func best(rounds: Int = 60, _ body: () throws -> Void) rethrows -> Double {
    var loop = 1
    while try time(loop, body) < 0.002, loop < 1 << 20 { loop *= 2 }
    var least = Double.infinity
    for _ in 0..<rounds { least = min(least, try time(loop, body) / Double(loop)) }
    return least * 1e6
  }

  private static func time(_ loop: Int, _ body: () throws -> Void) rethrows -> Double {
    try Stopwatch.seconds { for _ in 0..<loop { try body() } }
  }
}
