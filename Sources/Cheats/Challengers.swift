// The volunteer's cheats: challenges of true claims, and waiting for a provider to be away.

import Kernel
import Market
import Primitives

enum Challengers {
  static let cheats: [Cheat] = [
    losing("frivolous", "challenges a true claim", "−30", count: 1),
    losing("delay", "challenges a true claim and burns its clock", "−30", count: 1),
    losing("flood", "challenges a true claim by a hundred puppets", "−3,000", count: 100),
    copycat, predator, predatorSure,
  ]

  private static func losing(
    _ name: String, _ does: String, _ figure: String, count: Int
  ) -> Cheat {
    Cheat(name, by: .challenger, does, figure: Figure(figure)) { s in
      let games = try (0..<count).map { try s.game(.volunteer($0), .lost, end: UInt64($0)) }
      let payouts = try s.disputable(games: games)
      return .certain(
        try (0..<count).reduce(0) { $0 + payouts.net(of: .challenger($1)) }
          - s.tolls(UInt64(count)))
    }.with { $0.defence = "a challenge bond each, half of it to the claimer" }
  }

  /// Its game ends first and it wins, but the reward waits for the auditor. The toll of its
  /// challenge, a message of 300 bytes, is all that it moves.
  private static let copycat = Cheat(
    "copycat", by: .challenger, "joins an auditor who differs", figure: Figure("−0.00004")
  ) { s in
    let isFirst = s.has(.auditorFirst)
    var games = [try s.game(.volunteer(0), .won, end: 1)]
    if isFirst { games.append(try s.game(.auditor, .stopped, end: 2)) }
    let net = try s.disputable(audit: isFirst ? .differs : .none, games: games)
      .net(of: .challenger(0))
    let toll = s.has(.tolls) ? Fraction(try Toll.price(bytes: 300, terms: s.terms)) : 0
    return .certain(net - toll)
  }.with { $0.defence = "one reward, and a drawn auditor has it first" }

  private static func challenging(_ s: Setting, _ result: Settlement.GameResult) throws -> Fraction
  {
    try s.disputable(games: [try s.game(.volunteer(0), result)]).net(of: .challenger(0))
      - s.tolls(1)
  }

  private static let predator = Cheat(
    "predator", by: .challenger, "challenges a provider that stays away with 30 %",
    figure: Figure("−12.0")
  ) { s in
    let away = Fraction(3, over: 10)
    return [
      Outcome("the provider is away", away, try challenging(s, .won)),
      Outcome("it answers", 1 - away, try challenging(s, .lost)),
    ]
  }.with {
    $0.defence = "who challenges stakes what it can win"
    $0.play = { _, chance in .outcome(chance.happens(Fraction(3, over: 10)) ? 0 : 1) }
  }

  private static let predatorSure = Cheat(
    "predator.sure", by: .challenger, "challenges a provider that is surely gone, no deputy",
    figure: Figure("+30.0")
  ) { s in .certain(try challenging(s, .won)) }.with {
    $0.defence = "a deputy key that moves for the provider"
    $0.bound = Cheat.Bound("half of the bond of each claim younger than the window") { s in
      try s.reward(of: try s.seatBond(auditPpm: s.terms.audit))
    }
  }
}
