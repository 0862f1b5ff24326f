// Cheats in a topic: reputers who collude, guess or copy; workers who copy, split or choose what to
// show; a sponsor that pays itself.

import Kernel
import Primitives
import Topics

/// Each is played over seasons of 24 epochs that are the same every time.
enum TopicMembers {
  static let cheats: [Cheat] =
    (1...5).map(colluders) + [
      majority, veto, guess, copiedTruth, lateCopy, forecastCopy, forecasterKeys, infererKeys,
      picky, puppets,
    ]

  private static let seeds = 1...2

  /// What happens in a season.
  private enum Plot: Hashable, Sendable {
    case honest, veto, guess, copiedTruth, lateCopy, forecastCopy, picky, puppets
    case colluders(Int)
    case forecasterKeys(Int)
    case infererKeys(Int)

    static let all: [Plot] =
      [.honest, .veto, .guess, .copiedTruth, .lateCopy, .forecastCopy, .picky, .puppets]
      + (1...6).map(Plot.colluders)
      + [.forecasterKeys(1), .forecasterKeys(2), .infererKeys(1), .infererKeys(4)]
  }

  private typealias Season = [String: TopicHaul]

  /// The usual seasons, played once: nothing of a setting but two rules of topics moves them.
  private static let usual: [Plot: [Season]] = {
    var found: [Plot: [Season]] = [:]
    // One that cannot be played has no outcomes, and the chances of its row no sum.
    for plot in Plot.all { found[plot] = try? seeds.map { try play(plot, Setting(), seed: $0) } }
    return found
  }()

  private static func seasons(_ plot: Plot, _ s: Setting) throws -> [Season] {
    let blank = Setting()
    if s.topicSlash == blank.topicSlash && s.topicTolerance == blank.topicTolerance {
      return usual[plot] ?? []
    }
    return try seeds.map { try play(plot, s, seed: $0) }
  }

  /// What some earn in each season, tolls paid.
  private static func profits(
    _ plot: Plot, _ names: [String], _ s: Setting
  ) throws -> [Fraction] {
    try seasons(plot, s).map { season in
      let haul = names.reduce(TopicHaul()) { $0 + (season[$1] ?? TopicHaul()) }
      return haul.gross - (try s.tolls(UInt64(haul.messages)))
    }
  }

  private static func mean(_ plot: Plot, _ names: [String], _ s: Setting) throws -> Fraction {
    let all = try profits(plot, names, s)
    return all.reduce(0, +) / Fraction(max(all.count, 1))
  }

  private static func outcomes(_ profits: [Fraction]) -> [Outcome] {
    profits.enumerated().map {
      Outcome("season \($0)", Fraction(1, over: Int128(profits.count)), $1)
    }
  }

  private static func row(
    _ name: String, _ variant: String = "", by family: Cheat.Family, _ does: String,
    _ defence: String, _ profits: @escaping @Sendable (Setting) throws -> [Fraction]
  ) -> Cheat {
    Cheat("topics.\(name)", variant, by: family, does, figure: nil) { outcomes(try profits($0)) }
      .with {
        $0.measure = .once
        $0.defence = defence
      }
  }

  /// What a plot brings some above what honest work would.
  private static func above(
    _ plot: Plot, _ names: [String], _ s: Setting
  ) throws -> [Fraction] {
    zip(try profits(plot, names, s), try profits(.honest, names, s)).map { $0 - $1 }
  }

  // MARK: Reputers

  private static func colluders(_ count: Int) -> Cheat {
    let liars = Array(TopicSeason.reputers.suffix(count))
    return row(
      "colluders", "\(count * 10) %", by: .coalition,
      "\(count * 10) % of the reputers' stake says another truth, together",
      "a majority of all stake is the truth; two thirds slash who contradicts them"
    ) { try above(.colluders(count), liars, $0) }.with { $0.isAgainstHonest = true }
  }

  private static let majority: Cheat = {
    let liars = Array(TopicSeason.reputers.suffix(6))
    return row(
      "majority", by: .coalition, "60 % of the reputers' stake says another truth, together",
      "none: a majority of the stake is the truth"
    ) { try above(.colluders(6), liars, $0) }.with {
      $0.isAgainstHonest = true
      $0.bound = Cheat.Bound("what all reputers earn") {
        try mean(.honest, TopicSeason.reputers, $0)
      }
    }
  }()

  private static let veto: Cheat = {
    let half = Array(TopicSeason.reputers.suffix(5))
    return row(
      "veto", by: .coalition,
      "half of the reputers' stake keeps twelve epochs unpaid, to be paid for them later",
      "one epoch's pay is carried and no more"
    ) { try above(.veto, half, $0) }.with { $0.isAgainstHonest = true }
  }()

  private static let guess = row(
    "guess", by: .checker, "a reputer that never measures says the network's answer",
    "two thirds slash who is too far from them"
  ) { try profits(.guess, [TopicSeason.reputers[9]], $0) }

  private static let copiedTruth = row(
    "copied.truth", by: .checker, "a reputer seals what another sealed",
    "a seal opens for nobody else, and costs stake when it stays shut"
  ) { try profits(.copiedTruth, [TopicSeason.reputers[9]], $0) }

  // MARK: Workers

