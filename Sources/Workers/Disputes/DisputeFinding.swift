// What judging a dispute again has found: who said what, how far it went, what was computed.

import Graphs
public import Market
public import Primitives

/// A dispute that was judged again and found to be as its file says.
public struct DisputeFinding: Hashable, Sendable {
  public var game: GameID
  public var run: RunID
  public var model: Bytes32
  public var provider: Address
  public var challenger: Address
  /// The challenger was drawn as auditor.
  public var isAudit: Bool
  /// `won` or `lost` by the challenger, or `stopped`.
  public var state: String
  public var reason: String
  /// The challenger's choices, from the root down.
  public var picks: [UInt8]
  /// Messages of this game, and the bytes of both sides.
  public var moves: UInt64
  public var providerBytes: UInt64
  public var challengerBytes: UInt64
  /// What the referee computed; nil where it did not come to that.
  public var step: RefereedStep?

  /// How many choices it took.
  public var rounds: Int { picks.count }

  public var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init(name: "id", value: .string(game.description)),
      .init(name: "run", value: .string(run.description)),
      .init(name: "model", value: .string("\(model)")),
      .init(name: "provider", value: .string(provider.checksummed)),
      .init(name: "challenger", value: .string(challenger.checksummed)),
      .init(name: "audit", value: .bool(isAudit)), .init(name: "state", value: .string(state)),
      .init(name: "reason", value: .string(reason)),
      .init(name: "rounds", value: .unsigned(UInt64(rounds))),
      .init(name: "picks", value: .array(picks.map { .unsigned(UInt64($0)) })),
      .init(name: "moves", value: .unsigned(moves)),
      .init(name: "providerBytes", value: .unsigned(providerBytes)),
      .init(name: "challengerBytes", value: .unsigned(challengerBytes)),
    ]
    if let step { members.append(.init(name: "step", value: step.json)) }
    return .object(members)
  }
}

/// One block of one tile that was computed again.
public struct RefereedStep: Hashable, Sendable {
  /// The operation whose result it is.
  public var operation: String
  public var tensor: Int
  public var tile: Int
  public var block: Int
  /// Multiply–adds, or comparisons.
  public var work: UInt64
  /// Bytes of the opening.
  public var bytes: UInt64
  /// Whether what the provider said came out.
  public var holds: Bool

  public var json: JSONValue {
    [
      "operation": .string(operation), "tensor": .unsigned(UInt64(tensor)),
      "tile": .unsigned(UInt64(tile)), "block": .unsigned(UInt64(block)),
      "work": .unsigned(work), "bytes": .unsigned(bytes), "holds": .bool(holds),
    ]
  }

  init(_ place: BlockPlace, of graph: Graph, bytes: Int, holds: Bool) throws(Refusal) {
    let node = graph.nodes[place.tensor - 1]
    let type = graph.types[place.tensor]
    let each = TraceShape.tileBytes / type.element.byteCount
    let elements = min(each, type.shape.count - place.tile * each)
    let width = try BlockCut(graph, node: place.tensor - 1).width
    var work = elements
    if let layer = graph.layers.first(where: { $0.node == place.tensor - 1 }) {
      work *= min(width, layer.columns - place.block * width)
    } else if case .maxPool(let pool) = node.operation {
      work = min(width, elements) * pool.window.height * pool.window.width
    } else if let own = node.operation.elementwise {
      let frame = Frame(from: node.inputs.map { graph.types[$0] }, to: type)
      work = own.work(min(width, elements), frame)
    }
    operation = node.operation.name
    (tensor, tile, block) = (place.tensor, place.tile, place.block)
    self.work = UInt64(work)
    self.bytes = UInt64(bytes)
    self.holds = holds
  }
}
