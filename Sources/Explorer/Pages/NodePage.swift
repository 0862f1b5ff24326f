// The node itself: who runs it, how it is doing, and the last hour of it.

import Archive
import Primitives

struct NodePage {
  let house: House

  init(_ house: House) { self.house = house }

  func sheet(_ visit: Visit) throws -> Sheet {
    let totals = try house.listings.totals()
    let vitals = house.vitals()
    return Sheet(
      title: "The node", height: totals.height, feed: "/api/events",
      body: { [house] in
        """
        <p class="over">The node</p>
        <h1>Who keeps this ledger, and how it is doing</h1>
        \(facts(totals))
        <h2>The last hour</h2>
        <p>A sample every \(Formats.span(NodePage.pace)). The same numbers for machines:
        <a href="/metrics">/metrics</a>, for Prometheus; and <a href="/health">/health</a>.</p>
        <div class="grid" data-live id="vitals">\(charts(vitals, now: house.now()))</div>
        """
      },
      twin: {
        [
          .init(name: "version", value: .string(house.version)),
          .init(name: "network", value: .string(house.genesis.network.description)),
          .init(name: "operator", value: .string(house.genesis.operator.checksummed)),
          .init(name: "vitals", value: .array(vitals.map(\.json))),
        ]
      })
  }

  /// Milliseconds between two samples.
  static let pace: UInt64 = 15_000

  private func facts(_ totals: Totals) -> Markup {
    Parts.fields([
      ("Operator", Parts.account(house.genesis.operator)),
      ("Network", Parts.whole(house.genesis.network.description)),
      ("Chain id", "<span class=\"number\">\(house.genesis.chainId)</span>"),
      ("Version", "\(house.version)"),
      ("Last block", "\(Parts.block(totals.height)), \(Parts.age(totals.time, now: house.now()))"),
      (
        "Trust",
        """
        One operator signs its headers; nobody countersigns them. \
        <a href="/docs/concepts/trust">What that means</a>
        """
      ),
      (
        "Money",
        house.hasFaucet ? "test money; the node gives it away" : "as its genesis says"
      ),
    ])
  }

  private func charts(_ vitals: [Vital], now: Time) -> Markup {
    func line(
      _ title: String, _ value: (Vital) -> UInt64, _ write: @escaping (UInt64) -> String
    ) -> Markup {
      HourLine(
        title: title, samples: vitals.map { .init(at: $0.at, value: value($0)) }, now: now,
        write: write
      ).markup
    }
    return [
      line("Messages a second", { NodePage.rate($0.messages, over: $0.span) }, NodePage.tenths),
      line("Requests a second", { NodePage.rate($0.requests, over: $0.span) }, NodePage.tenths),
      line("A block is stored within", { $0.commit }, NodePage.spell),
      line("Messages waiting", { $0.waiting }) { Formats.grouped($0) },
      line("Listeners of the feed", { $0.listeners }) { Formats.grouped($0) },
      line("Memory", { $0.memory }) { "\(Formats.grouped($0 >> 20))\u{A0}MB" },
    ].markup { $0 }
  }

  /// Tenths of events a second.
  static func rate(_ count: UInt64, over span: Time) -> UInt64 {
    span.milliseconds == 0 ? 0 : count * 10_000 / span.milliseconds
  }

  private static func tenths(_ value: UInt64) -> String {
    "\(Formats.grouped(value / 10)).\(value % 10)/s"
  }

  /// A bound in microseconds: `2.5 ms`.
  private static func spell(_ microseconds: UInt64) -> String {
    if microseconds == .max { return "over 10\u{A0}s" }
    let (whole, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000)
    return rest == 0 ? "\(whole)\u{A0}ms" : "\(whole).\(rest / 100)\u{A0}ms"
  }
}
