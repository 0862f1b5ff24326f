// Thieves and griefers against the rules: each test is a message sequence that once paid.

import Kernel
import Primitives
import Testing

@testable import Market

@Suite("Thief: keys, chunks and offers")
struct ThiefTests {
  /// A take that was answered with these bytes, whose key was posted on demand.
  private static func posted(
    _ house: inout House, _ bytes: [UInt8]
  ) throws -> (RunKey, ContentChunks, Content) {
    let (_, run) = try OfferRoadTests.taken(&house)
    let key = House.salt("provider output key")
    let output = try house.content(bytes, salt: House.salt("input"), key: key)
    var m = try house.submit("provider", run, "4")
    m.evidence = Evidence(output: output, units: 1)
    try house.send(m)
    try house.send(OfferRoadTests.demand("buyer", run))
    try house.send(OfferRoadTests.post("provider", run, key))
    let chunks = try ContentChunks(bytes, salt: House.salt("input"), key: key)
    return (run, chunks, output)
  }

  @Test("a true chunk that is shown at another place of another count proves nothing")
  func chunkAtAnotherPlace() throws {
    var house = try House(["buyer", "provider"])
    let bytes = [UInt8](repeating: 7, count: ContentChunks.chunkBytes + 100)
    let (run, chunks, _) = try Self.posted(&house, bytes)
    let boxes = ContentChunks.boxes(of: chunks.blob)
    let cut = ContentChunks.cut(bytes)
    let leaves = (0..<2).map {
      ContentChunks.plainLeaf(
        ContentChunks.binding(House.salt("input"), UInt64($0)) + cut[$0])
    }
    var m = ShowChunk()
    m.head = House.head("buyer")
    m.run = run
    m.box = boxes[1]
    m.boxPath = [ContentChunks.blobLeaf(boxes[0])]
    m.leaf = leaves[1]
    m.leafPath = [leaves[0]]
    // The path of the second of two fits the third of three, whose key stream is another.
    for (index, count) in [(2, 3), (4, 5), (8, 9)] as [(UInt64, UInt64)] {
      m.index = index
      m.count = count
      refused("badPath") { () throws(Refusal) in try house.send(m) }
    }
    m.index = 1
    m.count = 2
    refused("chunkIsTrue") { () throws(Refusal) in try house.send(m) }
    #expect(house.treasury == 0)
    #expect(house.escrow(run.lease.digest) == 1_100_000)
  }

  @Test("a key of zeros, which the row could not tell from none, is nobody's key")
  func zeroKey() throws {
    var house = try House(["buyer", "provider"])
    let (_, run) = try OfferRoadTests.taken(&house)
    var m = try house.submit("provider", run, "4")
    m.evidence.output.keyHash = ContentChunks.keyHash(.zero)
    m.key.bytes = Bytes32.zero.bytes
    refused("wrongKey") { () throws(Refusal) in try house.send(m) }
  }

  @Test("an empty blob, of which no chunk can be shown, is no evidence")
  func emptyBlob() throws {
    var house = try House(["buyer", "provider"])
    let (_, run) = try OfferRoadTests.taken(&house)
    var m = try house.submit("provider", run, "4")
    let digest = Custody.digest(
      network: house.k.charter.network, blob: MerkleTree.emptyRoot, size: 0)
    m.evidence.output.blob = MerkleTree.emptyRoot
    m.evidence.output.size = 0
    m.evidence.output.custody.signature = House.custodianKey.sign(digest: digest).bytes
    refused("outOfRange") { () throws(Refusal) in try house.send(m) }
  }

  @Test("who takes an offer cannot make it wait longer than its terms say")
  func longAccept() throws {
    var house = try House(["buyer", "provider"])
    let offer = OfferID(try house.send(OfferRoadTests.offer()))
    var m = try OfferRoadTests.take(offer, house)
    m.acceptWindow = 604_800
    refused("outOfRange") { () throws(Refusal) in try house.send(m) }
    m.acceptWindow = 3_600
    try house.send(m)
  }

  @Test("an input that does not decrypt to its root is shown, and counts as withheld")
  func garbageInput() throws {
    for lies in [true, false] {
      var house = try House(["buyer", "provider"])
      let offer = OfferID(try house.send(OfferRoadTests.offer()))
      var m = try OfferRoadTests.take(offer, house)
      let chunks = try ContentChunks(
        Array("eight by eight".utf8), salt: House.salt("input"), key: House.inputKey)
      if lies { m.input.root = House.salt("something else") }
      let run = RunKey(LeaseID.of(take: try house.send(m)), 0)
      var shown = ShowChunk()
      shown.head = House.head("provider")
      shown.run = run
      shown.box = chunks.blob
      shown.leaf = m.input.root
      refused("notYourMove") { () throws(Refusal) in try house.send(shown) }
      try house.send(OfferRoadTests.demand("provider", run))
      refused("notYourMove") { () throws(Refusal) in try house.send(shown) }
      try house.send(OfferRoadTests.post("buyer", run, House.inputKey))
      if lies {
        try house.send(shown)
        #expect(house.gain("buyer") == -100_000)
        #expect(house.gain("provider") == 100_000 - 500_000)
        #expect(house.treasury == 0)
      } else {
        refused("chunkIsTrue") { () throws(Refusal) in try house.send(shown) }
        // The key of the input is no key of the output.
        try house.send(try house.submit("provider", run, "4"))
        shown.head = House.head("buyer")
        refused("notYourMove") { () throws(Refusal) in try house.send(shown) }
        shown.head = House.head("provider")
        refused("notYourMove") { () throws(Refusal) in try house.send(shown) }
      }
    }
  }

  @Test("parallel runs: a slot that is lost is lost once, the others come back")
  func parallelSlots() throws {
    var house = try House(["buyer", "provider"])
    let offer = OfferID(try house.send(OfferRoadTests.offer()))
    var m = try OfferRoadTests.take(offer, house, runs: 4)
    m.parallel = 3
    let lease = LeaseID.of(take: try house.send(m))
    for index in 1...2 as ClosedRange<UInt64> {
      try house.send(try house.sendInput(RunKey(lease, index), to: ["provider"]))
    }
    let fourth = try house.sendInput(RunKey(lease, 3), to: ["provider"])
    refused("outOfRange") { () throws(Refusal) in try house.send(fourth) }
    try house.send(try house.submit("provider", RunKey(lease, 1), "4"))
    try house.block(seconds: 60)
    // Runs 0 and 2 fell silent; run 1 still waits for the buyer's word.
    #expect(house.treasury == 200_000)
    refused("leaseBroken") { () throws(Refusal) in try house.send(fourth) }
    try house.send(OfferRoadTests.accept(RunKey(lease, 1)))
    #expect(house.escrow(lease.digest) == 0)
    #expect(house.escrow(offer.digest) == 300_000)
    #expect(house.gain("buyer") == -1_000_000)
    #expect(house.gain("provider") == 997_500 - 500_000)
    var rows: [Offer] = []
    house.market.forEachOffer { rows.append($1) }
    #expect(rows.first?.free == 3)
    #expect(rows.first?.tied == 0)
  }
}
