// One run: what each provider showed, what the check found, and why the money moved as it did.

import Archive
import Chain
import Kernel
import Labels
import Market
import Primitives

struct RunPage {
  let house: House

  init(_ house: House) { self.house = house }

  func sheet(_ name: String) throws -> Sheet {
    let house = house
    var known: (id: Bytes32, lines: RoadLines, index: UInt64)?
    let id = try house.find(name, "run", "run") { id in
      known = try RunPage.index(of: id, in: house).map { (id, $0.0, $0.1) }
      return known != nil
    }
    // The last that was looked at need not be the one that was found.
    if known?.id != id {
      known = try RunPage.index(of: id, in: house).map { (id, $0.0, $0.1) }
    }
    guard let (_, lines, index) = known else { throw Missing.unknown("run") }
    let body = RunBody(try RoadStory(lines, in: house), id, index)
    return Sheet(
      title: "Run", section: .orders, height: body.story.clock.height,
      feed: body.settled == nil ? "/api/events?object=\(id)" : nil,
      body: { try body.markup }, twin: { try body.twin })
  }

  /// The road of a run and its number there; nil where the id is no run's.
  static func index(of run: Bytes32, in house: House) throws -> (RoadLines, UInt64)? {
    if let line = try house.listings.run(run).value {
      guard let lines = try house.listings.lines(of: line.road) else { return nil }
      return (lines, line.index)
    }
    guard let road = try house.listings.road(of: run).value, road.lease != .zero else { return nil }
    let lease = LeaseID(road.lease)
    for index in 0..<min(road.started, RoadStory.mostRuns)
    where RunID.of(lease, index: index).digest == run {
      return try house.listings.lines(of: road.id).map { ($0, index) }
    }
    return nil
  }
}

struct RunBody {
  let story: RoadStory
  let id: Bytes32
  let index: UInt64

  init(_ story: RoadStory, _ id: Bytes32, _ index: UInt64) {
    self.story = story
    self.id = id
    self.index = index
  }

  private var road: Road { story.road }
  private var entry: RoadStory.Settled? { story.settled.first { $0.run.run.digest == id } }
  var settled: SettledRun? { entry?.run }
  private var open: Run? { story.open.first { $0.key.index == index }?.run }
  private var printed: String { PrintedID.full("run", id) }

  var markup: Markup {
    get throws {
      let games = try story.house.listings.games(ofRun: id)
      let answers = try Parts.live("answers", RunAnswers(self).markup) + (proof?.markup ?? "")
      return """
        \(Parts.heading("Run \(index + 1) of \(road.runs)", printed))
        <p class="lead">\(sentence)</p>
        \(Parts.live("strip", RoadTrack(story: story, run: id).strip.markup))
        \(Parts.live("awaited", awaited))
        \(Parts.tabs(RunBody.sections))
        \(Parts.section("verdict", "Verdict", Parts.live("seats", verdict)))
        \(Parts.section("evidence", "Evidence", answers))
        \(Parts.section("money", "Money", Parts.live("flow", money)))
        \(Parts.section("output", "Output", output))
        \(Parts.section("disputes", "Disputes", Parts.live("games", disputes(games))))
        \(Parts.section("events", "Events", Parts.live("moments", events)))
        \(Parts.section("raw", "Raw", raw))
        """
    }
  }

  /// What its evidence proves; nil where the check asks for no proof.
  private var proof: ProofView? {
    get throws { try entry.flatMap { try ProofView($0.run, at: $0.height, in: story.house) } }
  }

  private static let sections = [
    ("verdict", "Verdict"), ("evidence", "Evidence"), ("money", "Money"), ("output", "Output"),
    ("disputes", "Disputes"), ("events", "Events"), ("raw", "Raw"),
  ].map { (id: $0.0, name: $0.1) }

  private var sentence: Markup {
    let deal: Markup = """
      \(Parts.accountList(road.seats)) \(verb) \
      \(Parts.subject(road.work, road.subject)) for \(Parts.account(road.buyer)), checked by \
      \(CheckWords.means(road.check)).
      """
    guard let settled else { return deal }
    let price = settled.prices.reduce(settled.fee) { $0.addingReportingOverflow($1).partialValue }
    let back = settled.payouts.first?.amount.units ?? 0
    return """
      \(deal) \(settled.verdict.sentence) Of \(Parts.money(price)) in escrow the buyer \
      paid \
      \(Parts.money(price > back ? price - back : 0)).
      """
  }

  private var verb: String {
    settled == nil
      ? WorkWords.does(road.work, isOne: road.seats.count == 1) : WorkWords.did(road.work)
  }

