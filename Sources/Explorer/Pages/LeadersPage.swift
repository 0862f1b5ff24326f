// Who serves well, as surely as the numbers say it, and who checks.

import Archive
import Kernel
import Market
import Primitives

struct LeadersPage {
  let house: House

  init(_ house: House) { self.house = house }

  private static let most = 100

  func sheet(_ visit: Visit) throws -> Sheet {
    let lines = try house.listings.leaders(limit: LeadersPage.most)
    let height = try house.listings.totals().height
    let ranked = LeadersPage.ranked(lines)
    let checkers = try checkers()
    return Sheet(
      title: "Leaders", section: .leaders, height: height, feed: "/api/events",
      body: {
        """
        <h1>Leaders</h1>
        <p class="lead">Providers by their rate of good runs, ranked by what it is at least with a
        confidence of 95 %: a few lucky runs do not lead.</p>
        \(Parts.live("live-leaders", LeadersPage.table(ranked)))
        <p>The line is Wilson’s interval, the dot the share itself; both count runs that say
        something: runs that were good, wrong or left in silence. What was rejected by word, had no
        majority or no input counts on neither side. Under ten such runs a rank is preliminary.
        Whoever buys from itself pays tolls and take for it
        (<a href="/docs/concepts/trust">what a record is worth</a>).</p>
        <p><strong>From three largest buyers</strong> is the part of what a provider was paid for
        its seats that came from the three accounts that paid it most. Near 100 % it sells to few,
        and may be selling to itself under other names; one who has just begun also sells to few.
        It says where to look. Many names that buy a little each lower it, and each of them pays
        tolls and take.</p>
        <h2>Checkers</h2>
        \(Parts.live("live-checkers", LeadersPage.checkers(checkers)))
        """
      },
      twin: {
        [
          .init(
            name: "providers",
            value: .array(
              ranked.map { line in
                .object(
                  (line.json.members ?? []) + [
                    .init(name: "low", value: .unsigned(line.interval.low)),
                    .init(name: "share", value: .unsigned(line.interval.share)),
                    .init(name: "high", value: .unsigned(line.interval.high)),
                    .init(name: "preliminary", value: .bool(line.isNewcomer)),
                    .init(
                      name: "patronShare", value: line.patronShare.map { .unsigned($0) } ?? .null),
                  ])
              })),
          .init(
            name: "checkers",
            value: .array(
              checkers.map {
                [
                  "account": .string($0.account.checksummed), "bond": .unsigned($0.bond),
                  "party": $0.party?.json ?? .null,
                ]
              })),
        ]
      })
  }

  /// By the interval's lower end; those who are equal by how much they served, then by age.
  static func ranked(_ lines: [PartyLine]) -> [PartyLine] {
    lines.map { (line: $0, low: $0.interval.low) }.sorted {
      ($1.low, $1.line.served, $0.line.number) < ($0.low, $0.line.served, $1.line.number)
    }.map(\.line)
  }

  private static func table(_ lines: [PartyLine]) -> Markup {
    var rank = 0
    return Parts.table(
      "Providers, best proven first",
      [
        "#Rank", "Provider", "#At least", "0\u{A0}% … good runs … 100\u{A0}%", "#Share", "#Served",
        "#Good",
        "#Wrong", "#Silent", "#Earned", "#From three largest buyers", "#Bonds lost",
      ],
      lines.map { line in
        let interval = line.interval
        if !line.isNewcomer { rank += 1 }
        let place: Markup = line.isNewcomer ? Parts.badge("preliminary", .wait) : "\(rank)"
        let whisker = DotWhisker(interval: interval, isPreliminary: line.isNewcomer)
        return [
          place, Parts.account(line.account),
          "<strong>\(Formats.percent(ppm: interval.low))</strong>", whisker.markup,
          interval.count == 0 ? Parts.none : "\(Formats.percent(ppm: interval.share))",
          "\(Formats.grouped(line.served))", "\(Formats.grouped(line.good))",
          bad(line.wrong), bad(line.silent), Parts.money(line.earned),
          line.patronShare.map { "\(Formats.percent(ppm: $0))" } ?? Parts.none,
          line.slashed == 0 ? Parts.none : Parts.money(line.slashed),
        ]
      }, empty: "Nobody has served a run yet. Providers stand here after their first settled run.")
  }

  private static func bad(_ count: UInt64) -> Markup {
    count == 0 ? "0" : "<strong class=\"bad\">\(Formats.grouped(count))</strong>"
  }

  // MARK: - Checkers

  struct Checker {
    var account: Address
    var bond: UInt64
    var tied: UInt64
    var models: Int
    var party: PartyLine?
  }

  private func checkers() throws -> [Checker] {
    let rows = try house.records.rows("auditors", after: nil, limit: LeadersPage.most).value
    var found = try rows.map { entry in
      let auditor = try CBOR.decode(Auditor.self, from: entry.row)
      let account = try Address(keyBytes: entry.key)
      return Checker(
        account: account, bond: auditor.bond.units, tied: auditor.tied.units,
        models: auditor.subjects.count, party: try house.listings.party(account).value)
    }
    found.sort { ($1.party?.audits ?? 0, $1.bond) < ($0.party?.audits ?? 0, $0.bond) }
    return found
  }

  private static func checkers(_ checkers: [Checker]) -> Markup {
    Parts.table(
      "Auditors who stand ready",
      ["Checker", "#Audits", "#Disputes", "#Won", "#Bond", "#Of it at stake", "#Models"],
      checkers.map { own in
        [
          Parts.account(own.account), "\(Formats.grouped(own.party?.audits ?? 0))",
          "\(Formats.grouped(own.party?.games ?? 0))",
          "\(Formats.grouped(own.party?.gamesWon ?? 0))", Parts.money(own.bond),
          own.tied == 0 ? Parts.none : Parts.money(own.tied),
          "\(Formats.grouped(UInt64(own.models)))",
        ]
      },
      empty: "No auditor stands ready. With a bond anybody may: see how to check runs in the docs.")
  }
}
