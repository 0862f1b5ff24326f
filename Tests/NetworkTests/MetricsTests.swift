// Metrics as Prometheus reads them.

import NetworkRoom
import Testing

@Suite struct MetricsTests {
  @Test func spansAreCountedByTheirBound() {
    var spans = Histogram()
    for microseconds: UInt64 in [1, 100, 101, 9_999, 30_000_000] {
      spans.add(microseconds: microseconds)
    }
    #expect(spans.counts == [2, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1])
    #expect(spans.total == 5)
    #expect(spans.sum == 30_010_201)
    #expect(spans.bound(perMille: 500) == 250)
    #expect(spans.bound(perMille: 990) == .max)
    #expect(Histogram().bound(perMille: 990) == nil)
  }

  @Test func theRestIsWhatCameSince() {
    var spans = Histogram()
    spans.add(microseconds: 10)
    let earlier = spans
    spans.add(microseconds: 700)
    var wanted = Histogram()
    wanted.add(microseconds: 700)
    #expect(spans.since(earlier) == wanted)
  }

  @Test func thePageIsWellFormed() throws {
    let metrics = Metrics()
    metrics.block(
      done: ["Transfer", "Transfer"], refused: ["PlaceBid"], events: 7, microseconds: 1_500)
    metrics.answered(.init("GET", "/api/orders/:id", 404), microseconds: 90)
    metrics.turnedAway("a\"b\\c\nd")
    metrics.listens(1)
    var gauges = Gauges()
    gauges.height = 12
    gauges.blockTime = 1_700_000_000_123
    let page = Metrics.text(metrics.counts, gauges)
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.last == "")
    let sample = #/[a-z_]+(\{([a-z]+="([^"\\]|\\.)*",?)+\})? [0-9.]+/#
    for line in lines.dropLast() where !line.hasPrefix("#") {
      #expect(line.wholeMatch(of: sample) != nil, "\(line)")
    }
    for wanted in [
      "tolsey_height 12", "tolsey_block_time_seconds 1700000000.123000",
      "tolsey_messages_total{kind=\"Transfer\",outcome=\"done\"} 2",
      "tolsey_messages_total{kind=\"PlaceBid\",outcome=\"refused\"} 1",
      "tolsey_http_requests_total{method=\"GET\",route=\"/api/orders/:id\",status=\"404\"} 1",
      "tolsey_turned_away_total{code=\"a\\\"b\\\\c\\nd\"} 1",
      "tolsey_commit_seconds_bucket{le=\"0.002500\"} 1",
      "tolsey_commit_seconds_bucket{le=\"+Inf\"} 1", "tolsey_commit_seconds_count 1",
      "tolsey_feed_listeners 1",
    ] {
      #expect(lines.contains { $0 == wanted }, "\(wanted)")
    }
  }

  @Test func everyFamilyIsDeclaredOnce() {
    let page = Metrics.text(Metrics().counts, Gauges())
    let names = page.split(separator: "\n").filter { $0.hasPrefix("# TYPE") }
      .map { $0.split(separator: " ")[2] }
    #expect(Set(names).count == names.count)
    #expect(names.count > 15)
  }
}
