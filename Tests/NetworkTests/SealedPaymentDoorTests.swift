// The link to the sealed receipt of a single payment: from a sale at a door to the file, and what
// stands in its place while there is none.

import Chain
import Foundation
import Kernel
import Logging
import Payments
import Primitives
import Synchronization
import Testing

@testable import NetworkRoom

/// Gives back what it got.
private struct Echo: RunSeller {
  let wares = [
    RunWare(
      name: "echo", description: "the same", work: "inference", spec: [1], units: 1,
      price: Amount(10_000))
  ]

  func input(_ body: [UInt8], for ware: RunWare) throws(Refusal) -> [UInt8] { body }

  func run(_ input: [UInt8], of ware: RunWare) throws(Refusal) -> MadeRun {
    MadeRun(output: input, members: [])
  }
}

@Suite struct SealedPaymentDoorTests {
  let `operator` = PrivateKey(seed: Array("operator".utf8))
  let seller = PrivateKey(seed: Array("seller".utf8))
  let genesis: Genesis
  let market: PayingMarket

  init() {
    var genesis = Genesis()
    genesis.chainId = 7
    genesis.operator = `operator`.address
    self.genesis = genesis
    let node = FakeNode { [genesis] in
      $0.facts.genesis = genesis
      $0.facts.network = genesis.network
    }
    market = PayingMarket(limits: FacilitatorLimits(accountsPerDay: 0), node: node)
  }

  private var desk: ReceiptDesk {
    ReceiptDesk(key: seller, network: genesis.network, chainID: genesis.chainId)
  }

  /// Puts all that was carried into a block of the next height.
  @discardableResult
  private func grow(signedBy key: PrivateKey? = nil) throws -> Block {
    let carried = market.node.records.inside.withLock { inside in
      defer { inside.messages = [] }
      return inside.messages
    }
    var block = Block()
    block.body = try carried.map { try CBOR.decode(SignedMessage.self, from: $0.bytes) }
    block.results.outcomes = carried.map(\.outcome)
    block.header.network = genesis.network
    block.header.height = market.node.records.inside.withLock { $0.height } + 1
    block.header.bodyRoot = Block.bodyRoot(of: block.body)
    block.header.receiptsRoot = block.results.receiptsRoot
    block.header.eventsRoot = block.results.eventsRoot
    block.sign(with: key ?? `operator`)
    market.node.append(block)
    return block
  }

  private func buy(_ gate: PaymentGate, _ nonce: UInt8 = 1) async throws -> GateAnswer {
    let payment = try market.payment(market.wanted, nonce: nonce)
    let resource = PaidResource(
      url: "http://shop.example/answer", offers: gate.offers(market.wanted), receipts: "/receipts/")
    return await gate.serve(
      resource, request: SHA256.hash([nonce]), payment: X402.header(payment.json)
    ) {
      let facts = RunFacts(work: "inference", spec: [1], units: 1, input: [1], output: [2])
      return Product(price: Amount(10_000), facts: facts) { _ in [2] }
    }
  }

  /// What follows the place of receipts in the link of an answer.
  private func link(_ answer: GateAnswer) throws -> String {
    let path = try #require(answer.headers["Tolsey-Sealed"])
    #expect(path == answer.headers["Tolsey-Receipt"].map { $0 + "/sealed" })
    return String(path.dropFirst("/receipts/".count))
  }

  private func seal(_ gate: PaymentGate, _ link: String) async throws -> Sealing? {
    try await gate.seal(link) { _ in nil }
  }

  @Test func aPaidRunIsSealedWhenABlockHoldsItsPayment() async throws {
    let gate = PaymentGate(settler: market.facilitator, desk: desk)
    let (first, second) = (try link(try await buy(gate)), try link(try await buy(gate, 2)))
    #expect(try await seal(gate, first) == .waiting)
    let block = try grow()
    for link in [first, second] {
      guard case .sealed(let bytes) = try await seal(gate, link) else {
        Issue.record("\(link) is not sealed")
        continue
      }
      let verified = try SealedPayment.verify(bytes)
      #expect(verified.file.signed.run.buyer == market.payer.address)
      #expect(verified.paid == Amount(10_000) && verified.file.sealed.header == block.header)
    }
  }

