// Whom the ledger names as readers of inputs and outputs, by the events that it really emits.

import Kernel
import Primitives
import Testing

@testable import Market

@Suite("Readers of blobs")
struct BlobReadersTests {
  /// Whose upload that account may read, as a custodian finds it out.
  static func holders(
    _ reader: String, _ blob: Bytes32, _ house: borrowing House
  ) -> Set<Address> {
    let reader = House.account(reader)
    var holders: Set<Address> = []
    for event in house.k.events {
      switch BlobReaders.claim(of: reader, to: blob, in: event) {
      case .none: continue
      case .from(let holder): holders.insert(holder)
      case .checker(let run, let holder):
        let isChecker = house.k.events.contains {
          BlobReaders.isChecker(reader, of: run, in: $0)
        }
        if isChecker { holders.insert(holder) }
      }
    }
    return holders
  }

  @Test("a buyer reads the output of its run whatever the provider says, and nobody else does")
  func output() throws {
    var house = try House(["buyer", "provider"])
    let (_, run) = try OfferRoadTests.taken(&house)
    let m = try house.submit("provider", run, "4")
    let blob = m.evidence.output.blob
    #expect(Self.holders("buyer", blob, house) == [])
    try house.send(m)
    let provider = House.account("provider")
    #expect(Self.holders("buyer", blob, house) == [provider])
    #expect(Self.holders("eve", blob, house) == [])
    let input = try house.input().blob
    #expect(Self.holders("provider", input, house) == [House.account("buyer")])
    #expect(Self.holders("eve", input, house) == [])
  }

  @Test("who names another's blob as its own output opens it to nobody")
  func thief() throws {
    var house = try House(["buyer", "provider", "eve"])
    let (_, run) = try OfferRoadTests.taken(&house)
    let stolen = try house.submit("provider", run, "4").evidence
    // Eve sells to herself, with an output that she has only heard of.
    var post = OfferRoadTests.offer()
    post.head = House.head("eve")
    let offer = OfferID(try house.send(post))
    var take = try OfferRoadTests.take(offer, house)
    take.key.to = House.account("eve")
    let lease = LeaseID.of(take: try house.send(take))
    var m = try house.submit("eve", RunKey(lease, 0), "4")
    m.evidence = stolen
    try house.send(m)
    // She may have what she uploaded herself, and that is not the provider's blob.
    #expect(Self.holders("buyer", stolen.output.blob, house) == [House.account("eve")])
    #expect(!Self.holders("eve", stolen.output.blob, house).contains(House.account("provider")))
  }

  @Test("an auditor who is called and every challenger read the output, others who look do not")
  func checkers() throws {
    var t = try CourtTable(guests: ["volunteer", "stranger"])
    try t.draw(audited: true)
    let blob = t.evidence.evidence.output.blob
    let provider = House.account("provider")
    #expect(Self.holders(t.auditor, blob, t.house) == [provider])
    let other = try #require(House.auditors.first { $0 != t.auditor })
    #expect(Self.holders(other, blob, t.house) == [])
    let input = try t.house.input().blob
    #expect(Self.holders(t.auditor, input, t.house) == [House.account("buyer")])
    try t.audit(root: t.trace.root)
    #expect(Self.holders("volunteer", blob, t.house) == [])
    try t.house.send(House.challenge("volunteer", t.run, t.answer))
    #expect(Self.holders("volunteer", blob, t.house) == [provider])
    #expect(Self.holders("stranger", blob, t.house) == [])
    // An input is for those who are called to it alone.
    #expect(Self.holders("volunteer", input, t.house) == [])
  }

  @Test("the buyer reads every seat's answer, and no seat reads another's")
  func replicas() throws {
    var house = try House(["buyer"] + ReplicatedRoadTests.bidders)
    let (run, seats, _) = try ReplicatedRoadTests.running(&house)
    for seat in seats { try house.send(try house.seal(seat, run, "4")) }
    for seat in seats.dropLast() { try house.send(try house.unseal(seat, run, "4")) }
    for seat in seats.dropLast() {
      let blob = try house.evidence(seat, "4").output.blob
      #expect(Self.holders("buyer", blob, house) == [House.account(seat)])
      #expect(Self.holders(seats[2], blob, house) == [])
    }
  }
}
