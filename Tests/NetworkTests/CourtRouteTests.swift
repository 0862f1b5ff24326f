// Reading the court and the lists: filters, pages, cursors, and answers that fit their schemas.

import Chain
import Inference
import Kernel
import Market
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct CourtRouteTests {
  let alice = PrivateKey(seed: [1]).address
  let bob = PrivateKey(seed: [2]).address
  let model = SHA256.hash([1])

  /// Asks, and holds the answer against the document.
  private func ask(
    _ port: Int, _ path: String, _ template: String
  ) async throws -> JSONValue {
    let reply = try await RawHTTP.ask(port, "GET", path)
    #expect(reply.status == 200, "\(path): \(reply.text)")
    let json = try #require(reply.json)
    let reader = SchemaReader(
      document: OpenAPI.document(of: RouteTable.all, facts: FakeNode().services.facts))
    let schema = try #require(reader.answer("get", template, 200))
    #expect(reader.faults(json, schema).isEmpty, "\(path): \(reader.faults(json, schema))")
    return json
  }

  private func refused(_ port: Int, _ path: String, _ status: Int, _ code: String) async throws {
    let reply = try await RawHTTP.ask(port, "GET", path)
    #expect(reply.status == status && reply.code == code, "\(path): \(reply.text)")
  }

  @Test func auditorsAreListedByWhatTheyCanRedo() async throws {
    let node = FakeNode()
    var ready = Auditor()
    ready.subjects = [
      Subject.of(work: InferenceWork.name, spec: InferenceSpec(model: model).encoded)
    ]
    ready.bond = Amount(5)
    var leaving = Auditor()
    leaving.leaves = Time(9)
    node.put("auditors", alice.keyBytes, ready)
    node.put("auditors", bob.keyBytes, leaving)
    try await node.run { port async throws in
      let list = "/api/auditors"
      #expect(try await ask(port, list, list)["auditors"]?.array?.count == 2)
      let able = try await ask(port, "\(list)?model=\(model)", list)["auditors"]?.array
      #expect(able?.map { $0["address"]?.string } == [alice.checksummed])
      let going = try await ask(port, "\(list)?state=leaving", list)["auditors"]?.array
      #expect(going?.map { $0["address"]?.string } == [bob.checksummed])
      let one = try await ask(port, "\(list)/\(alice)", "\(list)/{address}")
      #expect(one["auditor"]?["bond"]?.uint64 == 5)
      try await refused(port, "\(list)/\(PrivateKey(seed: [3]).address)", 404, "notFound")
      try await refused(port, "\(list)/0x00", 400, "malformed")
      try await refused(port, "\(list)?state=asleep", 400, "malformed")
    }
  }

  @Test func modelsAreReadByTheHashOfTheirManifest() async throws {
    let node = FakeNode()
    var publish = PublishModel()
    publish.manifest = [1]
    var event = Event("modelPublished", subject: model, parties: [alice])
    event.numbers = []
    node.grow([event], messages: [SignedMessage(.publishModel(publish), Authorisation())])
    var card = ModelCard()
    card.publisher = alice
    node.put("models", model.keyBytes, card)
    try await node.run { port async throws in
      let list = try await ask(port, "/api/models", "/api/models")["models"]?.array
      #expect(list?.map { $0["model"]?.string } == ["\(model)"])
      let others = try await ask(port, "/api/models?account=\(bob)", "/api/models")
      #expect(others["models"]?.array?.isEmpty == true)
      let one = try await ask(port, "/api/models/\(model)", "/api/models/{id}")
      #expect(one["card"]?["publisher"]?.string == "\(alice)")
      let bytes = try await ask(port, "/api/models/\(model)/manifest", "/api/models/{id}/manifest")
      #expect(bytes["manifest"]?.string == "0x01" && bytes["height"]?.uint64 == 1)
      try await refused(port, "/api/models/\(Bytes32.zero)", 404, "notFound")
      try await refused(port, "/api/models/\(Bytes32.zero)/manifest", 404, "notFound")
    }
  }

  /// Two games over a run of Bob's: one won and one open.
  private func court() -> (FakeNode, run: RunKey, games: [Bytes32], message: SignedMessage) {
    let node = FakeNode()
    let run = RunKey(LeaseID(SHA256.hash([9])), 0)
    let games = [SHA256.hash([11]), SHA256.hash([12])]
    var accept = AcceptRun()
    accept.run = run
    let message = SignedMessage(.acceptRun(accept), Authorisation())
    node.grow(
      [
        Event(
          "runStarted", subject: run.id.digest, lease: run.lease.digest,
          numbers: [Number("index", 0)])
      ], messages: [message])
    for game in games {
      node.grow([
        Event(
          "gameBegun", subject: run.id.digest, lease: run.lease.digest, parties: [alice, bob],
          objects: [game], numbers: [Number("bond", 7)])
      ])
    }
    node.grow([
      Event(
        "gameWon", subject: run.id.digest, lease: run.lease.digest, parties: [alice],
        objects: [games[0]], numbers: [Number("stepWrong", 1)])
    ])
    return (node, run, games, message)
  }

  @Test func gamesAreListedByStateAndParty() async throws {
    let (node, run, games, _) = court()
    try await node.run { port async throws in
      let list = "/api/disputes"
      let all = try await ask(port, list, list)
      #expect(all["disputes"]?.array?.map { $0["state"]?.string } == ["won", "open"])
      #expect(all["cursor"] == .null && all["through"]?.uint64 == 4)
      let won = try await ask(port, "\(list)?state=won&account=\(alice)", list)["disputes"]?.array
      #expect(won?.map { $0["digest"]?.string } == ["\(games[0])"])
      #expect(won?[0]["ended"]?.uint64 == 4 && won?[0]["bond"]?.uint64 == 7)
      let against = try await ask(port, "\(list)?provider=\(bob)", list)["disputes"]?.array
      #expect(against?.count == 2)
      #expect(
        try await ask(port, "\(list)?account=\(bob)", list)["disputes"]?.array?.isEmpty == true)
      for party in [alice, bob] {
        let own = try await ask(port, "\(list)?party=\(party)&state=open", list)["disputes"]?.array
        #expect(own?.map { $0["digest"]?.string } == ["\(games[1])"])
      }
      let stranger = PrivateKey(seed: [3]).address
      #expect(
        try await ask(port, "\(list)?party=\(stranger)", list)["disputes"]?.array?.isEmpty == true)
      for name in ["\(run.id)", run.id.short] {
        let about = try await ask(port, "\(list)?run=\(name)", list)["disputes"]?.array
        #expect(about?.count == 2)
      }
      let other = RunKey(run.lease, 1).id
      #expect(
        try await ask(port, "\(list)?run=\(other)", list)["disputes"]?.array?.isEmpty == true)
      try await refused(port, "\(list)?run=\(games[0])x", 400, "malformed")
      try await refused(port, "\(list)?party=nobody", 400, "malformed")
      let later = try await ask(port, "\(list)?after=2", list)["disputes"]?.array
      #expect(later?.map { $0["digest"]?.string } == ["\(games[1])"])
      let one = try await ask(port, "\(list)/\(games[1])", "\(list)/{id}")
      #expect(one["state"]?.string == "open")
      try await refused(port, "\(list)/\(Bytes32.zero)", 404, "notFound")
      try await refused(port, "\(list)/run_abc", 400, "wrongKind")
    }
  }

  @Test func theMessagesOfARunComeAsTheyWereSigned() async throws {
    let (node, run, _, message) = court()
    try await node.run { port async throws in
      let template = "/api/runs/{id}/messages"
      let json = try await ask(port, "/api/runs/\(run.id)/messages", template)
      let list = try #require(json["messages"]?.array)
      #expect(list.map { $0["id"]?.string } == ["\(message.id)"])
      #expect(list[0]["signed"]?.string == Hex.encode(CBOR.encode(message)))
      try await refused(port, "/api/runs/\(Bytes32.zero)/messages", 404, "notFound")
    }
  }

  // MARK: - Pages

  private func market(_ count: UInt8) -> FakeNode {
    let node = FakeNode()
    for number in 0..<count {
      var order = Order()
      order.buyer = number % 2 == 0 ? alice : bob
      order.request.work = InferenceWork.name
      order.request.check = CheckTerms(number % 3 == 0 ? "open" : "replicated")
      order.request.spec = CBOR.encode(
        InferenceSpec(model: number < 2 ? model : SHA256.hash([7])))
      let id = SHA256.hash([number])
      node.put("orders", id.keyBytes, order)
      var tender = Tender()
      tender.state = number == 0 ? .revealing : .bidding
      node.put("tenders", id.keyBytes, tender)
    }
    return node
  }

  @Test func pagesMissNothingAndRepeatNothing() async throws {
    let node = market(7)
    try await node.run { port async throws in
      for filter in ["", "&account=\(alice)", "&check=replicated"] {
        let whole = try await ask(port, "/api/orders?limit=500\(filter)", "/api/orders")
        var seen: [String?] = []
        var cursor = ""
        for _ in 0..<9 {
          let page = try await ask(port, "/api/orders?limit=2\(filter)\(cursor)", "/api/orders")
          seen += (page["orders"]?.array ?? []).map { $0["id"]?.string }
          guard let next = page["cursor"]?.string else { break }
          cursor = "&cursor=\(next)"
        }
        #expect(seen == whole["orders"]?.array?.map { $0["id"]?.string })
        #expect(Set(seen).count == seen.count && !seen.isEmpty)
      }
    }
  }

  @Test func filtersKeepWhatTheyName() async throws {
    let node = market(7)
    try await node.run { port async throws in
      func count(_ filter: String) async throws -> Int? {
        try await ask(port, "/api/orders?\(filter)", "/api/orders")["orders"]?.array?.count
      }
      #expect(try await count("account=\(alice)") == 4)
      #expect(try await count("check=open") == 3)
      #expect(try await count("model=\(model)") == 2)
      #expect(try await count("state=revealing") == 1)
      #expect(try await count("account=\(bob)&check=open") == 1)
      try await refused(port, "/api/orders?check=none", 400, "malformed")
      try await refused(port, "/api/orders?colour=red", 400, "unknownParameter")
      try await refused(port, "/api/orders?limit=1&limit=2", 400, "doubledParameter")
    }
  }

  @Test func cursorsThatLieAreRefused() async throws {
    let node = market(7)
    try await node.run { port async throws in
      let page = try await ask(port, "/api/orders?limit=1", "/api/orders")
      let cursor = try #require(page["cursor"]?.string)
      // Of another list, of other filters, mistyped, cut, of the old form, made up.
      let last = cursor.last == "0" ? "1" : "0"
      for path in [
        "/api/offers?cursor=\(cursor)", "/api/orders?account=\(alice)&cursor=\(cursor)",
        "/api/orders?cursor=\(cursor.dropLast())\(last)",
        "/api/orders?cursor=\(cursor.dropLast(8))",
        "/api/orders?cursor=\(SHA256.hash([3]))", "/api/orders?cursor=\(PageCursor.example)",
        "/api/orders?cursor=", "/api/disputes?cursor=\(cursor)",
      ] {
        try await refused(port, path, 400, "badCursor")
      }
      let next = try await ask(port, "/api/orders?limit=3&cursor=\(cursor)", "/api/orders")
      #expect(next["orders"]?.array?.count == 3)
    }
    let other = FakeNode { $0.facts.network = Bytes32(words: 9, 9, 9, 9) }
    let page = try await node.run { try await RawHTTP.ask($0, "GET", "/api/orders?limit=1") }
    let cursor = try #require(page.json?["cursor"]?.string)
    let reply = try await other.run {
      try await RawHTTP.ask($0, "GET", "/api/orders?cursor=\(cursor)")
    }
    #expect(reply.status == 400)
  }

  @Test func leasesAndOffersAreFilteredByProviderAndState() async throws {
    let node = FakeNode()
    var lease = Lease()
    lease.buyer = alice
    var seat = Seat()
    seat.provider = bob
    lease.seats = [seat]
    lease.state = .running
    lease.check = CheckTerms("open")
    let order = OrderID(SHA256.hash([5]))
    lease.order = order
    var row = Order()
    row.request.work = InferenceWork.name
    row.request.spec = CBOR.encode(InferenceSpec(model: model))
    node.put("orders", order.digest.keyBytes, row)
    node.put("leases", SHA256.hash([6]).keyBytes, lease)
    var offer = Offer()
    offer.provider = bob
    offer.withdrawn = true
    node.put("offers", SHA256.hash([7]).keyBytes, offer)
    try await node.run { port async throws in
      func count(_ list: String, _ filter: String) async throws -> Int? {
        try await ask(port, "/api/\(list)?\(filter)", "/api/\(list)")[list]?.array?.count
      }
      for (filter, found) in [
        ("provider=\(bob)", 1), ("provider=\(alice)", 0), ("state=running", 1),
        ("state=awarded", 0), ("model=\(model)", 1), ("model=\(Bytes32.zero)", 0),
        ("account=\(alice)&check=open", 1), ("account=\(bob)", 0),
      ] {
        #expect(try await count("leases", filter) == found, "\(filter)")
      }
      #expect(try await count("offers", "account=\(bob)&state=withdrawn") == 1)
      #expect(try await count("offers", "state=posted") == 0)
    }
  }
}
