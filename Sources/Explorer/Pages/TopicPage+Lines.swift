// What a topic's latest epochs look like: the answer beside the truth, and each regret as a line.

import Arithmetic
import Kernel
import Primitives
import Topics

extension TopicPage {
  /// The answer, the one without forecasters, and the truth, of the epochs that have them.
  static func answers(_ standing: TopicStanding) -> Markup {
    let names = [("answer", false), ("no forecaster", false), ("truth", true)]
    let lines = names.enumerated().map { index, name in
      EpochLines.Line(
        name: name.0, isDashed: name.1,
        points: standing.results.reversed().compactMap { result in
          let values = result.values
          return index < values.count ? (result.epoch, values[index]) : nil
        })
    }
    let chart = EpochLines(
      title: "The answer beside the truth, by epoch",
      nothing: "None of the latest epochs has an answer.", lines: lines)
    return Parts.live("live-answers", chart.markup)
  }

  /// Each worker's regret after each epoch that it took part in: a line ends where somebody else
  /// has the place.
  static func standings(_ standing: TopicStanding) -> Markup {
    struct Holder: Hashable {
      var role: TopicRole
      var number: UInt64
      var account: Address
    }
    var lines: [EpochLines.Line] = []
    var places: [Holder: Int] = [:]
    for result in standing.results.reversed() {
      for line in result.lines where line.place.role != .reputer && line.values.count > 4 {
        let holder = Holder(
          role: line.place.role, number: line.place.number, account: line.account)
        let place = places[holder] ?? lines.count
        if place == lines.count {
          places[holder] = place
          lines.append(
            EpochLines.Line(
              name: "\("\(line.place.role)") \(line.place.number)",
              isDashed: line.place.role == .forecaster))
        }
        lines[place].points.append((result.epoch, line.values[4]))
      }
    }
    let chart = EpochLines(
      title: "Each regret, by epoch", nothing: "None of the latest epochs was paid.", lines: lines)
    return Parts.live("live-standings", chart.markup)
  }
}
