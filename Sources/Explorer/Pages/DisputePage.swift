// One dispute: who calls which answer false, how it narrowed, what the last step was, who won.

import Archive
import Chain
import Graphs
import Kernel
import Market
import Primitives

struct DisputePage {
  let house: House

  init(_ house: House) { self.house = house }

  func sheet(_ name: String) throws -> Sheet {
    let house = house
    let id = try house.find(name, "game", "dispute") {
      try house.listings.game($0).value != nil
    }
    guard let story = try GameStory(id, in: house) else { throw Missing.unknown("dispute") }
    let body = DisputeBody(story: story)
    return Sheet(
      title: "Dispute", section: .disputes, height: story.clock.height,
      feed: story.line.state == .open ? "/api/events?object=\(story.line.run)" : nil,
      body: { body.markup }, twin: { body.twin })
  }
}

struct DisputeBody {
  let story: GameStory
  private var line: GameLine { story.line }
  private var printed: String { PrintedID.full("game", line.game) }

  var markup: Markup {
    let step = StepView(story)
    var sections = [
      (id: "narrowing", name: "Narrowing"), (id: "rounds", name: "Rounds"),
      (id: "money", name: "Money"), (id: "again", name: "Judge it again"), (id: "raw", name: "Raw"),
    ]
    if step != nil { sections.insert((id: "step", name: "Last step"), at: 2) }
    return """
      \(Parts.heading("Dispute", printed))
      \(Parts.live("sentence", "<p class=\"lead\">\(sentence)</p>"))
      \(Parts.live("awaited", awaited))
      \(Parts.tabs(sections))
      \(Parts.section("narrowing", "How it narrows", Parts.live("strip", narrowing)))
      \(Parts.section("rounds", "Rounds", Parts.live("rounds-table", rounds)))
      \(step.map { Parts.section("step", "The last step", $0.markup) } ?? "")
      \(Parts.section("money", "Who won, and who pays whom", money))
      \(Parts.section("again", "Judge it again yourself", again))
      \(Parts.section("raw", "Raw", raw))
      """
  }

  private var sentence: Markup {
    let who: Markup =
      story.isAudit ? ", drawn as its auditor," : ""
    return """
      \(Parts.account(line.challenger))\(who) calls the answer of \
      \(Parts.accountList(line.defenders)) to \(Parts.run(line.run)) false and stakes \
      \(Parts.money(line.bond)) on it. \(outcome)
      """
  }

  private var outcome: Markup {
    let reason = GameWords.reason(line.reason)
    return switch line.state {
    case .open: "It is being played."
    case .challengerWon: "The challenger won and the answer fell: \(reason)."
    case .defenderWon: "The provider won: \(reason)."
    case .stopped: "It was stopped: \(reason). The challenger's bond went back."
    }
  }

  private var awaited: Markup {
    guard line.state == .open, let dispute = story.dispute else { return "" }
    let turn =
      story.isChallengersTurn
      ? "The challenger picks the first part that differs from its own."
      : "The provider opens the place that the dispute has come to."
    let until: Markup =
      Deadline(dispute.deadline, story.clock, in: story.house).map { " Until \($0.markup)." } ?? ""
    return """
      <p class="note">\(Parts.badge(line.state.title, .wait)) \(turn)\(until) Whoever's clock runs \
      out loses: the provider has \(Formats.span(dispute.defenderLeft.milliseconds)) left in all, \
      the challenger \(Formats.span(dispute.challengerLeft.milliseconds)).</p>
      """
  }

  private var narrowing: Markup {
    guard !story.rounds.isEmpty else {
      return "<p>Nothing was opened: it has not come to a round.</p>"
    }
    return """
      <p>A run is cut into tensors, a tensor into tiles, a tile into blocks. In each round the \
      provider shows the hashes of the parts, and the challenger points at the first that differs \
      from its own (in orange): what comes before it, both sides agree on.</p>
      \(story.strip.markup)
      """
  }

