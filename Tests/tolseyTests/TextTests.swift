// Tables and fields as people see them, to the character.

import Testing

@testable import tolsey

@Suite struct TextTests {
  @Test func numbersStandToTheRight() {
    var table = TextTable(.left("bid"), .right("price"), .left("note"))
    table.add("bid_7k3q", "$1.25", "first")
    table.add("bid_x", "$12.00", "")
    table.add("bid_9")
    #expect(
      table.text(Paint(isOn: false), empty: "none") == """
        BID        PRICE  NOTE
        bid_7k3q   $1.25  first
        bid_x     $12.00
        bid_9
        """)
  }

  @Test func colourHasNoWidth() {
    var table = TextTable(.right("n"), .left("state"))
    table.add(.init("1", .strong), .init("done", .good))
    table.add(.init("100"), .init("lost", .bad))
    let coloured = table.text(Paint(isOn: true), empty: "")
    let stripped = ["1", "2", "31", "32", "0"].reduce(coloured) {
      $0.replacing("\u{1B}[\($1)m", with: "")
    }
    #expect(stripped == table.text(Paint(isOn: false), empty: ""))
    #expect(coloured != stripped)
  }

  @Test func anEmptyTableSaysSo() {
    #expect(TextTable(.left("a")).text(Paint(isOn: true), empty: "no bids yet") == "no bids yet")
  }

  @Test func aCellStaysInItsCell() {
    var table = TextTable(.left("name"), .left("x"))
    table.add("a\nb\u{1B}[31m", "1")
    #expect(table.text(Paint(isOn: false), empty: "") == "NAME      X\na b [31m  1")
  }

  @Test func namesAndValuesLineUp() {
    var fields = TextFields()
    fields.add("id", "run_1")
    fields.add("price", "$0.01")
    #expect(fields.text(Paint(isOn: false)) == "id     run_1\nprice  $0.01")
  }
}
