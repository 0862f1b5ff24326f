// The beacon's rule against the vectors.

import Primitives
import Testing

@testable import Kernel

@Suite struct BeaconTests {
  @Test func everyVectorIsMet() throws {
    let cases = try MechanismVectors.load().beacons
    #expect(cases.count == 3)
    for c in cases {
      let next = BeaconRule.next(last: bytes32(c.last), opened: c.pairs, link: bytes32(c.link))
      #expect(next == bytes32(c.next))
    }
  }

  @Test func orderOfArrivalDoesNotMatter() throws {
    let c = try #require(try MechanismVectors.load().beacons.last)
    for pairs in [Array(c.pairs.reversed()), Array(c.pairs[1...] + c.pairs[..<1])] {
      let next = BeaconRule.next(last: bytes32(c.last), opened: pairs, link: bytes32(c.link))
      #expect(next == bytes32(c.next))
    }
  }

  @Test func aSaltHeldBackOrAnotherLinkIsAnotherBeacon() throws {
    let c = try #require(try MechanismVectors.load().beacons.last)
    let fewer = BeaconRule.next(
      last: bytes32(c.last), opened: Array(c.pairs.dropLast()), link: bytes32(c.link))
    #expect(fewer != bytes32(c.next))
    let linked = BeaconRule.next(last: bytes32(c.last), opened: c.pairs, link: bytes32(c.last))
    #expect(linked != bytes32(c.next))
  }

  @Test func twoSaltsOfOneObjectAreSortedToo() {
    let (a, b) = (Bytes32(words: 0, 0, 0, 1), Bytes32(words: 0, 0, 0, 2))
    let one = BeaconRule.next(last: .zero, opened: [(a, a), (a, b)], link: .zero)
    let two = BeaconRule.next(last: .zero, opened: [(a, b), (a, a)], link: .zero)
    #expect(one == two)
  }

  /// A block's thousands of salts take a shorter way, which must give what the rule gives.
  @Test func aFullBlockMeetsTheRule() {
    let salts = (0..<1_500).map { number in
      let digest = SHA256.hash { $0.update(UInt64(number % 1_000)) }
      return Beacon.OpenedSalt(
        object: digest, salt: SHA256.hash { $0.update(UInt64(number * 7)) })
    }
    let (last, link) = (SHA256.hash([1]), SHA256.hash([2]))
    let plain = BeaconRule.next(
      last: last, opened: salts.map { ($0.object, $0.salt) }, link: link)
    #expect(BeaconRule.next(last: last, opened: salts, link: link) == plain)
    #expect(BeaconRule.next(last: last, opened: salts.reversed(), link: link) == plain)
    #expect(BeaconRule.next(last: last, opened: Array(salts.dropLast()), link: link) != plain)
  }
}