  private var rounds: Markup {
    var previous = line.beganAt
    let rows: [[Markup]] = story.rounds.enumerated().map { index, round in
      let place = story.place(at: round.picks)
      let claimed = round.pick.flatMap {
        round.children.indices.contains($0) ? round.children[$0] : nil
      }
      let opened = DisputeBody.span(from: previous, to: round.openedAt)
      let picked = DisputeBody.span(from: round.openedAt ?? previous, to: round.pickedAt)
      previous = round.pickedAt ?? round.openedAt ?? previous
      return [
        "\(index + 1)", "\(place?.words ?? "")",
        claimed.map { "<code title=\"\($0.description)\">\(Parts.brief($0))</code>" }
          ?? (round.children.isEmpty ? "opened in another dispute" : "all \(round.children.count)"),
        round.pick.map { "part \($0 + 1) is the first that differs" } ?? "awaited",
        move(round.opener, opened), move(round.picker, picked),
      ]
    }
    return Parts.table(
      "Rounds",
      ["Round", "Interval", "Provider claims", "Challenger says", "Opened", "Picked"],
      rows, empty: "No round yet.")
  }

  private func move(_ id: Bytes32?, _ span: String) -> Markup {
    guard let id else { return "" }
    return "<a href=\"/messages/\(id.description)\">after \(span)</a>"
  }

  private static func span(from: Time, to: Time?) -> String {
    guard let to, to >= from else { return "" }
    return Timeline.short(to.milliseconds - from.milliseconds)
  }

  // MARK: - Money

  private var money: Markup {
    let words: Markup =
      switch line.state {
      case .open: "<p>The bonds of both sides are at stake.</p>"
      case .challengerWon:
        """
        <p>The provider loses its whole bond: half of it, after the tolls of the moves, goes to \
        whoever proved it false, the rest to the treasury. The buyer gets its money back.</p>
        """
      case .defenderWon:
        """
        <p>The challenger loses its bond of \(Parts.money(line.bond)): half of it, after the tolls \
        of the moves, goes to the provider, the rest to the treasury.</p>
        """
      case .stopped: "<p>The challenger's bond of \(Parts.money(line.bond)) went back to it.</p>"
      }
    guard let settled = story.settled else { return words }
    let run = RunMoney(settled)
    return words + "<p>How the run was settled, with everything in it:</p>" + run.table
  }

  private var again: Markup {
    line.state == .open
      ? "<p>When it is over, its file can be saved and judged again by anybody, offline.</p>"
      : """
      <p>Every move of it is signed and in the log. Save it as one file; a replay needs no node \
      and trusts nobody: it checks the signatures, plays the moves by the rules and computes the \
      step.</p>
      \(Parts.command("tolsey dispute show \(printed) --save game.dispute"))
      \(Parts.command("tolsey dispute replay game.dispute"))
      """
  }

  private var raw: Markup {
    let row: Markup =
      story.dispute.map { Parts.raw("The row, as the ledger has it", $0.json) } ?? ""
    return Parts.fields([
      ("Run", Parts.run(line.run)), ("Order", Parts.road(line.road)),
      ("Lease", Parts.lease(line.lease)),
      ("Answer", "<code class=\"whole\">\(story.answer.description)</code>"),
      ("Began", "\(Parts.time(line.beganAt)) in block \(Parts.block(line.beganHeight))"),
      (
        "Ended",
        line.state == .open
          ? Parts.none : "\(Parts.time(line.endedAt)) in block \(Parts.block(line.endedHeight))"
      ),
    ]) + Parts.raw("What the lists know", line.json) + row
  }

  var twin: [JSONValue.Member] {
    [
      .init(name: "id", value: .string(printed)),
      .init(name: "dispute", value: line.json),
      .init(name: "answer", value: .string(story.answer.description)),
      .init(name: "roots", value: .array(story.roots.map { .string($0.description) })),
      .init(
        name: "rounds",
        value: .array(
          story.rounds.map { round in
            [
              "root": .unsigned(UInt64(round.root)),
              "picks": .array(round.picks.map { .unsigned(UInt64($0)) }),
              "place": story.place(at: round.picks).map { .string($0.words) } ?? .null,
              "children": .array(round.children.map { .string($0.description) }),
              "pick": round.pick.map { .unsigned(UInt64($0)) } ?? .null,
              "opened": round.opener.map { .string($0.description) } ?? .null,
              "picked": round.picker.map { .string($0.description) } ?? .null,
            ]
          })),
      .init(name: "step", value: StepView(story)?.json ?? .null),
      .init(name: "row", value: story.dispute?.json ?? .null),
    ]
  }
}
