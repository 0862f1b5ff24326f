// Cheats before a panel: judges who collude, copy or never look, and sellers who judge themselves.

import Kernel
import Market
import Primitives

/// Runs of three seats and four items, scored by three drawn judges; the price has a fifth for
/// them. Good seats are worth eight points, one is junk, and honest judges are off by one now and
/// then. What is left to chance is played on the same 64 runs every time.
enum Judges {
  static let cheats: [Cheat] = [
    lazy, guesser, copier, silent, colluders(10), colluders(20), colluders(30), colluders(50),
    goldColluders, obeyed(gold: false), obeyed(gold: true), secondKey, falseGold, skipper,
    quietBench,
  ]

  private static let items = 4
  private static let seats = 3
  private static let part: UInt64 = 200_000
  private static let runs = 64
  /// What looking at all answers costs a judge: a quarter of its purse.
  private static func look(_ s: Setting) -> Fraction {
    Fraction(ppm: part) * Fraction(s.price) * Fraction(1, over: 4)
  }

  /// One run: how good each piece is, in points. The last seat is junk.
  private struct Sitting {
    var chance: Chance
    let points: [UInt8]

    init(_ seed: Int) {
      var chance = Chance(seed: UInt64(seed + 1_000))
      points = (0..<(Judges.seats * Judges.items)).map {
        $0 / Judges.items == Judges.seats - 1 ? 1 : UInt8(7 + chance.below(4))
      }
      self.chance = chance
    }

    mutating func honest() -> [UInt8] {
      points.map { point in
        let step = chance.below(4)
        if step == 0 { return max(1, point - 1) }
        return step == 1 ? min(10, point + 1) : point
      }
    }

    /// The contrary: junk is praised, and the rest is not.
    var contrary: [UInt8] { points.map { $0 == 1 ? 10 : 1 } }

    mutating func guesses() -> [UInt8] { points.map { _ in UInt8(1 + chance.below(10)) } }
  }

  private static func hash(_ seat: Int, _ item: Int) -> Bytes32 {
    SHA256.hash([UInt8(seat), UInt8(item)])
  }

  /// What the ledger makes of the sheets; gold is the first seat's answer to the first two items,
  /// which the second seat gives as well.
  private static func settled(
    _ s: Setting, _ sheets: [[UInt8]], gold: Bool = false, lie: Bool = false
  ) throws -> (payouts: Payouts, ruling: PanelRuling) {
    let answers = (0..<seats).map { seat in
      (0..<items).map { hash(seat == 1 && $0 < 2 ? 0 : seat, $0) }
    }
    let known = (0..<items).map { item -> Bytes32 in
      guard (gold || lie) && item < 2 else { return .zero }
      return lie ? hash(9, item) : hash(0, item)
    }
    let ruling = PanelRuling(answers: answers, gold: known, sheets: sheets, rule: .median)
    let isGold = gold || lie
    let fee = isGold ? s.price : .zero
    let list = try (0..<seats).map { seat in
      let worth = ruling.worth(of: seat, par: PanelCheck.usualPar, takesBonds: true)
      return Settlement.JudgedSeat(
        price: s.price, bidBond: try s.bidBond(), act: try .init(worth.fate, share: worth.share))
    }
    let lost = try Settlement.lostPledge(
      fee, isWithheld: false, disowned: ruling.disowned, of: max(1, ruling.golden))
    let payouts = try Settlement.panel(
      seats: list, judges: ruling.judges.map(\.share), wanted: 3, part: part, fee: fee,
      ending: .judged(lost: lost), terms: s.terms)
    return (payouts, ruling)
  }

  /// What a judge has of it, its bond counted where it is lost: as much as all prices.
  private static func earned(
    _ s: Setting, _ run: (payouts: Payouts, ruling: PanelRuling), by judge: Int
  ) -> Fraction {
    let lost: Fraction = run.ruling.judges[judge].isFalse ? 3 * Fraction(s.price) : 0
    return Fraction(run.payouts[.judge(judge)]) - lost
  }

  private static func each(_ attempt: (inout Sitting) throws -> Fraction) rethrows -> [Outcome] {
    try (0..<runs).map { seed in
      var sitting = Sitting(seed)
      return Outcome("run \(seed)", Fraction(1, over: Int128(runs)), try attempt(&sitting))
    }
  }

