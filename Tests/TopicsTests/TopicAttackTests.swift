// Cheats in a topic, each an actor whose profit is printed: what loses, and what is bounded.

import Arithmetic
import Foundation
import Kernel
import Primitives
import Testing

@testable import Topics

/// A topic of a number that wanders, and honest people who see it through noise of their own.
final class TopicWorld {
  static let inferers = ["a", "b", "c", "d", "e"]
  static let forecasters = ["f", "g"]
  static let reputers = ["r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9"]
  static let start: Int64 = 1_000_000_000_000
  static let epochs = 24

  var t: TopicLedger
  private var random = Seeded(state: 7)
  /// In thousandths.
  private(set) var truth = 50_000
  private var last: [String: Int] = [:]

  /// - Parameter others: actors beside the honest, each with its role.
  init(others: [(name: String, role: TopicRole)] = [], without: Set<String> = []) throws {
    let honest = (Self.inferers + Self.forecasters + Self.reputers).filter { !without.contains($0) }
    t = try TopicLedger(people: honest + others.map(\.name))
    var rules = TopicRules.quick
    rules.inferers = 12
    rules.forecasters = 4
    rules.reputers = 10
    #expect(t.create(rules) == nil)
    #expect(t.fund(TopicLedger.dollars(10), epochs: UInt64(Self.epochs) + 1).refusal == nil)
    for (name, role) in others { #expect(t.join(name, role) == nil) }
    try t.found(
      inferers: Self.inferers.filter { !without.contains($0) },
      forecasters: Self.forecasters.filter { !without.contains($0) },
      reputers: Self.reputers.filter { !without.contains($0) })
  }

  static func text(_ thousandths: Int) -> String {
    let digits = String(1_000 + thousandths.magnitude % 1_000).dropFirst()
    return "\(thousandths < 0 ? "-" : "")\(thousandths.magnitude / 1_000).\(digits)"
  }

  /// What an honest inferer sees: the truth through noise that is greater from place to place.
  private func seen(_ place: Int) -> Int {
    truth + Int(random.below(UInt64(400 * (place + 1)) + 1)) - 200 * (place + 1)
  }

  /// One epoch: everybody honest works, and the actors do what the body says of truth, of what the
  /// honest saw, and of what they saw in the epoch before.
  func play(
    _ actors: (Int, [String: Int], [String: Int]) -> TopicPlay
  ) throws {
    truth += Int(random.below(4_001)) - 2_000
    var play = TopicPlay()
    var now: [String: Int] = [:]
    for (place, name) in Self.inferers.enumerated() where isThere(name) {
      now[name] = seen(place)
      play.work.append((name, [Self.text(now[name] ?? 0)]))
    }
    let places = Int(t.room.topic(1)?.inferers ?? 0)
    for name in Self.forecasters where isThere(name) {
      // They know about how much noise each has, and nothing of who came later.
      let losses = (0..<places).map { place in
        Self.text(-1_400 + 500 * min(place, 5) + Int(random.below(200)))
      }
      play.work.append((name, losses))
    }
    for name in Self.reputers where isThere(name) { play.truths.append((name, Self.text(truth))) }
    let added = actors(truth, now, last)
    play.truths.removeAll { own in added.truths.contains { $0.name == own.name } }
    // Who was slashed below the least stake is out.
    play.work += added.work.filter { isThere($0.name) }
    play.truths += added.truths.filter { isThere($0.name) }
    play.shut = added.shut
    try t.play(play)
    last = now
  }

  private func isThere(_ name: String) -> Bool {
    t.room.place(of: TopicLedger.account(name), in: 1) != nil
  }

  /// What accounts have more than they began with, their stakes counted, in millionths of a dollar.
  func profit(_ names: [String]) -> Int64 {
    names.reduce(Int64(0)) { sum, name in
      let place = t.room.place(of: TopicLedger.account(name), in: 1)
      let stake = place.flatMap { t.room.member(1, $0)?.stake.units } ?? 0
      return sum + Int64(t.balance(name) + stake) - Self.start
    }
  }

  static func say(_ what: String, _ sum: Int64) {
    let line = "topic: \(what): $\(text(Int(sum / 1_000)))\n"
    FileHandle.standardError.write(Data(line.utf8))
  }
}

@Suite struct TopicAttackTests {
  /// Profits of an actor beside the honest, over all epochs.
  private static func profits(
    _ what: String, _ others: [(name: String, role: TopicRole)], of names: [String]? = nil,
    beside peer: [String] = [], without: Set<String> = [],
    _ actors: (Int, [String: Int], [String: Int]) -> TopicPlay
  ) throws -> (own: Int64, peers: Int64) {
    let world = try TopicWorld(others: others, without: without)
    for _ in 0..<TopicWorld.epochs { try world.play(actors) }
    #expect(world.t.isBalanced == true)
    let own = world.profit(names ?? others.map(\.name))
    let peers = world.profit(peer)
    TopicWorld.say(what, own)
    if !peer.isEmpty { TopicWorld.say("  beside it, \(peer.joined(separator: " "))", peers) }
    return (own, peers)
  }

