// Answers of a few seats, gathered by which of them agree: all that a one-coin model looks at.

public import Arithmetic

/// Items on which the same seats say the same, whatever that is.
///
/// Under the one-coin model a posterior depends on nothing else, so it is computed once a pattern
/// and not once an item, and never for a choice that nobody made. The bits are those of `OneCoin`.
public struct AnswerPattern: Hashable, Sendable {
  /// By seat: the number of what it said, in the order in which the seats first say it, from 1;
  /// zero where it said nothing.
  public let voices: [UInt8]
  /// How many different things were said.
  public let kinds: Int
  public internal(set) var items = 0
  /// How likely each of them is true, and how likely each choice that nobody made.
  var posteriors: [Fixed64]
  var rest = Fixed64.zero

  init(_ voices: [UInt8]) {
    self.voices = voices
    kinds = Int(voices.max() ?? 0)
    posteriors = Array(repeating: .zero, count: kinds)
  }
}

/// All answers of a run.
public struct AnswerPatterns: Sendable {
  public let seats: Int
  public let choices: Int
  /// By seat; one byte an item, zero where it said nothing.
  let answers: [[UInt8]]
  /// The patterns, in the order in which they are first met, and the pattern of each item.
  public internal(set) var patterns: [AnswerPattern] = []
  public private(set) var places: [Int] = []

  /// A seat without an answer said nothing to any item.
  public init(_ answers: [[UInt8]], choices: Int) {
    let items = answers.map(\.count).max() ?? 0
    seats = answers.count
    self.choices = choices
    self.answers = answers.map { $0.isEmpty ? [UInt8](repeating: 0, count: items) : $0 }
    places.reserveCapacity(items)
    var known: [[UInt8]: Int] = [:]
    var voices = [UInt8](repeating: 0, count: seats)
    for item in 0..<items {
      var kinds: UInt8 = 0
      for seat in 0..<seats {
        let said = self.answers[seat][item]
        voices[seat] = 0
        guard said != 0 else { continue }
        if let same = (0..<seat).first(where: { self.answers[$0][item] == said }) {
          voices[seat] = voices[same]
        } else {
          kinds += 1
          voices[seat] = kinds
        }
      }
      let place = known[voices] ?? patterns.count
      if place == patterns.count {
        known[voices] = place
        patterns.append(AnswerPattern(voices))
      }
      patterns[place].items += 1
      places.append(place)
    }
  }

  public var items: Int { places.count }

  /// What was said to an item, by the number that its pattern gives it.
  func said(_ item: Int) -> [UInt8] {
    var list = [UInt8](repeating: 0, count: patterns[places[item]].kinds)
    for seat in 0..<seats {
      let voice = Int(patterns[places[item]].voices[seat])
      if voice > 0 { list[voice - 1] = answers[seat][item] }
    }
    return list
  }
}

/// What a right and a wrong answer of a seat say, in bits.
struct SeatWords: Hashable, Sendable {
  let right: Fixed64
  let wrong: Fixed64

  init(skill: Fixed64, choices: Int) {
    right = LabelVotes.logarithm(skill)
    wrong = LabelVotes.logarithm((.one - skill) / Fixed64(max(1, choices - 1)))
  }
}

extension AnswerPattern {
  /// How likely each thing that was said is, and any other choice, by all seats but one.
  func posteriors(
    _ words: [SeatWords], choices: Int, without left: Int? = nil
  ) -> (said: [Fixed64], rest: Fixed64) {
    var none = Fixed64.zero
    var sums = [Fixed64](repeating: .zero, count: kinds)
    for (seat, voice) in voices.enumerated() where voice != 0 && seat != left {
      none += words[seat].wrong
      // What is added beside the wrong that every choice gets.
      sums[Int(voice) - 1] += words[seat].right - words[seat].wrong
    }
    var greatest = choices > kinds ? none : sums.first.map { $0 + none } ?? none
    for place in sums.indices {
      sums[place] += none
      greatest = max(greatest, sums[place])
    }
    var total = Fixed64.zero
    for place in sums.indices {
      sums[place] = Fixed64.exp2(sums[place] - greatest)
      total += sums[place]
    }
    let other = choices > kinds ? Fixed64.exp2(none - greatest) : .zero
    total += Fixed64(choices - kinds) * other
    let scale = Fixed64.one / total
    return (sums.map { $0 * scale }, other * scale)
  }
}
