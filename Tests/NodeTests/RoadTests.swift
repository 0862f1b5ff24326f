// A whole road over HTTP: offer, taking, evidence, acceptance, receipt; found by any form of id.

import Agents
import Chain
import Ciphers
import Inference
import Kernel
import Logging
import Market
import NetworkRoom
import Node
import Primitives
import Testing

@Suite struct RoadTests {
  let buyer = TestNode.alice
  let provider = TestNode.bob
  let inputKey = Bytes32(words: 1, 1, 1, 1)
  let outputKey = Bytes32(words: 2, 2, 2, 2)
  let salt = Bytes32(words: 3, 3, 3, 3)

  private func offer(_ test: TestNode, sequence: UInt64, capacity: UInt64 = 1) -> SignedMessage {
    var m = PostOffer()
    m.head = Head(from: provider.address, sequence: sequence, validUntil: .never)
    m.work = "inference"
    m.spec = InferenceSpec(model: salt).encoded
    m.check = CheckTerms("open")
    m.rate = Rate(Amount(1_000_000))
    m.capacity = capacity
    return SignedMessage.signing(.postOffer(m), with: provider, domain: test.domain)
  }

  /// The message by which others learn how to seal to an account, in a lane of its own.
  private func keyNotice(of key: PrivateKey, _ test: TestNode) -> SignedMessage {
    let head = Head(from: key.address, lane: 1, sequence: 0, validUntil: .never)
    let m = PublishKey(head, sealingKey: SealingKey(of: key).published)
    return SignedMessage.signing(.publishKey(m), with: key, domain: test.domain)
  }

  private func wrap(
    _ contentKey: Bytes32, to reader: PrivateKey, by sender: PrivateKey, _ test: TestNode
  ) -> WrappedKey {
    WrappedKey(
      contentKey, to: reader.address, publishing: SealingKey(of: reader).published, by: sender,
      network: test.network.genesis.network)
  }

  /// Uploads content for one reader, and says it in the ledger's words.
  private func shelve(
    _ text: String, key: Bytes32, by owner: PrivateKey, for reader: PrivateKey,
    _ client: NodeClient
  ) async throws -> Content {
    let bytes = Array(text.utf8)
    let chunks =
      owner.address == buyer.address
      ? try ContentChunks(input: bytes, key: key)
      : try ContentChunks(
        output: bytes, salt: ContentSalt(contentKey: inputKey), key: key)
    let kept = try await client.put(
      blob: chunks.blob, readers: [reader.address], by: owner, at: WallClock().now)
    return Content(chunks, custody: kept.custody)
  }

  /// Posts, takes and answers; gives the ids of offer and run.
  private func submitted(
    _ test: TestNode, _ client: NodeClient
  ) async throws -> (offer: OfferID, run: RunKey) {
    for key in [buyer, provider] {
      #expect(try await client.submit(keyNotice(of: key, test)).outcome.code == "")
    }
    let posted = try await client.submit(offer(test, sequence: 0))
    #expect(posted.outcome.code == "")
    let offer = OfferID(posted.id)
    var take = TakeOffer()
    take.head = Head(from: buyer.address, sequence: 0, validUntil: .never)
    take.offer = offer
    take.input = try await shelve("in", key: inputKey, by: buyer, for: provider, client)
    take.key = wrap(inputKey, to: provider, by: buyer, test)
    let taken = try await client.submit(
      SignedMessage.signing(.takeOffer(take), with: buyer, domain: test.domain))
    #expect(taken.outcome.code == "")
    let lease = try #require(try await client.leases(of: buyer.address).items.first)
    let run = RunKey(LeaseID(lease.id), 0)
    var evidence = SubmitEvidence()
    evidence.head = Head(from: provider.address, sequence: 1, validUntil: .never)
    evidence.run = run
    evidence.evidence = Evidence(
      output: try await shelve("out", key: outputKey, by: provider, for: buyer, client),
      units: 1)
    evidence.key = wrap(outputKey, to: buyer, by: provider, test)
    let shown = try await client.submit(
      SignedMessage.signing(.submitEvidence(evidence), with: provider, domain: test.domain))
    #expect(shown.outcome.code == "")
    return (offer, run)
  }

