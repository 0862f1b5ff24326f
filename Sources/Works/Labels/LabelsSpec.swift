// The spec of the work `labels`: a question, its choices, how many items, and the buyer's gold.

public import Primitives

/// What an order for labels says. The items themselves are the run's input.
public struct LabelsSpec: Fielded, Hashable {
  public static let typeName = "LabelsSpec"
  /// What is asked of every item, in words.
  public var question = ""
  /// The answers that there are, by name. An answer is a place in this list, counted from one.
  public var choices: [String] = []
  /// Items of each run.
  public var items: UInt64 = 0
  /// Root over the gold of all runs; zero where there is none.
  public var gold = Bytes32()

  public init() {}
  public init(question: String, choices: [String], items: UInt64, gold: Bytes32 = .zero) {
    self.question = question
    self.choices = choices
    self.items = items
    self.gold = gold
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("question", &question)
    try v("choices", &choices)
    try v("items", &items)
    try v("gold", &gold)
  }

  /// Fewer say too little about who answers.
  public static let items: ClosedRange<UInt64> = 32...4_096
  /// Answers of all seats to one judged run: what the ledger has to weigh at once.
  public static let mostAnswers: UInt64 = 4_096
  /// One byte names a choice, and zero names none.
  public static let choices = 2...255
  /// Fewer gold items than these say nothing about a seat, and more than half are the work itself.
  public static let leastGold: UInt64 = 5

  /// Reads a spec, and refuses one that nobody could answer.
  public init(bytes: [UInt8]) throws(Refusal) {
    self = try CBOR.decode(LabelsSpec.self, from: bytes)
    guard (1...280).contains(question.utf8.count) else { throw .badSchema("question") }
    guard LabelsSpec.choices.contains(choices.count) else { throw .badSchema("choices") }
    for name in choices where !(1...64).contains(name.utf8.count) { throw .badSchema("choice") }
    guard LabelsSpec.items.contains(items) else { throw .badSchema("items") }
  }

  /// Names that differ, by their bytes: what strings are equal depends on tables that change. Asked
  /// once, when the order is placed.
  func requireDistinctNames() throws(Refusal) {
    let names = choices.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    for (one, next) in zip(names, names.dropFirst()) where one == next {
      throw .badSchema("choice")
    }
  }

  /// Refuses what is no answer: another length, a choice that there is none of, nothing said at
  /// all.
  func admit(answer: [UInt8]) throws(Refusal) {
    guard isList(answer), answer.contains(where: { $0 != 0 }) else { throw .badAnswer }
  }

  /// One byte an item, each of them no choice or one that there is.
  func isList(_ bytes: [UInt8]) -> Bool {
    bytes.count == Int(clamping: items) && bytes.allSatisfy { $0 <= choices.count }
  }
}

extension Refusal {
  /// The schema cannot be answered; the name says what is wrong with it.
  static func badSchema(_ what: String) -> Refusal { Refusal("badSchema", [Number(what, 0)]) }
  /// The bytes are no list of choices, or choose nothing.
  static var badAnswer: Refusal { Refusal("badAnswer") }
  /// The gold is not what the spec commits to, or not as much as the check says.
  static var goldDiffers: Refusal { Refusal("goldDiffers") }
  /// Labels are judged, or looked at; no other check can be asked of them.
  static var notForLabels: Refusal { Refusal("notForLabels") }
}
