// An auction: sealed bids as they come in, and once they are open the curve that they make.

import Chain
import Primitives

struct BidCurve {
  struct Bid {
    var bidder: String
    /// Nil while it is sealed.
    var price: UInt64?
    var isWinner = false
    /// It was never opened.
    var isShut = false
    /// When it came in, in milliseconds.
    var at: UInt64
  }

  var bids: [Bid]
  var limit: UInt64
  /// The highest price that a winner is paid; nil before the match.
  var clearing: UInt64?
  /// The window for bids, in milliseconds.
  var opens: UInt64
  var closes: UInt64

  private static let height = 210
  private static let left = 62
  private static let right = 390
  private static let top = 22
  private static let bottom = 178

  private var opened: [Bid] {
    bids.filter { $0.price != nil }.sorted { ($0.price ?? 0, $0.at) < ($1.price ?? 0, $1.at) }
  }

  var words: String {
    let ceiling = "The buyer pays at most \(Formats.dollars(limit))."
    guard !opened.isEmpty else {
      return bids.isEmpty
        ? "No bid yet. " + ceiling
        : "\(Formats.plural(UInt64(bids.count), "sealed bid")), none of them open yet. " + ceiling
    }
    let list = opened.map { bid in
      "\(bid.bidder) \(Formats.dollars(bid.price ?? 0))\(bid.isWinner ? " (won)" : "")"
    }
    let shut = bids.count { $0.isShut }
    let paid = clearing.map { " Winners are paid at most \(Formats.dollars($0))." } ?? ""
    let rest = shut > 0 ? " \(Formats.plural(UInt64(shut), "bid")) never opened." : ""
    return "Bids from low to high: \(list.joined(separator: ", ")). \(ceiling)\(paid)\(rest)"
  }

  var drawing: Drawing {
    Drawing(
      title: opened.isEmpty ? "Sealed bids" : "Bids, sorted by price", words: words,
      height: BidCurve.height, body: opened.isEmpty ? sealed : curve)
  }

  var markup: Markup { drawing.markup }

  private var axes: Markup {
    Drawing.line(
      BidCurve.left, BidCurve.bottom, BidCurve.right, BidCurve.bottom, style: "axis")
      + Drawing.line(BidCurve.left, BidCurve.top, BidCurve.left, BidCurve.bottom, style: "axis")
  }

  // MARK: - Sealed

  /// Prices are not known, so the bids stand on one line, by when they came.
  private var sealed: Markup {
    let span = closes > opens ? closes - opens : 1
    var body = axes
    let middle = (BidCurve.top + BidCurve.bottom) / 2
    for bid in bids {
      let since = bid.at > opens ? bid.at - opens : 0
      let x =
        BidCurve.left + 8 + Drawing.part(since, of: span, over: BidCurve.right - BidCurve.left - 16)
      body += Drawing.line(x, middle, x, BidCurve.bottom, style: "rule")
      body += Drawing.dot(x, middle, 6, style: "dot")
    }
    body += Drawing.line(
      BidCurve.left, BidCurve.top, BidCurve.right, BidCurve.top, style: "brass dash")
    body += Drawing.text("limit \(Formats.dollars(limit))", BidCurve.right, BidCurve.top - 7, .end)
    body += Drawing.text("price", BidCurve.left - 8, middle - 6, .end)
    body += Drawing.text("sealed", BidCurve.left - 8, middle + 10, .end)
    body += Drawing.text("bidding opens", BidCurve.left, BidCurve.bottom + 20)
    body += Drawing.text("closes", BidCurve.right, BidCurve.bottom + 20, .end)
    return body
  }

  // MARK: - Open

  private var curve: Markup {
    let bids = opened
    let highest = max(limit, bids.last?.price ?? 0, 1)
    func y(_ price: UInt64) -> Int {
      BidCurve.bottom - Drawing.part(price, of: highest, over: BidCurve.bottom - BidCurve.top)
    }
    let wide = BidCurve.right - BidCurve.left
    func x(_ index: Int) -> Int { BidCurve.left + wide * index / bids.count }
    var body = Markup()
    for (index, bid) in bids.enumerated() {
      let top = y(bid.price ?? 0)
      body += """
        <rect class="\(bid.isWinner ? "won" : "area")" x="\(x(index) + 1)" y="\(top)" \
        width="\(max(1, x(index + 1) - x(index) - 2))" height="\(BidCurve.bottom - top)">\
        <title>\(bid.bidder): \(dollars: bid.price ?? 0)\
        \(bid.isWinner ? ", won" : "")</title>\
        </rect>
        """
    }
    var steps = "M\(x(0)) \(y(bids[0].price ?? 0))"
    for (index, bid) in bids.enumerated() {
      steps += "V\(y(bid.price ?? 0))H\(x(index + 1))"
    }
    body += axes + "<path class=\"ink\" d=\"\(steps)\"/>"
    body += Drawing.line(BidCurve.left, y(limit), BidCurve.right, y(limit), style: "brass dash")
    let ceiling = clearing == limit ? "limit, and price paid" : "limit"
    body += Drawing.text(
      "\(ceiling) \(Formats.dollars(limit))", BidCurve.right, max(14, y(limit) - 7), .end)
    if let clearing, clearing != limit {
      body += Drawing.line(BidCurve.left, y(clearing), BidCurve.right, y(clearing), style: "brass")
      body += Drawing.text(
        "paid \(Formats.dollars(clearing))", BidCurve.left + 6, max(12, y(clearing) - 6),
        style: "strong")
    }
    body += Drawing.text(
      Formats.dollars(bids[0].price ?? 0), BidCurve.left - 6, y(bids[0].price ?? 0) + 4, .end)
    body += Drawing.text("$0", BidCurve.left - 6, BidCurve.bottom + 4, .end)
    body += Drawing.text("lowest bid", BidCurve.left, BidCurve.bottom + 20)
    body += Drawing.text("highest", BidCurve.right, BidCurve.bottom + 20, .end)
    return body
  }
}
