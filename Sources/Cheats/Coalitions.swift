// Several accounts of one owner: captured majorities, washed records, busy auditors, noise.

import Kernel
import Market
import Primitives

enum Coalitions {
  static let cheats: [Cheat] =
    majorities(isAudited: false) + majorities(isAudited: true) + [allSeats, shareRun]
    + [washAudited, washUnaudited, drainAuditors, badMouth, stateBloat]

  private static let lie = SHA256.hash([1])
  private static let truth = SHA256.hash([0])

  // MARK: Majorities

  private static func majorities(isAudited: Bool) -> [Cheat] {
    let figures =
      isAudited ? ["−11.6", "−22.9", "−45.8"] : ["+0.17", "+0.37", "+0.90"]
    return zip([20, 30, 50], figures).map { percent, figure in
      let share = Fraction(percent) / 100
      let cheat = Cheat(
        isAudited ? "majority.court" : "majority.p0", "\(percent) % of bidders", by: .coalition,
        "lies when it holds a majority of three seats; p = \(isAudited ? "5 %" : "0")",
        figure: Figure(figure)
      ) { try majority($0, share: share, isAudited: isAudited) }
      return cheat.with {
        $0.isAgainstHonest = true
        $0.defence = isAudited ? "the honest seat challenges" : "none at p = 0"
        $0.play = { s, chance in
          let own = try Seats.drawn(3, share: share, &chance)
          let auditor = isAudited ? try Auditor.drawn(by: chance.draw(), s) : .nobody
          return .outcome(own < 2 ? 0 : 1 + (own - 2) * 3 + auditor.rawValue)
        }
        guard !isAudited else { return }
        $0.bound = Cheat.Bound("the work of three seats whenever it holds a majority") {
          let held = Seats.chance(of: 2, among: 3, share: share) + share.power(3)
          return held * 3 * Fraction($0.cost)
        }
      }
    }
  }

  private static func majority(
    _ s: Setting, share: Fraction, isAudited: Bool
  ) throws -> [Outcome] {
    var list = [
      Outcome(
        "no majority: works",
        (0...1).reduce(0) { $0 + Seats.chance(of: $1, among: 3, share: share) },
        0)
    ]
    for own in 2...3 {
      let held = Seats.chance(of: own, among: 3, share: share)
      let honest =
        try s.replicated([ReplicaAct](repeating: .answer(truth), count: 3), auditPpm: 0)
        .net(of: .seat(0)) - Fraction(s.cost)
      for auditor in Auditor.allCases {
        let chance = isAudited ? auditor.chance(s) : auditor == .nobody ? 1 : 0
        let profit = try lying(s, own: own, met: auditor, isAudited: isAudited)
        list.append(
          Outcome(
            "\(own) own seats, auditor: \(auditor)", held * chance,
            profit - Fraction(own) * honest))
      }
    }
    return list
  }

  /// The own seats lie, the others tell the truth, and whoever may challenges.
  private static func lying(
    _ s: Setting, own: Int, met auditor: Auditor, isAudited: Bool
  ) throws -> Fraction {
    let ppm = isAudited ? s.terms.audit : 0
    let acts = (0..<3).map { ReplicaAct.answer($0 < own ? lie : truth) }
    var games: [Settlement.PlayedGame] = []
    if isAudited, own < 3, s.has(.court) {
      games.append(try s.game(.seat(2), against: lie, .won, end: 2))
    }
    var said: ReplicaAct?
    switch auditor {
    case .nobody: said = nil
    case .own: said = .answer(lie)
    case .stranger where isAudited:
      said = .answer(truth)
      games.insert(try s.game(.auditor, against: lie, .won, end: 1), at: 0)
    case .stranger: said = nil
    }
    let payouts = try s.replicated(
      acts, auditPpm: ppm, audit: isAudited ? said : nil, games: games)
    var net: Fraction = 0
    for seat in 0..<own { net += payouts.net(of: .seat(seat)) }
    if isAudited, auditor == .own { net += payouts.net(of: .auditor) }
    return net
  }

  private static let allSeats = Cheat(
    "all.seats", by: .coalition, "underbids into all three seats and lies; p = 5 %",
    figure: Figure("−3.40")
  ) { s in
    try Auditor.allCases.map {
      Outcome(
        "auditor: \($0)", $0.chance(s),
        try lying(s, own: 3, met: $0, isAudited: true) - s.tolls(15))
    }
  }.with {
    $0.defence = "blind audit"
    $0.play = { s, chance in .outcome(try Auditor.drawn(by: chance.draw(), s).rawValue) }
  }

