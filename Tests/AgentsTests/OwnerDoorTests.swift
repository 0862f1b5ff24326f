// The owner's pages against those who are not: guesses, other sites' forms, names that lie.

import Agents
import Foundation
import Kernel
import Logging
import NIOCore
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct OwnerDoorTests {
  private static let secret = SHA256.hash(Array("owner".utf8))
  private static let form = "application/x-www-form-urlencoded"

  private struct Site {
    let seller: Seller
    var origin: String { seller.origin.text }
    /// The path of the owner's first page.
    static let owner = OwnerDoor.path(OwnerDoorTests.secret)

    func send(
      _ path: String, _ form: String? = nil, origin: String? = nil,
      more: [(name: String, value: String)] = []
    ) async throws -> (status: Int, text: String, reply: SellerReply) {
      var fields = more
      if let form, !form.isEmpty || origin != nil {
        fields.append(("Content-Type", OwnerDoorTests.form))
      }
      if let origin { fields.append(("Origin", origin)) }
      let reply = try await SellerCall.patient.send(
        form == nil ? .GET : .POST, path, to: seller, body: Array((form ?? "").utf8),
        fields: fields)
      let bytes = try await reply.collect(1 << 20)
      return (reply.status, String(decoding: bytes, as: UTF8.self), reply)
    }

    /// A page of the owner's, or a form sent to one.
    func owner(
      _ page: String = "", _ form: String? = nil, origin: String? = nil
    ) async throws -> (status: Int, text: String, reply: SellerReply) {
      try await send(Site.owner + page, form, origin: origin)
    }
  }

  private func site<T>(_ agent: FakeAgent, _ body: (Site) async throws -> T) async throws -> T {
    let server = try await Server.start(
      try agent.teller(), AgentDoorOptions(name: "helper", sellers: [], secret: Self.secret),
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

  private func waiting() throws -> FakeAgent {
    let agent = try FakeAgent { $0.payees = [] }
    _ = try agent.wallet.decide(
      .pay(FakeAgent.payee, Amount(10_000), origin: FakeAgent.shop), now: agent.clock())
    return agent
  }

  @Test func theOwnerSeesTheDifferenceAndAnswers() async throws {
    let agent = try waiting()
    try await site(agent) { (site: Site) async throws in
      let page = try await site.owner()
      #expect(page.status == 200)
      for word in [
        "$0.01 to", FakeAgent.payee.checksummed, "$0.00 → $0.01 of $1.00", FakeAgent.shop.text,
      ] { #expect(page.text.contains(word), "\(word)") }
      let rule = page.reply.field("content-security-policy") ?? ""
      #expect(rule.hasPrefix("default-src 'none'") && !rule.contains("script"))
      #expect(page.reply.field("cache-control") == "no-store")
      let sent = try await site.owner("answer", "line=1&word=yes", origin: site.origin)
      #expect(sent.status == 303 && sent.reply.field("location") == Site.owner)
      let again = try await site.owner("answer", "line=1&word=yes", origin: site.origin)
      #expect(again.status == 409)
      #expect(try await site.owner("log").text.contains("approved line 1"))
    }
    #expect(try agent.wallet.log().last?.kind == .approved)
  }

  /// No cookie: a browser would show it to every port of this machine. And no page says where the
  /// pages are, but those that lie there.
  @Test func onlyThePathLetsIn() async throws {
    let agent = try waiting()
    try await site(agent) { (site: Site) async throws in
      let secret = String(Site.owner.dropFirst(OwnerDoor.root.count).dropLast())
      #expect(secret.count == 64)
      let wrong = String(secret.dropLast()) + (secret.hasSuffix("0") ? "1" : "0")
      for path in [
        "/owner", "/owner/", "/owner/log", "/owner/\(wrong)/", "/owner/\(wrong)/log",
        "/owner//\(secret)/", "/owner/0x\(secret)/", "/owner/\(secret.uppercased())/",
        "/owner?token=0x\(secret)",
      ] {
        let seen = try await site.send(path)
        #expect(seen.status == 404 && !seen.text.contains("$0.01"), "\(path)")
        #expect(!seen.text.contains(secret))
        let sent = try await site.send(path, "line=1&word=yes", origin: site.origin)
        #expect(sent.status == 404, "\(path)")
      }
      let page = try await site.owner()
      #expect(page.reply.field("set-cookie") == nil)
      #expect(page.reply.field("referrer-policy") == "same-origin")
      // Nothing in a page holds the secret, so that a page that was saved does not.
      #expect(!page.text.contains(secret))
      let bare = try await site.send(String(Site.owner.dropLast()))
      #expect(bare.status == 303 && bare.reply.field("location") == Site.owner)
      #expect(try await site.owner("none").status == 404)
      let asked = try await site.send(
        "/v1/chat/completions", #"{"model":"m"}"#, more: [("Content-Type", "application/json")])
      #expect(!asked.text.contains(secret))
    }
    #expect(try agent.wallet.log().pending.count == 1)
  }

  @Test func anotherSitesFormIsNotTaken() async throws {
    let agent = try waiting()
    try await site(agent) { (site: Site) async throws in
      for origin in ["http://evil.example", nil, "null", "http://127.0.0.1:1"] {
        let sent = try await site.owner("answer", "line=1&word=yes", origin: origin)
        #expect(sent.status == 403, "\(origin ?? "none") \(sent.status)")
      }
      let stop = try await site.owner("stop", "", origin: site.origin)
      #expect(stop.status == 400)
      let named = try #require(Seller("http://localhost:\(site.seller.port)", isNamed: true))
      #expect(try await SellerCall.patient.send(.GET, Site.owner, to: named).status == 200)
    }
    #expect(try agent.wallet.log().pending.count == 1)
    #expect(agent.pocket.inside.withLock { !$0.isClosed })
  }

  /// What the ledger would take is shown before the owner says yes, also that it takes nothing.
  @Test func theLedgersWordStandsBesideTheQuestion() async throws {
    let agent = try waiting()
    try await site(agent) { (site: Site) async throws in
      let page = try await site.owner().text
      #expect(page.contains("rehearsed after block 7: $0.01 goes to"))
      #expect(page.contains("$0.000042 is the toll"))
      agent.pocket.inside.withLock {
        $0.rehearsed = Rehearsed(
          height: 9, code: "sessionPeriod", message: "<b>the budget is used</b>", toll: .zero,
          postings: [])
      }
      let refused = try await site.owner().text
      #expect(refused.contains("the ledger would refuse it: &lt;b&gt;the budget"))
      agent.pocket.inside.withLock { $0.fails = PocketProblem("noNode", "nobody answers") }
      #expect(try await !site.owner().text.contains("rehearsed after"))
    }
  }

  /// All of the log, a page at a time, and its file as it lies on the disk; a log that was changed
  /// is not shown as if it were one.
  @Test func theWholeLogIsTheOwnersAndNobodyElses() async throws {
    let agent = try waiting()
    for _ in 0..<300 {
      _ = try agent.wallet.note(.sent, "done", about: 1, now: agent.clock())
    }
    try await site(agent) { (site: Site) async throws in
      let log = try agent.wallet.log()
      let newest = try await site.owner("log").text
      #expect(newest.contains("\(log.count) lines"))
      #expect(newest.contains("\(log.last?.hash ?? .zero)"))
      #expect(newest.contains("log?before=102") && !newest.contains("<td>101<td>"))
      let older = try await site.owner("log?before=102").text
      #expect(older.contains("<td>101<td>") && older.contains("<td>0<td>"))
      #expect(try await site.owner("log?before=-5").status == 200)
      let file = try await site.owner("log.jsonl").text
      let onDisk = try String(contentsOfFile: agent.wallet.logFile, encoding: .utf8)
      #expect(file == onDisk)
      #expect(try await site.send("/owner/log.jsonl").status == 404)
      try file.replacing("\"number\":3,", with: "\"number\":4,")
        .write(toFile: agent.wallet.logFile, atomically: true, encoding: .utf8)
      #expect(try await site.owner("log").status == 409)
      #expect(try await site.owner("log.jsonl").status == 409)
    }
  }

  @Test func theSwitchStopsEverything() async throws {
    let agent = try waiting()
    try await site(agent) { (site: Site) async throws in
      let sent = try await site.owner("stop", "sure=yes", origin: site.origin)
      #expect(sent.status == 303)
      #expect(try await site.owner().text.contains("is stopped"))
    }
    #expect(try agent.wallet.log().contains { $0.kind == .stopped })
    #expect(agent.pocket.inside.withLock { $0.isClosed })
  }

  /// A name that anybody points at this machine is no name of this door (DNS rebinding).
  @Test func onlyItsOwnNamesAreTheDoors() throws {
    let place = try SocketAddress(ipAddress: "192.0.2.7", port: 4072)
    let mapped = try SocketAddress(ipAddress: "::ffff:192.0.2.7", port: 4072)
    let open = OwnSite(isLocal: false, names: ["Agent.lan", "0.0.0.0"])
    let closed = OwnSite(isLocal: true)
    for (name, isOpen, isClosed) in [
      ("localhost", true, true), ("agent.lan", true, false), ("192.0.2.7", true, false),
      ("192.0.2.8", false, false), ("evil.example", false, false), ("127.0.0.1", false, true),
      ("127.9.9.9", false, true), ("::1", false, true), ("127.1", false, false),
      ("localhost.evil.example", false, false), ("192.0.2.7.evil.example", false, false),
      ("", false, false), ("0.0.0.0", false, false), ("agent.lan.", false, false),
    ] {
      #expect(open.isOwn(name, at: place) == isOpen, "\(name)")
      #expect(open.isOwn(name, at: mapped) == isOpen, "\(name)")
      #expect(closed.isOwn(name, at: place) == isClosed, "\(name)")
    }
    #expect(!open.isOwn("192.0.2.7", at: nil))
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

  /// A seller that asks all the time fills a log, and no page: what is old does not wait, and of
  /// one payee and origin one question does.
  @Test func thePageStaysShortWhateverWasAsked() throws {
    func asked(_ number: Int, _ minute: Int, payee: Int) -> WalletEntry {
      let account = Address(lastBytesOf: SHA256.hash(UInt64(payee).keyBytes))
      var entry = WalletEntry(
        .asked, Reason.unknownPayee.rawValue,
        .pay(account, Amount(UInt64(number) + 1), origin: FakeAgent.shop))
      entry.number = UInt64(number)
      entry.time = Time(UInt64(minute) * 60_000)
      return entry
    }
    let log = (0..<5_000).map { asked($0, 100 + $0 / 50, payee: $0 % 80) }
    let now = Time(200 * 60_000)
    let waiting = log.waiting(at: now)
    #expect(waiting.count == 80)
    #expect(waiting.allSatisfy { $0.number >= 4_920 })
    let view = OwnerView(
      name: "helper", log: log, waiting: waiting, policy: Policy(), now: now, standing: nil,
      owed: [])
    let page = OwnerPage.front(view)
    #expect(page.utf8.count < 100_000)
    #expect(page.components(separatedBy: "Approve once").count == OwnerPage.mostWaiting + 1)
    // Whoever must stop it need not read all that first.
    let stop = try #require(page.range(of: "Stop the agent"))
    #expect(stop.lowerBound < (try #require(page.range(of: "Approve once"))).lowerBound)
    #expect(log.waiting(at: Time(300 * 60_000)).isEmpty)
    // An answer closes its own.
    var no = WalletEntry(.rejected, "owner", log[4_999].intent, about: 4_999)
    no.number = 5_000
    no.time = now
    #expect((log + [no]).waiting(at: now).contains { $0.number == 4_999 } == false)
  }
}
