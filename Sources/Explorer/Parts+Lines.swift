// The lines of lists as tables, the same wherever a list stands.

import Archive
import Chain
import Inference
import Kernel
import Market
import Primitives

extension Parts {
  /// One column of a list.
  struct Column<Line> {
    var name: String
    var cell: (Line) -> Markup
  }

  static func table<Line>(
    _ caption: String, _ lines: [Line], _ columns: [Column<Line>], without left: [String],
    empty: String
  ) -> Markup {
    let shown = columns.filter { !left.contains($0.name) }
    return table(
      caption, shown.map(\.name), lines.map { line in shown.map { $0.cell(line) } }, empty: empty)
  }

  /// - Parameter left: columns that would say the same in every line.
  static func roads(
    _ lines: [Road], _ caption: String, now: Time, without left: [String] = [],
    empty: String = "No road has begun yet."
  ) -> Markup {
    table(
      caption, lines,
      [
        Column(name: "Road") { Parts.road($0.id) }, Column(name: "State", cell: state),
        Column(name: "#At most") { money($0.limit) },
        Column(name: "#Runs") {
          "\(Formats.grouped($0.settled)) of \(Formats.grouped($0.runs))"
        },
        Column(name: "Checked by") { check($0.check) },
        Column(name: "Work") { subject($0.work, $0.subject) },
        Column(name: "Buyer") { account($0.buyer) },
        Column(name: "Providers") { accounts($0.seats) },
        Column(name: "Begun") { age($0.placedAt, now: now) },
      ], without: left, empty: empty)
  }

  static func runs(
    _ lines: [RunLine], _ caption: String, now: Time, without left: [String] = [],
    empty: String = "No run is settled yet."
  ) -> Markup {
    table(
      caption, lines,
      [
        Column(name: "Run") { Parts.run($0.run) },
        Column(name: "Verdict") { badge($0.outcome.title, $0.outcome.tone) },
        Column(name: "#Price") { money($0.price) }, Column(name: "#Paid") { money($0.paid) },
        Column(name: "#Bonds lost") { $0.slashed == 0 ? none : money($0.slashed) },
        Column(name: "Checked by") { check($0.check) },
        Column(name: "Work") { subject($0.work, $0.subject) },
        Column(name: "Providers") { accounts($0.providers) },
        Column(name: "Buyer") { account($0.buyer) },
        Column(name: "Settled") { age($0.time, now: now) },
      ], without: left, empty: empty)
  }

  static func games(
    _ lines: [GameLine], _ caption: String, now: Time,
    empty: String = "No answer was disputed yet."
  ) -> Markup {
    table(
      caption, ["Dispute", "State", "Challenger", "Against", "Run", "#Bond", "#Rounds", "Begun"],
      lines.map { game in
        [
          Parts.game(game.game), badge(game.state.title, game.state.tone),
          account(game.challenger), accounts(game.defenders), Parts.run(game.run),
          money(game.bond), "\(Formats.grouped(game.rounds))", age(game.beganAt, now: now),
        ]
      }, empty: empty)
  }

  static func blocks(_ lines: [BlockLine], _ caption: String, now: Time) -> Markup {
    table(
      caption, ["#Height", "Made", "#Messages", "#Refused", "#Runs settled", "#Events"],
      lines.map { line in
        [
          block(line.height), age(line.time, now: now), "\(Formats.grouped(line.messages))",
          "\(Formats.grouped(line.refused))", "\(Formats.grouped(line.settled))",
          "\(Formats.grouped(line.events))",
        ]
      }, empty: "No block has been made yet.")
  }

  /// What is bought: for inference a model. What another work asks stands in its order alone.
  static func subject(_ work: String, _ subject: Bytes32) -> Markup {
    if subject == .zero || work != InferenceWork.name { return "\(work)" }
    return "\(work) \(model(subject))"
  }

  static func accounts(_ list: [Address]) -> Markup {
    if list.isEmpty { return none }
    let first = list.prefix(3).enumerated().markup { index, each in
      (index > 0 ? ", " : "") + account(each)
    }
    return list.count > 3 ? first + " and \(list.count - 3) more" : first
  }

  static func state(_ road: Road) -> Markup {
    guard road.state == .over else { return badge(StageWords(road.state).title, .wait) }
    if road.settled == 0 { return badge("over, no run", .plain) }
    return road.good == road.settled
      ? badge("served", .good)
      : badge("over, not as bought", .bad)
  }
}

extension GameState {
  var title: String {
    switch self {
    case .open: "open"
    case .challengerWon: "the answer fell"
    case .defenderWon: "the answer held"
    case .stopped: "stopped"
    }
  }

  var tone: Parts.Tone {
    switch self {
    case .open: .wait
    case .challengerWon: .bad
    case .defenderWon: .good
    case .stopped: .plain
    }
  }
}
