// Sorts long lists by digests, whose first bits part them into short ones.

extension Array {
  /// Sorts by `precedes`, under which elements must lie in the order of their leading words.
  ///
  /// Words of digests are spread evenly, so a bucket for each few of their first bits holds hardly
  /// more than one element: a million take a fraction of the time of comparing them pair by pair.
  /// Where somebody ground digests that begin alike, a bucket is sorted as any list.
  @inlinable
  public mutating func sort(
    byLeading word: (Element) -> UInt64, _ precedes: (Element, Element) -> Bool
  ) {
    guard count >= 64 else { return sort(by: precedes) }
    let bits = Swift.min(20, Int.bitWidth - 1 - count.leadingZeroBitCount)
    let shift = UInt64(64 - bits)
    var ends = [UInt32](repeating: 0, count: 1 << bits)
    for index in indices { ends[Int(word(self[index]) >> shift)] += 1 }
    var start: UInt32 = 0
    for bucket in ends.indices {
      let count = ends[bucket]
      ends[bucket] = start
      start += count
    }
    var sorted = self
    for index in indices {
      let bucket = Int(word(self[index]) >> shift)
      sorted[Int(ends[bucket])] = self[index]
      ends[bucket] += 1
    }
    var first = 0
    for end in ends {
      let end = Int(end)
      sorted.sortBucket(first, end, precedes)
      first = end
    }
    self = sorted
  }

  /// Few are moved to their places one by one.
  @inlinable
  mutating func sortBucket(
    _ first: Int, _ end: Int, _ precedes: (Element, Element) -> Bool
  ) {
    guard end - first > 1 else { return }
    guard end - first <= 16 else { return self[first..<end].sort(by: precedes) }
    for next in first + 1..<end {
      var place = next
      while place > first, precedes(self[place], self[place - 1]) {
        swapAt(place, place - 1)
        place -= 1
      }
    }
  }
}
