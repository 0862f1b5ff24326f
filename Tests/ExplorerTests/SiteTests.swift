// The whole site over the specimen, link by link: nothing is missing, hostile or malformed.

import Foundation
import Primitives
import Testing

@testable import Explorer

@Suite struct SiteTests {
  /// Paths that other rooms answer, or that a node without pages has.
  private static func isElsewhere(_ path: String) -> Bool {
    path.hasPrefix("/api") || path.hasPrefix("/assets/") || path == "/metrics" || path == "/health"
  }

  /// Where a crawl begins: what no page needs to link to is named here too.
  private static let starts = [
    "/", "/search", "/search?q=road", "/search?q=nothing+fits", "/market", "/offers", "/models",
    "/leaders", "/accounts", "/parameters", "/refusals", "/refusals?q=bond",
    "/market?check=disputable", "/offers?state=over",
  ]

  static func visit(_ address: String) -> Visit {
    let parts = address.split(separator: "#")[0].split(separator: "?", maxSplits: 1)
    let query = parts.count > 1 ? parts[1].split(separator: "&") : []
    return Visit(
      path: decode(parts[0]),
      query: query.map { pair in
        let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (decode(sides[0]), sides.count > 1 ? decode(sides[1]) : "")
      })
  }

  private static func decode(_ text: Substring) -> String {
    text.replacing("+", with: " ").removingPercentEncoding ?? ""
  }

  static func unescape(_ text: String) -> String {
    text.replacing("&quot;", with: "\"").replacing("&#39;", with: "'")
      .replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
  }

  static func page(_ site: Explorer, _ address: String) async -> (status: Int, text: String)? {
    guard let answer = await site.answer(visit(address)) else { return nil }
    return (answer.status, String(decoding: answer.body, as: UTF8.self))
  }

  /// Every page of the site that a link leads to; stops at a number that a wrong link would reach.
  static func crawl(_ site: Explorer) async -> [String: (status: Int, text: String)] {
    var pages: [String: (status: Int, text: String)] = [:]
    var waiting = starts
    while let address = waiting.popLast(), pages.count < 3_000 {
      guard pages[address] == nil else { continue }
      guard let found = await page(site, address) else {
        pages[address] = (0, "")
        continue
      }
      pages[address] = found
      guard found.status == 200, !address.hasPrefix("/docs") else { continue }
      for link in HTMLCheck(found.text).links {
        let path = String(unescape(link).prefix { $0 != "#" })
        let isTwin = path.prefix { $0 != "?" }.hasSuffix(".json")
        guard path.hasPrefix("/"), !isElsewhere(path), !isTwin else { continue }
        waiting.append(path)
      }
    }
    return pages
  }

  /// The specimen's site, crawled once.
  private static let whole = Task { await crawl(Explorer(Specimen.shared.house)) }

  @Test func everyLinkFindsAWellFormedPage() async throws {
    let pages = await SiteTests.whole.value
    #expect(pages.count > 200)
    for (address, page) in pages.sorted(by: { $0.key < $1.key }) {
      guard page.status != 303 else { continue }
      #expect(page.status == 200, "\(address)")
      guard page.status == 200 else { continue }
      let check = HTMLCheck(page.text)
      #expect(check.faults == [], "\(address)")
      #expect(check.title.hasSuffix(" · Tolsey"), "\(address)")
    }
  }

  /// The same over a network that really ran, with lists made from its blocks.
  @Test func everyLinkOfARealMarketFindsAPage() async throws {
    let specimen = try RealMarket.shared.get()
    let pages = await SiteTests.crawl(Explorer(specimen.house))
    #expect(pages.count > 100)
    for (address, page) in pages.sorted(by: { $0.key < $1.key }) where page.status != 303 {
      #expect(page.status == 200, "\(address)")
      #expect(HTMLCheck(page.text).faults == [], "\(address)")
    }
  }

  /// The front page brings its style along, and its policy lets in that text alone.
  @Test func onlyTheFrontPageBringsItsStyle() async throws {
    #expect(!Style.text.contains("<") && !Style.text.contains("&"))
    // SHA-256 of the text as another program gives it.
    let known = Asset("x", "css", type: "text/css", "x")
    #expect(known.fingerprint == "LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=")
    let site = Explorer(Specimen.shared.house)
    for (path, brings) in [("/", true), ("/orders", false), ("/docs", false), ("/nothing", false)] {
      guard let answer = await site.answer(Visit(path: path)) else { continue }
      let policies = answer.headers.filter { $0.name == "content-security-policy" }
      #expect(policies.count == 1)
      let policy = try #require(policies.first?.value)
      #expect(!policy.contains("unsafe"))
      #expect(policy.contains("'sha256-\(Asset.style.fingerprint)'") == brings)
      let text = String(decoding: answer.body, as: UTF8.self)
      #expect(text.contains("<style>\(Style.text)</style>") == brings)
      #expect(text.contains("rel=\"stylesheet\"") != brings)
    }
  }