  @Test func theHonestAreOrderedByTheirWorth() throws {
    let world = try TopicWorld()
    for _ in 0..<TopicWorld.epochs { try world.play { _, _, _ in TopicPlay() } }
    let earned = TopicWorld.inferers.map { world.profit([$0]) }
    for (name, sum) in zip(TopicWorld.inferers, earned) {
      TopicWorld.say("honest inferer \(name)", sum)
    }
    TopicWorld.say("honest forecasters, both", world.profit(TopicWorld.forecasters))
    TopicWorld.say("honest reputers, ten", world.profit(TopicWorld.reputers))
    #expect(earned[0] > earned[2] && earned[2] > earned[4])
    #expect(world.t.isBalanced == true)
  }

  /// What the best said an epoch ago is no answer to what wanders.
  @Test func aCopierOneEpochLateEarnsLittle() throws {
    let (own, best) = try Self.profits(
      "copies the best inferer, one epoch late", [("x", .inferer)], beside: ["a"]
    ) { truth, _, last in
      TopicPlay(work: [("x", [TopicWorld.text(last["a"] ?? truth)])])
    }
    #expect(own * 2 < best)
  }

  /// Two keys of one forecaster earn together less than twice what one does; and each less.
  @Test func aForecasterUnderTwoKeysShares() throws {
    let names = ["x", "y"]
    func earned(_ keys: Int) throws -> Int64 {
      let own = Array(names.prefix(keys))
      return try Self.profits(
        "forecaster under \(keys) keys", own.map { ($0, .forecaster) }
      ) { _, _, _ in
        let losses = ["-1.4", "-0.9", "-0.4", "0.1", "0.6"]
        return TopicPlay(work: own.map { ($0, losses) })
      }.own
    }
    let (one, two) = (try earned(1), try earned(2))
    #expect(two < 2 * one)
  }

  /// Reputers who say another truth: below a half of the stake they are unpaid, below a third
  /// slashed; what a half and more could do they do.
  @Test(arguments: [1, 2, 3, 4, 5])
  func colludingReputersLose(count: Int) throws {
    let liars = Array(TopicWorld.reputers.suffix(count))
    let (own, honest) = try Self.profits(
      "\(count * 10) % of the reputers' stake lies together", [], of: liars, beside: ["r0"]
    ) { truth, _, _ in
      TopicPlay(truths: liars.map { ($0, TopicWorld.text(truth + 3_000)) })
    }
    #expect(own <= 0)
    // More than two thirds contradict up to three of ten.
    #expect(count > 3 ? own == 0 : own < 0)
    #expect(count == 5 ? honest == 0 : honest > 0)
  }

  /// Sixty percent decide what the truth is: they pay themselves, and the others nothing. It is
  /// what a majority of the stake can do.
  @Test func aMajorityOfReputersIsTheTruth() throws {
    let liars = Array(TopicWorld.reputers.suffix(6))
    let (own, honest) = try Self.profits(
      "60 % of the reputers' stake lies together", [], of: liars, beside: ["r0", "r1", "r2", "r3"]
    ) { truth, _, _ in
      TopicPlay(truths: liars.map { ($0, TopicWorld.text(truth + 3_000)) })
    }
    #expect(own > 0 && honest == 0)
  }

  /// Who says the network's answer for a truth that it never measured is off whenever the answer
  /// is.
  @Test func aReputerThatDoesNotMeasureIsSlashed() throws {
    let own = try Self.profits("reputer that says a guess", [], of: ["r9"], beside: ["r0"]) {
      _, seen, _ in TopicPlay(truths: [("r9", TopicWorld.text(seen["a"] ?? 0))])
    }.own
    #expect(own < 0)
  }

