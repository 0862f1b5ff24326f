// Receipts: they verify offline, say how far they can be trusted, and no bit of them is free.

import Kernel
import Market
import Primitives
import Testing

@testable import Chain

@Suite struct ReceiptTests {
  static func offer() throws -> Receipt {
    var network = try SampleNetwork.market()
    try network.accepted()
    return try network.receipt()
  }

  static func auction() throws -> Receipt {
    var network = try SampleNetwork.market()
    try network.replicated(["4", "9", "4"])
    return try network.receipt()
  }

  static func refusal(_ bytes: [UInt8]) -> Refusal? {
    do throws(Refusal) {
      _ = try ReceiptVerifier.verify(bytes)
      return nil
    } catch {
      return error
    }
  }

  @Test func verifiesOffline() throws {
    for receipt in [try Self.offer(), try Self.auction()] {
      let verified = try ReceiptVerifier.verify(receipt.bytes)
      #expect(verified.receipt == receipt)
      #expect(verified.operator == Sample.address("operator"))
      #expect(verified.network == receipt.genesis.network)
      #expect(try Receipt(json: receipt.json) == receipt)
    }
  }

  @Test func saysApartHowFarItCanBeTrusted() throws {
    let verified = try ReceiptVerifier.verify(try Self.offer())
    #expect(!verified.isKnown([]))
    let other = KnownNetwork(network: verified.network, operator: Sample.address("eve"))
    #expect(!verified.isKnown([other]))
    let known = KnownNetwork(network: verified.network, operator: verified.operator)
    #expect(verified.isKnown([other, known]))
    #expect(verified.trust([]).count == 3)
    #expect(verified.trust([])[2].hasPrefix("not known to you"))
    #expect(verified.trust([known])[2].hasPrefix("known to you"))
  }

