// The nine stations of a road as lines: drawn once, or drawn over themselves on a terminal.

import Archive
import Chain
import Glibc
import Primitives

struct RoadPicture {
  var progress: RoadProgress
  var title: String
  /// Market time.
  var now: Time
  var width = 80

  /// One line a station with its mark, and one for the clock.
  func lines(_ paint: Paint) -> [String] {
    var lines = [paint(.strong, clip(title))]
    for station in Station.allCases {
      let mark = progress.mark(station)
      let name = station.title(isOffer: progress.isOffer)
      let gap = String(repeating: " ", count: 12 - name.count)
      var words = progress.last[station].map { "\($0.words), block \($0.height)" } ?? ""
      if words.isEmpty, mark == .done { words = "done" }
      lines.append(
        " \(paint(tint(mark), sign(mark))) \(station.rawValue) "
          + clip(name + gap + words.harmless, less: 7))
    }
    lines.append(paint(.faint, clip(clock)))
    return lines
  }

  /// How long there is until silence has a consequence.
  var clock: String {
    if let ending = progress.ending { return EventWords.text(ending) }
    guard let deadline = progress.deadline else { return "nobody is waited for" }
    guard deadline > now else { return "a deadline has passed; the next block acts on it" }
    return "whoever is awaited has " + RoadPicture.span((deadline.milliseconds - now.milliseconds))
  }

  static func span(_ milliseconds: UInt64) -> String {
    let seconds = (milliseconds + 999) / 1_000
    if seconds < 120 { return "\(seconds) s" }
    if seconds < 7_200 { return "\(seconds / 60) min \(seconds % 60) s" }
    return "\(seconds / 3_600) h \(seconds % 3_600 / 60) min"
  }

  /// Signs that say it without colours.
  private func sign(_ mark: RoadProgress.Mark) -> String {
    switch mark {
    case .ahead: "[ ]"
    case .now: "[>]"
    case .done: "[x]"
    case .failed: "[!]"
    }
  }

  private func tint(_ mark: RoadProgress.Mark) -> Tint {
    switch mark {
    case .ahead: .faint
    case .now: .caution
    case .done: .good
    case .failed: .bad
    }
  }

  /// A line that wraps could not be drawn over.
  private func clip(_ text: String, less used: Int = 0) -> String {
    let room = max(8, width - used - 1)
    return text.count <= room ? text : text.prefix(room - 1) + "…"
  }

  /// Columns of the terminal on stdout; 80 where it does not say.
  static var terminalWidth: Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
