// The jury of a run of labels: what each seat's answers tell, by the other seats and by gold.

public import Arithmetic
public import Market
import Primitives

/// Scores of one run, from the opened answers alone: whoever holds them comes to the same.
///
/// It is the one-coin model (see `OneCoin`) and never a matrix of errors: a run has as many answers
/// an item as seats, too few for more. What is paid for is information about the truth that chance
/// does not give, measured by the answers of the *others*.
public struct LabelJudge: Sendable {
  /// In the order of the seats; zero for who said nothing.
  public let scores: [SeatScore]
  /// What all seats and the gold together say.
  public let result: LabelOpinion

  /// Answers and gold are one byte an item; empty where there are none.
  public init(_ answers: [[UInt8]], gold: [UInt8], choices: Int) {
    let patterns = AnswerPatterns(answers, choices: choices)
    let crowd = LabelOpinion(patterns, gold: [])
    result = gold.isEmpty ? crowd : LabelOpinion(patterns, gold: gold)
    let (whole, alone) = (result, crowd)
    scores = answers.indices.map { whole.score(of: $0, beside: alone) }
  }
}

/// What a run's answers say about items and seats, with the buyer's gold or without it.
public struct LabelOpinion: Sendable {
  /// Rounds of expectation and maximisation.
  public static let rounds = 8
  /// A gold item counts as so many answers in what is believed of a seat: a few of them outweigh
  /// the friends that vouch for each other on all the rest.
  public static let goldWeight = 32
  /// Answers by mere chance that every seat starts with, so that little data is paid little.
  static let chanceAnswers = 8
  /// Gold answers that a seat is given before any: nobody falls for one slip.
  static let goldGrace = 2

  let gold: [UInt8]
  var patterns: AnswerPatterns
  /// How likely each seat is right.
  public internal(set) var skills: [Fixed64]
  /// By seat: gold items, those of them that it answered, and those that it answered right.
  let golden: Int
  let goldSaid: [Int]
  let goldHits: [Int]
  /// How many items of each pattern are gold.
  let goldItems: [Int]

  init(_ patterns: AnswerPatterns, gold: [UInt8], rounds: Int = LabelOpinion.rounds) {
    self.patterns = patterns
    self.gold = gold
    var said = [Int](repeating: 0, count: patterns.seats)
    var hits = said
    var items = [Int](repeating: 0, count: patterns.patterns.count)
    for (item, truth) in gold.enumerated() where truth != 0 && item < patterns.items {
      items[patterns.places[item]] += 1
      for seat in 0..<patterns.seats where patterns.answers[seat][item] != 0 {
        said[seat] += 1
        if patterns.answers[seat][item] == truth { hits[seat] += 1 }
      }
    }
    (goldSaid, goldHits, goldItems) = (said, hits, items)
    golden = gold.count { $0 != 0 }
    skills = []
    start()
    skills = believed()
    for _ in 0..<rounds {
      expect()
      skills = believed()
    }
  }

  /// Shares among those who said something.
  private mutating func start() {
    for place in patterns.patterns.indices {
      let voices = patterns.patterns[place].voices
      let part = Fixed64(1, over: max(1, voices.count { $0 != 0 }))
      for voice in voices where voice != 0 {
        patterns.patterns[place].posteriors[Int(voice) - 1] += part
      }
    }
  }

  private mutating func expect() {
    let words = self.words
    for place in patterns.patterns.indices {
      let (said, rest) = patterns.patterns[place].posteriors(words, choices: patterns.choices)
      patterns.patterns[place].posteriors = said
      patterns.patterns[place].rest = rest
    }
  }

  private var words: [SeatWords] {
    skills.map { SeatWords(skill: $0, choices: patterns.choices) }
  }

  /// Right answers among all, with the prior of `OneCoin` and gold at its weight.
  private func believed() -> [Fixed64] {
    let prior = OneCoin()
    var hits = goldHits.map { prior.right + Fixed64($0 * LabelOpinion.goldWeight) }
    var all = goldSaid.map { prior.right + prior.wrong + Fixed64($0 * LabelOpinion.goldWeight) }
    for (place, pattern) in patterns.patterns.enumerated() {
      let items = Fixed64(pattern.items - goldItems[place])
      for (seat, voice) in pattern.voices.enumerated() where voice != 0 {
        hits[seat] += items * pattern.posteriors[Int(voice) - 1]
        all[seat] += items
      }
    }
    return zip(hits, all).map { $0 / $1 }
  }

  /// The likeliest choice of an item, the first of equals, from zero; and how likely it is.
  public func best(_ item: Int) -> (choice: Int, confidence: Fixed64) {
    if item < gold.count, gold[item] != 0 { return (Int(gold[item]) - 1, .one) }
    let pattern = patterns.patterns[patterns.places[item]]
    var found: (choice: Int, confidence: Fixed64)?
    for (voice, choice) in patterns.said(item).enumerated() {
      let own = (Int(choice) - 1, pattern.posteriors[voice])
      guard let best = found else {
        found = own
        continue
      }
      if own.1 > best.confidence || (own.1 == best.confidence && own.0 < best.choice) {
        found = own
      }
    }
    return found ?? (0, Fixed64(1, over: max(1, patterns.choices)))
  }
}

// MARK: - Scores

