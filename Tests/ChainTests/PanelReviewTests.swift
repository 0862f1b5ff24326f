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

  @Test func aSeatIsToldWhyItGotWhatItGot() throws {
    let honest = PanelRoadTests.honest
    let judged = try PanelRoadTests.ended(
      [PanelRoadTests.good, PanelRoadTests.fair, PanelRoadTests.junk],
      judges: [honest, honest, honest]
    ).receipt
    var verdict = judged.settled.verdict
    let review = try #require(PanelReview(judged))
    #expect(review.answered(by: 0) == 4)
    let scores = review.ruling.seats.map { PanelReview.points($0) }
    #expect(verdict.seats[0].fate == .paid)
    #expect(review.why(verdict, of: 0) == "it scored \(scores[0]) points; par is 6.4")
    #expect(scores[0] > scores[2])
    func why(_ fate: Fate, _ outcome: Outcome = .judged) -> String {
      (verdict.seats[2].fate, verdict.outcome) = (fate, outcome)
      return review.why(verdict, of: 2)
    }
    let told = "it scored \(scores[2]) points; par is 6.4"
    #expect(why(.differs) == "\(told), and no judge gave it more than the least")
    #expect(why(.undecided) == "\(told), and the least earns nothing")
    // What one judge gave where three were wanted is no score.
    #expect(why(.undecided, .unjudged) == "too few judges scored")
    #expect(why(.paid, .silent) == "the buyer took it without judges")
    #expect(why(.silent) == "it sealed an answer and did not open it")
    #expect(why(.absent) == "it sealed no answer")
  }

  @Test func pointsAreRoundedToTenths() {
    #expect(PanelReview.tenths(0) == 10 && PanelReview.tenths(1_000_000) == 100)
    #expect(PanelReview.points(600_000) == "6.4" && PanelReview.points(1_000_000) == "10.0")
    #expect(PanelReview.tenths(8 * 1_000_000 / 9) == 90 && PanelReview.tenths(600_000) == 64)
  }
}
