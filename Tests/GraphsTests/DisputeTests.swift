// Over random graphs and random lies the honest side always wins.

import Primitives
import Testing

@testable import Graphs

@Suite struct DisputeTests {
  /// Plays a liar's claim against an honest challenger.
  private func expectCaught(_ lie: Lie, _ random: RandomGraph, _ seed: UInt64) throws -> Bool {
    let honest = try random.trace()
    var draw = Draw(seed: seed)
    guard let liar = try lie.liar(random, honest, &draw) else { return false }
    #expect(liar.root != honest.root)
    var game = try DisputeGame(random)
    let winner = try game.play(liar, HonestChallenger(honest, random))
    #expect(winner == .challenger, "\(lie), seed \(seed)")
    #expect(game.rounds <= game.mostRounds, "\(lie), seed \(seed)")
    return true
  }

  @Test(arguments: Lie.allCases, 0..<24 as Range<UInt64>)
  func aLiarIsCaught(lie: Lie, seed: UInt64) throws {
    let random = try RandomGraph(seed: seed &* 31 &+ 7, nodes: 2 + Int(seed % 22))
    _ = try expectCaught(lie, random, seed)
  }

  /// The list of lies is only as good as the graphs that have room for them.
  @Test func everyLieIsTold() throws {
    for lie in Lie.allCases {
      var told = false
      for seed in 0..<24 as Range<UInt64> where !told {
        let random = try RandomGraph(seed: seed &* 31 &+ 7, nodes: 2 + Int(seed % 22))
        var draw = Draw(seed: seed)
        told = try lie.liar(random, try random.trace(), &draw) != nil
      }
      #expect(told, "\(lie)")
    }
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func anHonestDefenderBeatsEveryChallenger(seed: UInt64) throws {
    let random = try RandomGraph(seed: seed, nodes: 2 + Int(seed % 24))
    let trace = try random.trace()
    let defender = TraceDefender(trace, random)
    for attempt in 0..<6 as Range<UInt64> {
      var game = try DisputeGame(random)
      let challenger = RandomChallenger(seed: seed << 8 | attempt, game.shape)
      #expect(try game.play(defender, challenger) == .defender)
      #expect(game.rounds <= game.mostRounds)
      #expect(game.openingBytes <= BlockCut.mostOpening)
    }
  }

  /// A challenger with a false trace of its own follows its difference to the end.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func anHonestDefenderBeatsAMistakenChallenger(seed: UInt64) throws {
    let random = try RandomGraph(seed: seed &+ 500, nodes: 6)
    let honest = try random.trace()
    var draw = Draw(seed: seed)
    let tensors = try random.tensors()
    let tensor = 1 + draw.below(tensors.count - 1)
    var own = tensors
    own[tensor] = random.changing(own[tensor], &draw)
    let mistaken = try Trace(honest.plan, salt: random.salt, tensors: own)
    var game = try DisputeGame(random)
    let winner = try game.play(
      TraceDefender(honest, random), HonestChallenger(mistaken, random))
    #expect(winner == .defender)
  }

  @Test(arguments: LargeGraph.allCases)
  func largeGraphsAreDecidedToo(large: LargeGraph) throws {
    let random = try large.random()
    let honest = try random.trace()
    for lie in Lie.allCases { _ = try expectCaught(lie, random, 1) }
    for attempt in 0..<4 as Range<UInt64> {
      var game = try DisputeGame(random)
      let challenger = RandomChallenger(seed: attempt, game.shape)
      #expect(try game.play(TraceDefender(honest, random), challenger) == .defender)
      #expect(game.rounds <= game.mostRounds)
      #expect(game.openingBytes <= BlockCut.mostOpening)
    }
  }
}

/// Graphs at the ends of what a dispute has to reach.
enum LargeGraph: CaseIterable {
  /// More than 256 blocks: three levels of sums.
  case manyBlocks
  /// More than 16 tensors.
  case deep
  /// A plane of more than sixteen tiles.
  case manyTiles
  /// A maximum over planes that no one opening could hold.
  case globalPool
  /// A convolution of many channels over large planes, whose blocks are narrowed.
  case narrowBlocks

  func random() throws -> RandomGraph {
    var draw = Draw(seed: 99)
    switch self {
    case .manyBlocks:
      let nodes = [
        Node(.linear(Linear(outputs: 3, biasBound: 10)), [0]),
        Node(.requantise(Requantise(multipliers: [9, 8, 7], shift: 24, element: .int8)), [1]),
      ]
      let graph = try Graph(input: TensorType(.int8, try Shape([16_500])), nodes: nodes)
      return try RandomGraph(graph, &draw)
    case .deep:
      var nodes: [Node] = []
      for tensor in 0..<40 {
        let add = ResidualAdd(left: 1 << 22, right: 1 << 23, shift: 24, element: .int8)
        nodes.append(Node(.add(add), [tensor, max(0, tensor - 3)]))
      }
      let graph = try Graph(input: TensorType(.uint8, try Shape([1500])), nodes: nodes)
      return try RandomGraph(graph, &draw)
    case .manyTiles:
      var window = Window(height: 3, width: 3)
      (window.top, window.left, window.bottom, window.right) = (1, 1, 1, 1)
      let nodes = [
        Node(.convolution(Convolution(outputs: 5, window: window, biasBound: 10)), [0]),
        Node(
          .requantise(
            Requantise(
              multipliers: [UInt32](repeating: 1 << 16, count: 5), shift: 24, element: .uint8)),
          [1]),
      ]
      let graph = try Graph(input: TensorType(.uint8, try Shape([2, 30, 30])), nodes: nodes)
      return try RandomGraph(graph, &draw)
    case .globalPool:
      let nodes = [
        Node(.maxPool(MaxPool(window: Window(height: 7, width: 7))), [0]),
        Node(.reshape(Reshape(dims: [1030])), [1]),
      ]
      let graph = try Graph(input: TensorType(.uint8, try Shape([1030, 7, 7])), nodes: nodes)
      return try RandomGraph(graph, &draw)
    case .narrowBlocks:
      let nodes = [
        Node(
          .convolution(
            Convolution(outputs: 2, window: Window(height: 1, width: 1), biasBound: 10)), [0])
      ]
      let graph = try Graph(input: TensorType(.uint8, try Shape([64, 34, 34])), nodes: nodes)
      return try RandomGraph(graph, &draw)
    }
  }
}