  /// To show work only where it turned out well costs more than the bad epochs would.
  @Test func showingOnlyGoodWorkLoses() throws {
    func play(_ isPicky: Bool) -> (Int, [String: Int], [String: Int]) -> TopicPlay {
      { truth, seen, _ in
        // As noisy as the last honest one; its luck is known before it shows.
        let value = 2 * (seen["d"] ?? 0) - truth
        let isBad = abs(value - truth) > 600
        return TopicPlay(
          work: [("x", [TopicWorld.text(value)])], shut: isPicky && isBad ? ["x"] : [])
      }
    }
    let picky = try Self.profits("shows good work only", [("x", .inferer)], play(true)).own
    let plain = try Self.profits("shows all of it", [("x", .inferer)], play(false)).own
    #expect(picky < 0 && plain > 0)
  }

  /// One answer under several keys: each key is missed less, as the others stay; the rest of what
  /// they gain is bounded by the places and the stakes that they lock.
  @Test func sybilInferersGainLittle() throws {
    let names = ["x0", "x1", "x2", "x3"]
    func earned(_ keys: Int) throws -> Int64 {
      let own = Array(names.prefix(keys))
      return try Self.profits("inferer under \(keys) keys", own.map { ($0, .inferer) }) {
        truth, seen, _ in
        let value = TopicWorld.text(2 * (seen["b"] ?? 0) - truth)
        return TopicPlay(work: own.map { ($0, [value]) })
      }.own
    }
    let (one, four) = (try earned(1), try earned(4))
    #expect(four < 4 * one)
  }

  /// An owner whose puppets take all places but some gets back what it pays, and the honest a part
  /// of it: it pays itself at a loss.
  @Test func anOwnerThatPaysItselfLoses() throws {
    let world = try TopicWorld(others: [("p", .inferer), ("q", .inferer)])
    for _ in 0..<TopicWorld.epochs {
      try world.play { truth, _, _ in
        TopicPlay(work: ["p", "q"].map { ($0, [TopicWorld.text(truth)]) })
      }
    }
    let spent = Int64(world.t.balance("sponsor")) - TopicWorld.start
    let sum = spent + world.profit(["p", "q"])
    TopicWorld.say("sponsor with two puppets who know the truth", sum)
    #expect(sum < 0)
  }

  @Test func aCopiedSealOpensForNobodyElse() throws {
    let world = try TopicWorld(others: [("x", .inferer)])
    let seal = world.t.sealOf("a", ["50"], .inferer)
    #expect(world.t.seal("a", seal, .inferer) == nil)
    #expect(world.t.seal("x", seal, .inferer) == nil)
    try world.t.pass(toQuarter: 1)
    #expect(world.t.show("a", ["50"]) == nil)
    #expect(world.t.show("x", ["50"], salt: TopicLedger.salt("a")) == .valuesDiffer)
    try world.t.passEpoch()
    TopicWorld.say("copies a seal", world.profit(["x"]))
    #expect(world.profit(["x"]) == -10_000_000)
    // Nor in the next epoch.
    #expect(world.t.seal("a", seal, .inferer) == nil)
    try world.t.pass(toQuarter: 1)
    #expect(world.t.show("a", ["50"]) == .valuesDiffer)
  }

  /// Whoever leaves with a bad name and comes back is no better than the worse quarter.
  @Test func aNewNameShedsLittle() {
    var state = TopicState(inferers: 4, forecasters: 1)
    state.regrets = [3, 1, 2, -9, 4].map { Fixed64($0) }
    state.naiveRegrets = [3, 1, 2, -9].map { Fixed64($0) }
    let four = TopicParties(inferers: [0, 1, 2, 3], forecasters: [0])
    state = state.resized(inferers: 5, forecasters: 1, reputers: 0)
    state.admit(TopicParties(inferers: [4]), among: four)
    #expect(state.inferers == 5 && state.regrets == [3, 1, 2, -9, -9, 4].map { Fixed64($0) })
    // Who is gone counts no more, whatever it leaves behind.
    let three = TopicParties(inferers: [0, 1, 2], forecasters: [0])
    state.admit(TopicParties(inferers: [3, 4]), among: three)
    #expect(state.regrets == [3, 1, 2, 1, 1, 4].map { Fixed64($0) })
    // One hopeless member of eight does not hold newcomers down.
    state = TopicState(inferers: 8, forecasters: 0)
    state.regrets = [3, 1, 2, -9, 4, 5, 6, 7].map { Fixed64($0) }
    state = state.resized(inferers: 9, forecasters: 0, reputers: 0)
    state.admit(TopicParties(inferers: [8]), among: TopicParties(inferers: Array(0..<8)))
    #expect(state.regrets[8] == Fixed64(1))
    #expect(state.oneOutRegrets.count == 9 && state.oneOutRegrets[8] == state.regrets)
    #expect(state.oneOutRegrets.allSatisfy { $0.count == 9 })
  }

