// Every block of every tile fits one opening, whatever the graph; what cannot fit is refused.

import Primitives
import Testing

@testable import Graphs

@Suite struct BlockCutTests {
  /// The bytes that an opening of a block takes besides the manifest, counted from the tiles that
  /// it really reads, with every vertex full.
  private func bytes(_ step: BlockStep) -> Int {
    let reads = step.reads
    var bytes = 64 + (step.place.block == 0 ? 0 : TraceShape.tileBytes + 4)
    var upper: Set<[Int]> = []
    for read in reads {
      bytes += TraceShape.tileBytes + 4
      var (position, all) = (read.tile, step.graph.types[read.tensor].tileCount)
      while all > 1 {
        (position, all) = (position / WideTree.width, (all - 1) / WideTree.width + 1)
        upper.insert([read.tensor, all, position])
      }
      (position, all) = (read.tensor, step.graph.types.count)
      while all > 1 {
        (position, all) = (position / WideTree.width, (all - 1) / WideTree.width + 1)
        upper.insert([-1, all, position])
      }
    }
    bytes += upper.count * OpeningBound.vertexBytes
    let count = WeightTiles.count(of: step.graph)
    let depth = Int.bitWidth - max(0, count - 1).leadingZeroBitCount
    return bytes + step.weightLeaves.count * (WeightTiles.byteCount + 8 + 34 * depth)
  }

  /// Each part of the bound by itself, so that one's slack hides no other's lack.
  private func expectParts(_ step: BlockStep) {
    let bound = OpeningBound(
      step.graph, node: step.place.tensor - 1, weightLeaves: WeightTiles.count(of: step.graph))
    if let weights = bound.weightTiles {
      let biases = step.place.block == 0 ? weights.biases : 0
      #expect(step.weightLeaves.count <= weights.matrix + biases, "\(step.node) \(step.place)")
    }
    let reads = bound.reads(width: step.cut.width)
    for (input, own) in zip(step.node.inputs, reads) {
      let type = step.graph.types[input]
      // A tensor that is read twice is shown once.
      let same = zip(step.node.inputs, reads).filter { $0.0 == input }.map(\.1)
      let most =
        same.count == 1
        ? own
        : BlockReads(tiles: same.map(\.tiles).reduce(0, +), runs: same.map(\.runs).reduce(0, +))
      let tiles = step.reads.filter { $0.tensor == input }.map(\.tile)
      #expect(tiles.count <= most.tiles, "\(step.node) \(step.place)")
      var (level, all, vertices) = (Set(tiles), type.tileCount, 0)
      while all > 1 {
        level = Set(level.map { $0 / WideTree.width })
        all = (all - 1) / WideTree.width + 1
        vertices += level.count
      }
      #expect(vertices <= bound.vertices(most, type), "\(step.node) \(step.place)")
    }
  }

  private func expectBounds(_ graph: Graph, blocks: Int, _ draw: inout Draw) throws {
    for tensor in 1..<graph.types.count {
      let cut = try BlockCut(graph, node: tensor - 1)
      let type = graph.types[tensor]
      for _ in 0..<blocks {
        let place = BlockPlace(
          tensor: tensor, tile: draw.below(type.tileCount), block: draw.below(cut.blocks))
        let step = try BlockStep(graph, place)
        let taken = bytes(step)
        expectParts(step)
        #expect(taken <= cut.openingBytes, "\(graph.nodes[tensor - 1]) \(place)")
        #expect(cut.openingBytes + BlockCut.mostManifest <= BlockCut.mostOpening)
      }
    }
  }

  @Test func theBoundHoldsOnRandomGraphs() throws {
    var draw = Draw(seed: 8)
    for seed in 0..<60 as Range<UInt64> {
      let random = try RandomGraph(seed: seed &+ 3000, nodes: 6)
      try expectBounds(random.graph, blocks: 3, &draw)
    }
  }

