// The pages of tournaments over rows that are known: order, intervals, money; and hostile ones.

import Archive
import Chain
import Kernel
import Primitives
import Testing
import Tournaments

@testable import Explorer

@Suite struct TournamentPagesTests {
  /// One tournament that is paid, one that is open, one that awaits its truth.
  private static func specimen(name: String = "rain") -> Specimen {
    var specimen = Specimen.empty
    for number in UInt64(1)...3 {
      var row = Tournament()
      row.owner = Specimen.address("ada")
      row.name = number == 1 ? name : "other-\(number)"
      row.rules.limit = 50_000
      row.state = [.paid, .open, .waiting][Int(number) - 1]
      row.purse = Amount(number == 2 ? 90_000_000 : 5_000_000)
      row.closes = Time(specimen.now.milliseconds + 60_000)
      row.revealsBegin = row.closes
      row.revealsEnd = Time(specimen.now.milliseconds + 120_000)
      row.truthEnds = Time(specimen.now.milliseconds + 180_000)
      row.rules.values = 10
      row.sponsors = number == 1 ? 1 : 0
      row.entries = number == 1 ? 3 : 0
      if number == 1 {
        row.staked = Amount(300_000_000)
        row.revealed = 2
        row.truth = row.source.bytes(of: (0..<10).map { $0 - 4 }) ?? []
      }
      specimen.records.put("tournaments", number, row)
    }
    for (place, person) in ["mill", "forge", "loom"].enumerated() {
      var entry = Entry()
      entry.account = Specimen.address(person)
      entry.stake = Amount(100_000_000)
      entry.forecast = place < 2 ? (0..<10).map { UInt64($0) } : []
      entry.score = [500_000_000, 250_000_000, 0][place]
      entry.isBelow = place == 1
      entry.earned = Amount(place == 0 ? 2_500_000 : 0)
      entry.burnt = Amount(place == 0 ? 0 : 2_500_000)
      specimen.records.put("tournamentEntries", PlaceKey(1, UInt64(place)), entry)
    }
    var sponsor = Sponsorship()
    sponsor.account = Specimen.address("ada")
    sponsor.amount = Amount(5_000_000)
    specimen.records.put("tournamentSponsors", PlaceKey(1, 0), sponsor)
    return specimen
  }

  private static func twin(
    _ path: String, _ query: [(name: String, value: String)] = []
  ) async throws -> JSONValue {
    let site = Explorer(specimen().house)
    let answer = try #require(await site.answer(Visit(path: path + ".json", query: query)))
    #expect(answer.status == 200)
    return try JSONValue(parsing: answer.body)
  }

  private static func page(
    _ address: String, of specimen: Specimen = specimen()
  ) async throws -> (status: Int, text: String) {
    try #require(await SiteTests.page(Explorer(specimen.house), address))
  }

  @Test func tournamentsAreListedInTheOrderThatIsAskedFor() async throws {
    func order(_ query: [(name: String, value: String)]) async throws -> [UInt64] {
      (try await Self.twin("/tournaments", query)["tournaments"]?.array ?? []).compactMap {
        $0["number"]?.uint64
      }
    }
    #expect(try await order([]) == [1, 2, 3])
    #expect(try await order([("sort", "purse")]) == [2, 1, 3])
    #expect(try await order([("after", "1")]) == [2, 3])
    let page = try await Self.page("/tournaments")
    #expect(page.status == 200 && HTMLCheck(page.text).faults == [])
    #expect(page.text.contains("<a href=\"/tournaments/2\">other-2</a>"))
    #expect(try await Self.page("/subnets").text.contains("href=\"/tournaments\""))
  }

  @Test func aBoardShowsScoresWithTheirIntervals() async throws {
    let page = try await Self.page("/tournaments/1")
    #expect(page.status == 200 && HTMLCheck(page.text).faults == [])
    for column in ["Account", "Stake", "Forecast", "Score", "Interval", "Won", "Burnt"] {
      #expect(page.text.contains("data-label=\"\(column)\""), "\(column)")
    }
    // Fisher's interval of 0.5 with ten values: tanh(0.5493 ± 0.7408).
    #expect(page.text.contains("<title>0.5000, between -0.1892 and 0.8592 at 95\u{A0}% confidence"))
    #expect(page.text.contains("stayed shut"))
    let json = try await Self.twin("/tournaments/1")
    #expect(json["board"]?[0]?["interval"]?.array?.count == 2)
    #expect(json["board"]?[2]?["score"] == .null)
    #expect(json["truth"]?.array?.count == 10 && json["factor"]?.uint64 == 333_333)
  }

  /// Entries are over, reveals are not.
  @Test func whatHasPassedIsNotAwaited() async throws {
    var own = Self.specimen()
    var row = Tournament()
    row.owner = Specimen.address("ada")
    row.state = .open
    // Market time stands at nought where no block was made.
    row.closes = .zero
    row.revealsBegin = row.closes
    row.revealsEnd = Time(own.now.milliseconds + 60_000)
    own.records.put("tournaments", UInt64(2), row)
    let page = try await Self.page("/tournaments/2", of: own)
    #expect(page.text.contains("Entries closed<") && page.text.contains("Reveals end<"))
    #expect(!page.text.contains(">due<"))
  }

  @Test func boardsAreSortedByLinksAlone() async throws {
    let sorted = try await Self.page("/tournaments/1?sort=score&order=up").text
    let first = try #require(sorted.range(of: "-0.2500"))
    let second = try #require(sorted.range(of: "0.5000"))
    #expect(first.lowerBound < second.lowerBound)
    // Whoever stayed shut has no score, and stands behind the worst.
    let board = try await Self.page("/tournaments/1").text
    let worst = try #require(board.range(of: "-0.2500"))
    let shut = try #require(board.range(of: "stayed shut"))
    #expect(worst.lowerBound < shut.lowerBound)
    for (name, value) in [("sort", "nosuch"), ("sort", "account"), ("order", "<b>")] {
      let answer = try #require(
        await Explorer(Self.specimen().house).answer(
          Visit(path: "/tournaments/1", query: [(name, value)])))
      #expect(answer.status == 400)
    }
  }

  @Test func hostileNamesAndUnknownNumbersDoNoHarm() async throws {
    let page = try await Self.page("/tournaments/1", of: Self.specimen(name: Specimen.hostile))
    #expect(!page.text.contains("<script>alert") && HTMLCheck(page.text).faults == [])
    for path in ["/tournaments/9", "/tournaments/01", "/tournaments/-1", "/tournaments/x"] {
      #expect(try await Self.page(path).status == 404)
    }
    for state in ["/tournaments/2", "/tournaments/3"] {
      let page = try await Self.page(state)
      #expect(page.status == 200 && HTMLCheck(page.text).faults == [])
    }
  }

  @Test func intervalsAreFishers() {
    #expect(CorrelationInterval(billionths: 1_000_000_000, count: 10).score == 10_000)
    #expect(CorrelationInterval(billionths: 0, count: 3).low == -10_000)
    let wide = CorrelationInterval(billionths: 0, count: 7)
    #expect(wide.low == -wide.high && wide.high == 7_531)
    #expect(CorrelationInterval.text(-312) == "-0.0312")
    #expect(CorrelationInterval.text(10_000) == "1.0000")
  }
}