  @Test func theRoadEndsInAReceiptThatVerifies() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      let (offer, run) = try await submitted(test, client)
      let alive = try await client.run(run.id)
      #expect(alive.run != nil && alive.settled.isEmpty && alive.lease == run.lease)
      await #expect {
        try await client.receipt(of: run.id)
      } throws: { ($0 as? ClientError)?.code == "notFound" }
      let output = try #require(alive.run?.output)
      let blob = try await client.blob(output.blob, by: buyer, at: WallClock().now)
      let opened = try ContentChunks.open(blob, of: output, as: .output, key: outputKey)
      #expect(opened == .bytes(Array("out".utf8)))
      var accept = AcceptRun()
      accept.head = Head(from: buyer.address, sequence: 1, validUntil: .never)
      accept.run = run
      let accepted = try await client.submit(
        SignedMessage.signing(.acceptRun(accept), with: buyer, domain: test.domain))
      #expect(accepted.outcome.code == "")
      let over = try await client.run(run.id, atLeast: accepted.height)
      #expect(over.run == nil && over.settled.count == 1)
      let receipt = try await client.receipt(of: run.id)
      let verified = try ReceiptVerifier.verify(receipt)
      #expect(verified.settled.run == run.id)
      #expect(verified.height == accepted.height)
      #expect(try await client.lease(run.lease).lease == nil)
      for form in [
        "\(run.id)", run.id.short, "\(run.id.digest)", String("\(run.id)".prefix(12)),
      ] {
        let json = try await client.get("/api/runs/\(form)")
        #expect(json["id"]?.string == "\(run.id)")
      }
      #expect(try await client.get("/api/offers/\(offer.short)")["alive"]?.bool == true)
    }
  }

  @Test func everyLineOfATakenOfferNamesItsRoadAcrossARestart() async throws {
    let test = try TestNode()
    let log = LogLines()
    var configuration = test.configuration()
    configuration.log = Logger(label: "story") { _ in log }
    configuration.log.logLevel = .info
    var node = try await Node.start(configuration)
    var client = NodeClient(node.address)
    let (_, run) = try await submitted(test, client)
    let take = try #require(try await client.lease(run.lease).lease?.request)
    let json = try await client.get("/api/orders/\(PrintedID.full("order", take).prefix(16))")
    #expect(json["alive"]?.bool == true)
    #expect(json["lease"]?.string == "\(run.lease)")
    client.close()
    await node.stop()

    node = try await Node.start(configuration)
    client = NodeClient(node.address)
    var accept = AcceptRun()
    accept.head = Head(from: buyer.address, sequence: 1, validUntil: .never)
    accept.run = run
    _ = try await client.submit(
      SignedMessage.signing(.acceptRun(accept), with: buyer, domain: test.domain))
    #expect(try await client.get("/api/orders/\(take)")["alive"]?.bool == false)
    client.close()
    await node.stop()

    let lines = log.lines.withLock { $0 }.filter { $0.contains("\(run.lease)") }
    let names = ["offerTaken", "runStarted", "runSettled", "leaseServed"]
    for name in names { #expect(lines.contains { $0.hasPrefix(name) }, "\(name)") }
    let road = PrintedID.full("order", take)
    for line in lines { #expect(line.contains(road), "\(line)") }
  }

  @Test func aPrefixOfTwoNamesBoth() async throws {
    let test = try TestNode()
    // Two offers of the provider whose ids share three letters: a few hundred tries.
    var known: [Substring: UInt64] = [:]
    var pair: (UInt64, UInt64)?
    for capacity in 1...1000 as ClosedRange<UInt64> where pair == nil {
      let second = offer(test, sequence: 1, capacity: capacity)
      let first = offer(test, sequence: 0, capacity: capacity)
      known[OfferID(first.id).short.prefix(9)] = capacity
      if let other = known[OfferID(second.id).short.prefix(9)] { pair = (other, capacity) }
    }
    let (one, two) = try #require(pair)
    let offers = [
      offer(test, sequence: 0, capacity: one), offer(test, sequence: 1, capacity: two),
    ]
    try await test.run { _, client async throws in
      for offer in [keyNotice(of: provider, test)] + offers {
        #expect(try await client.submit(offer).outcome.code == "")
      }
      let prefix = OfferID(offers[0].id).short.prefix(9)
      await #expect {
        try await client.get("/api/offers/\(prefix)")
      } throws: { error in
        let problem = (error as? ClientError)?.problem
        return problem?.code == "ambiguous" && problem?.status == 409
          && Set(problem?.candidates ?? []) == Set(offers.map { "\(OfferID($0.id))" })
      }
    }
  }

  @Test func whoSentAnOrderFindsItAndItsEndByItself() async throws {
    let test = try TestNode()
    try await test.run(.steps) { node, client async throws in
      let stepper = try #require(node.stepper)
      await stepper.register("buyer")
      var m = PlaceOrder()
      m.head = Head(from: buyer.address, sequence: 0, validUntil: .never)
      m.request.work = "inference"
      m.request.spec = InferenceSpec(model: salt).encoded
      m.request.check = CheckTerms("open")
      m.request.limit = Rate(Amount(1_000_000))
      m.saltCommitment = SaltCommitment.of(salt)
      m.input = try await shelve("in", key: inputKey, by: buyer, for: provider, client)
      let notice = try await client.post(keyNotice(of: buyer, test))
      let order = OrderID(
        try await client.post(
          SignedMessage.signing(.placeOrder(m), with: buyer, domain: test.domain)))
      #expect(await stepper.done("buyer") == 1)
      let placed = try await client.order(order, atLeast: 1)
      #expect(placed.order?.buyer == buyer.address && placed.tender != nil)
      #expect(try await client.bids(of: order).isEmpty)
      #expect(try await client.orders(of: buyer.address).items.map(\.id) == [order.digest])
      #expect(try await client.orders(of: provider.address).items.isEmpty)
      // Nobody bids, so the time jumps from deadline to deadline until the money is back.
      while await stepper.done("buyer") != nil {}
      let over = try await client.order(order)
      #expect(over.order == nil && over.tender == nil && over.height > 1)
      let balance = try await client.account(buyer.address).balance
      let toll = try #require(try await client.outcome(of: order.digest)).outcome.toll
      let first = try #require(try await client.outcome(of: notice)).outcome.toll
      #expect(balance.units == 100_000_000 - toll.units - first.units)
    }
  }
}