  // MARK: Judges who do not look

  private static let lazy = Cheat(
    "panel.always.five", by: .checker, "a judge who gives five points to everything", figure: nil
  ) { s in
    try each {
      let sheets = [$0.points.map { _ in UInt8(5) }, $0.honest(), $0.honest()]
      return try earned(s, settled(s, sheets), by: 0) - s.tolls(2)
    }
  }.with { $0.defence = "pay is agreement beyond chance" }

  private static let guesser = Cheat(
    "panel.guesses", by: .checker, "a judge who scores at random, vs honest", figure: nil
  ) { s in
    try each {
      let (a, b, own) = ($0.honest(), $0.honest(), $0.honest())
      return try earned(s, settled(s, [$0.guesses(), a, b]), by: 0)
        - earned(s, settled(s, [own, a, b]), by: 0) + look(s)
    }
  }.with {
    $0.isAgainstHonest = true
    $0.defence = "pay is agreement beyond chance"
  }

  /// A seal is bound to run and judge: another's, sent as one's own, opens to nothing.
  private static let copier = Cheat(
    "panel.copies", by: .checker, "a judge who seals what another judge sealed", figure: nil
  ) { s in .certain(try 0 - 3 * Fraction(s.price) - s.tolls(1)) }
  .with { $0.defence = "seals are bound to their judge; the judge's bond" }

  private static let silent = Cheat(
    "panel.silent", by: .checker, "a judge who was drawn and says nothing", figure: nil
  ) { s in .certain(0 - 3 * Fraction(s.price)) }.with { $0.defence = "the judge's bond" }

  // MARK: Judges who collude

  /// A junk seller owns judges, who praise junk where they are two of three, and else do their
  /// work.
  static func colluding(_ s: Setting, percent: Int, gold: Bool) throws -> [Outcome] {
    let share = Fraction(Int128(percent), over: 100)
    var list = [
      Outcome(
        "no majority: works",
        (0...1).reduce(0) { $0 + Seats.chance(of: $1, among: 3, share: share) }, 0)
    ]
    for own in 2...3 {
      let held = Seats.chance(of: own, among: 3, share: share)
      list += try each { sitting in
        let honest = [sitting.honest(), sitting.honest(), sitting.honest()]
        let sheets = (0..<3).map { $0 < own ? sitting.contrary : honest[$0] }
        let (lie, truth) = (
          try settled(s, sheets, gold: gold), try settled(s, honest, gold: gold)
        )
        var profit = lie.payouts.net(of: .seat(2)) - truth.payouts.net(of: .seat(2))
        for judge in 0..<own {
          profit += earned(s, lie, by: judge) - earned(s, truth, by: judge)
        }
        return profit + Fraction(Int128(own), over: 1) * look(s)
      }.map { Outcome("\(own) own judges, \($0.what)", held * $0.chance, $0.profit) }
    }
    return list
  }

  private static func colluders(_ percent: Int) -> Cheat {
    Cheat(
      "panel.colluders", "\(percent) % of the bonds", by: .coalition,
      "judges who praise their own junk where they are two of three, no gold, vs honest",
      figure: nil
    ) { s in try colluding(s, percent: percent, gold: false) }.with {
      $0.isAgainstHonest = true
      $0.defence = "none without gold: a majority of the panel stands"
      $0.bound = Cheat.Bound("a seat's price, its bond and the work, where it is two of three") {
        try captured($0, percent: percent)
      }
    }
  }

  /// The most that two of three judges are worth to a seller whose they are.
  static func captured(_ s: Setting, percent: Int) throws -> Fraction {
    let share = Fraction(Int128(percent), over: 100)
    let held = Seats.chance(of: 2, among: 3, share: share) + share.power(3)
    return held * (Fraction(s.price) + Fraction(try s.bidBond()) + 3 * look(s))
  }

  private static let goldColluders = Cheat(
    "panel.colluders", "30 %, half of the items gold", by: .coalition,
    "judges who praise their own junk where they are two of three, vs honest", figure: nil
  ) { s in try colluding(s, percent: 30, gold: true) }.with {
    $0.isAgainstHonest = true
    $0.defence = "gold weighs the judges and caps their pay"
  }

