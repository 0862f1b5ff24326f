// What lists show under their filters, and what single pages say of a market whose lines are known.

import Archive
import Chain
import Kernel
import Market
import Primitives
import Testing

@testable import Explorer

@Suite struct ListPagesTests {
  private static let site = Explorer(Specimen.shared.house)
  private static let lists = Specimen.shared.listings

  private static func twin(
    _ path: String, _ query: [(name: String, value: String)] = []
  ) async throws -> JSONValue {
    let answer = try #require(await site.answer(Visit(path: path + ".json", query: query)))
    #expect(answer.status == 200)
    return try JSONValue(parsing: answer.body)
  }

  private static func page(_ address: String) async throws -> String {
    try #require(await SiteTests.page(site, address)).text
  }

  // MARK: - Filters and pages of lists

  @Test func offersAreFiltered() async throws {
    let all = try await Self.twin("/offers")["offers"]?.array ?? []
    #expect(all.count == Self.lists.allOffers.count)
    let withdrawn = try await Self.twin("/offers", [("state", "over")])["offers"]?.array ?? []
    #expect(withdrawn.map { $0["isWithdrawn"]?.bool } == [true])
    let mill = Specimen.address("mill")
    let own = try await Self.twin("/offers", [("provider", "\(mill)")])["offers"]?.array ?? []
    #expect(own.count == 2)
    #expect(own.allSatisfy { $0["provider"]?.string == "\(mill)" })
    let checked = try await Self.twin("/market", [("check", "disputable")])
    #expect(checked["offers"]?.array?.isEmpty == false)
    for line in (checked["offers"]?.array ?? []) + (checked["runs"]?.array ?? []) {
      #expect(line["check"]?["kind"]?.string == "disputable")
    }
  }

