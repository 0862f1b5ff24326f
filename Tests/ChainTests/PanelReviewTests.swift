// A run before a panel as its readers see it: the same as the ledger found, out of its receipt.

import Kernel
import Market
import Primitives
import Tasks
import Testing

@testable import Chain

@Suite struct PanelReviewTests {
  @Test func theReceiptTellsWhoSaidAndScoredWhat() throws {
    let texts = [PanelRoadTests.good, PanelRoadTests.fair, PanelRoadTests.junk]
    let honest = PanelRoadTests.honest
    let receipt = try PanelRoadTests.ended(
      texts, judges: [honest, nil, honest], gold: PanelRoadTests.gold
    ).receipt
    let review = try #require(PanelReview(receipt))
    #expect(review.spec.question == "Say it in English.")
    #expect(
      review.seats.map { $0.pieces.map { String(decoding: $0, as: UTF8.self) } } == texts)
    #expect(review.judges.count == 3 && review.judges[1].sheet.isEmpty)
    #expect(review.gold[0] == Array("house".utf8) && review.gold[2].isEmpty)
    #expect(review.ruling.known[0] == 1_000_000 && review.ruling.known[5] == 0)
    #expect(review.ruling.judges[0].share == 1_000_000)
    #expect(review.place(seat: 1, item: 2) == 6)
    // Who opened nothing is off by nothing; the others by the mean over the pieces that gold knows.
    #expect(review.goldError(of: 1) == nil)
    let known = review.ruling.known.enumerated().compactMap { place, known in
      known.map { (review.judges[0].sheet[place], $0) }
    }
    let steps = known.map { points, gold in gold == 0 ? Int(points) - 1 : 10 - Int(points) }
    let mean = UInt64(steps.reduce(0, +)) * 1_000_000 / 9 / UInt64(steps.count)
    let off = try #require(review.goldError(of: 0))
    #expect(max(off, mean) - min(off, mean) <= 1)
  }

  @Test func aReceiptOfAnotherCheckIsNone() throws {
    let receipt = try ReceiptTests.auction()
    #expect(PanelReview(receipt) == nil)
  }

  @Test func withoutGoldNobodyIsOffIt() throws {
    let texts = [PanelRoadTests.good, PanelRoadTests.fair, PanelRoadTests.junk]
    let honest = PanelRoadTests.honest
    let receipt = try PanelRoadTests.ended(texts, judges: [honest, honest, honest]).receipt
    #expect(try #require(PanelReview(receipt)).goldError(of: 0) == nil)
  }

  @Test func pointsAreRoundedToTenths() {
    #expect(PanelReview.tenths(0) == 10 && PanelReview.tenths(1_000_000) == 100)
    #expect(PanelReview.tenths(8 * 1_000_000 / 9) == 90 && PanelReview.tenths(600_000) == 64)
  }
}
