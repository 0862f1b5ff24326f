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
    try bytes.withUnsafeBufferPointer { buffer throws(StoreError) in
      var reader = SectionReader(bytes: UnsafeRawBufferPointer(buffer))
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
    let found = bytes.withUnsafeBytes { raw in
      var reader = SectionReader(bytes: raw)
      return reader.begin().map { (count: $0, end: reader.end) }
    }
    guard let found else { throw .corrupt(detail: "a block's section") }
    self.bytes = bytes
    count = Int(found.count)
    end = found.end
  }

  /// One item, without building the others; nil where there are not so many.
  func item(at position: Int) throws(StoreError) -> LogItem? {
    guard position >= 0, position < count else { return nil }
    let item = bytes.withUnsafeBytes { raw -> LogItem? in
      var reader = SectionReader(bytes: raw, at: 4, end: end)
      for _ in 0..<position where !reader.skip() { return nil }
      return reader.next()
    }
    guard let item else { throw .corrupt(detail: "a block's item") }
    return item
  }
}

/// Walks a packed section without trusting its lengths.
private struct SectionReader {
  let bytes: UnsafeRawBufferPointer
  var at = 0
  var end = 0

  init(bytes: UnsafeRawBufferPointer, at: Int = 0, end: Int = 0) {
    self.bytes = bytes
    self.at = at
    self.end = end
  }

  var isDone: Bool { at == end }

  /// Checks the sum and reads the count.
  mutating func begin() -> UInt32? {
    end = bytes.count - BlockSection.sumBytes
    guard end >= 4 else { return nil }
    let sum = bytes.loadUnaligned(fromByteOffset: end, as: UInt64.self)
    let found = SHA256.hash(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
    guard found.words.0 == UInt64(bigEndian: sum) else { return nil }
    guard let count = number(), Int(count) <= end / 7 else { return nil }
    return count
  }

  mutating func number() -> UInt32? {
    guard at + 4 <= end else { return nil }
    defer { at += 4 }
    return UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self))
  }

  private mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
    guard count >= 0, count <= end - at else { return nil }
    defer { at += count }
    return UnsafeRawBufferPointer(rebasing: bytes[at..<at + count])
  }

  /// How many ids an item has, and the bytes of its name and of its body.
  private mutating func lengths() -> (ids: Int, name: Int, body: Int)? {
    guard let fixed = take(3), let body = number() else { return nil }
    return (Int(fixed[0]) | Int(fixed[1]) << 8, Int(fixed[2]), Int(body))
  }

  mutating func skip() -> Bool {
    guard let lengths = lengths() else { return false }
    return take(lengths.ids * 32 + lengths.name + lengths.body) != nil
  }

  mutating func next() -> LogItem? {
    guard let lengths = lengths(), let raw = take(lengths.ids * 32),
      let base = bytes.baseAddress, let name = take(lengths.name), let body = take(lengths.body)
    else { return nil }
    let first = at - lengths.body - lengths.name - raw.count
    let ids = (0..<lengths.ids).map { Bytes32(loading: base + (first + $0 * 32)) }
    return LogItem(ids: ids, name: String(decoding: name, as: UTF8.self), bytes: Array(body))
  }
}