extension LabelOpinion {
  /// What the jury says of a seat. Gold says how far a seat is believed and how much it can have at
  /// most; what it has is earned on the other items.
  ///
  /// - Parameter crowd: what the seats say without gold.
  func score(of seat: Int, beside crowd: LabelOpinion) -> SeatScore {
    let agreement = Agreement(of: seat, in: self, words)
    guard agreement.answers > 0 else {
      return SeatScore(whole: 0, crowd: 0, most: million, known: 0, answered: 0)
    }
    let alone = golden > 0 ? Agreement(of: seat, in: crowd, crowd.words) : agreement
    var kappa = agreement.kappa(chanceAnswers: LabelOpinion.chanceAnswers)
    var known: UInt64 = 0
    if golden > 0 {
      let grace = LabelOpinion.goldGrace
      let right = Fixed64(goldHits[seat] + grace, over: golden + grace)
      kappa = min(kappa, agreement.beyondChance(right))
      let bare = Fixed64(goldHits[seat], over: golden)
      known = parts(LabelOpinion.information(agreement.beyondChance(bare), choices: choices))
    }
    let others = alone.kappa(chanceAnswers: LabelOpinion.chanceAnswers)
    let most = alone.isMeasurable ? alone.most : .one
    return SeatScore(
      whole: parts(LabelOpinion.information(kappa, choices: choices)),
      crowd: parts(LabelOpinion.information(others, choices: choices)),
      most: parts(LabelOpinion.information(most, choices: choices)), known: known,
      answered: parts(Fixed64(agreement.answers, over: max(1, patterns.items - golden))))
  }

  private var choices: Int { patterns.choices }

  /// Parts per million, rounded down.
  private func parts(_ share: Fixed64) -> UInt64 {
    UInt64(clamping: Int((share * Fixed64(1_000_000)).raw >> 64))
  }

  /// What an answer tells that is right so much oftener than by chance, of what a sure one tells:
  /// the capacity of a symmetric channel (Shannon, 1948) over that of a perfect one.
  static func information(_ kappa: Fixed64, choices: Int) -> Fixed64 {
    guard kappa > .zero else { return .zero }
    let all = Fixed64.log2(Fixed64(choices))
    let chance = Fixed64(1, over: choices)
    let right = min(.one, chance + kappa * (.one - chance))
    let wrong = (.one - right) / Fixed64(max(1, choices - 1))
    var told = all + right * Fixed64.log2(right)
    if wrong > .zero { told += (.one - right) * Fixed64.log2(wrong) }
    return max(.zero, told / all)
  }
}

/// How often a seat says what the others say, and how often it would by chance (Cohen, "A
/// Coefficient of Agreement for Nominal Scales", 1960): who clicks at random, or always the same,
/// is at zero.
struct Agreement {
  private(set) var answers = 0
  private var agreed = Fixed64.zero
  private var chance = Fixed64.zero

  init(of seat: Int, in opinion: LabelOpinion, _ words: [SeatWords]) {
    let all = opinion.patterns
    let others = all.patterns.map { pattern in
      pattern.voices[seat] == 0
        ? ([], .zero) : pattern.posteriors(words, choices: all.choices, without: seat)
    }
    var given = [Int](repeating: 0, count: all.choices)
    var likely = [Fixed64](repeating: .zero, count: all.choices)
    // What every choice gets that nobody made.
    var rest = Fixed64.zero
    for item in 0..<all.items where all.answers[seat][item] != 0 {
      // Nobody lives on gold: whoever was told of it would click on all the rest.
      if item < opinion.gold.count, opinion.gold[item] != 0 { continue }
      answers += 1
      given[Int(all.answers[seat][item]) - 1] += 1
      let place = all.places[item]
      let (said, none) = others[place]
      agreed += said[Int(all.patterns[place].voices[seat]) - 1]
      rest += none
      for (voice, choice) in all.said(item).enumerated() {
        likely[Int(choice) - 1] += said[voice] - none
      }
    }
    guard answers > 0 else { return }
    for choice in 0..<all.choices { chance += Fixed64(given[choice]) * (likely[choice] + rest) }
    let count = Fixed64(answers)
    agreed = agreed / count
    chance = chance / (count * count)
  }

  /// How far a share of right answers is beyond chance; zero where chance is always right.
  func beyondChance(_ right: Fixed64) -> Fixed64 {
    chance < .one ? (right - chance) / (.one - chance) : .zero
  }

  func kappa(chanceAnswers: Int) -> Fixed64 {
    beyondChance(agreed) * Fixed64(answers, over: answers + chanceAnswers)
  }

  /// Where a choice is nearly always the likely one, who looks and who says it blindly say the
  /// same, and a seat that nearly always agrees is nowhere to be condemned.
  var isMeasurable: Bool {
    chance < Agreement.pure && agreed < Agreement.pure
  }

  private static let pure = Fixed64(8, over: 10)

  /// How far beyond chance it may still agree when luck was against it: the upper end of the
  /// interval of two deviations (Agresti and Coull, "Approximate Is Better than Exact", 1998).
  var most: Fixed64 {
    let count = Fixed64(answers + 4)
    let share = ((agreed * Fixed64(answers) + Fixed64(2)) / count).clamped(.zero, .one)
    let deviation = (share * (.one - share) / count).squareRoot
    return beyondChance(min(.one, share + deviation + deviation))
  }
}
