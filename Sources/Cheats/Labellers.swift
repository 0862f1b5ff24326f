// Cheats under `judged` labels: who clicks, copies, colludes, lies about gold or was told of it.

import Kernel
import Labels
import Market
import Primitives

/// Runs of 50 items with four choices and ten gold items, answered by three drawn seats; the good
/// ones are right in nine of ten. What is left to chance is played on the same 64 runs every time.
enum Labellers {
  static let cheats: [Cheat] = [
    clicker, constant, copier, told, colluders(withGold: true), colluders(withGold: false),
    leaked, twoSeats, lyingBuyer, silentBuyer, puppets, script("HTML as text", html, "text/plain"),
    script("SVG as SVG", svg, "image/svg+xml"), script("SVG as PNG", svg, "image/png"), flood,
  ]

  static let items = 50
  private static let golden = 10
  static let choices = 4
  private static let runs = 64

  /// One run: a truth, and what seats make of it.
  struct Sitting {
    var chance: Chance
    let truth: [UInt8]

    init(_ seed: Int) {
      var chance = Chance(seed: UInt64(seed))
      truth = (0..<Labellers.items).map { _ in UInt8(1 + chance.below(Labellers.choices)) }
      self.chance = chance
    }

    mutating func good() -> [UInt8] {
      truth.map { label in
        guard !chance.happens(Fraction(9, over: 10)) else { return label }
        return 1 + (label + UInt8(chance.below(Labellers.choices - 1))) % UInt8(Labellers.choices)
      }
    }

    mutating func clicks() -> [UInt8] {
      truth.map { _ in UInt8(1 + chance.below(Labellers.choices)) }
    }

    var gold: [UInt8] { truth.enumerated().map { $0 < Labellers.golden ? $1 : 0 } }
  }

  /// What the ledger makes of three answers; an empty one was never opened.
  static func settled(
    _ s: Setting, _ answers: [[UInt8]], gold: [UInt8], isWithheld: Bool = false
  ) throws -> Payouts {
    let heard = isWithheld ? [] : gold
    let scores = LabelJudge(answers, gold: heard, choices: choices).scores
    let found = JudgedCheck.worth(
      scores, par: JudgedCheck.usualPar, takesBonds: !isWithheld)
    let seats = try zip(answers, found).map { answer, worth in
      Settlement.JudgedSeat(
        price: s.price, bidBond: try s.bidBond(),
        act: answer.isEmpty ? .silent : try .init(worth.fate, share: worth.share))
    }
    return try Settlement.judged(
      seats: seats, fee: gold.isEmpty ? .zero : s.price, isWithheld: isWithheld, terms: s.terms)
  }

  /// The same attempt on every run.
  static func each(
    _ attempt: (inout Sitting) throws -> Fraction
  ) rethrows -> [Outcome] {
    try (0..<runs).map { seed in
      var sitting = Sitting(seed)
      return Outcome("run \(seed)", Fraction(1, over: Int128(runs)), try attempt(&sitting))
    }
  }

  // MARK: Seats

  private static let clicker = Cheat(
    "labels.clicker", by: .provider, "clicks at random beside two good seats", figure: nil
  ) { s in
    try each {
      let answers = [$0.clicks(), $0.good(), $0.good()]
      return try settled(s, answers, gold: []).net(of: .seat(0)) - s.tolls(5)
    }
  }.with { $0.defence = "pay by information; bid bond" }

  private static let constant = Cheat(
    "labels.constant", by: .provider, "says always the same", figure: nil
  ) { s in
    try each {
      let answers = [$0.truth.map { _ in UInt8(1) }, $0.good(), $0.good()]
      return try settled(s, answers, gold: []).net(of: .seat(0)) - s.tolls(5)
    }
  }.with { $0.defence = "agreement by chance counts nothing; bid bond" }

  /// A seal is bound to run and seat: another's, sent as one's own, opens to nothing.
  private static let copier = Cheat(
    "labels.copier", by: .provider, "seals what another seat sealed", figure: nil
  ) { s in
    var sitting = Sitting(0)
    let answers = [[], sitting.good(), sitting.good()]
    return .certain(try settled(s, answers, gold: []).net(of: .seat(0)) - s.tolls(4))
  }.with { $0.defence = "seals are bound to their seat; bid bond" }

  private static let told = Cheat(
    "labels.told", by: .coalition, "was told the gold, and clicks on all the rest", figure: nil
  ) { s in
    try each {
      var own = $0.clicks()
      let gold = $0.gold
      for (item, label) in gold.enumerated() where label != 0 { own[item] = label }
      let answers = [own, $0.good(), $0.good()]
      return try settled(s, answers, gold: gold).net(of: .seat(0)) - s.tolls(5)
    }
  }.with {
    $0.defence = "gold caps a score and earns none"
    // Gold speaks for it, so that its bond never falls, and a few clicks agree by luck.
    $0.bound = Cheat.Bound("a hundredth of the price") {
      Fraction(1, over: 100) * Fraction($0.price)
    }
  }

