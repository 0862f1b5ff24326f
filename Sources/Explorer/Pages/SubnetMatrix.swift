// The weights of a subnet as a picture: a line a validator, a column a member, darker for more.

import Primitives

struct SubnetMatrix {
  let standing: SubnetStanding

  /// Lines that are drawn: those with the most stake.
  static let mostLines = 64
  /// Steps of darkness; the last is all of a row's weight.
  private static let steps: [(ppm: UInt64, opacity: String)] = [
    (1, ".12"), (20_000, ".25"), (50_000, ".4"), (100_000, ".55"), (200_000, ".7"),
    (400_000, ".85"), (700_000, "1"),
  ]
  private static let (left, top, bottom) = (96, 30, 24)

  private var judges: [SubnetStanding.Seat] {
    Array(standing.judges.prefix(SubnetMatrix.mostLines))
  }

  private var count: Int { standing.seats.count }

  /// Wide enough for uids where there are few, and all in sight where there are many.
  private var cell: Int { max(3, min(22, 900 / max(count, 1))) }

  var markup: Markup {
    let judges = judges
    guard !judges.isEmpty, count > 0 else {
      return "<p class=\"empty\">No weights have been opened yet.</p>"
    }
    return Drawing(
      title: "Weights and consensus", words: words(judges),
      width: SubnetMatrix.left + count * cell + 12,
      height: SubnetMatrix.top + (judges.count + 1) * cell + 8 + SubnetMatrix.bottom,
      body: columns + lines(judges)
    ).markup
  }

  /// Every line in words; of a large subnet the first ones and how many there are.
  private func words(_ judges: [SubnetStanding.Seat]) -> String {
    let told = judges.prefix(8).map { judge in
      let row = judge.portions.filter { $0.ppm > 0 }.sorted { ($1.ppm, $0.uid) < ($0.ppm, $1.uid) }
      let parts = row.prefix(12).map { "\(Formats.percent(ppm: $0.ppm)) to uid \($0.uid)" }
      let more = row.count > 12 ? " and \(row.count - 12) more" : ""
      return "uid \(judge.uid) gives \(parts.joined(separator: ", "))\(more)"
    }
    let rest = judges.count > 8 ? " And \(judges.count - 8) more validators." : ""
    return told.joined(separator: ". ") + "." + rest
  }

  private func x(_ place: Int) -> Int { SubnetMatrix.left + place * cell }

  private var columns: Markup {
    standing.seats.enumerated().markup { place, seat in
      guard cell >= 14 || seat.uid % 10 == 0 else { return Markup() }
      return Drawing.text("\(seat.uid)", x(place) + cell / 2, SubnetMatrix.top - 6, .middle)
    }
  }

  /// The consensus on top, apart from the others.
  private func lines(_ judges: [SubnetStanding.Seat]) -> Markup {
    let agreed = standing.seats.map { $0.member.consensus * 1_000_000 / 65_535 }
    var all = line("consensus", agreed, at: SubnetMatrix.top, style: "dot")
    let places = Dictionary(
      uniqueKeysWithValues: standing.seats.enumerated().map { ($0.element.uid, $0.offset) })
    for (number, judge) in judges.enumerated() {
      var row = [UInt64](repeating: 0, count: count)
      for part in judge.portions { if let place = places[part.uid] { row[place] = part.ppm } }
      all += line(
        "uid \(judge.uid)", row, at: SubnetMatrix.top + 8 + (number + 1) * cell, style: "fill")
    }
    return all
  }

  /// One path for each step, so that a full subnet stays a small picture.
  private func line(_ name: String, _ row: [UInt64], at y: Int, style: String) -> Markup {
    var paths = [String](repeating: "", count: SubnetMatrix.steps.count)
    for (place, ppm) in row.enumerated() {
      guard let step = SubnetMatrix.steps.lastIndex(where: { ppm >= $0.ppm }) else { continue }
      paths[step] += "M\(x(place)) \(y)h\(cell - 1)v\(cell - 1)h-\(cell - 1)z"
    }
    let frame = Drawing.line(
      x(0), y + cell - 1, x(count), y + cell - 1, style: "rule")
    let label =
      cell >= 9
      ? Drawing.text(name, SubnetMatrix.left - 8, y + cell / 2 + 4, .end) : Markup()
    return frame + label
      + zip(paths, SubnetMatrix.steps).markup { path, step in
        path.isEmpty
          ? Markup()
          : "<path class=\"\(style)\" fill-opacity=\"\(step.opacity)\" d=\"\(path)\"/>"
      }
  }
}
