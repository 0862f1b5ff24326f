// One subnet: its members as tables of subnets show them, its weights, and what they agree on.

import Archive
import Kernel
import Primitives
import Subnets

struct SubnetPage {
  let house: House

  init(_ house: House) { self.house = house }

  func sheet(_ name: String, _ visit: Visit) throws -> Sheet {
    // One subnet has one address: no sign, no leading nought.
    guard let number = UInt64(name), "\(number)" == name else { throw Missing.unknown("subnet") }
    let clock = try house.clock()
    guard
      var standing = try SubnetStanding(number, in: house.records, at: clock.marketTime)
    else { throw Missing.unknown("subnet") }
    let table = try SubnetPage.table(standing, visit)
    standing.seats = table.lines
    let house = house
    let grants = try standing.grants(in: house.records)
    let owner = try visit.address("account")
    let history = try standing.pool.map { _ in
      try RootHistory(house, of: number, upTo: clock.height)
    }
    let stakes = try owner.map { [standing] in try standing.stakes(of: $0, in: house.records) }
    return Sheet(
      title: "Subnet \(standing.subnet.name)", section: .subnets, height: clock.height,
      feed: "/api/events",
      body: { [standing] in
        // Pictures are by uid, however the table is sorted.
        var drawn = standing
        drawn.seats.sort { $0.uid < $1.uid }
        return """
          <p class="over">Subnet \(number)</p>
          <h1>\(standing.subnet.name)</h1>
          <p class="lead">\(SubnetPage.sentence(standing))</p>
          \(Parts.live("live-subnet", SubnetPage.fields(standing, clock, house)))
          \(SubnetPage.asset(standing, clock, house))
          \(SubnetPage.prices(standing, history))
          <h2>Members</h2>
          \(Parts.live("live-seats", table.markup(empty: "Nobody has taken a seat yet.")))
          <p>Shares are those of the last epoch. <strong>VTrust</strong> is how much of its weights
          a validator has in common with the majority, <strong>updated</strong> when the weights
          that count were sealed. A permit lets a member judge; who has none has no VTrust.</p>
          \(owner.map { SubnetPage.stakes(stakes ?? [], of: $0, now: standing.now) })
          <h2>Who pays</h2>
          \(Parts.live(
            "live-grants",
            PayingGrant.table(grants, standing.subnet.epoch, of: standing.subnet.grants)))
          <h2>What was routed here</h2>
          \(Parts.live("live-routed", SubnetPage.routed(standing)))
          <h2>Who says what of whom</h2>
          \(Parts.live("live-weights", SubnetMatrix(standing: drawn).markup))
          \(SubnetPage.opinions(drawn))
          <h2>Rules</h2>
          <p>They were fixed when the subnet was made, and nobody can change them.</p>
          \(SubnetPage.rules(standing.subnet.parameters))
          <p><a href="/docs/concepts/subnets">What each rule is for</a> ·
          <a href="/docs/howto/run-a-subnet">How to take part</a></p>
          """
      },
      twin: { [standing] in
        let paying = grants.map { $0.json(at: standing.subnet.epoch) }
        let own = stakes.map { JSONValue.Member(name: "stakes", value: .array($0.map(\.json))) }
        let read = history.map { JSONValue.Member(name: "readings", value: $0.json) }
        return (standing.json.members ?? []) + [.init(name: "grants", value: .array(paying))]
          + [own, read].compactMap { $0 }
      })
  }

  static func badge(_ state: SubnetState) -> Markup {
    switch state {
    case .open: Parts.badge("open", .good)
    case .closing: Parts.badge("closing", .wait)
    case .closed: Parts.badge("closed", .plain)
    }
  }

  private static func sentence(_ standing: SubnetStanding) -> String {
    let subnet = standing.subnet
    if subnet.state == .closed { return "It is closed; stake and grants go back to their owners." }
    let judges = standing.seats.count { $0.member.permit }
    return "\(Formats.plural(subnet.members, "member")), "
      + "\(Formats.plural(UInt64(judges), "of them judges", "of them judge")); sponsors pay "
      + "\(Formats.dollars(subnet.rate.units)) an epoch of \(span(subnet.parameters.tempo))."
  }

  private static func span(_ seconds: UInt64) -> String { Formats.span(seconds * 1_000) }

  private static func fields(
    _ standing: SubnetStanding, _ clock: Clock, _ house: House
  ) -> Markup {
    let subnet = standing.subnet
    var rows: [(name: String, value: Markup)] = [
      ("State", badge(subnet.state)), ("Owner", Parts.account(subnet.owner)),
      (
        "Epoch \(subnet.epoch) ends",
        Deadline(subnet.epochEnds, clock, in: house)?.markup ?? Parts.none
      ),
      ("Paid this epoch", "\(Parts.money(subnet.rate.units)), \(grants(subnet.grants))"),
      ("Carried from before", Parts.money(subnet.carried.units)),
      ("Staked", Parts.money(standing.staked)),
      ("A seat costs", Parts.money(standing.price.units)),
      ("Deposit of the owner", Parts.money(subnet.deposit.units)),
    ]
    if subnet.state == .closing {
      rows.append(("Closes", Deadline(subnet.closes, clock, in: house)?.markup ?? Parts.none))
    }
    return Parts.fields(rows)
  }

  private static func grants(_ count: UInt64) -> String {
    count == 0 ? "no sponsor" : "from \(Formats.plural(count, "grant"))"
  }

