// Tickets under a flood: bounded, never guessed, and what is paid for is never dropped.

import Explorer
import Market
import Primitives
import Testing

@testable import Node

@Suite struct TicketBookTests {
  private func ticket(_ stage: CounterStage) -> CounterTicket {
    CounterTicket(
      name: TicketBook.name(), stage: stage, pixels: [], model: .zero, isDigits: true,
      check: CheckTerms("open"),
      payer: Address(), isWallet: stage == .signing, most: Amount(1))
  }

  @Test func namesAreLongAndNeverTheSame() {
    let names = Set((0..<1_000).map { _ in TicketBook.name() })
    #expect(names.count == 1_000)
    #expect(names.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) })
  }

  @Test func tenThousandTicketsTakeNobodysPlace() throws {
    var book = TicketBook()
    let now = Time(1_000_000_000)
    let paid = ticket(.underway)
    try book.add(paid, at: now)
    for _ in 0..<10_000 { try book.add(ticket(.signing), at: now) }
    #expect(book.entries.count == TicketBook.most)
    #expect(book[paid.name]?.ticket.stage == .underway)
  }

  @Test func purchasesUnderWayAreBounded() throws {
    var book = TicketBook()
    let now = Time(1_000_000_000)
    var names: [String] = []
    for _ in 0..<TicketBook.mostOpen {
      let one = ticket(.starting)
      names.append(one.name)
      try book.add(one, at: now)
    }
    #expect(throws: Missing.self) { try book.add(self.ticket(.starting), at: now) }
    // Who only looks is served, and one that ends makes room.
    try book.add(ticket(.signing), at: now)
    book.change(names[0], at: now) { $0.stage = .done }
    try book.add(ticket(.starting), at: now)
    #expect(book[names[0]] != nil)
  }

  @Test func whatIsOverGoesBeforeWhatIsNotSigned() throws {
    var book = TicketBook()
    let now = Time(1_000_000_000)
    let unsigned = ticket(.signing)
    try book.add(unsigned, at: now)
    let over = ticket(.done)
    try book.add(over, at: now)
    for _ in 2..<TicketBook.most { try book.add(ticket(.signing), at: now) }
    try book.add(ticket(.signing), at: now)
    #expect(book[over.name] == nil && book[unsigned.name] != nil)
  }

  @Test func ticketsEndWithTheirTime() throws {
    var book = TicketBook()
    let start = Time(1_000_000_000)
    let (signing, done, open) = (ticket(.signing), ticket(.done), ticket(.underway))
    for one in [signing, done, open] { try book.add(one, at: start) }
    book.sweep(Time(start.milliseconds + TicketBook.patience * 1_000 + 1))
    #expect(book[signing.name] == nil && book[done.name] != nil)
    book.sweep(Time(start.milliseconds + TicketBook.kept * 1_000 + 1))
    #expect(book[done.name] == nil && book[open.name] != nil)
  }

  @Test func whatIsOverStaysAsItIs() throws {
    var book = TicketBook()
    let now = Time(1_000_000_000)
    let one = ticket(.failed)
    try book.add(one, at: now)
    book.change(one.name, at: now) { $0.stage = .underway }
    #expect(book[one.name]?.ticket.stage == .failed)
  }
}
