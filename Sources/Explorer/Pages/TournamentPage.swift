// One tournament: its board with intervals, its purse, what fixes the truth, its rules.

import Archive
import Kernel
import Primitives
import Tournaments

struct TournamentPage {
  let house: House

  init(_ house: House) { self.house = house }

  func sheet(_ name: String, _ visit: Visit) throws -> Sheet {
    // One tournament has one address: no sign, no leading nought.
    guard let number = UInt64(name), "\(number)" == name else {
      throw Missing.unknown("tournament")
    }
    let clock = try house.clock()
    guard let standing = try TournamentStanding(number, in: house.records, at: clock.marketTime)
    else { throw Missing.unknown("tournament") }
    let table = try TournamentPage.table(standing, visit)
    let house = house
    return Sheet(
      title: "Tournament \(standing.row.name)", section: .subnets, height: clock.height,
      feed: "/api/events",
      body: {
        """
        <p class="over">Tournament \(number)</p>
        <h1>\(standing.row.name)</h1>
        <p class="lead">\(TournamentPage.sentence(standing))</p>
        \(Parts.live("live-tournament", TournamentPage.fields(standing, clock, house)))
        <h2>Board</h2>
        \(Parts.live("live-board", table.markup(empty: "Nobody has entered yet.")))
        <p>A score is the correlation of a forecast with the truth, −1 to 1; the line is its
        interval at 95 %. A forecast stays sealed until entries are closed.</p>
        \(Parts.live("live-truth", TournamentPage.truth(standing)))
        <h2>Who pays</h2>
        \(Parts.live("live-sponsors", TournamentPage.sponsors(standing)))
        <h2>Rules</h2>
        <p>They were fixed when the tournament was made, and nobody can change them.</p>
        \(TournamentPage.rules(standing.row.rules))
        <p><a href="/tournaments">All tournaments</a> ·
        <a href="/docs/concepts/tournaments">What each rule is for</a> ·
        <a href="/docs/howto/run-a-tournament">How to take part</a></p>
        """
      },
      twin: { standing.json.members ?? [] })
  }

  static func badge(_ state: TournamentState) -> Markup {
    switch state {
    case .open: Parts.badge("open", .good)
    case .waiting: Parts.badge("awaits the truth", .wait)
    case .scoring: Parts.badge("is scored", .wait)
    case .paid: Parts.badge("paid", .good)
    case .void: Parts.badge("void", .plain)
    }
  }

  private static func sentence(_ standing: TournamentStanding) -> String {
    let row = standing.row
    let entered = Formats.plural(row.entries, "forecast")
    switch row.state {
    case .open where standing.now < row.closes:
      return "\(entered) with \(Formats.dollars(row.staked.units)) at stake for a purse of "
        + "\(Formats.dollars(row.purse.units)); entries are open."
    case .open:
      return "Entries are closed: \(row.revealed) of \(entered) revealed."
    case .waiting: return "All is revealed that will be; the truth is awaited."
    case .scoring: return "The truth is open; the next block pays."
    case .paid:
      return "It is over: \(Formats.dollars(row.paid.units)) were won and "
        + "\(Formats.dollars(row.burnt.units)) burnt."
    case .void where row.burnt > .zero:
      return "It ended without scores; who stayed shut lost \(Formats.dollars(row.burnt.units))."
    case .void: return "It ended without scores; everybody has back what it staked."
    }
  }

  private static func fields(
    _ standing: TournamentStanding, _ clock: Clock, _ house: House
  ) -> Markup {
    let row = standing.row
    func deadline(_ at: Time) -> Markup { Deadline(at, clock, in: house)?.markup ?? Parts.none }
    // What has passed is not awaited.
    func turn(_ coming: String, _ past: String, _ at: Time) -> (name: String, value: Markup) {
      if standing.now < at { return (coming, deadline(at)) }
      return (past, Deadline(at, clock, in: house).map { Parts.time($0.wall) } ?? Parts.none)
    }
    var rows: [(name: String, value: Markup)] = [
      ("State", badge(row.state)), ("Owner", Parts.account(row.owner)),
    ]
    if row.state == .open {
      rows.append(turn("Entries close", "Entries closed", row.closes))
      if row.source.kind == .run {
        rows.append(("A run is named until", deadline(row.revealsBegin)))
      }
      rows.append(turn("Reveals end", "Reveals ended", row.revealsEnd))
    }
    if row.isAlive { rows.append(("The truth comes until", deadline(row.truthEnds))) }
    rows += [
      ("Purse", Parts.money(row.purse.units)), ("Staked", Parts.money(row.staked.units)),
      ("Payout factor", "\(Formats.percent(ppm: standing.factor))"),
      ("The truth is", source(row.source)),
      ("Bond of the owner", Parts.money(row.rules.bond.units)),
    ]
    if row.run != .zero { rows.append(("Run that says it", Parts.run(row.run))) }
    return Parts.fields(rows)
  }

