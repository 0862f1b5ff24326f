// The game of a dispute without a market: moves, what is refused, and who has won.

import Primitives

@testable import Graphs

/// What a side of the game does.
protocol Defender {
  /// The root that it committed to.
  var root: Bytes32 { get }
  /// The vertex at a place; nil gives up.
  func children(at picks: [UInt8]) throws -> [Bytes32]?
  /// Everything it may try as a last move.
  func openings(at picks: [UInt8]) throws -> [[UInt8]]
}

protocol Challenger {
  func pick(_ children: [Bytes32], at picks: [UInt8]) throws -> UInt8?
}

/// One dispute, played to its end by the rules that the market holds both sides to.
struct DisputeGame {
  enum Winner: Equatable { case defender, challenger }

  let model: Bytes32
  let keyHash: Bytes32
  let shape: TraceShape
  private(set) var rounds = 0
  private(set) var moveBytes = 0
  private(set) var openingBytes = 0
  private(set) var claim: BlockClaim?

  init(_ random: RandomGraph) throws {
    try self.init(random.manifest, random.salt, random.graph)
  }

  init(_ manifest: Manifest, _ salt: ContentSalt, _ graph: Graph) throws {
    model = manifest.id.digest
    keyHash = salt.keyHash
    shape = try TraceShape(graph)
  }

  /// Who makes no move that the rules accept loses.
  mutating func play(_ defender: some Defender, _ challenger: some Challenger) throws -> Winner {
    var picks: [UInt8] = []
    var disputed = defender.root
    var before = Bytes32.zero
    while true {
      let place = try shape.place(at: picks)
      let children: Int
      switch place {
      case .input: return .defender
      case .step: return try judge(defender, picks, before, disputed)
      case .vertex(let own): children = own.children
      case .blocks(let own): children = own.children
      }
      guard let vertex = try defender.children(at: picks), vertex.count == children else {
        return .challenger
      }
      if case .blocks = place {
        guard vertex.last == disputed else { return .challenger }
      } else {
        guard WideTree.vertex(vertex) == disputed else { return .challenger }
      }
      guard let pick = try challenger.pick(vertex, at: picks), Int(pick) < children,
        try shape.place(at: picks + [pick]) != .input
      else { return .defender }
      if case .blocks = place, pick > 0 { before = vertex[Int(pick) - 1] }
      disputed = vertex[Int(pick)]
      picks.append(pick)
      rounds += 1
      moveBytes += 32 * children + 1
    }
  }

  private mutating func judge(
    _ defender: some Defender, _ picks: [UInt8], _ before: Bytes32, _ disputed: Bytes32
  ) throws -> Winner {
    let claim = BlockClaim(
      model: model, root: defender.root, keyHash: keyHash, picks: picks, before: before,
      disputed: disputed)
    self.claim = claim
    rounds += 1
    for opening in try defender.openings(at: picks) {
      openingBytes = opening.count
      do throws(Refusal) {
        if try Referee.redo(claim, opening: opening) { return .defender }
      } catch { continue }
    }
    return .challenger
  }

  /// The most rounds of a game over this shape, the last opening counted.
  var mostRounds: Int {
    let tiles = shape.tiles.max() ?? 1
    let blocks = shape.blocks.max() ?? 1
    return WideTree.depth(of: shape.tensors * tiles * blocks) + 3
  }
}

/// Answers from a trace; whether that is true is another question.
struct TraceDefender: Defender {
  let trace: Trace
  let manifest: Manifest
  let weights: [LayerWeights]
  var root: Bytes32 { trace.root }

  init(_ trace: Trace, _ random: RandomGraph) {
    self.trace = trace
    manifest = random.manifest
    weights = random.weights
  }

  func children(at picks: [UInt8]) throws -> [Bytes32]? { try trace.children(at: picks, weights) }

  func openings(at picks: [UInt8]) throws -> [[UInt8]] {
    [try trace.opening(at: picks, manifest: manifest, weights).encoded]
  }
}

/// Picks the first child that differs from its own run.
struct HonestChallenger: Challenger {
  let trace: Trace
  let weights: [LayerWeights]

  init(_ trace: Trace, _ random: RandomGraph) {
    self.trace = trace
    weights = random.weights
  }

  func pick(_ children: [Bytes32], at picks: [UInt8]) throws -> UInt8? {
    try trace.difference(from: children, at: picks, weights)
  }
}

/// Picks anything but the input.
final class RandomChallenger: Challenger {
  private var draw: Draw
  private let shape: TraceShape

  init(seed: UInt64, _ shape: TraceShape) {
    draw = Draw(seed: seed)
    self.shape = shape
  }

  func pick(_ children: [Bytes32], at picks: [UInt8]) throws -> UInt8? {
    while true {
      let pick = UInt8(draw.below(children.count))
      if try shape.place(at: picks + [pick]) != .input { return pick }
      // Where only the input lies there is nothing to pick.
      if children.count == 1 { return nil }
    }
  }
}
