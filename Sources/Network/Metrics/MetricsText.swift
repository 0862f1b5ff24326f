// Metrics in the text form that Prometheus reads (exposition format 0.0.4).

/// What is measured at the moment of asking, beside what was counted.
public struct Gauges: Sendable {
  public var height: UInt64 = 0
  /// Block time in milliseconds.
  public var blockTime: UInt64 = 0
  public var waiting: UInt64 = 0
  public var isGrowing = true
  public var startedAt: UInt64 = 0
  public var residentBytes: UInt64 = 0
  /// Microseconds of processor time.
  public var processorTime: UInt64 = 0
  public var storeBytes: UInt64 = 0
  public var blobBytes: UInt64 = 0
  /// The height that the lists have reached.
  public var listed: UInt64 = 0

  public init() {}
}

extension Metrics {
  public static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

  public static func text(_ counts: Counts, _ gauges: Gauges) -> String {
    var page = MetricsPage()
    page.gauge("height", "Height of the last block.", gauges.height)
    page.seconds("block_time", "Time of the last block, since 1970.", gauges.blockTime * 1000)
    page.gauge("messages_waiting", "Messages that wait for a block.", gauges.waiting)
    page.gauge("growing", "0 when messages wait and no block comes.", gauges.isGrowing ? 1 : 0)
    page.gauge("listed_height", "Height that the lists have reached.", gauges.listed)
    page.gauge("store_bytes", "Bytes of blocks, rows and lists on disk.", gauges.storeBytes)
    page.gauge("blob_bytes", "Bytes of blobs on disk.", gauges.blobBytes)
    page.gauge("feed_listeners", "Open listeners of the feed.", counts.listeners)
    page.counter("feed_dropped_total", "Listeners dropped for slowness.", counts.listenersDropped)
    page.counter("blocks_total", "Blocks made since the start.", counts.blocks)
    page.counter("events_total", "Events in those blocks.", counts.events)
    page.family("messages_total", "counter", "Messages in blocks, by kind and outcome.")
    for (kind, count) in counts.done.sorted(by: { $0.key < $1.key }) {
      page.sample("messages_total", [("kind", kind), ("outcome", "done")], "\(count)")
    }
    for (kind, count) in counts.refused.sorted(by: { $0.key < $1.key }) {
      page.sample("messages_total", [("kind", kind), ("outcome", "refused")], "\(count)")
    }
    page.family("turned_away_total", "counter", "Messages that the door turned away, by code.")
    for (code, count) in counts.turnedAway.sorted(by: { $0.key < $1.key }) {
      page.sample("turned_away_total", [("code", code)], "\(count)")
    }
    page.family("http_requests_total", "counter", "Answers by method, route and status.")
    for (answer, count) in counts.answers.sorted(by: { $0.key < $1.key }) {
      let labels = [
        ("method", answer.method), ("route", answer.route), ("status", "\(answer.status)"),
      ]
      page.sample("http_requests_total", labels, "\(count)")
    }
    page.histogram("commit_seconds", "Making and storing a block.", counts.commits)
    page.histogram("http_request_seconds", "Answering a request.", counts.requests)
    page.process(gauges)
    return page.text
  }
}

/// Lines of the exposition format. Numbers are whole, or seconds with six places.
private struct MetricsPage {
  private(set) var text = ""

  mutating func family(_ name: String, _ kind: String, _ help: String) {
    text += "# HELP tolsey_\(name) \(help)\n# TYPE tolsey_\(name) \(kind)\n"
  }

  mutating func sample(_ name: String, _ labels: [(String, String)], _ value: String) {
    let inner = labels.map { "\($0)=\"\(MetricsPage.escaped($1))\"" }.joined(separator: ",")
    text += "tolsey_\(name)\(inner.isEmpty ? "" : "{\(inner)}") \(value)\n"
  }

  mutating func gauge(_ name: String, _ help: String, _ value: UInt64) {
    family(name, "gauge", help)
    sample(name, [], "\(value)")
  }

  mutating func counter(_ name: String, _ help: String, _ value: UInt64) {
    family(name, "counter", help)
    sample(name, [], "\(value)")
  }

  mutating func seconds(_ name: String, _ help: String, _ microseconds: UInt64) {
    family("\(name)_seconds", "gauge", help)
    sample("\(name)_seconds", [], MetricsPage.seconds(microseconds))
  }

  mutating func histogram(_ name: String, _ help: String, _ values: Histogram) {
    family(name, "histogram", help)
    var seen: UInt64 = 0
    for (place, count) in values.counts.enumerated() {
      seen += count
      let bound =
        place < Histogram.bounds.count ? MetricsPage.seconds(Histogram.bounds[place]) : "+Inf"
      sample("\(name)_bucket", [("le", bound)], "\(seen)")
    }
    sample("\(name)_sum", [], MetricsPage.seconds(values.sum))
    sample("\(name)_count", [], "\(values.total)")
  }

  /// The names that every Prometheus client library gives these.
  mutating func process(_ gauges: Gauges) {
    let values = [
      ("process_start_time_seconds", "gauge", MetricsPage.seconds(gauges.startedAt * 1000)),
      ("process_resident_memory_bytes", "gauge", "\(gauges.residentBytes)"),
      ("process_cpu_seconds_total", "counter", MetricsPage.seconds(gauges.processorTime)),
    ]
    for (name, kind, value) in values { text += "# TYPE \(name) \(kind)\n\(name) \(value)\n" }
  }

  private static func seconds(_ microseconds: UInt64) -> String {
    let rest = String(microseconds % 1_000_000 + 1_000_000).dropFirst()
    return "\(microseconds / 1_000_000).\(rest)"
  }

  private static func escaped(_ value: String) -> String {
    value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
