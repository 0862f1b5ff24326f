// From the hash of a key to the number of its slot: what a table looks rows up in.

/// Open addressing over slot numbers.
///
/// A dictionary would keep keys and rows in its buckets: a third of them empty, all of them moved
/// when it grows, and each looked up anew at the end of a block. Here rows lie in slots that stay
/// where they are, and a bucket is eight bytes.
@usableFromInline
struct SlotIndex {
  /// The upper half of a key's hash, and below it its slot plus one; zero where nothing is.
  @usableFromInline var buckets: [UInt64] = []
  @usableFromInline var used = 0

  @inlinable init() {}

  @inlinable
  static func slot(_ bucket: UInt64) -> Int { Int(truncatingIfNeeded: bucket & 0xffff_ffff) - 1 }

  /// Where the search for that hash begins.
  @inlinable
  func home(_ bucket: UInt64) -> Int {
    Int(truncatingIfNeeded: bucket >> UInt64(64 - buckets.count.trailingZeroBitCount))
  }

  /// The slot with that hash which the body says holds the key.
  @inlinable @inline(__always)
  func find(_ hash: UInt64, _ holdsKey: (Int) -> Bool) -> Int? {
    if used == 0 { return nil }
    let mask = buckets.count - 1
    var at = home(hash)
    while true {
      let bucket = buckets[at]
      if bucket == 0 { return nil }
      if (bucket ^ hash) >> 32 == 0, holdsKey(SlotIndex.slot(bucket)) {
        return SlotIndex.slot(bucket)
      }
      at = (at + 1) & mask
    }
  }

  /// Enters a key that is not there.
  @inlinable
  mutating func insert(_ hash: UInt64, slot: Int) {
    if used * 3 >= buckets.count * 2 { grow() }
    place(hash & ~0xffff_ffff | UInt64(slot + 1))
    used += 1
  }

  @inlinable
  mutating func place(_ bucket: UInt64) {
    let mask = buckets.count - 1
    var at = home(bucket)
    while buckets[at] != 0 { at = (at + 1) & mask }
    buckets[at] = bucket
  }

  /// Takes a key out. Those behind it that it had pushed on move up, so that no search ends early.
  @inlinable
  mutating func remove(_ hash: UInt64, slot: Int) {
    let mask = buckets.count - 1
    var hole = home(hash)
    while SlotIndex.slot(buckets[hole]) != slot { hole = (hole + 1) & mask }
    var next = (hole + 1) & mask
    while buckets[next] != 0 {
      if (next - home(buckets[next])) & mask >= (next - hole) & mask {
        buckets[hole] = buckets[next]
        hole = next
      }
      next = (next + 1) & mask
    }
    buckets[hole] = 0
    used -= 1
  }

  @inlinable @inline(never)
  mutating func grow() {
    let old = buckets
    buckets = [UInt64](repeating: 0, count: max(16, old.count * 2))
    for bucket in old where bucket != 0 { place(bucket) }
  }
}
