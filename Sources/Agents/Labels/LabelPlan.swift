// How a labelling job spends its budget: answers, batches, gold, tiers, and the most it may cost.

import Arithmetic
public import Labels
public import Primitives

/// What the owner of a job decides beforehand.
public struct LabelPlan: Fielded, Hashable {
  public static let typeName = "LabelPlan"
  /// Labellers of one round: each answers the whole of a batch under seal.
  public var seats: UInt64 = 3
  /// Items of a batch at most, gold among them. A batch is a run.
  public var batch: UInt64 = 64
  /// How many of them are gold, in parts per million, where there is gold enough.
  public var goldPpm: UInt64 = 100_000
  /// How sure a label has to be, in parts per million, for nobody else to be asked.
  public var surePpm: UInt64 = 980_000
  /// The record that labellers need, round by round: least amounts of confirmed work. What is
  /// unsure after one is asked again in the next.
  public var tiers: [UInt64] = [0, 0]
  /// The most that one labeller's answer to one item may cost.
  public var price = Amount()
  /// What the whole job may cost.
  public var budget = Amount()
  /// Batches that one group of labellers is given.
  public var batchesPerOrder: UInt64 = 16

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("seats", &seats)
    try v("batch", &batch)
    try v("goldPpm", &goldPpm)
    try v("surePpm", &surePpm)
    try v("tiers", &tiers)
    try v("price", &price)
    try v("budget", &budget)
    try v("batchesPerOrder", &batchesPerOrder)
  }

  public func check() throws(LabelTrouble) {
    func require(_ name: String, _ value: UInt64, _ range: ClosedRange<UInt64>) throws(LabelTrouble)
    {
      guard range.contains(value) else {
        throw .badPlan(
          name, "is \(value), and goes from \(range.lowerBound) to \(range.upperBound)")
      }
    }
    try require("answers", seats, 3...7)
    // What the ledger weighs at once.
    try require("batch", batch, Self.leastBatch...LabelsSpec.mostAnswers / seats)
    try require("the share of gold", goldPpm, 0...500_000)
    try require("sure", surePpm, 500_000...999_999)
    try require("batches of an order", batchesPerOrder, 1...1_000)
    try require("tiers", UInt64(tiers.count), 1...8)
    guard zip(tiers, tiers.dropFirst()).allSatisfy({ $0 <= $1 }) else {
      throw .badPlan("tiers", "may not fall")
    }
    guard price > .zero else { throw .badPlan("price", "is nothing, and nobody answers for that") }
  }

  /// The ledger judges no shorter batch, and none with less gold, where there is some.
  public static let leastBatch = LabelsSpec.items.lowerBound
  static let leastGold = LabelsSpec.leastGold

  /// Gold items of a batch, where there are any.
  public var goldPerBatch: UInt64 {
    min(max((batch * goldPpm + million - 1) / million, Self.leastGold), batch / 2)
  }

  /// The most that a batch of so many items may cost. Where there is gold, one more price is
  /// locked until it is opened, and comes back then.
  public func cost(units: UInt64, gold: Bool) throws(Refusal) -> Amount {
    try price.multiplied(by: units).multiplied(by: seats + (gold ? 1 : 0))
  }

  /// When a label counts.
  public var terms: LabelTerms {
    var terms = LabelTerms()
    terms.sure = Fixed64(Int(surePpm), over: 1_000_000)
    terms.least = 2
    terms.most = Int(seats) * tiers.count
    return terms
  }
}

/// All that a job is made of. Its hash is the job's name.
public struct LabelDefinition: Fielded, Hashable {
  public static let typeName = "LabelDefinition"
  public var question = LabelQuestion()
  public var items: [JobItem] = []
  public var gold: [GoldItem] = []
  public var plan = LabelPlan()
  /// From which the mix is drawn; who knows it can tell gold from items.
  public var secret = Bytes32()

  public init() {}

  public init(
    _ question: LabelQuestion, items: [JobItem], gold: [GoldItem], plan: LabelPlan,
    secret: Bytes32
  ) throws(LabelTrouble) {
    self.question = question
    self.items = items
    self.gold = gold
    self.plan = plan
    self.secret = secret
    try check()
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("question", &question)
    try v("items", &items)
    try v("gold", &gold)
    try v("plan", &plan)
    try v("secret", &secret)
  }

  public var id: Bytes32 { CBOR.hash(self) }

  public func check() throws(LabelTrouble) {
    try question.check()
    try plan.check()
    guard !items.isEmpty else { throw .empty() }
    guard plan.batch * UInt64(question.choices.count) <= 16_384 else {
      throw .badPlan("batch", "times the choices is more than 16384")
    }
    let gold = gold.isEmpty ? 0 : plan.goldPerBatch
    if gold > 0, self.gold.count < Int(gold) {
      throw .tooLittleGold(self.gold.count, least: Int(gold))
    }
    let least = Int(max(LabelPlan.leastBatch - min(LabelPlan.leastBatch, gold), gold))
    guard items.count >= least else { throw .tooFewItems(items.count, least: least) }
    guard let one = try? plan.cost(units: plan.batch, gold: gold > 0), one <= plan.budget else {
      throw .badPlan("budget", "does not pay for one batch")
    }
    let shown = try distinct(items)
    for one in self.gold {
      guard one.label < UInt64(question.choices.count) else {
        throw .unknownLabel("label \(one.label) of \(one.item.name)", line: 0)
      }
      if let item = shown[SHA256.hash(one.item.content)] {
        throw .duplicateContent("gold item \(one.item.name)", of: items[item].name, line: 0)
      }
    }
    _ = try distinct(self.gold.map(\.item))
  }

  private func distinct(_ items: [JobItem]) throws(LabelTrouble) -> [Bytes32: Int] {
    var names: Set<String> = []
    var shown: [Bytes32: Int] = [:]
    for (place, item) in items.enumerated() {
      try LabelName.check(item.name, "the id")
      guard names.insert(item.name).inserted else {
        throw .duplicateItem(item.name, line: 0, first: 0)
      }
      let hash = SHA256.hash(item.content)
      if let first = shown.updateValue(place, forKey: hash) {
        throw .duplicateContent(item.name, of: items[first].name, line: 0)
      }
    }
    return shown
  }
}
