// Single lines under events made by hand: bids that give way, and who pays a provider most.

import Chain
import Kernel
import Primitives
import Testing

@testable import Archive
@testable import Market

@Suite("Lines")
struct LineTests {
  @Test("a bid that gives way to another is not counted twice")
  func bidsThatAreDisplaced() throws {
    let buyer = Address(lastBytesOf: SHA256.hash([1]))
    var genesis = Genesis()
    genesis.chainId = 1
    var order = PlaceOrder()
    order.head.from = buyer
    order.request.check = CheckTerms("open")
    order.request.limit = Rate(Amount(10), per: 1)
    let signed = SignedMessage(.placeOrder(order), Authorisation())
    func bid(_ name: String, _ number: UInt8) -> Event {
      Event(name, subject: SHA256.hash([number]), order: signed.id, parties: [buyer])
    }
    var header = Header()
    header.network = genesis.network
    header.height = 1
    header.parent = genesis.network
    let block = ProjectedBlock(
      id: SHA256.hash([9]), header: header,
      messages: [ProjectedMessage(id: signed.id, bytes: signed.encoded, isDone: true)],
      settled: [],
      events: [
        Event("orderPlaced", subject: signed.id, order: signed.id, parties: [buyer]),
        bid("bidPlaced", 2), bid("bidPlaced", 3), bid("bidDisplaced", 2), bid("bidPlaced", 4),
      ])
    let lines = MemoryLines()
    var projection = Projection(over: lines, from: Progress())
    try projection.found(genesis)
    try projection.project(block)
    lines.enter(projection.takeChanges())
    #expect(lines.roads[signed.id]?.bids == 2)
    #expect(lines.moments[signed.id]?.count == 5)
  }

  @Test("the largest buyers are the largest, whoever comes last")
  func patrons() {
    var line = PartyLine()
    let buyers = (0..<5 as Range<UInt8>).map { Address(lastBytesOf: SHA256.hash([$0])) }
    func pay(_ buyer: Int, _ sum: UInt64) { line.enter(Patron(buyer: buyers[buyer], paid: sum)) }
    #expect(line.patronShare == nil)
    for (buyer, sum) in [(0, 5), (1, 4), (2, 3), (3, 2), (4, 1)] { pay(buyer, UInt64(sum)) }
    #expect(line.patrons.map(\.buyer) == Array(buyers[..<3]))
    pay(4, 9)
    #expect(line.patrons.map(\.paid) == [9, 5, 4])
    pay(1, 20)
    #expect(line.patrons.map(\.buyer) == [buyers[1], buyers[4], buyers[0]])
    // Equal to the smallest: who was there first stays.
    pay(2, 5)
    #expect(line.patrons.map(\.paid) == [20, 9, 5] && line.patrons[2].buyer == buyers[0])
    line.income = 68
    #expect(line.patronShare == 500_000)
    line.income = 1
    #expect(line.patronShare == 1_000_000)
    line.income = .max
    line.patrons = [Patron(buyer: buyers[0], paid: .max), Patron(buyer: buyers[1], paid: .max)]
    #expect(line.patronShare == 1_000_000)
  }
}