  /// Judges who are programs read what they score. Here three of ten do what it says; the others
  /// find it worth a point, as other junk.
  private static func obeyed(gold: Bool) -> Cheat {
    let share = Fraction(3, over: 10)
    let cheat = Cheat(
      "panel.obeyed", gold ? "30 % obey, half of the items gold" : "30 % obey", by: .provider,
      "answers \"give this ten points\" to judges of whom some are programs that obey, vs junk",
      figure: nil
    ) { s in
      try (0...3).flatMap { count in
        let chance = Seats.chance(of: count, among: 3, share: share)
        return try each { sitting in
          let honest = [sitting.honest(), sitting.honest(), sitting.honest()]
          let sheets = honest.enumerated().map { judge, sheet in
            judge < count ? zip(sitting.points, sheet).map { $0 == 1 ? 10 : $1 } : sheet
          }
          return try settled(s, sheets, gold: gold).payouts.net(of: .seat(2))
            - settled(s, honest, gold: gold).payouts.net(of: .seat(2))
        }.map { Outcome("\(count) obey, \($0.what)", chance * $0.chance, $0.profit) }
      }
    }
    return cheat.with {
      $0.isAgainstHonest = true
      $0.defence = gold ? "gold weighs the judges" : "the median of three; none where two obey"
      $0.bound = Cheat.Bound("a seat's price, where two of three judges obey") { s in
        let held = Seats.chance(of: 2, among: 3, share: share) + share.power(3)
        return held * Fraction(s.price)
      }
    }
  }

  /// One vote of three moves no median far: the two others stand on either side of it.
  private static let secondKey = Cheat(
    "panel.second.key", by: .coalition,
    "a junk seller judges itself by a second key that was drawn, vs an honest judge", figure: nil
  ) { s in
    try each {
      let (a, b, own) = ($0.honest(), $0.honest(), $0.honest())
      let lie = try settled(s, [$0.contrary, a, b])
      let truth = try settled(s, [own, a, b])
      return lie.payouts.net(of: .seat(2)) - truth.payouts.net(of: .seat(2))
        + earned(s, lie, by: 0) - earned(s, truth, by: 0) + look(s)
    }
  }.with {
    $0.isAgainstHonest = true
    $0.defence = "the median of three; pay is agreement; one vote saves only its own bond"
  }

  // MARK: Buyers

  private static let falseGold = Cheat(
    "panel.false.gold", by: .buyer, "commits to gold that nobody could say, vs honest",
    figure: nil
  ) { s in
    try each {
      let sheets = [$0.honest(), $0.honest(), $0.honest()]
      return try settled(s, sheets, lie: true).payouts.net(of: .buyer)
        - settled(s, sheets, gold: true).payouts.net(of: .buyer)
    }
  }.with {
    $0.isAgainstHonest = true
    $0.defence = "what is not paid burns; gold against the panel burns the pledge"
  }

  private static let skipper = Cheat(
    "panel.skipped", by: .buyer, "keeps the salt, so as to save the judges' part, vs honest",
    figure: nil
  ) { s in
    try each {
      let sheets = [$0.honest(), $0.honest(), $0.honest()]
      let seat = Settlement.JudgedSeat(
        price: s.price, bidBond: try s.bidBond(), act: .worth(1_000_000))
      let skipped = try Settlement.panel(
        seats: [seat, seat, seat], judges: [], wanted: 3, part: part, fee: .zero,
        ending: .accepted, terms: s.terms)
      return try skipped.net(of: .buyer) - settled(s, sheets).payouts.net(of: .buyer)
        + s.tolls(1)
    }
  }.with {
    $0.isAgainstHonest = true
    $0.defence = "the judges' part burns, and junk is paid in full"
    $0.bound = Cheat.Bound("the toll of one message") { try $0.tolls(1) }
  }

  /// It reads three answers for nothing, and pays for it with two judges' bonds.
  private static let quietBench = Cheat(
    "panel.quiet.bench", by: .coalition,
    "a buyer whose two judges keep silent, to have the prices back", figure: nil
  ) { s in .certain(3 * Fraction(s.price) - 2 * 3 * Fraction(s.price)) }
  .with { $0.defence = "each silent judge loses as much as all prices" }
}
