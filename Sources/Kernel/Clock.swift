// Height and time of the last block, and how much of that time did not count.

public import Primitives

/// The clock row: block time, and the pauses that deadlines do not count.
public struct Clock: Fielded, Hashable {
  public static let typeName = "Clock"
  public var height: UInt64 = 0
  public var time = Time()
  /// The sum of all pauses. It only grows, and never faster than time.
  public var paused = Time()

  public init() {}

  public init(height: UInt64, time: Time, paused: Time = .zero) {
    self.height = height
    self.time = time
    self.paused = paused
  }

  /// The time that deadlines count: it stands still while the node is down or blocks are full.
  @inlinable public var marketTime: Time {
    Time(time.milliseconds >= paused.milliseconds ? time.milliseconds - paused.milliseconds : 0)
  }

  /// The clock of the next block.
  public func next(time next: Time, pausedBy pause: Time) throws(Refusal) -> Clock {
    guard next > time else { throw .timeNotAfterParent(time: next, parent: time) }
    let gap = Time(next.milliseconds - time.milliseconds)
    guard pause <= gap else { throw .pauseTooLong(pause: pause, gap: gap) }
    let (higher, overflow) = height.addingReportingOverflow(1)
    if overflow { throw .overflow }
    return Clock(height: higher, time: next, paused: try paused.adding(pause))
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("height", &height)
    try v("time", &time)
    try v("paused", &paused)
  }
}

extension Refusal {
  /// A block's time comes after its parent's.
  public static func timeNotAfterParent(time: Time, parent: Time) -> Refusal {
    Refusal("timeNotAfterParent", ["time": time.milliseconds, "parent": parent.milliseconds])
  }

  /// A pause is part of the gap between two blocks, so that market time never runs backwards.
  public static func pauseTooLong(pause: Time, gap: Time) -> Refusal {
    Refusal("pauseTooLong", ["pause": pause.milliseconds, "gap": gap.milliseconds])
  }
}
