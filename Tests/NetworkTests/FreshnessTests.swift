// Tags and methods: what caches may rely on, and what a route says to what it does not do.

import Chain
import Kernel
import Market
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct FreshnessTests {
  let alice = PrivateKey(seed: [1])

  private func message() -> SignedMessage {
    let transfer = Transfer(
      Head(from: alice.address, sequence: 0, validUntil: .never), to: alice.address, Amount(3))
    return SignedMessage(.transfer(transfer), Authorisation())
  }

  @Test func stateHasTheTagOfItsHeight() async throws {
    let node = FakeNode()
    try await node.run { port async throws in
      let first = try await RawHTTP.ask(port, "GET", "/api/accounts/\(alice.address)")
      let tag = try #require(first["ETag"])
      #expect(first.status == 200 && tag.hasPrefix("\"h0-"))
      #expect(first["Cache-Control"] == "no-cache")
      for known in [tag, "W/" + tag, "\"other\", " + tag] {
        let again = try await RawHTTP.ask(
          port, "GET", "/api/accounts/\(alice.address)", fields: ["If-None-Match: \(known)"])
        #expect(again.status == 304 && again.body.isEmpty && again["ETag"] == tag)
      }
      node.grow([])
      let later = try await RawHTTP.ask(
        port, "GET", "/api/accounts/\(alice.address)", fields: ["If-None-Match: \(tag)"])
      #expect(later.status == 200)
      #expect(later["ETag"] != tag)
      #expect(later.json?["height"]?.uint64 == 1)
    }
  }

  @Test func everyPathHasATagOfItsOwn() async throws {
    let node = FakeNode()
    try await node.run { port async throws in
      var tags: Set<String> = []
      for path in ["/api/orders", "/api/orders?limit=1", "/api/offers", "/api/terms"] {
        let reply = try await RawHTTP.ask(port, "GET", path)
        #expect(reply.status == 200)
        tags.insert(try #require(reply["ETag"]))
      }
      #expect(tags.count == 4)
    }
    let other = FakeNode { $0.facts.network = Bytes32(words: 9, 9, 9, 9) }
    let mine = try await node.run { try await RawHTTP.ask($0, "GET", "/api/orders")["ETag"] }
    let theirs = try await other.run { try await RawHTTP.ask($0, "GET", "/api/orders")["ETag"] }
    #expect(mine != theirs)
  }

  @Test func whatIsSettledKeepsItsTag() async throws {
    let node = FakeNode()
    let signed = message()
    node.grow([], messages: [signed])
    try await node.run { port async throws in
      let path = "/api/messages/\(signed.id)"
      let first = try await RawHTTP.ask(port, "GET", path)
      let tag = try #require(first["ETag"])
      #expect(tag.hasPrefix("\"s-"))
      node.grow([])
      let again = try await RawHTTP.ask(port, "GET", path, fields: ["If-None-Match: \(tag)"])
      #expect(again.status == 304)
      let whole = try await RawHTTP.ask(port, "GET", path)
      #expect(whole.body == first.body)
      // A beginning may mean another message one day.
      let short = try await RawHTTP.ask(port, "GET", "/api/messages/\("\(signed.id)".prefix(10))")
      #expect(short.status == 200 && short["ETag"]?.hasPrefix("\"h") == true)
      let genesis = try await RawHTTP.ask(port, "GET", "/api/genesis")
      #expect(genesis["ETag"]?.hasPrefix("\"s-") == true)
    }
  }

  @Test func problemsAreNotKept() async throws {
    let node = FakeNode()
    try await node.run { port async throws in
      for path in ["/api/nothing", "/api/messages/\(Bytes32.zero)", "/api/blocks/9"] {
        let reply = try await RawHTTP.ask(port, "GET", path)
        #expect(reply.status == 404)
        #expect(reply["ETag"] == nil && reply["Cache-Control"] == "no-store")
      }
    }
  }

  @Test func headSaysWhatGetSaysWithoutABody() async throws {
    let node = FakeNode()
    try await node.run { port async throws in
      for path in ["/api/status", "/api/orders", "/api", "/api/openapi.json", "/api/nothing"] {
        let get = try await RawHTTP.ask(port, "GET", path)
        let head = try await RawHTTP.ask(port, "HEAD", path)
        #expect(head.status == get.status && head.body.isEmpty, "\(path)")
        #expect(head["Content-Length"] == get["Content-Length"])
        #expect(head["ETag"] == get["ETag"])
        #expect(head["Content-Type"] == get["Content-Type"])
      }
      let feed = try await RawHTTP.ask(port, "HEAD", "/api/events")
      #expect(feed.status == 200 && feed["Content-Type"] == "text/event-stream")
    }
  }

  @Test func otherMethodsAreToldWhatTheRouteDoes() async throws {
    let node = FakeNode()
    try await node.run { port async throws in
      for method in ["POST", "PUT", "DELETE", "PATCH", "TRACE"] {
        let reply = try await RawHTTP.ask(port, method, "/api/orders", body: [])
        #expect(reply.status == 405 && reply.code == "methodNotAllowed", "\(method)")
        #expect(reply["Allow"] == "GET, HEAD, OPTIONS")
      }
      let get = try await RawHTTP.ask(port, "GET", "/api/faucet")
      #expect(get.status == 405 && get["Allow"] == "POST, OPTIONS")
      let options = try await RawHTTP.ask(port, "OPTIONS", "/api/messages")
      #expect(options.status == 204 && options["Allow"] == "POST, OPTIONS")
    }
  }

  @Test func typesThatDoNotFitAreRefused() async throws {
    let node = FakeNode()
    try await node.run { port async throws in
      let wanted = try await RawHTTP.ask(
        port, "GET", "/api/orders", fields: ["Accept: text/html"])
      #expect(wanted.status == 406 && wanted.code == "notAcceptable")
      let receipt = try await RawHTTP.ask(
        port, "GET", "/api/receipts/\(Bytes32.zero)", fields: ["Accept: application/json"])
      #expect(receipt.status == 406)
      for type in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let reply = try await RawHTTP.ask(
          port, "POST", "/api/messages", fields: type.isEmpty ? [] : ["Content-Type: \(type)"],
          body: [1])
        #expect(reply.status == 415 && reply.code == "wrongContentType")
      }
    }
  }

  @Test func theDocumentIsServedAsItIsMade() async throws {
    let node = FakeNode()
    try await node.run { port async throws in
      let reply = try await RawHTTP.ask(port, "GET", "/api/openapi.json")
      let made = OpenAPI.document(of: RouteTable.all, facts: node.services.facts)
      #expect(reply.status == 200 && reply.json == made)
      let tag = try #require(reply["ETag"])
      let again = try await RawHTTP.ask(
        port, "GET", "/api/openapi.json", fields: ["If-None-Match: \(tag)"])
      #expect(again.status == 304)
    }
  }
}
