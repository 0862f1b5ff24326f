// What a panel made of the answers of a run: every piece with its points, every judge with its pay.

import Archive
import Chain
import Market
import Primitives

/// The scores of a settled run before a panel, counted anew out of its receipt.
struct PanelScores {
  let review: PanelReview

  /// Nil where the run is of another check, or its receipt cannot be read.
  init?(_ settled: SettledRun, in house: House) {
    guard settled.check.kind == PanelCheck.name,
      let bytes = try? house.records.receipt(settled.run.digest).value,
      let receipt = try? Receipt(bytes: bytes), let review = PanelReview(receipt)
    else { return nil }
    self.review = review
  }

  /// Who was drawn to a run that is not settled, and how far each judge has come. Points stand here
  /// once all are open: before that nobody is to see what another gave.
  static func underWay(_ game: PanelCheck) -> Markup {
    let rows: [[Markup]] = game.bench.enumerated().map { place, judge in
      let state: Markup =
        switch judge.state {
        case .waiting: "has sealed nothing yet"
        case .sealed: "sealed <code>\("\(judge.seal)".prefix(14))…</code>"
        case .opened: "opened its points"
        }
      return ["\(place + 1)", Parts.account(judge.account), state]
    }
    return Parts.table(
      "Drawn to judge it", ["#Judge", "Account", "Scores"], rows, empty: "")
        + """
        <p>Each has \(Parts.money(game.bond.units)) of its bond at stake, and loses it by \
        silence.</p>
        """
  }

  /// A distance on the scale, which has nine steps.
  private static func distance(_ ppm: UInt64) -> String {
    let tenths = PanelReview.tenths(ppm) - 10
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// What strangers wrote is only ever shown as text, and not at any length.
  private static func words(_ bytes: [UInt8]) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return "\(bytes.count) bytes, not text"
    }
    return text.count <= 400 ? text : String(text.prefix(400)) + "…"
  }

  var markup: Markup {
    var rows: [[Markup]] = []
    for (seat, said) in review.seats.enumerated() {
      for (item, piece) in said.pieces.enumerated() where !piece.isEmpty {
        let place = review.place(seat: seat, item: item)
        let points = review.judges.map { judge in
          judge.sheet.indices.contains(place) ? "\(judge.sheet[place])" : "–"
        }
        let stands = review.ruling.stands[place].map(PanelReview.points) ?? "–"
        let gold = review.ruling.known[place].map { " (known: \($0 == 0 ? "wrong" : "right"))" }
        rows.append([
          "\(seat + 1)", "\(item + 1)",
          "<span class=\"prose\">\(Self.words(piece))</span>",
          "\(points.joined(separator: " "))", "\(stands)\(gold ?? "")",
        ])
      }
    }
    let judges: [[Markup]] = review.judges.enumerated().map { place, judge in
      let found = review.ruling.judges[place]
      let skill = found.skill.map { Formats.percent(ppm: $0) } ?? "not measured"
      return [
        "\(place + 1)", Parts.account(judge.account),
        "\(judge.sheet.isEmpty ? "opened no scores" : skill)",
        review.goldError(of: place).map { "\(Self.distance($0))" } ?? "–",
        "\(Formats.percent(ppm: found.share))",
      ]
    }
    return """
      <p class="prose">\(review.spec.question)</p>
      \(Parts.table(
        "Points of each judge", ["#Seat", "#Item", "Answer", "Points", "#Stands"], rows,
        empty: "No answer was scored."))
      \(Parts.table(
        "Judges",
        [
          "#Judge", "Account", "Agreement beyond chance", "#Points off known answers",
          "#Of its purse",
        ], judges,
        empty: "No judge was drawn."))
      """
  }
}
