// The owner's pages against those who are not: guesses, other sites' forms, names that lie.

import Agents
import Kernel
import Logging
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct OwnerDoorTests {
  private static let token = SHA256.hash(Array("owner".utf8))
  private static let form = "application/x-www-form-urlencoded"

  private struct Site {
    let seller: Seller
    var origin: String { seller.origin.text }

    func send(
      _ path: String, _ form: String? = nil, origin: String? = nil, cookie: String? = nil,
      more: [(name: String, value: String)] = []
    ) async throws -> (status: Int, text: String, reply: SellerReply) {
      var fields = more
      if let form, !form.isEmpty || origin != nil {
        fields.append(("Content-Type", OwnerDoorTests.form))
      }
      if let origin { fields.append(("Origin", origin)) }
      if let cookie { fields.append(("Cookie", "tolsey_owner=\(cookie)")) }
      let reply = try await SellerCall().send(
        form == nil ? .GET : .POST, path, to: seller, body: Array((form ?? "").utf8),
        fields: fields)
      let bytes = try await reply.collect(1 << 20)
      return (reply.status, String(decoding: bytes, as: UTF8.self), reply)
    }

    /// Comes in with the token.
    func cookie() async throws -> String {
      let came = try await send("/owner?token=\(OwnerDoorTests.token)")
      let field = try #require(came.reply.field("set-cookie"))
      #expect(came.status == 303 && came.reply.field("location") == "/owner")
      #expect(field.contains("HttpOnly") && field.contains("SameSite=Strict"))
      #expect(!field.contains("\(OwnerDoorTests.token)"))
      return String(field.dropFirst("tolsey_owner=".count).prefix { $0 != ";" })
    }
  }

  private func site<T>(_ agent: FakeAgent, _ body: (Site) async throws -> T) async throws -> T {
    let server = try await Server.start(
      agent.teller(), AgentDoorOptions(name: "helper", sellers: [], token: Self.token),
      clock: agent.clock, host: "127.0.0.1", port: 0,
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let url = "http://127.0.0.1:\(server.address.port)"
    do {
      let result = try await body(Site(seller: try #require(Seller(url, isNamed: true))))
      await server.stop(grace: .milliseconds(200))
      return result
    } catch {
      await server.stop(grace: .milliseconds(200))
      throw error
    }
  }

  private func proof(_ text: String) throws -> String {
    let start = try #require(text.firstRange(of: "name=proof value=\""))
    return String(text[start.upperBound...].prefix { $0 != "\"" })
  }

  private func waiting() throws -> FakeAgent {
    let agent = try FakeAgent { $0.payees = [] }
    _ = try agent.wallet.decide(
      .pay(FakeAgent.payee, Amount(10_000), origin: FakeAgent.shop), now: agent.clock())
    return agent
  }

  @Test func theOwnerSeesTheDifferenceAndAnswers() async throws {
    let agent = try waiting()
    try await site(agent) { (site: Site) async throws in
      let cookie = try await site.cookie()
      let page = try await site.send("/owner", cookie: cookie)
      #expect(page.status == 200)
      for word in [
        "$0.01 to", FakeAgent.payee.checksummed, "$0.00 → $0.01 of $1.00", FakeAgent.shop.text,
      ] { #expect(page.text.contains(word), "\(word)") }
      let rule = page.reply.field("content-security-policy") ?? ""
      #expect(rule.hasPrefix("default-src 'none'") && !rule.contains("script"))
      #expect(page.reply.field("cache-control") == "no-store")
      let body = "proof=\(try proof(page.text))&line=1&word=yes"
      let sent = try await site.send("/owner/answer", body, origin: site.origin, cookie: cookie)
      #expect(sent.status == 303)
      let again = try await site.send("/owner/answer", body, origin: site.origin, cookie: cookie)
      #expect(again.status == 409)
      #expect(try await site.send("/owner/log", cookie: cookie).text.contains("approved line 1"))
    }
    #expect(try agent.wallet.log().last?.kind == .approved)
  }

  @Test func theTokenIsNotGuessed() async throws {
    let agent = try waiting()
    try await site(agent) { (site: Site) async throws in
      #expect(try await site.send("/owner").status == 401)
      #expect(try await site.send("/owner/log").status == 401)
      #expect(try await site.send("/owner", cookie: "\(Self.token)").status == 401)
      var seen: [Int] = []
      for number in 0..<7 {
        seen.append(
          try await site.send("/owner/enter", "token=\(number)", origin: site.origin).status)
      }
      #expect(seen == [401, 401, 401, 401, 401, 429, 429])
      // Whoever guesses shall not keep the owner out.
      #expect(try await site.send("/owner?token=\(Self.token)").status == 303)
      agent.later(61)
      #expect(try await site.send("/owner/enter", "token=9", origin: site.origin).status == 401)
      _ = try await site.cookie()
    }
  }

  @Test func anotherSitesFormIsNotTaken() async throws {
    let agent = try waiting()
    try await site(agent) { (site: Site) async throws in
      let cookie = try await site.cookie()
      let proof = try proof(try await site.send("/owner", cookie: cookie).text)
      let good = "proof=\(proof)&line=1&word=yes"
      for (origin, body, name) in [
        ("http://evil.example", good, cookie), (nil, good, cookie), ("null", good, cookie),
        (site.origin, "line=1&word=yes", cookie),
        (site.origin, "proof=0x00&line=1&word=yes", cookie),
        (site.origin, good, "0x00"),
      ] as [(String?, String, String)] {
        let sent = try await site.send("/owner/answer", body, origin: origin, cookie: name)
        #expect([401, 403].contains(sent.status), "\(origin ?? "none") \(sent.status)")
      }
      let stop = try await site.send(
        "/owner/stop", "proof=\(proof)", origin: site.origin, cookie: cookie)
      #expect(stop.status == 400)
      // A name that somebody pointed at this machine.
      let named = try #require(Seller("http://localhost:\(site.seller.port)", isNamed: true))
      #expect(try await SellerCall().send(.GET, "/owner", to: named).status == 401)
    }
    #expect(try agent.wallet.log().pending.count == 1)
    #expect(agent.pocket.inside.withLock { !$0.isClosed })
  }

  @Test func theSwitchStopsEverything() async throws {
    let agent = try waiting()
    try await site(agent) { (site: Site) async throws in
      let cookie = try await site.cookie()
      let proof = try proof(try await site.send("/owner", cookie: cookie).text)
      let sent = try await site.send(
        "/owner/stop", "proof=\(proof)&sure=yes", origin: site.origin, cookie: cookie)
      #expect(sent.status == 303)
      #expect(try await site.send("/owner", cookie: cookie).text.contains("is stopped"))
    }
    #expect(try agent.wallet.log().contains { $0.kind == .stopped })
    #expect(agent.pocket.inside.withLock { $0.isClosed })
  }

  @Test func otherSitesCannotSpend() async throws {
    let agent = try waiting()
    try await site(agent) { (site: Site) async throws in
      for (fields, status) in [
        ([("Content-Type", "text/plain")], 415),
        ([("Content-Type", "application/json"), ("Origin", "http://evil.example")], 403),
        ([("Content-Type", "application/x-www-form-urlencoded")], 415),
      ] as [([(name: String, value: String)], Int)] {
        let sent = try await site.send("/v1/chat/completions", "", more: fields)
        #expect(sent.status == status)
      }
    }
  }

  @Test func namesAreEscaped() {
    #expect(OwnerPage.escape("<b a='\"&") == "&lt;b a=&#39;&quot;&amp;")
  }
}
