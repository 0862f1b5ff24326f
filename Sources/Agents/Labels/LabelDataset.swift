// The result of a job: a label with a confidence for each item, and who stands behind them.

public import Arithmetic
public import Labels
import Market
public import Primitives

/// One item of the dataset.
public struct DatasetRow: Hashable, Sendable {
  public let item: String
  /// Empty where nobody answered.
  public let label: String
  public let confidence: Fixed64
  /// Answers that counted, by choice.
  public let counts: [Int]
  public let isSure: Bool
  /// The runs whose receipts show the answers.
  public let runs: [Bytes32]

  public var answers: Int { counts.reduce(0, +) }

  /// Answers that say something else than most do, in parts per million.
  public var disagreementPpm: UInt64 {
    answers == 0 ? 0 : UInt64(answers - (counts.max() ?? 0)) * million / UInt64(answers)
  }
}

/// What a reader of the dataset should know about how it was made.
public struct DatasetCard: Hashable, Sendable {
  public let question: String
  public let choices: [String]
  public let items: Int
  public let sure: Int
  public let unanswered: Int
  public let answers: Int
  public let rounds: Int
  public let model: String
  public let goldItems: Int
  public let cost: Amount
  public let budget: Amount
  public let end: LabelEnd?
  public let labellers: [LabellerRecord]

  private func sum(_ part: (LabellerRecord) -> Int) -> Int {
    labellers.reduce(0) { $0 + part($1) }
  }

  /// Answers to items that the dataset says, too, in parts per million.
  public var agreementPpm: UInt64 { Self.ppm(sum(\.agreed), of: sum(\.items)) }
  public var goldPpm: UInt64 { Self.ppm(sum(\.goldRight), of: sum(\.gold)) }
  public var goldAnswers: Int { sum(\.gold) }

  public static func ppm(_ part: Int, of whole: Int) -> UInt64 {
    whole == 0 ? 0 : UInt64(part) * million / UInt64(whole)
  }

  public var json: JSONValue {
    [
      "question": .string(question), "choices": .array(choices.map { .string($0) }),
      "items": .integer(Int64(items)), "sure": .integer(Int64(sure)),
      "unanswered": .integer(Int64(unanswered)), "answers": .integer(Int64(answers)),
      "rounds": .integer(Int64(rounds)), "model": .string(model),
      "goldItems": .integer(Int64(goldItems)), "goldAnswers": .integer(Int64(goldAnswers)),
      "goldPpm": .unsigned(goldPpm), "agreementPpm": .unsigned(agreementPpm),
      "cost": .unsigned(cost.units), "budget": .unsigned(budget.units),
      "end": end.map { .string($0.rawValue) } ?? .null,
      "labellers": .array(labellers.map(\.json)),
    ]
  }
}

extension LabellerRecord {
  public var json: JSONValue {
    [
      "account": .string(account.checksummed), "answers": .integer(Int64(answers)),
      "gold": .integer(Int64(gold)), "goldRight": .integer(Int64(goldRight)),
      "items": .integer(Int64(items)), "agreed": .integer(Int64(agreed)),
      "broken": .integer(Int64(broken)), "bits": JSONValue(information, digits: 6),
      "paid": .unsigned(paid.units),
    ]
  }
}

/// Rows and card.
public struct LabelDataset: Hashable, Sendable {
  public let choices: [String]
  public let rows: [DatasetRow]
  public let card: DatasetCard

  public init(_ job: LabelJob) {
    let (definition, standing) = (job.definition, job.standing)
    choices = definition.question.choices
    rows = definition.items.indices.map { item in
      let votes = standing.votes(of: item)
      return DatasetRow(
        item: definition.items[item].name,
        label: votes == 0 ? "" : definition.question.choices[standing.labels[item]],
        confidence: votes == 0 ? .zero : standing.confidence[item],
        counts: standing.counts[item],
        isSure: job.isSure(item),
        runs: standing.runs[item])
    }
    card = DatasetCard(
      question: definition.question.text, choices: definition.question.choices,
      items: rows.count, sure: rows.count { $0.isSure },
      unanswered: rows.count { $0.answers == 0 }, answers: standing.answers,
      rounds: job.rounds.count, model: standing.model.rawValue, goldItems: definition.gold.count,
      cost: job.spent, budget: definition.plan.budget, end: job.end,
      labellers: standing.labellers)
  }

  /// Least agreed on first: where a person should look.
  public var disagreementFirst: [DatasetRow] {
    rows.enumerated().sorted { l, r in
      let (a, b) = (l.element.disagreementPpm, r.element.disagreementPpm)
      if a != b { return a > b }
      let (c, d) = (l.element.confidence, r.element.confidence)
      return c == d ? l.offset < r.offset : c < d
    }.map(\.element)
  }

  // MARK: - Forms

  static let columns = ["id", "label", "confidence", "answers", "disagreement", "sure", "runs"]

  /// Lines for a spreadsheet. What would be computed there is made text.
  public var csv: String {
    rows.reduce(into: LabelTable.line(Self.columns)) { text, row in
      text += LabelTable.line([
        row.item, row.label, row.confidence.decimal(digits: 6), "\(row.answers)",
        Self.share(row.disagreementPpm), row.isSure ? "yes" : "no",
        row.runs.map { RunID($0).description }.joined(separator: " "),
      ])
    }
  }

  /// An object a line, which keeps every name as it was.
  public var jsonl: String {
    rows.reduce(into: "") { $0 += json($1).text + "\n" }
  }

  public func json(_ row: DatasetRow) -> JSONValue {
    let counts = zip(choices, row.counts).filter { $0.1 > 0 }.map {
      JSONValue.Member(name: $0.0, value: .integer(Int64($0.1)))
    }
    return [
      "id": .string(row.item), "label": row.label.isEmpty ? .null : .string(row.label),
      "confidence": JSONValue(row.confidence, digits: 6),
      "answers": .object(counts), "disagreementPpm": .unsigned(row.disagreementPpm),
      "sure": .bool(row.isSure),
      "runs": .array(row.runs.map { .string(RunID($0).description) }),
    ]
  }

  private static func share(_ ppm: UInt64) -> String {
    Fixed64(Int(ppm), over: 1_000_000).decimal(digits: 6)
  }
}
