// Which offer a buyer takes, and which it cannot be lured into.

import Primitives
import Testing

@testable import Agents
@testable import Market

@Suite struct OfferShelfTests {
  static let buyer = PrivateKey(seed: [0]).address
  static func provider(_ number: UInt8) -> Address { PrivateKey(seed: [number]).address }

  static func offer(_ number: UInt8, _ price: UInt64, free: UInt64 = 1) -> (
    id: OfferID, offer: Offer
  ) {
    var offer = Offer()
    offer.provider = provider(number)
    offer.work = "inference"
    offer.spec = [1]
    offer.check = CheckTerms("open")
    offer.rate = Rate(Amount(price))
    offer.runTime = 60
    offer.free = free
    return (OfferID(SHA256.hash([number])), offer)
  }

  static var want: Want {
    Want(.offer, spec: [1], input: [], check: CheckTerms("open"), limit: Rate(Amount(100)))
  }

  func taken(
    _ offers: [(id: OfferID, offer: Offer)], refusing: [Address] = [], want: Want = Self.want
  ) throws -> Address? {
    var shelf = OfferShelf(offers)
    return try shelf.take(for: want, by: Self.buyer, refusing: refusing)?.offer.provider
  }

  @Test func theCheapestThatFits() throws {
    let offers = [Self.offer(1, 90), Self.offer(2, 80), Self.offer(3, 85)]
    #expect(try taken(offers) == Self.provider(2))
    #expect(try taken(offers.reversed()) == Self.provider(2))
    #expect(try taken(offers, refusing: [Self.provider(2)]) == Self.provider(3))
  }

  @Test func neverAboveTheLimit() throws {
    #expect(try taken([Self.offer(1, 101)]) == nil)
    #expect(try taken([Self.offer(1, 100)]) == Self.provider(1))
  }

  @Test func equalPricesAreTakenInOneOrder() throws {
    let offers = [Self.offer(1, 80), Self.offer(2, 80), Self.offer(3, 80)]
    let first = try taken(offers)
    #expect(try taken(offers.reversed()) == first)
  }

  @Test func otherModelsChecksAndSlowPromisesAreNoBargain() throws {
    var other = Self.offer(1, 1)
    other.offer.spec = [2]
    var slow = Self.offer(2, 1)
    slow.offer.runTime = 61
    var checked = Self.offer(3, 1)
    checked.offer.check = CheckTerms("replicated")
    var gone = Self.offer(4, 1)
    gone.offer.withdrawn = true
    var own = Self.offer(5, 1)
    own.offer.provider = Self.buyer
    #expect(try taken([other, slow, checked, gone, own]) == nil)
  }

  @Test func slotsAreCountedWithinOneBlock() throws {
    var shelf = OfferShelf([Self.offer(1, 10, free: 2), Self.offer(2, 20)])
    var prices: [UInt64] = []
    while let found = try shelf.take(for: Self.want, by: Self.buyer, refusing: []) {
      prices.append(found.offer.rate.amount.units)
    }
    #expect(prices == [10, 10, 20])
  }

  @Test func theOwnersListsCount() throws {
    var want = Self.want
    want.lists.only = [Self.provider(2)]
    #expect(try taken([Self.offer(1, 10), Self.offer(2, 20)], want: want) == Self.provider(2))
    want.lists.refuse = [Self.provider(2)]
    #expect(try taken([Self.offer(1, 10), Self.offer(2, 20)], want: want) == nil)
  }
}