  /// Windows of any kind over planes of any size, with sizes far beyond what tests can run.
  @Test func theBoundHoldsOnLargePlanes() throws {
    var draw = Draw(seed: 11)
    var found = 0
    while found < 150 {
      var window = Window(height: 1 + draw.below(9), width: 1 + draw.below(9))
      (window.strideY, window.strideX) = (1 + draw.below(4), 1 + draw.below(4))
      (window.top, window.left) = (draw.below(window.height), draw.below(window.width))
      (window.bottom, window.right) = (draw.below(window.height), draw.below(window.width))
      let dims = [1 + draw.below(300), 1 + draw.below(120), 1 + draw.below(120)]
      let operation: Operation =
        draw.below(3) == 0
        ? .maxPool(MaxPool(window: window))
        : .convolution(
          Convolution(outputs: 1 + draw.below(300), window: window, biasBound: 0))
      guard
        let graph = try? Graph(
          input: TensorType(.uint8, try Shape(dims)), nodes: [Node(operation, [0])]),
        (try? BlockCut(graph, node: 0)) != nil
      else { continue }
      found += 1
      try expectBounds(graph, blocks: 3, &draw)
    }
  }

  /// The wide operations over shapes that no test could run.
  @Test func theBoundHoldsOnLargeSequences() throws {
    var draw = Draw(seed: 12)
    var found: [String: Int] = [:]
    for _ in 0..<1500 where found.values.reduce(0, +) < 110 {
      let dims = [1 + draw.below(12), 1 + draw.below(400), 1 + draw.below(700)]
      let input = TensorType(.uint8, try Shape(dims))
      let node = RandomGraph.later([input], twins: [0], &draw)
      guard found[node.operation.name, default: 0] < 14,
        let graph = try? Graph(input: input, nodes: [node]), (try? BlockCut(graph, node: 0)) != nil
      else { continue }
      found[node.operation.name, default: 0] += 1
      try expectBounds(graph, blocks: 2, &draw)
    }
    for name in ["averagePool", "rearrange", "concat", "matMul", "softmax", "normalise"] {
      #expect(found[name, default: 0] >= 4, "\(name)")
    }
  }

  /// Rows that begin within one tile of weights and end within another.
  @Test func theBoundHoldsOnSmallPlanes() throws {
    var draw = Draw(seed: 5)
    for side in 1...9 {
      let operation = Operation.convolution(
        Convolution(outputs: 1500, window: Window(height: 1, width: 1), biasBound: 0))
      let graph = try Graph(
        input: TensorType(.uint8, try Shape([4, side, 3])), nodes: [Node(operation, [0])])
      try expectBounds(graph, blocks: graph.types[1].tileCount, &draw)
    }
  }

  @Test func blocksAreAsWideAsTheyFit() throws {
    func cut(_ dims: [Int], _ operation: Operation) throws -> BlockCut {
      let graph = try Graph(
        input: TensorType(.uint8, try Shape(dims)), nodes: [Node(operation, [0])])
      return try BlockCut(graph, node: 0)
    }
    func window(_ side: Int) -> Window { Window(height: side, width: side) }
    let dense = try cut([2048], .linear(Linear(outputs: 512, biasBound: 0)))
    #expect((dense.width, dense.blocks) == (64, 32))
    let small = try cut(
      [16, 12, 12], .convolution(Convolution(outputs: 32, window: window(5), biasBound: 0)))
    #expect((small.width, small.blocks) == (64, 7))
    let planes = try cut(
      [64, 56, 56], .convolution(Convolution(outputs: 64, window: window(1), biasBound: 0)))
    #expect(planes.width < 64)
    let pool = try cut([1030, 7, 7], .maxPool(MaxPool(window: window(7))))
    #expect(pool.blocks > 1)
    let one = try cut([64, 28, 28], .maxPool(MaxPool(window: window(2))))
    #expect(one.blocks == 1)
  }

  @Test func whatNoOpeningCanShowIsRefused() throws {
    // One maximum over a million elements.
    let window = Window(height: 1000, width: 1000)
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([1, 1000, 1000])),
      nodes: [Node(.maxPool(MaxPool(window: window)), [0])])
    do throws(Refusal) {
      _ = try TracePlan(graph)
      Issue.record("was taken")
    } catch {
      #expect(error.code == "stepTooLarge")
    }
  }

  @Test func noStepIsTooMuchWork() throws {
    // Small planes under large windows: few bytes, many comparisons.
    let window = Window(height: 64, width: 64)
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([1, 128, 128])),
      nodes: [Node(.maxPool(MaxPool(window: window)), [0])])
    let cut = try BlockCut(graph, node: 0)
    #expect(cut.width * 64 * 64 <= BlockCut.mostWork)
    #expect(cut.width < 1024)
  }
}
