// The road as it is now: how many orders and runs stand at each of the nine stations.

import Archive
import Chain
import Market
import Primitives

/// A list rather than a picture, like the strip of a single road: each station says what it is.
struct RoadCounts {
  /// What is there now; stations at which nothing stays have none.
  var now: [Station: UInt64]
  /// What has been there so far.
  var ever: [Station: String]

  init(now: [Station: UInt64], ever: [Station: String]) {
    self.now = now
    self.ever = ever
  }

  /// Runs of which the ledger still has rows are counted by their games.
  init(_ totals: Totals, open runs: [Run]) {
    var now: [Station: UInt64] = [:]
    for (index, count) in totals.alive.enumerated() {
      guard let state = RoadState(rawValue: UInt8(clamping: index)) else { continue }
      switch state {
      case .bidding, .revealing, .closed, .drawing: now[.bid, default: 0] += count
      case .awarded: now[.lease, default: 0] += count
      case .funded: now[.run, default: 0] += count
      case .running, .over: continue
      }
    }
    for run in runs { now[run.game.phase.station, default: 0] += 1 }
    self.now = now
    ever = [
      .order: Formats.grouped(totals.roads),
      .settlement: Formats.rounded(totals.paid).replacing("\u{A0}", with: " "),
      .receipt: Formats.grouped(totals.runs),
    ]
  }

  var markup: Markup {
    """
    <ol class="stations counts" aria-label="The nine stations, and what stands at each now">\
    \(Station.allCases.markup(item))</ol>
    """
  }

  private func item(_ station: Station) -> Markup {
    let count = now[station] ?? 0
    let isPassed = ever[station].map { $0 != "0" && $0 != "$0" } ?? false
    let style = count > 0 ? "now" : isPassed ? "done" : "ahead"
    let number: Markup =
      if let sum = ever[station] {
        "<strong>\(sum)</strong> <small>\(RoadCounts.sums[station] ?? "")</small>"
      } else if station == .request {
        "<strong class=\"none\">–</strong> <small>any time</small>"
      } else {
        "<strong>\(Formats.grouped(count))</strong> <small>now</small>"
      }
    return """
      <li class="\(style)"><a href="\(RoadCounts.paths[station] ?? "/docs/concepts/road")">\
      <span class="count">\(number)</span>\
      <span class="stop" aria-hidden="true"></span>\
      <span class="name">\(station.title(isOffer: false))</span>\
      <span class="gist">\(RoadCounts.gists[station] ?? "")</span></a></li>
      """
  }

  /// Where what stands at a station is listed; a request has no list, being on no ledger.
  private static let paths: [Station: String] = [
    .order: "/orders", .bid: "/market", .lease: "/orders?state=alive",
    .run: "/orders?state=alive", .evidence: "/orders?state=alive",
    .verdict: "/orders?state=alive", .settlement: "/orders?state=over",
    .receipt: "/receipts/verify",
  ]

  private static let sums: [Station: String] = [
    .order: "so far", .settlement: "paid so far", .receipt: "so far",
  ]

  /// Each station in a few words.
  private static let gists: [Station: String] = [
    .request: "what is wanted, and how it will be checked",
    .order: "the request on the market, its money locked",
    .bid: "sealed prices, each with a bond",
    .lease: "who serves whom, fixed by a draw",
    .run: "the provider does the work",
    .evidence: "the answer, committed to",
    .verdict: "rules decide, nobody’s word",
    .settlement: "work is paid, liars lose their bond",
    .receipt: "proof that anybody can check",
  ]
}
