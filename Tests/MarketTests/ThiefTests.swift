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
    let output = try house.output(bytes, key: key)
    var m = try house.submit("provider", run, "4")
    m.evidence = Evidence(output: output, units: 1)
    try house.send(m)
    try house.send(OfferRoadTests.demand("buyer", run))
    try house.send(OfferRoadTests.post("provider", run, key))
    let salt = ContentSalt(contentKey: House.inputKey)
    return (run, try ContentChunks(output: bytes, salt: salt, key: key), output)
  }

  @Test("a true box that is shown at another place, cut or with another path proves nothing")
  func chunkAtAnotherPlace() throws {
    var house = try House(["buyer", "provider"])
    let bytes = [UInt8](repeating: 7, count: 20 * ContentChunks.chunkBytes + 100)
    let (run, chunks, _) = try Self.posted(&house, bytes)
    let first = ContentChunks.show(0, in: chunks.blob)
    let last = ContentChunks.show(20, in: chunks.blob)
    func refusedShow(_ code: String, _ shown: ShownBox) {
      let m = ShowChunk(House.head("buyer"), run, shown)
      refused(code) { () throws(Refusal) in try house.send(m) }
    }
    refusedShow("chunkIsTrue", first)
    refusedShow("chunkIsTrue", last)
    for index in [0, 16, 19, 21, 256, UInt64.max] {
      refusedShow("badPath", ShownBox(index: index, box: last.box, path: last.path))
    }
    refusedShow("badPath", ShownBox(index: 20, box: Array(last.box.dropLast()), path: last.path))
    refusedShow("badPath", ShownBox(index: 20, box: last.box, path: []))
    refusedShow("badPath", ShownBox(index: 20, box: last.box, path: last.path.reversed()))
    refusedShow("badPath", ShownBox(index: 20, box: last.box, path: last.path + last.path))
    refusedShow("badPath", ShownBox(index: 20, box: last.box, path: first.path))
    refusedShow("outOfRange", ShownBox(index: 20, box: [], path: last.path))
    refusedShow("outOfRange", ShownBox(index: 20, box: last.box + first.box, path: last.path))
    #expect(house.treasury == 0)
    #expect(house.escrow(run.lease.digest) == 1_100_000)
  }

  @Test("a key of zeros, which the row could not tell from none, is nobody's key")
  func zeroKey() throws {
    var house = try House(["buyer", "provider"])
    let offer = OfferID(try house.send(OfferRoadTests.offer()))
    var m = try OfferRoadTests.take(offer, house)
    m.input.keyHash = ContentSalt.keyHash(of: .zero)
    m.key = WrappedKey(to: House.account("provider"), bytes: Bytes32.zero.bytes)
    refused("wrongKey") { () throws(Refusal) in try house.send(m) }
  }

  @Test("a sealed key has its length; no other scheme is known")
  func sealedKeys() throws {
    var house = try House(["buyer", "provider"])
    let (_, run) = try OfferRoadTests.taken(&house)
    var m = try house.submit("provider", run, "4")
    m.key.scheme = WrappedKey.sealed
    for count in [0, 32, 79, 81, 10_000] {
      m.key.bytes = [UInt8](repeating: 7, count: count)
      refused("sealedKeySize") { () throws(Refusal) in try house.send(m) }
    }
    m.key.bytes = [UInt8](repeating: 7, count: 80)
    for scheme in [2, 3, 255] as [UInt8] {
      m.key.scheme = scheme
      refused("unknownKind") { () throws(Refusal) in try house.send(m) }
    }
    m.key.scheme = WrappedKey.sealed
    // What is sealed in it only the buyer can tell; garbage is answered by a demand.
    try house.send(m)
    try house.send(OfferRoadTests.demand("buyer", run))
    try house.send(OfferRoadTests.post("provider", run, House.salt("provider output key")))
    try house.send(OfferRoadTests.accept(run))
    #expect(house.gain("provider") > 0)
  }

  @Test("who could not be written to in private takes no part, and publishes its key first")
  func noSealingKey() throws {
    let names = ["buyer", "provider"] + House.auditors
    /// A house in which one account has published no key.
    func house(without name: String) throws -> House {
      var house = try House(names.filter { $0 != name })
      try house.k.fund(House.account(name), House.fund)
      return house
    }
    func publish(_ name: String, _ house: inout House) throws {
      try house.k.accounts.publish(sealingKey: House.salt(name), of: House.account(name))
    }
    var h = try house(without: "provider")
    refused("noSealingKey") { () throws(Refusal) in try h.send(OfferRoadTests.offer()) }
    try publish("provider", &h)
    try h.send(OfferRoadTests.offer())

    h = try house(without: "buyer")
    let offer = OfferID(try h.send(OfferRoadTests.offer()))
    let take = try OfferRoadTests.take(offer, h)
    refused("noSealingKey") { () throws(Refusal) in try h.send(take) }
    let order = try h.order(CheckTerms("replicated", [Number("replicas", 3), Number("audit", 0)]))
    refused("noSealingKey") { () throws(Refusal) in try h.send(order) }
    try publish("buyer", &h)
    try h.send(take)
    try h.send(order)

    h = try house(without: "auditor1")
    refused("noSealingKey") { () throws(Refusal) in try h.send(House.register("auditor1")) }
    try publish("auditor1", &h)
    try h.send(House.register("auditor1"))
  }

  @Test("a winner without a key does not get its seat before it has published one")
  func noSealingKeyOfASeat() throws {
    var house = try House(["buyer"])
    for name in ReplicatedRoadTests.bidders { try house.k.fund(House.account(name), House.fund) }
    let (id, lease) = try ReplicatedRoadTests.awarded(&house)
    let seat = ReplicatedRoadTests.name(of: lease.seats[0].provider)
    refused("noSealingKey") { () throws(Refusal) in try house.send(House.honour(seat, id)) }
    try house.k.accounts.publish(sealingKey: House.salt("later"), of: House.account(seat))
    try house.send(House.honour(seat, id))
  }

  @Test("only a buyer publishes a content key, and only that of its own input")
  func keysInClear() throws {
    var house = try House(["buyer", "provider"])
    let offer = OfferID(try house.send(OfferRoadTests.offer()))
    var take = try OfferRoadTests.take(offer, house)
    take.key = WrappedKey(to: House.account("provider"), bytes: House.inputKey.bytes)
    let run = RunKey(LeaseID.of(take: try house.send(take)), 0)
    var m = try house.submit("provider", run, "4")
    m.key = WrappedKey(
      to: House.account("buyer"), bytes: House.salt("provider output key").bytes)
    refused("keyInClear") { () throws(Refusal) in try house.send(m) }

    var t = try CourtTable()
    try t.draw(audited: true)
    var seal = House.sealTrace("provider", t.run, t.trace.root, keyTo: House.account(t.auditor))
    seal.key = WrappedKey(to: House.account(t.auditor), bytes: House.inputKey.bytes)
    refused("keyInClear") { () throws(Refusal) in try t.house.send(seal) }
  }

  @Test("a blob of a size that no content has, of which some chunk has no box, is no evidence")
  func oddBlobs() throws {
    var house = try House(["buyer", "provider"])
    let (_, run) = try OfferRoadTests.taken(&house)
    var m = try house.submit("provider", run, "4")
    // Nothing, a box without its binding, and an empty chunk behind a full one.
    for size in [0, 1, 63, 1_089, 1_088 + 63, 1_088 + 64] as [UInt64] {
      m.evidence.output.size = size
      m.evidence.output = house.vouched(m.evidence.output)
      refused("blobSize") { () throws(Refusal) in try house.send(m) }
    }
    m.evidence.output.size = Content.largest + 1
    refused("blobTooLarge") { () throws(Refusal) in try house.send(m) }
  }

  @Test("a custodian's word for one content is none for another that has the same blob")
  func borrowedCustody() throws {
    var house = try House(["buyer", "provider"])
    let (_, run) = try OfferRoadTests.taken(&house)
    var m = try house.submit("provider", run, "4")
    m.evidence.output.root = House.salt("what others answered")
    refused("badCustody") { () throws(Refusal) in try house.send(m) }
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

  /// What may be wrong with an input: nothing, its key stream, one byte far behind, its salt.
  enum InputLie: CaseIterable {
    case none
    case otherKey
    case oneByte
    case otherSalt

    func chunks() throws -> (chunks: ContentChunks, blob: [UInt8], box: Int) {
      let bytes = [UInt8](repeating: 5, count: 3_000)
      let honest = try ContentChunks(input: bytes, key: House.inputKey)
      switch self {
      case .none: return (honest, honest.blob, 0)
      case .otherKey:
        let other = try ContentChunks(input: bytes, key: House.salt("other"))
        return (other, other.blob, 1)
      case .oneByte:
        var blob = honest.blob
        blob[blob.count - 1] ^= 1
        return (honest, blob, 2)
      case .otherSalt:
        // Boxes that hold together, bound by another salt than the key gives: a trace of such an
        // input could never begin at its root.
        let salted = try ContentChunks(
          output: bytes, salt: ContentSalt(value: House.salt("mine")), key: House.inputKey)
        return (salted, salted.blob, 0)
      }
    }
  }

  @Test("an input that lies anywhere is shown by one box of it, and counts as withheld")
  func garbageInput() throws {
    for lie in InputLie.allCases {
      var house = try House(["buyer", "provider"])
      let offer = OfferID(try house.send(OfferRoadTests.offer()))
      var m = try OfferRoadTests.take(offer, house)
      let (chunks, blob, box) = try lie.chunks()
      let roots = BlobRoots(of: blob)
      m.input = Content(
        root: roots.content, blob: roots.blob, size: UInt64(blob.count),
        keyHash: ContentSalt.keyHash(of: House.inputKey), custody: Custody())
      #expect(roots.content == chunks.root)
      m.input = house.vouched(m.input)
      let run = RunKey(LeaseID.of(take: try house.send(m)), 0)
      var shown = ShowChunk(
        House.head("provider"), run, ContentChunks.show(box, in: blob))
      refused("notYourMove") { () throws(Refusal) in try house.send(shown) }
      try house.send(OfferRoadTests.demand("provider", run))
      refused("notYourMove") { () throws(Refusal) in try house.send(shown) }
      try house.send(OfferRoadTests.post("buyer", run, House.inputKey))
      let opened = try ContentChunks.open(blob, of: m.input, as: .input, key: House.inputKey)
      if lie == .none {
        #expect(opened == .bytes([UInt8](repeating: 5, count: 3_000)))
        refused("chunkIsTrue") { () throws(Refusal) in try house.send(shown) }
        // The key of the input is no key of the output.
        try house.send(try house.submit("provider", run, "4"))
        shown.head = House.head("buyer")
        refused("notYourMove") { () throws(Refusal) in try house.send(shown) }
        shown.head = House.head("provider")
        refused("notYourMove") { () throws(Refusal) in try house.send(shown) }
      } else {
        guard case .lie(let found) = opened else {
          Issue.record("\(lie) was not noticed")
          continue
        }
        #expect(lie == .otherKey || found.index == UInt64(box))
        try house.send(shown)
        #expect(house.gain("buyer") == -100_000)
        #expect(house.gain("provider") == 100_000 - 500_000)
        #expect(house.treasury == 0)
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