  private static func source(_ source: TruthSource) -> Markup {
    switch source.kind {
    case .word: "the word of the owner"
    case .run: "what a run under <code>\(source.check.kind)</code> gives that the owner buys"
    }
  }

  private static func truth(_ standing: TournamentStanding) -> Markup {
    guard !standing.truth.isEmpty else { return Markup() }
    let values = standing.truth.map { String($0) }.joined(separator: ", ")
    return "<details><summary>The truth</summary><p><code>\(values)</code></p></details>"
  }

  private static func sponsors(_ standing: TournamentStanding) -> Markup {
    Parts.table(
      "Sponsors", ["Sponsor", "#Put in"],
      standing.sponsors.map { [Parts.account($0.account), Parts.money($0.amount.units)] },
      empty: "Nobody.")
  }

  private static func rules(_ rules: TournamentRules) -> Markup {
    let money = ["leastStake", "bond"]
    let times = ["entryTime", "nameTime", "revealTime", "truthTime"]
    let rows = rules.ranges.map { rule -> (name: String, value: Markup) in
      if money.contains(rule.name) { return (rule.name, Parts.money(rule.value)) }
      if times.contains(rule.name) { return (rule.name, "\(Formats.span(rule.value * 1_000))") }
      if rule.name == "limit" { return (rule.name, "\(Formats.percent(ppm: rule.value))") }
      return (rule.name, "\(rule.value)")
    }
    return "<details><summary>All of them</summary>\(Parts.fields(rows))</details>"
  }

  private static func table(
    _ standing: TournamentStanding, _ visit: Visit
  ) throws(Missing) -> SortedTable<Entry> {
    typealias Column = SortedColumn<Entry>
    let now = standing.now
    // Whoever has no score stands behind whoever has one, however bad.
    let rank: @Sendable (Entry) -> UInt64 = { entry in
      guard standing.interval(of: entry) != nil else { return 0 }
      let (middle, score) = (UInt64(1_000_000_001), min(entry.score, 1_000_000_000))
      return entry.isBelow ? middle - score : middle + score
    }
    return try SortedTable(
      "Board", "/tournaments/\(standing.number)", standing.board,
      [
        Column(key: "account", title: "Account", isNumber: false) { Parts.account($0.account) },
        Column(key: "stake", title: "Stake", rank: { $0.stake.units }) {
          Parts.money($0.stake.units)
        },
        Column(
          key: "entered", title: "Entered", isNumber: false, rank: { $0.entered.milliseconds }
        ) { "\(Formats.age($0.entered, now: now))" },
        Column(key: "forecast", title: "Forecast", isNumber: false) {
          $0.isRevealed
            ? Parts.badge("revealed", .good)
            : Parts.badge(standing.row.state == .open ? "sealed" : "stayed shut", .wait)
        },
        Column(
          key: "score", title: "Score",
          rank: rank
        ) { standing.interval(of: $0).map { "\($0.scoreText)" } ?? Parts.none },
        Column(key: "interval", title: "Interval", isNumber: false) {
          standing.interval(of: $0)?.markup ?? Parts.none
        },
        Column(key: "earned", title: "Won", rank: { $0.earned.units }) {
          Parts.money($0.earned.units)
        },
        Column(key: "burnt", title: "Burnt", rank: { $0.burnt.units }) {
          Parts.money($0.burnt.units)
        },
      ], usual: standing.row.state == .paid ? "score" : "stake", visit)
  }
}
