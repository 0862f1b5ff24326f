// How the node did in a few seconds: one sample of its last hour.

public import Primitives

/// What happened between two samples, and how things stood at the end of it.
public struct Vital: Fielded, Hashable {
  public static let typeName = "Vital"
  /// By the wall clock.
  public var at = Time()
  /// Since the sample before.
  public var span = Time()
  public var height: UInt64 = 0
  public var messages: UInt64 = 0
  public var requests: UInt64 = 0
  /// 99 of 100 blocks were stored within so many microseconds; zero where there was none.
  public var commit: UInt64 = 0
  public var waiting: UInt64 = 0
  public var listeners: UInt64 = 0
  public var memory: UInt64 = 0

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("at", &at)
    try v("span", &span)
    try v("height", &height)
    try v("messages", &messages)
    try v("requests", &requests)
    try v("commit", &commit)
    try v("waiting", &waiting)
    try v("listeners", &listeners)
    try v("memory", &memory)
  }
}
