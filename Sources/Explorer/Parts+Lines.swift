// The lines of lists as tables, the same wherever a list stands.

import Archive
import Chain
import Kernel
import Market
import Primitives

extension Parts {
  static func roads(
    _ lines: [Road], _ caption: String, now: Time, empty: String = "No road has begun yet."
  ) -> Markup {
    table(
      caption,
      ["Road", "State", "Work", "Checked by", "Buyer", "Providers", "#At most", "#Runs", "Begun"],
      lines.map { road in
        [
          Parts.road(road.id), state(road), subject(road.work, road.subject), check(road.check),
          account(road.buyer), accounts(road.seats), money(road.limit),
          "\(Formats.grouped(road.settled)) of \(Formats.grouped(road.runs))",
          age(road.placedAt, now: now),
        ]
      }, empty: empty)
  }

  static func runs(
    _ lines: [RunLine], _ caption: String, now: Time, empty: String = "No run is settled yet."
  ) -> Markup {
    table(
      caption,
      [
        "Run", "Verdict", "Work", "Checked by", "Buyer", "Providers", "#Price", "#Paid",
        "#Bonds lost", "Settled",
      ],
      lines.map { run in
        [
          Parts.run(run.run), badge(run.outcome.title, run.outcome.tone),
          subject(run.work, run.subject), check(run.check), account(run.buyer),
          accounts(run.providers), money(run.price), money(run.paid),
          run.slashed == 0 ? none : money(run.slashed), age(run.time, now: now),
        ]
      }, empty: empty)
  }

  static func games(
    _ lines: [GameLine], _ caption: String, now: Time, empty: String = "No answer was disputed yet."
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

  /// What is bought: for inference a model.
  static func subject(_ work: String, _ subject: Bytes32) -> Markup {
    if subject == .zero { return "\(work)" }
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
    return road.good == road.settled ? badge("served", .good) : badge("over", .bad)
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
