// The drawings of a road as text: the same data make the same bytes, and they say what they show.

import Foundation
import Testing

@testable import Explorer

@Suite struct ChartTests {
  /// Compares a drawing with its file; TOLSEY_CHARTS=write makes the files anew.
  private func expect(_ markup: Markup, _ name: String) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Vectors/charts/\(name).svg")
    let text = markup.text.replacing("><", with: ">\n<") + "\n"
    if ProcessInfo.processInfo.environment["TOLSEY_CHARTS"] == "write" {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
  }

  private static let bids: [BidCurve.Bid] = [
    .init(bidder: "0xaa…01", price: 500_000, isWinner: true, at: 1_000),
    .init(bidder: "0xbb…02", price: 400_000, isWinner: true, at: 9_000),
    .init(bidder: "0xcc…03", price: 700_000, at: 2_000),
    .init(bidder: "0xdd…04", isShut: true, at: 29_000),
  ]

  @Test func anAuctionInBothStates() throws {
    let open = BidCurve(
      bids: Self.bids, limit: 1_000_000, clearing: 700_000, opens: 0, closes: 30_000)
    try expect(open.markup, "bids-open")
    #expect(open.words.contains("0xbb…02 $0.40 (won), 0xaa…01 $0.50 (won), 0xcc…03 $0.70"))
    #expect(open.words.contains("1 bid never opened"))
    let sealed = BidCurve(
      bids: Self.bids.map { BidCurve.Bid(bidder: $0.bidder, at: $0.at) }, limit: 1_000_000,
      opens: 0, closes: 30_000)
    try expect(sealed.markup, "bids-sealed")
    // A sealed price is nowhere.
    #expect(!sealed.markup.text.contains("0.40"))
  }

  @Test func moneyInAndOut() throws {
    let flow = MoneyFlow(
      title: "Where the money went",
      sources: [
        .init(label: "price", amount: 900_000), .init(label: "bond", amount: 3, isBad: true),
      ],
      sinks: [
        .init(label: "seat 1", amount: 897_750), .init(label: "treasury", amount: 2_253),
        .init(label: "nothing", amount: 0),
      ])
    try expect(flow.markup, "money")
    #expect(
      flow.words == "In: price $0.90, bond $0.000003. Out: seat 1 $0.89775, treasury $0.002253.")
    #expect(MoneyFlow(title: "", sources: [], sinks: []).markup.isEmpty)
  }

  @Test func manyBranchesBecomeOne() {
    let many = (0..<20).map { MoneyFlow.Branch(label: "p\($0)", amount: UInt64($0) + 1) }
    let flow = MoneyFlow(title: "", sources: many, sinks: [.init(label: "all", amount: 210)])
    #expect(flow.words.contains("13 others $0.000182"))
  }

  @Test func aDisputeAsItNarrows() throws {
    let strip = DisputeStrip(
      rows: [
        .init(label: "the whole run, in 3 parts", boxes: 3, pick: 1),
        .init(label: "the tiles of tensor 1, in 2 parts", boxes: 2, pick: 1),
        .init(label: "blocks 0 to 15 of tile 1 of tensor 1", boxes: 16, pick: 15),
      ], end: "block 15 of tile 1 of tensor 1", holds: false)
    try expect(strip.markup, "dispute")
    #expect(strip.words.hasSuffix("left: block 15 of tile 1 of tensor 1; the step is false."))
    #expect(DisputeStrip(rows: []).words == "Nothing opened yet.")
  }

  @Test func timeInStretches() throws {
    let time = Timeline(
      title: "How long each part took",
      stretches: [
        .init(label: "bidding", start: 0, end: 30_000),
        .init(label: "draw", start: 30_000, end: 30_001),
        .init(label: "work", start: 40_000, end: nil),
      ], now: 100_000)
    try expect(time.markup, "time")
    #expect(time.words == "bidding: 30 seconds; draw: a moment; work: 60 seconds so far.")
    #expect(Timeline(title: "", stretches: [], now: 0).markup.isEmpty)
  }

  /// Numbers that nobody should ever have still make a drawing.
  @Test func hugeNumbersDoNotEndTheProcess() {
    let all = MoneyFlow.Branch(label: "all", amount: .max)
    #expect(!MoneyFlow(title: "", sources: [all, all], sinks: [all]).markup.isEmpty)
    let bid = BidCurve.Bid(bidder: "x", price: .max, at: .max)
    #expect(!BidCurve(bids: [bid], limit: 0, clearing: .max, opens: .max, closes: 0).markup.isEmpty)
    let stretch = Timeline.Stretch(label: "x", start: .max, end: 0)
    let other = Timeline.Stretch(label: "y", start: 0, end: .max)
    #expect(!Timeline(title: "", stretches: [stretch, other], now: 0).markup.isEmpty)
    #expect(Drawing.shares([.max, .max, 1], of: 120).reduce(0, +) == 120)
    #expect(Drawing.part(.max, of: .max, over: 100) == 100)
  }

  @Test func namesInDrawingsAreText() {
    let bid = BidCurve.Bid(bidder: "</title><script>", price: 1, at: 0)
    let text = BidCurve(bids: [bid], limit: 2, opens: 0, closes: 1).markup.text
    #expect(!text.contains("<script>"))
  }
}
