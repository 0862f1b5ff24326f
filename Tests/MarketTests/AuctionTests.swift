// The auction against the vectors, and attacks by those who bid in it.

import Kernel
import Primitives
import Testing

@testable import Market

@Suite struct AuctionTests {
  @Test func everyVectorIsMet() throws {
    let cases = try AuctionCase.all(in: try VectorFile.json("markets/auctions.json"))
    #expect(cases.count == 40)
    for (index, one) in cases.enumerated() {
      #expect(one.isMet == true, "auction \(index): \(one.winners)")
    }
    #expect(cases.contains { $0.winners.isEmpty } && cases.contains { $0.winners.count == 3 })
  }

  @Test func aWrongUnitIsNoticed() throws {
    let file = try VectorFile.json("markets/auctions.json")
    for json in try #require(file["scoring"]?.array) {
      guard let payments = json["payments"]?.array, let first = payments.first?.uint64 else {
        continue
      }
      let wrong = [JSONValue.unsigned(first + 1)] + payments.dropFirst()
      let members = json.without("payments").members ?? []
      let other = JSONValue.object(members + [.init(name: "payments", value: .array(wrong))])
      #expect(try AuctionCase(json: other).isMet == false)
    }
  }

  @Test func malformedCasesNameTheirField() {
    func refusal(_ json: JSONValue) -> Refusal? {
      do {
        _ = try AuctionCase(json: json)
        return nil
      } catch { return error }
    }
    let bid: JSONValue = ["a", 1, 1_000_000, 7]
    #expect(refusal(["bids": [bid], "k": 1, "reserve": 5]) == nil)
    #expect(refusal(["bids": [bid], "k": 0, "reserve": 5]) == .badField("k", wants: "count"))
    #expect(refusal(["bids": [bid], "k": 1]) == .missingField("reserve"))
    #expect(refusal(["bids": [bid, bid], "k": 1, "reserve": 5]) == .duplicateField("bids.1.0"))
    let short: JSONValue = ["a", 1]
    #expect(refusal(["bids": [short], "k": 1, "reserve": 5])?.numbers.first?.name == "bids.0")
    let negative: JSONValue = ["a", -1, 1_000_000, 7]
    #expect(
      refusal(["bids": [negative], "k": 1, "reserve": 5])
        == .badField("bids.0.1", wants: "uint64"))
  }

  @Test func hugeNumbersNeverTrap() throws {
    let huge = ScoredBid(bid: Amount(.max), weight: .max, tie: .zero)
    let tiny = ScoredBid(bid: .zero, weight: 1, tie: Bytes32(words: 0, 0, 0, 1))
    let none = ScoredBid(bid: .zero, weight: 0, tie: Bytes32(words: 0, 0, 0, 2))
    let award = try #require(
      Auction.run(bids: [huge, tiny, none], k: 1, limit: Amount(.max)))
    #expect(award.winners == [1])
    // One unit ÷ weight 1 would only tie with the huge bid ÷ the huge weight, and lose the tie.
    #expect(award.payments == [.zero])
    #expect(Auction.critical(of: huge, against: tiny) == .zero)
    #expect(
      Auction.critical(of: tiny, against: ScoredBid(bid: .zero, weight: 1, tie: .zero)) == nil)
    #expect(Auction.run(bids: [none], k: 1, limit: Amount(.max)) == nil)
    #expect(Auction.run(bids: [tiny], k: 0, limit: Amount(.max)) == nil)
    #expect(Auction.run(bids: [], k: 1, limit: .zero) == nil)
    #expect(Auction.qualify(bids: [tiny], seats: 3, limit: .zero, factor: .max) == nil)
  }

  @Test func sixQualifyForThreeSeats() throws {
    func bids(_ prices: [UInt64]) -> [ScoredBid] {
      prices.enumerated().map {
        ScoredBid(
          bid: Amount($1), weight: 1_000_000, tie: Bytes32(words: 0, 0, 0, UInt64($0)))
      }
    }
    let seven = bids([7, 1, 2, 3, 4, 5, 6])
    let award = try #require(
      Auction.qualify(bids: seven, seats: 3, limit: Amount(9), factor: 2))
    #expect(award.winners == [1, 2, 3, 4, 5, 6])
    // Number seven bid 7 and has the smaller tie, so that 7 would not have won.
    #expect(award.payments == Array(repeating: Amount(6), count: 6))
    let six = bids([1, 2, 3, 4, 5, 6])
    let open = try #require(Auction.qualify(bids: six, seats: 3, limit: Amount(9), factor: 2))
    #expect(open.payments == Array(repeating: Amount(9), count: 6))
    #expect(open.dearest == Amount(9))
    #expect(
      Auction.qualify(bids: bids([1, 2, 3, 4, 5]), seats: 3, limit: Amount(9), factor: 2) == nil)
  }

  @Test func ofAnOperatorOnlyTheLowestStays() {
    let owner = Address(Array(repeating: 1, count: 20))!
    let other = Address(Array(repeating: 2, count: 20))!
    let bids = [5, 3, 4].map {
      ScoredBid(bid: Amount($0), weight: 1_000_000, tie: Bytes32(words: 0, 0, 0, $0))
    }
    #expect(Auction.lowestOfEach(bids, owners: [owner, owner, other]) == [1, 2])
    #expect(Auction.lowestOfEach(bids, owners: [other, owner, other]) == [1, 2])
    #expect(Auction.lowestOfEach([], owners: []) == [])
  }
}

