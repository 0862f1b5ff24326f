// The packed form in which a block's messages, outcomes, receipts and events are one value each.

import Primitives

/// A list of items as one byte string: little-endian lengths, ids, bytes, and a check sum.
///
/// A road leaves dozens of small items. One value a kind and a block costs four writes where a
/// row each would cost dozens a road, and an index of two numbers still finds every item.
enum BlockSection {
  /// Bytes of the check sum at the end, which tells a torn page from what was written.
  static let sumBytes = 8

  static func pack(_ items: some Collection<LogItem>) -> [UInt8] {
    var out: [UInt8] = []
    let total = items.reduce(0) { $0 + BlockParts.size(of: $1) }
    out.reserveCapacity(4 + total + sumBytes)
    append(UInt32(items.count), to: &out)
    for item in items {
      out.append(UInt8(truncatingIfNeeded: item.ids.count))
      out.append(UInt8(truncatingIfNeeded: item.ids.count >> 8))
      let name = item.name.utf8
      out.append(UInt8(truncatingIfNeeded: min(name.count, 255)))
      append(UInt32(item.bytes.count), to: &out)
      for id in item.ids { append(id, to: &out) }
      out.append(contentsOf: name.prefix(255))
      out.append(contentsOf: item.bytes)
    }
    out.append(contentsOf: SHA256.hash(out).bytes.prefix(sumBytes))
    return out
  }

  static func unpack(_ bytes: [UInt8]) throws(StoreError) -> [LogItem] {
    var reader = SectionReader(bytes: bytes)
    guard let count = reader.begin() else { throw .corrupt(detail: "a block's section") }
    var items: [LogItem] = []
    items.reserveCapacity(Int(count))
    for _ in 0..<count {
      guard let item = reader.next() else { throw .corrupt(detail: "a block's item") }
      items.append(item)
    }
    guard reader.isDone else { throw .corrupt(detail: "the end of a block's section") }
    return items
  }

  private static func append(_ number: UInt32, to out: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { out.append(contentsOf: $0) }
  }

  /// Without an array for every id: they are a third of a section.
  private static func append(_ id: Bytes32, to out: inout [UInt8]) {
    let (a, b, c, d) = id.words
    withUnsafeBytes(of: (a.bigEndian, b.bigEndian, c.bigEndian, d.bigEndian)) {
      out.append(contentsOf: $0)
    }
  }
}

/// A section that was looked at once and gives its items one by one.
struct PackedSection {
  private let bytes: [UInt8]
  private let end: Int
  let count: Int

  /// Refuses what its check sum does not fit.
  init(_ bytes: [UInt8]) throws(StoreError) {
    var reader = SectionReader(bytes: bytes)
    guard let count = reader.begin() else { throw .corrupt(detail: "a block's section") }
    self.bytes = bytes
    self.count = Int(count)
    end = reader.end
  }

  /// One item, without building the others; nil where there are not so many.
  func item(at position: Int) throws(StoreError) -> LogItem? {
    guard position >= 0, position < count else { return nil }
    var reader = SectionReader(bytes: bytes, at: 4, end: end)
    for _ in 0..<position {
      guard reader.skip() else { throw .corrupt(detail: "a block's item") }
    }
    guard let item = reader.next() else { throw .corrupt(detail: "a block's item") }
    return item
  }
}

/// Walks a packed section without trusting its lengths.
private struct SectionReader {
  let bytes: [UInt8]
  var at = 0
  var end = 0

  init(bytes: [UInt8], at: Int = 0, end: Int = 0) {
    self.bytes = bytes
    self.at = at
    self.end = end
  }

  var isDone: Bool { at == end }

  /// Checks the sum and reads the count.
  mutating func begin() -> UInt32? {
    end = bytes.count - BlockSection.sumBytes
    guard end >= 4, SHA256.hash(bytes[..<end]).bytes.prefix(8) == bytes[end...] else { return nil }
    guard let count = number(), Int(count) <= end / 7 else { return nil }
    return count
  }

  mutating func number() -> UInt32? {
    guard at + 4 <= end else { return nil }
    var value: UInt32 = 0
    for index in 0..<4 { value |= UInt32(bytes[at + index]) << UInt32(8 * index) }
    at += 4
    return value
  }

  mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, at + count <= end else { return nil }
    defer { at += count }
    return bytes[at..<at + count]
  }

  mutating func skip() -> Bool {
    guard let fixed = take(3), let length = number() else { return false }
    let first = fixed.startIndex
    let ids = Int(fixed[first]) | Int(fixed[first + 1]) << 8
    return take(ids * 32 + Int(fixed[first + 2]) + Int(length)) != nil
  }

  mutating func next() -> LogItem? {
    guard let fixed = take(3), let length = number() else { return nil }
    let first = fixed.startIndex
    var ids: [Bytes32] = []
    for _ in 0..<(Int(fixed[first]) | Int(fixed[first + 1]) << 8) {
      guard let raw = take(32), let id = Bytes32(raw) else { return nil }
      ids.append(id)
    }
    guard let name = take(Int(fixed[first + 2])), let body = take(Int(length)) else { return nil }
    return LogItem(ids: ids, name: String(decoding: name, as: UTF8.self), bytes: Array(body))
  }
}
