// One topic: the answer and what it is made of, each regret, who is paid, its rules.

import Archive
import Arithmetic
import Kernel
import Primitives
import Topics

struct TopicPage {
  let house: House

  init(_ house: House) { self.house = house }

  func sheet(_ name: String, _ visit: Visit) throws -> Sheet {
    // One topic has one address: no sign, no leading nought.
    guard let number = UInt64(name), "\(number)" == name else { throw Missing.unknown("topic") }
    let clock = try house.clock()
    guard let standing = try TopicStanding(number, in: house.records, at: clock.marketTime)
    else { throw Missing.unknown("topic") }
    let table = try TopicPage.members(standing, visit)
    let house = house
    let grants =
      standing.topic.grants > 0
      ? try PayingGrant.all(
        of: number, in: "topicGrants", by: "topicGrantsOf", house.records) : []
    return Sheet(
      title: "Topic \(standing.topic.name)", section: .subnets, height: clock.height,
      feed: "/api/events",
      body: {
        """
        <p class="over">Topic \(number)</p>
        <h1>\(standing.topic.name)</h1>
        <p class="lead">\(standing.topic.question)</p>
        \(Parts.live("live-topic", TopicPage.fields(standing, clock, house)))
        <h2>Members</h2>
        \(Parts.live("live-members", table.markup(empty: "Nobody has a place yet.")))
        <p><strong>Regret</strong> is by how much the network’s loss was greater than the
        member’s, averaged: the greater, the more it counts. <strong>Weight</strong> is its part
        in an answer of all members, <strong>without</strong> the answer that the network would
        give without it.</p>
        \(TopicPage.waiting(standing))
        <h2>Latest epochs</h2>
        \(Parts.live("live-epochs", TopicPage.epochs(standing)))
        \(TopicPage.answers(standing))
        \(TopicPage.lines(standing))
        <h2>Each regret</h2>
        \(TopicPage.standings(standing))
        \(TopicPage.regrets(standing))
        <h2>Who pays</h2>
        \(Parts.live(
          "live-grants",
          PayingGrant.table(grants, standing.topic.epoch, of: standing.topic.grants)))
        <h2>Rules</h2>
        <p>They were fixed when the topic was made, and nobody can change them.</p>
        \(TopicPage.rules(standing.topic.rules))
        <p><a href="/topics">All topics</a> ·
        <a href="/docs/concepts/topics">What each rule is for</a> ·
        <a href="/docs/howto/run-a-topic">How to take part</a></p>
        """
      },
      twin: {
        let paying = grants.map { $0.json(at: standing.topic.epoch) }
        return standing.json + [.init(name: "grants", value: .array(paying))]
      })
  }

  static func badge(_ topic: Topic) -> Markup {
    if topic.isFrozen { return Parts.badge("stands still", .bad) }
    return switch topic.phase {
    case .open: Parts.badge("open", .good)
    case .closing: Parts.badge("closing", .wait)
    case .closed: Parts.badge("closed", .plain)
    }
  }

  private static let quarters = [
    "work is sealed", "work is shown", "the truth is sealed", "the truth is shown",
  ]

  private static func fields(
    _ standing: TopicStanding, _ clock: Clock, _ house: House
  ) -> Markup {
    let topic = standing.topic
    func deadline(_ at: Time) -> Markup { Deadline(at, clock, in: house)?.markup ?? Parts.none }
    var rows: [(name: String, value: Markup)] = [
      ("State", badge(topic)), ("Owner", Parts.account(topic.owner)),
    ]
    if let quarter = topic.quarter(at: standing.now), let ends = try? topic.quarter(quarter + 1) {
      rows.append(("Now \(quarters[Int(quarter)]), until", deadline(ends)))
    }
    rows.append(("Epoch \(topic.epoch) ends", deadline(topic.epochEnds)))
    if let inference = standing.answer?.inference {
      rows.append(("The answer", "<strong>\(TopicStanding.text(inference.network))</strong>"))
      rows.append(("Without forecasters", "\(TopicStanding.text(inference.naive))"))
    }
    rows += [
      ("Paid this epoch", Parts.money(topic.rate.units)),
      ("Carried from before", Parts.money(topic.carried.units)),
      ("Staked", Parts.money(topic.staked.units)),
      ("Deposit of the owner", Parts.money(topic.deposit.units)),
    ]
    return Parts.fields(rows)
  }

  private static func rules(_ rules: TopicRules) -> Markup {
    let money = ["workerStake", "reputerStake"]
    var rows = rules.ranges.map { rule -> (name: String, value: Markup) in
      if money.contains(rule.name) { return (rule.name, Parts.money(rule.value)) }
      if rule.name == "tempo" { return (rule.name, "\(Formats.span(rule.value * 1_000))") }
      if rule.name == "slash" { return (rule.name, "\(Formats.percent(ppm: rule.value))") }
      return (rule.name, "\(rule.value)")
    }
    rows.append(("tolerance", "\(rules.tolerance)"))
    return "<details><summary>All of them</summary>\(Parts.fields(rows))</details>"
  }
}

// MARK: - Tables

extension TopicPage {
  private static func number(_ value: Fixed64?) -> Markup {
    value.map { "\(TopicStanding.text($0))" } ?? Parts.none
  }

  /// Signed numbers in the order of unsigned ones.
  private static func rank(_ value: Fixed64?) -> UInt64 {
    guard let value else { return 0 }
    return UInt64(bitPattern: Int64(clamping: value.raw >> 32)) ^ (1 << 63)
  }