  private var awaited: Markup {
    guard let open else { return "" }
    let stage = StageWords(open.game)
    let until: Markup =
      Deadline(open.deadline, story.clock, in: story.house).map { " Until \($0.markup)." } ?? ""
    return "<p class=\"note\">\(Parts.badge(stage.title, .wait)) \(stage.sentence)\(until)</p>"
  }

  // MARK: - Verdict

  private var verdict: Markup {
    guard let settled else {
      return "<p>There is none yet.</p>" + (open.map { auditUnderWay($0.game) } ?? "")
    }
    let found = settled.verdict
    let reasons = reasons
    let rows: [[Markup]] = found.seats.enumerated().map { index, seat in
      let why: [Markup] = reasons.map { ["<span class=\"prose\">\($0[index])</span>"] } ?? []
      return [
        "\(index + 1)", Parts.account(seat.provider), Parts.badge(seat.fate.title, seat.fate.tone),
      ] + why + ["<span class=\"prose\">\(found.reason(of: seat.fate))</span>"]
    }
    let columns =
      ["Seat", "Provider", "Fate"] + (reasons == nil ? [] : ["Why"]) + ["What it means"]
    let reason: Markup =
      found.outcome == .rejected ? " Reason given: \(found.reason.title)." : ""
    let auditor: Markup =
      found.auditor == Address() ? "" : " The auditor was \(Parts.account(found.auditor))."
    let audit: Markup =
      settled.fee > 0 ? "<p>\(found.audit.sentence)\(auditor)</p>" : ""
    return """
      <p>\(Parts.badge(found.outcome.title, found.outcome.tone)) \
      \(found.sentence)\(reason)</p>
      \(audit)
      \(Parts.table("Seats", columns, rows, empty: ""))
      \(itemByItem)\(PanelScores(settled, in: story.house)?.markup ?? "")
      """
  }

  /// What each seat was measured by, where others judged it.
  private var reasons: [String]? {
    entry.flatMap { SeatReasons.find($0, of: road, in: story.house) }
  }

  private var itemByItem: Markup {
    guard road.work == LabelsWork.name, settled?.check.kind == JudgedCheck.name else { return "" }
    let order = PrintedID.full("order", road.id)
    return "<p><a href=\"/labels/\(order)\">What they said, item by item</a></p>"
  }

  private func auditUnderWay(_ game: Game) -> Markup {
    let called = game.called
    if case .panel(let panel) = game, !called.isEmpty { return PanelScores.underWay(panel) }
    return called.isEmpty ? "" : "<p>Called to audit it: \(Parts.accountList(called)).</p>"
  }

  // MARK: - Money

  private var money: Markup {
    guard let settled else {
      return "<p>Nothing has moved yet: the price and the bonds lie in escrow.</p>" + prices
    }
    let money = RunMoney(settled)
    return prices + money.flow.markup + money.table + money.balance
  }

  /// What each seat asked and what it is paid.
  private var prices: Markup {
    let bids = RoadBids(story)
    let rows: [[Markup]] = road.seats.enumerated().map { index, provider in
      let asked = bids.bids.first { $0.seat == index }?.price
      let paid = bids.prices.indices.contains(index) ? Parts.money(bids.prices[index]) : Parts.none
      return [
        "\(index + 1)", Parts.account(provider),
        road.isOffer ? "posted" : asked.map(Parts.money) ?? Parts.none, Parts.money(road.limit),
        paid,
      ]
    }
    let words: Markup =
      road.isOffer
      ? "<p>The price is the posted one.</p>"
      : """
      <p>A seat's price is the highest with which its bid would still have won; with it, what a \
      bid says decides who wins and never what is paid.</p>
      """
    return words
      + Parts.table(
        "Prices", ["Seat", "Provider", "#Asked", "#At most", "#Price of the run"], rows,
        empty: "No seats.")
  }

  // MARK: - The rest

  private var output: Markup {
    let privacy: Markup = """
      Inputs and outputs are encrypted to the parties of the lease, and this server holds no keys.
      """
    guard let settled else {
      return "<p>The run is not settled yet. \(privacy)</p>"
    }
    if settled.check.hidesInput, settled.verdict.seats.first?.units ?? 0 > 0 {
      return """
        <p>The output stands beside the proof, in clear, for everybody. The input is hidden: only \
        who has it and its salt can tell that the proof is about it. The receipt holds the \
        rest:</p>
        \(receiptCommands)
        """
    }
    if settled.check.kind == ProvedCheck.name, settled.verdict.seats.first?.units ?? 0 > 0 {
      return """
        <p>Input and output stand in the proof, in clear, for everybody: that is what its level \
        <code>\(ProofWords.level(settled.check))</code> means. The receipt holds them:</p>
        \(receiptCommands)
        """
    }
    if settled.check.kind == PanelCheck.name {
      return """
        <p>Items and answers stand in clear in the messages above: judges are drawn too late to be \
        given keys. The receipt holds them, with scores and gold:</p>
        \(receiptCommands)
        """
    }
    if settled.verdict.outcome.isJudged || settled.verdict.outcome == .tooFew {
      return """
        <p>Each seat opened its answers in clear, in the messages above: the jury has to see them. \
        The items that they are about are encrypted to the parties of the lease, and this server \
        holds no keys. The receipt holds answers and gold:</p>
        \(receiptCommands)
        """
    }
    let words: Markup =
      settled.verdict.outcome.isGood
      ? "The buyer and the seats can read the output; here stands only its commitment."
      : "What was shown did not count. Who was a party can still look at it."
    return """
      <p>\(words) \(privacy) With the buyer's key:</p>
      \(Parts.command("tolsey run output \(printed)"))
      \(receiptCommands)
      """
  }

