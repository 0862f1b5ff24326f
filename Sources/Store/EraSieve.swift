// Which eras of the index may mention an id: who knows no height need not look into each of them.

import Primitives
import Synchronization

/// The stems of one era as a Bloom filter (Bloom, CACM 13(7), 1970): eight bits a mention and three
/// probes let through what is there, and 3 % of what is not.
struct EraFilter: Sendable {
  private static let probes = 3
  private static let sumBytes = 8
  private var words: [UInt64]
  private let mask: UInt64

  /// - Parameter mentions: how many it shall hold, about.
  init(holding mentions: UInt64) {
    let bits = max(64, min(mentions, 1 << 24)) * 8
    let size = UInt64(1) << UInt64(64 - (bits - 1).leadingZeroBitCount)
    words = [UInt64](repeating: 0, count: Int(size / 64))
    mask = size - 1
  }

  /// A stem is the start of a hash; it is mixed all the same, for an account may be chosen.
  private static func mixed(_ stem: Int64) -> UInt64 {
    var word = UInt64(bitPattern: stem)
    word = (word ^ word >> 32) &* 0x9e37_79b9_7f4a_7c15
    return word ^ word >> 29
  }

  mutating func insert(_ stem: Int64) {
    let first = EraFilter.mixed(stem)
    let step = first >> 32 | 1
    for probe in 0..<UInt64(EraFilter.probes) {
      let bit = (first &+ probe &* step) & mask
      words[Int(bit >> 6)] |= 1 << (bit & 63)
    }
  }

  /// As it lies in the file: the words, and a check sum, for a filter with a bit missing would hide
  /// what is there.
  var bytes: [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(words.count * 8 + EraFilter.sumBytes)
    for word in words { withUnsafeBytes(of: word.littleEndian) { out.append(contentsOf: $0) } }
    out.append(contentsOf: SHA256.hash(out).bytes.prefix(EraFilter.sumBytes))
    return out
  }

  /// Nil for anything but what `bytes` gave.
  init?(_ bytes: [UInt8]) {
    let length = bytes.count - EraFilter.sumBytes
    let count = length / 8
    guard length >= 8, length % 8 == 0, count & (count - 1) == 0,
      SHA256.hash(bytes.prefix(length)).bytes.prefix(EraFilter.sumBytes)
        .elementsEqual(bytes.suffix(EraFilter.sumBytes))
    else { return nil }
    words = bytes.withUnsafeBytes { raw in
      (0..<count).map {
        UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self))
      }
    }
    mask = UInt64(count) * 64 - 1
  }

  func mayHold(_ stem: Int64) -> Bool {
    let first = EraFilter.mixed(stem)
    let step = first >> 32 | 1
    for probe in 0..<UInt64(EraFilter.probes) {
      let bit = (first &+ probe &* step) & mask
      if words[Int(bit >> 6)] >> (bit & 63) & 1 == 0 { return false }
    }
    return true
  }
}

/// The filters of the eras that are closed, and so never change. They are kept in memory; an era
/// whose filter is not at hand yet is looked into.
final class EraSieve: Sendable {
  /// By the number of the era; nil where there is none.
  private let filters = Mutex<[EraFilter?]>([])

  func close(_ era: Int64, _ filter: EraFilter) {
    filters.withLock { filters in
      while filters.count <= Int(era) { filters.append(nil) }
      filters[Int(era)] = filter
    }
  }

  /// How many filters there are.
  var count: Int { filters.withLock { $0.count { $0 != nil } } }

  /// The eras that may mention a stem, in order.
  func eras(of stem: Int64, from first: Int64 = 0, through last: Int64) -> [Int64] {
    guard first <= last else { return [] }
    let filters = filters.withLock { $0 }
    return (first...last).filter { era in
      guard era < filters.count, let filter = filters[Int(era)] else { return true }
      return filter.mayHold(stem)
    }
  }
}
