// The labelling page against those who are not asked, and against what items may hold.

import Agents
import Foundation
import Logging
import Primitives
import Synchronization
import Testing

@testable import NetworkRoom

@Suite struct LabelDoorTests {
  private static let form = "application/x-www-form-urlencoded"

  private struct Site {
    let seller: Seller
    let root: String
    let desk: LabelDesk

    func get(
      _ path: String
    ) async throws -> (status: Int, text: String, reply: SellerReply) {
      try await send(false, path, "", [])
    }

    func post(
      _ path: String, _ form: String, origin: String? = nil
    ) async throws -> (status: Int, text: String, reply: SellerReply) {
      try await send(
        true, path, form,
        [("Content-Type", LabelDoorTests.form), ("Origin", origin ?? seller.origin.text)])
    }

    func send(
      _ isPost: Bool, _ path: String, _ form: String,
      _ fields: [(name: String, value: String)]
    ) async throws -> (status: Int, text: String, reply: SellerReply) {
      let reply = try await SellerCall.patient.send(
        isPost ? .POST : .GET, path, to: seller, body: Array(form.utf8), fields: fields)
      let bytes = try await reply.collect(4 << 20)
      return (reply.status, String(decoding: bytes, as: UTF8.self), reply)
    }
  }

  private func site<T>(_ body: (Site) async throws -> T) async throws -> T {
    let desk = LabelDesk()
    let (server, url) = try await Server.start(
      desk, secret: SHA256.hash(Array("desk".utf8)), host: "127.0.0.1", port: 0,
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let origin = "http://127.0.0.1:\(server.address.port)"
    let site = Site(
      seller: try #require(Seller(origin, isNamed: true)),
      root: String(url.dropFirst(origin.count)), desk: desk)
    do {
      let result = try await body(site)
      desk.close()
      await server.stop(grace: .milliseconds(200))
      return result
    } catch {
      desk.close()
      await server.stop(grace: .milliseconds(200))
      throw error
    }
  }

  private static func png(_ width: UInt8, _ height: UInt8, high: UInt8 = 0) -> [UInt8] {
    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]
      + Array("IHDR".utf8) + [high, 0, 0, width, high, 0, 0, height, 8, 0, 0, 0, 0]
  }

  private static let hostile = "<script>alert(1)</script>&\"'\u{202E}\u{200B}\u{0007}\nend"

  private func question() throws -> LabelQuestion {
    try LabelQuestion("<b>Which?</b>", ["cat", "dog\"><img src=x>", "bird"])
  }

  /// Asks in the background and waits until the batch lies on the desk.
  private func ask(_ site: Site, _ items: [[UInt8]]) async throws -> Task<[UInt8]?, Never> {
    let before = site.desk.view.number
    let batch = DeskBatch(try question(), items)
    let task = Task { await site.desk.ask(batch) }
    while site.desk.view.number == before { await Task.yield() }
    return task
  }

  @Test func aPersonLabelsGoesBackAndHandsIn() async throws {
    try await site { site in
      let empty = try await site.get(site.root)
      #expect(empty.status == 200 && empty.text.contains("Nothing to label"))
      let task = try await ask(site, ["a", "b", "c"].map { Array($0.utf8) })
      #expect(try await site.get(site.root).text.contains("0 of 3 answered"))
      for (item, choice) in [(0, 1), (1, 0), (2, 3)] {
        let sent = try await site.post(
          site.root + "answer", "batch=1&item=\(item)&choice=\(choice)")
        #expect(sent.status == 303 && sent.reply.field("location") == site.root)
      }
      let over = try await site.get(site.root)
      #expect(over.text.contains("All seen") && over.text.contains("2 of 3 have an answer"))
      // Back at the first one, which shows what was chosen.
      let back = try await site.get(site.root + "?item=0")
      #expect(back.text.contains("You chose <bdi>cat"))
      _ = try await site.post(site.root + "answer", "batch=1&item=0&choice=2")
      #expect(try await site.post(site.root + "hand-in", "batch=1").status == 303)
      #expect(await task.value == [2, 0, 3])
      site.desk.note(
        DeskRecord(
          "run_1", items: 3, isAccepted: true, why: "<agreed>", earned: Amount(30_000)))
      let after = try await site.get(site.root)
      #expect(after.text.contains("&lt;agreed&gt;") && after.text.contains("$0.03"))
      #expect(after.text.contains("accepted"))
    }
  }

  @Test func nobodyComesInWithoutTheSecret() async throws {
    try await site { site in
      _ = try await ask(site, [Array("a".utf8)])
      for path in ["/", "/answer", "/" + String(repeating: "0", count: 64) + "/", "/owner"] {
        let reply = try await site.get(path)
        #expect(reply.status == 404 && !reply.text.contains("Which"))
        #expect(!reply.text.contains(site.root))
      }
      let wrong = "/" + String(repeating: "0", count: 64) + "/answer"
      #expect(try await site.post(wrong, "batch=1&item=0&choice=1").status == 404)
      #expect(site.desk.view.given == 0)
    }
  }

