// What can be found of what was paid: by whoever pays, in bounded memory.

import Kernel
import Payments
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct DiscoveryTests {
  private func wanted(_ seed: UInt8) -> PaymentRequirements {
    PaymentRequirements(
      chainID: 7, Amount(10_000), payTo: PrivateKey(seed: [seed]).address)
  }

  private func payload(_ url: String, _ description: String = "digits") -> JSONValue {
    [
      "resource": ["url": .string(url), "description": .string(description)],
      "extensions": ["bazaar": ["info": [[0], [0]]]],
    ]
  }

  private func urls(_ book: DiscoveryBook, _ query: DiscoveryQuery = DiscoveryQuery()) -> [String] {
    book.find(query).found.map(\.url)
  }

  @Test func oneSellerDoesNotPushOutTheOthers() {
    let book = DiscoveryBook()
    book.learn(payload("https://honest.example/run"), wanted(1), at: .zero)
    for number in 0..<200 {
      book.learn(payload("https://loud.example/\(number)"), wanted(2), at: .zero)
    }
    let all = urls(book)
    #expect(all.count == 1 + DiscoveryBook.mostOfOne)
    #expect(all.first == "https://loud.example/199")
    // Its second listing stands behind everybody's first.
    #expect(all[1] == "https://honest.example/run" && all[2] == "https://loud.example/198")
  }

  /// Nobody signs a URL: who names a competitor's takes nothing from it.
  @Test func aListingBelongsToItsPayee() {
    let book = DiscoveryBook()
    let url = "http://honest.example:4070/v1/chat/completions"
    book.learn(payload(url, "honest"), wanted(1), at: .zero)
    book.learn(payload("http://honest.example:4070/v1", "stolen"), wanted(2), at: .zero)
    let found = book.find(DiscoveryQuery()).found
    #expect(found.map(\.requirements.payTo) == [wanted(2).payTo, wanted(1).payTo])
    #expect(found.last?.json["accepts"]?[0]?["payTo"]?.string == wanted(1).payTo.checksummed)
    var mine = DiscoveryQuery()
    mine.payTo = wanted(1).payTo
    #expect(urls(book, mine) == [url])
  }

  /// Whoever pays himself, or fills a channel of his own, stands behind who put up a bond.
  @Test func aListingThatCostNothingStandsLast() throws {
    let book = DiscoveryBook()
    var bonded = wanted(1)
    bonded.receiverAuthorizer = bonded.payTo
    book.learn(payload("http://bond.example/v1"), bonded, at: .zero, backing: .bond)
    book.learn(payload("http://paid.example/v1"), wanted(2), at: .zero, backing: .payment)
    for number in 0..<20 as Range<UInt8> {
      book.learn(
        payload("http://free\(number).example/v1"), wanted(10 + number), at: .zero,
        backing: .nothing)
    }
    #expect(urls(book).prefix(2) == ["http://bond.example/v1", "http://paid.example/v1"])
    #expect(urls(book).count == 22)
    let item = try #require(book.find(DiscoveryQuery()).found.first?.json)
    let listed = try #require(ListedSeller(item))
    #expect(listed.backing == .bond && listed.payee == bonded.payTo)
    // A bond that is gone counts for nothing, and is looked up once.
    var looks = 0
    let left = book.find(DiscoveryQuery()) { _ in
      looks += 1
      return false
    }.found
    #expect(left.first?.url == "http://paid.example/v1" && looks == 1)
    #expect(left.first { $0.url == "http://bond.example/v1" }?.backing == .nothing)
  }

  /// What the ledger says of the bond counts, and not what the payment says.
  @Test func aBondIsLookedUp() throws {
    let market = PayingMarket()
    let facilitator = market.facilitator
    var wanted = market.wanted
    wanted.receiverAuthorizer = PrivateKey(seed: [7]).address
    let key = StandingBond.key(market.seller, PrivateKey(seed: [7]).address).keyBytes
    func backing() throws -> ListingBacking? {
      try facilitator.find(DiscoveryQuery()).found.first?.backing
    }
    facilitator.list(payload("http://shop.example/v1"), wanted, carried: .nothing)
    #expect(try backing() == .nothing)
    var bond = StandingBond()
    market.node.put("standingBonds", key, bond)
    facilitator.list(payload("http://shop.example/v1"), wanted, carried: .nothing)
    #expect(try backing() == .bond)
    bond.leaves = Time(1)
    market.node.put("standingBonds", key, bond)
    #expect(try backing() == .nothing)
    bond.leaves = .never
    bond.convictedBy = Bytes32(words: 0, 0, 0, 1)
    market.node.put("standingBonds", key, bond)
    #expect(try backing() == .nothing)
  }

  @Test func oneServiceIsListedOnce() {
    let book = DiscoveryBook()
    for path in ["/v1/chat/completions", "/v1/completions", "/v1/models"] {
      book.learn(payload("http://shop.example:4070" + path), wanted(1), at: .zero)
    }
    book.learn(payload("https://shop.example/a?x=1"), wanted(1), at: .zero)
    book.learn(payload("https://shop.example/a?x=2"), wanted(1), at: .zero)
    book.learn(payload("https://shop.example/b"), wanted(1), at: .zero)
    #expect(
      urls(book) == [
        "https://shop.example/b", "https://shop.example/a?x=2",
        "http://shop.example:4070/v1/models",
      ])
  }

  /// Anybody may search, and each search reads only so much.
  @Test func aSearchHasAnEnd() {
    let book = DiscoveryBook()
    let long = String(repeating: "x", count: 3_000)
    for number in 0..<3_000 {
      let payee = PrivateKey(seed: Array("\(number / DiscoveryBook.mostOfOne)".utf8)).address
      book.learn(
        payload("https://shop.example/\(number)", long),
        PaymentRequirements(chainID: 7, Amount(10_000), payTo: payee), at: .zero)
    }
    var query = DiscoveryQuery()
    query.words = ["xx", "shop.example/", "x", "https"]
    let (found, isWhole) = book.find(query)
    #expect(!isWhole && found.count == DiscoveryBook.mostSearched / (4 * 1_024))
    query.words = ["absent"]
    #expect(book.find(query).found.isEmpty && book.find(query).isWhole)
    query.words = []
    #expect(book.find(query).found.count == 3_000)
  }

  @Test func whatIsListedHasAnEnd() {
    let book = DiscoveryBook(bytes: 1 << 20)
    let long = String(repeating: "x", count: 3_000)
    for number in 0..<600 {
      let seller = UInt8(number / DiscoveryBook.mostOfOne)
      book.learn(payload("https://shop.example/\(number)", long), wanted(seller), at: .zero)
    }
    #expect(book.find(DiscoveryQuery()).found.map(\.bytes).reduce(0, +) <= 1 << 20)
    #expect(urls(book).first == "https://shop.example/599")
    #expect(urls(book).count > 100)
    book.learn(
      payload("https://huge.example", String(repeating: "x", count: 9_000)), wanted(250), at: .zero)
    #expect(!urls(book).contains("https://huge.example"))
  }

  @Test func wordsAreFoundInAnyLetters() {
    let book = DiscoveryBook()
    book.learn(payload("https://a.example", "Reads DIGITS"), wanted(1), at: .zero)
    book.learn(payload("https://b.example", "speaks"), wanted(2), at: .zero)
    var query = DiscoveryQuery()
    query.words = ["digits", "reads"]
    #expect(urls(book, query) == ["https://a.example"])
    query.words = ["digits", "speaks"]
    #expect(urls(book, query) == [])
    let entry = book.find(DiscoveryQuery()).found[1].json
    #expect(entry["description"]?.string == "Reads DIGITS")
    #expect(entry["extensions"]?["bazaar"]?["info"]?[1]?[0]?.uint64 == 0)
  }
}
