// What a judged run of labels came to, item by item and seat by seat, and why, in plain words.

public import Arithmetic
public import Market
import Primitives

/// A run as its readers see it: made from what was opened on the ledger and nothing else, so that
/// commands and pages say the same of it.
public struct LabelReview: Sendable {
  /// What the answers say of one item.
  public struct Item: Hashable, Sendable {
    /// From 0; nil where nobody answered.
    public let label: Int?
    public let confidence: Fixed64
    /// Answers by choice.
    public let counts: [Int]
    /// What the buyer knew beforehand, from 0; nil where the item is no gold that was opened.
    public let gold: Int?

    /// Answers that say something else than most do, in parts per million.
    public var disagreementPpm: UInt64 {
      let all = counts.reduce(0, +)
      return all == 0 ? 0 : UInt64(all - (counts.max() ?? 0)) * million / UInt64(all)
    }
  }

  public let spec: LabelsSpec
  public let par: UInt64
  /// By seat; empty of who opened none.
  public let answers: [[UInt8]]
  /// Empty where none was opened.
  public let gold: [UInt8]
  public let items: [Item]
  public let scores: [SeatScore]

  /// - Parameter par: the score from which a seat has its whole price.
  public init(spec: LabelsSpec, par: UInt64, answers: [[UInt8]], gold: [UInt8]) {
    let count = Int(clamping: spec.items)
    let choices = spec.choices.count
    func fits(_ list: [UInt8]) -> Bool { list.count == count && list.allSatisfy { $0 <= choices } }
    // The ledger has taken nothing else; a reader of files does not lean on that.
    let answers = answers.map { fits($0) ? $0 : [] }
    let gold = fits(gold) ? gold : []
    let opinion: LabelJudge? =
      answers.contains { !$0.isEmpty } ? LabelJudge(answers, gold: gold, choices: choices) : nil
    items = (0..<count).map { item in
      var counts = [Int](repeating: 0, count: choices)
      for answer in answers where !answer.isEmpty && answer[item] != 0 {
        counts[Int(answer[item]) - 1] += 1
      }
      let known = gold.isEmpty || gold[item] == 0 ? nil : Int(gold[item]) - 1
      let best = counts.contains { $0 > 0 } ? opinion?.result.best(item) : nil
      return Item(
        label: known ?? best?.choice, confidence: known != nil ? .one : best?.confidence ?? .zero,
        counts: counts, gold: known)
    }
    scores = opinion?.scores ?? []
    (self.spec, self.par, self.answers, self.gold) = (spec, par, answers, gold)
  }

  /// Least agreed on first: where a person should look. Gold comes last, since it is known.
  public var disagreementFirst: [Int] {
    items.indices.sorted { l, r in
      let (a, b) = (items[l], items[r])
      if (a.gold == nil) != (b.gold == nil) { return a.gold == nil }
      if a.disagreementPpm != b.disagreementPpm { return a.disagreementPpm > b.disagreementPpm }
      return a.confidence == b.confidence ? l < r : a.confidence < b.confidence
    }
  }

  /// Items that a seat answered.
  public func said(by seat: Int) -> Int { answers[seat].count { $0 != 0 } }

  public var golden: Int { gold.count { $0 != 0 } }

  /// Gold items that a seat answered as the buyer does.
  public func goldRight(by seat: Int) -> Int {
    guard !answers[seat].isEmpty else { return 0 }
    return zip(answers[seat], gold).count { $0 == $1 && $1 != 0 }
  }

  // MARK: - Words

  /// Why a seat was paid or not.
  public func why(_ fate: Fate, of seat: Int) -> String {
    guard scores.indices.contains(seat) else { return LabelReview.unheard(fate) }
    let score = scores[seat]
    let known = golden == 0 ? "" : ", gold \(goldRight(by: seat)) of \(golden) right"
    let told = "its answers tell \(Self.percent(score.whole)) of what sure ones do\(known)"
    let floor = Self.percent(par / JudgedCheck.floorPart)
    switch fate {
    case .paid where score.answered < million:
      return "\(told); par is \(Self.percent(par)), and it answered \(Self.percent(score.answered))"
    case .paid: return "\(told); par is \(Self.percent(par))"
    case .rejected: return "the buyer's gold disowns it\(known); the others alone vouch for it"
    case .differs: return "\(told), less than \(floor), and luck does not explain it"
    case .undecided where answers.count(where: { !$0.isEmpty }) < 2:
      return "nobody else opened an answer to measure it by"
    case .undecided: return "\(told), less than \(floor), but it may be luck, or cannot be measured"
    default: return LabelReview.unheard(fate)
    }
  }

  private static func unheard(_ fate: Fate) -> String {
    switch fate {
    case .silent: "it sealed an answer and did not open it"
    case .absent: "it sealed no answer"
    case .undecided: "nobody else opened an answer to measure it by"
    default: "the run ended without a judgement"
    }
  }

  /// Rounded down, so that nobody is told more than there is.
  private static func percent(_ ppm: UInt64) -> String { "\(ppm / 10_000) %" }
}