  @Test func formsOfOtherSitesChangeNothing() async throws {
    try await site { site in
      _ = try await ask(site, [Array("a".utf8)])
      let form = "batch=1&item=0&choice=1"
      for origin in ["http://evil.example", "null", "http://127.0.0.1:1"] {
        #expect(try await site.post(site.root + "answer", form, origin: origin).status == 403)
      }
      #expect(try await site.send(true, site.root + "answer", form, []).status == 403)
      #expect(site.desk.view.given == 0)
      // A name that somebody points here.
      let rebound = try await site.send(false, site.root, "", [("Origin", "http://evil.example")])
      #expect(rebound.status == 403)
    }
  }

  @Test func oldAndBrokenFormsChangeNothing() async throws {
    try await site { site in
      let task = try await ask(site, [Array("a".utf8), Array("b".utf8)])
      let forms: [(String, Int)] = [
        ("batch=0&item=0&choice=1", 409), ("batch=2&item=0&choice=1", 409),
        ("batch=1&item=2&choice=1", 409), ("batch=1&item=-1&choice=1", 409),
        ("batch=1&item=0&choice=4", 409), ("batch=1&item=0&choice=256", 400),
        ("batch=1&item=0", 400), ("", 400), ("batch=99999999999999999999&item=0&choice=1", 400),
        (String(repeating: "a", count: 2_000), 413),
      ]
      for (form, status) in forms {
        #expect(try await site.post(site.root + "answer", form).status == status)
      }
      #expect(site.desk.view.given == 0)
      // Nothing at all is no answer.
      #expect(try await site.post(site.root + "hand-in", "batch=1").status == 409)
      #expect(try await site.post(site.root + "answer", "batch=1&item=0&choice=1").status == 303)
      #expect(try await site.post(site.root + "hand-in", "batch=1").status == 303)
      #expect(await task.value == [1, 0])
      // Sent twice.
      #expect(try await site.post(site.root + "hand-in", "batch=1").status == 409)
      #expect(try await site.post(site.root + "answer", "batch=1&item=1&choice=1").status == 409)
    }
  }

  @Test func whatItemsHoldIsShownAndNotDone() async throws {
    try await site { site in
      let svg = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
      _ = try await ask(site, [Array(Self.hostile.utf8), Array(svg.utf8), Self.png(8, 8)])
      let page = try await site.get(site.root)
      #expect(page.text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
      #expect(!page.text.contains("<script>alert") && !page.text.contains("<b>Which"))
      #expect(!page.text.contains("<img src=x>"))
      for unseen in ["\u{202E}", "\u{200B}", "\u{0007}"] { #expect(!page.text.contains(unseen)) }
      #expect(try await site.get(site.root + "?item=1").text.contains("&lt;svg"))
      #expect(try await site.get(site.root + "picture?batch=1&item=1").status == 404)
      let policy = try #require(page.reply.field("content-security-policy"))
      #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
      #expect(!policy.contains("unsafe"))
      #expect(page.reply.field("cache-control") == "no-store")
      #expect(page.reply.field("referrer-policy") == "same-origin")
      #expect(page.reply.field("set-cookie") == nil)
      let picture = try await site.get(site.root + "picture?batch=1&item=2")
      #expect(picture.status == 200 && picture.reply.field("content-type") == "image/png")
      #expect(
        picture.reply.field("content-security-policy") == "default-src 'none'; sandbox")
      #expect(picture.reply.field("x-content-type-options") == "nosniff")
      #expect(try await site.get(site.root + "picture?batch=0&item=2").status == 404)
      #expect(try await site.get(site.root + "picture?batch=1&item=9").status == 404)
    }
  }

  @Test func picturesThatUnfoldAreNotShown() async throws {
    #expect(LabelPicture.mayBeShown(Self.png(8, 8)))
    #expect(!LabelPicture.mayBeShown(Self.png(1, 1, high: 0x7f)))
    #expect(!LabelPicture.mayBeShown(Self.png(0, 8)))
    #expect(!LabelPicture.mayBeShown(Array(Self.png(8, 8).prefix(20))))
    let jpeg: [UInt8] = [
      0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc0, 0, 11, 8, 0, 9, 0, 7, 1, 1, 0x11, 0,
    ]
    #expect(LabelPicture.size(of: jpeg).map { [$0.width, $0.height] } == [7, 9])
    #expect(LabelPicture.size(of: [0xff, 0xd8, 0xff, 0xda, 0, 4, 1, 2, 3, 4, 5, 6]) == nil)
    #expect(LabelPicture.size(of: [0xff, 0xd8, 0xff] + [UInt8](repeating: 0xff, count: 99)) == nil)
    try await site { site in
      _ = try await ask(site, [Self.png(1, 1, high: 0x7f)])
      #expect(try await site.get(site.root).text.contains("is not shown"))
      #expect(try await site.get(site.root + "picture?batch=1&item=0").status == 404)
    }
  }

