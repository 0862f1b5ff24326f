// The box that takes anything: one fit leads there, several are listed, none leads nowhere.

import Archive
import Chain
import Foundation
import Market
import Primitives
import Testing

@testable import Explorer

@Suite struct SearchTests {
  private static let site = Explorer(Specimen.shared.house)
  private static let lists = Specimen.shared.listings

  /// Where a query leads; nil where it leads to a list.
  private static func place(_ query: String) async throws -> String? {
    let visit = Visit(path: "/search", query: [("q", query)])
    let answer = try #require(await site.answer(visit))
    let location = answer.headers.first { $0.name == "location" }?.value
    #expect((answer.status == 303) == (location != nil), "\(query)")
    return location
  }

  @Test func wholeIdsLeadToTheirPage() async throws {
    let run = Self.lists.allRuns[3]
    let game = Self.lists.allGames[0]
    let road = try #require(Self.lists.allRoads.first { !$0.isOffer })
    let taken = try #require(Self.lists.allRoads.first { $0.isOffer })
    let offer = Self.lists.allOffers[1].offer
    let wanted: [(String, String, Bytes32)] = [
      ("run", "runs", run.run), ("game", "disputes", game.game), ("order", "orders", road.id),
      ("order", "orders", taken.id), ("lease", "leases", road.lease), ("offer", "offers", offer),
    ]
    for (kind, folder, id) in wanted {
      let full = PrintedID.full(kind, id)
      #expect(try await Self.place(full) == "/\(folder)/\(full)")
      #expect(try await Self.place(" \(full)  ") == "/\(folder)/\(full)")
      #expect(try await Self.place("\(id)") == "/\(folder)/\(full)")
      #expect(try await Self.place(String(full.prefix(kind.count + 10))) == "/\(folder)/\(full)")
    }
  }

  @Test func otherThingsAreFoundByTheirNames() async throws {
    let model = Self.lists.allSubjects[0].subject
    #expect(try await Self.place("\(model)") == "/models/\(model)")
    #expect(try await Self.place(String("\(model)".prefix(14))) == "/models/\(model)")
    #expect(try await Self.place(PrintedID.short("model", model)) == "/models/\(model)")
    let ada = Specimen.address("ada").checksummed
    #expect(try await Self.place(ada) == "/accounts/\(ada)")
    #expect(try await Self.place(ada.lowercased()) == "/accounts/\(ada)")
    #expect(try await Self.place(String(ada.lowercased().prefix(12))) == "/accounts/\(ada)")
    #expect(try await Self.place("7") == "/blocks/7")
    #expect(try await Self.place("block 7") == "/blocks/7")
    #expect(try await Self.place("insufficient") == "/refusals/insufficient")
    #expect(try await Self.place("REPLICATED") == "/market?check=replicated")
    #expect(try await Self.place("courtFloor") == "/parameters")
    let message = try #require(
      Specimen.shared.records.log.last { !$0.outcome.isDone })
    #expect(try await Self.place("\(message.id)") == "/messages/\(message.id)")
  }

  @Test func whatFitsNothingLeadsNowhere() async throws {
    let queries = [
      "", "  ", "zzzz qqqq", "order_", "order_i", "0x", "0x1", "run_000000000000", "999999999999",
      "//evil.example", "javascript:alert(1)", Specimen.hostile,
      String(repeating: "a", count: 5_000),
      "\u{0}\u{1}", "😀", "../../etc/passwd", "0xg", "18446744073709551616",
    ]
    for query in queries {
      #expect(try await Self.place(query) == nil, "\(query)")
      let visit = Visit(path: "/search", query: [("q", query)])
      let answer = try #require(await Self.site.answer(visit))
      #expect(answer.status == 200)
      #expect(HTMLCheck(String(decoding: answer.body, as: UTF8.self)).faults == [], "\(query)")
    }
  }

  /// Whatever is typed, the browser stays on this site.
  @Test func everyPlaceIsOfThisSite() async throws {
    for name in ["//a.b", "http://a.b", "\\\\a.b", "/\\a.b", "\r\nx: y"] {
      let place = try await Self.place(name) ?? "/"
      #expect(place.hasPrefix("/") && !place.hasPrefix("//"))
    }
  }

  @Test func severalThatFitAreListed() async throws {
    // A height that is also the beginning of an id is both.
    let ids = Specimen.shared.records.log.map { "\($0.id)".dropFirst(2).prefix(4) }
    let twice = try #require(ids.first { one in ids.count { $0 == one } > 1 } ?? ids.first)
    let visit = Visit(path: "/search", query: [("q", String(twice))])
    let answer = try #require(await Self.site.answer(visit))
    #expect([200, 303].contains(answer.status))
    let twin = Visit(path: "/search.json", query: [("q", "road")])
    let json = try JSONValue(parsing: try #require(await Self.site.answer(twin)).body)
    #expect(json["docs"]?.array?.isEmpty == false)
    #expect(json["found"]?.array?.isEmpty == true)
  }

  @Test func aWordIsAWordBeforeItIsAnID() async throws {
    var specimen = Specimen.empty
    let id = try #require(Bytes32(hex: "0xfeed" + String(repeating: "0", count: 60)))
    specimen.records.log.append(
      RecordedMessage(id: id, height: 1, bytes: [], outcome: MessageOutcome()))
    let site = Explorer(specimen.house)
    let word = try #require(await SiteTests.page(site, "/search?q=feed"))
    #expect(word.status == 200)
    #expect(word.text.contains("/messages/\(id)") && word.text.contains("In the documentation"))
    #expect(try #require(await SiteTests.page(site, "/search?q=0xfeed")).status == 303)
  }

  /// `tolsey verify` prints the message that takes an offer with a prefix of its own.
  @Test func aTakenOfferIsAnOrder() async throws {
    let taken = try #require(Self.lists.allRoads.first { $0.isOffer })
    let order = PrintedID.full("order", taken.id)
    #expect(try await Self.place(PrintedID.full("take", taken.id)) == "/orders/\(order)")
  }

  @Test func institutionsAreFoundByNameAndNumber() async throws {
    let site = Explorer(SubnetPagesTests.specimen().house)
    let direct = try #require(
      await site.answer(Visit(path: "/search", query: [("q", "subnet 2")])))
    #expect(direct.headers.first { $0.name == "location" }?.value == "/subnets/2")
    // A name that is a word of the documentation too is listed beside it.
    for name in ["digits", "DIGITS"] {
      let answer = await site.answer(Visit(path: "/search.json", query: [("q", name)]))
      let json = try JSONValue(parsing: try #require(answer).body)
      #expect(json["found"]?[0]?["path"]?.string == "/subnets/1")
    }
  }

  @Test func theTwinSaysWhereARedirectLeads() async throws {
    let visit = Visit(path: "/search.json", query: [("q", "7")])
    let answer = try #require(await Self.site.answer(visit))
    #expect(answer.status == 200)
    #expect(try JSONValue(parsing: answer.body)["location"]?.string == "/blocks/7")
  }
}