  /// Own seats that hold the majority answer alike, without looking; else they work.
  private static func colluders(withGold: Bool) -> Cheat {
    let cheat = Cheat(
      "labels.colluders", withGold ? "with gold" : "without gold", by: .coalition,
      "30 % of the bidders answer alike, unseen, when they hold two of three seats", figure: nil
    ) { s in
      var list = [
        Outcome(
          "no majority: works",
          (0...1).reduce(0) { $0 + Seats.chance(of: $1, among: 3, share: share) }, 0)
      ]
      for own in 2...3 {
        let held = Seats.chance(of: own, among: 3, share: share)
        list += try each { try lying(s, own, &$0, withGold: withGold) }
          .map { Outcome("\(own) own seats, \($0.what)", held * $0.chance, $0.profit) }
      }
      return list
    }
    return cheat.with {
      $0.isAgainstHonest = true
      $0.defence = withGold ? "gold outweighs the seats" : "none without gold"
      guard !withGold else { return }
      $0.bound = Cheat.Bound("the work of three seats whenever it holds a majority") {
        let held = Seats.chance(of: 2, among: 3, share: share) + share.power(3)
        return held * 3 * Fraction($0.cost)
      }
    }
  }

  private static let share = Fraction(3, over: 10)

  private static func lying(
    _ s: Setting, _ own: Int, _ sitting: inout Sitting, withGold: Bool
  ) throws -> Fraction {
    let gold = withGold ? sitting.gold : []
    let honest = try settled(s, [sitting.good(), sitting.good(), sitting.good()], gold: gold)
    let common = sitting.clicks()
    let answers = (0..<3).map { $0 < own ? common : sitting.good() }
    let told = try settled(s, answers, gold: gold)
    var profit: Fraction = 0
    for seat in 0..<own {
      profit += told.net(of: .seat(seat)) - honest.net(of: .seat(seat)) + Fraction(s.cost)
    }
    return profit
  }

  /// Gold holds only while fewer than a majority know it.
  private static let leaked = Cheat(
    "labels.leaked", by: .coalition,
    "two seats were told the gold, and answer alike, unseen, on all the rest", figure: nil
  ) { s in
    try each {
      let gold = $0.gold
      var own = $0.clicks()
      for (item, label) in gold.enumerated() where label != 0 { own[item] = label }
      let payouts = try settled(s, [own, own, $0.good()], gold: gold)
      let honest = try settled(s, [$0.good(), $0.good(), $0.good()], gold: gold)
      return payouts.net(of: .seat(0), .seat(1)) - honest.net(of: .seat(0), .seat(1))
        + 2 * Fraction(s.cost)
    }
  }.with {
    $0.isAgainstHonest = true
    $0.defence = "none: gold holds while fewer than a majority know it"
    $0.bound = Cheat.Bound("the work of two seats") { 2 * Fraction($0.cost) }
  }

  private static let twoSeats = Cheat(
    "labels.two.seats", by: .coalition, "one person answers from two seats, looking once",
    figure: nil
  ) { s in
    try each {
      let own = $0.good()
      let payouts = try settled(s, [own, own, $0.good()], gold: $0.gold)
      let apart = try settled(s, [own, $0.good(), $0.good()], gold: $0.gold)
      return payouts.net(of: .seat(0), .seat(1)) - apart.net(of: .seat(0), .seat(1))
        + Fraction(s.cost)
    }
  }.with {
    $0.isAgainstHonest = true
    $0.defence = "none: the ledger cannot see people"
    $0.bound = Cheat.Bound("the work of one seat") { Fraction($0.cost) }
  }

  // MARK: Buyers

  private static let lyingBuyer = Cheat(
    "labels.false.gold", by: .buyer, "commits to false gold, so as to pay less", figure: nil
  ) { s in
    try each {
      let answers = [$0.good(), $0.good(), $0.good()]
      let lie = $0.gold.map { $0 == 0 ? 0 : 1 + $0 % UInt8(choices) }
      return try settled(s, answers, gold: lie).net(of: .buyer)
        - settled(s, answers, gold: $0.gold).net(of: .buyer)
    }
  }.with {
    $0.isAgainstHonest = true
    $0.defence = "what is not paid burns; gold against all burns the pledge"
  }

  private static let silentBuyer = Cheat(
    "labels.keeps.gold", by: .buyer, "never opens its gold", figure: nil
  ) { s in
    try each {
      let answers = [$0.good(), $0.good(), $0.good()]
      return try settled(s, answers, gold: $0.gold, isWithheld: true).net(of: .buyer)
        - settled(s, answers, gold: $0.gold).net(of: .buyer) + s.tolls(1)
    }
  }.with {
    $0.isAgainstHonest = true
    $0.defence = "the pledge burns"
  }

  /// The price of the seat that works burns, and what the puppets lose comes on top.
  private static let puppets = Cheat(
    "labels.puppets", by: .coalition, "a buyer whose two seats stay silent, to read the third free",
    figure: nil
  ) { s in
    var sitting = Sitting(0)
    let payouts = try settled(s, [sitting.good(), [], []], gold: [])
    return .certain(payouts.net(of: .buyer, .seat(1), .seat(2)) + Fraction(s.cost))
  }.with { $0.defence = "who opens alone is unpaid, and its price burns; bid bonds" }
}
