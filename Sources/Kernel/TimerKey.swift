// What a timer belongs to: a room, a kind of deadline there, and the row that holds it.

public import Primitives

/// The name of a deadline. Deadlines of the same moment fire in the order of their keys.
@frozen
public struct TimerKey: Hashable, Comparable, Sendable {
  /// 0 is the Kernel, 1 the Market.
  public var room: UInt8
  public var kind: UInt8
  public var id: Bytes32
  public var sub: UInt64

  @inlinable
  public init(room: UInt8, kind: UInt8, id: Bytes32 = .zero, sub: UInt64 = 0) {
    self.room = room
    self.kind = kind
    self.id = id
    self.sub = sub
  }

  @inlinable
  public static func < (l: TimerKey, r: TimerKey) -> Bool {
    if l.room != r.room { return l.room < r.room }
    if l.kind != r.kind { return l.kind < r.kind }
    if l.id != r.id { return l.id < r.id }
    return l.sub < r.sub
  }
}