  private var receiptCommands: Markup {
    """
    <p>Anybody can fetch <a href="/receipts/\(printed)">the receipt</a> and verify it without any \
    server:</p>
    \(Parts.command("tolsey run receipt \(printed) --out run.receipt"))
    \(Parts.command("tolsey verify run.receipt"))
    """
  }

  private func disputes(_ games: [GameLine]) -> Markup {
    Parts.games(
      games, "Disputes of this run", now: story.house.now(), empty: "Nobody disputed it.")
  }

  private var events: Markup {
    let own = story.happenings.filter { $0.event.subject == id }
    var places = PlaceCells(now: story.house.now())
    let rows: [[Markup]] = own.reversed().map { entry in
      let place = places.of(entry)
      return [
        place.when, place.block,
        "\(EventWords.text(entry.event.name))",
        Parts.account(RoadTime.actor(entry.event)),
      ]
    }
    return Parts.table(
      "Events, newest first", ["When", "Block", "What", "Who"], rows, empty: "None.")
  }

  private var raw: Markup {
    """
    <p><a href="/runs/\(printed).json">All of it as JSON</a>: every field, as it was settled or as \
    the ledger has it now.</p>
    """
  }

  var twin: [JSONValue.Member] {
    get throws {
      let games = try story.house.listings.games(ofRun: id)
      return [
        .init(name: "id", value: .string(printed)),
        .init(name: "order", value: .string(PrintedID.full("order", road.id))),
        .init(name: "lease", value: .string(PrintedID.full("lease", road.lease))),
        .init(name: "index", value: .unsigned(index)),
        .init(name: "settledIn", value: entry.map { .unsigned($0.height) } ?? .null),
        .init(name: "settled", value: settled?.json ?? .null),
        .init(name: "why", value: reasons.map { .array($0.map { .string($0) }) } ?? .null),
        .init(name: "money", value: settled.map { RunMoney($0).json } ?? .null),
        .init(name: "open", value: open?.json ?? .null),
        .init(name: "disputes", value: .array(games.map(\.json))),
        .init(name: "proof", value: try proof?.json ?? .null),
      ]
    }
  }
}

/// What each seat has shown, settled or not.
struct RunAnswers {
  private let rows: [[Markup]]

  init(_ run: RunBody) {
    if let settled = run.settled {
      rows = settled.verdict.seats.enumerated().map { RunAnswers.row($0.offset, $0.element) }
      return
    }
    let game = run.story.open.first { $0.key.id.digest == run.id }?.run.game
    rows = (game?.seats ?? []).enumerated().map { index, seat in
      let found: Markup
      switch seat {
      case .shown(let answer): return RunAnswers.row(index, answer)
      case .sealed(let seal): found = "sealed: <code>\(Parts.brief(seal))</code>"
      case .nothing: found = "nothing yet"
      }
      let seats = run.story.road.seats
      let provider = seats.indices.contains(index) ? seats[index] : Address()
      return ["\(index + 1)", Parts.account(provider), found, "", ""]
    }
  }

  private static func row(_ index: Int, _ seat: SeatVerdict) -> [Markup] {
    let hasShown = seat.evidence != EvidenceID()
    return [
      "\(index + 1)", Parts.account(seat.provider),
      hasShown
        ? "<code title=\"\(seat.output.description)\">\(Parts.brief(seat.output))</code>"
        : "nothing",
      hasShown ? "\(Formats.grouped(seat.units))" : "",
      hasShown ? Parts.message(seat.evidence.digest) : "",
    ]
  }

  var markup: Markup {
    """
    <p>A commitment is a hash over the whole output. Equal commitments are equal outputs, bit for \
    bit; by itself it does not tell the output.</p>
    """
      + Parts.table(
        "Answers", ["Seat", "Provider", "Commitment to the output", "#Units", "Message"], rows,
        empty: "Nobody has answered yet.")
  }
}