  @Test func offersAreSortedByThePriceOfAUnit() async throws {
    let offers = try await Self.twin("/market")["offers"]?.array ?? []
    let rates = try offers.map { offer in
      let rate = try #require(offer["rate"])
      return (try #require(rate["amount"]?.uint64), try #require(rate["per"]?.uint64))
    }
    #expect(rates.count > 3)
    for (one, next) in zip(rates, rates.dropFirst()) {
      #expect(one.0 * next.1 <= next.0 * one.1)
    }
  }

  @Test func listsGoOnWhereTheyStopped() async throws {
    let half = Self.lists.allParties[5].number
    let rest = try await Self.twin("/accounts", [("before", "\(half)")])["accounts"]?.array ?? []
    #expect(rest.count == 5)
    #expect(rest.allSatisfy { ($0["number"]?.uint64 ?? .max) < half })
    let page = try await Self.page("/accounts?before=\(half)")
    #expect(page.contains("<a href=\"/accounts\" rel=\"first\">Newest</a>"))
    // A filter is kept from page to page.
    let pager = Parts.pager(
      "/offers", Visit(path: "/offers", query: [("check", "open"), ("before", "9")]), next: 4)
    #expect(pager.text.contains("href=\"/offers?check=open&amp;before=4\""))
  }

  @Test func aChosenFilterStaysChosen() async throws {
    let model = Self.lists.allSubjects[0].subject
    let page = try await Self.page("/market?model=\(model)&check=open")
    #expect(page.contains("<option value=\"\(model)\" selected>"))
    #expect(page.contains("<option value=\"open\" selected>"))
    #expect(page.contains("href=\"/market.json?model=\(model)&amp;check=open\""))
    // One that nobody sells is shown as well, as text.
    let other = Specimen.hash("nobody's")
    #expect(try await Self.page("/market?model=\(other)").contains("\(other)\" selected>"))
  }

  @Test func emptyListsSayWhatWouldBeThere() async throws {
    let empty = Explorer(Specimen.empty.house)
    for (path, words) in [
      ("/market", "Nothing is on offer"), ("/models", "No model has been published"),
      ("/leaders", "Nobody has served a run yet"), ("/accounts", "No account has done anything"),
      ("/", "No run is settled yet"),
    ] {
      let page = try #require(await SiteTests.page(empty, path))
      #expect(page.text.contains(words), "\(path)")
    }
  }

  // MARK: - One thing

  @Test func theFrontPageCountsWhatIsThere() async throws {
    let twin = try await Self.twin("/index")
    #expect(twin["totals"] == Self.lists.sums.json)
    // Four auctions, one lease awaits its bonds, one its input, three runs are at work.
    #expect(twin["stations"]?["bid"]?.uint64 == 4)
    #expect(twin["stations"]?["lease"]?.uint64 == 1)
    #expect(twin["stations"]?["run"]?.uint64 == 4)
    let page = try await Self.page("/")
    #expect(page.contains("2 wrong") == false)
    for id in ["live-road", "live-sums", "live-runs", "live-roads", "live-blocks"] {
      #expect(page.contains("<div id=\"\(id)\" data-live>"))
    }
    #expect(page.contains("<body data-feed=\"/api/events\">"))
  }

  @Test func anAccountSaysWhatIsLockedAndWhy() async throws {
    let ben = Specimen.address("ben")
    let twin = try await Self.twin("/accounts/\(ben.checksummed)")
    let escrow = Self.lists.allRoads.filter { $0.buyer == ben && $0.state != .over }
      .map(\.escrow).reduce(0, +)
    #expect(escrow > 0)
    #expect(twin["locked"]?["orders"]?.uint64 == escrow)
    let owl = try await Self.twin("/accounts/\(Specimen.address("owl").checksummed)")
    #expect(owl["locked"]?["audits"]?.uint64 == 60_000_000)
    let quarry = try await Self.twin("/accounts/\(Specimen.address("quarry").checksummed)")
    #expect(quarry["locked"]?["seats"]?.uint64 == 2_100_000)
    #expect(twin["balance"]?.uint64 == 90_000_000 + 2 * 1_234_567)
  }

  @Test func anAccountSaysWhoRunsIt() async throws {
    let weasel = try await Self.page("/accounts/\(Specimen.address("weasel").checksummed)")
    #expect(weasel.contains("which has not said so"))
    #expect(weasel.contains("As a provider"))
    let operators = try await Self.page("/accounts/\(Specimen.address("operator").checksummed)")
    #expect(operators.contains("The operator of this network"))
    #expect(!weasel.contains("data-feed=\"/api/events\""))
    #expect(weasel.contains("data-feed=\"/api/events?account="))
  }

  @Test func accountsAreListedByRole() async throws {
    let all = try await Self.twin("/accounts")["accounts"]?.array ?? []
    for (role, counts) in [
      ("provider", ["served"]), ("buyer", ["roads"]), ("checker", ["audits", "games"]),
    ] {
      let found = try await Self.twin("/accounts", [("role", role)])["accounts"]?.array ?? []
      func number(_ line: JSONValue) -> UInt64? { line["number"]?.uint64 }
      let wanted = all.filter { line in counts.contains { line[$0]?.uint64 ?? 0 > 0 } }
      #expect(found.map(number) == wanted.map(number) && !found.isEmpty, "\(role)")
    }
    let page = try await Self.page("/accounts?role=checker")
    #expect(page.contains("<option value=\"checker\" selected>"))
    let refused = try #require(await SiteTests.page(Self.site, "/accounts?role=king"))
    #expect(refused.status == 400)
  }

  /// A page of one role looks at a bounded number of accounts, and the next goes on behind them.
  @Test func accountsOfARoleMissNobody() async throws {
    var lists = MemoryListings()
    for number in 1...1_203 as ClosedRange<UInt64> {
      var line = PartyLine()
      line.number = number
      line.account = Address(lastBytesOf: SHA256.hash(Array("\(number)".utf8)))
      if number % 7 == 0 || number > 1_100 { line.roads = 1 }
      lists.allParties.append(line)
    }
    var house = Self.site.house
    house.listings = lists
    let pages = AccountsPages(house)
    var seen: [UInt64] = []
    var before: String?
    for _ in 0..<20 {
      let query = [("role", "buyer")] + (before.map { [("before", $0)] } ?? [])
      let sheet = try pages.list(
        Visit(path: "/accounts", query: query.map { (name: $0.0, value: $0.1) }))
      let twin = JSONValue.object(try sheet.twin())
      seen += (twin["accounts"]?.array ?? []).compactMap { $0["number"]?.uint64 }
      guard let next = twin["next"]?.uint64 else { break }
      before = "\(next)"
    }
    #expect(seen == lists.allParties.filter { $0.roads > 0 }.map(\.number).reversed())
  }

  @Test func leadersShowHowMuchComesFromFewBuyers() async throws {
    let buyers = (1...4 as ClosedRange<UInt8>).map { Address(lastBytesOf: SHA256.hash([$0])) }
    var alone = PartyLine()
    (alone.number, alone.served, alone.good, alone.income) = (1, 20, 20, 80)
    alone.account = buyers[0]
    alone.patrons = [Patron(buyer: buyers[1], paid: 80)]
    var many = alone
    (many.number, many.account, many.income) = (2, buyers[2], 1_000)
    many.patrons = buyers.prefix(3).map { Patron(buyer: $0, paid: 50) }
    var unpaid = alone
    (unpaid.number, unpaid.account, unpaid.income, unpaid.patrons) = (3, buyers[3], 0, [])
    var lists = MemoryListings()
    lists.allParties = [alone, many, unpaid]
    var house = Self.site.house
    house.listings = lists
    let sheet = try LeadersPage(house).sheet(Visit(path: "/leaders"))
    let page = try sheet.body().text
    #expect(page.contains("<th scope=\"col\" class=\"n\">From three largest buyers</th>"))
    #expect(page.contains("data-label=\"From three largest buyers\">100\u{A0}%</td>"))
    #expect(page.contains("data-label=\"From three largest buyers\">15\u{A0}%</td>"))
    let rows = JSONValue.object(try sheet.twin())["providers"]?.array ?? []
    #expect(rows.compactMap { $0["patronShare"]?.uint64 }.sorted() == [150_000, 1_000_000])
  }

  @Test func leadersAreRankedByWhatIsProven() async throws {
    let rows = try await Self.twin("/leaders")["providers"]?.array ?? []
    let lows = rows.compactMap { $0["low"]?.uint64 }
    #expect(lows.count == rows.count && lows == lows.sorted(by: >))
    #expect(rows.contains { $0["preliminary"]?.bool == true })
    #expect(rows.contains { $0["preliminary"]?.bool == false })
    for row in rows {
      let (low, share) = (row["low"]?.uint64 ?? 0, row["share"]?.uint64 ?? 0)
      #expect(low <= share && share <= row["high"]?.uint64 ?? 0)
    }
  }

  @Test func termsAreAllExplained() async throws {
    let named = Set(TermWords.groups.flatMap { $0.terms.map(\.name) })
    #expect(named == Set(Terms.ranges.map(\.name)))
    let page = try await Self.page("/parameters")
    for range in Terms.ranges { #expect(page.contains("<code>\(range.name)</code>")) }
    // The amendment that waits, with both numbers.
    #expect(page.contains("<code>take</code> from 0.25\u{A0}% to <strong>0.3\u{A0}%</strong>"))
    let twin = try await Self.twin("/parameters")
    let conditions = twin["conditions"]?.array ?? []
    #expect(conditions.count == TermsCheck.conditions(of: .standard).count)
    #expect(conditions.allSatisfy { $0["holds"]?.bool == true })
  }

  @Test func everyRefusalHasAPage() async throws {
    for text in RefusalTexts.all {
      let page = try #require(await SiteTests.page(Self.site, "/refusals/\(text.code)"))
      #expect(page.status == 200, "\(text.code)")
      #expect(!page.text.contains("{"), "\(text.code)")
    }
  }

  @Test func aModelShowsItsManifestAndWhoSellsIt() async throws {
    let model = Self.lists.allSubjects.first { $0.published != .zero && $0.runs > 20 }
    let id = try #require(model).subject
    let page = try await Self.page("/models/\(id)")
    for words in ["convolution", "max pool", "99.5\u{A0}%", "97.8\u{A0}%", "tiles/1"] {
      #expect(page.contains(words), "\(words)")
    }
    let twin = try await Self.twin("/models/\(id)")
    #expect(twin["manifest"]?["nodes"]?.array?.count == 10)
    #expect(twin["offers"]?.array?.count == 4)
    // By its printed id, and by the first letters of it.
    let printed = PrintedID.full("model", id)
    #expect(try await Self.twin("/models/\(printed)")["model"] == twin["model"])
    let unpublished = try await Self.page("/models/\(Specimen.hash("unpublished"))")
    #expect(unpublished.contains("Nobody has published this model"))
  }
}
