// The nine stations of a road as a line with stops: the motif of the site.

import Chain
import Primitives

/// How far a road is, drawn and said in words.
struct StationStrip {
  enum Mark: String { case done, now, ahead, failed }

  struct Stop {
    var station: Station
    var mark: Mark
    /// Where the stop leads; nil for nowhere.
    var link: String?
    /// What it shows or proves, for the title and for those who do not see the line.
    var words: String
  }

  var stops: [Stop]
  var isOffer = false

  /// A list rather than a picture: every stop is a link that says where the road is.
  var markup: Markup {
    """
    <ol class="stations" aria-label="Stations of the road">\
    \(stops.markup(item))</ol>
    """
  }

  private func item(_ stop: Stop) -> Markup {
    let title = stop.station.title(isOffer: isOffer)
    let word: Markup = "<span class=\"stop\" aria-hidden=\"true\"></span><span>\(title)</span>"
    let state: String =
      switch stop.mark {
      case .done: "done"
      case .now: "now"
      case .ahead: "not yet"
      case .failed: "failed"
      }
    let inner: Markup =
      stop.link.map { "<a href=\"\($0)\" title=\"\(stop.words)\">\(word)</a>" }
      ?? "<span title=\"\(stop.words)\">\(word)</span>"
    let current: Markup = stop.mark == .now ? " aria-current=\"step\"" : ""
    return """
      <li class="\(stop.mark.rawValue)"\(current)>\(inner)\
      <span class="unseen">: \(state)</span></li>
      """
  }
}
