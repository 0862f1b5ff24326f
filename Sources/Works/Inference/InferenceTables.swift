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

extension InferenceTables: TableGroup {
  public mutating func tables(_ v: inout TableVisitor) {
    v(&models)
  }
}
