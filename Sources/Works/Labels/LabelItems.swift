// The input of a run of labels: the items, as bytes that nobody may take for anything else.

public import Primitives

/// One thing to label.
public struct LabelItem: Fielded, Hashable {
  public static let typeName = "LabelItem"
  /// By what name the buyer knows it.
  public var name = ""
  /// `text/plain`, `image/png` or `image/jpeg`: nothing that could run.
  public var media = ""
  public var body: [UInt8] = []

  public init() {}
  public init(name: String, media: String, body: [UInt8]) {
    self.name = name
    self.media = media
    self.body = body
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("name", &name)
    try v("media", &media)
    try v("body", &body)
  }

  /// Bytes of the largest item.
  public static let largest = 1 << 20

  /// Whether the body is what the media type says, by its first bytes; markup counts as text, and
  /// is only ever shown as text.
  var isHarmless: Bool {
    guard name.utf8.count <= 256, body.count <= LabelItem.largest, !body.isEmpty else {
      return false
    }
    switch media {
    case "text/plain": return String(validating: body, as: UTF8.self) != nil
    case "image/png": return body.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
    case "image/jpeg": return body.starts(with: [0xff, 0xd8, 0xff])
    default: return false
    }
  }
}

/// The items of one run, in canonical bytes: what is stored as the run's input.
public struct LabelItems: Fielded, Hashable {
  public static let typeName = "LabelItems"
  public static let currentFormat: UInt64 = 1
  /// Bytes of the longest input that is read.
  public static let largest = 16 << 20

  public private(set) var format = LabelItems.currentFormat
  public var items: [LabelItem] = []

  public init() {}
  public init(_ items: [LabelItem]) { self.items = items }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("format", &format)
    guard format == LabelItems.currentFormat else { throw .badItems(at: 0, "format") }
    try v("items", &items)
  }

  /// Reads the input of a run, as whoever answers it does: so many items as the spec says, each of
  /// them what it says it is.
  public init(bytes: [UInt8], for spec: LabelsSpec) throws(Refusal) {
    self = try CBOR.decode(LabelItems.self, from: bytes, limit: LabelItems.largest)
    guard items.count == Int(clamping: spec.items) else {
      throw .badItems(at: items.count, "count")
    }
    for (place, item) in items.enumerated() where !item.isHarmless {
      throw .badItems(at: place, "media")
    }
  }
}

extension Refusal {
  /// The input is no list of items that the spec could ask about.
  static func badItems(at place: Int, _ what: String) -> Refusal {
    Refusal("badItems", [Number("item", UInt64(clamping: place)), Number(what, 0)])
  }
}
