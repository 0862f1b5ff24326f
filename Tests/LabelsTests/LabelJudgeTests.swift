// The jury of a run: equal to the one-coin model, and nobody's friend.

import Arithmetic
import Market
import Primitives
import Testing

@testable import Labels

/// A run of made-up seats: a truth, and who says what of it.
struct Crowd {
  var random: Seeded
  let truth: [UInt8]
  let choices: Int

  init(_ items: Int, choices: Int, seed: UInt64) {
    random = Seeded(state: seed)
    self.choices = choices
    var truth: [UInt8] = []
    for _ in 0..<items { truth.append(1 + UInt8(random.below(UInt64(choices)))) }
    self.truth = truth
  }

  /// Right with that probability, else another choice.
  mutating func seat(_ skill: Double) -> [UInt8] {
    var said: [UInt8] = []
    for label in truth {
      let other = 1 + (UInt64(label) + random.below(UInt64(choices - 1))) % UInt64(choices)
      said.append(random.unit() < skill ? label : UInt8(other))
    }
    return said
  }

  mutating func clicker() -> [UInt8] {
    truth.map { _ in 1 + UInt8(random.below(UInt64(choices))) }
  }

  /// The first items are gold: to a seat they are items like any other.
  func gold(_ count: Int) -> [UInt8] { truth.enumerated().map { $0 < count ? $1 : 0 } }
}

@Suite struct LabelJudgeTests {
  static let par = JudgedCheck.usualPar

  static func worth(
    _ answers: [[UInt8]], gold: [UInt8] = [], choices: Int
  ) -> [(fate: Fate, share: UInt64)] {
    JudgedCheck.worth(LabelJudge(answers, gold: gold, choices: choices).scores, par: par)
  }