  @Test func aLinkIsNobodysGuess() async throws {
    let gate = PaymentGate(settler: market.facilitator, desk: desk)
    let good = try link(try await buy(gate))
    try grow()
    for link in ["/sealed", "\(String(repeating: "0", count: 32))/sealed"] {
      #expect(try await seal(gate, link) == .unknown)
    }
    for link in ["", "sealed", String(good.dropLast(7)), good + "/", good + "/sealed/x"] {
      #expect(try await seal(gate, link) == nil, "\(link)")
    }
    // Another door of the same payee sold nothing of that name, and one without a key nothing.
    let other = PaymentGate(settler: market.facilitator, desk: desk)
    #expect(try await seal(other, good) == .unknown)
    let bare = PaymentGate(settler: market.facilitator)
    #expect(try await seal(bare, good) == .unknown)
    let unsigned = try await buy(bare, 3)
    #expect(unsigned.status == 200 && unsigned.headers["Tolsey-Sealed"] == nil)
  }

  /// A node that tells of another block than the operator signed seals nothing.
  @Test func whatIsNotTrueIsNotSealed() async throws {
    let gate = PaymentGate(settler: market.facilitator, desk: desk)
    let link = try link(try await buy(gate))
    let messages = market.node.records.inside.withLock { $0.messages }
    try grow(signedBy: seller)
    #expect(try await seal(gate, link) == .lost)
    market.node.records.inside.withLock { $0.messages = messages }
    try grow()
    guard case .sealed(let bytes) = try await seal(gate, link) else {
      Issue.record("not sealed")
      return
    }
    // It is made once: the node is not asked again, however many are made now.
    market.node.records.inside.withLock { $0.isBroken = true }
    let turns = (0..<8).compactMap { _ in gate.exact?.sealing.take() }
    #expect(turns.count == 4)
    #expect(try await seal(gate, link) == .sealed(bytes))
    turns.forEach { $0.end() }
  }

  @Test func asManyAreMadeAtOnce() async throws {
    let gate = PaymentGate(settler: market.facilitator, desk: desk)
    let link = try link(try await buy(gate))
    let turns = (0..<8).compactMap { _ in gate.exact?.sealing.take() }
    #expect(try await seal(gate, link) == .busy)
    turns.forEach { $0.end() }
    #expect(try await seal(gate, link) == .waiting)
  }

  // MARK: - Over HTTP

  @Test func aDoorServesTheFileAtItsOwnURL() async throws {
    let desk = desk
    let till = RunTill(
      desk: desk, gate: PaymentGate(settler: market.facilitator, desk: desk))
    let server = try await Server.start(
      Echo(), till: till, host: "127.0.0.1", port: 0,
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let port = server.address.port
    let payment = try market.payment(market.wanted)
    let paid = try await RawHTTP.ask(
      port, "POST", "/runs/echo", fields: ["Payment-Signature: \(X402.header(payment.json))"],
      body: [5])
    #expect(paid.status == 200)
    let path = try #require(paid["Tolsey-Sealed"])
    let early = try await RawHTTP.ask(port, "GET", path)
    #expect(early.status == 404 && early.code == "notSealed")
    try grow()
    let sealed = try await RawHTTP.ask(port, "GET", path)
    #expect(sealed.status == 200)
    let verified = try SealedPayment.verify(sealed.body)
    #expect(verified.file.signed.isInput([5]) && verified.paid == Amount(10_000))
    let other = try await RawHTTP.ask(port, "GET", "/receipts/00/sealed")
    #expect(other.status == 404 && other.code == "noSuchReceipt")
    await server.stop(grace: .milliseconds(200))
  }

  @Test func aNodeGivesAMessageInItsBlock() async throws {
    let gate = PaymentGate(settler: market.facilitator, desk: desk)
    _ = try await buy(gate)
    let block = try grow()
    let id = try #require(block.body.first?.id)
    try await market.node.run { port in
      let reply = try await RawHTTP.ask(port, "GET", "/api/messages/\(id)/sealed")
      #expect(reply.status == 200)
      let sealed = try CBOR.decode(SealedMessage.self, from: reply.body)
      #expect(sealed.message.id == id && sealed.header == block.header)
      #expect(sealed.genesis == genesis)
      let none = try await RawHTTP.ask(port, "GET", "/api/messages/\(Bytes32.zero)/sealed")
      #expect(none.status == 404 && none.code == "notFound")
      #expect(try await RawHTTP.ask(port, "GET", "/api/messages/0x12/sealed").status == 400)
      let client = NodeClient(
        NodeAddress(host: "127.0.0.1", port: port), timeout: .seconds(600))
      #expect(try await client.sealedMessage(id) == sealed)
      #expect(try await client.sealedMessage(.zero) == nil)
    }
  }
}
