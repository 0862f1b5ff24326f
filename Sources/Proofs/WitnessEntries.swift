// Entries of a witness: bytes, kept as bytes, and beside them what a liar writes that is none.

/// Words of the field below by their place.
struct WitnessEntries: RandomAccessCollection, MutableCollection, Equatable {
  private struct Other: Equatable {
    let place: Int
    let word: UInt64
  }

  /// Zero where there is another word.
  private(set) var bytes: [UInt8]
  /// In the order of their places; none, where the prover is honest.
  private var others: [Other] = []

  init(zeros count: Int) { bytes = [UInt8](repeating: 0, count: count) }

  var startIndex: Int { 0 }
  var endIndex: Int { bytes.count }
  /// Whether all entries are bytes.
  var areBytes: Bool { others.isEmpty }

  subscript(place: Int) -> UInt64 {
    get {
      if others.isEmpty { return UInt64(bytes[place]) }
      return others.first { $0.place == place }?.word ?? UInt64(bytes[place])
    }
    set {
      if !others.isEmpty { others.removeAll { $0.place == place } }
      bytes[place] = UInt8(truncatingIfNeeded: newValue < 256 ? newValue : 0)
      guard newValue > 255 else { return }
      let next = others.firstIndex { $0.place > place } ?? others.count
      others.insert(Other(place: place, word: newValue), at: next)
    }
  }

  /// The entries of a range as words.
  func words(_ range: Range<Int>) -> [UInt64] {
    var words = bytes[range].map { UInt64($0) }
    for other in others where range.contains(other.place) {
      words[other.place - range.lowerBound] = other.word
    }
    return words
  }

  /// How often each byte occurs; of another word, its lowest.
  var counts: [UInt32] {
    // Runs of one byte would wait for the count just written, were there one list alone.
    var counts = [UInt32](repeating: 0, count: 1024)
    counts.withUnsafeMutableBufferPointer { counts in
      bytes.withUnsafeBufferPointer { bytes in
        for index in bytes.indices { counts[256 * (index & 3) + Int(bytes[index])] += 1 }
      }
    }
    var sums = Array(counts[..<256])
    for index in 256..<1024 { sums[index & 255] += counts[index] }
    for other in others {
      sums[0] -= 1
      sums[Int(other.word & 255)] += 1
    }
    return sums
  }
}