/// An auction at random with costs as bids.
private func randomBids(_ random: inout Seeded, _ count: Int) -> [ScoredBid] {
  let weights: [UInt64] = [970_000, 985_000, 1_000_000, 500_000, 1_999_999]
  return (0..<count).map { _ in
    ScoredBid(
      bid: Amount(1 + random.below(60)), weight: weights[Int(random.below(5))],
      tie: Bytes32(words: random.next(), 0, 0, 0))
  }
}

/// What a bidder of that cost earns.
private func utility(_ award: Award?, _ bidder: Int, cost: UInt64) -> Int64 {
  guard let award, let place = award.winners.firstIndex(of: bidder) else { return 0 }
  return Int64(award.payments[place].units) - Int64(cost)
}

@Suite struct AuctionAttackTests {
  /// Nobody gains by a bid beside its cost: 100,000 auctions, the deviations that matter most.
  @Test func noDeviationGains() {
    var random = Seeded(state: 11)
    var wins = 0
    for _ in 0..<100_000 {
      var bids = randomBids(&random, 1 + Int(random.below(7)))
      let k = 1 + Int(random.below(3))
      let limit = Amount(5 + random.below(56))
      let bidder = Int(random.below(UInt64(bids.count)))
      let cost = bids[bidder].bid.units
      let honest = Auction.run(bids: bids, k: k, limit: limit)
      let base = utility(honest, bidder, cost: cost)
      #expect(base >= 0)
      if base > 0 { wins += 1 }
      let paid = honest.flatMap { award in
        award.winners.firstIndex(of: bidder).map { award.payments[$0].units }
      }
      let edge = paid ?? limit.units
      for deviation in [0, edge, edge + 1, random.below(66)] {
        bids[bidder].bid = Amount(deviation)
        let award = Auction.run(bids: bids, k: k, limit: limit)
        if utility(award, bidder, cost: cost) > base {
          Issue.record("bid \(deviation) instead of \(cost) gains")
        }
        // The payment is what the last winning bid says: at it one wins, above it one loses.
        if deviation == paid && award?.winners.contains(bidder) != true {
          Issue.record("critical value \(deviation) does not win")
        }
      }
    }
    #expect(wins > 10_000)
  }

  /// A first-price rule would fail the test above, so that it can fail.
  @Test func payingTheBidWouldReward() {
    var random = Seeded(state: 11)
    var gains = 0
    for _ in 0..<1_000 {
      var bids = randomBids(&random, 4)
      let cost = bids[0].bid.units
      bids[0].bid = Amount(cost + 1)
      let award = Auction.run(bids: bids, k: 1, limit: Amount(66))
      if award?.winners == [0] { gains += 1 }
    }
    #expect(gains > 0)
  }

  /// A second name without a better record never helps its owner when there is one winner.
  @Test func aFakeBidNeverHelpsItsOwner() {
    var random = Seeded(state: 12)
    var gains: [UInt64] = []
    for _ in 0..<100_000 {
      let bids = randomBids(&random, 1 + Int(random.below(5)))
      let limit = Amount(5 + random.below(56))
      let cost = bids[0].bid.units
      let base = utility(Auction.run(bids: bids, k: 1, limit: limit), 0, cost: cost)
      let fake = ScoredBid(
        bid: Amount(random.below(61)), weight: min(bids[0].weight, 970_000),
        tie: Bytes32(words: random.next(), 0, 0, 0))
      let award = Auction.run(bids: bids + [fake], k: 1, limit: limit)
      let own = utility(award, 0, cost: cost) + utility(award, bids.count, cost: cost)
      if own > base { gains.append(fake.bid.units) }
    }
    #expect(gains == [])
  }

  /// Who comes first does not matter: the same bidders win and are paid the same.
  @Test func arrivalChangesNothing() throws {
    var random = Seeded(state: 13)
    for _ in 0..<20_000 {
      let bids = randomBids(&random, 2 + Int(random.below(6)))
      let k = 1 + Int(random.below(3))
      let limit = Amount(5 + random.below(56))
      var order = Array(bids.indices)
      for place in stride(from: order.count - 1, to: 0, by: -1) {
        order.swapAt(place, Int(random.below(UInt64(place + 1))))
      }
      let straight = Auction.run(bids: bids, k: k, limit: limit)
      let mixed = Auction.run(bids: order.map { bids[$0] }, k: k, limit: limit)
      #expect(straight?.payments == mixed?.payments)
      #expect(straight?.winners == mixed?.winners.map { order[$0] })
    }
  }

  /// Where seats are drawn among those who qualify, expected profit peaks at one's cost too.
  @Test func noDeviationGainsAmongTheQualified() {
    var random = Seeded(state: 14)
    var gains: [UInt64] = []
    for _ in 0..<10_000 {
      var bids = randomBids(&random, 6 + Int(random.below(4)))
      let limit = Amount(30 + random.below(31))
      let cost = bids[0].bid.units
      let honest = Auction.qualify(bids: bids, seats: 3, limit: limit, factor: 2)
      let base = utility(honest, 0, cost: cost)
      bids[0].bid = Amount(random.below(66))
      let award = Auction.qualify(bids: bids, seats: 3, limit: limit, factor: 2)
      // Each of the six has the same chance of one half, which divides out.
      if utility(award, 0, cost: cost) > base { gains.append(bids[0].bid.units) }
    }
    #expect(gains == [])
  }
}