  private static func said(_ seat: TopicStanding.Seat) -> Markup {
    let values = seat.member.values
    if values.count == 1 { return number(values[0]) }
    if !values.isEmpty { return "\(grouped: UInt64(values.count)) losses" }
    return seat.member.seal == .zero ? Parts.none : Parts.badge("sealed", .wait)
  }

  private static func members(
    _ standing: TopicStanding, _ visit: Visit
  ) throws(Missing) -> SortedTable<TopicStanding.Seat> {
    typealias Column = SortedColumn<TopicStanding.Seat>
    return try SortedTable(
      "Members", "/topics/\(standing.number)", standing.seats,
      [
        Column(
          key: "number", title: "Place", isNumber: false,
          rank: { UInt64($0.place.role.rawValue) << 8 | $0.place.number }
        ) { "\("\($0.place.role)") \($0.place.number)" },
        Column(key: "account", title: "Account", isNumber: false) {
          Parts.account($0.member.account)
        },
        Column(key: "stake", title: "Stake", rank: { $0.member.stake.units }) {
          Parts.money($0.member.stake.units)
        },
        Column(key: "regret", title: "Regret", rank: { rank($0.regret) }) { number($0.regret) },
        Column(key: "weight", title: "Weight", rank: { rank($0.weight) }) {
          $0.weight.map {
            "\(Formats.percent(ppm: UInt64(clamping: ($0 * Fixed64(1_000_000)).raw >> 64)))"
          } ?? Parts.none
        },
        Column(key: "said", title: "Says", isNumber: false) { said($0) },
        Column(key: "without", title: "Without", rank: { rank($0.without) }) {
          number($0.without)
        },
        Column(key: "earned", title: "Last epoch", rank: { $0.member.earned.units }) {
          Parts.money($0.member.earned.units)
        },
        Column(key: "total", title: "In all", rank: { $0.member.total.units }) {
          Parts.money($0.member.total.units)
        },
        Column(key: "slashed", title: "Slashed", rank: { $0.member.slashed.units }) {
          Parts.money($0.member.slashed.units)
        },
      ], usual: "number", visit)
  }

  private static func waiting(_ standing: TopicStanding) -> Markup {
    guard !standing.newcomers.isEmpty else { return Markup() }
    return Parts.table(
      "From the next epoch on", ["Place", "Account", "#Stake"],
      standing.newcomers.map { place, newcomer in
        [
          "\("\(place.role)") \(place.number)", Parts.account(newcomer.account),
          Parts.money(newcomer.stake.units),
        ]
      }, empty: "")
  }

  private static func epochs(_ standing: TopicStanding) -> Markup {
    Parts.table(
      "Latest epochs",
      ["#Epoch", "End", "#Answer", "#Without forecasters", "#Truth", "#Loss", "#Budget", "#Paid"],
      standing.results.map { result in
        let values = result.values
        func value(_ index: Int) -> Markup {
          number(index < values.count ? values[index] : nil)
        }
        return [
          "\(result.epoch)", outcome(result.outcome), value(0), value(1), value(2), value(3),
          Parts.money(result.budget.units), Parts.money(result.paid.units),
        ]
      }, empty: "No epoch is over yet.")
  }

  private static func outcome(_ outcome: TopicOutcome) -> Markup {
    switch outcome {
    case .paid: Parts.badge("paid", .good)
    case .noAnswer: Parts.badge("no answer", .plain)
    case .noMajority: Parts.badge("no majority", .wait)
    }
  }

  /// What the last epoch with a truth says of each member.
  private static func lines(_ standing: TopicStanding) -> Markup {
    guard let result = standing.results.first(where: { $0.outcome == .paid }) else {
      return Markup()
    }
    let table = Parts.table(
      "Epoch \(result.epoch)",
      ["Place", "Account", "#Said", "#Without it", "#Loss", "#Score", "#Earned"],
      result.lines.map { line in
        let values = line.values
        func value(_ index: Int) -> Markup {
          number(index < values.count ? values[index] : nil)
        }
        let isReputer = line.place.role == .reputer
        return [
          "\("\(line.place.role)") \(line.place.number)", Parts.account(line.account), value(0),
          isReputer ? Parts.none : value(1), isReputer ? Parts.none : value(2),
          line.counts ? value(isReputer ? 1 : 3) : Parts.badge("too far off", .bad),
          Parts.money(line.earned.units),
        ]
      }, empty: "")
    return "<details><summary>Epoch \(result.epoch), member by member</summary>\(table)</details>"
  }

  /// What each member's regret is in the network without each other one.
  private static func regrets(_ standing: TopicStanding) -> Markup {
    let state = standing.state
    let count = state.inferers + state.forecasters
    guard count > 0 else { return "<p class=\"empty\">Nobody works here now.</p>" }
    let names = (0..<count).map {
      $0 < state.inferers ? "inferer \($0)" : "forecaster \($0 - state.inferers)"
    }
    func short(_ value: Fixed64) -> Markup { "\(value.decimal(digits: 3))" }
    var rows = [["<strong>all</strong>"] + state.regrets.map(short)]
    rows.append(
      ["<strong>no forecaster</strong>"]
        + names.indices.map { $0 < state.inferers ? short(state.naiveRegrets[$0]) : Parts.none })
    rows += names.indices.map { out in
      ["without \(names[out])"] + state.oneOutRegrets[out].map(short)
    }
    let table = Parts.table(
      "Regrets", ["In the network of"] + names.map { "#\($0)" }, rows, empty: "")
    return """
      <details><summary>Regrets of \(count) members in \(count + 2) networks</summary>\(table)\
      </details>
      """
  }
}