  /// An epoch in which inferers add next to nothing does not give forecasters half of the pay for
  /// hundreds of epochs.
  @Test func oneEpochDoesNotFixTheRatio() throws {
    let small = Fixed64(raw: 1)
    let losses = TopicLosses(
      inference: [.zero, .zero], implied: [Fixed64(-1), Fixed64(-1)],
      impliedOneOut: [[.zero, .zero], [.zero, .zero]], network: Fixed64(-2), naive: .zero,
      oneOut: [Fixed64(-2) + small, Fixed64(-3), .zero, .zero], oneIn: [Fixed64(-1), Fixed64(-1)])
    let epoch = try TopicEpoch(
      TopicReports(losses: [losses], stakes: [.one]), reward: Fixed64(100),
      after: TopicState(inferers: 2, forecasters: 2), .ledger)
    // A tenth of one, not of ten: the next epoch's half is a share of 0.14, not of a half.
    #expect(epoch.rewards.forecastRatio == Fixed64(1, over: 10))
    #expect(epoch.rewards.forecastUtility < Fixed64(15, over: 100))
    // Nor does one in which forecasters did harm hold them down.
    var bad = losses
    (bad.network, bad.naive) = (.zero, Fixed64(-9))
    let other = try TopicEpoch(
      TopicReports(losses: [bad], stakes: [.one]), reward: Fixed64(100),
      after: TopicState(inferers: 2, forecasters: 2), .ledger)
    #expect(other.rewards.forecastRatio == .zero)
  }

  /// Numbers at the edge of what is taken make no number overflow into somebody's pay.
  @Test func extremeValuesDoNoHarm() throws {
    var t = try TopicLedger(people: ["a", "b", "c", "f", "r"])
    #expect(t.create() == nil)
    #expect(t.fund(TopicLedger.dollars(10), epochs: 9).refusal == nil)
    try t.found(inferers: ["a", "b", "c"], forecasters: ["f"], reputers: ["r"])
    for truth in ["1e9", "-1e9", "0", "0.0000000000000000001"] {
      try t.play(
        TopicPlay(
          work: [("a", ["1e9"]), ("b", ["-1e9"]), ("c", ["0"]), ("f", ["100", "-100", "100"])],
          truths: [("r", truth)]))
      #expect(t.isBalanced == true)
    }
    #expect(t.room.topic(1)?.isFrozen == false)
    let outcomes = (UInt64(1)...4).map { t.room.result(1, epoch: $0)?.outcome }
    #expect(outcomes.allSatisfy { $0 == .paid })
  }

  /// Whatever people do, no unit comes or goes: epochs of chance, with absence, lies and silence.
  @Test(arguments: [UInt64(1), 2, 3])
  func moneyIsKept(seed: UInt64) throws {
    var random = Seeded(state: seed)
    let people = (0..<10).map { "p\($0)" }
    var t = try TopicLedger(people: people)
    #expect(t.create() == nil)
    for _ in 0..<30 {
      for name in people where random.below(3) == 0 {
        let role = TopicRole(rawValue: UInt8(random.below(3))) ?? .inferer
        _ = t.join(name, role, TopicLedger.dollars(90 + random.below(60)))
        if random.below(6) == 0 { _ = t.leave(name) }
      }
      if random.below(3) == 0 {
        _ = t.fund(Amount(1_000 + random.below(9_000_000)), epochs: 1 + random.below(4))
      }
      let places = Int(t.room.topic(1)?.inferers ?? 0)
      var play = TopicPlay()
      for name in people {
        guard let place = t.room.place(of: TopicLedger.account(name), in: 1),
          t.room.member(1, place)?.account == TopicLedger.account(name), random.below(5) > 0
        else { continue }
        if random.below(8) == 0 { play.shut.insert(name) }
        let value = TopicWorld.text(Int(random.below(9_000)))
        switch place.role {
        case .inferer: play.work.append((name, [value]))
        case .forecaster where places > 0:
          play.work.append((name, (0..<places).map { "-\($0)" }))
        case .forecaster: break
        case .reputer: play.truths.append((name, random.below(6) == 0 ? value : "5"))
        }
      }
      try t.play(play)
      #expect(t.isBalanced == true)
    }
    #expect(t.room.topic(1)?.isFrozen == false)
    #expect(t.events.contains { $0.name == "topicPaid" })
  }
}
