// Lists sorted by the first bits of digests, against the standard library's sort.

import Primitives
import Testing

@Suite struct DigestSortTests {
  /// Numbers, each hashed, so that they lie as digests do.
  private func digests(_ count: Int) -> [Bytes32] {
    (0..<count).map { number in SHA256.hash { $0.update(UInt64(number)) } }
  }

  private func sorted(_ list: [Bytes32]) -> [Bytes32] {
    var list = list
    list.sort {
      $0.leadingWord
    } _: {
      $0 < $1
    }
    return list
  }

  @Test func everyLengthIsSorted() {
    for count in [0, 1, 2, 17, 63, 64, 65, 255, 256, 1_000, 5_000] {
      let list = digests(count)
      #expect(sorted(list) == list.sorted())
      #expect(sorted(list.reversed()) == list.sorted())
    }
  }

  /// Whoever grinds digests that begin alike puts them all into one bucket.
  @Test func digestsThatBeginAlikeAreSortedToo() {
    let list = digests(600).map { digest in
      let words = digest.words
      return Bytes32(words: 7, words.1, words.2, words.3)
    }
    #expect(sorted(list) == list.sorted())
    #expect(sorted(list + digests(200)) == (list + digests(200)).sorted())
  }

  @Test func equalOnesStayEqual() {
    let list = Array(repeating: digests(40), count: 3).flatMap(\.self)
    #expect(sorted(list) == list.sorted())
  }
}
