// Lists and lines of what a node gives: paths that stay what they are, sums that add up.

import Chain
import Kernel
import Market
import Primitives
import Testing

@testable import NetworkRoom
@testable import tolsey

@Suite struct ReadingTests {
  @Test func nothingThatIsTypedChangesAPath() {
    #expect(PathText.query([]) == "")
    #expect(PathText.query([("state", "open"), ("x", "1")]) == "?state=open&x=1")
    #expect(PathText.query([("state", "a&b=c/../?#é")]) == "?state=a%26b%3Dc%2F..%2F%3F%23%C3%A9")
  }

  @Test(
    arguments: [
      (0, "1970-01-01 00:00:00"), (951_782_400_000, "2000-02-29 00:00:00"),
      (951_868_799_999, "2000-02-29 23:59:59"), (1_795_284_249_000, "2026-11-21 18:04:09"),
      (4_107_542_400_000, "2100-03-01 00:00:00"), (1_709_164_800_000, "2024-02-29 00:00:00"),
    ] as [(UInt64, String)])
  func momentsAreDates(milliseconds: UInt64, text: String) {
    #expect(UTC.text(Time(milliseconds)) == text)
    #expect(UTC.day(Time(milliseconds)) == String(text.prefix(10)))
  }

  @Test func idsAreShortened() {
    let full = PrintedID.full("lease", SHA256.hash([1]))
    #expect(ShortID.text(.string(full)) == PrintedID.short("lease", SHA256.hash([1])))
    #expect(ShortID.text(nil) == "" && ShortID.text("plain") == "plain")
  }

  let me = Address(lastBytesOf: SHA256.hash([1]))
  let other = Address(lastBytesOf: SHA256.hash([2]))

  func run(
    buyer: Address, seats: [(Address, Fate)], prices: [UInt64], stakes: [UInt64], fee: UInt64 = 0,
    payouts: [UInt64], outcome: Outcome = .majority
  ) -> SettledRun {
    var run = SettledRun()
    run.buyer = buyer
    run.prices = prices
    run.stakes = stakes
    run.fee = fee
    run.verdict = Verdict(outcome, seats: seats.map { SeatVerdict(provider: $0.0, fate: $0.1) })
    run.payouts = payouts.map { Payout(to: buyer, Amount($0)) }
    return run
  }

  @Test func earningsAndLossesAreBesideTheStake() {
    let won = run(
      buyer: other, seats: [(other, .paid), (me, .paid)], prices: [100, 100], stakes: [300, 300],
      payouts: [0, 399, 399])
    let lost = run(
      buyer: other, seats: [(me, .differs)], prices: [100], stakes: [300], payouts: [100, 0])
    let sums = PastSums(
      of: me, [PlacedRun(height: 1, run: won), PlacedRun(height: 2, run: lost)], cost: Amount(7))
    #expect(sums.served == 2 && sums.paid == 1)
    #expect(sums.earned == 99 && sums.lost == 300 && sums.cost == 14)
    #expect(sums.bought == 0 && sums.spent == 0)
  }

  @Test func spendingIsSummedByDay() {
    let good = run(
      buyer: me, seats: [(other, .paid)], prices: [100], stakes: [10], fee: 20,
      payouts: [20, 109])
    let back = run(
      buyer: me, seats: [(other, .absent)], prices: [100], stakes: [10], payouts: [100, 0],
      outcome: .noEvidence)
    let day: UInt64 = 86_400_000
    let sums = PastSums(
      of: me,
      [
        PlacedRun(height: 1, time: Time(5 * day), run: good),
        PlacedRun(height: 2, time: Time(5 * day + 9), run: back),
        PlacedRun(height: 3, time: Time(6 * day), run: good),
      ])
    #expect(sums.bought == 3 && sums.good == 2 && sums.spent == 200)
    #expect(sums.days.map(\.day) == ["1970-01-06", "1970-01-07"])
    #expect(sums.days.map(\.spent) == [100, 100] && sums.days.map(\.runs) == [2, 1])
  }

  @Test func absurdSumsDoNotTrap() {
    let hostile = run(
      buyer: me, seats: [(me, .paid)], prices: [.max, .max], stakes: [], fee: .max, payouts: [])
    let sums = PastSums(of: me, [PlacedRun(height: 1, run: hostile)], cost: Amount(.max))
    #expect(sums.served == 1 && sums.bought == 1)
  }

  @Test func longFieldsAreCutAndObjectsFlattened() throws {
    let json = try JSONValue(
      parsing: "{\"a\": {\"b\": 1}, \"c\": \"\(String(repeating: "x", count: 300))\"}")
    let lines = JSONLines.lines("m", json)
    #expect(lines.map(\.name) == ["m.a.b", "m.c"])
    #expect(lines[1].text.count == 101)
  }

  @Test func whatANodeNamesMovesNoCursor() {
    let event = Event("\u{1B}[2J\u{202E}gone\r", subject: .zero, parties: [me])
    let news = FeedEvent(height: 1, index: 0, event: event, cursor: FeedCursor(height: 1))
    let line = EventPlace.line(news, Paint(isOn: false))
    #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E })
    #expect(line.contains("gone"))
    // A program gets it as it is, escaped.
    #expect(EventPlace.json(news)["name"]?.string == event.name)
    #expect(!EventPlace.json(news).text.contains("\u{1B}"))
  }

  @Test func aPageHasBounds() async {
    for words in [
      ["order", "list", "--limit", "0"], ["lease", "list", "--limit", "501"],
      ["block", "list", "--limit", "0"], ["event", "list", "--limit", "10001"],
      ["run", "list"], ["run", "list", "order_x", "--account", "y"],
      ["run", "reject", "run_x", "--reason", "angry"], ["terms", "show", "file", "--live"],
    ] {
      let recorder = Recorder()
      let status = await Tolsey.run(
        words, out: recorder.console().out, err: recorder.console().err)
      #expect(status == .usage, "\(words)")
    }
  }

  @Test func eventsThatDoNotExistAreRefused() async {
    let recorder = Recorder()
    #expect(await recorder.run("event", "list", "--name", "runSetled") == .usage)
    #expect(recorder.err.contains("runSetled"))
    let place = Recorder()
    #expect(await place.run("event", "follow", "--after", "x.y") == .usage)
  }
}