  @Test func namesItsStations() throws {
    #expect(
      Station.allCases.map { $0.title(isOffer: false) } == [
        "Request", "Order", "Bid", "Lease", "Run", "Evidence", "Verdict", "Settlement", "Receipt",
      ])
    #expect(Station.order.title(isOffer: true) == "Take")
    #expect(try Self.offer().isOffer)
    #expect(try Self.auction().isOffer == false)
  }

  /// Every bit of a whole file, turned over one at a time.
  @Test func noBitOfAnOffersReceiptIsFree() throws {
    let bytes = try Self.offer().bytes
    var free: [Int] = []
    for bit in 0..<(bytes.count * 8) {
      var bent = bytes
      bent[bit / 8] ^= 1 << UInt8(bit % 8)
      if Self.refusal(bent) == nil { free.append(bit) }
    }
    #expect(free == [])
  }

  /// One bit of every byte of the longer file: what lies where is the same code.
  @Test func noByteOfAnAuctionsReceiptIsFree() throws {
    let bytes = try Self.auction().bytes
    var free: [Int] = []
    for index in bytes.indices {
      var bent = bytes
      bent[index] ^= 1 << UInt8(index % 8)
      if Self.refusal(bent) == nil { free.append(index) }
    }
    #expect(free == [])
  }

  @Test func noByteCanBeAddedOrTaken() throws {
    let bytes = try Self.offer().bytes
    #expect(Self.refusal(bytes + [0]) != nil)
    #expect(Self.refusal(Array(bytes.dropLast())) != nil)
    #expect(Self.refusal([]) != nil)
  }

  /// A changed byte within a part is named as that part's station.
  @Test func namesTheStationOfAChangedByte() throws {
    let receipt = try Self.auction()
    let parts: [(Station, [UInt8])] = [
      (.order, receipt.order.bytes), (.bid, receipt.promises[1].bytes),
      (.bid, receipt.promises[2].authorisation.signature), (.run, receipt.start[0].bytes),
      (.evidence, receipt.evidence[2].bytes),
      (.evidence, receipt.evidence[0].authorisation.signature),
      (.receipt, receipt.header.encoded), (.receipt, receipt.signature),
      (.receipt, receipt.genesis.encoded),
    ]
    let bytes = receipt.bytes
    for (station, part) in parts {
      let start = try #require(Self.position(of: part, in: bytes))
      for index in stride(from: start, to: start + part.count, by: 7) {
        var bent = bytes
        bent[index] ^= 1
        let refusal = Self.refusal(bent)
        let named = refusal?.station
        let isRight = named == station || (station == .order && named == .request)
        #expect(isRight || refusal?.code == "newerFormat")
      }
    }
  }

  @Test func namesTheStationOfAChangedRecord() throws {
    let receipt = try Self.auction()
    let other = SHA256.hash([1])
    let bends: [(Station, (inout SettledRun) -> Void)] = [
      (.request, { $0.request = other }), (.order, { $0.order = other }),
      (.order, { $0.buyer = Sample.address("eve") }), (.order, { $0.check.kind = "open" }),
      (.bid, { $0.promises[1] = other }), (.bid, { $0.promises.swapAt(0, 1) }),
      (.lease, { $0.lease = LeaseID(other) }), (.run, { $0.run = RunID(other) }),
      (.run, { $0.index = 1 }), (.run, { $0.startedBy = other }),
      (.evidence, { $0.verdict.seats[0].output = other }),
      (.evidence, { $0.verdict.seats[0].units = 2 }),
      (.evidence, { $0.verdict.seats[0].evidence = EvidenceID(other) }),
      (.verdict, { $0.verdict.outcome = .noMajority }),
      (.verdict, { $0.verdict.seats[1].fate = .paid }),
      (.verdict, { $0.verdict.seats[0].fate = .differs }),
      (.verdict, { $0.verdict.reason = .wrong }),
      (.settlement, { $0.payouts[0].amount = Amount(7) }),
      (.settlement, { $0.prices[0] += 1 }), (.settlement, { $0.stakes[0] -= 1 }),
      (.settlement, { $0.payouts[1].account = Sample.address("eve") }),
      (.settlement, { $0.payouts.removeLast() }),
    ]
    for (station, bend) in bends {
      var bent = receipt
      bend(&bent.settled)
      #expect(Self.refusal(bent.bytes)?.station == station)
    }
    // Money moved between two parties adds up; only the path knows.
    var bent = receipt
    bent.settled.payouts[1].amount = Amount(bent.settled.payouts[1].amount.units - 1)
    bent.settled.payouts[2].amount = Amount(bent.settled.payouts[2].amount.units + 1)
    #expect(Self.refusal(bent.bytes)?.station == .receipt)
  }

  /// Somebody founds a network of his own and signs what he likes: consistent, and not known.
  @Test func aForgersNetworkIsAnother() throws {
    let receipt = try Self.offer()
    var forged = receipt
    forged.genesis.operator = Sample.address("eve")
    #expect(Self.refusal(forged.bytes)?.station == .receipt)
    forged.header.network = forged.genesis.network
    forged.signature = Sample.key("eve").sign(digest: forged.header.id).bytes
    // The parties signed for the true network, so the forger has none of their words.
    #expect(Self.refusal(forged.bytes)?.station == .order)
  }

  @Test func sidesFollowTheTree() {
    for count in 1...33 {
      let leaves = (0..<count).map { SHA256.hash([UInt8($0)]) }
      let tree = MerkleTree(leaves: leaves)
      for index in 0..<count {
        var hash = leaves[index]
        let sides = Receipt.sides(of: index, in: count)
        let path = tree.proof(at: index) ?? []
        for (step, sibling) in path.enumerated() {
          hash =
            sides >> UInt64(step) & 1 == 1
            ? MerkleTree.node(sibling, hash) : MerkleTree.node(hash, sibling)
        }
        #expect(hash == tree.root)
      }
    }
  }

  /// The receipt of a run whose input never came has no start and no evidence, and verifies.
  @Test func silenceHasAReceiptToo() throws {
    var network = try SampleNetwork.market()
    _ = try network.submitted()
    try network.block(after: 3_600_000)
    let verified = try ReceiptVerifier.verify(try network.receipt())
    #expect(verified.settled.verdict.outcome == .silent)
    #expect(verified.receipt.start.isEmpty)
  }

  /// Every way in which a replicated run can end has a receipt that verifies.
  @Test(
    arguments: [
      (["4", "4", "4"], [], Outcome.majority), (["4", "9", "5"], [], .noMajority),
      (["4", nil, "4"], [], .majority), (["4", "4", "9"], [2], .majority),
      (["4", "9", nil], [0], .noMajority), ([nil, nil, nil], [], .noMajority),
    ] as [([String?], Set<Int>, Outcome)])
  func everyEndOfAReplicatedRunVerifies(
    answers: [String?], shut: Set<Int>, outcome: Outcome
  ) throws {
    var network = try SampleNetwork.market()
    try network.replicated(answers, shut: shut)
    let verified = try ReceiptVerifier.verify(try network.receipt().bytes)
    #expect(verified.settled.verdict.outcome == outcome)
  }

  @Test func everyEndOfAnOffersRunVerifies() throws {
    var rejected = try SampleNetwork.market()
    let run = try rejected.submitted()
    _ = try rejected.say("buyer") { _, head in
      var m = RejectRun()
      m.head = head
      m.run = run
      m.reason = .wrong
      return .rejectRun(m)
    }
    let burnt = try ReceiptVerifier.verify(try rejected.receipt().bytes)
    #expect(burnt.settled.verdict.outcome == .rejected)
    #expect(burnt.settled.verdict.reason == .wrong)

    var expired = try SampleNetwork.market()
    let demanded = try expired.submitted()
    _ = try expired.say("buyer") { _, head in
      var m = DemandKey()
      m.head = head
      m.run = demanded
      return .demandKey(m)
    }
    try expired.block(after: 3_600_000)
    let spoiled = try ReceiptVerifier.verify(try expired.receipt().bytes)
    #expect(spoiled.settled.verdict.outcome == .demandExpired)
  }

  @Test func anInputThatNeverCameHasAReceipt() throws {
    var network = try SampleNetwork.market()
    _ = try network.funded()
    try network.block(after: 600_000)
    let verified = try ReceiptVerifier.verify(try network.receipt().bytes)
    #expect(verified.settled.verdict.outcome == .inputWithheld)
    #expect(verified.receipt.start.isEmpty)
    #expect(verified.receipt.evidence.isEmpty)
  }

  private static func position(of part: [UInt8], in bytes: [UInt8]) -> Int? {
    (0...(bytes.count - part.count)).first { bytes[$0...].starts(with: part) }
  }
}