  private static func rules(_ parameters: SubnetParameters) -> Markup {
    let money = ["leastPrice", "mostPrice", "leastStake"]
    let times = ["tempo", "immunity", "halfLife", "unbonding"]
    let millionths = ["slash", "bondsAverage"]
    let parts = ["kappa", "bondsPenalty", "alphaLow", "alphaHigh"]
    var rows = parameters.ranges.map { rule -> (name: String, value: Markup) in
      if money.contains(rule.name) { return (rule.name, Parts.money(rule.value)) }
      if times.contains(rule.name) { return (rule.name, "\(span(rule.value))") }
      if millionths.contains(rule.name) {
        return (rule.name, "\(Formats.percent(ppm: rule.value))")
      }
      if parts.contains(rule.name) { return (rule.name, share(rule.value)) }
      return (rule.name, "\(rule.value)")
    }
    rows.append(("rule of bonds", parameters.isYuma3 ? "Yuma 3" : "classic"))
    rows.append(("liquid alpha", parameters.hasLiquidAlpha ? "yes" : "no"))
    return "<details><summary>All of them</summary>\(Parts.fields(rows))</details>"
  }
}

// MARK: - Tables

extension SubnetPage {
  /// 65535ths as a percentage.
  private static func share(_ part: UInt64) -> Markup {
    part == 0 ? "0" : "\(Formats.percent(ppm: part * 1_000_000 / 65_535))"
  }

  private static func table(
    _ standing: SubnetStanding, _ visit: Visit
  ) throws(Missing) -> SortedTable<SubnetStanding.Seat> {
    typealias Column = SortedColumn<SubnetStanding.Seat>
    let now = standing.now
    return try SortedTable(
      "Members", "/subnets/\(standing.number)", standing.seats,
      [
        Column(key: "uid", title: "UID", rank: { $0.uid }) { "\($0.uid)" },
        Column(key: "account", title: "Account", isNumber: false) {
          Parts.account($0.member.account)
        },
        Column(key: "stake", title: "Stake", rank: { $0.staked.units }) {
          Parts.money($0.staked.units)
        },
        Column(key: "trust", title: "VTrust", rank: { $0.member.trust }) {
          // Nobody's weights are compared but a validator's.
          $0.member.trust == 0 && !$0.member.permit ? "–" : share($0.member.trust)
        },
        Column(key: "consensus", title: "Consensus", rank: { $0.member.consensus }) {
          share($0.member.consensus)
        },
        Column(key: "incentive", title: "Incentive", rank: { $0.member.incentive }) {
          share($0.member.incentive)
        },
        Column(key: "dividends", title: "Dividends", rank: { $0.member.dividends }) {
          share($0.member.dividends)
        },
        Column(key: "emission", title: "Emission", rank: { $0.member.emission.units }) {
          Parts.money($0.member.emission.units)
        },
        Column(
          key: "updated", title: "Updated", isNumber: false,
          rank: { $0.member.updated.milliseconds }
        ) {
          $0.member.updated == .zero ? "never" : "\(Formats.age($0.member.updated, now: now))"
        },
        Column(key: "permit", title: "Permit", isNumber: false, rank: { $0.member.permit ? 1 : 0 })
        { $0.member.permit ? Parts.badge("judges", .good) : "" },
        Column(key: "take", title: "Take", rank: { $0.member.take }) {
          "\(Formats.percent(ppm: $0.member.take))"
        },
      ], usual: "uid", visit)
  }

  /// Validators that stand beside the consensus in the table of opinions.
  private static let mostOpinions = 12

  /// The consensus, and beside it what each validator gave. What lies above it is cut, and lost.
  private static func opinions(_ standing: SubnetStanding) -> Markup {
    let judges = Array(standing.judges.prefix(mostOpinions))
    guard !judges.isEmpty else { return Markup() }
    let rows = judges.map { judge in
      Dictionary(judge.portions.map { ($0.uid, $0.ppm) }, uniquingKeysWith: { one, _ in one })
    }
    let judged = standing.seats.filter { seat in
      seat.member.consensus > 0 || rows.contains { ($0[seat.uid] ?? 0) > 0 }
    }
    let table = Parts.table(
      "Consensus and weights", ["#UID", "#Consensus"] + judges.map { "#uid \($0.uid)" },
      judged.map { seat in
        let agreed = seat.member.consensus * 1_000_000 / 65_535
        return ["\(seat.uid)", "<strong>\(Formats.percent(ppm: agreed))</strong>"]
          + rows.map { row in
            let ppm = row[seat.uid] ?? 0
            if ppm == 0 { return "0" }
            // A rounded share is not above.
            return ppm > agreed + 100
              ? "<span class=\"bad\">\(Formats.percent(ppm: ppm)) ↑</span>"
              : "\(Formats.percent(ppm: ppm))"
          }
      }, empty: "Nobody was judged yet.")
    let more: Markup =
      standing.judges.count > judges.count
      ? "<p>The \(judges.count) with the most stake of \(standing.judges.count).</p>" : ""
    return """
      \(table)\(more)
      <p>The consensus is the greatest weight that the majority of stake gives at least. What a
      validator gives above it (↑) is cut: it earns the member nothing, and costs the validator
      dividends.</p>
      """
  }
}

extension Formats {
  fileprivate static func plural(_ count: UInt64, _ one: String, _ many: String) -> String {
    "\(grouped(count)) \(count == 1 ? one : many)"
  }
}
