// The HTTP side of a node as a careless or hostile client meets it.

import Chain
import Kernel
import NIOHTTP1
import Node
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct RouteTests {
  /// Expects a problem of that status and code.
  private func expectProblem(
    _ client: NodeClient, _ call: HTTPCall, _ status: Int, _ code: String
  ) async throws {
    let reply = try await client.pool.send(call, timeout: NodeClient.patience)
    #expect(reply.status == status)
    #expect(reply.headers["Content-Type"] == [Problem.mediaType])
    let problem = Problem(json: try JSONValue(parsing: reply.body))
    #expect(problem?.code == code)
    #expect(problem?.message.isEmpty == false)
  }

  @Test func whatIsWrongIsSaidAsAProblem() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      let cases: [(HTTPCall, Int, String)] = [
        (HTTPCall(.GET, "/api/nothing"), 404, "noSuchRoute"),
        (HTTPCall(.GET, "/"), 404, "noSuchRoute"),
        (HTTPCall(.GET, "/api/orders/order_zzzz"), 404, "notFound"),
        (HTTPCall(.GET, "/api/orders/offer_zzzz"), 400, "wrongKind"),
        (HTTPCall(.GET, "/api/orders/order_z"), 400, "prefixTooShort"),
        (HTTPCall(.GET, "/api/accounts/0x12"), 400, "malformed"),
        (HTTPCall(.GET, "/api/blocks/7"), 404, "notFound"),
        (HTTPCall(.GET, "/api/blocks/x"), 400, "malformed"),
        (HTTPCall(.GET, "/api/orders?limit=x"), 400, "malformed"),
        (HTTPCall(.GET, "/api/orders?limit=0"), 400, "malformed"),
        (HTTPCall(.GET, "/api/orders?cursor=zz"), 400, "badCursor"),
        (HTTPCall(.GET, "/api/bids"), 400, "missingOrder"),
        (HTTPCall(.GET, "/api/events?after=x"), 400, "malformed"),
        (HTTPCall(.GET, "/api/messages/\(Bytes32.zero)"), 404, "notFound"),
        (
          HTTPCall(.POST, "/api/messages", body: [1], type: "text/plain"), 415,
          "wrongContentType"
        ),
        (
          HTTPCall(.POST, "/api/messages", body: [1], type: "application/cbor"), 400,
          "malformed"
        ),
        (
          HTTPCall(.POST, "/api/messages", body: [0x7b], type: "application/json"), 400,
          "malformed"
        ),
        (HTTPCall(.POST, "/api/messages", type: "application/cbor"), 400, "malformed"),
        (
          HTTPCall(.POST, "/api/faucet", body: Array("{}".utf8), type: "application/json"), 400,
          "malformed"
        ),
      ]
      for (call, status, code) in cases {
        try await expectProblem(client, call, status, code)
      }
    }
  }

  @Test func everyListedRouteAnswers() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      let listed = try await client.get("/api")["routes"]?.array ?? []
      #expect(listed.count == RouteTable.all.routes.count)
      // The feed does not end, so it is not asked here.
      for route in RouteTable.all.routes where route.path != "/api/events" {
        let path = route.path.split(separator: "/", omittingEmptySubsequences: false)
          .map { $0.hasPrefix(":") ? "0" : String($0) }.joined(separator: "/")
        let call = HTTPCall(
          HTTPMethod(rawValue: route.method.rawValue), path, type: "text/plain")
        let reply = try await client.pool.send(call, timeout: NodeClient.patience)
        let json = try? JSONValue(parsing: reply.body)
        #expect(json?["code"]?.string != "noSuchRoute", "\(route.method) \(path)")
        #expect(reply.status < 500, "\(route.method) \(path)")
      }
    }
  }

  @Test func aLongBodyIsRefused() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      let body = [UInt8](repeating: 0, count: (1 << 20) + 1)
      try await expectProblem(
        client, HTTPCall(.POST, "/api/messages", body: body, type: "application/cbor"), 413,
        "tooLarge")
    }
  }

  @Test func messagesInJSONAreTheSameMessages() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      let signed = test.transfer(
        3, from: TestNode.alice, to: TestNode.bob.address, sequence: 0)
      let json: JSONValue = [
        "message": signed.message.json, "authorisation": signed.authorisation.json,
      ]
      let call = HTTPCall(
        .POST, "/api/messages", body: Array(json.text.utf8),
        type: "application/json; charset=utf-8")
      let reply = try await client.pool.send(call, timeout: NodeClient.patience)
      #expect(reply.status == 200)
      let answer = try JSONValue(parsing: reply.body)
      #expect(answer["id"]?.string == "\(signed.id)")
      #expect(try await client.outcome(of: signed.id)?.outcome.isDone == true)
    }
  }

  @Test func aReaderMayWaitForAHeight() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      async let waiting = client.account(TestNode.bob.address, atLeast: 1)
      _ = try await client.submit(
        test.transfer(1, from: TestNode.alice, to: TestNode.bob.address, sequence: 0))
      let account: AccountStatus
      do { account = try await waiting } catch {
        // It waits five seconds, and on a busy machine the block came later than that.
        try #require((error as? ClientError)?.code == "notYet")
        account = try await client.account(TestNode.bob.address, atLeast: 1)
      }
      #expect(account.height >= 1)
      #expect(account.balance == Amount(100_000_001))
    }
  }

  @Test func whatANodeSaysOfItselfIsTheGenesis() async throws {
    let test = try TestNode()
    try await test.run { node, client async throws in
      #expect(try await client.genesis() == node.genesis)
      let status = try await client.status()
      #expect(status.network == node.genesis.network)
      #expect(status.chainID == node.genesis.chainId)
      #expect(try await client.terms() == node.genesis.terms)
      let checks = try await client.get("/api/checks")["checks"]?.array
      #expect(checks?.isEmpty == false)
      #expect(try await client.get("/health")["ok"]?.bool == true)
    }
  }

  @Test func listsComeInPages() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      var seen: [String] = []
      var cursor: String?
      repeat {
        let query = cursor.map { "&cursor=\($0)" } ?? ""
        let page = try await client.get("/api/accounts?limit=1" + query)
        seen += (page["accounts"]?.array ?? []).compactMap { $0["address"]?.string }
        cursor = page["cursor"]?.string
      } while cursor != nil
      // Alice, Bob, the operator and the faucet.
      #expect(seen.count == 4 && Set(seen).count == 4)
    }
  }
}
