// How much one address or one account may ask of a node.

/// Rates for those who are not on this machine. A rate of zero sets no limit.
public struct RequestLimits: Hashable, Sendable {
  /// So many a second, and so many at once after a rest.
  public struct Rate: Hashable, Sendable {
    public var perSecond: UInt64
    public var atOnce: UInt64

    public init(perSecond: UInt64, atOnce: UInt64) {
      self.perSecond = perSecond
      self.atOnce = atOnce
    }

    public static let none = Rate(perSecond: 0, atOnce: 0)
  }

  /// Requests of one address.
  public var requests = Rate(perSecond: 50, atOnce: 500)
  /// Bytes of bodies from one address.
  public var bytes = Rate(perSecond: 8 << 20, atOnce: 256 << 20)
  /// Messages and signed requests of one account, wherever they come from.
  public var account = Rate(perSecond: 100, atOnce: 2_000)
  /// Connections that one address may hold open.
  public var connections = 128
  /// A body may take this many milliseconds, and a second more for every 16 kB of it.
  public var bodyMilliseconds: UInt64 = 30_000
  /// Events that may wait for a listener whose connection stands still.
  public var undelivered: UInt64 = 1_000
  /// Whether this machine's own programs are limited too. A proxy in front of the node makes
  /// everybody look like this machine, and has to limit by itself.
  public var limitsLocal = false

  public init() {}

  public static let standard = RequestLimits()
}
