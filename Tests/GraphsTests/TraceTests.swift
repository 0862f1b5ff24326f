// A trace commits to what the reference executor computes, and its roots are those of contents.

import Primitives
import Testing

@testable import Graphs

@Suite struct TraceTests {
  @Test func everyBlockEndsAtTheReferencesTile() throws {
    for seed in 0..<40 as Range<UInt64> {
      let random = try RandomGraph(seed: seed)
      let tensors = try random.tensors()
      let trace = try random.trace()
      for tensor in 1..<tensors.count {
        let type = tensors[tensor].type
        for tile in 0..<type.tileCount {
          let last = Int(trace.plan.shape.blocks[tensor])
          var found: [Int32] = []
          try trace.run(tensor, tile, blocks: last, random.weights) { found = $1 }
          #expect(found == Array(tensors[tensor].values[type.elements(ofTile: tile)]))
        }
      }
    }
  }

  @Test func inputAndOutputAreContents() throws {
    let random = try RandomGraph(seed: 3)
    let trace = try random.trace()
    let output = try #require(try random.tensors().last).bytes
    let contents: [([UInt8], (UInt64) -> ChunkPlace, Bytes32)] = [
      (random.input, { .input($0) }, trace.roots[0]),
      (output, { .output($0) }, trace.roots[trace.roots.count - 1]),
    ]
    for (bytes, place, root) in contents {
      let leaves = stride(from: 0, to: bytes.count, by: 1024).enumerated().map {
        random.salt.leaf(place(UInt64($0)), bytes[$1..<min($1 + 1024, bytes.count)])
      }
      #expect(WideTree.root(of: leaves) == root)
    }
    let last = trace.roots.count - 1
    for tensor in [0, last] {
      let path = try #require(trace.path(to: tensor))
      #expect(
        WideTree.verify(
          leaf: trace.roots[tensor], at: UInt64(tensor), of: trace.plan.shape.tensors,
          path: path, root: trace.root))
    }
  }

  @Test func leavesAreTheSaltsLeaves() throws {
    for seed in 0..<12 as Range<UInt64> {
      let random = try RandomGraph(seed: seed)
      let trace = try random.trace()
      for (tensor, values) in try random.tensors().enumerated() {
        let bytes = values.bytes
        for (tile, leaf) in trace.leaves(of: tensor).enumerated() {
          let own = values.type.bytes(ofTile: tile)
          #expect(leaf == random.salt.leaf(trace.plan.place(tensor, tile), bytes[own]))
        }
      }
    }
  }

  /// What a run's defender must show first: it keeps a true trace of another input from standing.
  @Test func aTraceOfAnotherInputDoesNotOpenToTheInput() throws {
    let random = try RandomGraph(seed: 3)
    let honest = try random.trace()
    var input = random.input
    input[0] ^= 1
    let other = try Trace(
      TracePlan(random.graph), salt: random.salt,
      tensors: try random.graph.trace(random.weights, on: input))
    let path = try #require(other.path(to: 0))
    let count = other.plan.shape.tensors
    for (leaf, opens) in [(other.roots[0], true), (honest.roots[0], false)] {
      #expect(
        WideTree.verify(leaf: leaf, at: 0, of: count, path: path, root: other.root) == opens)
    }
  }

  @Test func aTraceNeedsEveryTensorWhole() throws {
    let random = try RandomGraph(seed: 5)
    var builder = TraceBuilder(try TracePlan(random.graph), salt: random.salt)
    let tensors = try random.tensors()
    #expect(throws: Refusal.self) { try builder.add(tensors[0].bytes + [0], as: 0) }
    #expect(throws: Refusal.self) { try builder.add(tensors[0].bytes, as: tensors.count) }
    for index in tensors.indices.dropLast() { try builder.add(tensors[index].bytes, as: index) }
    #expect(throws: Refusal("noSuchTensor", ["tensor": UInt64(tensors.count - 1)])) {
      try builder.finish()
    }
  }

  @Test func picksLeadOnlyWhereSomethingLies() throws {
    let shape = try #require(TraceShape(tiles: [1, 40, 2], blocks: [1, 1, 300]))
    func place(_ picks: [UInt8]) -> TracePlace? { try? shape.place(at: picks) }
    #expect(
      place([])
        == .vertex(TraceVertex(tensor: nil, height: 1, position: 0, children: 3)))
    #expect(place([0]) == .input)
    #expect(place([0, 0]) == nil)
    #expect(place([3]) == nil)
    #expect(
      place([1]) == .vertex(TraceVertex(tensor: 1, height: 2, position: 0, children: 3)))
    #expect(
      place([1, 2]) == .vertex(TraceVertex(tensor: 1, height: 1, position: 2, children: 8)))
    #expect(place([1, 2, 7]) == .step(BlockPlace(tensor: 1, tile: 39, block: 0)))
    #expect(place([1, 2, 8]) == nil)
    #expect(place([1, 2, 7, 0]) == nil)
    // 300 blocks: sixteen parts of 19, the last of 15; then parts of 2, the last of 1.
    #expect(place([2, 1]) == .blocks(BlockRange(tensor: 2, tile: 1, range: 0..<300)))
    #expect(place([2, 1, 15]) == .blocks(BlockRange(tensor: 2, tile: 1, range: 285..<300)))
    #expect(place([2, 1, 0, 9]) == .step(BlockPlace(tensor: 2, tile: 1, block: 18)))
    #expect(place([2, 1, 0, 10]) == nil)
    #expect(
      BlockRange(tensor: 2, tile: 1, range: 0..<300).ends == (1...16).map { min(300, 19 * $0) })
    #expect(TraceShape(tiles: [1], blocks: [1]) == nil)
    #expect(TraceShape(tiles: [1, 0], blocks: [1, 1]) == nil)
    #expect(TraceShape(tiles: [1, 1], blocks: [1]) == nil)
  }
}
