// Orders that are routed to a subnet: who may bid, who wins at which price, who is called next.

import Kernel
import Primitives
import Testing

@testable import Market

@Suite("Orders routed to a subnet")
struct RoutedRoadTests {
  static let members = ["ana", "ben", "cat", "dot"]

  /// A subnet in which ana is worth twice ben and four times cat, and that asks a tenth.
  private static func house(share: UInt64 = 100_000) throws -> House {
    var house = try House(["buyer", "stranger"] + members)
    let weights: [UInt64] = [1_000_000, 500_000, 250_000, 10]
    house.rankings.rankings[7] = Ranking(
      epoch: 3, share: share,
      providers: zip(members, weights).map { Ranked(House.account($0), weight: $1) }, judges: [])
    return house
  }

  private static let routed = CheckTerms("open").routed(to: 7)

  /// Places, bids, opens and awards.
  private static func awarded(
    _ house: inout House, _ bids: [(name: String, price: UInt64)], refusing: [String] = []
  ) throws -> (OrderID, LeaseID, Lease) {
    var wanted = try house.order(routed)
    wanted.request.lists.refuse = refusing.map(House.account)
    let order = OrderID(try house.send(wanted))
    for (name, price) in bids { try house.send(House.bid(name, order, price)) }
    try house.block(seconds: 30)
    for (name, price) in bids { try house.send(House.reveal(name, order, price)) }
    try house.block(seconds: 30)
    try house.block()
    try house.block()
    var found: (LeaseID, Lease)?
    house.market.forEachLease { found = ($0, $1) }
    let (id, lease) = try #require(found)
    return (order, id, lease)
  }

  @Test("half the rank must ask half the price, and who wins is paid what it could have asked")
  func rankAndPrice() throws {
    var house = try Self.house()
    // Ben is the cheaper, but not by half.
    var (_, _, lease) = try Self.awarded(&house, [("ana", 400_000), ("ben", 300_000)])
    #expect(lease.seats.map(\.provider) == [House.account("ana")])
    #expect((599_999...600_000).contains(lease.seats[0].rate.amount.units))
    #expect(lease.reserve.map(\.provider) == [House.account("ben")])
    house = try Self.house()
    (_, _, lease) = try Self.awarded(&house, [("ana", 400_000), ("ben", 150_000)])
    #expect(lease.seats.map(\.provider) == [House.account("ben")])
    #expect((199_999...200_000).contains(lease.seats[0].rate.amount.units))
  }

