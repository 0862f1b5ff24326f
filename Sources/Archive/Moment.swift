// Something that happened on a road, with all that a page says of it.

public import Kernel
public import Primitives

/// An event, where the log has it, and when it was.
public struct Moment: Fielded, Hashable {
  public static let typeName = "Moment"
  public var height: UInt64 = 0
  /// Its place among the block's events.
  public var position: UInt64 = 0
  public var time = Time()
  /// All of it where `isWhole`; else its name, its subject and the first that it concerns.
  public private(set) var event = Event()
  /// Of an event that is longer than the ledger makes them the log alone has all.
  public private(set) var isWhole = true

  public init() {}

  public init(_ event: Event, height: UInt64, position: UInt64, time: Time) {
    self.init(whole: event, height: height, position: position, time: time)
    guard !Moment.fits(event) else { return }
    isWhole = false
    self.event = Event(
      event.name, subject: event.subject, parties: Array(event.parties.prefix(1)))
  }

  /// An event as the lists had it.
  public init(
    whole event: Event, isWhole: Bool = true, height: UInt64, position: UInt64, time: Time
  ) {
    self.event = event
    self.isWhole = isWhole
    self.height = height
    self.position = position
    self.time = time
  }

  public var name: String { event.name }
  public var subject: Bytes32 { event.subject }
  /// The first that it concerns; zero for nobody.
  public var party: Address { event.parties.first ?? .zero }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("height", &height)
    try v("position", &position)
    try v("time", &time)
    try v("event", &event)
    try v("isWhole", &isWhole)
  }

  /// More parties, objects or numbers no event of a road has.
  public static let mostParts = 16
  /// Bytes of the longest name of an event or of a number in one.
  public static let longestName = 64

  private static func fits(_ event: Event) -> Bool {
    max(event.parties.count, event.objects.count, event.numbers.count) <= mostParts
      && event.name.utf8.count <= longestName
      && event.numbers.allSatisfy { $0.name.utf8.count <= longestName }
  }
}
