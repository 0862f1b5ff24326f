// A dispute as it narrows: the whole computation on top, and under it the part that is still open.

import Primitives

struct DisputeStrip {
  struct Row {
    /// What the boxes are: `tensors 0 to 5`.
    var label: String
    var boxes: Int
    /// The one that was picked; nil while the challenger has yet to choose.
    var pick: Int?
  }

  var rows: [Row]
  /// What is left in the end: `tensor 3, tile 0, block 4`; nil while it goes on.
  var end: String?
  /// Whether the step held; nil where nobody computed it.
  var holds: Bool?

  private static let left = 8
  private static let right = 392
  private static let step = 56

  var words: String {
    var parts = rows.enumerated().map { index, row in
      let pick = row.pick.map { "part \($0 + 1) of \(row.boxes) picked" } ?? "to be picked"
      return "round \(index + 1): \(row.label), \(pick)"
    }
    if let end { parts.append("left: \(end)") }
    if let holds { parts.append(holds ? "the step holds" : "the step is false") }
    return parts.isEmpty ? "Nothing opened yet." : parts.joined(separator: "; ") + "."
  }

  var drawing: Drawing {
    let height = 22 + DisputeStrip.step * rows.count + 30
    var body = Markup()
    for (index, row) in rows.enumerated() {
      let y = 22 + index * DisputeStrip.step
      body += Drawing.text("\(index + 1). \(row.label)", DisputeStrip.left, y - 7)
      body += boxes(row, y)
      guard let pick = row.pick else { continue }
      // The picked part opens into the whole width below.
      body += """
        <path class="wedge" d="M\(x(pick, row.boxes)) \(y + 18)L\(DisputeStrip.left) \
        \(y + DisputeStrip.step)H\(DisputeStrip.right)L\(x(pick + 1, row.boxes)) \(y + 18)Z"/>
        """
    }
    let y = 22 + rows.count * DisputeStrip.step
    if let end {
      let style = holds == true ? "fill" : holds == false ? "bad" : "dot"
      body += Drawing.box(
        DisputeStrip.left, y, DisputeStrip.right - DisputeStrip.left, 6, style: style)
      body += Drawing.text(end, DisputeStrip.left, y + 22, style: "strong")
      if let holds {
        body += Drawing.text(
          holds ? "holds" : "is false", DisputeStrip.right, y + 22, .end, style: "strong")
      }
    }
    return Drawing(
      title: "The dispute, narrowing round by round", words: words, height: height, body: body)
  }

  var markup: Markup { drawing.markup }

  private func x(_ box: Int, _ boxes: Int) -> Int {
    DisputeStrip.left + (DisputeStrip.right - DisputeStrip.left) * box / max(1, boxes)
  }

  private func boxes(_ row: Row, _ y: Int) -> Markup {
    (0..<max(1, row.boxes)).markup { box in
      let (from, to) = (x(box, row.boxes), x(box + 1, row.boxes))
      // What comes before the picked part both sides agree on.
      let style =
        row.pick.map { box < $0 ? "agreed" : box == $0 ? "dot" : "area" } ?? "area"
      return Drawing.box(from + 1, y, max(1, to - from - 2), 18, style: style)
    }
  }
}