  @Test("nobody without a place bids, whatever it would ask")
  func strangersAreRefused() throws {
    var house = try Self.house()
    let order = OrderID(try house.send(try house.order(Self.routed)))
    let refusal = #expect(throws: Refusal.self) {
      try house.send(House.bid("stranger", order, 1))
    }
    #expect(refusal == .notRanked(in: 7, epoch: 3))
    #expect(house.gain("stranger") == 0)
  }

  @Test("the ranking is that of the order's block: a later one neither lets in nor keeps out")
  func rankingIsFixed() throws {
    var house = try Self.house()
    let order = OrderID(try house.send(try house.order(Self.routed)))
    house.rankings.rankings[7]?.providers = [Ranked(House.account("stranger"), weight: 1_000_000)]
    let refusal = #expect(throws: Refusal.self) {
      try house.send(House.bid("stranger", order, 1))
    }
    #expect(refusal?.code == "notRanked")
    try house.send(House.bid("dot", order, 900_000))
    house.rankings.rankings[7] = nil
    try house.send(House.bid("ana", order, 900_000))
    #expect(house.market.route(of: order)?.epoch == 3)
  }

  @Test("who does not honour loses its bond, and the next in rank are called one after the other")
  func fallsBackByRank() throws {
    var house = try Self.house()
    let all = Self.members.map { (name: $0, price: UInt64($0 == "dot" ? 100 : 200_000)) }
    let (order, id, lease) = try Self.awarded(&house, all)
    #expect((lease.seats + lease.reserve).map(\.provider) == Self.members.map(House.account))
    for _ in 0..<2 { try house.block(seconds: 300) }
    #expect(house.gain("ana") == -100_000)
    #expect(house.gain("ben") == -100_000)
    try house.send(House.honour("cat", id))
    #expect(house.gain("dot") == 0)
    let run = RunKey(id, 0)
    try house.send(try house.sendInput(run, to: ["cat"]))
    try house.send(try house.submit("cat", run, "seven"))
    let price = house.market.leases[id]?.seats[0].rate.amount.units ?? 0
    try house.block(seconds: 3_600)
    // The tenth that the buyer pays beside the price lies in the subnet's purse.
    #expect(house.escrow(Route.purse(7)) == (price - price / 400) / 10)
    #expect(house.gain("buyer") == -Int64(price + house.escrow(Route.purse(7))))
    #expect(house.escrow(Route.escrow(order)) == 0)
    #expect(house.market.routes.count == 0)
    let shares = house.conclusions.compactMap { conclusion -> RoutedShare? in
      if case .routed(let share) = conclusion { share } else { nil }
    }
    #expect(shares.map(\.amount.units) == [house.escrow(Route.purse(7))])
  }

  @Test("a run that earned nobody anything owes the subnet nothing, and the buyer has it all back")
  func silenceEarnsNoShare() throws {
    var house = try Self.house()
    let (order, id, _) = try Self.awarded(&house, [("ana", 400_000)])
    #expect(house.gain("buyer") == -1_100_000)
    try house.send(House.honour("ana", id))
    try house.send(try house.sendInput(RunKey(id, 0), to: ["ana"]))
    try house.block(seconds: 60)
    #expect(house.gain("buyer") == 0)
    #expect(house.escrow(Route.purse(7)) == 0)
    #expect(house.escrow(Route.escrow(order)) == 0)
    #expect(house.gain("ana") == -100_000)
  }

  /// What a buyer's agent does: a new order that refuses whom it has seen fall. Nobody's bond is
  /// locked meanwhile but that of who has the seat.
  @Test("three who honour and are silent lose a bond each, and the fourth answers")
  func silentSeatsArePassedByTheNextOrder() throws {
    var house = try Self.house()
    let all = Self.members.map { (name: $0, price: UInt64($0 == "dot" ? 100 : 200_000)) }
    for (place, silent) in Self.members.dropLast().enumerated() {
      let (order, id, lease) = try Self.awarded(
        &house, Array(all.dropFirst(place)), refusing: Array(Self.members.prefix(place)))
      #expect(lease.seats.map(\.provider) == [House.account(silent)])
      try house.send(House.honour(silent, id))
      // The seat is taken: who stood by has its bond back at once.
      for other in Self.members.dropFirst(place + 1) { #expect(house.gain(other) == 0) }
      try house.send(try house.sendInput(RunKey(id, 0), to: [silent]))
      try house.block(seconds: 60)
      #expect(house.gain(silent) == -100_000 && house.gain("buyer") == 0)
      #expect(house.market.leases[id] == nil && house.market.route(of: order) == nil)
    }
    let (order, id, lease) = try Self.awarded(
      &house, Array(all.suffix(1)), refusing: Array(Self.members.prefix(3)))
    #expect(lease.seats.map(\.provider) == [House.account("dot")] && lease.reserve.isEmpty)
    try house.send(House.honour("dot", id))
    let run = RunKey(id, 0)
    try house.send(try house.sendInput(run, to: ["dot"]))
    try house.send(try house.submit("dot", run, "seven"))
    try house.block(seconds: 3_600)
    let price = lease.seats[0].rate.amount.units
    #expect(house.gain("dot") == Int64(price - price / 400))
    #expect(house.gain("buyer") == -Int64(price + house.escrow(Route.purse(7))))
    #expect(house.escrow(Route.escrow(order)) == 0 && house.market.routes.count == 0)
  }

  @Test("when all of a subnet are silent the next order is refused, and the buyer has everything")
  func allAreSilent() throws {
    var house = try Self.house()
    for (place, silent) in Self.members.enumerated() {
      let bids = Self.members.dropFirst(place).map { (name: $0, price: UInt64(200_000)) }
      let (_, id, lease) = try Self.awarded(
        &house, bids, refusing: Array(Self.members.prefix(place)))
      #expect(lease.seats.map(\.provider) == [House.account(silent)])
      try house.send(House.honour(silent, id))
      try house.send(try house.sendInput(RunKey(id, 0), to: [silent]))
      try house.block(seconds: 60)
    }
    var last = try house.order(Self.routed)
    last.request.lists.refuse = Self.members.map(House.account)
    let refusal = #expect(throws: Refusal.self) { try house.send(last) }
    #expect(refusal == .tooFewRanked(has: 0, wanted: 1, in: 7))
    #expect(house.gain("buyer") == 0)
    for name in Self.members { #expect(house.gain(name) == -100_000) }
  }

  @Test("an order that nobody of the subnet bids for gives everything back")
  func nobodySellsThat() throws {
    var house = try Self.house()
    try house.send(try house.order(Self.routed))
    try house.block(seconds: 30)
    #expect(house.gain("buyer") == 0)
    #expect(house.market.routes.count == 0)
    let order = OrderID(try house.send(try house.order(Self.routed)))
    var cancel = CancelOrder()
    cancel.head = House.head("buyer")
    cancel.order = order
    try house.send(cancel)
    #expect(house.gain("buyer") == 0)
    #expect(house.market.routes.count == 0)
  }

  @Test("an order is refused where no epoch ranked anybody, or too few who are not turned away")
  func refusedOrders() throws {
    var house = try Self.house()
    func refusal(_ change: (inout PlaceOrder) -> Void) throws -> Refusal? {
      var m = try house.order(Self.routed)
      change(&m)
      do throws(Refusal) { try house.send(m) } catch { return error }
      return nil
    }
    #expect(try refusal { $0.request.check = CheckTerms("open").routed(to: 8) } == .noRanking(8))
    let few = try refusal {
      $0.request.check = CheckTerms(
        "replicated", [Number("replicas", 3), Number("audit", 0), Number("subnet", 7)])
    }
    #expect(few == .tooFewRanked(has: 4, wanted: 6, in: 7))
    let none = try refusal { $0.request.lists.only = [House.account("stranger")] }
    #expect(none == .tooFewRanked(has: 0, wanted: 1, in: 7))
    let own = try refusal {
      $0.head = House.head("ana")
      $0.request.lists.refuse = ["ben", "cat", "dot"].map(House.account)
    }
    #expect(own == .tooFewRanked(has: 0, wanted: 1, in: 7))
    #expect(house.gain("buyer") == 0)
    #expect(house.gain("ana") == 0)
    #expect(house.market.routes.count == 0)
  }

  @Test(
    "the numbers of a route stand behind the check's own, in one order and once",
    arguments: [
      ["subnet", "subnet"], ["jury"], ["subnet", "jury"], ["seats"], ["subnet", "extra"],
    ])
  func oneForm(names: [String]) throws {
    var house = try Self.house()
    let numbers = names.map { Number($0, 7) }
    let refusal = #expect(throws: Refusal.self) {
      try house.send(try house.order(CheckTerms("open", numbers)))
    }
    #expect(refusal?.code == "checkTermsDiffer")
  }

  @Test("nothing routed is sold at a posted price or by voucher")
  func notOffered() throws {
    #expect(try Game.shape(of: Self.routed).offered == false)
    #expect(throws: Refusal("notByVoucher")) { try VoucherCheck(Self.routed) }
    #expect(Self.routed.own == CheckTerms("open"))
    #expect(Self.routed.subnet == 7)
    #expect(CheckTerms("panel").routed(jury: 2).jury == 2)
    #expect(CheckTerms("panel").routed(to: 1, jury: 2).subnet == 1)
  }

  @Test("an order that names no subnet leaves no row of a route, and costs its price alone")
  func unroutedOrdersStay() throws {
    var house = try Self.house()
    try house.send(try house.order(CheckTerms("open")))
    #expect(house.gain("buyer") == -1_000_000)
    var changes: [RowChange] = []
    house.market.drain(into: &changes)
    #expect(Set(changes.map(\.table)) == ["orders", "tenders"])
  }

  @Test("a market that was restarted knows its routes")
  func restarts() throws {
    var house = try Self.house()
    let order = OrderID(try house.send(try house.order(Self.routed)))
    let route = house.market.route(of: order)
    var other = try house.restarted()
    #expect(other.market.route(of: order) == route)
    let refusal = #expect(throws: Refusal.self) {
      try other.send(House.bid("stranger", order, 1))
    }
    #expect(refusal?.code == "notRanked")
  }
}
