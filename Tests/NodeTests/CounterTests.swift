// The counter: what visitors buy with test accounts and with wallets, and what thieves try there.

import Agents
import Chain
import Explorer
import Kernel
import Market
import NetworkRoom
import Primitives
import Testing

@testable import Node

@Suite(.serialized) struct CounterTests {
  static let wallet = TestNode.eve

  /// A node with sellers, and a counter at which alice and bob are the test accounts.
  func open(
    _ body: (CounterDesk, NodeClient, Hands) async throws -> Void
  ) async throws {
    var terms = Terms.standard
    terms.auditOperators = 1
    terms.auditWindow = 300
    terms.disputeWindow = 300
    let test = try TestNode(terms: terms)
    let clock = PatientClock()
    try await test.run(.clock(clock)) { node, client in
      let house = TestHouse(
        accounts: [TestNode.alice, TestNode.bob], sells: true, clock: clock)
      do {
        try await settled(house, on: node, clock)
        try await body(house.desk, client, Hands(node: node, client: client, clock: clock))
      } catch {
        await house.close()
        throw error
      }
      await house.close()
    }
  }

  /// Opens the house. It looks at its shelf from time to time, and time goes slowly here.
  private func settled(_ house: TestHouse, on node: Node, _ clock: PatientClock) async throws {
    let hurry = Task {
      while !Task.isCancelled {
        try await Task.sleep(for: .milliseconds(500))
        clock.leap(seconds: 1)
      }
    }
    defer { hurry.cancel() }
    try await house.open(node)
    try await until { try await house.desk.stock().wares.count == 3 }
  }

  /// Until something is so; a machine under load may take its time.
  private func eventually(
    _ name: String, at desk: CounterDesk, _ isSo: (CounterTicket) -> Bool
  ) async throws -> CounterTicket {
    var ticket = try #require(await desk.ticket(name))
    try await until {
      ticket = try #require(await desk.ticket(name))
      return isSo(ticket) || ticket.stage == .failed
    }
    return ticket
  }

  private func verify(_ ticket: CounterTicket, _ client: NodeClient) async throws {
    let run = try #require(ticket.run)
    let bytes = try await client.receipt(of: RunID(run))
    #expect(try ReceiptVerifier.verify(bytes).settled.run.digest == run)
  }

  // MARK: - Test accounts

  @Test func aTestAccountBuysAnAnswerWithItsReceipt() async throws {
    try await open { desk, client, _ in
      let stock = try await desk.stock()
      try #require(stock.wares.map(\.name) == ["open", "replicated", "disputable"])
      #expect(stock.purses.map(\.account) == [TestNode.alice.address, TestNode.bob.address])
      let ware = stock.wares[0]
      let name = try await desk.buy(
        CounterOrder(ware: "open", input: .sample(0), most: ware.most))
      let ticket = try await eventually(name, at: desk) { $0.stage.isOver }
      #expect(ticket.stage == .done, "\(String(describing: ticket.trouble))")
      #expect(ticket.pixels == stock.samples[0])
      let craft = DigitCraft(try Fixtures())
      let right = try craft.model.execute(craft.quantise(craft.samples[0]))
      #expect(ticket.answer?.digit == right.firstIndex(of: right.max() ?? 0))
      #expect(ticket.answer.map { $0.shares.reduce(0, +) } ?? 0 > 999_990)
      #expect(ticket.cost == ware.price)
      #expect(ticket.payer == TestNode.alice.address)
      try await verify(ticket, client)
    }
  }

  @Test func anAccountPaysForOneThingAtATime() async throws {
    try await open { desk, client, _ in
      let order = CounterOrder(
        ware: "disputable", input: .sample(3), purse: TestNode.bob.address)
      let name = try await desk.buy(order)
      #expect(await Self.refusal(of: order, at: desk) == "purseBusy")
      #expect(try await desk.stock().purses.map(\.isBusy) == [false, true])
      // The answer is shown while the money still waits.
      let ticket = try await eventually(name, at: desk) { $0.answer != nil }
      #expect(ticket.answer?.digit == 5 && ticket.stage == .underway && ticket.cost == nil)
      let other = try await desk.buy(CounterOrder(ware: "disputable", input: .sample(1)))
      #expect(await desk.ticket(other)?.payer == TestNode.alice.address)
      let third = CounterOrder(ware: "open", input: .sample(1))
      #expect(await Self.refusal(of: third, at: desk) == "pursesBusy")
    }
  }

