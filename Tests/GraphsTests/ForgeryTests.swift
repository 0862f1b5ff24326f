// An opening says one thing or nothing: no bytes change a verdict, and none stop the referee.

import Primitives
import Testing

@testable import Graphs

@Suite struct ForgeryTests {
  /// A claim that is right, with its opening.
  private func claim(
    _ random: RandomGraph, seed: UInt64
  ) throws -> (claim: BlockClaim, opening: StepOpening, trace: Trace) {
    let trace = try random.trace()
    var game = try DisputeGame(random)
    let challenger = RandomChallenger(seed: seed, game.shape)
    #expect(try game.play(TraceDefender(trace, random), challenger) == .defender)
    let claim = try #require(game.claim)
    let opening = try trace.opening(
      at: claim.picks, manifest: random.manifest, random.weights)
    return (claim, opening, trace)
  }

  private func verdict(_ claim: BlockClaim, _ bytes: [UInt8]) -> Bool? {
    do throws(Refusal) { return try Referee.redo(claim, opening: bytes) } catch { return nil }
  }

  @Test(arguments: 0..<24 as Range<UInt64>)
  func noForgeryTurnsARightClaim(seed: UInt64) throws {
    let random = try RandomGraph(seed: seed &+ 900, nodes: 5)
    let (claim, opening, trace) = try claim(random, seed: seed)
    #expect(verdict(claim, opening.encoded) == true)
    for forged in Forgeries.all(of: opening, seed: seed) {
      #expect(verdict(claim, forged.encoded) == nil, "seed \(seed)")
    }
    // A claim that differs in one number is wrong by the same opening, or not opened by it.
    var other = claim
    other.disputed = trace.root
    #expect(verdict(other, opening.encoded) == false)
    for change in 0..<5 {
      var other = claim
      switch change {
      case 0: other.model = .zero
      case 1: other.root = .zero
      case 2: other.keyHash = .zero
      case 3: other.picks.append(0)
      default: other.picks.removeLast()
      }
      let reads = !opening.tiles.isEmpty || change != 1
      #expect((verdict(other, opening.encoded) == nil) == reads)
    }
    // A root with a child too many, though all else lies under it.
    if let at = opening.vertices.firstIndex(where: { $0.hash == trace.root }) {
      var wide = opening
      wide.vertices[at].children.append(.zero)
      other = claim
      other.root = wide.vertices[at].hash
      #expect(verdict(other, wide.encoded) == nil)
    }
    guard !opening.sums.isEmpty else { return }
    other = claim
    other.before = .zero
    #expect(verdict(other, opening.encoded) == nil)
  }

  /// An opening of another block does not open this one, even of the same tile.
  @Test func anotherBlocksOpeningIsRefused() throws {
    let random = try LargeGraph.manyBlocks.random()
    let trace = try random.trace()
    let picks: [UInt8] = [1, 3, 2, 0]
    let before = try trace.children(at: [1, 3, 2], random.weights)
    let disputed = before[0]
    let agreed = try trace.children(at: [1, 3], random.weights)[1]
    let claim = BlockClaim(
      model: random.manifest.id.digest, root: trace.root, keyHash: random.salt.keyHash,
      picks: picks, before: agreed, disputed: disputed)
    let own = try trace.opening(at: picks, manifest: random.manifest, random.weights)
    #expect(verdict(claim, own.encoded) == true)
    for other in [[1, 3, 2, 1], [1, 0, 0, 0], [1, 3, 1, 1]] as [[UInt8]] {
      let opening = try trace.opening(at: other, manifest: random.manifest, random.weights)
      #expect(verdict(claim, opening.encoded) == nil)
      // Its parts in the right one's place.
      var mixed = own
      mixed.sums = opening.sums
      #expect(mixed == own || verdict(claim, mixed.encoded) == nil)
      mixed = own
      mixed.weights = opening.weights
      #expect(mixed == own || verdict(claim, mixed.encoded) == nil)
      mixed = own
      mixed.tiles = opening.tiles
      #expect(mixed == own || verdict(claim, mixed.encoded) == nil)
    }
  }

