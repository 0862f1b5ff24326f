// Moments and spans in milliseconds, as the header of a block carries them.

/// Milliseconds. Block time counts from 1970; market time is the same less the pauses of the node.
@frozen
public struct Time: FieldConvertible, Hashable, Comparable, Sendable {
  public var milliseconds: UInt64

  public static let zero = Time(0)
  /// A moment that never comes.
  public static let never = Time(.max)

  @inlinable public init() { milliseconds = 0 }
  @inlinable public init(_ milliseconds: UInt64) { self.milliseconds = milliseconds }
  @inlinable public init(wire: UInt64) throws(Refusal) { milliseconds = wire }
  @inlinable public var wire: UInt64 { milliseconds }

  /// A span given in whole seconds, the unit of terms and orders.
  public static func seconds(_ count: UInt64) throws(Refusal) -> Time {
    let (product, overflow) = count.multipliedReportingOverflow(by: 1_000)
    if overflow { throw .overflow }
    return Time(product)
  }

  @inlinable
  public func adding(_ span: Time) throws(Refusal) -> Time {
    let (sum, overflow) = milliseconds.addingReportingOverflow(span.milliseconds)
    if overflow { throw .overflow }
    return Time(sum)
  }

  /// The moment that many seconds later.
  public func after(seconds count: UInt64) throws(Refusal) -> Time {
    try adding(try Time.seconds(count))
  }

  @inlinable
  public static func < (l: Time, r: Time) -> Bool { l.milliseconds < r.milliseconds }
}