  private static let shareRun = Cheat(
    "share.run", by: .coalition, "three seats of one owner share one run", figure: Figure("+1.60")
  ) { s in
    let payouts = try s.replicated(
      [ReplicaAct](repeating: .answer(truth), count: 3), auditPpm: 0)
    let paid = payouts.net(of: .seat(0), .seat(1), .seat(2))
    let honest = paid - 3 * Fraction(s.cost)
    return .certain(paid - Fraction(s.cost) - honest)
  }.with {
    $0.isAgainstHonest = true
    $0.defence = "none: the result is right, and bidding returns what it saves"
    $0.bound = Cheat.Bound("the work of all of its seats but one") { 2 * Fraction($0.cost) }
  }

  // MARK: Records

  /// Good work that lifts a weight from 0.97 to 0.985.
  private static let credit = Amount(10_000_000)

  private static let washAudited = Cheat(
    "wash.audited", by: .coalition, "buys itself a weight of 0.985, every run audited",
    figure: Figure("−2.87")
  ) { s in
    let saved = Records.discounts(upTo: credit, each: s.audited, s)
    let sale =
      try s.owned
      * s.disputable(audit: .equal, auditPpm: million).net(of: .buyer, .provider, .auditor)
      + (1 - s.owned)
      * s.disputable(audit: .equal, auditPpm: million).net(of: .buyer, .provider)
    let sales = Fraction(credit) / Fraction(s.price)
    return .certain(saved + sales * (sale - (try s.tolls(8, long: 3))))
  }.with {
    $0.measure = .once
    $0.defence = "1 − w₀ ≤ p(1 − c)"
  }

  /// Orders of three own seats; as many as pay.
  private static let washUnaudited = Cheat(
    "wash.p0", by: .coalition, "buys itself a weight while nothing is audited",
    figure: Figure("+0.44")
  ) { s in .certain(try washed(s, step: 50_000)) }.with {
    $0.measure = .once
    $0.defence = "audits, from p = 5 % on"
    $0.bound = Cheat.Bound("the discounts that the record saves, in whole orders, less fees") {
      try washed($0, step: 3 * $0.price.units)
    }
  }

  /// The most that buying credit saves, where the discount of a step is that at its start: a sum
  /// above the integral 0.3U·ln(1 + g/10U), and the coarser the higher.
  private static func washed(_ s: Setting, step: UInt64) throws -> Fraction {
    let payouts = try s.replicated(
      [ReplicaAct](repeating: .answer(truth), count: 3), auditPpm: 0)
    let lost = payouts.net(of: .buyer, .seat(0), .seat(1), .seat(2)) - (try s.tolls(28))
    let each = lost / (3 * Fraction(s.price))
    var (best, sum): (Fraction, Fraction) = (0, 0)
    // Credit whose discount no longer pays for its fees ends the search.
    for start in stride(from: UInt64(0), to: 1_000_000_000, by: Int(step)) {
      let weight = RecordFormulas.weight(good: Amount(start), bad: .zero, terms: s.terms)
      let gain = Fraction(Int(step)) * (1 - Fraction(ppm: weight) + each)
      if gain <= 0 { break }
      sum += gain
      best = max(best, sum)
    }
    return best
  }

  // MARK: Noise

  /// Locks the bonds of honest auditors with audited orders of its own, and lies meanwhile.
  private static let drainAuditors = Cheat(
    "drain.auditors", by: .coalition,
    "locks $10,000 of honest audit bonds, lies with $1,000 of seat bonds meanwhile",
    figure: Figure("−3,499")
  ) { s in
    let always = try s.disputableStakes(auditPpm: million)
    let orders = try Amount(10_000_000_000).scaledUp(1, over: always.auditBond.units).units
    let order =
      try s.disputable(audit: .equal, auditPpm: million).net(of: .buyer, .provider)
      - s.tolls(8, long: 3)
    let bond = try s.seatBond(auditPpm: s.terms.audit)
    let lies = 1_000_000_000 / bond.units
    return .certain(
      Fraction(Int(orders)) * order
        + Fraction(Int(lies)) * (try Providers.lie(s, met: .nobody)))
  }.with {
    $0.measure = .once
    $0.defence = "the fees go to those whose bonds it locks"
    $0.note = "ours: 3,500 orders with tolls and take, and sixteen lies of a dollar"
  }

  private static let badMouth = Cheat(
    "bad.mouth", by: .coalition, "buys for a dollar and rejects, to mark a rival",
    figure: Figure("−1.00")
  ) { s in
    .certain(try s.open(.rejected).net(of: .buyer) - s.tolls(1))
  }.with { $0.defence = "the price burns" }

  private static let stateBloat = Cheat(
    "state.bloat", by: .coalition, "opens a million accounts", figure: Figure("−10,033")
  ) { s in
    guard s.has(.tolls) else { return .certain(0) }
    return .certain(
      -1_000_000 * Fraction(try Toll.priceOpening(bytes: 200, terms: s.terms)))
  }.with {
    $0.measure = .once
    $0.defence = "the toll of an account"
  }
}