  /// By patterns or item by item: the same bits as the model that is held to the vectors.
  @Test(arguments: [2, 3, 10])
  func equalsTheOneCoinModel(_ choices: Int) throws {
    var crowd = Crowd(60, choices: choices, seed: UInt64(choices))
    var answers = [crowd.seat(0.9), crowd.seat(0.7), crowd.clicker(), crowd.seat(0.8)]
    for item in stride(from: 0, to: 60, by: 7) { answers[item % 4][item] = 0 }
    var votes: [LabelVotes.Vote] = []
    for (seat, answer) in answers.enumerated() {
      for (item, said) in answer.enumerated() where said != 0 {
        votes.append(.init(item: item, worker: seat, label: Int(said) - 1))
      }
    }
    let plain = OneCoin().estimate(
      try LabelVotes(votes, items: 60, workers: 4, labels: choices), rounds: LabelOpinion.rounds)
    let own = LabelOpinion(AnswerPatterns(answers, choices: choices), gold: [])
    for item in 0..<60 {
      let (label, confidence) = plain.best(item)
      #expect(own.best(item).choice == label)
      #expect(own.best(item).confidence == confidence)
    }
    for seat in 0..<4 { #expect(own.skills[seat] == plain.error(seat, said: 0, of: 0)) }
  }

  /// Ordinary people are paid nearly in full, who clicks or says always the same is not paid at
  /// all.
  @Test(arguments: [2, 4, 10])
  func goodSeatsArePaidAndClickersLose(_ choices: Int) {
    var paid: (good: UInt64, bad: Int) = (0, 0)
    for seed in 0..<20 as Range<UInt64> {
      var crowd = Crowd(100, choices: choices, seed: seed)
      let answers = [
        crowd.seat(0.92), crowd.seat(0.9), crowd.seat(0.9), crowd.clicker(),
        crowd.truth.map { _ in 1 },
      ]
      let found = Self.worth(answers, choices: choices)
      paid.good += found[..<3].reduce(0) { $0 + $1.share }
      paid.bad += found[3...].count { $0.share > 0 }
      #expect(found[4].fate == .differs)
    }
    #expect(paid.good >= 60 * million * 9 / 10)
    #expect(paid.bad <= 2)
  }

  /// 30 % of many seats is never a majority of few, but the lot may make it one: gold decides then.
  @Test func colludersWhoHoldTheMajorityFallByGold() {
    for seed in 0..<20 as Range<UInt64> {
      var crowd = Crowd(100, choices: 10, seed: seed)
      let common = crowd.clicker()
      let answers = [crowd.seat(0.9), common, common, common, crowd.seat(0.9)]
      let blind = Self.worth(answers, choices: 10)
      // Without gold they outvote the honest, as under every check that asks the seats alone.
      #expect(blind[1].share == million)
      let seen = Self.worth(answers, gold: crowd.gold(10), choices: 10)
      #expect(seen[0].fate == .paid && seen[4].fate == .paid)
      #expect(seen[1...3].allSatisfy { $0.share == 0 })
      // Who is condemned by gold alone keeps its bond.
      #expect(seen[1...3].allSatisfy { $0.fate == .rejected })
    }
  }

  /// All seats are one owner's: their own word is worth nothing where there is gold.
  @Test func aCartelOfAllSeatsEarnsNothing() {
    var crowd = Crowd(100, choices: 10, seed: 3)
    let common = crowd.clicker()
    let found = Self.worth([common, common, common], gold: crowd.gold(10), choices: 10)
    #expect(found.allSatisfy { $0 == (.rejected, 0) })
  }

  /// Who knows the gold and clicks on all else does not live on it. It is believed, and so takes
  /// something off its neighbours, which nobody gets.
  @Test func leakedGoldIsNotEnough() {
    var honest: UInt64 = 0
    for seed in 0..<20 as Range<UInt64> {
      var crowd = Crowd(100, choices: 4, seed: seed)
      let gold = crowd.gold(10)
      var friend = crowd.clicker()
      for (item, label) in gold.enumerated() where label != 0 { friend[item] = label }
      let found = Self.worth([crowd.seat(0.9), crowd.seat(0.9), friend], gold: gold, choices: 4)
      #expect(found[2].share < million / 4)
      honest += found[0].share + found[1].share
    }
    #expect(honest > 40 * million * 3 / 4)
  }

  /// A buyer whose gold is false hurts seats and brings back nothing: their bonds stay.
  @Test func falseGoldTakesNoBond() {
    var crowd = Crowd(100, choices: 4, seed: 8)
    let answers = [crowd.seat(0.9), crowd.seat(0.9), crowd.seat(0.9)]
    let lie = crowd.gold(50).map { $0 == 0 ? 0 : 1 + $0 % 4 }
    let found = Self.worth(answers, gold: lie, choices: 4)
    #expect(found.allSatisfy { $0.fate == .rejected })
  }

  /// Who answers half of the items well is paid for half of them: the share comes after the cap.
  @Test func silenceOnItemsIsNotPaid() {
    var crowd = Crowd(100, choices: 4, seed: 2)
    var half = crowd.seat(0.95)
    for item in 0..<50 { half[item] = 0 }
    let found = Self.worth([crowd.seat(0.95), crowd.seat(0.95), half], choices: 4)
    #expect(found.map(\.share) == [million, million, million / 2])
  }

  /// Two colluders outvote the seat that looked; gold knows better, and the seat has its price.
  @Test(arguments: [1.0, 0.9])
  func anHonestSeatBesideColludersIsPaidByGold(_ skill: Double) {
    var share: (honest: UInt64, liars: UInt64) = (0, 0)
    var lost = 0
    for seed in 0..<40 as Range<UInt64> {
      var crowd = Crowd(50, choices: 4, seed: seed)
      let common = crowd.clicker()
      let found = Self.worth(
        [crowd.seat(skill), common, common], gold: crowd.gold(10), choices: 4)
      share.honest += found[0].share
      share.liars += found[1].share
      if found[0].fate == .differs { lost += 1 }
    }
    #expect(lost == 0)
    #expect(share.honest > 40 * million * 9 / 10)
    #expect(share.liars < 40 * million / 20)
  }

  /// All cats, or nearly all: who looked and who did not say the same, and nobody loses a bond.
  @Test func whatCannotBeMeasuredTakesNoBond() {
    let same = [UInt8](repeating: 1, count: 50)
    let gold = same.enumerated().map { $0 < 10 ? $1 : 0 }
    for gold in [[], gold] {
      let found = Self.worth([same, same, same], gold: gold, choices: 4)
      #expect(found.allSatisfy { $0 == (.undecided, 0) })
    }
    for seed in 0..<40 as Range<UInt64> {
      var crowd = Crowd(50, choices: 20, seed: seed)
      // One item in twenty is no cat; each seat misses a few of those.
      let mixed = (0..<3).map { _ in crowd.seat(0.9).map { $0 == 1 ? UInt8(2) : 1 } }
      #expect(Self.worth(mixed, choices: 2).allSatisfy { $0.fate != .differs })
    }
  }

  /// A few bad answers may be bad luck; many are not.
  @Test func aBondIsLostOnlyBeyondDoubt() {
    var crowd = Crowd(64, choices: 4, seed: 5)
    let others = [crowd.seat(0.95), crowd.seat(0.95)]
    let wrong = crowd.truth.map { 1 + $0 % 4 }
    let few = wrong.enumerated().map { $0 < 3 ? $1 : 0 }
    #expect(Self.worth(others + [wrong], choices: 4)[2].fate == .differs)
    #expect(Self.worth(others + [few], choices: 4)[2].fate == .undecided)
  }

  /// A bond hangs on the usual par at most, whatever the buyer asks for.
  @Test func noParOfABuyerTakesTheBondOfAFairSeat() {
    let fair = SeatScore(
      whole: 100_000, crowd: 100_000, most: 200_000, known: 0, answered: million)
    let found = JudgedCheck.worth([fair, fair], par: million)
    #expect(found.allSatisfy { $0 == (.undecided, 0) })
  }

  /// Without the buyer's gold nobody knows what it would have said for a seat.
  @Test func goldThatStaysShutTakesNoBond() {
    var crowd = Crowd(64, choices: 4, seed: 6)
    let scores = LabelJudge(
      [crowd.seat(0.95), crowd.seat(0.95), crowd.truth.map { _ in 1 }], gold: [], choices: 4
    ).scores
    #expect(JudgedCheck.worth(scores, par: Self.par)[2].fate == .differs)
    #expect(JudgedCheck.worth(scores, par: Self.par, takesBonds: false)[2].fate == .undecided)
  }

  @Test func ordinaryAndStrangeAnswersHaveScores() {
    // Nobody, one seat, all silent, everybody the same, gold for what nobody said.
    #expect(LabelJudge([], gold: [], choices: 2).scores.isEmpty)
    #expect(LabelJudge([[1, 2, 1]], gold: [], choices: 2).scores.map(\.whole) == [0])
    #expect(LabelJudge([[], []], gold: [], choices: 2).scores.map(\.crowd) == [0, 0])
    let same = [UInt8](repeating: 1, count: 40)
    #expect(LabelJudge([same, same], gold: [], choices: 2).scores.map(\.whole) == [0, 0])
    let none = [UInt8](repeating: 0, count: 40)
    let scores = LabelJudge([same, none, []], gold: same.map { _ in 2 }, choices: 255).scores
    #expect(scores.map(\.whole) == [0, 0, 0])
  }

  @Test func informationIsThatOfAChannel() {
    #expect(LabelOpinion.information(.one, choices: 2) == .one)
    #expect(LabelOpinion.information(.zero, choices: 2) == .zero)
    #expect(LabelOpinion.information(-.one, choices: 9) == .zero)
    // 90 % of two: 1 − H(0.9) = 0.531004406410718…
    let tenth = LabelOpinion.information(Fixed64(8, over: 10), choices: 2)
    #expect((tenth.double - 0.531004406410718).magnitude < 1e-12)
  }
}
