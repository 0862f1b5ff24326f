// The work `labels`: many small questions, answered by people or agents, who measure each other.

public import Market
public import Primitives

/// Labels as the market sees them: a schema, answers of one byte an item, and a jury.
public enum LabelsWork: PlainWork {
  public static let name = "labels"

  /// Under `judged` gold is named by the spec where the check counts it, and nowhere else. Under
  /// `open` the buyer looks. Equal bits and steps of a computation are nothing that labels have.
  public static func admit(_ spec: [UInt8], under check: CheckTerms) throws(Refusal) {
    let spec = try LabelsSpec(bytes: spec)
    try spec.requireDistinctNames()
    guard check.kind == JudgedCheck.name else {
      guard check.kind == OpenCheck.name else { throw .notForLabels }
      return
    }
    let seats = check.numbers.first { $0.name == "seats" }?.value ?? 1
    let most = LabelsSpec.mostAnswers / max(1, seats)
    guard spec.items <= most else {
      throw .outOfRange("items", spec.items, LabelsSpec.items.lowerBound, most)
    }
    let golden = check.numbers.first { $0.name == "gold" }?.value ?? 0
    guard (golden > 0) == (spec.gold != .zero) else { throw .goldDiffers }
    if golden > 0 { try checkGold(golden, of: spec.items) }
  }

  private static func checkGold(_ golden: UInt64, of items: UInt64) throws(Refusal) {
    guard golden >= LabelsSpec.leastGold, golden <= items / 2 else {
      throw .outOfRange("gold", golden, LabelsSpec.leastGold, items / 2)
    }
  }

  /// Items that no seat could read are refused before anybody waits for answers to them. That they
  /// can be answered at all nobody sees but who has their key.
  public static func admit(inputBytes: UInt64, for spec: [UInt8]) throws(Refusal) {
    guard inputBytes <= LabelItems.largest else {
      throw .outOfRange("inputBytes", inputBytes, 1, UInt64(LabelItems.largest))
    }
  }

  public static func admit(answer: [UInt8], to spec: [UInt8]) throws(Refusal) {
    try LabelsSpec(bytes: spec).admit(answer: answer)
  }

  public static func admit(_ opening: GoldOpening, to spec: [UInt8]) throws(Refusal) {
    let spec = try LabelsSpec(bytes: spec)
    guard spec.isList(opening.gold), opening.gold.count(where: { $0 != 0 }) == opening.items
    else { throw .goldDiffers }
    let leaf = LabelsGold.leaf(run: opening.run, salt: opening.salt, gold: opening.gold)
    let holds = MerkleTree.verify(
      leaf: leaf, at: opening.run, of: opening.runs, path: opening.path, root: spec.gold)
    guard holds else { throw .goldDiffers }
  }

  public static func judge(_ hearing: Hearing) throws(Refusal) -> [SeatScore] {
    let spec = try LabelsSpec(bytes: hearing.spec)
    return LabelJudge(hearing.answers, gold: hearing.gold, choices: spec.choices.count).scores
  }
}

/// The gold of an order: one list a run, salted, under one root, so that the buyer cannot choose it
/// once it knows who answers.
public enum LabelsGold {
  public static func leaf(run: UInt64, salt: Bytes32, gold: [UInt8]) -> Bytes32 {
    var bytes: [UInt8] = salt.bytes
    bytes += withUnsafeBytes(of: run.bigEndian) { Array($0) }
    return MerkleTree.leaf(tag: "tolsey/gold/1", bytes + gold)
  }

  /// What the spec names: the root over the leaves of all runs, in their order.
  public static func root(of leaves: [Bytes32]) -> Bytes32 { MerkleTree.root(of: leaves) }

  /// The way from a run's leaf to that root.
  public static func path(to run: Int, in leaves: [Bytes32]) -> [Bytes32] {
    MerkleTree(leaves: leaves).proof(at: run) ?? []
  }
}

extension Refusal {
  fileprivate static func outOfRange(
    _ name: String, _ value: UInt64, _ least: UInt64, _ most: UInt64
  ) -> Refusal {
    Refusal(
      "outOfRange", [Number(name, value), Number("least", least), Number("most", most)])
  }
}
