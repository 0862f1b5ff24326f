// The provider's cheats on jobs: lies, silence, puppets, broken promises, junk.

import Kernel
import Market
import Primitives

enum Providers {
  static let cheats: [Cheat] =
    [
      lying("lie.owned", "invents answers, owns 30 % of the audit bonds", "−1.12") { _ in 0 },
      lying(
        "lie.bribe", "and buys all other auditors at half of the bond", "−0.038", .reward
      ) { _ in 0 },
      lying(
        "lie.bribe.least", "and buys them for the least that they can take", nil, .least
      ) { _ in 0 }.with {
        $0.bound = Cheat.Bound("what honest work earns, so that nobody prefers it") {
          try honestExpectation($0)
        }
      },
      lying("lie.cheap", "runs a model ten times cheaper", "−1.20") { Fraction($0.cost) / 10 },
      lyingRarely("lie.rare", "lies in one run of fifty", "−0.027", .nothing),
      lyingRarely(
        "lie.rare.bribe", "the same, and buys all other auditors", "−0.005", .reward),
      silentDrawn, withheldOutput, shield, selfCatch,
    ] + broken + [whitewash] + junk

  // MARK: Lies

  /// What it takes to sell a run: bid, reveal, honour, evidence, key.
  static func roadTolls(_ s: Setting, drawn auditor: Auditor = .nobody) throws -> Fraction {
    switch auditor {
    case .nobody: try s.tolls(5)
    case .stranger: try s.tolls(7)
    case .own: try s.tolls(9)
    }
  }

  /// An invented answer: an own auditor confirms it, a stranger differs or is bought.
  static func lie(
    _ s: Setting, met auditor: Auditor, _ bribe: Bribe = .nothing, spending cost: Fraction = 0
  ) throws -> Fraction {
    let spent = try roadTolls(s, drawn: auditor) + cost
    switch auditor {
    case .nobody:
      return try s.disputable().net(of: .provider) - spent
    case .own:
      return try s.disputable(audit: .equal).net(of: .provider, .auditor) - spent
    case .stranger:
      if bribe == .nothing { return try s.caughtByAuditor().net(of: .provider) - spent }
      return try s.disputable(audit: .equal).net(of: .provider) - price(of: bribe, s) - spent
    }
  }

  private static func price(of bribe: Bribe, _ s: Setting) throws -> Fraction {
    switch bribe {
    case .nothing: return 0
    case .reward: return try s.reward(of: try s.seatBond(auditPpm: s.terms.audit))
    case .least:
      let won = try s.caughtByAuditor().net(of: .auditor) - Fraction(s.cost)
      return try won - s.disputable(audit: .equal).net(of: .auditor)
    }
  }

  /// A true answer; an own auditor confirms it without running anything.
  static func honest(_ s: Setting, met auditor: Auditor) throws -> Fraction {
    let spent = try roadTolls(s, drawn: auditor) + Fraction(s.cost)
    let payouts = try s.disputable(audit: auditor == .nobody ? .none : .equal)
    return auditor == .own
      ? payouts.net(of: .provider, .auditor) - spent : payouts.net(of: .provider) - spent
  }

  static func honestExpectation(_ s: Setting) throws -> Fraction {
    try Auditor.allCases.reduce(0) { try $0 + $1.chance(s) * honest(s, met: $1) }
  }

  /// One outcome for each auditor, and the draw that decides between them.
  static func audited(
    _ cheat: Cheat
  ) -> Cheat {
    cheat.with {
      $0.defence = "blind audit, seat bond"
      $0.play = { s, chance in .outcome(try Auditor.drawn(by: chance.draw(), s).rawValue) }
    }
  }

  private static func lying(
    _ name: String, _ does: String, _ figure: String?, _ bribe: Bribe = .nothing,
    spending cost: @escaping @Sendable (Setting) -> Fraction
  ) -> Cheat {
    audited(
      Cheat(name, by: .provider, does, figure: figure.map { Figure($0) }) { s in
        try Auditor.allCases.map {
          Outcome(
            "auditor: \($0)", $0.chance(s),
            try lie(s, met: $0, bribe, spending: cost(s)))
        }
      })
  }

  private static func lyingRarely(
    _ name: String, _ does: String, _ figure: String, _ bribe: Bribe
  ) -> Cheat {
    let rare = Fraction(1, over: 50)
    return Cheat(name, by: .provider, does, figure: Figure(figure)) { s in
      let base = try honestExpectation(s)
      let lies = try Auditor.allCases.map {
        Outcome(
          "lies, auditor: \($0)", rare * $0.chance(s),
          try lie(s, met: $0, bribe) - base)
      }
      let truths = try Auditor.allCases.map {
        Outcome(
          "works, auditor: \($0)", (1 - rare) * $0.chance(s), try honest(s, met: $0) - base)
      }
      return lies + truths
    }.with {
      $0.isAgainstHonest = true
      $0.defence = "blind audit, seat bond"
      $0.play = { s, chance in
        let auditor = try Auditor.drawn(by: chance.draw(), s).rawValue
        return .outcome(chance.happens(rare) ? auditor : 3 + auditor)
      }
    }
  }

  // MARK: Silence and puppets

  private static let silentDrawn = audited(
    Cheat(
      "silent.drawn", by: .provider, "lies, keeps its seal shut when a stranger is drawn",
      figure: Figure("−1.14")
    ) { s in
      try Auditor.allCases.map { auditor in
        guard auditor == .stranger else {
          return Outcome("auditor: \(auditor)", auditor.chance(s), try lie(s, met: auditor))
        }
        let silence = try s.disputable(.silent, audit: .committed).net(of: .provider)
        return Outcome("stays silent", auditor.chance(s), try silence - s.tolls(5))
      }
    }
  ).with {
    $0.defence = "silence after evidence loses the seat bond"
    $0.note = "the design leaves out the fee that its own auditors earn by confirming, $0.015"
  }

