// The lists against the live state, after every block of random walks: a list may never lie.

import Chain
import Kernel
import Primitives
import Simulator
import Testing

@testable import Archive
@testable import Market

@Suite("Projection")
struct ProjectionTests {
  /// Walks that are compared after every block, and further ones after every tenth.
  static let seeds: UInt64 = 20
  static let allSeeds: UInt64 = 90
  static let blocks = 70

  @Test("after every block the lists are what the state is")
  func followsTheState() async throws {
    let cast = try Cast(people: 20, blocks: Self.blocks)
    var coverage = Coverage()
    for seed in 0..<Self.allSeeds {
      // Minutes without a pause would starve the servers of the tests beside.
      await Task.yield()
      var walker = try Walker(seed: seed, cast: cast)
      var audit = Audit()
      let lines = MemoryLines()
      var projection = Projection(over: lines, from: Progress())
      try projection.found(cast.genesis)
      lines.enter(projection.takeChanges())
      for _ in 0..<Self.blocks {
        try walker.step()
        let block = walker.lastBlock
        try projection.project(ProjectedBlock(block))
        lines.enter(projection.takeChanges())
        audit.enter(block)
        if seed < Self.seeds || walker.state.height % 10 == 0 {
          audit.compare(lines, projection.progress, walker.state)
        }
      }
      coverage.add(walker.coverage)
    }
    // Every way in which a road, a run or a game can end was walked.
    for event in [
      "orderCancelled", "orderNoMatch", "orderSaltWithheld", "leaseServed", "leaseBroken",
      "leaseLeft", "leaseNotHonoured", "leaseInputWithheld", "seatCalled", "gameWon", "gameLost",
      "offerToppedUp", "offerWithdrawn", "modelPublished",
    ] {
      #expect(coverage.events[event] ?? 0 > 0, "\(event)")
    }
  }

  @Test("many blocks in one batch make the same lines as one block each")
  func batchesDoNotMatter() async throws {
    let cast = try Cast(people: 12, blocks: Self.blocks)
    for seed in 100..<UInt64(106) {
      await Task.yield()
      var walker = try Walker(seed: seed, cast: cast)
      let (single, batched) = (MemoryLines(), MemoryLines())
      var one = Projection(over: single, from: Progress())
      var many = Projection(over: batched, from: Progress())
      try one.found(cast.genesis)
      try many.found(cast.genesis)
      for height in 1...Self.blocks {
        try walker.step()
        let block = ProjectedBlock(walker.lastBlock)
        try one.project(block)
        single.enter(one.takeChanges())
        try many.project(block)
        if height % 13 == 0 || height == Self.blocks { batched.enter(many.takeChanges()) }
      }
      #expect(one.progress == many.progress)
      #expect(single.roads == batched.roads)
      #expect(single.runs == batched.runs)
      #expect(single.games == batched.games)
      #expect(single.offers == batched.offers)
      #expect(single.subjects == batched.subjects)
      #expect(single.parties == batched.parties)
      #expect(single.blocks == batched.blocks)
      #expect(single.moments == batched.moments)
      #expect(single.openRuns == batched.openRuns)
      #expect(single.seats == batched.seats)
      #expect(single.trades == batched.trades)
    }
  }

  @Test("a block that does not follow is refused, and so is one whose runs have no events")
  func refusesWhatDoesNotFit() throws {
    let cast = try Cast(people: 12, blocks: Self.blocks)
    var walker = try Walker(seed: 3, cast: cast)
    let lines = MemoryLines()
    var projection = Projection(over: lines, from: Progress())
    try projection.found(cast.genesis)
    lines.enter(projection.takeChanges())
    try walker.step()
    let first = ProjectedBlock(walker.lastBlock)
    try projection.project(first)
    #expect(throws: ProjectionFault.self) { try projection.project(first) }
    var isFaulty = false
    while !isFaulty, walker.state.height < UInt64(Self.blocks) {
      try walker.step()
      var block = ProjectedBlock(walker.lastBlock)
      if !block.settled.isEmpty {
        block.events.removeAll { $0.name == "runSettled" }
        isFaulty = true
        #expect(throws: ProjectionFault.self) { try projection.project(block) }
      } else {
        try projection.project(block)
      }
    }
    #expect(isFaulty)
  }

  @Test("a message is read for its sender without being decoded, whatever its kind")
  func glances() throws {
    let cast = try Cast(people: 20, blocks: Self.blocks)
    var kinds: Set<UInt8> = []
    for seed in 0..<UInt64(6) {
      var walker = try Walker(seed: seed, cast: cast)
      for _ in 0..<Self.blocks {
        try walker.step()
        for message in ProjectedBlock(walker.lastBlock).messages {
          let decoded = try message.decoded()
          let glance = try message.glance()
          #expect(glance.sender == decoded.head.from)
          #expect(glance.kind == decoded.kind?.rawValue)
          kinds.insert(glance.kind)
        }
      }
    }
    #expect(kinds.count > 25)
  }
}
