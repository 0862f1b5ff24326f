// The charts of lists as text: the same bytes for the same numbers, and words for each of them.

import Archive
import Chain
import Foundation
import Graphs
import Market
import Primitives
import Testing

@testable import Explorer

@Suite struct MarketChartTests {
  // MARK: - Wilson's interval

  /// Worked out with 60 digits from the formula, rounded outwards.
  @Test(
    arguments: [
      (0, 10, 0, 277_541), (10, 10, 722_459, 1_000_000), (1, 1, 206_543, 1_000_000),
      (0, 1, 0, 793_457), (5, 10, 236_589, 763_411), (81, 100, 722_209, 874_854),
      (999_999, 1_000_000, 999_994, 1_000_000),
    ] as [(UInt64, UInt64, UInt64, UInt64)])
  func intervalsAreWilsons(_ good: UInt64, _ count: UInt64, _ low: UInt64, _ high: UInt64) {
    let interval = WilsonInterval(good: good, of: count)
    #expect(interval.low == low)
    #expect(interval.high == high)
  }

  @Test func intervalsHoldTheirShareAtEverySize() {
    for count: UInt64 in [1, 2, 3, 7, 19, 100, 4_321, 1 << 31, 1 << 32, .max] {
      for good in [0, 1, count / 3, count / 2, count - 1, count] where good <= count {
        let own = WilsonInterval(good: good, of: count)
        #expect(own.low <= own.share && own.share <= own.high && own.high <= 1_000_000)
      }
    }
    #expect(WilsonInterval(good: 0, of: 0).high == 1_000_000)
    #expect(WilsonInterval(good: 5, of: 3).good == 3)
  }

  @Test func aFewLuckyRunsDoNotLead() {
    var lucky = PartyLine()
    (lucky.number, lucky.served, lucky.good) = (1, 3, 3)
    var steady = PartyLine()
    (steady.number, steady.served, steady.good, steady.wrong) = (2, 200, 190, 10)
    var rejected = PartyLine()
    // What was only rejected by word says nothing either way.
    (rejected.number, rejected.served) = (3, 500)
    let ranked = LeadersPage.ranked([lucky, rejected, steady]).map(\.number)
    #expect(ranked == [2, 1, 3])
    #expect(lucky.isNewcomer && rejected.isNewcomer && !steady.isNewcomer)
  }

  // MARK: - Axes and sums

  @Test(
    arguments: [
      (0, 1, 1), (1, 1, 1), (5, 1, 5), (6, 2, 3), (11, 5, 3), (26, 10, 3), (1_000, 200, 5),
      (.max, 5_000_000_000_000_000_000, 4),
    ] as [(UInt64, UInt64, UInt64)])
  func ticksAreRound(_ greatest: UInt64, _ step: UInt64, _ count: UInt64) {
    let ticks = Ticks(upTo: greatest)
    #expect(ticks.step == step)
    #expect(ticks.count == count)
    #expect(ticks.top >= greatest)
  }

  @Test(
    arguments: [
      (0, "$0"), (310, "$0.00031"), (9_480_500, "$9.48"), (999_999, "$1.00"),
      (12_345_600_000, "$12\u{A0}345"), (1_250_000_000_000, "$1.2\u{A0}million"),
      (.max, "$18\u{A0}446.7\u{A0}billion"),
    ] as [(UInt64, String)])
  func sumsAreShort(_ units: UInt64, _ text: String) {
    #expect(Formats.rounded(units) == text)
  }

  @Test func sharesKeepTheirDigits() {
    #expect(Formats.exactPercent(ppm: 2_500) == "0.25\u{A0}%")
    #expect(Formats.exactPercent(ppm: 1_000_000) == "100\u{A0}%")
    #expect(Formats.exactPercent(ppm: 1) == "0.0001\u{A0}%")
  }

  // MARK: - Pictures

