// The published models: the only rows of this kind of work.

public import Kernel
public import Primitives

/// One card a model, by the model's id.
public struct InferenceTables: ~Copyable {
  private var models = Table<Bytes32, ModelCard>("models")

  public init() {}

  /// The card of a model, once it was published.
  public func card(of model: Bytes32) -> ModelCard? { models[model] }

  /// Every card, in the order of its key's bytes.
  public func forEachModel(_ body: (Bytes32, ModelCard) -> Void) { models.forEach(body) }

  mutating func publish(_ card: ModelCard, as model: Bytes32) { models[model] = card }
}

// MARK: - Message, block and restart

extension InferenceTables {
  public func mark() -> Int { models.mark() }

  public mutating func rollback(to mark: Int) { models.rollback(to: mark) }

  public mutating func forgetUndo() { models.forgetUndo() }

  public func list(since mark: Int, into changes: inout [RowChange]) {
    models.list(since: mark, into: &changes)
  }

  public mutating func drain(into changes: inout [RowChange]) { models.drain(into: &changes) }

  /// Takes a stored row at restart; false says that the table is another room's.
  public mutating func load(
    table: String, key: [UInt8], row: [UInt8]
  ) throws(Refusal) -> Bool {
    guard table == models.name else { return false }
    try models.load(key: key, row: row)
    return true
  }
}