  @Test func noBytesStopTheReferee() throws {
    for seed in 0..<6 as Range<UInt64> {
      let random = try RandomGraph(seed: seed &+ 70, nodes: 3, mostElements: 600)
      let (claim, opening, _) = try claim(random, seed: seed)
      let bytes = opening.encoded
      var draw = Draw(seed: seed)
      for _ in 0..<60 {
        var mutated = bytes
        for _ in 0...draw.below(3) {
          let at = draw.below(mutated.count)
          switch draw.below(4) {
          case 0: mutated[at] = UInt8(truncatingIfNeeded: draw.word())
          case 1: mutated.removeSubrange(at..<min(mutated.count, at + 1 + draw.below(40)))
          case 2: mutated.insert(contentsOf: [0x82, 0x58, 0x20], at: at)
          default: mutated[at] ^= UInt8(1 << draw.below(8))
          }
          if mutated.isEmpty { mutated = [0] }
        }
        #expect(mutated == bytes || verdict(claim, mutated) == nil)
      }
      for count in [0, 1, 7, 200] {
        let noise = (0..<count).map { _ in UInt8(truncatingIfNeeded: draw.word()) }
        #expect(verdict(claim, noise) == nil)
      }
      for cut in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
        #expect(verdict(claim, Array(bytes[..<cut])) == nil)
      }
    }
  }

  @Test func manyVerticesAreNotHashed() throws {
    let random = try RandomGraph(seed: 1, nodes: 2, mostElements: 300)
    let (claim, opening, _) = try claim(random, seed: 1)
    var wide = opening
    wide.vertices = [Vertex](repeating: Vertex(), count: 184)
    #expect(throws: Refusal("wrongOpening", ["vertices": 184, "wanted": 183])) {
      try Referee.redo(claim, opening: wide.encoded)
    }
  }

  @Test func aLongOpeningIsNotRead() throws {
    let random = try RandomGraph(seed: 1, nodes: 2, mostElements: 300)
    let (claim, opening, _) = try claim(random, seed: 1)
    let long = opening.encoded + [UInt8](repeating: 0, count: BlockCut.mostOpening)
    #expect(
      throws: Refusal(
        "openingTooLarge",
        [
          "bytes": UInt64(long.count), "most": UInt64(BlockCut.mostOpening),
        ])
    ) { try Referee.redo(claim, opening: long) }
  }

  /// Biases beyond what the manifest promises make sums wrap; nobody who checked the weights ever
  /// ran them, and the referee only must not stop.
  @Test func weightsBeyondTheirBoundsDoNotTrap() throws {
    let nodes = [Node(.linear(Linear(outputs: 2, biasBound: 3)), [0])]
    let graph = try Graph(input: TensorType(.uint8, try Shape([70])), nodes: nodes)
    var draw = Draw(seed: 4)
    let random = try RandomGraph(graph, &draw)
    let honest = try random.trace()
    var wild = random.weights
    wild[0].bias = [.max, .min]
    let tree = MerkleTree(leaves: WeightTiles.leaves(of: wild, in: graph))
    var manifest = random.manifest
    manifest.commitments[0].root = tree.root
    var opening = try honest.opening(at: [1, 0], manifest: manifest, random.weights)
    let leaves = [0, 2]
    opening.weights = leaves.map {
      OpenedWeights(
        WeightTiles.tile(at: $0, of: wild, in: graph), path: tree.proof(at: $0) ?? [])
    }
    let claim = BlockClaim(
      model: manifest.id.digest, root: honest.root, keyHash: random.salt.keyHash,
      picks: [1, 0], before: .zero, disputed: .zero)
    #expect(verdict(claim, opening.encoded) == false)
  }
}