  @Test func hostileTextStaysText() async throws {
    let pages = await SiteTests.whole.value
    var seen = 0
    for (address, page) in pages {
      #expect(!page.text.contains("<script>alert"), "\(address)")
      #expect(!page.text.unicodeScalars.contains("\u{202E}"), "\(address)")
      if page.text.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;\u{FFFD}&amp;") {
        seen += 1
      }
    }
    // It was really shown, on many pages.
    #expect(seen > 10)
  }

  @Test func everyPageHasATwin() async throws {
    let site = Explorer(Specimen.shared.house)
    for (address, page) in await SiteTests.whole.value where page.status == 200 {
      let parts = address.split(separator: "?", maxSplits: 1)
      var visit = SiteTests.visit(address)
      visit.path = (parts[0] == "/" ? "/index" : visit.path) + ".json"
      let answer = try #require(await site.answer(visit), "\(address)")
      let json = try JSONValue(parsing: answer.body)
      #expect(json["height"]?.uint64 == Specimen.shared.records.height, "\(address)")
      #expect(json["made"]?.uint64 == Specimen.shared.now.milliseconds, "\(address)")
    }
  }

  @Test func anEmptyNodeHasPagesToo() async throws {
    let site = Explorer(Specimen.empty.house)
    for (address, page) in await SiteTests.crawl(site) where page.status != 303 {
      let isBlock = address.hasPrefix("/blocks/") || address.hasPrefix("/accounts/")
      #expect(page.status == 200 || isBlock, "\(address)")
      #expect(HTMLCheck(page.text).faults == [], "\(address)")
    }
  }

  @Test(arguments: [
    ("/offers/offer_000", 404), ("/offers/nonsense", 404), ("/models/0x12", 404),
    ("/accounts/0x00000000000000000000000000000000000000ff", 404), ("/accounts/bob", 400),
    ("/providers/0x12", 400), ("/refusals/none", 404), ("/market?model=5", 400),
    ("/market?check=magic", 400), ("/offers?before=x", 400), ("/models?before=-1", 400),
    ("/offers?state=maybe", 400), ("/offers?provider=0x1", 400),
  ])
  func whatIsWrongIsSaid(_ address: String, _ status: Int) async throws {
    let site = Explorer(Specimen.shared.house)
    let page = try #require(await SiteTests.page(site, address))
    #expect(page.status == status)
    #expect(HTMLCheck(page.text).faults == [])
    var visit = SiteTests.visit(address)
    visit.path += ".json"
    let twin = try #require(await site.answer(visit))
    #expect(twin.status == status)
    #expect(try JSONValue(parsing: twin.body)["code"]?.string?.isEmpty == false)
  }

  @Test func whatNobodyKnowsIsNoPage() async {
    let site = Explorer(Specimen.shared.house)
    #expect(await SiteTests.page(site, "/nowhere") == nil)
    #expect(await SiteTests.page(site, "/offers/a/b") == nil)
  }

  // MARK: - Looking

  /// With TOLSEY_PAGES_OUT set, pages lie there as files that a browser opens without a node.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["TOLSEY_PAGES_OUT"] != nil))
  func pagesToLookAt() async throws {
    let folder = try #require(ProcessInfo.processInfo.environment["TOLSEY_PAGES_OUT"])
    let root = URL(fileURLWithPath: folder)
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    try Style.text.write(to: root.appending(path: "style.css"), atomically: true, encoding: .utf8)
    let lists = Specimen.shared.listings
    let mill = Specimen.address("mill").checksummed
    var pages = SiteTests.starts.filter { !$0.hasPrefix("/search?q=nothing") }
    pages += ["/accounts/\(mill)", "/providers/\(mill)", "/refusals/tooDear"]
    pages += ["/accounts/\(Specimen.address("owl").checksummed)"]
    pages += lists.allSubjects.map { "/models/\($0.subject)" }
    pages += lists.allOffers.prefix(2).map { "/offers/\(PrintedID.full("offer", $0.offer))" }
    let real = try RealMarket.shared.get()
    pages += real.listings.allSubjects.map { "/models/\($0.subject)" }
    pages += real.listings.allParties.prefix(2).map { "/accounts/\($0.account.checksummed)" }
    let houses = [
      ("", Specimen.shared.house), ("empty_", Specimen.empty.house), ("real_", real.house),
    ]
    for (prefix, house) in houses {
      for address in pages {
        let page = await SiteTests.page(Explorer(house), address)
        guard let page, page.status == 200 else { continue }
        let name = address == "/" ? "home" : address.dropFirst().replacing("/", with: "_")
        let file = String(name.map { $0.isLetter || $0.isNumber || $0 == "_" ? $0 : "-" })
        let text = page.text.replacing(Asset.style.path, with: "style.css")
        try text.write(
          to: root.appending(path: prefix + file.prefix(28) + ".html"), atomically: true,
          encoding: .utf8)
      }
    }
    #expect(FileManager.default.fileExists(atPath: root.appending(path: "home.html").path))
  }
}