  private static let withheldOutput = Cheat(
    "withhold.output", by: .provider, "sells a blob of garbage; 20 % of buyers demand the key",
    figure: Figure("−12.9")
  ) { s in
    let demanded = Fraction(2, over: 10)
    let loss = try s.disputable(.silent).net(of: .provider) - s.tolls(5)
    return [Outcome("demanded", demanded, loss)]
      + (try Auditor.allCases.map {
        Outcome(
          "not demanded, auditor: \($0)", (1 - demanded) * $0.chance(s), try lie(s, met: $0))
      })
  }.with {
    $0.defence = "silence after evidence loses the seat bond"
    $0.play = { s, chance in
      let auditor = try Auditor.drawn(by: chance.draw(), s)
      return .outcome(chance.happens(Fraction(2, over: 10)) ? 0 : 1 + auditor.rawValue)
    }
  }

  /// A puppet that loses on purpose, with a volunteer beside it who wins.
  private static func shielded(_ s: Setting, met auditor: Auditor) throws -> Fraction {
    let puppet = try s.game(.volunteer(0), .lost, end: 1)
    let volunteer = try s.game(.volunteer(1), .won, end: 2)
    switch auditor {
    case .nobody:
      return try s.disputable(games: [puppet, volunteer]).net(of: .provider, .challenger(0))
    case .own:
      return try s.disputable(audit: .equal, games: [puppet, volunteer])
        .net(of: .provider, .challenger(0), .auditor)
    case .stranger:
      return try s.disputable(
        audit: .differs, games: [try s.game(.auditor, .won), puppet, volunteer]
      ).net(of: .provider, .challenger(0))
    }
  }

  private static let shield = audited(
    Cheat(
      "self.shield", by: .provider, "a puppet challenges first and loses, a volunteer comes too",
      figure: Figure("−75.5")
    ) { s in
      try Auditor.allCases.map {
        Outcome(
          "auditor: \($0)", $0.chance(s),
          try shielded(s, met: $0) - roadTolls(s, drawn: $0) - s.tolls(1))
      }
    }
  ).with { $0.defence = "games go side by side" }

  private static let selfCatch = Cheat(
    "self.catch", by: .provider, "nobody is drawn; its puppet wins before a volunteer does",
    figure: Figure("−30.0")
  ) { s in
    let games = [
      try s.game(.volunteer(0), .won, end: 1), try s.game(.volunteer(1), .stopped, end: 2),
    ]
    let net = try s.disputable(games: games).net(of: .provider, .challenger(0))
    return .certain(try net - s.tolls(6))
  }.with { $0.defence = "the winner gets half of a bond, not all" }

  // MARK: Promises and names

  private static let broken: [Cheat] = [
    promise("not.honoured", "wins an auction and does not lock its seat bond") { s in
      try s.open(.notHonoured).net(of: .provider) - s.tolls(2)
    },
    promise("not.revealed", "seals a bid and reveals it only if it likes the others") { s in
      try Settlement.bidding(
        bids: [BidStake(bond: try s.bidBond(), kept: false)], terms: s.terms
      ).net(of: .bidder(0)) - s.tolls(1)
    },
    promise("no.evidence", "takes the lease and waits for a better one") { s in
      try s.disputable(.noEvidence).net(of: .provider) - s.tolls(3)
    },
  ]

  private static func promise(
    _ name: String, _ does: String, _ profit: @escaping @Sendable (Setting) throws -> Fraction
  ) -> Cheat {
    Cheat(name, by: .provider, does, figure: Figure("−0.10")) { .certain(try profit($0)) }
      .with { $0.defence = "bid bond" }
  }

  private static let whitewash = Cheat(
    "whitewash", by: .provider, "takes a new name after a fault at a weight of 0.985",
    figure: Figure("−4.17")
  ) { s in
    .certain(-Records.discounts(upTo: Amount(10_000_000), each: s.audited, s))
  }.with {
    $0.measure = .once
    $0.defence = "the start weight is the floor"
  }

  private static let junk: [Cheat] = [
    (50, "+0.50"), (80, "+0.20"), (90, "+0.10"), (100, "−0.0002"),
  ]
  .map { look, figure in
    let share = Fraction(look) / 100
    return Cheat(
      "junk.open", "\(look) % look", by: .provider, "delivers junk under open",
      figure: Figure(figure)
    ) { s in
      let tolls = try roadTolls(s)
      return [
        Outcome("rejected", share, try s.open(.rejected).net(of: .provider) - tolls),
        Outcome("accepted", 1 - share, try s.open(.silent).net(of: .provider) - tolls),
      ]
    }.with {
      $0.defence = "none by rule: open is trust; look, and leave at the first junk"
      $0.play = { _, chance in .outcome(chance.happens(share) ? 0 : 1) }
      guard look < 100 else { return }
      $0.bound = Cheat.Bound("the part of the price whose buyers do not look") {
        (1 - share) * Fraction($0.price)
      }
    }
  }
}

/// What a record saves, from the formula of weights.
enum Records {
  /// The discounts that a newcomer gives until so much of its work counts as good: with weight w
  /// it must bid a part 1 − w below the price, and `each` dollar sold counts that much.
  static func discounts(upTo good: Amount, each: Fraction, _ s: Setting) -> Fraction {
    let step: UInt64 = 50_000
    var sum: Fraction = 0
    for start in stride(from: 0, to: good.units, by: Int(step)) {
      let weight = RecordFormulas.weight(good: Amount(start), bad: .zero, terms: s.terms)
      sum += Fraction(Int(step)) / each * (1 - Fraction(ppm: weight))
    }
    return sum
  }
}
