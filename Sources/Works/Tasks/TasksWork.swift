// The work `tasks`: what is asked in words and answered freely, and what of it a panel scores.

public import Market
public import Primitives

/// Tasks as the market sees them: free answers in as many pieces as there are items.
public enum TasksWork: PlainWork {
  public static let name = "tasks"

  /// Under `panel` gold is named by the spec where the check counts it, and nowhere else, and the
  /// judges are those of the topic that the spec names. Under `open` the buyer looks.
  public static func admit(_ spec: [UInt8], under check: CheckTerms) throws(Refusal) {
    let spec = try TasksSpec(bytes: spec)
    guard check.kind == PanelCheck.name else {
      guard check.kind == OpenCheck.name else { throw .notForTasks }
      return
    }
    func number(_ name: String) -> UInt64 { check.numbers.first { $0.name == name }?.value ?? 0 }
    guard number("topic") == Subject.topic(named: spec.topic) else { throw .badTask("topic") }
    guard spec.items * number("seats") <= UInt64(PanelCheck.mostParts) else {
      throw .badTask("items")
    }
    let golden = number("gold")
    // More than half of the items would be the work itself.
    guard (golden > 0) == (spec.gold != .zero), golden * 2 <= spec.items else {
      throw .goldDiffers
    }
  }

  public static func admit(inputBytes: UInt64, for spec: [UInt8]) throws(Refusal) {
    let most = UInt64(TaskPieces.largestInput)
    guard inputBytes <= most else {
      throw Refusal(
        "outOfRange",
        [Number("inputBytes", inputBytes), Number("least", 1), Number("most", most)])
    }
  }

  public static func parts(of answer: [UInt8], to spec: [UInt8]) throws(Refusal) -> [Bytes32] {
    try TaskPieces(answer: answer, to: try TasksSpec(bytes: spec)).hashes
  }

  /// Gold is an answer to some of the items, as many as the check says.
  public static func admit(_ opening: GoldOpening, to spec: [UInt8]) throws(Refusal) {
    let read = try TasksSpec(bytes: spec)
    let hashes = try TaskPieces(answer: opening.gold, to: read).hashes
    guard hashes.count(where: { $0 != .zero }) == Int(clamping: opening.items) else {
      throw .goldDiffers
    }
    let leaf = TasksGold.leaf(run: opening.run, salt: opening.salt, gold: opening.gold)
    let holds = MerkleTree.verify(
      leaf: leaf, at: opening.run, of: opening.runs, path: opening.path, root: read.gold)
    guard holds else { throw .goldDiffers }
  }
}

/// The gold of an order: one list a run, salted, under one root, so that the buyer cannot choose it
/// once it has seen the answers.
public enum TasksGold {
  public static func leaf(run: UInt64, salt: Bytes32, gold: [UInt8]) -> Bytes32 {
    let number = withUnsafeBytes(of: run.bigEndian) { Array($0) }
    return MerkleTree.leaf(tag: "tolsey/gold/1", salt.bytes + number + gold)
  }

  /// What the spec names: the root over the leaves of all runs, in their order.
  public static func root(of leaves: [Bytes32]) -> Bytes32 { MerkleTree.root(of: leaves) }

  /// The way from a run's leaf to that root.
  public static func path(to run: Int, in leaves: [Bytes32]) -> [Bytes32] {
    MerkleTree(leaves: leaves).proof(at: run) ?? []
  }
}