  private static let lateCopy = row(
    "late.copy", by: .provider, "an inferer says what the best said an epoch ago",
    "work is sealed by all before any is shown"
  ) { try profits(.lateCopy, ["x0"], $0) }.with {
    $0.bound = Cheat.Bound("half of what the best earns") {
      try mean(.honest, [TopicSeason.inferers[0]], $0) / 2
    }
  }

  private static let forecastCopy = row(
    "forecast.copy", by: .provider, "a forecaster says what another said an epoch ago",
    "each of n forecasters is unique to 2^(1 − n)"
  ) { try profits(.forecastCopy, ["x0"], $0) }.with {
    // Who has how much noise hardly changes, and so an old forecast is nearly as good as a new one.
    $0.bound = Cheat.Bound("what the forecasters earn where nobody copies") {
      try mean(.honest, TopicSeason.forecasters, $0)
    }
  }

  private static let forecasterKeys = row(
    "forecaster.keys", by: .provider, "a forecaster says the same under two keys",
    "each of n forecasters is unique to 2^(1 − n)"
  ) { s in
    let two = try profits(.forecasterKeys(2), ["x0", "x1"], s)
    return zip(two, try profits(.forecasterKeys(1), ["x0"], s)).map { $0 - $1 }
  }.with {
    $0.isAgainstHonest = true
    $0.bound = Cheat.Bound("as much again as under one") {
      try mean(.forecasterKeys(1), ["x0"], $0)
    }
  }

  private static let infererKeys = row(
    "inferer.keys", by: .provider, "an inferer says the same under four keys",
    "each is missed less, as the others stay; places and stakes"
  ) { s in
    let four = try profits(.infererKeys(4), ["x0", "x1", "x2", "x3"], s)
    return zip(four, try profits(.infererKeys(1), ["x0"], s)).map { $0 - $1 }
  }.with {
    $0.isAgainstHonest = true
    $0.bound = Cheat.Bound("three times as much again as under one") {
      3 * (try mean(.infererKeys(1), ["x0"], $0))
    }
  }

  private static let picky = row(
    "picky", by: .provider, "a worker shows its work only where it turned out well",
    "a seal that stays shut costs stake"
  ) { try profits(.picky, ["x0"], $0) }

  private static let puppets = row(
    "puppets", by: .coalition, "a sponsor pays two inferers of its own, who know the truth",
    "the others are paid too"
  ) { try profits(.puppets, ["sponsor", "x0", "x1"], $0) }

  // MARK: What they do

  private static func play(_ plot: Plot, _ s: Setting, seed: Int) throws -> Season {
    switch plot {
    case .honest: try TopicSeason.play(s, seed: seed).hauls()
    case .colluders(let count):
      try lies(s, seed, TopicSeason.reputers.suffix(count)) { view, _ in view.truth + 3_000 }
    case .veto:
      try lies(s, seed, TopicSeason.reputers.suffix(5)) { view, place in
        view.truth + (view.epoch < 12 ? 3_000 * (place + 1) : 0)
      }
    case .guess: try lies(s, seed, TopicSeason.reputers.suffix(1)) { view, _ in view.answer }
    case .copiedTruth:
      try TopicSeason.play(s, seed: seed) { view in
        var acts = TopicActs()
        guard !view.isWork else { return acts }
        acts.say(TopicSeason.reputers[9], view.truth)
        acts.shut = [TopicSeason.reputers[9]]
        return acts
      }.hauls()
    case .lateCopy: try works(s, seed, 1, as: .inferer) { $0.say($1, $2.last[0]) }
    case .forecastCopy:
      try works(s, seed, 1, as: .forecaster) { acts, name, view in
        if !view.forecast.isEmpty { acts.said.append((name, view.forecast)) }
      }
    case .forecasterKeys(let keys):
      try works(s, seed, keys, as: .forecaster) { acts, name, _ in
        acts.said.append((name, ["-1.4", "-0.9", "-0.4", "0.1", "0.6"]))
      }
    case .infererKeys(let keys):
      // As noisy as the second of the honest.
      try works(s, seed, keys, as: .inferer) { $0.say($1, 2 * $2.truth - $2.seen[1]) }
    case .picky:
      try works(s, seed, 1, as: .inferer) { acts, name, view in
        // As noisy as the fourth; its luck is known before it shows.
        let value = 2 * view.truth - view.seen[3]
        acts.say(name, value)
        if abs(value - view.truth) > 600 { acts.shut.append(name) }
      }
    case .puppets: try works(s, seed, 2, as: .inferer) { $0.say($1, $2.truth) }
    }
  }

  private static func lies(
    _ s: Setting, _ seed: Int, _ liars: ArraySlice<String>, _ truth: (TopicView, Int) -> Int
  ) throws -> Season {
    try TopicSeason.play(s, seed: seed) { view in
      var acts = TopicActs()
      guard !view.isWork else { return acts }
      for (place, name) in liars.enumerated() { acts.say(name, truth(view, place)) }
      return acts
    }.hauls()
  }

  /// Workers beside the honest.
  private static func works(
    _ s: Setting, _ seed: Int, _ count: Int, as role: TopicRole,
    _ act: (inout TopicActs, String, TopicView) -> Void
  ) throws -> Season {
    let names = (0..<count).map { "x\($0)" }
    return try TopicSeason.play(s, seed: seed, with: names.map { ($0, role) }) { view in
      var acts = TopicActs()
      guard view.isWork else { return acts }
      for name in names { act(&acts, name, view) }
      return acts
    }.hauls()
  }
}
