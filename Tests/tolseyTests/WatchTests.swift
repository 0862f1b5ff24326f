// A road as it is watched: stations from events, the clock, and a picture that fits its terminal.

import Archive
import Chain
import Kernel
import Market
import Primitives
import Testing

@testable import tolsey

@Suite struct WatchTests {
  let order = SHA256.hash(Array("order".utf8))
  let run = SHA256.hash(Array("run".utf8))

  func progress(_ names: [String], outcome: Outcome = .majority) -> RoadProgress {
    var progress = RoadProgress()
    for (index, name) in names.enumerated() {
      var event = Event(name, subject: name == "runSettled" ? run : order, order: order)
      if name == "runSettled" {
        event.numbers = [Number("index", 0), Number("outcome", UInt64(outcome.rawValue))]
      }
      progress.take(event, at: UInt64(index + 1))
    }
    return progress
  }

  let road = [
    "orderPlaced", "bidPlaced", "bidPlaced", "orderRevealing", "bidRevealed", "orderClosed",
    "leaseAwarded", "seatHonoured", "leaseFunded", "runStarted", "runSealed", "runUnsealed",
    "runSettled", "leaseServed",
  ]

  @Test func everyStationIsPassedInTurn() {
    let marks = { (count: Int) in
      Station.allCases.map { self.progress(Array(road.prefix(count))).mark($0) }
    }
    #expect(marks(0).allSatisfy { $0 == .ahead })
    #expect(marks(1).prefix(3) == [.done, .now, .ahead])
    #expect(marks(3)[2] == .now && marks(3)[1] == .done)
    #expect(marks(9)[3] == .now && marks(10)[4] == .now && marks(11)[5] == .now)
    #expect(marks(14).allSatisfy { $0 == .done })
    #expect(progress(road).isGood && progress(road).settled == [RunID(run)])
  }

  @Test func aRoadThatEndsEarlyIsMarkedWhereItEnded() {
    let lost = progress(["orderPlaced", "orderNoMatch"])
    #expect(lost.mark(.bid) == .failed && lost.mark(.lease) == .ahead)
    #expect(lost.ending == "orderNoMatch" && !lost.isGood)
    let bad = progress(road, outcome: .noMajority)
    #expect(bad.mark(.receipt) == .failed && !bad.isGood)
  }

  @Test func aSecondRunGoesBackToItsStation() {
    let again = progress(Array(road.prefix(13)) + ["runStarted"])
    #expect(again.mark(.run) == .now && again.mark(.evidence) == .ahead)
    #expect(again.settled.count == 1)
  }

  @Test func anOfferHasItsOwnNames() {
    let taken = progress(["offerTaken", "runStarted"])
    #expect(taken.isOffer && taken.mark(.lease) == .done)
    let picture = RoadPicture(progress: taken, title: "lease_x", now: .zero)
    let text = picture.lines(Paint(isOn: false)).joined(separator: "\n")
    #expect(text.contains("Take") && text.contains("Offer") && !text.contains("Order"))
  }

  @Test func whatHappensOnARoadHasWords() {
    for name in road + Array(EventWords.endings) + ["gameBegun", "bidPlaced", "stuck"] {
      let words = EventWords.text(name)
      #expect(words != name && words.last != "." && words.first?.isUppercase == false, "\(name)")
    }
    #expect(EventWords.text("somethingNew") == "somethingNew")
  }

  @Test(
    arguments: [
      (0, "0 s"), (1, "1 s"), (1_000, "1 s"), (119_001, "2 min 0 s"),
      (119_000, "119 s"), (3_600_000, "60 min 0 s"), (7_260_000, "2 h 1 min"),
    ] as [(UInt64, String)])
  func spansAreReadable(milliseconds: UInt64, text: String) {
    #expect(RoadPicture.span(milliseconds) == text)
  }

  @Test func theClockCountsDownAndStops() {
    var running = progress(Array(road.prefix(2)))
    #expect(RoadPicture(progress: running, title: "", now: Time(5)).clock == "nobody is waited for")
    running.deadline = Time(65_000)
    #expect(RoadPicture(progress: running, title: "", now: Time(5_000)).clock.hasSuffix("60 s"))
    #expect(RoadPicture(progress: running, title: "", now: Time(70_000)).clock.contains("passed"))
    #expect(
      RoadPicture(progress: progress(road), title: "", now: .zero).clock == "every run is settled")
  }

  @Test func thePictureNeverWraps() {
    for width in [20, 40, 80, 200] {
      var picture = RoadPicture(
        progress: progress(road), title: String(repeating: "x", count: 300), now: .zero)
      picture.width = width
      let lines = picture.lines(Paint(isOn: false))
      #expect(lines.count == 11)
      #expect(lines.allSatisfy { $0.count < max(width, 24) })
    }
  }

  @Test func deadlinesComeFromWhatIsAlive() throws {
    let lease = try JSONValue(
      parsing: """
        {"lease": {"deadline": 18446744073709551615},
         "runs": [{"run": {"deadline": 900}}, {"run": {"deadline": 700}}]}
        """)
    let tender = try JSONValue(parsing: "{\"tender\": {\"deadline\": 800}}")
    #expect(RoadDeadline.first(in: [lease]) == Time(700))
    #expect(RoadDeadline.first(in: [tender, lease]) == Time(700))
    #expect(RoadDeadline.first(in: []) == nil)
    #expect(RoadDeadline.first(in: [["lease": ["deadline": .unsigned(.max)]]]) == nil)
  }
}
