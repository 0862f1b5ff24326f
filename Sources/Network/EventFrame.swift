// Server-sent events as text: one frame written, and frames read from bytes as they arrive.

/// One frame of `text/event-stream` (WHATWG HTML, 9.2).
public struct EventFrame: Hashable, Sendable {
  /// What a reader sends back to resume; empty leaves the last one standing.
  public var id: String
  /// Empty for a frame that only moves the id.
  public var data: String

  public init(id: String = "", data: String = "") {
    self.id = id
    self.data = data
  }

  /// The frame as text, closed by an empty line.
  public var text: String {
    var text = ""
    if !id.isEmpty { text += "id: \(id)\n" }
    if !data.isEmpty {
      for line in data.split(separator: "\n", omittingEmptySubsequences: false) {
        text += "data: \(line)\n"
      }
    }
    return text + "\n"
  }

  /// A comment, which keeps the connection alive and means nothing.
  public static func comment(_ text: String) -> String { ": \(text)\n" }
}

/// Collects bytes and gives out frames. A line or frame beyond the limit ends the stream.
public struct EventFrameReader: Sendable {
  /// Longest frame that is taken.
  public static let limit = 4 << 20

  private var line: [UInt8] = []
  private var data: [UInt8] = []
  private var hasData = false
  private var id = ""
  private var skipsLineFeed = false

  public init() {}

  /// Frames that these bytes complete. A frame without data is given out when it moves the id.
  public mutating func read(
    _ bytes: some Sequence<UInt8>
  ) throws(Problem) -> [EventFrame] {
    var frames: [EventFrame] = []
    for byte in bytes {
      if skipsLineFeed {
        skipsLineFeed = false
        if byte == UInt8(ascii: "\n") { continue }
      }
      guard byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") else {
        skipsLineFeed = byte == UInt8(ascii: "\r")
        if let frame = endLine() { frames.append(frame) }
        continue
      }
      line.append(byte)
      guard line.count + data.count <= EventFrameReader.limit else {
        throw .malformed("the event stream")
      }
    }
    return frames
  }

  private mutating func endLine() -> EventFrame? {
    defer { line.removeAll(keepingCapacity: true) }
    if line.isEmpty {
      defer {
        data.removeAll(keepingCapacity: true)
        hasData = false
        id = ""
      }
      guard hasData || !id.isEmpty else { return nil }
      return EventFrame(id: id, data: String(decoding: data, as: UTF8.self))
    }
    let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
    var value = line[min(colon + 1, line.endIndex)...]
    if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
    switch String(decoding: line[..<colon], as: UTF8.self) {
    case "data":
      if hasData { data.append(UInt8(ascii: "\n")) }
      hasData = true
      data.append(contentsOf: value)
    case "id": if !value.contains(0) { id = String(decoding: value, as: UTF8.self) }
    default: break
    }
    return nil
  }
}