  @Test func depthIsACurveOfSteps() {
    let steps = DepthSteps(
      name: "x", per: 1,
      levels: [
        .init(price: 40, runs: 1), .init(price: 10, runs: 1), .init(price: 20, runs: 0),
        .init(price: 10, runs: 2),
      ])
    #expect(
      steps.words == "Runs that may be open at once: 3 at $0.00001 or less, 4 at $0.00004 or less.")
    #expect(steps.markup.text.contains("<path class=\"ink\" d=\"M58 152V118H305V16H388\"/>"))
    let nothing = DepthSteps(name: "<b>", per: 1, levels: [])
    #expect(nothing.words == "Nothing is on offer.")
    #expect(nothing.markup.text.contains("What is on offer: &lt;b&gt;"))
  }

  @Test func depthOfGreatestNumbersHolds() {
    let steps = DepthSteps(
      name: "x", per: .max,
      levels: [.init(price: .max, runs: .max), .init(price: 1, runs: .max)])
    #expect(HTMLCheck.fragment(steps.markup.text) == [])
  }

  @Test func pricesAreDotsAndAMedian() {
    let line = PriceLine(
      points: (0..<9).map {
        .init(time: 1_790_000_000_000 + $0 * 60_000, price: 40 + $0 % 3, isGood: $0 != 4)
      })
    #expect(
      line.words
        == "9 runs settled from 2026-09-21 14:13:20 UTC to 2026-09-21 14:21:20 UTC: lowest price "
        + "$0.00004, median $0.000041, highest $0.000042, last $0.000042.")
    let text = line.markup.text
    #expect(text.split(separator: "<circle class=\"seen\"").count == 9)
    #expect(text.split(separator: "<circle class=\"bad\"").count == 2)
    #expect(text.contains("<path class=\"ink\" d=\"M103 45L223 45L343 45\"/>"))
  }

  @Test func oneAbsurdPriceFlattensNothing() {
    var points = (0..<20).map { PriceLine.Point(time: $0, price: 100, isGood: true) }
    points.append(.init(time: 20, price: .max, isGood: true))
    let line = PriceLine(points: points)
    #expect(line.words.hasSuffix("1 price above the edge."))
    // The others stand at a quarter of the height, not on the floor.
    #expect(line.markup.text.contains("cy=\"133\""))
    #expect(PriceLine(points: []).words == "No run is settled yet.")
    #expect(HTMLCheck.fragment(PriceLine(points: []).markup.text) == [])
  }

  @Test func whiskersSayTheirNumbers() {
    let own = DotWhisker(interval: WilsonInterval(good: 81, of: 100))
    #expect(own.words == "81\u{A0}%, between 72.2\u{A0}% and 87.5\u{A0}% at 95\u{A0}% confidence")
    #expect(own.markup.text.contains("<circle class=\"fill\" cx=\"131\" cy=\"10\" r=\"5\"/>"))
    let newcomer = DotWhisker(interval: WilsonInterval(good: 0, of: 0), isPreliminary: true)
    #expect(newcomer.words == "Nothing to judge by.")
    #expect(!newcomer.markup.text.contains("<circle"))
  }

  @Test func stationsCountWhatIsThereNow() throws {
    var totals = Totals()
    totals.alive = Array(repeating: 0, count: 11)
    totals.alive[Int(RoadState.bidding.rawValue)] = 2
    totals.alive[Int(RoadState.revealing.rawValue)] = 1
    totals.alive[Int(RoadState.awarded.rawValue)] = 4
    var answered = OpenCheck()
    answered.submitted = true
    var runs = [Run(), Run()]
    runs[1].game = .open(answered)
    let counts = RoadCounts(totals, open: runs)
    #expect(counts.now == [.bid: 3, .lease: 4, .run: 1, .verdict: 1])
    let text = counts.markup.text
    #expect(text.split(separator: "<li").count == 10)
    #expect(HTMLCheck.fragment(text) == [])
  }

  @Test func graphsRunFromLeftToRight() throws {
    let manifest = try Manifest(decoding: try SpecimenModels.branch())
    let picture = GraphPicture(try manifest.graph())
    // A layer and its requantisation are one box.
    #expect(picture.boxes.map(\.name) == ["input", "linear", "linear", "add", "linear"])
    #expect(picture.boxes.map(\.column) == [0, 1, 2, 3, 4])
    #expect(picture.boxes[3].inputs == [1, 2])
    #expect(
      picture.words
        == "input gives 16 uint8; linear (16 outputs) gives 16 uint8; linear (16 outputs) gives 16 "
        + "uint8; add gives 16 uint8; linear (4 outputs) gives 4 int32.")
    // The way around the middle box bends below it.
    #expect(picture.markup.text.contains("<path class=\"wire\" d=\"M252 41C276 41 248 80 286 80H"))
    #expect(HTMLCheck.fragment(picture.markup.text) == [])
  }

  // MARK: - Whole pictures

  /// Compares a drawing with its file; TOLSEY_CHARTS=write makes the files anew.
  private func expect(_ markup: Markup, _ name: String) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Vectors/charts/\(name)")
    let text = markup.text.replacing("><", with: ">\n<") + "\n"
    if ProcessInfo.processInfo.environment["TOLSEY_CHARTS"] == "write" {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
  }

  @Test func picturesAreTheirFiles() throws {
    let depth = DepthSteps(
      name: "inference under open", per: 1_000,
      levels: [
        .init(price: 42_000, runs: 7), .init(price: 19_000, runs: 1), .init(price: 45_500, runs: 3),
      ])
    try expect(depth.markup, "depth.svg")
    let prices = PriceLine(
      points: (0..<24).map {
        .init(
          time: 1_790_000_000_000 + $0 * $0 * 30_000, price: 40_000 + $0 * 7 % 5 * 1_700,
          isGood: $0 % 6 != 5)
      })
    try expect(prices.markup, "prices.svg")
    try expect(DotWhisker(interval: WilsonInterval(good: 14, of: 16)).markup, "whisker.svg")
    let graph = GraphPicture(try Manifest(decoding: try SpecimenModels.digits()).graph())
    try expect(graph.markup, "graph.html")
    let counts = RoadCounts(
      now: [.bid: 4, .lease: 1, .run: 2],
      ever: [.order: "82", .settlement: "$9.48", .receipt: "74"])
    try expect(counts.markup, "stations.html")
  }

  @Test func aGraphOfManyBoxesIsCut() throws {
    var nodes: [Node] = []
    for index in 0..<200 {
      nodes.append(Node(.reshape(Reshape(dims: index % 2 == 0 ? [2, 8] : [16])), [index]))
    }
    let graph = try Graph(input: TensorType(.uint8, try Shape([16])), nodes: nodes)
    let picture = GraphPicture(graph)
    #expect(picture.boxes.count == GraphPicture.most)
    #expect(picture.leftOut == 201 - GraphPicture.most)
  }
}
