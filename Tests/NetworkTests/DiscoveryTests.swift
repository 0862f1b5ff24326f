// What can be found of what was paid: by whoever pays, in bounded memory.

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
    book.find(query).map(\.url)
  }

  @Test func oneSellerDoesNotPushOutTheOthers() {
    let book = DiscoveryBook()
    book.learn(payload("https://honest.example/run"), wanted(1), at: .zero)
    for number in 0..<200 {
      book.learn(payload("https://loud.example/\(number)"), wanted(2), at: .zero)
    }
    let all = urls(book)
    #expect(all.count == 1 + DiscoveryBook.mostOfOne)
    #expect(all.first == "https://loud.example/199" && all.last == "https://honest.example/run")
  }

  @Test func whatIsListedHasAnEnd() {
    let book = DiscoveryBook(bytes: 1 << 20)
    let long = String(repeating: "x", count: 3_000)
    for number in 0..<600 {
      let seller = UInt8(number / DiscoveryBook.mostOfOne)
      book.learn(payload("https://shop.example/\(number)", long), wanted(seller), at: .zero)
    }
    #expect(book.find(DiscoveryQuery()).map(\.bytes).reduce(0, +) <= 1 << 20)
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
    let entry = book.find(DiscoveryQuery())[1].json
    #expect(entry["description"]?.string == "Reads DIGITS")
    #expect(entry["extensions"]?["bazaar"]?["info"]?[1]?[0]?.uint64 == 0)
  }
}