  @Test func whatIsNotForSaleIsNotSold() async throws {
    try await open { desk, _, _ in
      func refusal(_ order: CounterOrder) async -> String {
        await Self.refusal(of: order, at: desk)
      }
      #expect(await refusal(CounterOrder(ware: "attested", input: .sample(0))) == "notSold")
      let cheap = CounterOrder(ware: "open", input: .sample(0), most: Amount(1))
      #expect(await refusal(cheap) == "priceMoved")
      let foreign = CounterOrder(
        ware: "open", input: .sample(0), purse: TestNode.eve.address)
      #expect(await refusal(foreign) == "badPurse")
      let inputs: [CounterInput] = [
        .sample(-1), .sample(10), .pixels([]), .pixels([UInt8](repeating: 1, count: 63)),
        .pixels([UInt8](repeating: 17, count: 64)), .pixels([UInt8](repeating: 0, count: 64)),
        .file([]), .file(Array("{\"input_data\": [[1, 2]]}".utf8)),
        .file([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]), .file([UInt8](repeating: 0xff, count: 60_000)),
        .file(Self.file(of: [1e30])), .file(Self.file(of: [-1])), .file(Array("[[[[[[".utf8)),
      ]
      for input in inputs {
        #expect(await refusal(CounterOrder(ware: "open", input: input)) == "notADigit", "\(input)")
      }
      let purses = try await desk.stock().purses
      #expect(purses.allSatisfy { !$0.isBusy })
    }
  }

  /// 64 numbers, of which the first are these.
  private static func file(of first: [Double]) -> [UInt8] {
    let all = first + [Double](repeating: 3, count: 64 - first.count)
    return Array("{\"input_data\": [[\(all.map { "\($0)" }.joined(separator: ","))]]}".utf8)
  }

  @Test func aFileIsReadAsItIs() throws {
    let craft = DigitCraft(try Fixtures())
    let digit = try craft.digit(.file(Self.file(of: [0, 16, 7.6])))
    #expect(digit.pixels.prefix(4) == [0, 16, 8, 3])
    #expect(Set(craft.samples.map(\.pixels)).count == 10)
  }

  // MARK: - Wallets

  /// What a wallet does: it reads the document, and signs what stands there.
  static func sign(_ document: JSONValue, with key: PrivateKey) throws -> String {
    let domain = try #require(document["domain"])
    let own = EIP712.Domain(
      name: try #require(domain["name"]?.string), version: domain["version"]?.string,
      chainId: UInt256(try #require(domain["chainId"]?.uint64)),
      verifyingContract: try #require(
        domain["verifyingContract"]?.string.flatMap(Address.init(hex:))))
    let message = try #require(document["message"])
    let digest =
      switch document["primaryType"]?.string {
      case "PublishKey": try PublishKey(json: message).digest(domain: own)
      case "PlaceOrder": try PlaceOrder(json: message).digest(domain: own)
      case "DrawSeats": try DrawSeats(json: message).digest(domain: own)
      case "SendInput": try SendInput(json: message).digest(domain: own)
      default: try TakeOffer(json: message).digest(domain: own)
      }
    return Hex.encode(key.sign(digest: digest).bytes)
  }

  private static func signatures(_ paper: CounterPaper, _ key: PrivateKey) throws -> [String] {
    try paper.documents.map { try sign($0, with: key) }
  }