  /// Who was told that it was taken can rely on it: it is kept before.
  @Test func handedInIsKeptOrLiesThereStill() async throws {
    let desk = LabelDesk()
    let batch = DeskBatch(try question(), [Array("a".utf8), Array("b".utf8)])
    let kept = Mutex<[[UInt8]]>([])
    let isFull = Mutex(true)
    let task = Task {
      await desk.ask(batch) { answers in
        guard !isFull.withLock({ $0 }) else { return false }
        // A second tab chooses while the first hands in.
        if kept.withLock({ $0.isEmpty }) { _ = desk.choose(3, for: 1, in: 1) }
        kept.withLock { $0.append(answers) }
        return true
      }
    }
    while desk.view.batch == nil { await Task.yield() }
    #expect(desk.choose(2, for: 0, in: 1))
    #expect(!desk.handIn(1) && desk.view.answers == [2, 0])
    isFull.withLock { $0 = false }
    #expect(desk.handIn(1))
    let given = await task.value
    #expect(given == [2, 3] && kept.withLock { $0.last } == [2, 3])
    #expect(!desk.handIn(1))
  }

  @Test func aBatchThatIsTakenAwayIsNotHandedIn() async throws {
    let desk = LabelDesk()
    let batch = DeskBatch(try question(), [Array("a".utf8)])
    let first = Task { await desk.ask(batch) }
    while desk.view.number == 0 { await Task.yield() }
    #expect(desk.choose(1, for: 0, in: 1))
    // Another takes its place: the first one's answers are nobody's.
    let second = Task { await desk.ask(batch) }
    while desk.view.number == 1 { await Task.yield() }
    #expect(await first.value == nil)
    #expect(!desk.handIn(1) && !desk.choose(1, for: 0, in: 1))
    desk.takeAway()
    #expect(await second.value == nil)
    desk.close()
    #expect(await desk.ask(batch) == nil)
  }

  @Test func choicesOfOneLetterAreTheirOwnKeys() {
    #expect(LabelPage.keys(of: ["cat", "0", "B", "dog"]) == ["1", "0", "b", "2"])
    let many = LabelPage.keys(of: (0..<100).map { "choice \($0)" })
    #expect(Set(many.compactMap(\.self)).count == 36 && many[36] == nil)
  }

  @Test func recordsOfABatchAreReplaced() {
    let desk = LabelDesk()
    desk.note(DeskRecord("a", items: 1, why: "waits"))
    desk.note(DeskRecord("b", items: 1, why: "waits"))
    desk.note(DeskRecord("a", items: 1, isAccepted: false, why: "differs", earned: Amount(5)))
    #expect(desk.view.records.map(\.title) == ["b", "a"])
    #expect(desk.view.earned == Amount(5))
  }

  @Test func goldReadsBackAsItWas() throws {
    let items = [
      JobItem("a", Array("=1+1, \"x\"\n\u{202E}".utf8)), JobItem("b", Self.png(8, 8)),
      JobItem("c", Self.png(8, 8) + [1]), JobItem("d", Self.png(8, 8) + [1, 2]),
    ]
    let text = items.map { $0.line(label: "cat") }.joined()
    let read = try LabelImport(Array(text.utf8))
    #expect(read.items == items && read.entries.allSatisfy { $0.label == "cat" })
  }

  /// The page that the owner of a job is left with, from items that anybody may have written.
  @Test func datasetPageShowsTextAsTextAndRunsNothing() throws {
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"></svg>"
    let bodies = [
      Array(Self.hostile.utf8), Array(svg.utf8), Self.png(8, 8), Self.png(9, 9, high: 9),
    ]
    var items = bodies.enumerated().map { JobItem("<i\($0.offset)>", $0.element) }
    items += (0..<60).map { JobItem("i\($0)", Array("item \($0)".utf8)) }
    var plan = LabelPlan()
    plan.price = Amount(1)
    plan.budget = Amount(1_000_000)
    let gold = (0..<8).map { GoldItem(JobItem("g\($0)", Array("<b>\($0)".utf8)), label: 0) }
    let job = try LabelJob(
      LabelDefinition(try question(), items: items, gold: gold, plan: plan, secret: .zero))
    let page = LabelSheet.html(job)
    for live in ["<script", "<svg", "<b>", "<img src=x", "onerror", "\u{202E}", "\u{0007}"] {
      #expect(!page.contains(live), "\(live)")
    }
    #expect(page.contains("&lt;script&gt;alert(1)") && page.contains("&lt;svg "))
    // One picture is drawn; the other says that it is beyond reason.
    #expect(page.ranges(of: "<img ").count == 1 && page.contains("src=\"data:image/png;base64,"))
    #expect(page.contains("default-src 'none'"))
    // A cell is one box beside its name on a phone, and no heading is broken.
    #expect(page.contains("<td data-name=Answers><span>"))
    #expect(page.contains("white-space:nowrap"))
    #expect(page.contains("<h2>Gold</h2>"))
  }
}
