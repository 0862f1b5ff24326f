// The seam at which time enters a node: the wall clock, or steps.

import Foundation
import Glibc
public import Primitives

/// Milliseconds since 1970, as the node shall believe them.
public protocol NodeClock: Sendable {
  var now: Time { get }
}

/// The machine's clock.
public struct WallClock: NodeClock {
  public init() {}

  public var now: Time {
    var spec = timespec()
    clock_gettime(CLOCK_REALTIME, &spec)
    return Time(UInt64(max(0, spec.tv_sec)) * 1000 + UInt64(spec.tv_nsec) / 1_000_000)
  }
}

/// How blocks come about.
public enum Pace: Sendable {
  /// As messages come and deadlines pass, by a clock.
  case clock(any NodeClock)
  /// When every actor has said that it is done: the demo.
  case steps
}