  @Test func aWalletBuysWithTwoSignaturesAndThenWithOne() async throws {
    try await open { desk, client, hands in
      _ = try await client.pour(to: Self.wallet.address)
      let order = CounterOrder(ware: "open", input: .sample(4))
      let paper = try await desk.prepare(order, for: Self.wallet.address)
      #expect(
        paper.documents.map { $0["primaryType"]?.string } == ["PublishKey", "TakeOffer"])
      #expect(await desk.ticket(paper.ticket)?.stage == .signing)
      try await desk.complete(paper.ticket, try Self.signatures(paper, Self.wallet))
      let shown = try await eventually(paper.ticket, at: desk) { $0.answer != nil }
      #expect(shown.answer?.digit == 9, "\(String(describing: shown.trouble))")
      // Silence accepts, once its minute is over.
      hands.clock.leap(seconds: 61)
      _ = try await client.pour(to: TestNode.alice.address)
      let ticket = try await eventually(paper.ticket, at: desk) { $0.stage.isOver }
      #expect(ticket.stage == .done && ticket.isWallet && ticket.payer == Self.wallet.address)
      try await verify(ticket, client)
      let next = try await desk.prepare(order, for: Self.wallet.address)
      #expect(next.documents.map { $0["primaryType"]?.string } == ["TakeOffer"])
    }
  }

  @Test func aWalletBuysInAnAuctionAndSignsThreeTimes() async throws {
    try await open { desk, client, hands in
      _ = try await client.pour(to: Self.wallet.address)
      let paper = try await desk.prepare(
        CounterOrder(ware: "replicated", input: .sample(2)), for: Self.wallet.address)
      #expect(
        paper.documents.map { $0["primaryType"]?.string }
          == ["PublishKey", "PlaceOrder", "DrawSeats"])
      #expect(paper.later == 1)
      try await desk.complete(paper.ticket, try Self.signatures(paper, Self.wallet))
      let asked = try await hands.turning {
        try await eventually(paper.ticket, at: desk) { $0.stage == .handing }
      }
      try #require(asked.stage == .handing, "\(String(describing: asked.trouble))")
      #expect(asked.documents.map { $0["primaryType"]?.string } == ["SendInput"])
      let second = CounterPaper(
        ticket: paper.ticket, documents: asked.documents, chainID: paper.chainID)
      // Nobody else's signature, and no other number of them.
      await #expect(throws: Missing.self) {
        try await desk.complete(paper.ticket, Self.signatures(second, TestNode.bob))
      }
      await #expect(throws: Missing.self) { try await desk.complete(paper.ticket, []) }
      try await desk.complete(paper.ticket, try Self.signatures(second, Self.wallet))
      await #expect(throws: Missing.self) {
        try await desk.complete(paper.ticket, Self.signatures(second, Self.wallet))
      }
      let ticket = try await hands.turning {
        try await eventually(paper.ticket, at: desk) { $0.stage.isOver }
      }
      #expect(ticket.stage == .done, "\(String(describing: ticket.trouble))")
      #expect(ticket.answer?.digit == 0)
      #expect(ticket.documents.isEmpty)
      try await verify(ticket, client)
    }
  }

  @Test func theDeputyOpensTheAuditsSalt() async throws {
    try await open { desk, client, _ in
      _ = try await client.pour(to: Self.wallet.address)
      let paper = try await desk.prepare(
        CounterOrder(ware: "disputable", input: .sample(7)), for: Self.wallet.address)
      try await desk.complete(paper.ticket, try Self.signatures(paper, Self.wallet))
      let ticket = try await eventually(paper.ticket, at: desk) { $0.answer != nil }
      #expect(ticket.answer?.digit == 2, "\(String(describing: ticket.trouble))")
      let key = RunKey(LeaseID.of(take: try #require(ticket.road)), 0)
      var names: [String] = []
      try await until {
        names = try await client.messages(about: key.id).filter(\.code.isEmpty)
          .compactMap { $0.signed.message.kind?.name }
        return names.contains("DrawAudit")
      }
      #expect(names.contains("DrawAudit"))
    }
  }

  @Test func onlyTheWalletsOwnSignatureCounts() async throws {
    try await open { desk, client, hands in
      _ = try await client.pour(to: Self.wallet.address)
      let order = CounterOrder(ware: "open", input: .sample(0))
      let paper = try await desk.prepare(order, for: Self.wallet.address)
      let other = try await desk.prepare(order, for: Self.wallet.address)
      let right = try Self.signatures(paper, Self.wallet)
      func refusal(_ ticket: String, _ signatures: [String]) async -> String {
        do throws(Missing) {
          try await desk.complete(ticket, signatures)
          return "taken"
        } catch { return error.code }
      }
      // Another account's, another message's, too few, none, garbage, a changed one.
      let bobs = try Self.signatures(paper, TestNode.bob)
      let others = try Self.signatures(other, Self.wallet)
      #expect(await refusal(paper.ticket, bobs) == "notTheSigner")
      #expect(await refusal(paper.ticket, others) == "notTheSigner")
      #expect(await refusal(paper.ticket, right.reversed()) == "notTheSigner")
      #expect(await refusal(paper.ticket, [right[0]]) == "wrongCount")
      #expect(await refusal(paper.ticket, []) == "wrongCount")
      #expect(await refusal(paper.ticket, ["0x", right[1]]) == "badSignature")
      #expect(await refusal(paper.ticket, ["zz", "zz"]) == "badSignature")
      let zeros = "0x" + String(repeating: "0", count: 130)
      #expect(await refusal(paper.ticket, [zeros, zeros]) == "badSignature")
      #expect(await refusal("00000000000000000000000000000000", right) == "ticketExpired")
      #expect(await desk.ticket(paper.ticket)?.stage == .signing)
      // None of that took the ticket away; signed once it cannot be signed again.
      #expect(await refusal(paper.ticket, right) == "taken")
      #expect(await refusal(paper.ticket, right) == "alreadySigned")
      hands.clock.leap(seconds: TicketBook.patience + 1)
      let late = await refusal(other.ticket, try Self.signatures(other, Self.wallet))
      #expect(late == "ticketExpired")
      #expect(await desk.ticket(other.ticket) == nil)
    }
  }

  @Test func aWalletWithoutMoneyIsToldSo() async throws {
    try await open { desk, _, _ in
      let order = CounterOrder(ware: "open", input: .sample(0))
      #expect(await Self.refusal(of: order, for: Self.wallet.address, at: desk) == "insufficient")
      #expect(await Self.refusal(of: order, for: Address(), at: desk) == "badAddress")
      let auction = CounterOrder(ware: "replicated", input: .sample(0))
      #expect(await Self.refusal(of: auction, for: Self.wallet.address, at: desk) == "insufficient")
    }
  }

  /// Why an order was not taken: from a test account, or prepared for a wallet.
  static func refusal(
    of order: CounterOrder, for wallet: Address? = nil, at desk: CounterDesk
  ) async -> String {
    do throws(Missing) {
      if let wallet {
        _ = try await desk.prepare(order, for: wallet)
      } else {
        _ = try await desk.buy(order)
      }
      return "taken"
    } catch { return error.code }
  }
}
